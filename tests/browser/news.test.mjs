// What happens while an officer is on another page, and what must not be forgotten or move under his hands.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible, clear, compose, go, open, overflow, prefer, shot, until } from "./world.mjs";

let world;
before(async () => { world = await open(); });
after(async () => { await world?.close(); });

const heading = (page) => page.evaluate(() => {
  const { x, y, width, height } = document.querySelector("main h1, main h2").getBoundingClientRect();
  return [x, y, width, height];
});
const notice = (page, text) => page.locator("#notices li", { hasText: text });

test("the acknowledgement of an urgent message is told on the page where the officer is, and takes nothing from him", async () => {
  const { blue, green, send } = world;
  await until(blue, "#bar", "GREEN ANSWERS");
  await send("blue", "FLASH", "TEST", "is it yours", "x");
  await send("blue", "ROUTINE", "TEST", "not urgent", "x");
  await compose(blue, "ROUTINE", "being written", "We wi");
  await blue.focus("textarea");
  const before = await heading(blue);
  await green.waitForSelector("#incoming[open]");
  await world.ringdown("green", "acknowledge", "BLUE", "T-0002");
  await world.ringdown("green", "acknowledge", "BLUE", "T-0001");
  await until(blue, "#notices", "BLUE T-0001 FLASH TEST ACKNOWLEDGED by Duty officer of GREEN at");
  // What is typed next may scroll, so that the strip does not cover it; the strip itself moves nothing.
  assert.deepEqual(await heading(blue), before, "the page did not move");
  await blue.keyboard.type("ll");
  assert.equal(await blue.inputValue("textarea"), "We will", "the focus stayed in the field");
  await blue.waitForFunction(() => document.querySelector("#polite")?.textContent.startsWith("BLUE T-0001 FLASH"));
  assert.equal(await blue.getAttribute("#polite", "aria-live"), "polite");
  assert.ok(!(await blue.innerText("#notices")).includes("T-0002"), "what is not urgent is in the list of messages");
  for (const theme of ["day", "night", "dark"]) {
    await prefer(blue, "theme", theme);
    await accessible(blue, theme);
    await shot(blue, `notice-${theme}`);
  }
});

test("a notice goes along to other pages, is not told twice, and goes when it is taken off or read", async () => {
  const { blue, send } = world;
  for (const path of ["/messages", "/record", "/settings"]) {
    await go(blue, path);
    assert.equal(await notice(blue, "BLUE T-0001").count(), 1, path);
  }
  await blue.waitForTimeout(800);
  assert.equal(await blue.textContent("#polite"), "", "it was said once");
  const before = await heading(blue);
  await blue.click("text=Hide this");
  assert.equal(await blue.locator("#notices li").count(), 0);
  assert.deepEqual(await heading(blue), before);
  await blue.reload();
  await until(blue, "#bar", "GREEN ANSWERS");
  assert.equal(await blue.locator("#notices li").count(), 0, "a reload does not bring it back");
  // What comes between two pages is told by the second one.
  await send("blue", "IMMEDIATE", "TEST", "between pages", "x");
  await world.ringdown("blue", "wait", "BLUE", "T-0003", "--for", "stored", "--timeout", "10");
  await blue.goto("about:blank");
  await world.ringdown("green", "acknowledge", "BLUE", "T-0003");
  await world.ringdown("blue", "wait", "BLUE", "T-0003", "--for", "acknowledged", "--timeout", "10");
  await blue.goto(new URL("/messages", world.addresses[0]).href);
  await notice(blue, "BLUE T-0003 IMMEDIATE").waitFor();
  await blue.click("text=Open BLUE T-0003");
  await blue.waitForSelector("article.message");
  assert.equal(await blue.locator("#notices li").count(), 0, "who reads it needs no notice");
});

test("many acknowledgements are one strip: the words of the newest, and a way to each", async () => {
  const { blue, send } = world;
  await go(blue, "/settings");
  const before = await heading(blue);
  for (const number of ["0004", "0005"]) {
    await send("blue", "FLASH", "TEST", `many ${number}`, "x");
    await world.ringdown("blue", "wait", "BLUE", `T-${number}`, "--for", "stored", "--timeout", "10");
    await world.ringdown("green", "acknowledge", "BLUE", `T-${number}`);
  }
  await until(blue, "#notices", "BLUE T-0005 FLASH TEST ACKNOWLEDGED");
  assert.equal(await blue.locator("#notices li").count(), 1);
  assert.deepEqual(await blue.locator("#notices a").allInnerTexts(), ["Open BLUE T-0005", "Open BLUE T-0004"]);
  await shot(blue, "notice-many");
  await blue.click("text=Hide this");
  assert.equal(await blue.locator("#notices li").count(), 0);
  assert.deepEqual(await heading(blue), before);
});

