// The watch is handed over: what waits, what rang, how long it took, and not before the sound was heard. And what a
// console without a watch is.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { accessible, clear, go, open, overflow, shot, startWatch, until } from "./world.mjs";

let world;
let second;
before(async () => {
  world = await open();
  // The other officer, in a browser of his own.
  const token = (await readFile(join(world.dir, "green", "token-2"), "utf8")).trim();
  const context = await world.context.browser().newContext({ viewport: { width: 1280, height: 720 } });
  second = await context.newPage();
  second.setDefaultTimeout(15000);
  second.on("pageerror", (error) => world.complaints.push(error.message));
  await second.goto(new URL(`/#${token}`, world.addresses[1]).href);
  await second.waitForSelector("#waits-title");
});
after(async () => { await world?.close(); });

const log = async () => JSON.parse(await world.ringdown("green", "log", "--json"));
/** Posts a form as the page does, past its buttons; gives the status and what is said. */
const post = (page, path) => page.evaluate(async (path) => {
  const body = new URLSearchParams({ console: sessionStorage.getItem("ringdown-console") });
  const response = await fetch(path, { method: "POST", body });
  return [response.status, await response.text()];
}, path);

test("without a watch there is nothing to hand over or to take", async () => {
  const { green } = world;
  await go(green, "/watch");
  await until(green, "main", "Nobody has started a watch here.");
  await go(green, "/watch/handover");
  await until(green, "main", "There is no watch to hand over.");
  assert.ok(await green.isDisabled("#take-watch"));
  const [status, text] = await post(green, "/watch/take");
  assert.equal(status, 409);
  assert.match(text, /Nobody has handed the watch over\./);
});

test("the page of the handover shows what is open, what rang, and how long acknowledgements took", async () => {
  const { green, send } = world;
  await go(green, "/");
  await startWatch(green);
  await send("blue", "FLASH", "LIVE", "open still", "x");
  await green.waitForSelector("#incoming[open]:not(.settling)");
  await green.click("#incoming [data-silence]");
  await clear(world, "green");
  await green.waitForFunction(() => document.querySelector("#incoming")?.open === false);
  await go(green, "/watch/handover");
  await until(green, "[aria-labelledby=handover-open-title]", "BLUE 0001");
  await until(green, "[aria-labelledby=handover-alarms-title]", "Silenced for 2 minutes on console");
  await until(green, "[aria-labelledby=handover-acknowledged-title]", "IN TIME FLASH BLUE 0001");
  await until(green, "[aria-labelledby=handover-line-title]", "last heard");
  await until(green, "[aria-labelledby=handover-leaves-title]", "Duty officer has the watch since");
  await accessible(green);
  assert.deepEqual(await overflow(green), []);
  await shot(green, "handover", { fullPage: true });
});

test("scenario 12: a handover is blocked until the sound is heard by the one who takes it, whatever a page allows", async () => {
  const { green } = world;
  await go(second, "/watch/handover");
  assert.equal(await second.locator("#hand-over").count(), 0, "he does not have it");
  const foreign = await post(second, "/watch/handover");
  assert.equal(foreign[0], 409);
  assert.match(foreign[1], /Duty officer has the watch, not Watch officer/);
  await green.click("#hand-over");
  await until(green, "#handed", "SIGNED OFF");
  await until(green, "main", "The one who leaves does not take it himself");
  await accessible(green);
  const own = await post(green, "/watch/take");
  assert.equal(own[0], 409);
  assert.match(own[1], /Who hands the watch over does not take it himself/);
  await until(second, "#handed", "SIGNED OFF");
  await until(second, "main", "SOUND NOT TESTED");
  assert.ok(await second.isDisabled("#take-watch"));
  // It was heard by the one who leaves, at his console; the one who takes it has to hear it himself.
  const [status, text] = await post(second, "/watch/take");
  assert.equal(status, 409);
  assert.match(text, /was not heard by a person since the watch was handed over/);
  assert.ok(!(await log()).some(({ what }) => what === "watch-taken"));
  await second.click("[data-sound-test]");
  assert.ok(await second.isDisabled("#take-watch"), "played is not heard");
  await second.click("#heard-here");
  await until(second, "#sound-tested", "SOUND HEARD");
  await second.waitForSelector("#take-watch:not([disabled])");
  await accessible(second);
  await shot(second, "handover-ready", { fullPage: true });
  await second.click("#take-watch");
  await until(second, ".log", "Watch officer took the watch from Duty officer at console");
  const signed = (await log()).filter(({ what }) => /^(handed-over|watch-)/.test(what));
  assert.deepEqual(signed.map(({ what }) => what), ["watch-started", "handed-over", "watch-taken"]);
  const taken = signed.at(-1);
  assert.deepEqual([taken.left, taken.took], ["Duty officer", "Watch officer"]);
  assert.match(taken.at, /Z$/);
  await until(second, "main", "Watch officer has the watch since");
});

test("the end of a watch switches the sound of its console off, and nobody has the watch", async () => {
  const { green } = world;
  await go(green, "/watch");
  await green.click("#watch-end button");
  await until(green, "main", "Nobody has started a watch here.");
  await green.waitForSelector("#sound-off");
  await until(green, "#sound-off", "SOUND OFF");
  await until(green, ".log", "Duty officer ended the watch at console");
  const { watch } = JSON.parse(await world.ringdown("green", "status", "--json"));
  assert.equal(watch, null);
});

test("no script failed, and the policy refused nothing", () => {
  assert.deepEqual(world.complaints, []);
});
