// The console in four languages: nothing that axe-core finds, nothing beyond the edge, Arabic from the right with
// digits in their own order, and a FLASH acknowledged and read back by an officer who works in Arabic.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible, clear, fillBoxes, go, open, overflow, shot, startWatch, until } from "./world.mjs";

const LANGUAGES = { en: "Board", zh: "总览", ru: "Обзор", ar: "اللوحة" };
const PLACE = "31-23N 33-25E";
const REPORT = {
  event: "attacked", unit: "USS Liberty", "named-is": "one-ship", when: "081200Z JUN 27", where: "31.38167° N 33.38333° E",
  cause: "attack-by-whom-not-known", "forces-sent": "WILL",
};
let world;
let paths;

const choose = async (page, tag) => {
  await go(page, "/settings");
  await page.click(`#languages [value=${tag}]`);
  await page.waitForFunction((tag) => document.documentElement?.lang === tag, tag);
};

/** Where each character of a text is drawn, from the left. */
const drawn = (page, selector, text) => page.evaluate(([selector, text]) => {
  for (const root of document.querySelectorAll(selector)) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node; (node = walker.nextNode());) {
      const at = node.data.indexOf(text);
      if (at < 0) continue;
      return Array.from(text, (_, index) => {
        const range = document.createRange();
        range.setStart(node, at + index);
        range.setEnd(node, at + index + 1);
        return range.getBoundingClientRect().left;
      });
    }
  }
  return [];
}, [selector, text]);

const inOrder = async (page, selector, text) => {
  const places = await drawn(page, selector, text);
  assert.equal(places.length, text.length, `${selector} has ${text}`);
  assert.deepEqual(places, [...places].sort((a, b) => a - b), `${text} in ${selector}`);
};

before(async () => {
  world = await open();
  const { green, send } = world;
  await startWatch(green);
  await send("green", "ROUTINE", "TEST", `اقتراح موعد ${PLACE}`, `نقترح الساعة 2100Z عند ${PLACE}.\nهل توافقون؟`);
  await send("blue", "PRIORITY", "LIVE", "A ship has left the area", "At 2100Z.");
  await until(world.blue, ".last", "BLUE 0001");
  paths = {
    board: "/", messages: "/messages", waiting: "/messages?show=waiting", compose: "/compose", record: "/record", watch: "/watch", handover: "/watch/handover",
    settings: "/settings", missing: "/no-such-page", arabic: "/messages/GREEN%20T-0001", ours: "/messages/BLUE%200001",
    paper: "/messages/GREEN%20T-0001/paper", transcript: "/record/transcript",
  };
});
after(async () => { await world?.close(); });

for (const [tag, board] of Object.entries(LANGUAGES)) {
  test(`every page in ${tag}: its words, axe-core finds nothing, nothing is wider than the screen`, async () => {
    const { blue } = world;
    await choose(blue, tag);
    assert.equal(await blue.isVisible("#unchecked"), tag !== "en", "what no native reader has checked is said");
    for (const [name, path] of Object.entries(paths)) {
      await go(blue, path);
      assert.equal(await blue.getAttribute("html", "lang"), tag);
      assert.equal(await blue.getAttribute("html", "dir"), tag === "ar" ? "rtl" : "ltr");
      await until(blue, "nav", board);
      await accessible(blue, `${name} in ${tag}`);
      for (const width of [1280, 640]) {
        await blue.setViewportSize({ width, height: 720 });
        const beyond = await blue.evaluate(() => [...document.querySelectorAll("main *, nav *, .bar *")]
          .filter((each) => each.checkVisibility() && !each.closest(".visually-hidden") && each.getBoundingClientRect().left < -1)
          .map((each) => `${each.localName}.${each.className}`));
        assert.deepEqual([await overflow(blue), beyond], [[], []], `${name} in ${tag}, ${width} wide`);
        await shot(blue, `${tag}-${width}-${name}`);
      }
      await blue.setViewportSize({ width: 1280, height: 720 });
      const boxes = await blue.locator(".hidden-char").count();
      assert.equal(boxes, 0, `${name} in ${tag}: the console's own marks are no hidden characters`);
      assert.doesNotMatch(await blue.innerText("body"), /\[[a-z]+-[a-z-]+\]/, "every key has words");
    }
    await go(blue, "/");
    await blue.click("#help-button");
    await accessible(blue, `help in ${tag}`);
    await shot(blue, `${tag}-help`);
  });
}

