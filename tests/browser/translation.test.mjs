// A machine's translation beside a message: scenario 21 of the console. GREEN's service is in this process.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createServer } from "node:http";
import { accessible, open, overflow, prefer, shot, until } from "./world.mjs";

let world;
let asked = [];
const service = createServer((request, response) => {
  let body = "";
  request.on("data", (data) => { body += data; });
  request.on("end", () => {
    asked.push(JSON.parse(body));
    response.end(JSON.stringify({ translatedText: ["Ship attacked", "A ship of yours was hit. <b>Not</b> by us."] }));
  });
});
before(async () => {
  await new Promise((resolve) => service.listen(0, "127.0.0.1", resolve));
  const { port } = service.address();
  world = await open({ green: `translation = { url = "http://127.0.0.1:${port}", to = "en" }` });
});
after(async () => {
  await world?.close();
  service.close();
});

test("21: a machine's translation is marked and hatched, is not on paper, and fills no read-back", async () => {
  const { blue, green } = world;
  const sent = JSON.parse(await world.ringdown("blue", "send", "--json", "--precedence", "PRIORITY", "--form", "incident-report",
    "--subject", "Корабль атакован", "--language", "ru", "--text", "Ваш корабль получил попадание. Не от нас.",
    ...["event=attacked", "unit=Meridian", "named-is=one-ship", "when=081200Z JUN 27", "where=54.5° N 18.3° E",
      "cause=attack-by-whom-not-known", "forces-sent=WILL NOT"].flatMap((field) => ["--field", field])));
  await world.ringdown("blue", "wait", ...sent.serial.split(" "), "--for", "stored", "--timeout", "20");
  const address = new URL(`/messages/${sent.entry}`, green.url()).href;
  await green.goto(address);
  assert.deepEqual(asked, [], "nothing is asked by looking");
  await green.click("#translate");
  await until(green, ".machine", "MACHINE TRANSLATION - NOT CHECKED - do not act on this alone");
  await until(green, ".machine", "A ship of yours was hit. <b>Not</b> by us.");
  await until(green, ".machine", "Nobody signed or checked it");
  await until(green, "main", "Ваш корабль получил попадание.");
  assert.equal(asked.length, 1);
  assert.match(await green.evaluate(() => getComputedStyle(document.querySelector(".machine")).backgroundImage), /repeating-linear-gradient/);
  for (const theme of ["day", "night", "dark"]) {
    await prefer(green, "theme", theme);
    await accessible(green, theme);
    await shot(green, `translation-${theme}`);
  }
  assert.deepEqual(await overflow(green), []);
  await green.emulateMedia({ media: "print" });
  assert.equal(await green.isVisible(".machine"), false, "not on paper");
  await green.emulateMedia({ media: null });
  await green.goto(`${address}/read-back`);
  const filled = await green.evaluate(() => [...document.querySelectorAll("#read-back [name^='field.'], #box-words")].filter((each) => each.type !== "radio" || each.checked).map((each) => each.value));
  assert.deepEqual(filled.filter((value) => value !== ""), []);
  assert.ok(!(await green.innerText("main")).includes("A ship of yours"));
  // BLUE names no service, so there is no button.
  await blue.goto(new URL(`/messages/${sent.entry}`, blue.url()).href);
  await blue.waitForSelector("article.message");
  assert.equal(await blue.locator("#translate").count(), 0);
});

test("a service that is gone is told, and the message is as it was", async () => {
  const { green } = world;
  service.close();
  service.closeAllConnections();
  await green.goto(new URL("/messages", green.url()).href);
  await green.click("main table a >> nth=0");
  await green.click("#translate");
  await until(green, "main", "did not translate it");
  await until(green, "main", "Read the original, or ask someone who can.");
});

test("no script failed, and the policy refused nothing", () => {
  assert.deepEqual(world.complaints.filter((text) => !text.includes("500")), []);
});
