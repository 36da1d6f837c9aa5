// Signs of life of this console. That it is watched is said from the rendering path alone: a page that does not draw
// cannot say it, however well its timers and sockets work.

const EVERY_MS = 2000;
const STALLED_MS = 5000;
const NAME = "ringdown-console";
const INPUT = "ringdown-input";

/** The name of this console: made once, the same until it is closed. */
export function consoleName() {
  const name = sessionStorage.getItem(NAME) ?? crypto.randomUUID();
  sessionStorage.setItem(NAME, name);
  return name;
}

function post(path, body, signal) {
  return fetch(path, {
    method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" }, signal,
  }).catch(() => {
    // A node that is not there is told by the blind screen.
  });
}

/** What an officer does here that is noted for this side alone. */
export async function say(said, messages = []) {
  if (!looksOnly()) await post("/watch", { console: consoleName(), said, messages });
}

/** True on a screen that only shows: it attends nothing, and what is done at it is nobody's act. */
const looksOnly = () => document.body.dataset.looksOnly !== undefined;

export function alive(sound) {
  if (looksOnly()) return;
  const name = consoleName();
  // What a person did here last. Events that a script makes are nobody's.
  let input = Number(sessionStorage.getItem(INPUT)) || null;
  const touched = ({ isTrusted }) => { if (isTrusted) input = Date.now(); };
  for (const kind of ["keydown", "pointerdown", "pointermove", "wheel"]) {
    addEventListener(kind, touched, { capture: true, passive: true });
  }
  const idle = () => {
    if (input === null) return null;
    sessionStorage.setItem(INPUT, input);
    return Math.max(0, Math.round((Date.now() - input) / 1000));
  };
  let said = -EVERY_MS;
  let drawn = performance.now();
  const tell = (visible) => {
    said = performance.now();
    post("/alive", { console: name, visible, sound: sound.proved(), idle_s: idle() }, AbortSignal.timeout(EVERY_MS));
  };
  const frame = () => {
    drawn = performance.now();
    if (drawn - said >= EVERY_MS) tell(document.visibilityState === "visible");
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  // Without frames a page can say one thing only: that nobody sees it.
  setInterval(() => { if (performance.now() - drawn > STALLED_MS) tell(false); }, EVERY_MS);
  document.addEventListener("visibilitychange", () => { if (document.hidden) tell(false); });
}
