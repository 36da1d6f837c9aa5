// GREEN's console on a network: over TLS, under a name, with the node's own certificate. The name is one of this browser.
import assert from "node:assert/strict";
import { createHash, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { freePort, launch, listen, open, shot, until } from "./world.mjs";

const NAME = "console.green.test";
const MAPPED = `--host-resolver-rules=MAP ${NAME} 127.0.0.1`;
let world;
let address;
const browsers = [];

/** A browser on a computer of the watch room. */
async function browser(...flags) {
  const opened = await launch(MAPPED, ...flags);
  browsers.push(opened);
  return (await opened.newContext()).newPage();
}

/** One in which the certificate of the node was compared and is trusted. */
async function trusting() {
  const certificate = new X509Certificate(await readFile(join(world.dir, "green", "console.pem")));
  const key = certificate.publicKey.export({ type: "spki", format: "der" });
  const page = await browser(`--ignore-certificate-errors-spki-list=${createHash("sha256").update(key).digest("base64")}`);
  listen(page, world.complaints);
  await page.goto(address);
  await page.waitForSelector("#waits-title");
  return page;
}

before(async () => {
  const port = await freePort();
  world = await open({ green: `console = { listen = "127.0.0.1:${port}", names = ["${NAME}"] }` });
  const token = (await readFile(join(world.dir, "green", "token"), "utf8")).trim();
  address = `https://${NAME}:${port}/#${token}`;
});
after(async () => {
  for (const each of browsers) await each.close();
  await world?.close();
});

test("a browser that does not know the certificate warns and shows nothing", async () => {
  const page = await browser();
  await assert.rejects(page.goto(address), /ERR_CERT_AUTHORITY_INVALID/);
});

test("the address signs in on the network, and the cookie never goes out in the clear", async () => {
  const page = await trusting();
  assert.equal(await page.evaluate(() => window.isSecureContext), true);
  assert.equal(new URL(page.url()).hash, "", "the token does not stay in the address");
  const session = (await page.context().cookies()).find((cookie) => cookie.name.startsWith("ringdown-"));
  assert.deepEqual([session.secure, session.httpOnly, session.sameSite], [true, true, "Strict"]);
});

test("a FLASH arrives on the network by itself and is acknowledged there, while loopback goes on beside it", async () => {
  const page = await trusting();
  await page.click("#watch");
  await world.send("blue", "FLASH", "TEST", "Over TLS", "Can you read this on the network?");
  for (const each of [page, world.green]) {
    await each.waitForSelector("#incoming[open]:not(.settling)");
    await until(each, "#incoming", "Can you read this on the network?");
  }
  await shot(page, "network-incoming");
  await page.click("#incoming [data-acknowledge]");
  for (const each of [page, world.green]) {
    await each.waitForFunction(() => document.querySelector("#incoming")?.open === false);
  }
  const inbox = JSON.parse(await world.ringdown("green", "inbox", "--json"));
  assert.match(inbox.at(-1).state, /^ACKNOWLEDGED by /);
});

test("a passkey can be made under the name of the console", async () => {
  const page = await trusting();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", { options: { protocol: "ctap2", transport: "internal",
    hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });
  const made = await page.evaluate(async (id) => {
    const bytes = new Uint8Array(16);
    const key = await navigator.credentials.create({ publicKey: { rp: { id, name: "GREEN" }, challenge: bytes,
      user: { id: bytes, name: "officer", displayName: "Officer" }, pubKeyCredParams: [{ type: "public-key", alg: -7 }] } });
    return new TextDecoder().decode(key.response.clientDataJSON);
  }, NAME);
  assert.equal(JSON.parse(made).origin, new URL(address).origin);
});

test("no script failed, and the policy refused nothing", () => {
  assert.deepEqual(world.complaints, []);
});
