// Signs of life of this console. That it is watched is said from the rendering path alone: a page that does not draw
// cannot say it, however well its timers and sockets work.

const EVERY_MS = 2000;
const STALLED_MS = 5000;
const NAME = "ringdown-console";

export function alive(sound) {
  let name = sessionStorage.getItem(NAME);
  if (!name) sessionStorage.setItem(NAME, name = crypto.randomUUID());
  let said = -EVERY_MS;
  let drawn = performance.now();
  const say = (visible) => {
    said = performance.now();
    const body = JSON.stringify({ console: name, visible, sound: sound.armed() });
    fetch("/alive", {
      method: "POST", body, headers: { "content-type": "application/json" }, signal: AbortSignal.timeout(EVERY_MS),
    }).catch(() => {
      // A node that is not there is told by the blind screen.
    });
  };
  const frame = () => {
    drawn = performance.now();
    if (drawn - said >= EVERY_MS) say(document.visibilityState === "visible");
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  // Without frames a page can say one thing only: that nobody sees it.
  setInterval(() => { if (performance.now() - drawn > STALLED_MS) say(false); }, EVERY_MS);
  document.addEventListener("visibilitychange", () => { if (document.hidden) say(false); });
}
