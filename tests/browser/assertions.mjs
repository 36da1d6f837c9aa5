// Makes assertions with the virtual authenticator of Chromium, for the tests of the record:
//
//   node assertions.mjs > ../../crates/record/tests/record/fixtures/chromium.json
//
// The challenges are the hashes of two statements in the world of crates/record/tests/record/chromium.rs, which says
// so if they change. Nothing is served: the pages are answered by the test, at the origins that the passkeys are for.
import { chromium } from "playwright-core";

const ASKED = [
  { rpId: "localhost", origin: "http://localhost:8700", copied: false, challenge: "468d87bece59cdede86dd01801bb407ce4abacd85f45ce70f2cf689c491a524d" },
  { rpId: "blue.example", origin: "https://console.blue.example", copied: true, challenge: "c5625e33969a885553c1089d566d1248846faa6dd3a6b9412be563104b719805" },
];
// Chromium adds a member to the client data now and then; both kinds are kept.
const TRIES = 60;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
});

async function made({ rpId, origin, copied, challenge }) {
  const context = await browser.newContext();
  await context.route("**/*", (route) => route.fulfill({ contentType: "text/html", body: "<title>page</title>" }));
  const page = await context.newPage();
  await page.goto(`${origin}/`);
  const devtools = await context.newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true,
      isUserVerified: true, automaticPresenceSimulation: true,
      defaultBackupEligibility: copied, defaultBackupState: copied,
    },
  });
  const key = await page.evaluate(async ([id]) => {
    const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
    const credential = await navigator.credentials.create({ publicKey: {
      rp: { id, name: "Ringdown" },
      user: { id: new Uint8Array([1]), name: "officer", displayName: "Officer" },
      challenge: new Uint8Array(32),
      pubKeyCredParams: [{ type: "public-key", alg: -7 }],
      authenticatorSelection: { userVerification: "required", residentKey: "required" },
      attestation: "none",
    } });
    return { id: hex(credential.rawId), spki: hex(credential.response.getPublicKey()) };
  }, [rpId]);
  const seen = [];
  for (let tried = 0; tried < TRIES && seen.length < 2; tried += 1) {
    const answer = await page.evaluate(async ([id, challenge, credential]) => {
      const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
      const bytes = (text) => new Uint8Array(text.match(/../g).map((byte) => parseInt(byte, 16)));
      const { response } = await navigator.credentials.get({ publicKey: {
        rpId: id, challenge: bytes(challenge), userVerification: "required",
        allowCredentials: [{ type: "public-key", id: bytes(credential) }],
      } });
      return {
        authenticatorData: hex(response.authenticatorData),
        clientDataJSON: new TextDecoder().decode(response.clientDataJSON),
        signature: hex(response.signature),
      };
    }, [rpId, challenge, key.id]);
    const added = answer.clientDataJSON.includes("other_keys");
    if (!seen.some((before) => before.clientDataJSON.includes("other_keys") === added)) seen.push(answer);
  }
  await context.close();
  return { rpId, origin, challenge, publicKey: key.spki, answers: seen };
}

try {
  const passkeys = [];
  for (const asked of ASKED) passkeys.push(await made(asked));
  process.stdout.write(`${JSON.stringify({ browser: `Chromium ${browser.version()}`, passkeys }, null, 1)}\n`);
} finally {
  await browser.close();
}
