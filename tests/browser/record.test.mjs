// The record as an officer sees it, many messages, and characters that would rather not be seen.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible, go, open, overflow, shot, until } from "./world.mjs";

let world;
before(async () => { world = await open(); });
after(async () => { await world?.close(); });

const put = (page, id, draft) => page.evaluate(async ([id, draft]) => {
  const options = { headers: { "content-type": "application/json" } };
  const send = (method, path, body) => fetch(`/v1/lines/-/drafts/${id}${path}`, { ...options, method, body: body && JSON.stringify(body) });
  await send("PUT", "", draft);
  const prepared = await (await send("POST", "/prepare")).json();
  const signed = await (await send("POST", "/sign", prepared)).json();
  const answer = await send("POST", "/release", signed);
  return answer.ok ? answer.json() : Promise.reject(new Error(await answer.text()));
}, [id, draft]);

test("the record shows both chains, the auditor's findings, and the line id in groups", async () => {
  const { blue, send } = world;
  await send("blue", "PRIORITY", "LIVE", "on the record", "text");
  await world.ringdown("blue", "wait", "BLUE", "0001", "--for", "stored", "--timeout", "10");
  await world.ringdown("green", "acknowledge", "BLUE", "0001");
  await world.ringdown("blue", "wait", "BLUE", "0001", "--for", "acknowledged", "--timeout", "10");
  await go(blue, "/record");
  await until(blue, "[data-fragment='/fragments/audit']", "NOTHING BROKEN");
  await until(blue, "[data-fragment='/fragments/audit']", "has a key that the node holds");
  await until(blue, ".entries", "acknowledges BLUE 0001");
  const rows = await blue.locator(".entries tbody tr").allInnerTexts();
  const message = rows.find((row) => row.includes("on the record"));
  for (const part of ["BLUE 1/", "Message", "MESSAGE", "PRIORITY", "LIVE", "by Duty officer of BLUE", "GREEN 1/"]) assert.ok(message.includes(part), `${part}: ${message}`);
  assert.ok(rows.findIndex((row) => row.includes("acknowledges")) < rows.indexOf(message), "the newest first");
  const { id } = JSON.parse(await world.ringdown("blue", "status", "--json")).line;
  assert.deepEqual((await blue.innerText(".groups")).split(/\s+/), id.match(/.{4}/g));
  await blue.locator(".entries summary").first().click();
  assert.match(await blue.locator(".entries details[open] .hash").innerText(), /^[0-9a-f]{64}$/);
  await accessible(blue);
  await shot(blue, "record");
});

test("the page of the record says in plain words what the protocol's names mean", async () => {
  const { blue } = world;
  const rows = await blue.locator(".entries tbody tr").allInnerTexts();
  for (const words of ["A machine's receipt", "A person's act", "BLUE opens its end of the line to GREEN, opening number 1.", "Keys of a node"]) {
    assert.ok(rows.some((row) => row.includes(words)), words);
  }
  const bare = await blue.evaluate(() => [...document.querySelectorAll(".entries td.free")].map((cell) => cell.innerText).join(" "));
  for (const word of ["round", "incarnation", "GATE", "READY"]) assert.ok(!bare.includes(word), word);
  await blue.click("#names summary");
  const names = await blue.innerText("#names");
  for (const kind of new Set(await blue.locator(".entries td:nth-child(2) .quiet").allInnerTexts())) {
    assert.ok(names.includes(kind), `${kind} is explained`);
  }
  await accessible(blue);
  await shot(blue, "record-names", { fullPage: true });
});

test("a verdict is not green over entries that it has not seen, and says how many there are", async () => {
  const { blue, send } = world;
  await go(blue, "/record");
  await blue.click("#examine");
  const verdict = () => blue.locator(".verdict .badge");
  await blue.waitForSelector(".verdict .badge.normal");
  assert.equal(await verdict().innerText(), "NOTHING BROKEN");
  assert.equal(await blue.locator("#since").count(), 0);
  await send("blue", "ROUTINE", "LIVE", "came since", "x");
  await blue.waitForSelector(".verdict .badge.off");
  assert.match(await verdict().innerText(), /^NOTHING BROKEN as of \d\d:\d\d:\d\dZ$/);
  assert.match(await blue.innerText("#since"), /^\d+ entr(y|ies) since this check began/);
  await accessible(blue);
  await shot(blue, "record-since");
  await world.ringdown("blue", "wait", "BLUE", "0002", "--for", "stored", "--timeout", "10");
  await blue.waitForFunction(() => document.querySelector("#since")?.innerText.startsWith("2 entries"));
  await blue.click("#examine");
  await blue.waitForSelector(".verdict .badge.normal");
});

