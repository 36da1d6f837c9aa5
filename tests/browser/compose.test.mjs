// Writing on a form: what is asked for, what is wrong with it, what goes out.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible, clear, go, open, overflow, prefer, shot, until } from "./world.mjs";

const PLACE = "54° 30.0' N 018° 40.0' E";
let world;
/** A minute that is past, and one to come, as date-time groups. */
const group = (ms) => {
  const at = new Date(Date.now() + ms).toISOString();
  const month = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"][Number(at.slice(5, 7)) - 1];
  return `${at.slice(8, 10)}${at.slice(11, 13)}${at.slice(14, 16)}Z ${month} ${at.slice(2, 4)}`;
};
const HOUR = 3_600_000;

before(async () => {
  world = await open();
  await until(world.blue, "#bar", "GREEN ANSWERS");
});
after(async () => {
  await world?.close();
});

async function incident(page, subject) {
  await go(page, "/compose?form=incident-report");
  await page.selectOption("#class", "TEST");
  await page.fill("#subject", subject);
  await page.selectOption("#field-event", "attacked");
  await page.fill("#field-unit", "Halcyon");
  await page.selectOption("#field-named-is", "one-ship");
  await page.fill("#field-when", group(-HOUR));
  await page.fill("#field-where", PLACE);
  await page.fill("#field-dead-or-missing", "34");
  await page.selectOption("#field-cause", "attack-by-whom-not-known");
  await page.check("input[name=field-forces-sent][value=WILL]");
  await page.fill("#text", "Hit by a torpedo. Two of our aircraft go to the place to look for survivors.");
}

const message = (side, name) => world.ringdown(side, "show", ...name.split(" "), "--json").then(JSON.parse);
const newest = async () => JSON.parse(await world.ringdown("blue", "outbox", "--json")).at(-1);
const typed = (page) => page.evaluate(() => Object.fromEntries([...new FormData(document.querySelector("#compose"))]
  .filter(([name]) => !["id", "do"].includes(name))));
const remove = async (page) => {
  await page.click(".delete summary");
  await page.click("text=Delete it for good");
  await page.waitForSelector("#waits-title");
};

test("a form that is filled in and released arrives with its fields", async () => {
  const { blue } = world;
  await incident(blue, "Survey ship attacked");
  await until(blue, "#goes-out", "Goes out: FLASH TEST to GREEN, INFORMATION.");
  await until(blue, "#reads-back", "8 fields will be read back by GREEN.");
  assert.equal(await blue.innerText("#release"), "Release FLASH to GREEN - TEST");
  assert.deepEqual(await blue.$$eval("#precedence option", (all) => all.map((each) => each.value)), ["FLASH", "IMMEDIATE", "PRIORITY"]);
  assert.deepEqual(await blue.$$eval("#marker option", (all) => all.map((each) => each.value)), ["INFORMATION", "WARNING"]);
  await accessible(blue);
  await shot(blue, "compose-form", { fullPage: true });
  await blue.fill("#valid_until", group(2 * HOUR));
  await blue.fill("#answer_by", group(HOUR));
  await blue.click("#release");
  await blue.waitForSelector("article.message");
  const sent = await newest();
  await world.ringdown("blue", "wait", ...sent.serial.split(" "), "--for", "stored", "--timeout", "10");
  const { dialogue } = await message("green", sent.serial);
  assert.equal(dialogue.form, "incident-report/1");
  const fields = Object.fromEntries(dialogue.fields.map((field) => [field.name, [field.critical, field.here]]));
  assert.deepEqual(Object.keys(fields), ["event", "unit", "named-is", "when", "where", "dead-or-missing", "cause", "forces-sent"]);
  assert.deepEqual(fields.unit, [true, "Halcyon"]);
  assert.deepEqual(fields["forces-sent"], [true, "WILL"]);
  assert.deepEqual(fields["dead-or-missing"], [true, "34"]);
  assert.ok(fields.where[1].startsWith(PLACE), fields.where[1]);
  assert.equal(dialogue.valid_until, group(2 * HOUR));
  assert.equal(dialogue.answer_by, group(HOUR));
  await clear(world, "green");
});

