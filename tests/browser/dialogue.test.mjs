// A message that is understood, not just delivered: scenarios 2, 3, 4, 5 and 14 of the console, by their numbers, against
// two real nodes. GREEN thinks in feet and knots.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible, clear, fillBoxes, go, keyBoxes, open, overflow, prefer, shot, startWatch, until } from "./world.mjs";

let world;
before(async () => { world = await open({ green: 'units = "nautical"' }); });
after(async () => { await world?.close(); });

const REPORT = {
  event: "attacked", unit: "USS Liberty", "named-is": "one-ship", when: "081200Z JUN 27", where: "31.38167° N 33.38333° E",
  cause: "attack-by-whom-not-known", "forces-sent": "WILL",
};
/** As GREEN's people write it. */
const UNDERSTOOD = { ...REPORT, when: "0800 -0400 08 JUN 27", where: "31° 22.9' N 033° 23.0' E" };
const CLOSE = {
  "our-object": "Meridian 4", "your-object": "Haicheng 2", "closest-time": "270314Z NOV 27", "miss-distance": "1500 m",
  probability: "0.01 %", manoeuvre: "WILL NOT",
};

const flags = (fields) => Object.entries(fields).flatMap(([name, value]) => ["--field", `${name}=${value}`]);

/** Sends a form by BLUE, and waits until GREEN has it. */
async function sendForm(form, fields, ...more) {
  const words = ["send", "--json", "--class", "EXERCISE", "--form", form, "--subject", `A ${form}`, ...flags(fields), ...more];
  const sent = JSON.parse(await world.ringdown("blue", ...words));
  await world.ringdown("blue", "wait", ...sent.serial.split(" "), "--for", "stored", "--timeout", "20");
  return sent;
}

const show = (side, message) => world.ringdown(side, "show", ...message.serial.split(" "), "--json").then(JSON.parse);
const acknowledge = (message) => world.ringdown("green", "acknowledge", ...message.serial.split(" "));
const there = (page, message) => go(page, `/messages/${message.entry}`);

async function readBack(page, message, fields, words = "") {
  await go(page, `/messages/${message.entry}/read-back`);
  await fillBoxes(page, fields);
  await page.fill("#box-words", words);
  await page.click("#send-read-back");
  await page.waitForSelector("article.message");
}

/** Rows of the newest read-back on a page: name of the field, and its word. */
const rows = (page) => page.evaluate(() => Object.fromEntries(
  [...document.querySelector(".round").querySelectorAll("[data-row]")].map((row) => [row.dataset.row, row.querySelector(".badge").innerText])));
const different = async (page) => Object.entries(await rows(page)).filter(([, word]) => word === "DIFFERENT").map(([name]) => name).sort();
/** Words of the buttons; a key that one names while it has the focus is left out. */
const buttons = async (page) => {
  const all = await page.locator("article.message button:visible, article.message a.button:visible").allInnerTexts();
  return all.map((words) => words.split("\n")[0]);
};

/** All of it is on the screen of a console, without scrolling. */
async function inSight(page, selector) {
  const before = page.viewportSize();
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.evaluate(() => scrollTo(0, 0));
  const { top, bottom } = await page.locator(selector).evaluate((part) => part.getBoundingClientRect().toJSON());
  assert.ok(top >= 0 && bottom <= 800, `${selector} from ${top} to ${bottom}`);
  await page.setViewportSize(before);
}

const looks = async (page, name, root = undefined) => {
  for (const theme of ["day", "night", "dark"]) {
    await prefer(page, "theme", theme);
    await accessible(page, `${name} in ${theme}`);
    assert.deepEqual(await overflow(page), [], `${name} in ${theme}`);
    await shot(page, `${theme}-${name}`, { fullPage: true });
  }
};

let report;

