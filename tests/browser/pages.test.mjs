// Every page in every theme: nothing that axe-core finds, nothing beyond the edge, at 200 % and with larger text.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible, clear, go, open, overflow, prefer, shot, startWatch, until, violations } from "./world.mjs";

const LONG = "On the call of 2100Z: the delegation asks for a postponement until the ship has left the area and the minister is back";
const THEMES = ["day", "dark", "night"];
let world;
let paths;

before(async () => {
  world = await open();
  const { blue, green, send } = world;
  await startWatch(green);
  await send("blue", "PRIORITY", "LIVE", LONG, "Long subject.");
  await send("blue", "ROUTINE", "EXERCISE", "Exercise start moved", "By one hour.");
  await send("green", "ROUTINE", "TEST", "اقتراح موعد جديد 31-23N 33-25E", "نقترح الساعة 2100Z يوم 24 عند 31-23N 33-25E.\nهل توافقون؟");
  await send("green", "PRIORITY", "LIVE", "关于下周演习的通知", "演习时间改为 2100Z，地点 31-23N 33-25E。");
  await send("green", "ROUTINE", "LIVE", "W".repeat(200), "x".repeat(4000));
  await world.ringdown("green", "send", "--precedence", "IMMEDIATE", "--class", "EXERCISE", "--marker", "QUESTION",
    "--subject", "Where is \u202ethe tug", "--text", "a\u200bb");
  await world.ringdown("green", "wait", "GREEN", "X-0001", "--for", "stored", "--timeout", "30");
  await world.ringdown("blue", "acknowledge", "GREEN", "X-0001");
  await world.ringdown("blue", "acknowledge", "GREEN", "T-0001");
  await until(blue, ".last", "ACKNOWLEDGED");
  await blue.evaluate(() => fetch(`/v1/lines/-/drafts/${"ab".repeat(16)}`, {
    method: "PUT", headers: { "content-type": "application/json" },
    body: JSON.stringify({ precedence: "FLASH", subject: "A draft", text: "kept" }),
  }));
  paths = {
    board: "/", messages: "/messages", waiting: "/messages?show=waiting", compose: `/compose?draft=${"ab".repeat(16)}`,
    record: "/record", watch: "/watch", handover: "/watch/handover", settings: "/settings", missing: "/no-such-page", "no-message": "/messages/BLUE%209999",
    arabic: "/messages/GREEN%20T-0001", chinese: "/messages/GREEN%200001", wide: "/messages/GREEN%200002",
    exercise: "/messages/BLUE%20X-0001", hidden: "/messages/GREEN%20X-0001", owed: "/messages?show=owed",
    paper: "/messages/GREEN%20X-0001/paper", transcript: "/record/transcript",
  };
});
after(async () => { await world?.close(); });

for (const theme of THEMES) {
  test(`every page in theme ${theme}: axe-core finds nothing, nothing is wider than the screen`, async () => {
    const { blue } = world;
    // Themes differ in colours alone, so the other rules are asked once.
    const rules = theme === "dark" ? undefined : ["color-contrast"];
    await prefer(blue, "theme", theme);
    for (const [name, path] of Object.entries(paths)) {
      await go(blue, path);
      assert.equal(await blue.getAttribute("html", "data-theme"), theme);
      if (name === "record") {
        await until(blue, "main", "NOTHING BROKEN");
        await blue.click("#names summary");
      }
      if (name === "board") await until(blue, "main", "OPEN: WE ARE TO ACT");
      await accessible(blue, `${name} in ${theme}`, rules);
      assert.deepEqual(await overflow(blue), [], `${name} in ${theme}`);
      await shot(blue, `${theme}-${name}`);
    }
    await go(blue, "/");
    await blue.click("#help-button");
    await blue.waitForSelector("#help[open]");
    await accessible(blue, `help in ${theme}`, rules);
    await shot(blue, `${theme}-help`);
    await blue.keyboard.press("Escape");
  });
}

