// Translations by people: the sender's courtesy beside its message, and the receiver's own, which stays on its side.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { accessible, clear, compose, go, open, overflow, prefer, shot, startWatch, until } from "./world.mjs";

let world;
before(async () => { world = await open(); });
after(() => world?.close());

const courtesy = "BLUE 0142: السفينة 104 لا تستجيب.\nWe did \u202enot fire.";

test("a courtesy translation is written with a message, and what is wrong with it is told at its field", async () => {
  const { blue } = world;
  await compose(blue, "FLASH", "Ship adrift", "Ship 104 does not answer.\n".repeat(6).trim());
  assert.equal(await blue.isVisible("#courtesy"), false, "it is folded away until it is wanted");
  await blue.click("#courtesy-slot summary");
  await blue.fill("#courtesy", courtesy);
  await until(blue, "#hidden-flag", "U+202E");
  await until(blue, "#kept", "kept");
  await blue.click("#release");
  await until(blue, "#problems", "The language of the courtesy translation must be a tag");
  assert.equal(await blue.inputValue("#courtesy"), courtesy, "what was written is there");
  await accessible(blue);
  await shot(blue, "courtesy-compose", { fullPage: true });
  await blue.click("#problems a");
  assert.equal(await blue.evaluate(() => document.activeElement.id), "courtesy");
  await blue.fill("#courtesy-language", "ar");
  await blue.click("#release");
  await until(blue, "article.message", "Original - BLUE, en");
  await until(blue, "#courtesy", "COURTESY TRANSLATION BY SENDER - not binding (BLUE, ar)");
  assert.equal(await blue.locator("#our-translation").count(), 0, "an own message is not translated here");
});

test("in the dialog of a FLASH it is folded, the original is there, and nothing scrolls", async () => {
  const { green } = world;
  await until(green, "#incoming", "COURTESY TRANSLATION BY SENDER - not binding (BLUE, ar)");
  assert.equal(await green.isVisible("#incoming .translated"), false);
  assert.ok(await green.isVisible("#incoming .text"));
  const scrolls = () => green.evaluate(() => {
    const dialog = document.querySelector("#incoming");
    return dialog.scrollHeight > dialog.clientHeight + 1;
  });
  assert.equal(await scrolls(), false);
  await shot(green, "courtesy-incoming");
  await green.click("#incoming summary");
  assert.equal(await green.getAttribute("#incoming .translated", "dir"), "rtl", "whatever it begins with");
  assert.equal(await green.getAttribute("#incoming .translated", "lang"), "ar");
  await world.send("blue", "IMMEDIATE", "TEST", "x", "x");
  await until(green, "#incoming", "1 more");
  await until(green, "#incoming .translated", "U+202E");
  assert.ok(await green.isVisible("#incoming .translated"), "it stays open when the page is renewed");
  await accessible(green);
  await clear(world, "green");
});

