// Several officers: what one submits another releases, with a key and a session of his own; and one alone, loudly.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible, compose, go, open, overflow, prefer, run, shot, until } from "./world.mjs";

let world;
let second;

/** A browser of its own, as another person has, signed in at this address. */
async function person(address) {
  const context = await world.blue.context().browser().newContext({ viewport: { width: 1280, height: 720 } });
  const page = await context.newPage();
  page.setDefaultTimeout(15000);
  await page.goto(address);
  await page.waitForSelector("#waits-title");
  return page;
}

before(async () => {
  world = await open();
  second = await person(world.addresses[2]);
});
after(async () => world?.close());

test("scenario 1: two people release a FLASH, the other side's dialog opens, and each step says who", async () => {
  const { blue, green } = world;
  await compose(blue, "FLASH", "Ship hit", "Is it one of yours?", "LIVE");
  assert.equal(await blue.innerText("#release"), "Submit for release: FLASH to GREEN - LIVE");
  assert.equal(await blue.innerText("#which-by-two"), "Two people release FLASH, IMMEDIATE. A TEST needs one.");
  assert.equal(await blue.getAttribute("#precedence", "aria-describedby"), "which-by-two");
  await blue.click("#release");
  await until(blue, "main", "AWAITING RELEASE");
  await until(blue, "main", "Another officer has to release it");
  await shot(blue, "people-submitted");
  await accessible(blue);
  assert.equal(await green.locator("#incoming[open]").count(), 0, "nothing went out");

  await until(second, "[aria-labelledby=awaiting-title]", "submitted by Duty officer");
  await shot(second, "people-awaiting");
  await accessible(second);
  await second.click("[aria-labelledby=awaiting-title] a");
  await until(second, "main", "As GREEN will see it");
  await until(second, "main", "Is it one of yours?");
  await accessible(second);
  await shot(second, "people-release");
  await second.click("#release");
  await until(second, "main", "Written by Duty officer");
  await until(blue, "main", "RELEASED Open BLUE 0001");
  await until(second, "main", "Watch officer of BLUE");
  await until(second, "main", "STORED BY PEER");

  await green.waitForSelector("#incoming[open]:not(.settling)");
  await until(green, "#incoming .terms", "Released by Watch officer of BLUE");
  await until(green, "#incoming .terms", "Written by Duty officer");
  await green.keyboard.down("a");
  await green.waitForFunction(() => document.querySelector("#incoming")?.open === false);
  await green.keyboard.up("a");
  await go(blue, second.url());
  await until(blue, "main", "ACKNOWLEDGED by Duty officer of GREEN");
});

test("a FLASH without fields is read back in own words, which its sender judges", async () => {
  const { blue, green } = world;
  await go(green, new URL(blue.url()).pathname);
  await green.click("#word-roger");
  await until(green, "main", "ANSWERED: ROGER");
  assert.doesNotMatch(await green.innerText("main"), /CLOSED/, "it was not read back");
  await green.click("#read-back");
  await green.click("#send-read-back");
  await until(green, "#refused", "The read-back says nothing.");
  await until(green, "#hint-words", "FLASH and IMMEDIATE are always read back");
  await accessible(green);
  await shot(green, "read-back-in-words");
  await green.fill("#box-words", "BLUE asks whether the ship that was hit is ours.");
  await green.click("#send-read-back");
  await until(blue, "main", "READ BACK - IN OWN WORDS");
  await until(blue, "main", "Nothing was compared by machine.");
  await accessible(blue);
  await shot(blue, "judge-in-words");
  await blue.click("#that-is-correct");
  for (const page of [blue, green]) await until(page, "main", "CLOSED");
});

test("scenario 23: one person cannot be both; in an emergency he can be, and both sides see it", async () => {
  const { blue, green } = world;
  await compose(blue, "FLASH", "Second ship hit", "Ours?", "LIVE");
  await blue.click("#release");
  await until(blue, "main", "AWAITING RELEASE");
  const address = blue.url();

  // The same person in a second tab, and by a request that no button makes.
  const tab = await world.page(address.replace(/release.*/, ""));
  await go(tab, address);
  await until(tab, "main", "Another officer has to release it");
  assert.equal(await tab.locator("#release").count(), 0, "no button to release");
  const status = await tab.evaluate(async (address) => {
    const response = await fetch(address, { method: "POST", body: new URLSearchParams({ do: "release" }) });
    return [response.status, await response.text()];
  }, address);
  assert.equal(status[0], 403);
  assert.match(status[1], /The same officer cannot be both/);
  await tab.close();
  assert.equal(await green.locator("#incoming[open]").count(), 0, "nothing went out");

  await blue.click(".emergency summary");
  await until(blue, ".emergency", "GREEN sees that on the screen");
  await shot(blue, "people-emergency");
  await blue.click("#release-alone");
  await until(blue, "main", "RELEASED BY ONE PERSON");
  await green.waitForSelector("#incoming[open]");
  await until(green, "#incoming", "RELEASED BY ONE PERSON BLUE released it in an emergency by one person");
  await shot(green, "people-alone-seen");
  await accessible(green);
});

