// An officer's passkey: asks his authenticator to sign what the node says that he is about to sign, and hands that in.

const ASK_MS = 120000;
const NODE_MS = 10000;

/** What an officer is told instead of an answer. */
export class Refused extends Error {}

export const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
export const unhex = (text) => new Uint8Array((text.match(/../g) ?? []).map((pair) => parseInt(pair, 16)));

/** One question at a time, whatever is pressed meanwhile. */
let asking = false;

/** Runs one thing with the authenticator; undefined while another is under way. */
export async function alone(work) {
  if (asking) return undefined;
  asking = true;
  try { return await work(); } finally { asking = false; }
}

/** What an authenticator says, or why it says nothing, in the console's words. */
export async function authenticator(call, words) {
  try {
    return await call();
  } catch (error) {
    throw new Refused(error.name === "NotAllowedError" || error.name === "AbortError" ? words.cancelled : words.impossible);
  }
}

/** The signature of a passkey of this site over a challenge in hex, as the API takes it: of the one `only` names, if it does. */
export async function assertion(challenge, rpId, words, only) {
  const allowCredentials = only ? [{ type: "public-key", id: only }] : [];
  const options = { challenge: unhex(challenge), rpId, allowCredentials, userVerification: "required", timeout: ASK_MS };
  const { response } = await authenticator(() => navigator.credentials.get({ publicKey: options }), words);
  return {
    authenticator_data: hex(response.authenticatorData),
    client_data: hex(response.clientDataJSON),
    signature: hex(response.signature),
  };
}

/** Posts JSON; what the node refuses is thrown in its words. */
export async function post(path, body, words, headers = {}) {
  const request = fetch(path, {
    method: "POST", body: JSON.stringify(body), signal: AbortSignal.timeout(NODE_MS),
    headers: { "content-type": "application/json", "ringdown-page": "1", ...headers },
  });
  const [response, answer] = await request.then(async (response) => [response, await response.json()])
    .catch(() => { throw new Refused(words.unreached); });
  if (!response.ok) throw new Refused(`${answer.what} ${answer.means} ${answer.do}`);
  return answer;
}

/** Prepares, has it signed, hands it in: the act or the release that came of it. */
export async function signed({ prepare, request, handIn, rpId }, words) {
  const prepared = await post(prepare, request, words);
  return post(handIn, { prepared, signature: await assertion(prepared.digest, rpId, words) }, words);
}

/** The page on which an officer sees what he signs: its one button. */
export function signPage() {
  const form = document.getElementById("sign-with-passkey");
  if (!form) return;
  const { prepare, request, handIn, rp, next, ...words } = form.dataset;
  const [button, failure, status] = [form.querySelector("button"), form.querySelector("[role=alert]"), form.querySelector("[role=status]")];
  button.addEventListener("click", () => alone(async () => {
    button.disabled = true;
    failure.hidden = true;
    status.textContent = words.waiting;
    try {
      const done = await signed({ prepare, request: JSON.parse(request), handIn, rpId: rp }, words);
      location.assign(next.replace("%entry", done.entry ?? ""));
      return;
    } catch (error) {
      failure.textContent = error instanceof Refused ? error.message : words.impossible;
      failure.hidden = false;
    }
    status.textContent = "";
    button.disabled = false;
    button.focus();
  }));
}
