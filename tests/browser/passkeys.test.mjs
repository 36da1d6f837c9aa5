// Officers with passkeys, of Chromium's virtual authenticator: enrolled on a page of the home before it is paired, then
// asked by the console for every act. BLUE's Watch officer and GREEN's Duty officer have one; their nodes never sign for them.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { accessible, freePort, go, keyBoxes, launch, listen, overflow, prefer, PROGRAM, run, shot, until } from "./world.mjs";

const FIELDS = { event: "attacked", unit: "USS Liberty", "named-is": "one-ship", when: "081200Z JUN 27",
  where: "31.38167° N 33.38333° E", cause: "attack-by-whom-not-known", "forces-sent": "WILL" };
const flags = Object.entries(FIELDS).flatMap(([name, value]) => ["--field", `${name}=${value}`]);
const FLASH = ["send", "--precedence", "FLASH", "--class", "LIVE", "--subject", "Ship hit", "--text", "Is it one of yours?"];

let dir;
let everyday;
let blue;
let green;
const started = [];
const complaints = [];
const home = (side) => join(dir, side);
const ringdown = (side, ...words) => run("-C", home(side), ...words);
const json = async (side, ...words) => JSON.parse(await ringdown(side, ...words, "--json"));

/** What a process says up to a line that is as wanted. */
function said(child, wanted) {
  return new Promise((resolve, reject) => {
    let out = "";
    child.stdout.on("data", (data) => {
      out += data;
      if (wanted(out)) resolve(out);
    });
    child.on("exit", (code) => reject(new Error(`ended with ${code}: ${out}`)));
  });
}

/** A browser of one person, with his authenticator. */
async function person(browser = everyday) {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 720 }, colorScheme: "dark" })).newPage();
  page.setDefaultTimeout(15000);
  listen(page, complaints);
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", { options: { protocol: "ctap2",
    transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true,
    automaticPresenceSimulation: true } });
  const authenticator = (what, more) => devtools.send(`WebAuthn.${what}`, { authenticatorId, ...more });
  return { page, authenticator };
}

/** `officer enrol`, up to the page that it prints. */
async function enrolment(side, name, ...more) {
  const child = spawn(PROGRAM, ["officer", "enrol", home(side), "--name", name, "--json", ...more]);
  started.push(child);
  const ended = new Promise((resolve) => child.on("exit", resolve));
  const { address } = JSON.parse(await said(child, (out) => out.endsWith("\n")));
  return { address, ended };
}

async function enrolled(side, name, { page }) {
  const { address, ended } = await enrolment(side, name);
  await page.goto(address);
  await makePasskey(page);
  assert.equal(await ended, 0);
}

async function serve(side) {
  const child = spawn(PROGRAM, ["serve", home(side)]);
  child.stderr.pipe(process.stderr);
  started.push(child);
  const out = await said(child, (out) => out.includes("\nready\n"));
  return out.split("\n").filter((line) => line.includes("http")).map((line) => line.split(" ")[1]);
}

before(async () => {
  dir = await mkdtemp(join(tmpdir(), "ringdown-"));
  everyday = await launch();
  [blue, green] = [await person(), await person()];
  await run("init", home("blue"), "--side", "BLUE");
  await run("init", home("green"), "--side", "GREEN", "--no-officer");
  for (const side of ["blue", "green"]) {
    const path = join(home(side), "ringdown.toml");
    await writeFile(path, (await readFile(path, "utf8")).replace(/console_port = .*/, `console_port = ${await freePort()}`));
  }
  await enrolled("blue", "Watch officer", blue);
  await enrolled("green", "Duty officer", green);
  await run("officer", "add", home("green"), "--name", "Second");
  await run("join", home("blue"), home("green"));
  const [blues, greens] = [await serve("blue"), await serve("green")];
  await blue.page.goto(blues[1]);
  await green.page.goto(greens[0]);
  for (const { page } of [blue, green]) await page.waitForSelector("#waits-title");
});
after(async () => {
  await everyday?.close();
  for (const child of started) child.kill("SIGTERM");
  if (dir) await rm(dir, { recursive: true, maxRetries: 5 });
});

