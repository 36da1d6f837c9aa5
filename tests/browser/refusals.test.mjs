// What the node refuses is said in the language of the page, on pages and by scripts; programs are told in English.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible, go, open, shot, startWatch, until } from "./world.mjs";

const SAID = {
  zh: {
    missing: "此记录中没有电文 BLUE 9999。", where: "正确的写法如：", unit: "与旁边的字母不属同一文字", read: "复诵未发送", box: "时间须带 Z",
    done: "现在不能这样做：已经答复过", empty: "复诵没有内容。", act: "此记录中没有电文 GREEN 9999。",
  },
  ru: {
    missing: "В этой записи нет сообщения BLUE 9999.", where: "верно было бы:", unit: "рядом с буквами другого письма", read: "Обратное чтение не отправлено", box: "времени нужна буква Z",
    done: "Сейчас этого сделать нельзя: ответ уже дан", empty: "Обратное чтение ничего не говорит.", act: "В этой записи нет сообщения GREEN 9999.",
  },
  ar: {
    missing: "لا توجد في هذا السجل رسالة \u2068BLUE 9999\u2069.", where: "والصواب مثلًا:", unit: "بجانب حروف من كتابة أخرى", read: "لم تُرسل القراءة المرتجعة", box: "الوقت يحتاج إلى Z",
    done: "لا يمكن فعل هذا الآن:", empty: "القراءة المرتجعة لا تقول شيئًا.", act: "لا توجد في هذا السجل رسالة \u2068GREEN 9999\u2069.",
  },
};
const REPORT = {
  event: "attacked", unit: "USS Liberty", "named-is": "one-ship", when: "081200Z JUN 27", where: "31.38167° N 33.38333° E",
  cause: "attack-by-whom-not-known", "forces-sent": "WILL",
};
/** What the node says in English, which no page in another language may have. */
const ENGLISH = /There is no|right would be|beside letters|Nothing was|cannot be|The read-back|Look at|Change it|needs Z/;
let world;

const choose = async (page, tag) => {
  await go(page, "/settings");
  await page.click(`#languages [value=${tag}]`);
  await page.waitForFunction((tag) => document.documentElement?.lang === tag, tag);
};
const inWords = async (page, selector, words) => {
  const said = await page.innerText(selector);
  assert.ok(said.includes(words), `${selector} says ${said}`);
  assert.doesNotMatch(said, ENGLISH);
  assert.doesNotMatch(said, /[[{]/, "every value and key has words");
  assert.equal(await page.locator(`${selector} .hidden-char`).count(), 0);
};
const sent = async (...words) => {
  const message = JSON.parse(await world.ringdown("blue", "send", "--json", "--class", "EXERCISE", ...words));
  await world.ringdown("blue", "wait", ...message.serial.split(" "), "--for", "stored", "--timeout", "20");
  return message;
};

before(async () => {
  world = await open();
  await startWatch(world.green);
});
after(async () => { await world?.close(); });

for (const [tag, said] of Object.entries(SAID)) {
  test(`in ${tag}: a message that there is not, and a draft that cannot be sent`, async () => {
    const { blue } = world;
    await choose(blue, tag);
    await go(blue, "/messages/BLUE%209999");
    await blue.waitForSelector("main .failure");
    await inWords(blue, "main .failure", said.missing);
    await shot(blue, `refused-${tag}-missing`);
    await go(blue, "/compose?form=incident-report");
    await blue.selectOption("select[name=class]", "TEST");
    await blue.fill("input[name=subject]", "Ship hit");
    await blue.fill("#field-where", "31-23 33-23");
    await blue.fill("#field-unit", "USS Lib\u0435rty");
    await blue.click("#release");
    await blue.waitForSelector("#problem-field-where");
    await inWords(blue, "#problem-field-where", said.where);
    await accessible(blue, `problems in ${tag}`);
    await shot(blue, `refused-${tag}-problems`);
    await inWords(blue, "#problem-field-unit", said.unit);
  });

  test(`in ${tag}: a read-back that cannot be read, and an answer that came too late`, async () => {
    const { green } = world;
    await choose(green, tag);
    const report = await sent("--precedence", "PRIORITY", "--form", "incident-report", "--subject", "Ship attacked",
      ...Object.entries(REPORT).flatMap(([name, value]) => ["--field", `${name}=${value}`]));
    await world.ringdown("green", "acknowledge", ...report.serial.split(" "));
    await go(green, `/messages/${report.entry}/read-back`);
    await green.fill("#box-when", "081200 JUN 27");
    await green.click("#send-read-back");
    await green.waitForSelector("#refused");
    await inWords(green, "#refused", said.read);
    await inWords(green, "#hint-when", said.box);
    await shot(green, `refused-${tag}-read-back`);
    const request = await sent("--precedence", "ROUTINE", "--marker", "REQUEST", "--subject", "Keep clear", "--text", "Keep clear.");
    await world.ringdown("green", "acknowledge", ...request.serial.split(" "));
    await go(green, `/messages/${request.entry}`);
    // Nothing tells this page of the answer that is given elsewhere.
    await green.route("**/fragments/**", (route) => route.abort());
    await world.ringdown("green", "answer", ...request.serial.split(" "), "--with", "unable", "--reason", "not-possible", "--text", "Fog");
    await green.fill("#word-wilco-text", "We keep two miles off");
    await green.click("#word-wilco");
    await green.waitForSelector("#refused");
    await green.unroute("**/fragments/**");
    await inWords(green, "#refused", said.done);
    await accessible(green, `refused in ${tag}`);
    await shot(green, `refused-${tag}-answer`);
  });

  test(`in ${tag}: a FLASH without fields is not read back without a word, and scripts are answered as their page is`, async () => {
    const { green } = world;
    await choose(green, tag);
    const flash = await sent("--precedence", "FLASH", "--subject", "Stand by", "--text", "Stand by for word.");
    await world.ringdown("green", "acknowledge", ...flash.serial.split(" "));
    await go(green, `/messages/${flash.entry}/read-back`);
    await green.evaluate(() => { document.querySelector("#send-read-back").form.noValidate = true; });
    await green.click("#send-read-back");
    await green.waitForSelector("#refused");
    await inWords(green, "#refused", said.empty);
    const [forPage, forProgram] = await green.evaluate(async () => {
      const ask = async (headers) => (await (await fetch("/v1/lines/-/messages/GREEN%209999/acknowledge", { method: "POST", headers })).json());
      return [await ask({ "ringdown-page": "1" }), await ask({})];
    });
    assert.equal(forPage.what, said.act);
    assert.deepEqual(forProgram, {
      error: "not-found", what: "There is no message GREEN 9999 in this record.", means: "It was not sent, or has not arrived here.",
      do: "Look at the inbox and the outbox for the messages there are.",
    });
    assert.equal(forPage.error, forProgram.error);
  });
}

test("no script failed, and the policy refused nothing", () => {
  const failed = /Failed to load resource|net::ERR_FAILED/;
  assert.deepEqual(world.complaints.filter((complaint) => !failed.test(complaint)), []);
});
