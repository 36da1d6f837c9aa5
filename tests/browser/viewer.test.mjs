// A screen for the supervisor, or on the wall: it shows board, incoming and dialogue, and does nothing, whoever sits there.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { accessible, clear, go, open, overflow, shot, until } from "./world.mjs";

let world;
let view;
before(async () => {
  world = await open();
  const token = (await readFile(join(world.dir, "green", "token-view"), "utf8")).trim();
  const browser = world.context.browser();
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, colorScheme: "dark" });
  view = await context.newPage();
  view.setDefaultTimeout(15000);
  view.on("pageerror", (error) => world.complaints.push(error.message));
  await view.goto(new URL(`/#${token}`, world.addresses[1]).href);
  await view.waitForSelector("#waits-title");
});
after(async () => { await world?.close(); });

const acts = () => view.evaluate(() => [...document.querySelectorAll("form[method=post], [data-acknowledge], a[href^='/compose']")]
  .filter((each) => !each.matches("#languages, [action='/record/examine']")).map((each) => each.outerHTML));

test("it says that it only looks, has no act on it, no sound, and is no console of this side", async () => {
  await until(view, "#officer", "VIEW ONLY");
  assert.ok(!(await view.isVisible("#sound-off")), "nobody relies on its sound");
  const seen = () => world.ringdown("green", "status", "--json").then(JSON.parse).then(({ consoles }) => consoles);
  const { each } = await seen();
  await view.waitForTimeout(3000);
  assert.equal((await seen()).each.length, each.length);
  assert.equal(each.length, 1, "GREEN's own console alone");
  for (const path of ["/", "/messages", "/record", "/watch", "/settings"]) {
    await go(view, path);
    assert.deepEqual(await acts(), [], path);
    await accessible(view, path);
    assert.deepEqual(await overflow(view), [], path);
  }
});

test("a FLASH is shown there without a button to acknowledge it, and without a sound unless it is asked for", async () => {
  const { green, send } = world;
  await go(view, "/");
  await send("blue", "FLASH", "LIVE", "seen on the wall", "Is it one of yours?");
  for (const each of [view, green]) await each.waitForSelector("#incoming[open]:not(.settling)");
  await until(view, "#incoming", "seen on the wall");
  assert.deepEqual(await acts(), []);
  assert.equal(await view.evaluate(() => document.body.dataset.sounding), "no");
  await accessible(view);
  await shot(view, "viewer-incoming");
  // Holding the key of acknowledgement does nothing either.
  await view.keyboard.down("a");
  await view.waitForTimeout(2500);
  await view.keyboard.up("a");
  assert.equal(JSON.parse(await world.ringdown("green", "inbox", "--json")).at(-1).state, "STORED HERE");
  await view.click("#incoming a.button");
  await view.waitForSelector("main [data-entry]");
  assert.deepEqual(await acts(), []);
  await accessible(view);
  await shot(view, "viewer-message");
  await view.click("#sound-here");
  await view.waitForFunction(() => document.body?.dataset.sounding === "yes");
  await until(view, "nav", "SOUND ON");
  await clear(world, "green");
  await view.waitForFunction(() => document.body?.dataset.sounding === "no");
});

test("whatever it asks for past its pages, the node refuses every act", async () => {
  await go(view, "/");
  const entry = JSON.parse(await world.ringdown("green", "inbox", "--json"))[0].entry;
  const before = JSON.parse(await world.ringdown("green", "log", "--json")).length;
  const draft = `drafts/${"cd".repeat(16)}`;
  for (const [method, path] of [
    ["POST", `/v1/lines/-/messages/${entry}/acknowledge`], ["POST", `/v1/lines/-/messages/${entry}/acts`],
    ["POST", `/messages/${entry}`], ["POST", `/messages/${entry}/read-back`], ["POST", `/messages/${entry}/translation`],
    ["PUT", `/v1/lines/-/${draft}`], ["POST", `/v1/lines/-/${draft}/send`], ["DELETE", `/v1/lines/-/${draft}`],
    ["POST", "/compose"], ["POST", "/watch"], ["POST", "/watch/end"], ["POST", "/watch/handover"], ["POST", "/watch/take"],
    ["POST", "/v1/lines/-/lab"],
  ]) {
    const [status, text] = await view.evaluate(async ([method, path]) => {
      const response = await fetch(path, { method, body: method === "DELETE" ? undefined : "{}" });
      return [response.status, await response.text()];
    }, [method, path]);
    assert.equal(status, 403, `${method} ${path}`);
    assert.match(text, /This screen only looks\./, path);
  }
  for (const path of ["/compose", `/messages/${entry}/read-back`, "/watch/handover"]) {
    const response = await go(view, path);
    assert.equal(response.status(), 403, path);
    await until(view, "main", "This screen only looks. Nothing was signed, sent or changed.");
  }
  assert.equal(JSON.parse(await world.ringdown("green", "log", "--json")).length, before);
});

test("it speaks the four languages", async () => {
  for (const [tag, words] of [["zh", "仅供查看"], ["ru", "ТОЛЬКО ПРОСМОТР"], ["ar", "للنظر فقط"], ["en", "VIEW ONLY"]]) {
    await go(view, "/settings");
    await view.click(`#languages [value=${tag}]`);
    await view.waitForFunction((tag) => document.documentElement?.lang === tag, tag);
    await go(view, "/");
    await until(view, "#officer", words);
    await accessible(view, tag);
    assert.deepEqual(await overflow(view), [], tag);
  }
});

test("no script failed, and the policy refused nothing", () => {
  assert.deepEqual(world.complaints, []);
});
