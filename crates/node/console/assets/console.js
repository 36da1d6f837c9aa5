// The console's one script. It renders nothing itself: the node renders, this puts fragments in their place, keeps the
// clock, sounds the alarm, and says so when the node can no longer be heard.
"use strict";

const BLIND_AFTER_MS = 6000;
const SILENCE_MS = 120000;
const DRAFT_DELAY_MS = 1000;
const byId = (id) => document.getElementById(id);

signIn();
if (document.body.dataset.side) start();

/** The address that the node prints carries the token behind the #, where it is never sent to a server by itself. */
function signIn() {
  const form = byId("sign-in");
  const token = location.hash.slice(1);
  if (location.hash) history.replaceState(null, "", location.pathname);
  if (form && /^[0-9a-f]{32}$/.test(token)) {
    form.elements.token.value = token;
    form.submit();
  }
}

function start() {
  const clock = keepClock();
  const sound = alarmSound();
  const refresh = fragments(sound);
  follow(clock, refresh);
  document.addEventListener("click", (event) => act(event, refresh, sound));
  compose();
  refresh();
}

/** Shows the node's time, not the browser's, and goes blind when no sign of life comes. */
function keepClock() {
  let offset = Date.parse(document.body.dataset.now) - Date.now();
  let heard = Date.now();
  const zulu = (ms) => new Date(ms).toISOString().slice(11, 19) + "Z";
  const show = () => {
    const blind = Date.now() - heard > BLIND_AFTER_MS;
    if (blind && byId("blind").hidden) byId("blind-since").textContent = zulu(heard + offset);
    byId("blind").hidden = !blind;
    // A dialog lies on the top layer, above every element; a blind screen must not hide behind it.
    if (blind && byId("incoming").open) byId("incoming").close();
    if (!blind) byId("zulu").textContent = zulu(Date.now() + offset);
  };
  show();
  setInterval(show, 250);
  return {
    tick(now) {
      heard = Date.now();
      offset = now - heard;
    },
    zulu: () => zulu(Date.now() + offset),
  };
}

/** One event stream; the browser comes back with the last number it saw. */
function follow(clock, refresh) {
  const source = new EventSource("/v1/lines/-/events");
  source.addEventListener("tick", (event) => clock.tick(JSON.parse(event.data).now));
  source.addEventListener("touch", () => refresh());
  source.addEventListener("message", () => refresh());
  source.addEventListener("open", () => refresh());
  source.addEventListener("error", () => {
    // Closed for good (the node answered with an error, as while it starts): begin again.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => follow(clock, refresh), 2000);
  });
}

/** Gets the parts of the page that live, at most one request of each at a time, and one more if something came since. */
function fragments(sound) {
  const live = byId("live");
  const once = (work) => {
    let running = false;
    let again = false;
    return async () => {
      again = true;
      if (running) return;
      running = true;
      while (again) {
        again = false;
        try { await work(); } catch { /* the clock goes blind by itself */ }
      }
      running = false;
    };
  };
  const part = once(async () => {
    if (!live) return;
    const html = await get(live.dataset.fragment);
    if (html !== live.innerHTML) keepFocus(live, () => { live.innerHTML = html; });
  });
  const incoming = once(async () => {
    const html = await get("/fragments/incoming");
    show(html, sound);
  });
  const bar = once(async () => {
    byId("bar").innerHTML = await get("/fragments/bar");
    sound.waiting(Number(byId("bar").querySelector("[data-waiting]").dataset.waiting));
  });
  return () => { part(); incoming(); bar(); };
}

async function get(path) {
  const response = await fetch(path, { cache: "no-store" });
  if (response.status === 401) location.assign("/");
  if (!response.ok) throw new Error(String(response.status));
  return response.text();
}

function keepFocus(root, change) {
  const focused = document.activeElement;
  const href = focused && root.contains(focused) ? focused.getAttribute("href") : null;
  change();
  if (href) root.querySelector(`a[href="${CSS.escape(href)}"]`)?.focus();
}

/** The dialog for FLASH and IMMEDIATE. It stays until someone acts; it never closes by itself while one waits. */
function show(html, sound) {
  const dialog = byId("incoming");
  const before = dialog.querySelector("[data-entry]")?.dataset.entry;
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const next = holder.content.querySelector("[data-entry]");
  if (next?.dataset.entry !== before || !next) dialog.replaceChildren(holder.content);
  sound.urgent(next ? next.dataset.precedence : null);
  const reading = next && document.querySelector(`main [data-entry="${next.dataset.entry}"]`);
  const blind = !byId("blind").hidden;
  if (next && !reading && !dialog.open && !blind) dialog.showModal();
  if (!next && dialog.open) dialog.close();
}

