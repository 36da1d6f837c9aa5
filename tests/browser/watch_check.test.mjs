// A watch during which nobody touches a console is asked whether somebody is there. GREEN asks after seconds, not an hour.
import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { accessible, go, open, shot, startWatch, until } from "./world.mjs";

let dir;
let world;
before(async () => {
  dir = await mkdtemp(join(tmpdir(), "ringdown-calls-"));
  await writeFile(join(dir, "call"), `#!/bin/sh\necho "$1 $(cat)" >> "$(dirname "$0")/called"\n`);
  await chmod(join(dir, "call"), 0o755);
  // A step of the clock makes no console dead here.
  const green = [`hooks.program = "${join(dir, "call")}"`, "alarms.watch_check = 6", "alarms.console_dead = 3600",
    "alarms.unattended = 3600"];
  world = await open({ green: green.join("\n") });
});
after(async () => {
  await world?.close();
  await rm(dir, { recursive: true });
});

async function eventually(what, look) {
  for (let tries = 0; tries < 200; tries++) {
    if (await look()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail(`${what} did not come`);
}

const calls = async () => (await readFile(join(dir, "called"), "utf8").catch(() => "")).split("\n").filter(Boolean);
const called = async () => (await calls()).map((line) => line.split(" ")[0]);
const unattended = async () => JSON.parse(await world.ringdown("green", "status", "--json")).consoles.unattended;
const noted = async () => JSON.parse(await world.ringdown("green", "log", "--json"))
  .filter(({ what, fault }) => fault === "WATCH-CHECK" || what === "watch-answered")
  .map(({ what, why }) => why ?? what);
const asked = (page) => page.waitForSelector("#watch-check");
const answered = (page) => page.waitForSelector("#watch-check", { state: "detached" });

test("nobody is asked while no watch is on", async () => {
  await world.green.mouse.move(200, 200);
  await new Promise((resolve) => setTimeout(resolve, 8000));
  assert.equal(await world.green.locator("#watch-check").count(), 0);
});

test("a watch that nobody touches is asked, sounds, is unattended, and calls the supervisor", async () => {
  const { green } = world;
  await startWatch(green);
  await asked(green);
  await until(green, "#watch-check", "WATCH CHECK Nobody has touched a console here for long.");
  await green.waitForSelector("[data-watch-check]", { state: "visible" });
  assert.equal(await green.evaluate(() => document.body.dataset.sounding), "no");
  await accessible(green);
  await shot(green, "watch-check");
  await world.ringdown("lab", "clock", "+15s");
  await green.waitForFunction(() => document.body?.dataset.sounding === "yes");
  await until(green, "#alarm-bar", "WATCH CHECK: nobody has answered since");
  assert.equal(await unattended(), false);
  assert.deepEqual(await called(), []);
  await world.ringdown("lab", "clock", "+15s");
  await eventually("UNATTENDED", unattended);
  await eventually("a call", async () => (await called()).length > 0);
  assert.deepEqual(await called(), ["UNATTENDED"]);
  assert.match((await calls())[0], /"fault":"WATCH CHECK at \d\d:\d\d:\d\dZ: nobody has answered at a console\."/);
  await world.ringdown("lab", "clock", "+90s");
  await eventually("the supervisor", async () => (await called()).length > 1);
  assert.deepEqual(await called(), ["UNATTENDED", "SUPERVISOR"]);
  await accessible(green);
  await shot(green, "watch-check-unanswered");
});

test("a touch does not answer, nor a console whose sound is lost; a press at a live one does", async () => {
  const { green } = world;
  await green.mouse.move(300, 300);
  await green.evaluate(() => Promise.all(window.contexts.map((each) => each.suspend())));
  await until(green, "#sound-off", "SOUND LOST");
  await green.waitForSelector("[data-watch-check]", { state: "hidden" });
  await green.evaluate(() => document.querySelector("[data-watch-check]").click());
  await eventually("MUTE", async () => JSON.parse(await world.ringdown("green", "status", "--json")).consoles.live === 0);
  // Nor does the node take it from there, whatever a page does.
  await green.evaluate(() => fetch("/watch", { method: "POST", headers: { "content-type": "application/json" },
    body: JSON.stringify({ console: sessionStorage.getItem("ringdown-console"), said: "here", messages: [] }) }));
  await go(green, "/");
  await asked(green);
  assert.equal(await unattended(), true);
  await startWatch(green);
  await green.click("[data-watch-check]");
  await answered(green);
  await eventually("attended", async () => !await unattended());
  await eventually("the note", async () => (await noted()).includes("watch-answered"));
  assert.deepEqual((await noted()).slice(0, 4), ["WATCH-CHECK", "CONTINUOUS", "SUPERVISOR", "watch-answered"]);
  await go(green, "/watch");
  await until(green, ".log", "Duty officer answered the watch check at console");
  await until(green, ".log", "WATCH-CHECK: SUPERVISOR. People were called.");
  // The browser wants a key on each page before it sounds.
  await green.keyboard.press("x");
  await shot(green, "watch-check-log");
  assert.deepEqual(await called(), ["UNATTENDED", "SUPERVISOR"]);
});

test("who may not act sees the watch check and has no button for it", async () => {
  const look = await world.context.browser().newContext();
  const page = await look.newPage();
  await page.goto(world.addresses.filter((address) => new URL(address).origin === new URL(world.green.url()).origin).at(-1));
  await asked(page);
  assert.equal(await page.locator("[data-watch-check]").count(), 0);
  await look.close();
  assert.deepEqual(world.complaints, []);
});