/** Makes the passkey of an enrolment page, and tries it. */
async function makePasskey(page) {
  await page.click("#make");
  await page.waitForSelector("#try:enabled");
  await page.click("#try");
  await until(page, "#status", "Enrolled");
}

/** Signs on the page that shows what is signed, by `press`, and waits until that page is left: it names the act already. */
async function sign(page, press = () => page.click("#sign")) {
  await press();
  await page.waitForSelector("#sign-with-passkey", { state: "detached" });
  await page.waitForLoadState();
}

/** The same by keyboard alone. */
const signByKeys = (page) => sign(page, async () => {
  await tabTo(page, "#sign");
  await page.keyboard.press("Enter");
});

/** Loads a page anew: another word behind the # alone would load nothing. */
async function load(page, address) {
  await page.goto("about:blank");
  await page.goto(address);
}

async function tabTo(page, selector) {
  for (let presses = 0; presses < 80; presses++) {
    if (await page.evaluate((selector) => document.activeElement?.matches(selector), selector)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`${selector} was not reached`);
}

async function submitted(...words) {
  await assert.rejects(ringdown("blue", ...FLASH, ...words), { code: 5 });
  const drafts = await json("blue", "drafts");
  return drafts.find((draft) => draft.state === "AWAITING RELEASE").id;
}

/** Holds the key of acknowledgement until `done`. */
async function hold(page, done) {
  await page.waitForSelector("#incoming[open]:not(.settling)");
  await page.keyboard.down("a");
  await done();
  await page.keyboard.up("a");
}

test("the page of an enrolment speaks four languages in three themes, and takes nothing without what it printed", async () => {
  await run("init", home("red"), "--side", "RED");
  const { address, ended } = await enrolment("red", "Clerk");
  const { page, authenticator } = await person();
  for (const language of ["zh", "ru", "ar", "en"]) {
    await page.setExtraHTTPHeaders({ "accept-language": language });
    await load(page, address);
    assert.equal(await page.getAttribute("html", "lang"), language);
    assert.doesNotMatch(await page.innerText("main"), /\[[a-z-]+\]/, "a word is missing");
    for (const theme of ["day", "dark", "night"]) {
      await prefer(page, "theme", theme);
      await accessible(page, `${language} ${theme}`);
    }
    assert.deepEqual(await overflow(page), []);
  }
  await shot(page, "passkey-enrol");

  // Whoever has not the address that was printed may make a key, and is not taken.
  await load(page, `${new URL(address).origin}/enrol#00112233445566778899aabbccddeeff`);
  await page.click("#make");
  await page.waitForSelector("#try:enabled");
  await page.click("#try");
  await until(page, "#failure", "This is not the address");
  // Whom his authenticator does not know makes no key.
  await load(page, address);
  await authenticator("setUserVerified", { isUserVerified: false });
  await page.click("#make");
  await until(page, "#failure", "The passkey was not used");
  assert.equal(await page.isEnabled("#try"), false);
  await authenticator("setUserVerified", { isUserVerified: true });
  await page.click("#make");
  await page.waitForSelector("#try:enabled");
  await page.dblclick("#try");
  await until(page, "#status", "Enrolled");
  assert.equal(await ended, 0);
  const keys = await readFile(join(home("red"), "keys.toml"), "utf8");
  assert.equal(keys.match(/passkey/g).length, 1, "one officer, however often it was pressed");
  assert.match(keys, new RegExp(`origin = "${new URL(address).origin}"`));
  await page.context().close();
});

test("an officer is enrolled under a name of the site, over TLS", async () => {
  const [port, name] = [await freePort(), "console.gold.test"];
  await run("init", home("gold"), "--side", "GOLD");
  const path = join(home("gold"), "ringdown.toml");
  const settings = `[console]\nlisten = "127.0.0.1:${port}"\nnames = ["${name}"]\n`;
  await writeFile(path, `${await readFile(path, "utf8")}\n${settings}`);
  await assert.rejects(run("officer", "enrol", home("gold"), "--name", "Clerk", "--site", "other.gold.test"), { code: 1 });
  const { address, ended } = await enrolment("gold", "Clerk", "--site", name);
  assert.match(address, new RegExp(`^https://${name}:${port}/enrol#`));
  const key = new X509Certificate(await readFile(join(home("gold"), "console.pem"))).publicKey.export({ type: "spki", format: "der" });
  const hash = createHash("sha256").update(key).digest("base64");
  const trusting = await launch(`--host-resolver-rules=MAP ${name} 127.0.0.1`, `--ignore-certificate-errors-spki-list=${hash}`);
  try {
    const { page } = await person(trusting);
    await page.goto(address);
    await makePasskey(page);
    assert.equal(await ended, 0);
  } finally {
    await trusting.close();
  }
  const keys = await readFile(join(home("gold"), "keys.toml"), "utf8");
  assert.match(keys, new RegExp(`rp_id = "${name}"\\norigin = "https://${name}:${port}"`));
});

test("a FLASH is submitted by a key that the node holds, and released with a passkey, after the officer saw what he signs", async () => {
  const { page, authenticator } = blue;
  const id = await submitted("--form", "incident-report", ...flags);
  await go(page, `/release/${id}`);
  await page.click("#release");
  await until(page, "h1", "Sign with your passkey");
  for (const words of ["Release FLASH to GREEN - LIVE", "BLUE 0001", "Ship hit", "USS Liberty", "One ship", "BLUE WILL", "Is it one of yours?"]) {
    await until(page, "article.message", words);
  }
  for (const theme of ["day", "night", "dark"]) {
    await prefer(page, "theme", theme);
    await accessible(page, theme);
  }
  assert.deepEqual(await overflow(page), []);
  await shot(page, "passkey-sign");

  // Whom the authenticator does not know signs nothing, and nothing is lost.
  await authenticator("setUserVerified", { isUserVerified: false });
  await page.click("#sign");
  await until(page, "#sign-with-passkey", "The passkey was not used");
  await until(page, "#sign-with-passkey", "nothing is lost");
  await accessible(page);
  await shot(page, "passkey-cancelled");
  assert.deepEqual(await json("blue", "outbox"), []);
  await authenticator("setUserVerified", { isUserVerified: true });
  await sign(page, () => page.dblclick("#sign"));
  await until(page, "main", "Watch officer of BLUE");
  await until(page, "main", "STORED BY PEER");
  assert.equal((await json("blue", "outbox")).length, 1, "a double click releases once");
});

test("who holds A is asked by his authenticator before it is acknowledged, and another passkey is refused", async () => {
  const { page, authenticator } = green;
  const { credentials } = await authenticator("getCredentials");
  assert.equal(credentials.length, 1);
  await authenticator("clearCredentials");
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign"]);
  const privateKey = Buffer.from(await crypto.subtle.exportKey("pkcs8", pair.privateKey)).toString("base64");
  const id = (text) => Buffer.from(text).toString("base64");
  await authenticator("addCredential", { credential: { credentialId: id("another"), isResidentCredential: true, rpId: "localhost",
    privateKey, userHandle: id("someone"), signCount: 1 } });
  await hold(page, () => until(page, "#incoming .failure", "The signature is not by the key of Duty officer"));
  await accessible(page);
  await shot(page, "passkey-wrong");
  assert.equal((await json("green", "inbox"))[0].state, "STORED HERE");

  await authenticator("clearCredentials");
  await hold(page, () => until(page, "#incoming .failure", "NOT ACKNOWLEDGED. The passkey was not used"));
  assert.equal((await json("green", "inbox"))[0].state, "STORED HERE");
  for (const credential of credentials) await authenticator("addCredential", { credential });
  await hold(page, () => page.waitForFunction(() => document.querySelector("#incoming")?.open === false));
  assert.match((await json("green", "inbox"))[0].state, /^ACKNOWLEDGED by Duty officer of GREEN/);
});

test("it is read back blind and answered with the passkey, by keyboard alone, and judged with another", async () => {
  const { page } = green;
  const [message] = await json("green", "inbox");
  await go(page, `/messages/${message.entry}/read-back`);
  await keyBoxes(page, FIELDS, tabTo);
  await tabTo(page, "#send-read-back");
  await page.keyboard.press("Enter");
  await until(page, "h1", "Sign with your passkey");
  await until(page, "#says", "Read back");
  const seen = await page.innerText("article.message");
  assert.ok(!seen.includes("Is it one of yours?") && !seen.includes("Ship hit"), "it stays blind");
  for (const words of ["One ship", "BLUE WILL"]) assert.ok(seen.includes(words), `"${words}" is not shown`);
  await accessible(page);
  await shot(page, "passkey-read-back");
  // Back without signing, everything that was typed is still there.
  await tabTo(page, "#back");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#send-read-back");
  assert.equal(await page.inputValue('[id="box-unit"]'), FIELDS.unit);
  await tabTo(page, "#send-read-back");
  await page.keyboard.press("Enter");
  await until(page, "#says", "Read back");
  await signByKeys(page);
  await until(page, "main", "MATCHES");

  await go(page, `/messages/${message.entry}`);
  await tabTo(page, "#standby-minutes");
  await page.keyboard.type("5");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  await until(page, "#says", "Standby");
  await signByKeys(page);
  await until(page, "main", "STANDBY");

  await blue.page.goto(new URL(`/messages/${message.entry}`, blue.page.url()).href);
  for (const box of await blue.page.locator("[id^=tick-]").all()) await box.check();
  await blue.page.click("#that-is-correct");
  await until(blue.page, "#says", "That is correct");
  await sign(blue.page);
  await until(blue.page, "main", "READ-BACK CONFIRMED");
});

test("one passkey releases a test that is written here, and in an emergency a FLASH alone", async () => {
  const { page } = blue;
  await go(page, "/compose");
  await page.selectOption("select[name=precedence]", "ROUTINE");
  await page.selectOption("select[name=class]", "TEST");
  await page.fill("input[name=subject]", "Practice");
  await page.fill("textarea[name=text]", "By passkey.");
  await page.click("#release");
  await until(page, "#says", "Release ROUTINE to GREEN - TEST");
  await page.click("#back");
  await page.waitForSelector("#compose");
  assert.equal(await page.inputValue("textarea[name=text]"), "By passkey.");
  await page.click("#release");
  await sign(page);
  await until(page, "main", "STORED BY PEER");

  await go(page, `/release/${await submitted()}`);
  await page.click("#release");
  await page.click("#back");
  await page.click("#return");
  await page.waitForSelector("#compose");
  await page.click("#release");
  await until(page, "#says", "Submit for release: FLASH to GREEN - LIVE");
  await sign(page);
  await until(page, "main", "Another officer has to release it");
  await page.click(".emergency summary");
  await page.click("#release-alone");
  await until(page, "#says", "Release alone");
  await shot(page, "passkey-alone");
  await sign(page);
  await until(page, "main", "RELEASED BY ONE PERSON");
});

test("the record says who signed with a passkey, and what that shows", async () => {
  const file = join(dir, "record");
  await ringdown("green", "export", file);
  const charter = join(home("green"), "lines", (await json("green", "status")).line.id, "charter");
  const found = (await run("verify", file, "--charter", charter)).replace(/\s+/g, " ");
  assert.match(found, /^VERIFIED/);
  assert.match(found, /BLUE's officer 2 \(Watch officer\) has a passkey of localhost, used at http:\/\/localhost:/);
  assert.match(found, /GREEN's officer 1 \(Duty officer\) has a passkey of localhost/);
  await assert.rejects(ringdown("green", "send", "--precedence", "ROUTINE", "--class", "TEST", "--subject", "s", "--text", "t",
    "--officer", "1"), { code: 5 });
});

test("no script failed, and the policy refused nothing", () => {
  assert.deepEqual(complaints, []);
});