test("examining again tells a new time, and takes in what came since", async () => {
  const { blue, send } = world;
  const before = await blue.innerText("[data-fragment='/fragments/audit']");
  await send("blue", "ROUTINE", "LIVE", "came later", "x");
  await blue.waitForTimeout(1100);
  await blue.focus("#examine");
  await blue.keyboard.press("Enter");
  await blue.waitForURL((url) => url.pathname === "/record");
  await blue.waitForFunction((before) => {
    const text = document.querySelector("[data-fragment='/fragments/audit']").innerText;
    const verified = /Entries verified: (\d+)/;
    return text.includes("Examined at") && !text.includes("Examining") && Number(verified.exec(text)[1]) > Number(verified.exec(before)[1]);
  }, before);
});

test("the downloaded record verifies with the command that the page gives", async () => {
  const { blue } = world;
  await go(blue, "/record");
  const [download] = await Promise.all([blue.waitForEvent("download"), blue.click("text=Download the record")]);
  assert.equal(download.suggestedFilename(), "record.ringdown");
  await blue.click("[data-copy='#command']");
  const command = await blue.evaluate(() => navigator.clipboard.readText());
  const [program, verb, file, ...rest] = command.split(" ");
  assert.deepEqual([program, verb, file], ["ringdown", "verify", "record.ringdown"]);
  assert.match(await world.run(verb, await download.path(), ...rest), /^VERIFIED/);
});

test("19: hidden characters are boxes wherever a text stands, move nothing around them, and are copied as they were", async () => {
  const { blue, green } = world;
  const subject = "safe \u202egnp.exe\u2066 end";
  const text = "\nWe do \u200bNOT\u202e attack\u2069\n\u00ad\u{e0041}<b>tag</b>\ttab";
  await put(blue, "01".repeat(16), { precedence: "FLASH", class: "TEST", subject, text, language: "en" });
  await green.waitForSelector("#incoming[open]:not(.settling)");
  const boxes = (selector) => green.locator(`${selector} .hidden-char`).allInnerTexts();
  assert.deepEqual(await boxes("#incoming .incoming-subject"), ["U+202E", "U+2066"]);
  assert.deepEqual(await boxes("#incoming .text"), ["U+200B", "U+202E", "U+2069", "U+00AD", "U+E0041"]);
  assert.ok((await green.innerText("#incoming .text")).includes("<b>tag</b>"));
  await until(green, "#incoming", "it can turn the order of the text around, hide or join words");
  await shot(green, "hidden-characters");
  await accessible(green);
  await green.keyboard.press("Escape");
  assert.deepEqual(await boxes(".rows"), ["U+202E", "U+2066"]);
  await green.click(".rows a");
  await green.waitForSelector("article");
  assert.deepEqual(await boxes("h1"), ["U+202E", "U+2066"]);
  await until(green, "article", "A box with a code is a hidden character: unseen, it can turn the order of the text around");
  await green.click("[data-copy='.text']");
  await until(green, "[data-copy='.text']", "Copied");
  const pasted = () => green.evaluate(() => navigator.clipboard.readText());
  assert.equal(await pasted(), text);
  await green.evaluate(() => document.getSelection().selectAllChildren(document.querySelector("h1 bdi")));
  await green.keyboard.press("Control+c");
  assert.equal(await pasted(), subject);
  for (const path of ["/record", "/messages"]) {
    await go(green, path);
    assert.deepEqual(await boxes("main table"), ["U+202E", "U+2066"], path);
  }
  const [program] = JSON.parse(await world.ringdown("green", "inbox", "--json")).filter((message) => message.precedence === "FLASH");
  assert.deepEqual([program.subject, program.text], [subject, text], "programs get the bytes");
  const printed = await world.ringdown("green", "show", ...program.serial.split(" "));
  assert.ok(printed.includes("safe [U+202E]gnp.exe[U+2066] end") && !/[\u202e\u2066\u200b]/.test(printed), "the command line too");
  await world.ringdown("green", "acknowledge", ...program.serial.split(" "));
  // A name with a letter that only looks like its own is refused, and not sent.
  const report = { event: "attacked", unit: "USS Lib\u0435rty", "named-is": "one-ship", when: "081200Z JUN 27",
    where: "31.38167° N 33.38333° E", cause: "attack-by-whom-not-known", "forces-sent": "WILL" };
  const fields = Object.entries(report).flatMap(([name, value]) => ["--field", `${name}=${value}`]);
  const strange = ["send", "--json", "--precedence", "PRIORITY", "--class", "TEST", "--form", "incident-report", "--subject", "Ship hit",
    ...fields];
  await assert.rejects(world.ringdown("blue", ...strange), /\(U\+0435\) beside letters of another script/);
  const latin = strange.map((word) => word.replace("\u0435", "e"));
  assert.match(JSON.parse(await world.ringdown("blue", ...latin)).serial, /^BLUE T-/, "the letter was all that was wrong");
});