test("in Arabic, places, serials and times keep their own order", async () => {
  const { blue } = world;
  await choose(blue, "ar");
  await go(blue, paths.arabic);
  await inOrder(blue, ".text", PLACE);
  await inOrder(blue, "h1", PLACE);
  await inOrder(blue, ".message-head", "GREEN T-0001");
  await go(blue, "/compose");
  await inOrder(blue, "#hint-valid_until", (await blue.innerText("#hint-valid_until")).match(/\d{6}Z [A-Z]{3} \d\d/)[0]);
  await choose(blue, "en");
});

test("20: a text in Chinese is drawn in the shapes of Chinese, whatever the language of the page", async () => {
  const { blue } = world;
  const drawnIn = async (language) => {
    const words = ["send", "--json", "--precedence", "ROUTINE", "--class", "TEST", "--subject", "shapes", "--text", "骨直令 31-23N 33-25E"];
    const { entry } = JSON.parse(await world.ringdown("blue", ...words, "--language", language));
    await go(blue, `/messages/${entry}`);
    assert.equal(await blue.getAttribute("article .text", "lang"), language);
    return blue.locator("article .text").screenshot();
  };
  await choose(blue, "en");
  const chinese = await drawnIn("zh");
  assert.ok(chinese.equals(await drawnIn("zh")), "a picture of the same text is the same");
  assert.ok(!chinese.equals(await drawnIn("ja")), "these characters have other shapes in Japanese");
});

/** The cells of each row stand in one line, and below each other those of a column, from the side where reading begins. */
const aligned = async (page, table) => {
  const rows = await page.locator(`${table} tr`).evaluateAll((rows) => rows.filter((row) => row.checkVisibility())
    .map((row) => [...row.children].map((cell) => cell.getBoundingClientRect()).map(({ top, left, right }) => ({ top, left, right }))));
  assert.ok(rows.length > 5, `${table}: ${rows.length} rows`);
  for (const cells of rows) {
    assert.ok(cells.every(({ top }) => top === cells[0].top), JSON.stringify(cells));
    assert.ok(cells.every(({ right }, at) => at === 0 || right <= cells[at - 1].left + 1), JSON.stringify(cells));
    assert.deepEqual(cells.map(({ right }) => Math.round(right)), rows[0].map(({ right }) => Math.round(right)));
  }
};

test("a FLASH is acknowledged and read back in Arabic", async () => {
  const { green } = world;
  await choose(green, "ar");
  await go(green, "/");
  await world.ringdown("blue", "send", "--precedence", "FLASH", "--class", "EXERCISE", "--form", "incident-report",
    "--subject", "Ship attacked", ...Object.entries(REPORT).flatMap(([name, value]) => ["--field", `${name}=${value}`]));
  await green.waitForSelector("#incoming[open]:not(.settling)");
  assert.equal(await green.innerText("#incoming [data-acknowledge] span"), "إقرار بالاستلام - هي لديّ");
  await accessible(green, "an incoming FLASH in Arabic");
  await shot(green, "ar-incoming");
  await green.click("#incoming [data-acknowledge]");
  await green.waitForSelector("#read-back");
  await accessible(green, "a FLASH in Arabic");
  await shot(green, "ar-flash");
  await aligned(green, "article .fields-table");
  await green.click("#read-back");
  await green.waitForSelector("#send-read-back");
  await accessible(green, "reading back in Arabic");
  await shot(green, "ar-read-back");
  await fillBoxes(green, REPORT);
  await green.click("#send-read-back");
  await green.waitForSelector(".round");
  await until(green, ".round", "القراءة المرتجعة - مطابقة");
  await accessible(green, "a read-back in Arabic");
  await shot(green, "ar-round");
  await inOrder(green, ".value", "081200Z JUN 27");
  const { state } = JSON.parse(await world.ringdown("blue", "show", "BLUE", "X-0001", "--json"));
  assert.match(state, /READ BACK|ACKNOWLEDGED/);
  await clear(world, "green");
});

test("the language follows the browser until one is chosen, and the sign-in page is in it too", async () => {
  const address = new URL("/", world.addresses[0]).href;
  for (const [accept, tag] of [["ru-RU,ru;q=0.9,en;q=0.8", "ru"], ["de,zh-CN;q=0.5", "zh"], ["fr", "en"]]) {
    const page = await (await fetch(address, { headers: { "accept-language": accept } })).text();
    assert.match(page, new RegExp(`<html lang="${tag}" dir="ltr">`));
  }
});

test("no script failed, and the policy refused nothing", () => {
  assert.deepEqual(world.complaints, []);
});