test("while a dialog is open nothing is said past it; it is said when the dialog closes", async () => {
  const { blue, send } = world;
  await send("blue", "FLASH", "TEST", "help is open", "x");
  await go(blue, "/settings");
  await blue.click("#help-button");
  await world.ringdown("blue", "wait", "BLUE", "T-0006", "--for", "stored", "--timeout", "10");
  await world.ringdown("green", "acknowledge", "BLUE", "T-0006");
  await notice(blue, "BLUE T-0006").waitFor();
  await blue.waitForTimeout(800);
  assert.equal(await blue.textContent("#polite"), "");
  await blue.keyboard.press("Escape");
  await until(blue, "#notices", "BLUE T-0006");
  await blue.waitForFunction(() => document.querySelector("#polite")?.textContent.includes("BLUE T-0006"));
  await blue.click("text=Hide this");
});

test("a line that goes and comes back is said and shown on every page, and no page moves for it", async () => {
  const { blue } = world;
  await go(blue, "/settings");
  await until(blue, "#bar", "GREEN ANSWERS");
  const before = await heading(blue);
  await world.ringdown("lab", "cut");
  await until(blue, "#tray", "LINE DOWN on 1 of 1 paths since");
  await blue.waitForFunction(() => document.querySelector("#polite")?.textContent === "LINE DOWN: GREEN does not answer on any path.");
  assert.deepEqual(await heading(blue), before, "the strip moved the page when it came");
  await blue.focus("input[name=local]");
  await shot(blue, "line-down");
  await accessible(blue);
  await world.ringdown("lab", "heal");
  await until(blue, "#notices", "LINE BACK: GREEN answers since");
  await blue.waitForSelector(".conditions", { state: "detached" });
  await blue.waitForFunction(() => document.querySelector("#polite")?.textContent.startsWith("LINE BACK"));
  assert.deepEqual(await heading(blue), before, "the strip moved the page when it went");
  assert.ok(await blue.evaluate(() => document.activeElement.matches("input[name=local]")), "the focus is where it was");
  await shot(blue, "line-back");
  await accessible(blue);
  await world.ringdown("lab", "cut");
  await until(blue, "#tray", "LINE DOWN");
  // It is not called back while it is down.
  await notice(blue, "LINE BACK").waitFor({ state: "detached" });
  await world.ringdown("lab", "heal");
  await notice(blue, "LINE BACK").waitFor();
  await blue.click("text=Hide this");
});

test("at the end of a page nothing lies under the strips, and scrolled to the end it does not move either", async () => {
  const { blue } = world;
  await blue.setViewportSize({ width: 640, height: 360 });
  for (const path of ["/compose", "/settings"]) {
    await go(blue, path);
    await until(blue, "#bar", "GREEN ANSWERS");
    await world.ringdown("lab", "cut");
    await until(blue, "#tray", "LINE DOWN");
    await blue.waitForFunction(() => {
      const room = document.documentElement.style.getPropertyValue("--tray-most");
      return room === `${document.querySelector("#tray").offsetHeight}px` && document.querySelector("#tray .conditions");
    });
    await blue.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    const [end, tray] = await blue.evaluate(() => [
      document.querySelector("main").getBoundingClientRect().bottom, document.querySelector("#tray").getBoundingClientRect().top,
    ]);
    assert.ok(end <= tray + 1, `${path}: the page ends at ${end}, the strips begin at ${tray}`);
    const before = await heading(blue);
    await accessible(blue, path);
    assert.deepEqual(await overflow(blue), []);
    await shot(blue, `strips-zoom${path.replace("/", "-")}`);
    await world.ringdown("lab", "heal");
    await blue.waitForSelector(".conditions", { state: "detached" });
    await notice(blue, "LINE BACK").waitFor();
    await blue.click("text=Hide this");
    assert.deepEqual(await heading(blue), before, path);
  }
  await blue.setViewportSize({ width: 1280, height: 720 });
});

test("the check that nothing moves can fail", async () => {
  const { blue } = world;
  await go(blue, "/settings");
  const before = await heading(blue);
  await blue.evaluate(() => { document.querySelector("#tray").style.position = "static"; });
  assert.notDeepEqual(await heading(blue), before);
});

