// Who is called when nobody acknowledges, and what proves that a console is watched. GREEN's timers are short.
import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { accessible, clear, go, open, shot, startWatch, until } from "./world.mjs";

const KEEP = `#!/bin/sh
dir=$(dirname "$0")
{ echo "$1"; cat; echo; } > "$dir/one.$$"
cat "$dir/one.$$" >> "$dir/called"
`;

let dir;
let world;
before(async () => {
  dir = await mkdtemp(join(tmpdir(), "ringdown-calls-"));
  await writeFile(join(dir, "call"), KEEP);
  await chmod(join(dir, "call"), 0o755);
  const green = [`hooks.program = "${join(dir, "call")}"`, "alarms.flash_continuous = 2", "alarms.flash_backup = 4",
    "alarms.flash_supervisor = 6", "alarms.flash_again = 600", "alarms.console_dead = 6", "alarms.unattended = 4"];
  world = await open({ green: green.join("\n"), otherWay: "telephone +44 20 7946 0000" });
});
after(async () => {
  await world?.close();
  await rm(dir, { recursive: true });
});

/** The calls about this subject, or about no message if it is null: the reason of each, in order. */
async function calls(subject) {
  const text = await readFile(join(dir, "called"), "utf8").catch(() => "");
  const read = text.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  return read.filter((call) => (call.message?.subject ?? null) === subject).map((call) => call.why);
}

