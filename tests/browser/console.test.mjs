// What an officer sees and does, in a browser, against two real nodes.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible, clear, compose, go, open, shot, startWatch, until } from "./world.mjs";

let world;
before(async () => { world = await open(); });
after(async () => { await world?.close(); });

test("the board tells state, peer, what waits and Zulu time without scrolling", async () => {
  const { blue } = world;
  await until(blue, "#bar", "GREEN ANSWERS");
  await blue.waitForFunction(() => /^\d\d:\d\d:\d\dZ$/.test(document.querySelector("#zulu").textContent));
  for (const selector of ["#bar .bar-item", "#zulu", "#waits-title", "#last-title", ".button.primary"]) {
    const box = await blue.locator(selector).first().boundingBox();
    assert.ok(box.y + box.height <= 720 && box.x + box.width <= 1280, `${selector} is on the screen`);
  }
  await until(blue, ".last", "No messages yet.");
  await until(blue, "[aria-labelledby=waits-title]", "Nothing waits for your acknowledgement.");
  await shot(blue, "empty-board");
  await accessible(blue);
});

test("without sound a console says so, and says when it lost it", async () => {
  const { green } = world;
  assert.match(await green.innerText("#sound-off"), /^SOUND OFF\s.*Start watch at this console/s);
  await green.click("#watch");
  await until(green, "#sound-off", "SOUND NOT PROVED");
  await accessible(green);
  await shot(green, "sound-not-proved");
  await green.click("#heard");
  await green.waitForSelector("#sound-off", { state: "hidden" });
  assert.equal(await green.innerText("#sound-on"), "SOUND ON");
  await green.evaluate(() => window.contexts.at(-1).suspend());
  await green.waitForSelector("#sound-off");
  assert.match(await green.innerText("#sound-off"), /SOUND LOST since \d\d:\d\d:\d\dZ/);
  await shot(green, "sound-lost");
  await accessible(green);
  await startWatch(green);
});

test("a FLASH opens a dialog, sounds, is silenced without being acknowledged, and is acknowledged", async () => {
  const { blue, green } = world;
  const text = "Is the ship hit at 31-23N 33-25E one of yours?\n勇敢 — Смело — شجاع “quoted”";
  await compose(blue, "FLASH", "USS Liberty", text);
  await accessible(blue);
  assert.equal(await blue.innerText("#release"), "Release FLASH to GREEN - TEST");
  await blue.click("#release");
  await blue.waitForSelector("article.message");
  await green.waitForSelector("#incoming[open]");
  assert.equal(await green.innerText("#incoming .text"), text);
  await green.waitForFunction(() => document.body?.dataset.sounding === "yes");
  assert.match(await green.title(), /^FLASH WAITS \(1\) - /);
  assert.match(await green.innerText("#incoming .message-head"), /sent\s+\d\d [A-Z]{3} \d{4} \d\d:\d\d:\d\dZ\s+arrived\s+\d\d:\d\d:\d\dZ/);
  await green.waitForSelector("#incoming.settling", { state: "detached" });
  await shot(green, "incoming");
  await accessible(green);
  await green.click("#incoming [data-silence]");
  await green.waitForFunction(() => document.body?.dataset.sounding === "no");
  assert.match(await green.innerText("#dialog-silenced"), /^Silenced on this console until \d\d:\d\d:\d\dZ/);
  assert.ok(await green.isVisible("#incoming"), "silence is not acknowledgement");
  await until(blue, "article", "STORED BY PEER");
  assert.ok(!(await blue.innerText("article")).includes("ACKNOWLEDGED"), "silence tells nobody");
  await green.click("#incoming [data-acknowledge]");
  await until(blue, "article", "ACKNOWLEDGED by Duty officer of GREEN");
  await green.waitForFunction(() => document.title.startsWith("BLUE T-0001"));
  await until(green, "article .message-head", "ACKNOWLEDGED by Duty officer of GREEN");
  await accessible(green);
  await until(blue, "article .facts", "Released by Duty officer of BLUE");
  await shot(blue, "message");
  await accessible(blue);
});