test("what is returned to its drafter is not sent, and is written on", async () => {
  const { blue } = world;
  await compose(blue, "IMMEDIATE", "To be returned", "Not yet.", "EXERCISE");
  await blue.click("#release");
  await until(blue, "main", "AWAITING RELEASE");
  await go(second, "/");
  await second.click("[aria-labelledby=awaiting-title] a:has-text('To be returned')");
  await second.click("#return");
  await until(second, "h1", "New message to GREEN");
  assert.equal(await second.inputValue("#subject"), "To be returned");
  const sent = JSON.parse(await world.ringdown("blue", "outbox", "--json"));
  assert.ok(!sent.some((each) => each.subject === "To be returned"));
});

test("whoever answers is told that an answer by message takes two", async () => {
  const { green, ringdown } = world;
  await ringdown("blue", "send", "--precedence", "FLASH", "--class", "LIVE", "--marker", "QUESTION", "--subject", "Yours?", "--text", "x");
  const asked = JSON.parse(await ringdown("green", "inbox", "--json")).find((each) => each.subject === "Yours?");
  await ringdown("green", "acknowledge", ...asked.serial.split(" "));
  await go(green, `/messages/${asked.entry}`);
  await until(green, ".moves", "an answer in a message as urgent as this is released by two");
});

test("who releases sees what the other side will see, in its language too", async () => {
  const { ringdown } = world;
  const russian = ["--subject", "Опыт", "--text", "Проверка связи.", "--language", "ru"];
  const sent = JSON.parse(await ringdown("green", "send", "--json", "--precedence", "ROUTINE", "--class", "TEST", ...russian));
  await ringdown("green", "wait", ...sent.serial.split(" "), "--for", "stored", "--timeout", "20");
  const report = {
    event: "attacked", unit: "USS Liberty", "named-is": "one-ship", when: "081200Z JUN 27", where: "31.38167° N 33.38333° E",
    cause: "attack-by-whom-not-known", "forces-sent": "WILL",
  };
  const fields = Object.entries(report).flatMap(([name, value]) => ["--field", `${name}=${value}`]);
  const words = ["--precedence", "FLASH", "--class", "LIVE", "--form", "incident-report", "--subject", "Liberty hit", ...fields];
  await assert.rejects(run("-C", `${world.dir}/blue`, "send", ...words), { code: 5 });
  await go(second, "/");
  await second.click("[aria-labelledby=awaiting-title] a:has-text('Liberty hit')");
  // GREEN wrote in Russian last.
  await until(second, "#theirs[lang=ru]", "Так это увидит GREEN");
  await until(second, "#theirs", "Один корабль");
  await until(second, "article:not(#theirs)", "One ship");
  assert.equal(await second.getAttribute(".reads-in [value=ru]", "aria-pressed"), "true");
  const rows = await second.locator("#theirs dt").count();
  assert.ok(rows >= 7 && rows === await second.locator("article:not(#theirs) dt").count(), "each field stands in both");
  for (const [tag, direction] of [["zh", "ltr"], ["ar", "rtl"]]) {
    await second.click(`.reads-in [value=${tag}]`);
    await second.waitForSelector(`#theirs[lang=${tag}][dir=${direction}]`);
    for (const theme of ["day", "dark", "night"]) {
      await prefer(second, "theme", theme);
      await accessible(second, `release, ${tag} beside, ${theme}`);
    }
    await prefer(second, "theme", "system");
    for (const width of [1280, 640]) {
      await second.setViewportSize({ width, height: 720 });
      assert.deepEqual(await overflow(second), [], `${tag}, ${width} wide`);
      await shot(second, `release-${tag}-${width}`, { fullPage: true });
    }
    await second.setViewportSize({ width: 1280, height: 720 });
  }
  await second.click(".reads-in [value=en]");
  await second.waitForSelector("#theirs", { state: "detached" });
  await second.click("#release");
  await until(second, "main", "STORED BY PEER");
});

test("a TEST is released by one, whatever its precedence", async () => {
  const { blue } = world;
  await compose(blue, "FLASH", "Practice", "x", "TEST");
  assert.equal(await blue.innerText("#release"), "Release FLASH to GREEN - TEST");
  await blue.click("#release");
  await until(blue, "main", "STORED BY PEER");
});

test("who only looks sees everything and can do nothing", async () => {
  const viewer = await person(world.addresses[3]);
  await until(viewer, "#officer", "VIEW ONLY");
  const answers = await viewer.evaluate(async () => {
    const post = (path, body) => fetch(path, { method: "POST", body: new URLSearchParams(body) });
    const kept = await fetch("/compose/drafts/00112233445566778899aabbccddeeff", {
      method: "PUT", headers: { "content-type": "application/json" },
      body: JSON.stringify({ precedence: "FLASH", subject: "s", text: "t" }),
    });
    const act = await post("/messages/BLUE%200001", { act: "acknowledge" });
    const release = await post("/release/00112233445566778899aabbccddeeff", { do: "release" });
    return [kept.status, act.status, release.status];
  });
  assert.deepEqual(answers, [403, 403, 403]);
  const drafts = JSON.parse(await world.ringdown("blue", "drafts", "--json"));
  assert.ok(!drafts.some((each) => each.id.startsWith("0011")));
});