test("every problem stands beside its field, all at once, and nothing that was typed is lost", async () => {
  const { blue } = world;
  await go(blue, "/compose?form=incident-report");
  await blue.fill("#subject", "half filled");
  await blue.selectOption("#field-event", "other");
  await blue.fill("#field-when", "1215 yesterday");
  await blue.fill("#field-where", "near the coast");
  await blue.fill("#field-dead-or-missing", "about thirty");
  await blue.fill("#valid_until", group(-HOUR));
  const before = await typed(blue);
  await blue.click("#release");
  await until(blue, "#problems", "Not released: 10 things are missing or wrong.");
  assert.deepEqual(await typed(blue), before);
  const links = await blue.$$eval("#problems a", (all) => all.map((each) => each.hash.slice(1)));
  assert.deepEqual(links, ["class", "field-unit", "field-named-is", "field-when", "field-where", "field-dead-or-missing",
    "field-cause", "field-forces-sent", "text", "valid_until"]);
  for (const id of links) {
    const said = await blue.innerText(`#problem-${id}`);
    assert.ok(said.length > 10, `${id}: ${said}`);
    const described = await blue.getAttribute(`#${id}`, "aria-describedby");
    assert.ok(described.split(" ").includes(`problem-${id}`), id);
  }
  assert.equal(await blue.innerText("#problem-field-unit"), "Fill this in.");
  assert.match(await blue.innerText("#problem-field-when"), /right would be: 232015Z NOV 26/);
  assert.match(await blue.innerText("#problem-text"), /"Other, see the text" says nothing by itself/);
  assert.equal(await blue.innerText("#problem-valid_until"), "This minute is past; give one that is to come.");
  assert.equal(await blue.evaluate(() => document.activeElement.id), "problems");
  await shot(blue, "compose-problems", { fullPage: true });
  await accessible(blue);
  await blue.click("#problems a[href='#field-cause']");
  assert.equal(await blue.evaluate(() => document.activeElement.id), "field-cause");
  const outbox = JSON.parse(await world.ringdown("blue", "outbox", "--json"));
  assert.ok(!outbox.some((each) => each.subject === "half filled"), "nothing went out");
  await remove(blue);
});

test("a correction says the whole message again, with what is changed", async () => {
  const { blue } = world;
  await incident(blue, "to be corrected");
  await blue.click("#release");
  await blue.waitForSelector("article.message");
  const wrong = await newest();
  await go(blue, `/compose?re=${wrong.entry}&marker=CORRECTION`);
  await until(blue, "h1", `Correction of ${wrong.serial}`);
  await until(blue, ".restates", "change what was wrong and leave the rest");
  assert.deepEqual(await blue.$$eval("#marker option", (all) => all.map((each) => each.value)), ["CORRECTION", "CANCEL"]);
  assert.equal(await blue.inputValue("#marker"), "CORRECTION");
  assert.equal(await blue.inputValue("#field-unit"), "Halcyon");
  assert.equal(await blue.inputValue("#field-event"), "attacked");
  assert.ok((await blue.inputValue("#field-where")).startsWith(PLACE));
  assert.ok(await blue.isChecked("input[name=field-forces-sent][value=WILL]"));
  assert.match(await blue.inputValue("#text"), /^Hit by a torpedo/);
  assert.equal(await blue.locator(".was:visible").count(), 0);
  await blue.fill("#field-unit", "Halcyon Star");
  await until(blue, "[data-slot=unit] .was", "Changed. It was: Halcyon");
  assert.equal(await blue.locator(".was:visible").count(), 1);
  await accessible(blue);
  await shot(blue, "compose-correction", { fullPage: true });
  await blue.click("#release");
  await blue.waitForSelector("article.message");
  const right = await message("blue", (await newest()).serial);
  assert.equal(right.marker, "CORRECTION");
  assert.equal(right.dialogue.re, wrong.serial);
  assert.equal(right.dialogue.form, "incident-report/1");
  const [before, after] = [await message("blue", wrong.serial), right].map((each) => each.dialogue.fields);
  assert.deepEqual(after.filter((field) => field.name !== "unit"), before.filter((field) => field.name !== "unit"));
  assert.equal(after.find((field) => field.name === "unit").here, "Halcyon Star");
  assert.equal((await message("blue", wrong.serial)).dialogue.phase, "SUPERSEDED");
  await go(blue, `/compose?re=${wrong.entry}&marker=CORRECTION`);
  await until(blue, "main", "a later message took its place");
  await clear(world, "green");
});

test("a draft with fields outlives its tab", async () => {
  const { blue, context } = world;
  const tab = await context.newPage();
  await tab.goto(new URL("/", blue.url()).href);
  await incident(tab, "kept with fields");
  const before = await typed(tab);
  await tab.close({ runBeforeUnload: true });
  await go(blue, "/");
  await until(blue, "main", "kept with fields");
  await blue.click("text=kept with fields");
  await blue.waitForSelector("#compose");
  assert.deepEqual(await typed(blue), before);
  await remove(blue);
});