async function eventually(what, look) {
  for (let tries = 0; tries < 200; tries++) {
    if (await look()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail(`${what} did not come`);
}

const status = async () => JSON.parse(await world.ringdown("green", "status", "--json"));
const consoles = async () => (await status()).consoles;
const counted = (what, wanted) => eventually(`${what}: ${JSON.stringify(wanted)}`, async () => {
  const now = await consoles();
  return Object.entries(wanted).every(([name, value]) => now[name] === value);
});
const dataset = (page, name, value) => page.waitForFunction(
  ([name, value]) => document.body?.dataset[name] === value, [name, value]);
const watched = async () => {
  if (await world.green.isVisible("#sound-off")) await startWatch(world.green);
  await counted("the watch", { live: 1, unattended: false });
};

test("scenario 12: a console without sound is not live, and the side is unattended until the watch is started", async () => {
  await counted("sound off", { live: 0, mute: 1, unattended: true });
  await until(world.green, "#consoles", "UNATTENDED");
  assert.ok(await world.green.isVisible("#sound-off"));
  await accessible(world.green);
  await shot(world.green, "unattended");
  // Its sound runs; whether anybody hears it, only a person can say.
  await world.green.click("#sound-off [data-watch]");
  await until(world.green, "#sound-off", "SOUND NOT PROVED");
  await counted("not heard", { live: 0, mute: 1, unattended: true });
  assert.equal((await status()).watch, null);
  await world.green.click("#heard");
  await counted("the watch", { live: 1, mute: 0, unattended: false });
  await until(world.green, "#consoles", "Consoles: 1 live, 0 without sound, 0 hidden, 0 dead.");
  await until(world.green, "#each-console", "LIVE. Last key or hand:");
  await until(world.green, "#on-watch", "Duty officer has the watch since");
  await shot(world.green, "watched");
  assert.ok(!(await world.green.isVisible("#sound-off")));
  const [seen] = (await status()).consoles.each;
  assert.equal(seen.state, "LIVE");
  assert.ok(Date.now() - Date.parse(seen.input) < 60000, "a person has just touched it");
  // What the browser takes away and gives back has to be heard again.
  await world.green.evaluate(() => Promise.all(window.contexts.map((each) => each.suspend())));
  await counted("sound lost", { live: 0, mute: 1 });
  await until(world.green, "#sound-off", "SOUND LOST");
  await world.green.evaluate(() => Promise.all(window.contexts.map((each) => each.resume())));
  await until(world.green, "#sound-off", "SOUND NOT PROVED");
  await counted("not heard again", { live: 0, mute: 1 });
  await world.green.click("#heard");
  await counted("heard again", { live: 1, mute: 0 });
  const said = async () => JSON.parse(await world.ringdown("green", "log", "--json")).map(({ what }) => what)
    .filter((what) => /^(heard|watch-)/.test(what));
  await eventually("the notes", async () => (await said()).length === 3);
  assert.deepEqual(await said(), ["heard", "watch-started", "heard"]);
  // A change of pages is no loss: the officer who heard it is not asked on each page.
  await go(world.green, "/watch");
  await world.green.keyboard.press("x");
  await world.green.waitForSelector("#sound-off", { state: "hidden" });
  await until(world.green, ".log", "Duty officer started the watch at console");
  await accessible(world.green);
  await shot(world.green, "log");
  await go(world.green, "/");
  await world.green.keyboard.press("x");
});

test("scenario 6: a FLASH that nobody acknowledges sounds without a pause, and each rung calls once", async () => {
  const { green, send } = world;
  await send("blue", "FLASH", "TEST", "nobody answers", "x");
  await green.waitForSelector("#incoming[open]");
  assert.equal(await green.evaluate(() => document.body.dataset.continuous), "no");
  await dataset(green, "continuous", "yes");
  await eventually("the supervisor", async () => (await calls("nobody answers")).includes("SUPERVISOR"));
  assert.deepEqual(await calls("nobody answers"), ["ARRIVED", "BACKUP", "SUPERVISOR"]);
  const log = await green.context().newPage();
  await log.goto(new URL("/watch", green.url()).href);
  for (const why of ["ARRIVED. People were called.", "CONTINUOUS.", "BACKUP. People were called.",
    "SUPERVISOR. People were called."]) await until(log, ".log", `BLUE T-0001: ${why}`);
  await log.close();
});

test("scenario 7: silence stops the sound on this console for two minutes, and the other side sees nothing of it", async () => {
  const { green } = world;
  await dataset(green, "sounding", "yes");
  await green.click("#incoming [data-silence]");
  await dataset(green, "sounding", "no");
  const [message] = JSON.parse(await world.ringdown("blue", "outbox", "--json")).slice(-1);
  assert.equal(message.state, "STORED BY PEER");
  const silences = async (side) => JSON.parse(await world.ringdown(side, "log", "--json"))
    .filter(({ what }) => what === "silenced").map(({ serials }) => serials);
  await eventually("the note", async () => (await silences("green")).length > 0);
  assert.deepEqual(await silences("green"), [["BLUE T-0001"]]);
  assert.deepEqual(await silences("blue"), []);
  // The browser's own clock, a moment before the two minutes end and just after.
  const until = (await green.evaluate(() => Math.max(...Object.values(JSON.parse(localStorage["ringdown-silenced"])))));
  assert.ok(Math.abs(until - Date.now() - 120000) < 20000, "silent for two minutes");
  const at = (time) => green.evaluate((time) => { Date.now = () => time; }, time);
  await at(until - 1);
  await green.waitForTimeout(600);
  assert.equal(await green.evaluate(() => document.body.dataset.sounding), "no");
  await at(until + 1);
  await dataset(green, "sounding", "yes");
  assert.equal(JSON.parse(await world.ringdown("blue", "outbox", "--json")).at(-1).state, "STORED BY PEER");
});

test("scenario 8: a reload neither begins the ladder anew nor ends the alarm", async () => {
  const { green } = world;
  await green.evaluate(() => localStorage.removeItem("ringdown-silenced"));
  await green.reload();
  await green.waitForSelector("#incoming[open]");
  await dataset(green, "continuous", "yes");
  assert.deepEqual(await calls("nobody answers"), ["ARRIVED", "BACKUP", "SUPERVISOR"]);
  await clear(world, "green");
  await dataset(green, "continuous", "no");
});

test("scenario 10: a hidden console does not watch; what arrives then calls at once", async () => {
  const { green, send } = world;
  await watched();
  await green.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => "hidden" });
    Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await counted("hidden", { live: 0, hidden: 1, unattended: true });
  await send("blue", "ROUTINE", "TEST", "while hidden", "x");
  await eventually("a call", async () => (await calls("while hidden")).length > 0);
  assert.deepEqual(await calls("while hidden"), ["ARRIVED"]);
  // That a node has it is all that is known; of a screen nothing is said.
  const { serial } = JSON.parse(await world.ringdown("blue", "outbox", "--json")).at(-1);
  await world.ringdown("blue", "wait", ...serial.split(" "), "--for", "stored", "--timeout", "20");
  const { states } = JSON.parse(await world.ringdown("blue", "show", ...serial.split(" "), "--json"));
  assert.deepEqual(states.map(({ state }) => state), ["QUEUED - NOT SENT", "SENT", "STORED BY PEER"]);
  await clear(world, "green");
});