test("7: silence holds for what waited; a later FLASH sounds, and silence survives a reload", async () => {
  const { green } = world;
  await world.send("blue", "FLASH", "TEST", "first", "first");
  await green.waitForSelector("#incoming[open]");
  await green.click("#incoming [data-silence]");
  await green.waitForFunction(() => document.body?.dataset.sounding === "no");
  await green.reload();
  await green.waitForSelector("#incoming[open]");
  await until(green, "#dialog-silenced", "Silenced on this console");
  await green.keyboard.press("Shift");
  await green.keyboard.press("x");
  await green.waitForSelector("#sound-off", { state: "hidden" });
  assert.equal(await green.evaluate(() => document.body.dataset.sounding), "no");
  await world.send("blue", "FLASH", "TEST", "second", "second");
  await green.waitForFunction(() => document.body?.dataset.sounding === "yes");
  await until(green, "#incoming", "1 more wait below this one.");
});

test("a click that was meant for the message before acknowledges nothing", async () => {
  const { green } = world;
  await green.waitForSelector("#incoming[open]:not(.settling)");
  await green.evaluate(() => {
    // As a double click does: the second press comes as soon as the next message is drawn.
    const dialog = document.querySelector("#incoming");
    const first = dialog.querySelector("[data-entry]").dataset.entry;
    new MutationObserver(() => {
      const next = dialog.querySelector("[data-entry]");
      if (next && next.dataset.entry !== first) dialog.querySelector("[data-acknowledge]").click();
    }).observe(dialog, { childList: true });
    dialog.querySelector("[data-acknowledge]").click();
  });
  await until(green, "#incoming .incoming-subject", "second");
  await green.waitForTimeout(300);
  const inbox = JSON.parse(await world.ringdown("green", "inbox", "--json"));
  const waiting = inbox.filter((message) => message.state === "STORED HERE").map((message) => message.subject);
  assert.deepEqual(waiting, ["second"]);
  await clear(world, "green");
  await green.waitForFunction(() => document.querySelector("#incoming")?.open === false);
});

test("22: what is meant takes over from an exercise, on the screen and in the sound", async () => {
  const { green } = world;
  await world.send("blue", "FLASH", "EXERCISE", "exercised", "x");
  await until(green, "#incoming", "exercised");
  await world.send("blue", "IMMEDIATE", "LIVE", "meant", "x");
  await until(green, "#incoming", "meant");
  await shot(green, "live-over-exercise");
  await clear(world, "green");
  await green.waitForFunction(() => document.querySelector("#incoming")?.open === false);
});

test("whoever acknowledges in the middle of something else stays there, with a link to go on", async () => {
  const { green } = world;
  await go(green, "/messages");
  await world.send("blue", "FLASH", "TEST", "not on the board", "x");
  await green.waitForSelector("#incoming[open]:not(.settling)");
  await green.click("#incoming [data-acknowledge]");
  await green.waitForFunction(() => document.activeElement?.id === "done-next");
  await until(green, "#done", "ACKNOWLEDGED on this console at");
  assert.equal(new URL(green.url()).pathname, "/messages");
  await go(green, "/");
});

test("22: an answer is as urgent as what it answers, of its class and no other, and names it", async () => {
  const { green } = world;
  await world.ringdown("blue", "send", "--precedence", "IMMEDIATE", "--class", "EXERCISE", "--marker", "QUESTION", "--subject",
    "USS Liberty", "--text", "Is the ship hit at 31-23N 33-25E one of yours?",
    "--answer-by", "302345Z DEC 30", "--valid-until", "312359Z DEC 30");
  await green.waitForSelector("#incoming[open]:not(.settling)");
  for (const time of ["302345Z DEC 30", "312359Z DEC 30"]) await until(green, "#incoming .terms", time);
  await until(green, "#incoming .terms", "Released by Watch officer of BLUE");
  await green.click("#incoming [data-acknowledge]");
  await green.click("a.button >> text=Write an answer");
  await green.waitForSelector("#compose");
  assert.equal(await green.inputValue("input[name=subject]"), "RE BLUE X-0002 - USS Liberty");
  assert.ok((await green.innerText("main")).includes("Is the ship hit"), "what is answered is on the page");
  await shot(green, "answer");
  const classes = await green.$$eval("#class option", (all) => all.map((each) => each.value));
  assert.deepEqual(classes, ["", "EXERCISE"], "an exercise cannot be answered in earnest");
  const live = ["send", "--class", "LIVE", "--precedence", "IMMEDIATE", "--marker", "ANSWER", "--re", "BLUE X-0002", "--json"];
  await assert.rejects(world.ringdown("green", ...live, "--subject", "s", "--text", "Yes."), /is of its class/);
  for (const [name, value] of [["precedence", "IMMEDIATE"], ["class", "EXERCISE"], ["marker", "ANSWER"]]) {
    assert.equal(await green.inputValue(`select[name=${name}]`), value);
  }
  await go(green, "/");
});

