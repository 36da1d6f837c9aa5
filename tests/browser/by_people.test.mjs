// Translations by people: the sender's courtesy beside its message, and the receiver's own, which stays on its side.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible, clear, compose, go, open, overflow, prefer, shot, until } from "./world.mjs";

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

test("no script failed, and the policy refused nothing", () => {
  assert.deepEqual(world.complaints, []);
});