test("scenario 11: a page that draws nothing is not live, though its timers and its stream go on", async () => {
  const { green } = world;
  await green.reload();
  await watched();
  await green.evaluate(() => { window.requestAnimationFrame = () => 0; });
  await counted("no frames", { live: 0, hidden: 1, unattended: true });
  const before = await green.innerText("#zulu");
  await green.waitForFunction((before) => document.querySelector("#zulu")?.innerText !== before, before,
    { polling: 100 });
});

test("scenario 13: the path is cut after the release: not sent, a caution, an alarm, the other way, once after it heals", async () => {
  const { green } = world;
  await green.reload();
  await watched();
  await until(green, "#bar", "BLUE ANSWERS");
  await world.ringdown("lab", "cut");
  await until(green, "#tray", "LINE DOWN");
  await world.send("green", "FLASH", "TEST", "cut off", "x");
  const own = async () => JSON.parse(await world.ringdown("green", "outbox", "--json")).at(-1);
  assert.equal((await own()).state, "QUEUED - NOT SENT");
  await until(green, "#tray", "NOT SENT or not stored by BLUE: 1.");
  await until(green, "#tray", "Use fallback: telephone +44 20 7946 0000");
  assert.ok(!(await green.innerText("#tray")).includes("has not confirmed"), "not yet");
  // The charter of this line says 10 s and 60 s.
  await world.ringdown("lab", "clock", "+10s");
  await until(green, "#tray", "GREEN T-0001: BLUE has not confirmed that it is stored there. It goes out again by itself.");
  await shot(green, "not-stored-caution");
  assert.deepEqual(await calls("cut off"), [], "a caution calls nobody");
  assert.equal(await green.evaluate(() => document.body.dataset.sounding), "no");
  await world.ringdown("lab", "clock", "+50s");
  await until(green, "#tray", "and may know nothing of it. Use fallback: telephone +44 20 7946 0000");
  await until(green, "#alarm-bar", "NOT STORED by BLUE: GREEN T-0001");
  await dataset(green, "sounding", "yes");
  await eventually("a call", async () => (await calls("cut off")).length > 0);
  assert.deepEqual(await calls("cut off"), ["NOT-STORED"]);
  assert.ok((await calls(null)).includes("BACKUP"), "and for the line itself");
  await accessible(green);
  await shot(green, "not-stored-alarm");
  await green.click("#alarm-silence");
  await dataset(green, "sounding", "no");
  await until(green, "#alarm-bar", "Silenced on this console");
  await world.ringdown("lab", "heal");
  await world.ringdown("green", "wait", "GREEN", "T-0001", "--for", "stored", "--timeout", "30");
  await green.waitForSelector("#alarm-bar", { state: "hidden" });
  await green.waitForFunction(() => !document.querySelector("#tray")?.innerText.includes("NOT STORED"));
  const there = JSON.parse(await world.ringdown("blue", "inbox", "--json"));
  assert.deepEqual(there.map(({ subject }) => subject), ["cut off"], "it came once");
  await eventually("the note", async () => JSON.parse(await world.ringdown("green", "log", "--json"))
    .some(({ what }) => what === "line-back"));
  await clear(world, "blue");
});

test("scenario 9: a console that is gone is dead, the side unattended, and the host is called", async () => {
  const { green } = world;
  await green.reload();
  await watched();
  const before = (await calls(null)).length;
  await green.close();
  await counted("dead", { live: 0, dead: 1 });
  await eventually("a call", async () => (await calls(null)).length > before);
  // The last console of the watch calls by itself, besides that nobody watches any more.
  await eventually("both calls", async () => (await calls(null)).length === before + 2);
  assert.deepEqual((await calls(null)).slice(before).sort(), ["CONSOLE-DEAD", "UNATTENDED"]);
  assert.deepEqual(world.complaints, []);
});