test("a text without a subject is kept all the same", async () => {
  const { blue } = world;
  await go(blue, "/compose");
  await blue.fill("textarea", "a text without a subject");
  await blue.click("text=Leave this page");
  await blue.click("text=(no subject)");
  assert.equal(await blue.inputValue("textarea"), "a text without a subject");
  await blue.click(".delete summary");
  await blue.click("text=Delete it for good");
  await blue.waitForSelector("#waits-title");
});

test("what is missing is said in the console's own words, and sends nothing", async () => {
  const { blue } = world;
  await compose(blue, "ROUTINE", "class not chosen", "x", "");
  assert.equal(await blue.innerText("#release"), "Release ROUTINE to GREEN - class not chosen");
  await blue.click("#release");
  await until(blue, "#problem-class", "Say whether this is meant: LIVE, EXERCISE or TEST.");
  await until(blue, "#problems", "Not released: one thing is missing or wrong.");
  assert.equal(await blue.getAttribute("#class", "aria-describedby").then((ids) => ids.trim()), "problem-class");
  assert.equal(await blue.inputValue("#subject"), "class not chosen");
  await blue.click(".delete summary");
  await blue.click("text=Delete it for good");
  await blue.waitForSelector("#waits-title");
});

test("24: a double click on Release sends once", async () => {
  const { blue } = world;
  await compose(blue, "ROUTINE", "once", "only once");
  await blue.dblclick("#release").catch(() => {});
  await blue.waitForSelector("article.message");
  const outbox = JSON.parse(await world.ringdown("blue", "outbox", "--json"));
  assert.equal(outbox.filter((message) => message.subject === "once").length, 1);
});

test("24: a draft is kept on the node, found again after the page is gone, and deleted only on purpose", async () => {
  const { blue } = world;
  await compose(blue, "PRIORITY", "half written", "to be continued");
  await until(blue, "#kept", "Draft kept");
  await blue.fill("textarea[name=text]", "to be continued, and left at once");
  await go(blue, "/");
  await blue.click("text=half written");
  assert.equal(await blue.inputValue("textarea[name=text]"), "to be continued, and left at once");
  await shot(blue, "compose");
  await accessible(blue);
  await blue.click(".delete summary");
  await blue.click("text=Delete it for good");
  await blue.waitForSelector("#waits-title");
  assert.deepEqual(JSON.parse(await blue.evaluate(() => fetch("/v1/lines/-/drafts").then((answer) => answer.text()))), []);
});