test("an officer's own translation stands beside the original under his name, and what it corrects stays readable", async () => {
  const { blue, green } = world;
  const sent = JSON.parse(await world.ringdown("blue", "send", "--json", "--precedence", "ROUTINE", "--subject", "Вопрос", "--language", "ru", "--text", "Это ваш корабль?"));
  await world.ringdown("blue", "wait", ...sent.serial.split(" "), "--for", "stored", "--timeout", "20");
  await go(green, `/messages/${sent.entry}`);
  await until(green, ".unread", "TEXT IN Russian No translation of it is here.");
  await until(green, ".unread", "or ask BLUE to say it in another language");
  await green.click("#our-translation summary");
  await until(green, "#our-translation", "it is never sent");
  await green.fill("#our-text", "Is it your guest?");
  await world.ringdown("green", "acknowledge", ...sent.serial.split(" "));
  await until(green, ".message-head", "ACKNOWLEDGED");
  await until(green, "#our-translation", "it is never sent");
  assert.equal(await green.inputValue("#our-text"), "Is it your guest?", "what is typed outlives a renewal");
  await green.click("#keep-translation");
  await until(green, ".ours", "TRANSLATED HERE by Duty officer, ");
  await until(green, ".ours", "Is it your guest?");
  await until(green, "#original-title", "Original - BLUE, ru");
  assert.equal(await green.locator(".unread").count(), 0, "it can be read here");
  await green.click("#our-translation summary");
  assert.equal(await green.inputValue("#our-text"), "Is it your guest?", "it is there to be corrected");
  await green.fill("#our-language", "e n");
  await green.evaluate(() => document.querySelector("#our-translation form").noValidate = true);
  await green.fill("#our-text", "Is it your ship?");
  await green.click("#keep-translation");
  await until(green, "#refused", "The translation was not kept: its language must be a tag");
  assert.equal(await green.inputValue("#our-text"), "Is it your ship?");
  await green.fill("#our-language", "en");
  await green.click("#keep-translation");
  await until(green, ".ours", "Is it your ship?");
  const [newest, earlier] = await green.locator(".ours").all();
  assert.match(await newest.innerText(), /Z, en - checked by nobody else\s+Is it your ship\?$/);
  assert.match(await earlier.innerText(), /en - checked by nobody else earlier$/);
  await earlier.locator("summary").click();
  assert.match(await earlier.innerText(), /Is it your guest\?$/);
  const order = await green.evaluate(() => [".text", ".ours"].map((each) => document.querySelector(each)).reduce((a, b) => a.compareDocumentPosition(b)));
  assert.equal(order & 4, 4, "the original stands first");
  for (const theme of ["day", "night", "dark"]) {
    await prefer(green, "theme", theme);
    await accessible(green, theme);
    await shot(green, `ours-${theme}`, { fullPage: true });
  }
  assert.deepEqual(await overflow(green), []);
  await green.setViewportSize({ width: 640, height: 720 });
  assert.deepEqual(await overflow(green), []);
  await shot(green, "ours-narrow", { fullPage: true });
  await green.setViewportSize({ width: 1280, height: 720 });
  // The other side knows nothing of it.
  await go(blue, `/messages/${sent.entry}`);
  await until(blue, "article.message", "Это ваш корабль?");
  assert.ok(!(await blue.innerText("main")).includes("Is it your"));
});

test("a FLASH whose text nobody may be able to read here says so beside its fields, until there is a translation", async () => {
  const { blue, green } = world;
  const fields = ["act=drone-astray", "number=1", "when=081200Z JUN 27", "where=31.38167° N 33.38333° E", "warhead=none", "others=secured"];
  const send = async (...more) => JSON.parse(await world.ringdown("blue", "send", "--json", "--precedence", "FLASH", "--class", "TEST",
    "--marker", "WARNING", "--form", "unintended-act", "--subject", "One drone", "--language", "zh", "--text", "无人机失控，正在下降。",
    ...fields.flatMap((field) => ["--field", field]), ...more));
  await startWatch(green);
  const first = await send();
  await until(green, "#incoming .unread", "TEXT IN Chinese No translation of it is here. The fields stand in your language; this text does not.");
  const scrolls = await green.evaluate(() => document.querySelector("#incoming").scrollHeight - document.querySelector("#incoming").clientHeight);
  assert.ok(scrolls <= 1, `${scrolls} pixels are out of sight`);
  await accessible(green);
  await shot(green, "unread-incoming");
  await clear(world, "green");
  await go(green, `/messages/${first.entry}`);
  await until(green, "article .unread", "TEXT IN Chinese");
  await until(green, "article .unread", "or ask BLUE to say it in another language");
  await accessible(green);
  await shot(green, "unread-message", { fullPage: true });
  await go(green, "/settings");
  await green.click("#languages [value=zh]");
  await green.waitForFunction(() => document.documentElement?.lang === "zh");
  await go(green, `/messages/${first.entry}`);
  await green.waitForSelector("article .text");
  assert.equal(await green.locator(".unread").count(), 0, "whose page is in Chinese reads it");
  await go(green, "/settings");
  await green.click("#languages [value=en]");
  await green.waitForFunction(() => document.documentElement?.lang === "en");
  const dir = await mkdtemp(join(tmpdir(), "ringdown-text-"));
  await writeFile(join(dir, "en"), "The drone is out of control and coming down.");
  const second = await send("--translation-language", "en", "--translation-file", join(dir, "en"));
  await rm(dir, { recursive: true });
  await green.waitForSelector(`#incoming[open] [data-entry="${second.entry}"]`);
  assert.equal(await green.locator("#incoming .unread").count(), 0, "the sender's own translation is there");
  await go(blue, `/messages/${second.entry}`);
  await until(blue, "article.message", "无人机失控");
  assert.equal(await blue.locator(".unread").count(), 0, "whose text it is needs no advice");
  await clear(world, "green");
});

test("no script failed, and the policy refused nothing", () => {
  assert.deepEqual(world.complaints, []);
});
