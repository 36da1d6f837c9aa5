// Everything without a mouse, and nothing by an accidental key.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { clear, go, open, prefer, shot, until } from "./world.mjs";

let world;
before(async () => { world = await open(); });
after(async () => { await world?.close(); });

/** Presses Tab until what has the focus matches. */
async function tabTo(page, selector) {
  for (let presses = 0; presses < 60; presses++) {
    if (await page.evaluate((selector) => document.activeElement?.matches(selector), selector)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`${selector} was not reached`);
}

const state = async (side, subject) => {
  const inbox = JSON.parse(await world.ringdown(side, "inbox", "--json"));
  return inbox.find((message) => message.subject === subject)?.state;
};

test("a FLASH goes from the board to acknowledgement by keyboard alone", async () => {
  const { blue, green } = world;
  await until(blue, "#bar", "GREEN ANSWERS");
  await tabTo(green, "#watch");
  await green.keyboard.press("Enter");
  await tabTo(green, "#heard");
  await green.keyboard.press("Enter");
  await green.waitForSelector("#sound-off", { state: "hidden" });
  await tabTo(blue, "nav a[href='/compose']");
  await blue.keyboard.press("Enter");
  await blue.waitForSelector("#compose");
  await tabTo(blue, "select[name=class]");
  await blue.keyboard.press("t");
  await tabTo(blue, "select[name=precedence]");
  await blue.keyboard.press("f");
  await tabTo(blue, "input[name=subject]");
  await blue.keyboard.type("by keyboard");
  await blue.keyboard.press("Enter");
  await tabTo(blue, "textarea[name=text]");
  await blue.keyboard.type("Is it one of yours?");
  await blue.keyboard.press("Control+Enter");
  assert.ok(await blue.evaluate(() => document.activeElement.matches("#release")));
  await blue.waitForTimeout(300);
  assert.equal(new URL(blue.url()).pathname, "/compose", "neither Enter nor Ctrl+Enter released it");
  await shot(blue, "focus-on-release");
  await blue.keyboard.press("Enter");
  await blue.waitForSelector("article.message");
  await green.waitForSelector("#incoming[open]");
  assert.equal(await green.evaluate(() => document.activeElement.id), "incoming-title", "the focus is in the dialog, on no button");
  await green.keyboard.press("Enter");
  await green.keyboard.press("Space");
  await green.keyboard.press("s");
  await until(green, "#dialog-silenced", "Silenced on this console");
  assert.equal(await state("green", "by keyboard"), "STORED HERE");
  await green.waitForSelector("#incoming:not(.settling)");
  await green.keyboard.down("a");
  await until(green, "#incoming [data-acknowledge]", "Keep holding A");
  await green.waitForFunction(() => document.querySelector("#incoming")?.open === false);
  await green.keyboard.up("a");
  await until(blue, "article", "ACKNOWLEDGED by Duty officer of GREEN");
  await green.waitForURL(/\/messages\//);
});

test("once it is acknowledged, B reads it back: on the board, and on the link that another page shows; nowhere else", async () => {
  const { green } = world;
  const acknowledged = async (subject, page) => {
    await go(green, page);
    await world.send("blue", "FLASH", "EXERCISE", subject, "Is it one of yours?");
    await green.waitForSelector("#incoming[open]:not(.settling)");
    await until(green, "#incoming .incoming-subject", subject);
    await green.keyboard.press("b");
    await green.waitForTimeout(300);
    assert.ok(await green.isVisible("#incoming"), "what is not acknowledged is not read back");
    await green.keyboard.down("a");
    await green.waitForFunction(() => document.querySelector("#incoming")?.open === false);
    await green.keyboard.up("a");
  };
  await acknowledged("read back from the board", "/");
  await green.waitForURL(/\/messages\//);
  await green.waitForSelector("a#read-back:focus kbd");
  await shot(green, "b-on-the-message");
  await green.keyboard.press("b");
  await green.waitForURL(/\/read-back$/);
  await green.waitForSelector("#box-words");
  await acknowledged("read back from the record", "/record");
  await green.waitForSelector("#done-next[data-read-back]:focus");
  await shot(green, "b-on-the-record");
  await prefer(green, "letters", "on");
  await green.keyboard.press("b");
  await green.waitForURL(/\/read-back$/);
  await go(green, "/record");
  await green.keyboard.press("b");
  await green.waitForURL((url) => url.pathname === "/");
  await prefer(green, "letters", "off");
});

test("A pressed, and let go, acknowledges nothing; nor does one that was down before", async () => {
  const { green } = world;
  await go(green, "/compose");
  await green.focus("textarea");
  await green.keyboard.down("a");
  await world.send("blue", "FLASH", "TEST", "held before", "x");
  await until(green, "#alarm-bar", "FLASH TEST from BLUE WAITS");
  await green.keyboard.press("Control+j");
  await green.waitForSelector("#incoming[open]:not(.settling)");
  for (let repeats = 0; repeats < 15; repeats++) {
    await green.keyboard.down("a");
    await green.waitForTimeout(100);
  }
  await green.keyboard.up("a");
  await green.keyboard.press("a");
  await green.waitForTimeout(1300);
  assert.equal(await state("green", "held before"), "STORED HERE");
  await clear(world, "green");
  await green.waitForFunction(() => document.querySelector("#incoming")?.open === false);
});

test("A acknowledges, whatever was drawn again meanwhile and wherever a click went; let go too early it says so", async () => {
  const { green, send } = world;
  await go(green, "/");
  await send("blue", "FLASH", "TEST", "first of two", "x");
  await green.waitForSelector("#incoming[open]:not(.settling)");
  await send("blue", "FLASH", "TEST", "second of two", "x");
  await until(green, "#incoming", "1 more");
  assert.equal(await green.evaluate(() => document.activeElement.id), "incoming-title", "the focus did not leave the dialog");
  await until(green, "#incoming [data-acknowledge]", "hold A 1 s");
  await green.keyboard.down("a");
  await until(green, "#incoming [data-acknowledge].held", "Keep holding A");
  await shot(green, "held");
  await green.keyboard.up("a");
  await until(green, "#held-short", "Held too short: hold A for 1 s, or press the button.");
  await until(green, "#incoming [data-acknowledge]", "Acknowledge - I have it");
  await shot(green, "held-short");
  assert.equal(await state("green", "first of two"), "STORED HERE");
  await green.evaluate(() => document.activeElement.blur());
  await green.keyboard.down("a");
  await until(green, "#incoming .incoming-subject", "second of two");
  await green.keyboard.up("a");
  await green.waitForSelector("#incoming:not(.settling)");
  await green.click("#incoming .text");
  await green.keyboard.down("a");
  // What comes while the key is down does not make it begin anew.
  await send("blue", "FLASH", "TEST", "third", "x");
  await until(green, "#incoming .incoming-subject", "third");
  await green.keyboard.up("a");
  assert.ok((await state("green", "second of two")).startsWith("ACKNOWLEDGED"));
  await clear(world, "green");
  await green.waitForFunction(() => document.querySelector("#incoming")?.open === false);
});

test("who is writing is not interrupted: a bar tells, Ctrl+J opens, Escape goes back to the field", async () => {
  const { green } = world;
  await go(green, "/compose");
  await green.focus("textarea");
  await green.keyboard.type("We will ");
  await world.send("blue", "FLASH", "TEST", "while writing", "x");
  await green.waitForSelector("#alarm-bar");
  await green.keyboard.type("answer as soon as the band plays");
  assert.ok(!(await green.evaluate(() => document.querySelector("#incoming").open)));
  assert.equal(await green.inputValue("textarea"), "We will answer as soon as the band plays");
  await shot(green, "alarm-while-writing");
  await green.keyboard.press("Control+j");
  await green.waitForSelector("#incoming[open]");
  await green.keyboard.press("Escape");
  assert.ok(await green.evaluate(() => document.activeElement.matches("textarea")), "the focus is back");
  await green.keyboard.type(".");
  assert.equal(await green.inputValue("textarea"), "We will answer as soon as the band plays.");
  assert.ok(await green.isVisible("#alarm-bar"), "put aside is not acknowledged");
  assert.equal(await state("green", "while writing"), "STORED HERE");
  await clear(world, "green");
});

test("it opens by itself once the officer pauses", async () => {
  const { green } = world;
  await go(green, "/compose");
  await green.focus("textarea");
  await green.keyboard.type("x");
  await world.send("blue", "FLASH", "TEST", "while he pauses", "x");
  await green.waitForSelector("#alarm-bar");
  await green.waitForTimeout(1500);
  assert.ok(!(await green.evaluate(() => document.querySelector("#incoming").open)));
  await green.waitForSelector("#incoming[open]", { timeout: 15000 });
  await clear(world, "green");
  await green.waitForFunction(() => document.querySelector("#incoming")?.open === false);
});

test("letters go nowhere until they are switched on; then they open pages, but not out of a field, and not where one writes", async () => {
  const { blue } = world;
  await go(blue, "/");
  assert.ok(!(await blue.locator("nav kbd").first().isVisible()), "no key is named that does nothing");
  for (const key of ["m", "?", "i"]) await blue.keyboard.press(key);
  await blue.waitForTimeout(200);
  assert.equal(new URL(blue.url()).pathname, "/");
  assert.ok(!(await blue.isVisible("#help")));
  await prefer(blue, "letters", "on");
  for (const [key, path] of [["m", "/messages"], ["r", "/record"], [",", "/settings"], ["b", "/"], ["n", "/compose"]]) {
    await blue.keyboard.press(key);
    await blue.waitForURL((url) => url.pathname === path);
  }
  await blue.focus("input[name=subject]");
  await blue.keyboard.type("bmnr,?i as");
  assert.equal(await blue.inputValue("input[name=subject]"), "bmnr,?i as");
  await blue.focus("h1", { timeout: 500 }).catch(() => {});
  await blue.evaluate(() => document.activeElement.blur());
  await blue.keyboard.press("b");
  await blue.waitForTimeout(300);
  assert.equal(new URL(blue.url()).pathname, "/compose");
  assert.ok(!(await blue.isVisible("#help")));
});

test("help opens with ? and by its button, lists the keys, and gives the focus back", async () => {
  const { blue } = world;
  await go(blue, "/record");
  await blue.focus("#examine");
  await blue.keyboard.press("?");
  await blue.waitForSelector("#help[open]");
  await until(blue, "#help", "hold for one second: Acknowledge - I have it");
  await blue.keyboard.press("b");
  await blue.keyboard.press("Escape");
  assert.ok(await blue.evaluate(() => document.activeElement.id === "examine"));
  assert.equal(new URL(blue.url()).pathname, "/record", "letters go nowhere while help is open");
  await blue.click("#help-button");
  await blue.waitForSelector("#help[open]");
  await blue.click("#help-close");
});

test("on every page Tab goes through everything that can be used, in reading order, and shows where it is", async () => {
  const { blue, send } = world;
  await send("green", "ROUTINE", "TEST", "to reach", "x");
  for (const path of ["/", "/messages", "/compose", "/record", "/settings", "/messages/GREEN%20T-0001", "/nothing"]) {
    await go(blue, path);
    await until(blue, "#bar", "GREEN");
    await blue.evaluate(() => document.activeElement.blur());
    const visited = [];
    let count;
    do {
      await blue.keyboard.press("Tab");
      // Counted anew each time: a part of the page may have come anew meanwhile.
      const stop = await blue.evaluate(() => {
        const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")];
        const shown = all.filter((each) => each.checkVisibility() && each.tabIndex >= 0 && !each.closest("dialog") && each.type !== "hidden");
        // Of a group of radio buttons Tab goes to the one that is chosen.
        const usable = shown.filter((each) => each.type !== "radio" || each.checked);
        const { activeElement: element } = document;
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        return { at: usable.indexOf(element), count: usable.length, name: element.outerHTML.slice(0, 60),
          seen: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 };
      });
      count = stop.count;
      assert.ok(stop.seen, `${path}: where the focus is cannot be seen: ${stop.name}`);
      visited.push(stop.at);
    } while (visited.length < count);
    assert.deepEqual(visited, Array.from({ length: count }, (_, index) => index), path);
  }
});

test("no script failed, and the policy refused nothing", () => {
  assert.deepEqual(world.complaints, []);
});