test("a question on a form is answered on its form, with the fields of the answer", async () => {
  const { green, ringdown } = world;
  const fields = ["seen=forces-massing", `seen-at=${group(-HOUR)}`, "area=54° 10.0' N 020° 30.0' E", `answer-by=${group(HOUR)}`];
  await ringdown("blue", "send", "--precedence", "PRIORITY", "--class", "TEST", "--form", "question-on-activity", "--marker", "QUESTION",
    "--subject", "Columns of vehicles", "--text", "What is it for?", ...fields.flatMap((field) => ["--field", field]));
  const asked = await newest();
  await ringdown("blue", "wait", ...asked.serial.split(" "), "--for", "stored", "--timeout", "10");
  await ringdown("green", "acknowledge", ...asked.serial.split(" "));
  await go(green, `/compose?re=${asked.entry}&marker=ANSWER`);
  assert.equal(await green.inputValue("#marker"), "ANSWER");
  const slots = await green.$$eval("[data-slot]", (all) => all.filter((each) => !each.hidden).map((each) => each.dataset.slot));
  assert.ok(slots.includes("purpose") && !slots.includes("seen"), slots.join());
  assert.equal(await green.inputValue("#field-purpose"), "");
  assert.ok((await green.innerText("main")).includes("What is it for?"), "the question stands beside");
});

test("a page on which nothing was written leaves no draft", async () => {
  const { blue } = world;
  await go(blue, "/compose");
  await blue.selectOption("#class", "TEST");
  await blue.waitForTimeout(1500);
  await go(blue, "/");
  assert.deepEqual(await blue.evaluate(() => fetch("/v1/lines/-/drafts").then((answer) => answer.json())), []);
});

test("the fields follow the marker, and a condition is one field of two parts", async () => {
  const { blue } = world;
  await go(blue, "/compose?form=change-of-activity");
  const shown = () => blue.$$eval("[data-slot]", (all) => all.filter((each) => !each.hidden).map((each) => each.dataset.slot));
  await blue.selectOption("#marker", "CORRECTION");
  const correction = await shown();
  await blue.selectOption("#marker", "CANCEL");
  const cancel = await shown();
  assert.ok(correction.length > 1 && cancel.length > 1 && correction.length <= 8);
  assert.notDeepEqual(correction, cancel);
  await until(blue, "#asks", "Withdraws what we said. Read it back.");
  await blue.click("#release");
  await until(blue, "#problem-re", "Name the message that this one answers, corrects or cancels.");
  assert.deepEqual(await shown(), cancel);
  await remove(blue);
});

test("a form is chosen on the page, and what was written stays", async () => {
  const { blue } = world;
  await go(blue, "/compose");
  assert.equal(await blue.locator(".chips button").count(), 6);
  await blue.selectOption("#class", "TEST");
  await blue.fill("#subject", "stays");
  await blue.fill("#text", "stays too");
  await blue.click(".chips >> text=Incident report");
  await blue.waitForSelector("#field-event");
  assert.equal(await blue.inputValue("#subject"), "stays");
  assert.equal(await blue.inputValue("#text"), "stays too");
  assert.equal(await blue.inputValue("#precedence"), "FLASH");
  await blue.click(".forms summary");
  await shot(blue, "compose-forms", { fullPage: true });
  await blue.click(".forms >> text='Free text'");
  await blue.waitForSelector("#field-event", { state: "detached" });
  assert.equal(await blue.inputValue("#subject"), "stays");
});

test("what may be misunderstood is told while it is written, and stops nothing", async () => {
  const { blue } = world;
  await go(blue, "/compose");
  await blue.selectOption("#class", "TEST");
  await blue.fill("#subject", "flags");
  await blue.fill("#text", "We leave tonight at 04:15 on course 090 degrees. We do not stop.");
  await until(blue, "#notes", "tonight");
  await until(blue, "#notes", "Depends on who reads it, and when: give a time, a place or a number.");
  await until(blue, "#notes", "A time without Z");
  await until(blue, "#word-count", "Words: 13.");
  await accessible(blue);
  await shot(blue, "compose-flags");
  await blue.fill("#text", "<b>tonight</b>");
  await until(blue, "#word-count", "Words: 1.");
  assert.equal(await blue.locator("#notes b").count(), 0);
  await blue.click("#release");
  await blue.waitForSelector("article.message");
});