test("a message is shown raw: bytes, hash and code points, folded until somebody asks", async () => {
  const { blue } = world;
  await go(blue, paths.hidden);
  assert.equal(await blue.isVisible("#raw dl"), false);
  await blue.click("#raw summary");
  await blue.waitForSelector("#raw[open] dl");
  assert.equal(await blue.innerText("#raw summary"), "Show raw");
  const shown = await blue.innerText("#raw");
  const { entry, header, body } = await blue.evaluate(async () => (await fetch("/v1/lines/-/messages/GREEN%20X-0001/raw")).json());
  for (const words of [entry, header, body, "U+202E U+0074 U+0068 U+0065", "U+0061 U+200B U+0062"]) assert.ok(shown.includes(words), words);
  await accessible(blue, "a message shown raw");
  assert.deepEqual(await overflow(blue), []);
  await shot(blue, "raw");
});

for (const theme of THEMES) {
  test(`an incoming FLASH in theme ${theme}: axe-core finds nothing`, async () => {
    const { green, send } = world;
    await prefer(green, "theme", theme);
    await send("blue", "FLASH", ["LIVE", "EXERCISE", "TEST"][THEMES.indexOf(theme)], LONG, "Is it one of yours?\n勇敢");
    await green.waitForSelector("#incoming[open]:not(.settling)");
    await accessible(green, theme);
    await shot(green, `${theme}-incoming`);
    await green.keyboard.press("Escape");
    await green.waitForSelector("#alarm-bar");
    await accessible(green, `put aside in ${theme}`);
    await shot(green, `${theme}-aside`);
    await clear(world, "green");
    await green.waitForSelector("#alarm-bar", { state: "hidden" });
  });
}

test("a place stands in its order inside an Arabic text, and the text runs from the right", async () => {
  const { blue } = world;
  await go(blue, paths.arabic);
  for (const selector of [".text", "h1"]) {
    const [place, box] = await blue.evaluate((selector) => {
      const root = document.querySelector(selector);
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      for (let node; (node = walker.nextNode());) {
        const at = node.data.indexOf("31-23N 33-25E");
        if (at < 0) continue;
        const left = (index) => {
          const range = document.createRange();
          range.setStart(node, at + index);
          range.setEnd(node, at + index + 1);
          return range.getBoundingClientRect().left;
        };
        return [Array.from({ length: 13 }, (_, index) => left(index)), getComputedStyle(root).direction];
      }
      return [[], ""];
    }, selector);
    assert.equal(place.length, 13, `${selector} has the place`);
    assert.deepEqual(place, [...place].sort((a, b) => a - b), `${selector}: every character right of the one before it`);
    if (selector === ".text") assert.equal(box, "rtl");
  }
  await go(blue, paths.chinese);
  assert.equal(await blue.getAttribute(".text", "dir"), "auto");
});

test("at 200 % of 1280 by 720, and with the largest text, no page is wider than the screen", async () => {
  const { blue } = world;
  for (const [name, path] of Object.entries(paths)) {
    await go(blue, path);
    await until(blue, "#bar", "GREEN");
    for (const [size, width, height] of [["normal", 640, 360], ["larger", 1280, 720], ["larger", 640, 360]]) {
      await blue.setViewportSize({ width, height });
      await prefer(blue, "size", size);
      assert.deepEqual(await overflow(blue), [], `${name}, text ${size}, ${width} wide`);
      await shot(blue, `${size}-${width}-${name}`, { fullPage: true });
    }
  }
  await blue.click("#help-button");
  const help = await blue.locator("#help").boundingBox();
  assert.ok(help.x >= 0 && help.x + help.width <= 640);
  await blue.click("#help-close");
  await prefer(blue, "size", "normal");
  await blue.setViewportSize({ width: 1280, height: 720 });
});

test("at 200 % a FLASH can be read, silenced and acknowledged", async () => {
  const { green, send } = world;
  await green.setViewportSize({ width: 640, height: 360 });
  await send("blue", "FLASH", "LIVE", LONG, "Is it one of yours?");
  await green.waitForSelector("#incoming[open]:not(.settling)");
  await shot(green, "zoom-incoming");
  await accessible(green);
  await green.click("#incoming [data-silence]");
  await green.click("#incoming [data-acknowledge]");
  await green.waitForFunction(() => document.querySelector("#incoming")?.open === false);
  await green.setViewportSize({ width: 1280, height: 720 });
});

