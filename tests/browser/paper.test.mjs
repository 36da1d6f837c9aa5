// Paper: a message and the transcript as they come out of the printer, and the end of scenario 25 of the console.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { accessible, clear, go, open, overflow, prefer, shot, startWatch, until } from "./world.mjs";

const SHOTS = process.env.SHOTS;
const REPORT = {
  event: "attacked", unit: "USS Liberty", "named-is": "one-ship", when: "081200Z JUN 27", where: "31.38167° N 33.38333° E",
  cause: "attack-by-whom-not-known", "forces-sent": "WILL",
};
const CLOSE = {
  "our-object": "Meridian 4", "your-object": "Haicheng 2", "closest-time": "270314Z NOV 27", "miss-distance": "1500 m",
  probability: "0.01 %", manoeuvre: "WILL NOT",
};
const flags = (fields) => Object.entries(fields).flatMap(([name, value]) => ["--field", `${name}=${value}`]);

let world;
let report;
let close;
before(async () => {
  world = await open();
  const send = async (form, fields, ...more) => {
    const words = ["send", "--json", "--form", form, ...flags(fields), ...more];
    const sent = JSON.parse(await world.ringdown("blue", ...words));
    await world.ringdown("blue", "wait", ...sent.serial.split(" "), "--for", "stored", "--timeout", "20");
    await world.ringdown("green", "acknowledge", ...sent.serial.split(" "));
    return sent;
  };
  report = await send("incident-report", REPORT, "--class", "EXERCISE", "--precedence", "FLASH", "--subject", "Ship \u202ehit",
    "--text", "One of our ships was hit.\u200b\nTwo aircraft go to look for survivors. 勇敢");
  const wrong = { ...REPORT, "named-is": "class-of-ships" };
  await world.ringdown("green", "read-back", ...report.serial.split(" "), ...flags(wrong), "--words", "A ship of this sort was hit.");
  close = await send("conjunction-warning", CLOSE, "--class", "LIVE", "--precedence", "PRIORITY", "--subject", "Close approach");
});
after(async () => { await world?.close(); });

/** How many sheets a printer gives out, and the file. */
async function printed(page, name, format = "A4") {
  const pdf = await page.pdf({ format, preferCSSPageSize: false, printBackground: false });
  if (SHOTS) await writeFile(`${SHOTS}/${name}.pdf`, pdf);
  return pdf.toString("latin1").match(/\/Type\s*\/Page\b(?!s)/g).length;
}

test("a message is printed from its page, with everything that is known of it", async () => {
  const { green } = world;
  await go(green, `/messages/${report.entry}`);
  await green.click("#print-message");
  await green.waitForSelector(".sheet");
  const sheet = (await green.innerText(".sheet")).replace(/\s+/g, " ");
  const expected = ["EXERCISE - FLASH FLASH - BLUE X-0001", "Ship [U+202E]hit", "Serial BLUE X-0001", "From BLUE", "To GREEN",
    "READ BACK - DIFFERENT - Duty officer of GREEN", "A class of ships DIFFERENT", "MATCH", "A ship of this sort was hit.",
    "ORIGINAL - BLUE, language: not said by the writer", "One of our ships was hit.[U+200B]", "勇敢", "STORED HERE",
    "ACKNOWLEDGED by Duty officer of GREEN", "GREEN's officer (signed)", "no end was set", "Read by (name, Zulu time)"];
  for (const words of expected) assert.ok(sheet.includes(words), `${words}: ${sheet}`);
  assert.match(sheet, /Sent \d{6}Z [A-Z]{3} \d\d, by BLUE's clock Arrived \d{6}Z [A-Z]{3} \d\d, by GREEN's clock Age at arrival \d+ s/);
  assert.match(sheet, /Printed \d{6}Z [A-Z]{3} \d\d by Duty officer of GREEN, copy 1/);
  assert.ok(sheet.includes(report.entry.match(/.{4}/g).join(" ")), "the hash in groups of four");
  assert.equal(await green.locator(".marking").count(), 2, "above and below");
  assert.ok(!/[\u202e\u200b]/.test(await green.innerText(".sheet")));
  for (const theme of ["day", "night", "dark"]) {
    await prefer(green, "theme", theme);
    await accessible(green, `a sheet in ${theme}`);
    assert.deepEqual(await overflow(green), []);
    await shot(green, `${theme}-paper`, { fullPage: true });
  }
});