test("24: a FLASH comes in the middle of a long draft, and the tab crashes: what was typed is there, and no key did anything", async () => {
  const writer = await world.page(world.addresses[0]);
  const sentence = "Says what was seen, by whom and when; an answer is asked for by 1800Z. ";
  await compose(writer, "PRIORITY", "a long draft", sentence.repeat(12));
  await writer.focus("textarea[name=text]");
  await writer.keyboard.press("Control+End");
  const arrived = world.send("green", "FLASH", "TEST", "in the middle", "x");
  for (let words = 0; words < 100 && !await writer.isVisible("#alarm-bar"); words++) await writer.keyboard.type(sentence);
  // The officer looks at his hands and types on, also letters that are keys elsewhere.
  await writer.keyboard.type(sentence);
  await writer.keyboard.type("abmnrsdqx ");
  await arrived;
  await until(writer, "#alarm-text", "FLASH");
  assert.ok(!await writer.isVisible("#incoming"), "nothing comes under his hands");
  const typed = await writer.inputValue("textarea[name=text]");
  assert.ok(typed.startsWith(sentence.repeat(13)) && typed.endsWith(`${sentence}abmnrsdqx `), typed.slice(-80));
  await writer.waitForTimeout(1000);
  const [waiting] = JSON.parse(await world.ringdown("blue", "inbox", "--json")).slice(-1);
  assert.deepEqual([waiting.subject, waiting.state], ["in the middle", "STORED HERE"]);
  assert.equal(new URL(writer.url()).pathname, "/compose");
  const crashed = writer.waitForEvent("crash");
  writer.goto("chrome://crash").catch(() => {});
  await crashed;
  await writer.close();
  await clear(world, "blue");
  const again = await world.page(world.addresses[0]);
  await again.click("text=a long draft");
  assert.equal(await again.inputValue("textarea[name=text]"), typed);
  await again.click(".delete summary");
  await again.click("text=Delete it for good");
  await again.waitForSelector("#waits-title");
  await again.close();
});

test("a draft that cannot be sent is kept, and the release says why", async () => {
  const { blue } = world;
  await compose(blue, "ROUTINE", "勇".repeat(100), "too long in bytes");
  await until(blue, "#kept", "Draft kept");
  await blue.click("#release");
  await until(blue, "#problem-subject", "The subject must be one line of 1 to 200 bytes");
  await blue.click(".delete summary");
  await blue.click("text=Delete it for good");
  await blue.waitForSelector("#waits-title");
});

test("a draft that was released elsewhere is not sent again, and other words are not called sent", async () => {
  const { blue } = world;
  await compose(blue, "ROUTINE", "released elsewhere", "the words that went out");
  await until(blue, "#kept", "Draft kept");
  const id = await blue.getAttribute("#compose", "data-draft");
  const other = await world.page(world.addresses[0]);
  await go(other, `/compose?draft=${id}`);
  await other.click("#release");
  await other.waitForSelector("article.message");
  await blue.fill("textarea[name=text]", "other words");
  await blue.waitForSelector("#released");
  assert.ok(await blue.isDisabled("#release"));
  await shot(blue, "released");
  await accessible(blue);
  // Even if the form is sent all the same.
  await blue.evaluate(() => document.querySelector("#compose").submit());
  await until(blue, "main", "What you just wrote was NOT sent");
  await accessible(blue);
  await go(blue, `/compose?draft=${id}`);
  await until(blue, "main", "It is a message now and cannot be changed");
  await go(blue, `/compose?draft=${"0".repeat(32)}`);
  await until(blue, "main", "There is no draft at this address.");
  await other.close();
  const outbox = JSON.parse(await world.ringdown("blue", "outbox", "--json"));
  assert.equal(outbox.filter((message) => message.subject === "released elsewhere").length, 1);
});

test("a pulled cable is told, what is sent waits, and goes when the cable is back", async () => {
  const { blue, green } = world;
  await world.ringdown("lab", "cut");
  await go(blue, "/");
  await until(blue, "#tray", "LINE DOWN on 1 of 1 paths since");
  await compose(blue, "IMMEDIATE", "while cut", "waits");
  await blue.click("#release");
  await blue.waitForSelector("article.message");
  await until(blue, "article .badge", "QUEUED - NOT SENT");
  await until(blue, "#tray", "NOT SENT or not stored by GREEN: 1.");
  await go(blue, "/");
  await shot(blue, "cut");
  await accessible(blue);
  await world.ringdown("lab", "heal");
  await green.waitForSelector("#incoming[open]:not(.settling)");
  await green.click("#incoming [data-acknowledge]");
  await until(blue, ".last", "ACKNOWLEDGED");
  await shot(blue, "board");
});

test("no script failed, and the policy refused nothing", () => {
  assert.deepEqual(world.complaints, []);
});