test("a question that was acknowledged stays on the board until it is answered", async () => {
  const { blue, green } = world;
  const say = (side, marker, subject, ...more) => world.ringdown(side, "send", "--precedence", "PRIORITY",
    "--class", "LIVE", "--marker", marker, "--subject", subject, "--text", "x", ...more);
  await go(green, "/");
  await clear(world, "green");
  await say("blue", "QUESTION", "How many aboard?");
  await say("blue", "REQUEST", "Keep clear of the wreck");
  await until(green, "[aria-labelledby=waits-title]", "Keep clear of the wreck");
  const open = async () => (await green.locator("[aria-labelledby=owed-title] .row", { hasText: "LIVE" }).locator(".subject").allInnerTexts()).sort();
  assert.deepEqual(await open(), [], "what waits for acknowledgement is not yet there");
  await clear(world, "green");
  await until(green, "[aria-labelledby=owed-title]", "OPEN: WE ARE TO ACT");
  await until(green, "[aria-labelledby=owed-title]", "Keep clear of the wreck");
  await until(green, "[aria-labelledby=owed-title]", "How many aboard?");
  await green.waitForFunction(() => document.querySelector("#waiting")?.dataset.waiting === "0");
  assert.deepEqual(await open(), ["How many aboard?", "Keep clear of the wreck"]);
  await shot(green, "owed");
  await accessible(green);
  // Words in a subject answer nothing.
  await say("green", "INFORMATION", "RE BLUE 0001 - we count");
  await until(green, ".last", "we count");
  assert.deepEqual(await open(), ["How many aboard?", "Keep clear of the wreck"]);
  await go(blue, "/");
  await until(blue, "[aria-labelledby=expected-title]", "OPEN: GREEN IS TO ACT");
  await until(blue, "[aria-labelledby=expected-title]", "Answer PRIORITY LIVE BLUE 0001 How many aboard?");
  await say("green", "ANSWER", "Forty-one", "--re", "BLUE 0001");
  await green.waitForFunction(() => !document.querySelector("[aria-labelledby=owed-title]").innerText.includes("How many aboard?"));
  assert.deepEqual(await open(), ["Keep clear of the wreck"]);
  await go(green, "/messages?show=owed");
  await accessible(green);
  await go(green, "/messages/BLUE%200002");
  await green.fill("#word-unable-text", "We have no ship there");
  await green.selectOption("#word-unable-reason", "not-possible");
  await green.click("#word-unable");
  await until(green, "article", "UNABLE: it cannot be done. We have no ship there");
  await go(green, "/");
  assert.deepEqual(await open(), []);
});

test("a jump of the clock is told on every page, with what it means", async () => {
  const { blue } = world;
  const asks = ["--precedence", "PRIORITY", "--class", "EXERCISE", "--marker", "QUESTION", "--subject", "How many?", "--text", "x"];
  const { entry } = JSON.parse(await world.ringdown("blue", "send", ...asks, "--json"));
  await world.ringdown("blue", "wait", "BLUE", "X-0001", "--for", "stored", "--timeout", "10");
  await world.ringdown("green", "acknowledge", "BLUE", "X-0001");
  await go(blue, `/messages/${entry}`);
  await until(blue, ".next", "GREEN is next: Answer.");
  assert.ok(!(await blue.innerText("article")).includes("OVERDUE"));
  await go(blue, "/settings");
  await until(blue, "#bar", "GREEN ANSWERS");
  assert.ok(!(await blue.innerText("#tray")).includes("CLOCK JUMPED"));
  await world.ringdown("lab", "clock", "+6h");
  await until(blue, "#tray", "CLOCK JUMPED This node's wall clock was put forward by 6 h 0 min against its steady clock");
  await until(blue, "#tray", "Times written before are off by that");
  await accessible(blue);
  await go(blue, "/");
  await until(blue, "[aria-labelledby=line-title]", "CLOCK JUMPED");
  await shot(blue, "clock-jumped");
  await accessible(blue);
  await go(blue, `/messages/${entry}`);
  await until(blue, "article", "ANSWER OVERDUE GREEN was to answer by");
  await until(blue, "article", "Agreed next step: press Ask for voice here, or reach GREEN the other way:");
  await shot(blue, "overdue");
});

test("no script failed, and the policy refused nothing", () => {
  assert.deepEqual(world.complaints, []);
});
