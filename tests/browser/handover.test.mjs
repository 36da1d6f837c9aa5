// The watch is handed over: what waits, what rang, how long it took, and not before the sound was heard. And what a
// console without a watch is.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible, clear, go, open, overflow, shot, startWatch, until } from "./world.mjs";

let world;
before(async () => { world = await open(); });
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
  await green.waitForFunction(() => !document.querySelector("#incoming").open);
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

test("scenario 12: a handover is blocked until the sound is heard, whatever the page allows", async () => {
  const { green } = world;
  await green.click("#hand-over");
  await until(green, "#handed", "SIGNED OFF");
  await until(green, "main", "SOUND NOT TESTED");
  assert.ok(await green.isDisabled("#take-watch"));
  // It was heard before, by the one who leaves; the one who takes it has to hear it himself.
  const [status, text] = await post(green, "/watch/take");
  assert.equal(status, 409);
  assert.match(text, /was not heard by a person since the watch was handed over/);
  assert.ok(!(await log()).some(({ what }) => what === "watch-taken"));
  await green.click("[data-sound-test]");
  assert.ok(await green.isDisabled("#take-watch"), "played is not heard");
  await green.click("#heard-here");
  await until(green, "#sound-tested", "SOUND HEARD");
  await green.waitForSelector("#take-watch:not([disabled])");
  await accessible(green);
  await shot(green, "handover-ready", { fullPage: true });
  await green.click("#take-watch");
  await until(green, ".log", "Duty officer took the watch from Duty officer at console");
  const signed = (await log()).filter(({ what }) => /^(handed-over|watch-)/.test(what));
  assert.deepEqual(signed.map(({ what }) => what), ["watch-started", "handed-over", "watch-taken"]);
  const taken = signed.at(-1);
  assert.deepEqual([taken.left, taken.took], ["Duty officer", "Duty officer"]);
  assert.match(taken.at, /Z$/);
  await until(green, "main", "Duty officer has the watch since");
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