test("2: two of the fields read back wrongly are DIFFERENT on both sides, nothing can be called correct, and it closes after the second", async () => {
  const { blue, green } = world;
  await startWatch(green);
  await startWatch(blue);
  await go(blue, "/settings");
  await blue.keyboard.press("Shift");
  report = await sendForm("incident-report", REPORT, "--precedence", "FLASH", "--text", "One of our ships was hit. Two aircraft go to look for survivors.");
  await green.waitForSelector("#incoming[open]:not(.settling)");
  await until(green, "#incoming .fields-table", "USS Liberty");
  await until(green, "#incoming .fields-table", "BLUE WILL");
  await green.click("#incoming [data-acknowledge]");
  await green.waitForFunction(() => document.querySelector("#incoming")?.open === false);
  await green.waitForFunction(() => document.activeElement?.id === "read-back");
  await green.waitForSelector("article.message");
  await until(green, ".next", "Next: Read back, answer.");
  await until(green, ".steps", "Read back not yet Answered not yet");
  await inSight(green, ".moves");
  assert.deepEqual(await buttons(green), ["Print", "Copy the text", "Read back", "Roger - received", "Say again",
    "Standby ... min", "Handed to the principal", "Reply in preparation", "Ask for voice"]);
  await until(green, ".moves", "The message is covered while you read it back: note what matters, or look again - looks are counted.");
  await until(green, ".moves", "One press on an answer sends it at once, signed; it is the only answer. More can be said afterwards in a new message. Reading back and answering go in either order.");
  await until(green, ".fields-table", "31° 22.900' N 033° 23.000' E WGS 84 to 1 m / 3 ft");
  await looks(green, "message");
  // Menu and clock stay in sight where there is room.
  await green.evaluate(() => window.scrollTo(0, 500));
  assert.equal(await green.evaluate(() => document.querySelector("body > header").getBoundingClientRect().top), 0);
  await green.click("#read-back");
  await green.waitForSelector("#send-read-back");
  await inSight(green, "#send-read-back");
  const covered = await green.innerText("main");
  for (const sent of ["Liberty", "081200Z", "31.38", "survivors"]) assert.ok(!covered.includes(sent), `${sent} is covered`);
  assert.deepEqual(await green.locator("[aria-labelledby=label-forces-sent] label").allInnerTexts(), ["BLUE WILL", "BLUE WILL NOT"]);
  assert.equal(await green.locator("[type=radio]:checked").count(), 0, "nothing is chosen for him");
  await fillBoxes(green, { ...UNDERSTOOD, "named-is": "class-of-ships", when: "0900 -0400 08 JUN 27" });
  // Without special signs, and each box says how it is understood; nothing moves under the hand for it.
  const height = () => green.evaluate(() => document.querySelector("#send-read-back").getBoundingClientRect().top);
  await green.fill("#box-where", "31 22.9");
  const before = await height();
  await green.fill("#box-where", "31 22.9 N 033 23.0 E");
  await until(green, ".box:has(#box-where) .understood", "Understood as: 31° 22.9' N 033° 23.0' E WGS 84 to 185 m / 0.1 NM");
  assert.equal(await height(), before);
  await green.fill("#box-where", "31 22.9");
  await green.waitForSelector(".box:has(#box-where) .understood", { state: "hidden" });
  await green.fill("#box-where", UNDERSTOOD.where);
  await green.fill("#box-words", "A ship of yours was hit; you send aircraft.");
  await looks(green, "read-back");
  // A letter beside the fields goes nowhere, and who is led away finds what he typed. That he saw the message is counted.
  await prefer(green, "letters", "on");
  await green.evaluate(() => document.activeElement.blur());
  await green.keyboard.press("n");
  await go(green, `/messages/${await green.getAttribute("#read-back", "data-entry")}`);
  await green.click("#read-back");
  await until(green, "#restored", "What you typed is here again. Message opened again: 1");
  assert.equal(await green.inputValue("#box-where"), UNDERSTOOD.where);
  assert.equal(await green.locator('[name="field.named-is"]:checked').getAttribute("value"), "class-of-ships");
  await prefer(green, "letters", "off");
  await green.click("#send-read-back");
  await green.waitForSelector("article.message");
  assert.deepEqual(await different(green), ["named-is", "when"]);
  assert.equal((await rows(green)).where, "MATCH");
  await looks(green, "compare-receiver");
  await until(blue, "#notices", "READ-BACK DIFFERENT: GREEN read back BLUE X-0001");
  await blue.waitForFunction(() => document.querySelector("#polite")?.textContent.startsWith("READ-BACK DIFFERENT"));
  await looks(blue, "told");
  await go(blue, "/");
  await until(blue, "[aria-labelledby=owed-title] li:first-child", "Read-back DIFFERENT: say so");
  await looks(blue, "board-different");
  await blue.click("[aria-labelledby=owed-title] li:first-child a");
  await blue.waitForSelector("article.message");
  assert.deepEqual(await different(blue), ["named-is", "when"]);
  const offered = await buttons(blue);
  assert.ok(offered.includes("Wrong - I say again") && offered.includes("Our message was wrong"), offered.join());
  assert.ok(!offered.includes("That is correct"), "a read-back that is DIFFERENT is not called correct");
  await until(blue, ".round", "A ship of yours was hit; you send aircraft.");
  await until(blue, ".order", "YOUR OWN ORDER, AS SENT");
  await looks(blue, "different");
  await blue.click("#wrong");
  await until(blue, "article", "Sender: wrong - I say again.");
  assert.equal((await show("blue", report)).dialogue.phase, "OPEN");
  await until(green, "article", "Sender: wrong - I say again.");
  await readBack(green, report, UNDERSTOOD);
  assert.deepEqual(await different(green), []);
  await blue.waitForSelector("#that-is-correct");
  await blue.click("#that-is-correct");
  assert.equal(await blue.locator(".verdict-correct").count(), 0);
  assert.ok(await blue.isVisible("#that-is-correct"), "no row was ticked: nothing is sent");
  for (const box of await blue.locator(".tick input").all()) await box.check();
  await looks(blue, "matches");
  await blue.click("#that-is-correct");
  await until(blue, "article", "Sender: that is correct.");
  await until(green, ".steps", "Read back MATCH. Sender: that is correct.");
  await until(green, "#notices", "BLUE says that the read-back of BLUE X-0001 is correct, ");
  await green.waitForFunction(() => document.querySelector("#polite")?.textContent.startsWith("BLUE says that the read-back"));
  await until(green, ".next", "Next: Answer.");
  await until(blue, ".next", "Nothing to do here now. GREEN is next: Answer.");
  await green.click("#word-roger");
  await until(green, "article .message-head", "CLOSED");
  await until(blue, "article .message-head", "CLOSED");
  for (const page of [green, blue]) await until(page, ".next", "CLOSED. Nothing more to do here.");
  await until(blue, "#notices", "ROGER. It is CLOSED.");
  await go(blue, "/");
  await until(blue, "[aria-labelledby=last-title]", "CLOSED - ROGER");
  await until(green, ".steps", "Answered ROGER. Duty officer of GREEN");
  assert.deepEqual(await buttons(green), ["Print", "Copy the text", "New message about this one"]);
  await green.click("#about");
  await green.waitForSelector("#compose");
  assert.equal(await green.innerText("h1"), "New message about BLUE X-0001");
  assert.equal(await green.inputValue("input[name=subject]"), "RE BLUE X-0001 - A incident-report");
  for (const [name, value] of [["precedence", "FLASH"], ["class", "EXERCISE"], ["marker", "INFORMATION"]]) {
    assert.equal(await green.inputValue(`select[name=${name}]`), value);
  }
  await shot(green, "about", { fullPage: true });
});