test("the browser's own tables know no hidden character that the node shows as it is", async () => {
  const { blue } = world;
  const hidden = await blue.evaluate(() => {
    const seen = /[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}]/u;
    const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/u;
    const found = [];
    for (let code = 1; code <= 0x10ffff; code++) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      const c = String.fromCodePoint(code);
      if (unseen.test(c) && !seen.test(c) && c !== "\n" && c !== "\t") found.push(code);
    }
    return found;
  });
  assert.ok(hidden.length > 4000, `only ${hidden.length}`);
  const text = String.fromCodePoint(...hidden);
  assert.ok(Buffer.byteLength(text) <= 60000);
  const message = await put(blue, "02".repeat(16), { precedence: "ROUTINE", class: "TEST", subject: "all of them", text });
  await go(blue, `/messages/${message.entry}`);
  const shown = await blue.evaluate(() => [...document.querySelectorAll(".text .hidden-char")].map((box) => Number(box.dataset.code)));
  assert.deepEqual(shown, hidden);
  const between = await blue.evaluate(() => [...document.querySelector(".text").childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join(""));
  assert.equal(between, "", "nothing of it stands outside of a box");
});

test("while writing, hidden characters are told before they are sent", async () => {
  const { blue } = world;
  await go(blue, "/compose");
  await blue.fill("textarea", "Смело 勇敢 شجاع\n\tplain");
  assert.ok(!(await blue.isVisible("#hidden-flag")));
  await blue.fill("textarea", "a\u202eb\u200bc\u202e");
  await until(blue, "#hidden-flag", "Hidden characters: U+202E, U+200B. GREEN sees them as boxes. Unseen, such a character can turn the order of the text around");
  await accessible(blue);
});

test("hundreds of messages, forty that wait: all are reached, the most urgent first", async () => {
  const { blue, green } = world;
  await blue.evaluate(async () => {
    const release = async (number) => {
      const id = (0xabc000 + number).toString(16).padStart(32, "0");
      const words = (method, path, body) => fetch(`/v1/lines/-/drafts/${id}${path}`, {
        method, headers: { "content-type": "application/json" }, body: body && JSON.stringify(body) });
      const precedence = number % 10 === 9 ? "PRIORITY" : "ROUTINE";
      await words("PUT", "", { precedence, class: "EXERCISE", subject: `number ${number}`, text: "x" });
      const prepared = await (await words("POST", "/prepare")).json();
      const signed = await (await words("POST", "/sign", prepared)).json();
      const answer = await words("POST", "/release", signed);
      if (!answer.ok) throw new Error(await answer.text());
    };
    for (let number = 0; number < 40; number++) await release(number);
  });
  await go(green, "/");
  await green.waitForFunction(() => Number(document.querySelector("#waiting")?.dataset.waiting) >= 40);
  assert.match(await green.title(), /^4\d wait/);
  await shot(green, "forty-waiting");
  assert.deepEqual(await overflow(green), []);
  await green.click("text=/All that wait: \\d+ more/");
  const first = await green.locator("tbody tr").first().innerText();
  assert.ok(first.includes("PRIORITY"), first);
  const total = Number(/^(\d+) in all/.exec(await green.innerText(".pages"))[1]);
  const serials = new Set(await green.locator("tbody td:first-child").allInnerTexts());
  while (await green.locator("text=Next").count()) {
    await green.click("text=Next");
    await green.waitForLoadState();
    for (const serial of await green.locator("tbody td:first-child").allInnerTexts()) serials.add(serial);
  }
  assert.equal(serials.size, total);
  await accessible(green);
  await go(green, "/record");
  let entries = await green.locator(".entries tbody tr").count();
  while (await green.locator("text=Older entries").count()) {
    await green.click("text=Older entries");
    await green.waitForLoadState();
    entries += await green.locator(".entries tbody tr").count();
  }
  const { head } = JSON.parse(await world.ringdown("green", "status", "--json"));
  const held = [head.own, head.peer].reduce((sum, place) => sum + Number(place.split("/")[1]), 0);
  assert.equal(entries, held, "every entry of both chains stands on one of the pages");
  await accessible(green);
});

test("no script failed, and the policy refused nothing", () => {
  assert.deepEqual(world.complaints, []);
});