test("more than 200 words are refused at FLASH, and go at PRIORITY", async () => {
  const { blue } = world;
  await go(blue, "/compose");
  await blue.selectOption("#class", "TEST");
  await blue.selectOption("#precedence", "FLASH");
  await blue.fill("#subject", "two hundred and one");
  await blue.fill("#text", "word ".repeat(200));
  await until(blue, "#word-count", "Words: 200 of at most 200 at FLASH.");
  await blue.fill("#text", "word ".repeat(201));
  await until(blue, "#word-count", "Words: 201. At FLASH a text has at most 200");
  await blue.click("#release");
  await until(blue, "#problem-text", "200");
  await accessible(blue);
  await blue.selectOption("#precedence", "PRIORITY");
  await blue.click("#release");
  await blue.waitForSelector("article.message");
});

test("it works without script: the marker's fields on a button, problems, release", async () => {
  const { blue, context } = world;
  const plain = await context.browser().newContext({ javaScriptEnabled: false, storageState: await context.storageState() });
  try {
    const page = await plain.newPage();
    await page.goto(new URL("/", blue.url()).href);
    await incident(page, "without script");
    await page.fill("#field-unit", "");
    await page.press("#subject", "Enter");
    assert.equal(await page.inputValue("#field-event"), "attacked", "Enter shows the page again, and releases nothing");
    assert.equal(await page.locator("#problems").count(), 0);
    await page.selectOption("#marker", "WARNING");
    await page.click("noscript button");
    assert.match(await page.innerText("#asks"), /Tells of a danger/);
    await page.click("#release");
    await page.click("#problems a");
    await page.fill("#field-unit", "Halcyon");
    await page.click("#release");
    await page.waitForSelector("article.message");
    const sent = await message("blue", (await newest()).serial);
    assert.equal(sent.marker, "WARNING");
    assert.equal(sent.dialogue.fields.length, 8);
  } finally {
    await plain.close();
  }
  await go(blue, "/");
  await clear(world, "green");
});

test("in three themes, and at 200 %: nothing that axe-core finds, nothing beyond the edge", async () => {
  const { blue } = world;
  for (const theme of ["day", "dark", "night"]) {
    await prefer(blue, "theme", theme);
    await go(blue, "/compose?form=incident-report");
    await blue.click("#release");
    await blue.waitForSelector("#problems");
    await blue.click(".forms summary");
    await accessible(blue, theme);
    assert.deepEqual(await overflow(blue), []);
    await shot(blue, `compose-problems-${theme}`);
    await blue.setViewportSize({ width: 640, height: 360 });
    assert.deepEqual(await overflow(blue), [], `${theme} at 200 %`);
    await blue.setViewportSize({ width: 1280, height: 720 });
    await remove(blue);
  }
  await prefer(blue, "theme", "dark");
});

test("a form is filled in and released by keyboard alone", async () => {
  const { blue } = world;
  await go(blue, "/compose?form=line-check");
  const tabTo = async (selector) => {
    for (let tabs = 0; tabs < 60; tabs++) {
      if (await blue.evaluate((selector) => document.activeElement?.matches(selector), selector)) return;
      await blue.keyboard.press("Tab");
    }
    assert.fail(`${selector} was not reached`);
  };
  await tabTo("#class");
  await blue.keyboard.press("t");
  await tabTo("#subject");
  await blue.keyboard.type("by keyboard");
  // The text that both sides agreed on for today stands there.
  const agreed = JSON.parse(await world.ringdown("blue", "forms", "line-check", "--json")).offered_texts;
  assert.ok(agreed.includes(await blue.inputValue("#text")));
  await blue.keyboard.press("Control+Enter");
  await blue.keyboard.press("Enter");
  await blue.waitForSelector("#problems");
  const first = await blue.getAttribute("#problems a", "href");
  await tabTo("#problems a");
  await blue.keyboard.press("Enter");
  assert.ok(await blue.evaluate((id) => document.activeElement.closest(`[data-slot]`)?.querySelector(id) !== null, first), "the link leads into the field");
  for (const slot of await blue.$$eval("[data-slot]", (all) => all.map((each) => [each.dataset.slot, each.dataset.kind]))) {
    if (!(await blue.locator(`#problem-field-${slot[0]}`).count())) continue;
    await tabTo(`#field-${slot[0]}, input[name=field-${slot[0]}]`);
    const keys = { word: ["ArrowDown"], polarity: ["Space"] }[slot[1]];
    if (keys) for (const key of keys) await blue.keyboard.press(key);
    else await blue.keyboard.type({ time: group(HOUR), number: "1", name: "BLUE", text: "x", place: PLACE }[slot[1]]);
  }
  await tabTo("#release");
  await blue.keyboard.press("Enter");
  await blue.waitForSelector("article.message", { timeout: 10000 });
  assert.equal((await newest()).subject, "by keyboard");
});

test("no page complained", () => assert.deepEqual(world.complaints, []));