test("a read-back is typed blind; opening the message again is counted, keeps what was typed, and what cannot be read is told beside its box", async () => {
  const { blue, green } = world;
  const sent = await sendForm("conjunction-warning", CLOSE, "--precedence", "ROUTINE");
  await acknowledge(sent);
  await go(green, `/messages/${sent.entry}/read-back`);
  await fillBoxes(green, { "our-object": "Meridian 4", "closest-time": "tomorrow", "miss-distance": "1,500" });
  await green.click("#look");
  await until(green, ".order", "Haicheng 2");
  await until(green, "#read-back", "Message opened again: 1");
  assert.equal(await green.inputValue('[id="box-our-object"]'), "Meridian 4");
  await looks(green, "opened-again");
  await green.click("#cover");
  assert.ok(!(await green.innerText("main")).includes("Haicheng 2"));
  assert.equal(await green.locator(".box.wrong").count(), 0, "nothing was sent yet");
  await green.focus('[id="box-our-object"]');
  await green.keyboard.press("Enter");
  await green.waitForTimeout(300);
  assert.equal(await green.locator(".box.wrong").count(), 0, "Enter sends nothing");
  await green.click("#send-read-back");
  await until(green, "#refused", "The read-back was not sent");
  assert.match(await green.innerText(".box:has([id='box-miss-distance']) .hint"), /a comma may be a decimal mark or a separator/);
  assert.match(await green.innerText("[aria-labelledby='label-manoeuvre'] .hint"), /^nothing is chosen/);
  assert.equal(await green.inputValue('[id="box-our-object"]'), "Meridian 4");
  await looks(green, "read-back-wrong");
  await readBack(green, sent, { ...CLOSE, "miss-distance": "4921" });
  assert.deepEqual(await different(green), [], "4921 ft is 1 500 m");
  await green.click("#word-roger");
  await until(green, "article", "ANSWERED: ROGER");
  await there(blue, sent);
  await until(blue, "article", "READ BACK - MATCHES");
});

