// What an officer sees and does, in a browser, against two real nodes.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { open } from "./world.mjs";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SHOTS = process.env.SHOTS;
let world;

before(async () => { world = await open(); });
after(async () => { await world.close(); });

async function shot(page, name) {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png` });
}

async function accessible(page) {
  // The policy of the console forbids foreign scripts, so axe runs outside the page's own world.
  const found = await page.evaluate(`(() => { ${AXE}; return axe.run(); })()`);
  assert.deepEqual(found.violations.map((violation) => [violation.id, violation.nodes.map((node) => node.target)]), []);
}

async function compose(page, precedence, subject, text) {
  await page.goto(new URL("/compose", page.url()).href);
  await page.selectOption("select[name=precedence]", precedence);
  await page.selectOption("select[name=class]", "TEST");
  await page.fill("input[name=subject]", subject);
  await page.fill("textarea[name=text]", text);
}

test("the board tells state, peer, what waits and Zulu time without scrolling", async () => {
  const { blue } = world;
  await blue.waitForFunction(() => document.querySelector("#bar").innerText.includes("GREEN answers"));
  await blue.waitForFunction(() => /^\d\d:\d\d:\d\dZ$/.test(document.querySelector("#zulu").textContent));
  for (const selector of ["#bar", "#zulu", "#waits-title", "#last-title", "text=New message"]) {
    const box = await blue.locator(selector).first().boundingBox();
    assert.ok(box.y + box.height <= 720 && box.x + box.width <= 1280, `${selector} is on the screen`);
  }
  await accessible(blue);
});

test("a FLASH opens a dialog, sounds, is silenced without being acknowledged, and is acknowledged", async () => {
  const { blue, green } = world;
  await green.click("#watch");
  await green.waitForFunction(() => document.querySelector("#sound-off").hidden);
  const text = "Is the ship hit at 31-23N 33-25E one of yours?\n勇敢 — Смело — شجاع “quoted”";
  await compose(blue, "FLASH", "USS Liberty", text);
  await accessible(blue);
  const label = await blue.innerText("button[type=submit]");
  assert.equal(label, "Release FLASH to GREEN - TEST");
  await blue.click("button[type=submit]");
  await blue.waitForSelector("article.message");
  await green.waitForSelector("#incoming[open]");
  assert.equal(await green.innerText("#incoming .text"), text);
  await green.waitForFunction(() => document.body.dataset.sounding === "yes");
  await shot(green, "incoming");
  await accessible(green);
  await green.click("#incoming [data-silence]");
  await green.waitForFunction(() => document.body.dataset.sounding === "no");
  assert.ok(await green.isVisible("#incoming"), "silence is not acknowledgement");
  await blue.waitForFunction(() => document.querySelector("article").innerText.includes("STORED BY PEER"));
  assert.ok(!(await blue.innerText("article")).includes("ACKNOWLEDGED"));
  await green.click("#incoming [data-acknowledge]");
  await blue.waitForFunction(() => document.querySelector("article").innerText.includes("ACKNOWLEDGED by Duty officer"));
  await green.waitForFunction(() => !document.querySelector("#incoming").open);
  await shot(blue, "message");
  await accessible(blue);
});

test("a double click on Release sends once", async () => {
  const { blue } = world;
  await compose(blue, "ROUTINE", "once", "only once");
  await blue.dblclick("button[type=submit]").catch(() => {});
  await blue.waitForSelector("article.message");
  const outbox = JSON.parse(await world.ringdown("blue", "outbox", "--json"));
  assert.equal(outbox.filter((message) => message.subject === "once").length, 1);
});

test("a draft is kept on the node and found again after the page is gone", async () => {
  const { blue } = world;
  await compose(blue, "PRIORITY", "half written", "to be continued");
  await blue.waitForFunction(() => document.querySelector("#kept").textContent.includes("Draft kept"));
  await blue.goto(new URL("/", blue.url()).href);
  await blue.click("text=half written");
  assert.equal(await blue.inputValue("textarea[name=text]"), "to be continued");
});

test("a pulled cable is told, what is sent waits, and goes when the cable is back", async () => {
  const { blue, green } = world;
  await world.ringdown("lab", "cut");
  await blue.goto(new URL("/", blue.url()).href);
  await blue.waitForFunction(() => document.querySelector("#bar").innerText.includes("GREEN NO PATH since"));
  await compose(blue, "IMMEDIATE", "while cut", "waits");
  await blue.click("button[type=submit]");
  await blue.waitForSelector("article.message");
  assert.ok((await blue.innerText("article .badge")).includes("QUEUED - NOT SENT"));
  await blue.goto(new URL("/", blue.url()).href);
  await shot(blue, "cut");
  await accessible(blue);
  await world.ringdown("lab", "heal");
  await green.waitForSelector("#incoming[open]");
  await green.click("#incoming [data-acknowledge]");
  await blue.waitForFunction(() => document.querySelector(".last").innerText.includes("ACKNOWLEDGED"));
  await shot(blue, "board");
});

test("without its node a screen says that it is blind", async () => {
  const { blue } = world;
  assert.deepEqual(world.complaints, [], "no script error, nothing that the policy refused");
  world.demo.kill("SIGSTOP");
  const children = (await readFile(`/proc/${world.demo.pid}/task/${world.demo.pid}/children`, "utf8")).trim().split(" ");
  children.forEach((pid) => process.kill(Number(pid), "SIGSTOP"));
  await blue.waitForSelector("#blind:not([hidden])", { timeout: 20000 });
  assert.match(await blue.innerText("#blind"), /THIS SCREEN IS BLIND since\s+\d\d:\d\d:\d\dZ/);
  await shot(blue, "blind");
  children.forEach((pid) => process.kill(Number(pid), "SIGCONT"));
  world.demo.kill("SIGCONT");
  await blue.waitForSelector("#blind", { state: "hidden", timeout: 20000 });
});
