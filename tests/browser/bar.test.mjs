// What stands on every page: who is signed in and what he may do, who has the watch, whether an alarm would be heard, how
// the other side's clock stands. And whether a person is there, as that side reports it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible, clear, go, open, overflow, prefer, shot, startWatch, until } from "./world.mjs";

let world;
before(async () => { world = await open(); });
after(async () => { await world?.close(); });

const flat = (text) => text.replace(/[\u2066-\u2069]/g, "").replace(/\s+/g, " ").trim();
const shown = async (page, selector) => flat(await page.innerText(selector));
const forward = (page, ms) => page.evaluate((forward_ms) => fetch("/v1/lines/-/lab", {
  method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ clock: { forward_ms } }),
}).then((answer) => answer.status), ms);
/** Something goes to GREEN, and its receipt comes back. */
const exchange = async (subject) => {
  const sent = JSON.parse(await world.ringdown("blue", "send", "--json", "--precedence", "PRIORITY", "--class", "TEST",
    "--subject", subject, "--text", "x"));
  await world.ringdown("blue", "wait", ...sent.serial.split(" "), "--for", "stored", "--timeout", "20");
  return sent;
};

/** Exchanges until BLUE's page says this of GREEN's clock: each narrows what is known. */
const clockIs = async (words, subject) => {
  for (let tries = 0; tries < 6; tries++) {
    await exchange(`${subject} ${tries}`);
    await world.blue.waitForTimeout(500);
    if ((await shown(world.blue, "#peer-clock")).includes(words)) return;
  }
  assert.fail(`${await shown(world.blue, "#peer-clock")}, not ${words}`);
};

test("before anybody has spoken or watches, every page says so", async () => {
  const { blue } = world;
  await until(blue, "#peer-word", "No person of GREEN has spoken on this line yet.");
  for (const path of ["/", "/messages", "/record", "/settings"]) {
    await go(blue, path);
    assert.equal(await shown(blue, "#officer"), "Duty officer: may write / release / act", path);
    assert.equal(await shown(blue, "#duty"), "WATCH OFF", path);
    assert.equal(await shown(blue, "#sound-on"), "SOUND OFF", path);
    assert.match(await blue.getAttribute("#sound-on", "class"), /critical/);
    assert.equal(await shown(blue, "#peer-clock"), "no news of GREEN's clock", path);
  }
});

test("a message that is stored there says that no person of the other side has spoken, until one has", async () => {
  const { blue, green } = world;
  const sent = await exchange("who is there");
  await go(blue, `/messages/${sent.entry}`);
  await until(blue, ".message-head", "no person of GREEN yet");
  const page = flat(await blue.innerText("main"));
  assert.equal(page.split("no person of GREEN yet").length, 2, "once");
  await accessible(blue);
  await shot(blue, "nobody-yet");
  await clear(world, "green");
  await until(blue, ".message-head", "ACKNOWLEDGED by Duty officer of GREEN");
  assert.equal(await blue.locator(".nobody-yet").count(), 0);
  // Of GREEN's own message a person released it: he has spoken.
  await go(green, `/messages/${sent.entry}`);
  await until(green, ".message-head", "ACKNOWLEDGED");
  assert.equal(await green.locator(".nobody-yet").count(), 0);
});