test("3: 1500 typed in feet for 1 500 metres is shown as 457 m, DIFFERENT; 4921 matches", async () => {
  const { blue, green } = world;
  const sent = await sendForm("conjunction-warning", CLOSE, "--precedence", "ROUTINE");
  await acknowledge(sent);
  await go(green, `/messages/${sent.entry}/read-back`);
  assert.equal(await green.innerText(".box:has([id='box-miss-distance']) .unit"), "feet");
  await readBack(green, sent, { ...CLOSE, "miss-distance": "1500" });
  assert.deepEqual(await different(green), ["miss-distance"]);
  await there(blue, sent);
  await until(blue, "[data-row='miss-distance']", "457");
  await until(blue, "[data-row='miss-distance']", "1500 m");
  await blue.click("#wrong");
  await until(blue, "article", "I say again");
  await readBack(green, sent, { ...CLOSE, "miss-distance": "4921" });
  assert.deepEqual(await different(green), []);
});

test("4: decimal degrees typed as degrees and minutes are DIFFERENT, with the distance", async () => {
  const { blue, green } = world;
  const sent = await sendForm("incident-report", REPORT, "--precedence", "PRIORITY");
  await acknowledge(sent);
  await readBack(green, sent, { ...UNDERSTOOD, where: "31 38.167 N 033 38.333 E" });
  assert.deepEqual(await different(green), ["where"]);
  assert.match(await green.innerText("[data-row=where]"), /\d+\.\d NM apart/);
  await there(blue, sent);
  assert.match(await blue.innerText("[data-row=where]"), /\d+\.\d NM apart/);
});

test("5: the sender's own error: own order beside, \"Our message was wrong\" leads to a correction, which supersedes; the old stays readable", async () => {
  const { blue, green } = world;
  const sent = await sendForm("incident-report", { ...REPORT, unit: "USS Independence" }, "--precedence", "PRIORITY");
  await acknowledge(sent);
  await readBack(green, sent, { ...UNDERSTOOD, unit: "USS Independence" });
  await there(blue, sent);
  await until(blue, ".order", "USS Independence");
  await blue.click("#our-message-was-wrong");
  await blue.waitForSelector("#compose");
  const address = new URL(blue.url());
  assert.deepEqual([address.pathname, address.searchParams.get("marker"), address.searchParams.get("re")], ["/compose", "CORRECTION", sent.entry]);
  await go(blue, "/");
  await until(blue, "[aria-labelledby=owed-title]", "Write the correction");
  const refers = ["--marker", "CORRECTION", "--re", sent.serial, "--precedence", "PRIORITY"];
  const short = ["send", "--json", "--class", "EXERCISE", ...refers, "--subject", "Correction", "--text", "The ship is USS Liberty."];
  await assert.rejects(world.ringdown("blue", ...short), /says every critical field of the message again/);
  const correction = await sendForm("incident-report", REPORT, ...refers);
  await there(green, sent);
  await until(green, "article", "SUPERSEDED Its sender corrected it.");
  await until(green, ".fields-table", "USS Independence");
  await looks(green, "superseded");
  await green.click("article .strip a");
  await until(green, ".terms", `Corrects ${sent.serial}`);
  const restated = (await show("green", correction)).dialogue.fields.map(({ name, sent }) => [name, sent]);
  assert.deepEqual(new Map(restated).get("unit"), "USS Liberty");
  assert.equal(restated.length, Object.keys(REPORT).length, "every field is said again");
  assert.ok((await show("green", correction)).dialogue.re === sent.serial);
});

test("three failed read-backs: both are told to use voice", async () => {
  const { blue, green } = world;
  const sent = await sendForm("conjunction-warning", CLOSE, "--precedence", "ROUTINE");
  await acknowledge(sent);
  for (let round = 0; round < 3; round++) {
    await readBack(green, sent, { ...CLOSE, manoeuvre: "WILL" });
    await there(blue, sent);
    await blue.waitForSelector("#wrong");
    await blue.click("#wrong");
    await until(blue, ".round", "I say again");
    await until(green, ".round", "I say again");
  }
  await until(blue, "article", "USE VOICE 3 read-backs have failed.");
  await until(green, "article", "USE VOICE 3 read-backs have failed.");
  await looks(green, "use-voice");
});