test("the checks of this file can fail", async () => {
  const { blue } = world;
  await go(blue, "/settings");
  await blue.evaluate(() => {
    document.querySelector("main").insertAdjacentHTML("beforeend", "<p id=planted><input type=text></p>");
    document.querySelector("#planted").style.width = "3000px";
  });
  assert.deepEqual((await violations(blue)).map(([id]) => id), ["label"]);
  assert.ok((await overflow(blue)).length > 0);
});

test("settings take effect at once, survive a reload, and follow the computer if it is asked for", async () => {
  const { blue } = world;
  await go(blue, "/settings");
  await blue.check("input[value=day]");
  await blue.check("input[value=large]");
  await blue.check("input[value=quarter]");
  await blue.check("input[name=local]");
  assert.ok(!(await blue.isChecked("input[name=letters]")), "letters are off until they are switched on");
  await until(blue, "#saved", "Kept in this browser.");
  await go(blue, "/");
  assert.deepEqual(await blue.evaluate(() => ({ ...document.documentElement.dataset })), { theme: "day", size: "large", letters: "off" });
  await blue.waitForSelector("#local");
  assert.match(await blue.innerText("#local"), /^\d\d:\d\d local, Z[+-]\d/);
  await startWatch(blue);
  await blue.waitForSelector("#sound-on.caution");
  await until(blue, "#sound-on", "SOUND QUARTER");
  await blue.keyboard.press("m");
  await blue.keyboard.press("?");
  await blue.waitForTimeout(200);
  assert.equal(new URL(blue.url()).pathname, "/", "letters are off");
  assert.ok(!(await blue.isVisible("#help")));
  await go(blue, "/settings");
  for (const value of ["day", "large", "quarter"]) assert.ok(await blue.isChecked(`input[value=${value}]`), value);
  await blue.check("input[value=system]");
  for (const [scheme, theme] of [["light", "day"], ["dark", "dark"]]) {
    await blue.emulateMedia({ colorScheme: scheme });
    await blue.waitForFunction((theme) => document.documentElement?.dataset.theme === theme, theme);
  }
  for (const value of ["normal", "full"]) await blue.check(`input[value=${value}]`);
});

test("the tones are heard without a watch", async () => {
  const { blue } = world;
  await go(blue, "/settings");
  const before = await blue.evaluate(() => window.contexts.length);
  await blue.click("[data-tone=FLASH][data-class=EXERCISE]");
  await blue.waitForFunction((before) => window.contexts.length >= before && window.contexts.at(-1)?.state === "running", before);
});

test("in monochrome, and with forced colours, states have shape and word", async () => {
  const { blue } = world;
  await go(blue, "/");
  // All in one look: a board that is drawn anew in between has other badges.
  const badges = await blue.evaluate(() => [...document.querySelectorAll(".badge")].filter((each) => each.checkVisibility())
    .map((each) => [each.innerText.trim(), parseFloat(getComputedStyle(each, "::before").width)]));
  assert.ok(badges.length > 0);
  for (const [word, shape] of badges) assert.ok(word.length > 0 && shape > 0, `${word}: a word and a shape`);
  await blue.emulateMedia({ forcedColors: "active" });
  await shot(blue, "forced-colours");
  await blue.emulateMedia({ forcedColors: "none" });
});

test("the sign-in page, in every theme, and a wrong token", async () => {
  const { context } = world;
  const page = await context.newPage();
  await context.clearCookies();
  for (const theme of THEMES) {
    await page.goto(new URL("/", world.addresses[0]).href);
    await prefer(page, "theme", theme);
    await page.reload();
    await accessible(page, `sign-in in ${theme}`);
  }
  await page.fill("input[name=token]", "0123");
  await page.click("button");
  await until(page, "main", "This is not the token of this home. Nothing was opened.");
  await accessible(page, "a wrong token");
  await shot(page, "sign-in");
  await page.goto(world.addresses[0]);
  await page.waitForSelector("#waits-title");
});

test("no script failed, and the policy refused nothing", () => {
  assert.deepEqual(world.complaints, []);
});