test("the board says what a person of the other side said last, with its age, and that they report it", async () => {
  const { blue } = world;
  await go(blue, "/");
  await blue.waitForFunction(() => /\d/.test(document.querySelector("#peer-word [data-age]")?.textContent));
  assert.match(await shown(blue, "#peer-word"),
    /^GREEN's last word of a person: ACKNOWLEDGED BLUE T-0001 by Duty officer, \d\d:\d\d:\d\dZ, \d+ s ago\. They report it\. Open BLUE T-0001$/);
  await accessible(blue);
  await world.send("green", "ROUTINE", "TEST", "from a person", "x");
  await until(blue, "#peer-word", "SENT GREEN T-0001 by Duty officer");
  await world.ringdown("green", "answer", "--with", "roger", "BLUE", "T-0001");
  await until(blue, "#peer-word", "ANSWERED: ROGER BLUE T-0001 by Duty officer");
  await blue.click("#peer-word a");
  await until(blue, "h1", "who is there");
});

test("the watch and the sound stand on every page as soon as they change", async () => {
  const { blue } = world;
  await go(blue, "/messages");
  await startWatch(blue);
  await until(blue, "#duty", "WATCH ON Duty officer since");
  assert.match(await shown(blue, "#duty"), /^WATCH ON Duty officer since \d\d:\d\d:\d\dZ$/);
  assert.equal(await shown(blue, "#sound-on"), "SOUND ON");
  await blue.evaluate(() => window.contexts.at(-1).suspend());
  await until(blue, "#sound-on", "SOUND LOST since");
  assert.match(await blue.getAttribute("#sound-on", "class"), /critical/);
  await startWatch(blue);
  await go(blue, "/record");
  assert.match(await shown(blue, "#duty"), /^WATCH ON Duty officer since/);
  await blue.click("#duty a");
  await until(blue, "main", "Duty officer has the watch since");
});

test("the other side's clock: within a second, then 3 s ahead as a caution, then 43 s as serious", async () => {
  const { blue, green } = world;
  await go(blue, "/");
  await clockIs("GREEN's clock: within", "same clock");
  assert.equal(await blue.locator("#peer-clock .badge").count(), 0);
  assert.equal(await forward(green, 3_000), 200);
  await clockIs("GREEN's clock: about 3 s ahead", "three seconds");
  assert.equal(await blue.locator("#peer-clock .badge.caution").count(), 1);
  await until(blue, "main", "about 3 s ahead. Estimated at");
  await accessible(blue);
  await shot(blue, "clock-caution");
  assert.equal(await forward(green, 40_000), 200);
  await clockIs("GREEN's clock: about 43 s ahead", "forty more");
  assert.equal(await blue.locator("#peer-clock .badge.serious").count(), 1);
  assert.match(flat(await world.ringdown("blue", "status")), /SERIOUS: GREEN's clock: about 43 s ahead/);
  // GREEN's own clock jumped: what it knew of BLUE's is gone, until something goes to and fro again.
  await until(green, "#peer-clock", "BLUE's clock");
  await accessible(blue);
});

test("the bar is two rows at most, and no page is wider than a screen of 320 pixels", async () => {
  const { blue } = world;
  for (const theme of ["day", "dark", "night"]) {
    await prefer(blue, "theme", theme);
    await go(blue, "/");
    await until(blue, "#peer-clock", "43 s ahead");
    await shot(blue, `bar-${theme}`);
    await accessible(blue, theme);
    const { height } = await blue.locator("body > header").boundingBox();
    assert.ok(height <= 110, `${theme}: the header is ${height} high`);
    for (const [width, most] of [[640, 230], [320, 420]]) {
      await blue.setViewportSize({ width, height: 720 });
      assert.deepEqual(await overflow(blue), [], `${theme}, ${width} wide`);
      const { height } = await blue.locator("body > header").boundingBox();
      assert.ok(height <= most, `${theme}, ${width} wide: the header is ${height} high`);
      await shot(blue, `bar-${theme}-${width}`);
    }
    await blue.setViewportSize({ width: 1280, height: 720 });
  }
});

test("in Arabic, Chinese and Russian the bar has words of its own", async () => {
  const { blue } = world;
  for (const [tag, watch, clock] of [["zh", "值守 有人", "约快 43 s"], ["ru", "ВАХТА ИДЁТ", "впереди примерно на 43 s"], ["ar", "المناوبة قائمة", "متقدمة نحو 43 s"]]) {
    await go(blue, "/settings");
    await blue.click(`#languages [value=${tag}]`);
    await blue.waitForFunction((tag) => document.documentElement?.lang === tag, tag);
    await go(blue, "/");
    await blue.waitForFunction(() => /\d/.test(document.querySelector("#peer-word [data-age]")?.textContent));
    assert.ok((await shown(blue, "#duty")).startsWith(watch), tag);
    assert.ok((await shown(blue, "#peer-clock")).includes(clock), tag);
    await accessible(blue, tag);
    await shot(blue, `bar-${tag}`);
    await blue.setViewportSize({ width: 320, height: 720 });
    assert.deepEqual(await overflow(blue), [], tag);
    await shot(blue, `bar-${tag}-320`);
    await blue.setViewportSize({ width: 1280, height: 720 });
  }
});

test("no script failed, and the policy refused nothing", () => {
  assert.deepEqual(world.complaints, []);
});