test("what is refused is told on the page in words, with what was written", async () => {
  const { blue, green } = world;
  const sent = JSON.parse(await world.ringdown("blue", "send", "--json", "--class", "EXERCISE", "--precedence", "ROUTINE",
    "--marker", "REQUEST", "--subject", "Keep clear", "--text", "Keep clear of the wreck."));
  await world.ringdown("blue", "wait", ...sent.serial.split(" "), "--for", "stored", "--timeout", "20");
  await there(green, sent);
  await green.click("[data-acknowledge]");
  await green.waitForSelector("#word-wilco");
  assert.deepEqual((await buttons(green)).slice(2, 5), ["Wilco - we will do it", "Unable - we will not", "Standby ... min"]);
  await green.fill("#word-wilco-text", "We keep two miles off");
  // Somebody else answers meanwhile; what was typed outlives the new page.
  await world.ringdown("green", "notice", "--is", "handed-on", ...sent.serial.split(" "));
  await until(green, "article", "HANDED TO THE PRINCIPAL");
  assert.equal(await green.inputValue("#word-wilco-text"), "We keep two miles off");
  await green.focus("#word-wilco-text");
  await green.keyboard.press("Enter");
  await green.waitForTimeout(300);
  assert.equal((await show("green", sent)).dialogue.answer, undefined, "Enter sends nothing");
  await green.evaluate(() => { document.querySelector("#word-wilco-text").value = " "; });
  await green.click("#word-wilco");
  await until(green, "#refused", "Nothing stands beside the answer.");
  await looks(green, "refused");
  const question = JSON.parse(await world.ringdown("green", "send", "--json", "--class", "EXERCISE", "--precedence", "ROUTINE",
    "--marker", "QUESTION", "--re", sent.serial, "--subject", "Until when?", "--text", "Until when?"));
  await green.fill("#word-wilco-text", "We keep two miles off");
  await green.click("#word-wilco");
  await until(green, "article", "WILCO: We keep two miles off");
  await until(green, ".next", `CLOSED. Our question ${question.serial} about it is still open.`);
  await there(blue, sent);
  await until(blue, "article", "CLOSED");
  await until(blue, "article", "WILCO: We keep two miles off");
});

test("14: what was held for six hours is DELAYED, Wilco is locked, and \"Ask if still valid\" opens it", async () => {
  const { blue, green } = world;
  await world.ringdown("lab", "cut");
  await go(blue, "/");
  await until(blue, "#tray", "LINE DOWN");
  const sent = JSON.parse(await world.ringdown("blue", "send", "--json", "--class", "EXERCISE", "--precedence", "ROUTINE",
    "--marker", "REQUEST", "--subject", "Hold your fire", "--text", "Hold your fire until 2100Z."));
  await world.ringdown("lab", "clock", "+6h");
  await world.ringdown("lab", "heal");
  await world.ringdown("blue", "wait", ...sent.serial.split(" "), "--for", "stored", "--timeout", "30");
  await there(green, sent);
  await until(green, "article", "DELAYED 6 h");
  await green.click("[data-acknowledge]");
  await until(green, ".moves", "WILCO IS LOCKED: it came late; ask first if it is still valid.");
  assert.ok(!(await buttons(green)).includes("Wilco - we will do it"));
  await until(green, ".next", "Next: ask if it is still valid.");
  assert.equal(await green.innerText(".moves .button >> nth=0"), "Ask if still valid");
  await looks(green, "delayed");
  await green.click("#act-ask-still-valid");
  await until(green, ".moves", "WILCO IS LOCKED: it came late; BLUE has not replied yet whether it is still valid.");
  await until(green, ".next", "Asked. BLUE has not replied yet.");
  assert.ok(!(await green.innerText(".next")).includes("meanwhile"), "there is nothing to read back");
  await there(blue, sent);
  await until(blue, ".ask", "Is it still valid?");
  await looks(blue, "asked");
  await blue.click("#reply-yes");
  await until(blue, ".ask", "Affirm - yes");
  await green.waitForSelector("#word-wilco");
  await green.fill("#word-wilco-text", "We hold our fire until 2100Z");
  await green.click("#word-wilco");
  await until(green, "article .message-head", "CLOSED");
});

test("a FLASH that comes late says so in its dialog", async () => {
  const { green } = world;
  await clear(world, "green");
  await world.ringdown("lab", "cut");
  const words = ["send", "--json", "--precedence", "FLASH", "--class", "TEST", "--subject", "late", "--text", "x"];
  const sent = JSON.parse(await world.ringdown("blue", ...words));
  await world.ringdown("lab", "clock", "+6h");
  await world.ringdown("lab", "heal");
  await go(green, "/");
  await green.waitForSelector("#incoming[open]");
  await until(green, "#incoming .strip", "DELAYED");
  await shot(green, "incoming-delayed");
  await acknowledge(sent);
  await green.waitForFunction(() => document.querySelector("#incoming")?.open === false);
});