/** Tones made here, no file: FLASH and IMMEDIATE repeat until acknowledged or silenced, the rest sounds once. */
function alarmSound() {
  let context = null;
  let silentUntil = 0;
  let urgent = null;
  let count = null;
  const bar = byId("alarm-bar");
  const armed = () => context !== null && context.state === "running";
  const burst = (frequency, pulses) => {
    if (!armed()) return;
    for (let pulse = 0; pulse < pulses; pulse++) {
      const at = context.currentTime + pulse * 0.22;
      for (const [harmonic, level] of [[1, 0.3], [2, 0.15], [3, 0.1]]) {
        const oscillator = new OscillatorNode(context, { type: "sine", frequency: frequency * harmonic });
        const gain = new GainNode(context, { gain: 0 });
        gain.gain.setTargetAtTime(level, at, 0.01);
        gain.gain.setTargetAtTime(0, at + 0.14, 0.01);
        oscillator.connect(gain).connect(context.destination);
        oscillator.start(at);
        oscillator.stop(at + 0.22);
      }
    }
  };
  const sounding = () => urgent !== null && Date.now() >= silentUntil;
  setInterval(() => {
    byId("sound-off").hidden = armed();
    byId("watch").hidden = armed();
    bar.hidden = !sounding() || byId("incoming").open;
    document.body.dataset.sounding = sounding() && armed() ? "yes" : "no";
  }, 250);
  setInterval(() => { if (sounding()) burst(urgent === "FLASH" ? 880 : 620, urgent === "FLASH" ? 10 : 5); }, 3000);
  const arm = () => {
    context = context || new AudioContext();
    return context.resume();
  };
  byId("watch").addEventListener("click", () => {
    sessionStorage.setItem("watch", "on");
    arm().then(() => burst(620, 2));
  });
  // On a watch that was started, each further page arms itself: at once where the browser allows it, else with the
  // first key or click. Until then the bar says that the sound is off.
  if (sessionStorage.getItem("watch") === "on") {
    arm();
    for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, arm, { once: true, capture: true });
  }
  return {
    urgent(precedence) {
      const began = precedence !== null && precedence !== urgent;
      urgent = precedence;
      byId("alarm-text").textContent = precedence || "";
      if (began && sounding()) burst(precedence === "FLASH" ? 880 : 620, precedence === "FLASH" ? 10 : 5);
    },
    waiting(now) {
      if (count !== null && now > count && urgent === null) burst(440, 2);
      count = now;
    },
    silence() { silentUntil = Date.now() + SILENCE_MS; },
  };
}

async function act(event, refresh, sound) {
  const target = event.target.closest("[data-acknowledge], [data-silence], #silence");
  if (!target) return;
  if (!target.dataset.acknowledge) return sound.silence();
  target.disabled = true;
  const failure = target.closest("article, .incoming").querySelector(".failure");
  try {
    const path = `/v1/lines/-/messages/${encodeURIComponent(target.dataset.acknowledge)}/acknowledge`;
    const response = await fetch(path, { method: "POST" });
    if (!response.ok) {
      const error = await response.json();
      failure.textContent = `${error.what} ${error.means} ${error.do}`;
      failure.hidden = false;
    }
  } catch (error) {
    failure.textContent = String(error);
    failure.hidden = false;
  }
  target.disabled = false;
  refresh();
}

/** Keeps the draft on the node as it is written, and says on the button what will happen. */
function compose() {
  const form = byId("compose");
  if (!form) return;
  const field = (name) => form.elements[name].value;
  const button = form.querySelector("button[type=submit]");
  const kept = byId("kept");
  let timer = null;
  const keep = async () => {
    const draft = {
      precedence: field("precedence"), class: field("class") || undefined, marker: field("marker"),
      subject: field("subject"), language: field("language"), text: field("text"),
    };
    if (!draft.subject.trim() || !draft.text) return;
    const response = await fetch(`/v1/lines/-/drafts/${form.dataset.draft}`, {
      method: "PUT", headers: { "content-type": "application/json" }, body: JSON.stringify(draft),
    }).catch(() => null);
    const time = byId("zulu").textContent;
    kept.textContent = response?.ok ? kept.dataset.words.replace("%t", time) : byId("words").dataset.notKept;
  };
  const name = () => {
    button.textContent = button.dataset.words.replace("%p", field("precedence")).replace("%c", field("class") || "?");
  };
  form.addEventListener("input", () => {
    name();
    clearTimeout(timer);
    timer = setTimeout(keep, DRAFT_DELAY_MS);
  });
  form.addEventListener("submit", () => { clearTimeout(timer); });
  // Enter in a field never sends.
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.tagName === "INPUT") event.preventDefault();
  });
  name();
}
