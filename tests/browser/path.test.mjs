// What the path between the nodes does to datagrams, and what officers see of it: scenarios 15 and 17 of the console, by
// their numbers. This process carries every datagram.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible, clear, go, open, shot, until } from "./world.mjs";

let world;
/** What happens to a datagram; each test sets its own. */
let path = (bytes, from, deliver) => deliver();
before(async () => { world = await open({ path: (...datagram) => path(...datagram) }); });
after(async () => { await world?.close(); });

const status = (side) => world.ringdown(side, "status", "--json").then(JSON.parse);
const inbox = () => world.ringdown("green", "inbox", "--json").then(JSON.parse);

test("15: every packet is replayed: one message, counted, no second alarm", async () => {
  const { blue, green } = world;
  await until(blue, "#bar", "GREEN ANSWERS");
  let carried = 0;
  const kept = [];
  path = (bytes, from, deliver) => {
    if (from === "BLUE") carried += 1;
    kept.push(deliver);
    deliver();
    deliver();
  };
  const before = await status("green");
  await world.send("blue", "FLASH", "TEST", "sent once", "x");
  await green.waitForSelector("#incoming[open]:not(.settling)");
  await green.click("#incoming [data-acknowledge]");
  await green.waitForFunction(() => document.querySelector("#incoming")?.open === false);
  await world.ringdown("blue", "wait", "BLUE", "T-0001", "--for", "acknowledged", "--timeout", "10");
  // And once more, later, all of it.
  kept.splice(0).forEach((deliver) => deliver());
  await green.waitForTimeout(1500);
  assert.ok(carried > 1, "something was replayed");
  const now = await status("green");
  assert.ok(now.repeated_cells >= before.repeated_cells + carried, "the copies are counted");
  assert.equal((await inbox()).length, 1);
  assert.equal(await green.evaluate(() => document.querySelector("#incoming").open), false, "no second alarm");
  assert.equal(await green.isVisible("#alarm-bar"), false);
  assert.equal(now.head.peer, (await status("blue")).head.own);
});

test("17: one message is lost: it is named as missing, asked for again, and comes to its place", async () => {
  const { green } = world;
  let size = 0;
  path = (bytes, from, deliver) => {
    if (from === "BLUE" && bytes.length > 200 && size === 0) size = bytes.length;
    const lost = from === "BLUE" && size > 0 && Math.abs(bytes.length - size) < 40;
    if (!lost) deliver();
  };
  await world.send("blue", "ROUTINE", "TEST", "lost", "x".repeat(100));
  for (let waited = 0; size === 0 && waited < 100; waited++) await green.waitForTimeout(50);
  assert.ok(size > 0, "it was sent, and lost");
  await world.send("blue", "FLASH", "TEST", "after it", "y".repeat(600));
  await green.waitForSelector("#incoming[open]:not(.settling)");
  await until(green, "#incoming", "after it");
  await until(green, "#tray", "BLUE T-0002 has not arrived from BLUE; a later one has. It is asked for again.");
  await accessible(green);
  await shot(green, "missing");
  assert.deepEqual((await inbox()).map((message) => message.subject), ["sent once", "after it"]);
  path = (bytes, from, deliver) => deliver();
  await green.waitForFunction(() => !document.querySelector("#tray")?.innerText.includes("has not arrived"));
  await clear(world, "green");
  await green.waitForFunction(() => document.querySelector("#incoming")?.open === false);
  await go(green, "/messages");
  const there = (await inbox()).map((message) => [message.serial, message.subject]).sort();
  assert.deepEqual(there, [["BLUE T-0001", "sent once"], ["BLUE T-0002", "lost"], ["BLUE T-0003", "after it"]]);
});

test("no script failed, and the policy refused nothing", () => assert.deepEqual(world.complaints, []));