test("the sheet bears the hash of the entry as a code that a camera finds", async () => {
  const { green } = world;
  const side = await green.evaluate(() => Number(document.querySelector(".sheet .code").getAttribute("viewBox").split(" ")[2]));
  const dark = await green.evaluate(() => document.querySelector(".sheet .code path").getAttribute("d"));
  const modules = new Set(dark.match(/M\d+ \d+/g));
  assert.equal(side, 33 + 8, "version 4, with its quiet zone");
  // The three corners by which a camera finds it.
  for (const [x, y] of [[4, 4], [side - 11, 4], [4, side - 11]]) {
    for (let at = 0; at < 7; at++) {
      assert.ok(modules.has(`M${x + at} ${y}`) && modules.has(`M${x} ${y + at}`));
    }
  }
});

test("a unit is spelled out, and the copy has the number that it is given", async () => {
  const { blue } = world;
  await go(blue, `/messages/${close.entry}/paper`);
  await until(blue, ".sheet", "1500 m (metres)");
  await until(blue, ".sheet", "LIVE - PRIORITY - BLUE 0001");
  await blue.fill("#copy", "3");
  await blue.click("#set-copy");
  await until(blue, ".sheet", "copy 3");
});

test("on paper there is the sheet and nothing else, black on white, of 12 points or more, in every theme", async () => {
  const { green } = world;
  await go(green, `/messages/${report.entry}/paper`);
  await green.emulateMedia({ media: "print" });
  for (const theme of ["day", "night", "dark"]) {
    await prefer(green, "theme", theme);
    const seen = await green.evaluate(() => [...document.querySelectorAll("body > *, .paper-bar")]
      .filter((each) => each.checkVisibility()).map((each) => each.localName));
    assert.deepEqual(seen, ["main"], theme);
    const styles = await green.evaluate(() => [...document.querySelectorAll(".sheet, .sheet *")].filter((each) => each.innerText)
      .map((each) => getComputedStyle(each)).map(({ color, fontSize }) => [color, parseFloat(fontSize)]));
    assert.ok(styles.every(([color, size]) => color === "rgb(0, 0, 0)" && size >= 16), theme);
    assert.equal(await green.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)");
  }
  await green.emulateMedia({ media: null });
  const [a4, letter] = [await printed(green, "message-a4"), await printed(green, "message-letter", "Letter")];
  assert.ok(a4 >= 2 && a4 <= 4 && letter >= 2 && letter <= 4, `${a4} and ${letter} sheets`);
});

