// Makes an officer's passkey, has it sign once, and tells the node its public half.
import { alone, assertion, authenticator, hex, post, Refused, unhex } from "/assets/passkey.js";

const byId = (id) => document.getElementById(id);
const { challenge, rp, side, officer, made, done, ...words } = byId("enrol").dataset;
const [make, attempt, status, failure] = ["make", "try", "status", "failure"].map(byId);
const token = location.hash.slice(1);
const ES256 = -7;
let key = null;
let id = null;

async function create() {
  const user = { id: crypto.getRandomValues(new Uint8Array(16)), name: `${side} ${officer}`, displayName: `${side} ${officer}` };
  const options = {
    rp: { id: rp, name: `Ringdown ${side}` }, user, challenge: unhex(challenge),
    pubKeyCredParams: [{ type: "public-key", alg: ES256 }], attestation: "none",
    authenticatorSelection: { userVerification: "required", residentKey: "required", requireResidentKey: true },
  };
  const credential = await authenticator(() => navigator.credentials.create({ publicKey: options }), words);
  id = credential.rawId;
  key = hex(credential.response.getPublicKey());
  status.textContent = made;
  attempt.disabled = false;
  attempt.focus();
}

async function enrol() {
  const answer = await assertion(challenge, rp, words, id);
  await post("/enrol", { public: key, answer }, words, { authorization: `Bearer ${token}` });
  status.textContent = done;
  make.disabled = true;
  attempt.disabled = true;
}

/** What a button does, once, with the reason in its place if it did not happen. */
function on(button, work) {
  button.addEventListener("click", () => alone(async () => {
    failure.hidden = true;
    status.textContent = words.waiting;
    try {
      await work();
    } catch (error) {
      status.textContent = "";
      failure.textContent = error instanceof Refused ? error.message : words.impossible;
      failure.hidden = false;
    }
  }));
}
on(make, create);
on(attempt, enrol);
