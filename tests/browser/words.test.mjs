// On a console that is set to Chinese, Russian or Arabic no English word stands outside of names, the field's own words
// and what people wrote. People write in Greek here, so that every Latin word is the console's own.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { latin } from "./latin.mjs";
import { go, open, shot, startWatch, until } from "./world.mjs";

const REPORT = {
  event: "attacked", unit: "Ἄργος", "named-is": "one-ship", when: "081200Z JUN 27", where: "31.38167° N 33.38333° E",
  cause: "attack-by-whom-not-known", "forces-sent": "WILL",
};
let world;
const serials = {};

const choose = async (page, tag) => {
  await go(page, "/settings");
  await page.click(`#languages [value=${tag}]`);
  await page.waitForFunction((tag) => document.documentElement?.lang === tag, tag);
  // What was announced in the language before stays as it was said.
  for (const away of await page.locator("#notices button").all()) await away.click();
};

const fields = (values) => Object.entries(values).flatMap(([name, value]) => ["--field", `${name}=${value}`]);
const about = (serial) => serial.split(" ");

/** Sends, waits until the other side has it, and gives its number. */
const send = async (side, ...words) => {
  const sent = JSON.parse(await world.ringdown(side, "send", "--json", ...words));
  await world.ringdown(side, "wait", ...about(sent.serial), "--for", "stored", "--timeout", "20");
  return sent.serial;
};
const plain = (marker, subject) => ["--precedence", "ROUTINE", "--class", "EXERCISE", "--marker", marker, "--subject", subject, "--text", "Κείμενο."];
const acknowledged = async (from, to, ...words) => {
  const serial = await send(from, ...words);
  await world.ringdown(to, "acknowledge", ...about(serial));
  return serial;
};
const done = (serial) => world.ringdown("blue", "wait", ...about(serial), "--for", "acknowledged", "--timeout", "20");

/** Every state of the dialogue that two correct sides come to in a few minutes. */
async function talk() {
  const { ringdown } = world;
  const report = ["--precedence", "PRIORITY", "--class", "EXERCISE", "--form", "incident-report", "--subject", "Πλοῖον", ...fields(REPORT)];
  serials.waits = await send("green", ...plain("INFORMATION", "Πρῶτον"));
  serials.different = await acknowledged("blue", "green", ...report);
  await done(serials.different);
  const wrong = { ...REPORT, unit: "Ἄργοϛ", when: "091330Z JUN 27", where: "31 25.0 N 033 26.0 E", "named-is": "class-of-ships", "forces-sent": "WILL NOT" };
  await ringdown("green", "read-back", ...about(serials.different), ...fields(wrong));
  serials.read = await acknowledged("green", "blue", ...report);
  await ringdown("blue", "read-back", ...about(serials.read), ...fields(REPORT));
  serials.request = await acknowledged("blue", "green", ...plain("REQUEST", "Αἴτημα"));
  await ringdown("green", "notice", "--is", "handed-on", ...about(serials.request));
  await ringdown("green", "notice", "--is", "in-preparation", ...about(serials.request));
  await ringdown("green", "standby", "--minutes", "20", ...about(serials.request));
  serials.wilco = await acknowledged("green", "blue", ...plain("REQUEST", "Αἴτημα"));
  await ringdown("blue", "answer", "--with", "wilco", "--text", "Πλέομεν.", ...about(serials.wilco));
  serials.asked = await acknowledged("green", "blue", ...plain("QUESTION", "Ἐρώτημα"));
  await ringdown("blue", "ask", "--for", "voice", ...about(serials.asked));
  await ringdown("blue", "answer", "--with", "affirm", ...about(serials.asked));
  serials.cancelled = await acknowledged("blue", "green", ...plain("INTENTION", "Σχέδιον"));
  await send("blue", "--re", serials.cancelled, ...plain("CANCEL", "Ἄκυρον"));
  serials.corrected = await acknowledged("blue", "green", ...plain("INFORMATION", "Εἴδησις"));
  await send("blue", "--re", serials.corrected, ...plain("CORRECTION", "Διόρθωσις"));
}

before(async () => {
  world = await open();
  await talk();
  await startWatch(world.blue);
});
after(async () => { await world?.close(); });

for (const tag of ["zh", "ru", "ar"]) {
  test(`no English word stands on a page in ${tag}`, async () => {
    const { blue } = world;
    // What was told before stays in the language in which it was told.
    for (const hide of await blue.$$("#notices button")) await hide.click();
    await choose(blue, tag);
    const paths = {
      board: "/", messages: "/messages", owed: "/messages?show=owed", compose: "/compose", report: "/compose?form=incident-report",
      record: "/record", watch: "/watch", handover: "/watch/handover", settings: "/settings", missing: "/no-such-page",
      ...Object.fromEntries(Object.entries(serials).map(([name, serial]) => [name, `/messages/${encodeURIComponent(serial)}`])),
      paper: `/messages/${encodeURIComponent(serials.different)}/paper`,
      reading: `/messages/${encodeURIComponent(serials.asked)}/read-back`,
    };
    const found = {};
    for (const [name, path] of Object.entries(paths)) {
      await go(blue, path);
      await blue.waitForFunction((tag) => document.documentElement?.lang === tag, tag);
      const words = await latin(blue);
      await shot(blue, `words-${tag}-${name}`, { fullPage: true });
      if (words.length > 0) found[name] = words;
    }
    assert.deepEqual(found, {});
  });
}

test("an English word on a page is found", async () => {
  const { blue } = world;
  await go(blue, "/settings");
  await blue.evaluate(() => { document.querySelector("h1").append(" STORED by peer"); });
  assert.equal((await latin(blue)).length, 1);
  await choose(blue, "en");
  assert.ok((await latin(blue)).length > 20);
});

test("no script failed, and the policy refused nothing", () => {
  assert.deepEqual(world.complaints, []);
});