test("25: scenario 2 by keyboard alone", async () => {
  const { blue, green } = world;
  const tabTo = async (page, selector) => {
    for (let presses = 0; presses < 80; presses++) {
      if (await page.evaluate((selector) => document.activeElement?.matches(selector), selector)) return;
      await page.keyboard.press("Tab");
    }
    assert.fail(`Tab does not reach ${selector}`);
  };
  const readBackByKeys = async (fields) => {
    await green.waitForSelector("#read-back");
    await tabTo(green, "#read-back");
    await green.keyboard.press("Enter");
    await green.waitForSelector("#send-read-back");
    await keyBoxes(green, fields, tabTo);
    await tabTo(green, "#send-read-back");
    await green.keyboard.press("Enter");
    await green.waitForSelector(".round");
  };
  await clear(world, "green");
  await go(green, "/");
  await go(blue, "/");
  const sent = await sendForm("incident-report", REPORT, "--precedence", "FLASH");
  await green.waitForSelector("#incoming[open]:not(.settling)");
  await green.keyboard.down("a");
  await green.waitForFunction(() => document.querySelector("#incoming")?.open === false);
  await green.keyboard.up("a");
  await green.waitForFunction(() => document.activeElement?.id === "read-back");
  await readBackByKeys({ ...UNDERSTOOD, "forces-sent": "WILL NOT" });
  assert.deepEqual(await different(green), ["forces-sent"]);
  await until(green, "[data-row=forces-sent]", "BLUE WILL BLUE WILL NOT DIFFERENT");
  await until(blue, "[aria-labelledby=owed-title] li:first-child", "Read-back DIFFERENT");
  await tabTo(blue, `[href="/messages/${sent.entry}"]`);
  await blue.keyboard.press("Enter");
  await blue.waitForSelector("#wrong");
  await tabTo(blue, "#wrong");
  await blue.keyboard.press("Enter");
  await until(blue, ".round", "I say again");
  await until(green, ".round", "I say again");
  await readBackByKeys(UNDERSTOOD);
  await blue.waitForSelector("#that-is-correct");
  for (const name of Object.keys(REPORT)) {
    await tabTo(blue, `[id="tick-${name}"]`);
    await blue.keyboard.press("Space");
  }
  await tabTo(blue, "#that-is-correct");
  await blue.keyboard.press("Enter");
  await until(green, ".round", "Sender: that is correct.");
  await tabTo(green, "#word-roger");
  await green.keyboard.press("Enter");
  await until(green, "article .message-head", "CLOSED");
  await until(blue, "article .message-head", "CLOSED");
});

test("an answer says whether the other side's node has it, beside it and in the list of states", async () => {
  const { green } = world;
  const words = ["send", "--json", "--class", "TEST", "--precedence", "ROUTINE", "--marker", "QUESTION", "--subject", "Whose?"];
  const sent = JSON.parse(await world.ringdown("blue", ...words, "--text", "Is it yours?"));
  await world.ringdown("blue", "wait", ...sent.serial.split(" "), "--for", "stored", "--timeout", "20");
  await acknowledge(sent);
  await there(green, sent);
  await until(green, "article .message-head", "BLUE's node has all that we said about it");
  await world.ringdown("lab", "cut");
  await green.click("#word-negative");
  await until(green, "article .message-head", "CLOSED");
  await until(green, "[aria-labelledby=answer-title]", "NEGATIVE Not yet stored by BLUE");
  await until(green, "article .message-head", "Not yet stored by BLUE");
  await shot(green, "answer-not-there");
  await world.ringdown("lab", "heal");
  await until(green, "[aria-labelledby=answer-title]", "BLUE's node has it, ");
  await until(green, "article .message-head", "BLUE's node has all that we said about it, ");
  await until(green, "[aria-labelledby=states-title]", "GREEN's officer (signed) BLUE's node has it, ");
  await looks(green, "answer-there");
  const { blue } = world;
  await there(blue, sent);
  assert.equal(await blue.locator(".at-peer").count(), 0, "of their own acts the others say so");
});

test("no script failed, and the policy refused nothing", () => {
  assert.deepEqual(world.complaints, []);
});