test("the button prints, and without a script the sheet is there as well", async () => {
  const { green, context } = world;
  await green.evaluate(() => { window.print = () => { document.body.dataset.printed = "yes"; }; });
  await green.click("#print");
  assert.equal(await green.getAttribute("body", "data-printed"), "yes");
  const cookies = await context.cookies(green.url());
  const plain = await (await fetch(green.url(), { headers: { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; ") } })).text();
  assert.ok(plain.includes("EXERCISE - FLASH FLASH - BLUE X-0001") && plain.includes('id="print" type="button" class="button primary" hidden'));
});

test("what is said of a message while its sheet is open stands on the sheet", async () => {
  const { green } = world;
  await world.ringdown("blue", "wrong", ...report.serial.split(" "));
  await until(green, ".sheet", "READ-BACK WRONG - WE SAY AGAIN");
});

test("a message that cannot wait comes first here too, and a machine's translation has no place on a sheet", async () => {
  const { green, send } = world;
  await send("blue", "FLASH", "TEST", "Interrupts", "x");
  await green.waitForSelector("#incoming[open]:not(.settling)");
  await clear(world, "green");
  await green.waitForFunction(() => document.querySelector("#incoming")?.open === false);
  assert.equal(await green.locator(".sheet .machine").count(), 0);
});

test("the transcript is printed from the page of the record, by days, in plain English", async () => {
  const { blue } = world;
  await startWatch(blue);
  const noted = async () => (await world.ringdown("blue", "log")).includes("I heard it");
  for (let looks = 0; looks < 50 && !(await noted()); looks++) await blue.waitForTimeout(100);
  await go(blue, "/record");
  await blue.click("#print-transcript");
  await blue.waitForSelector(".transcript");
  const sheet = (await blue.innerText(".transcript")).replace(/\s+/g, " ");
  for (const words of ["TRANSCRIPT - BLUE / GREEN - LIVE EXERCISE", "Duty officer of GREEN acknowledges BLUE X-0001: a person has it.",
    "DIFFERENT named-is: sent one-ship, read back class-of-ships", "Ship [U+202E]hit", "WHAT IT PROVES", "ringdown verify record.ringdown --line",
    "Held by the other side's node", "NEWEST ENTRIES BEFORE THE FIRST LINE BLUE no entry"]) {
    assert.ok(sheet.includes(words), `${words}: ${sheet}`);
  }
  const { head } = JSON.parse(await world.ringdown("blue", "status", "--json"));
  const held = [head.own, head.peer].reduce((sum, place) => sum + Number(place.split("/")[1]), 0);
  assert.equal(await blue.locator(".sheet-entry:not(.sheet-note)").count(), held, "every entry of both chains");
  const notes = await blue.locator(".sheet-note").allInnerTexts();
  const heard = notes.find((note) => note.includes("pressed 'I heard it'"));
  assert.match(heard, /^NOTE {1,2}BLUE's own, not signed\s+Noted 20/, "the log of the watch stands among the entries");
  const day = await blue.locator("#from option").first().innerText();
  assert.match(day, /^\d\d [A-Z]{3} \d{4}$/, "no date that can be read in two ways");
  await blue.click("#show-days");
  await blue.waitForSelector(".transcript");
  assert.match(new URL(blue.url()).search, /^\?from=\d{4}-\d\d-\d\d&to=\d{4}-\d\d-\d\d$/);
  await go(blue, "/record/transcript?from=2025-01-01&to=2025-01-02");
  assert.equal(await blue.locator(".sheet-entry").count(), 0);
  await go(blue, "/record/transcript?from=11/12");
  await until(blue, "main", "Name a Zulu day as 23 NOV 2026");
  await go(blue, "/record/transcript");
  for (const theme of ["day", "night", "dark"]) {
    await prefer(blue, "theme", theme);
    await accessible(blue, `the transcript in ${theme}`);
    assert.deepEqual(await overflow(blue), []);
    await shot(blue, `${theme}-transcript`);
  }
  await blue.emulateMedia({ media: "print" });
  const small = await blue.evaluate(() => [...document.querySelectorAll(".sheet *")]
    .filter((each) => each.innerText && parseFloat(getComputedStyle(each).fontSize) < 16).map((each) => each.className));
  assert.deepEqual(small, [], "12 points or more");
  await blue.emulateMedia({ media: null });
  assert.ok(await printed(blue, "transcript-a4") >= 3);
});

test("25, at its end: the transcript is printed, the record verifies, and with one byte flipped it fails and names the message", async () => {
  const { blue, send, run, dir } = world;
  await send("blue", "ROUTINE", "LIVE", "The last", "Kept to be proved.");
  await world.ringdown("blue", "wait", "BLUE", "0002", "--for", "stored", "--timeout", "20");
  await go(blue, "/record/transcript");
  await until(blue, ".transcript", "Kept to be proved.");
  await blue.evaluate(() => { window.print = () => { document.body.dataset.printed = "yes"; }; });
  await blue.click("#print");
  assert.equal(await blue.getAttribute("body", "data-printed"), "yes");
  const words = (await blue.innerText(".transcript")).replace(/\s+/g, " ");
  const [, line] = /ringdown verify record\.ringdown --line ([0-9a-f]{64})/.exec(words);
  await go(blue, "/record");
  const [download] = await Promise.all([blue.waitForEvent("download"), blue.click("text=Download the record")]);
  const bytes = await readFile(await download.path());
  const file = join(dir, "record.ringdown");
  await writeFile(file, bytes);
  assert.match(await run("verify", file, "--line", line), /^VERIFIED/);
  const again = await run("transcript", "--file", file);
  const heads = (text) => text.replace(/\s+/g, " ").match(/NEWEST ENTRIES WITH THE LAST LINE (.*?) HOW TO CHECK/)[1];
  assert.ok(again.replace(/\s+/g, " ").includes("What a side notes of its watch (alarms, silences, handovers, consoles) is in no such file"));
  assert.ok(!again.includes("I heard it"));
  assert.equal(heads(again), heads(words), "what is printed from the file ends with the same heads");
  bytes[bytes.indexOf("Kept to be proved.")] ^= 1;
  await writeFile(file, bytes);
  await assert.rejects(run("verify", file, "--line", line), (error) => /BROKEN/.test(error.message) && /BLUE 0002/.test(error.message));
});

test("no script failed, and the policy refused nothing", () => {
  assert.deepEqual(world.complaints, []);
});
