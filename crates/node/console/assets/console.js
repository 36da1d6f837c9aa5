// Keeps a page up to date. It renders nothing itself: the node renders, this puts fragments in their place, keeps the
// clock, and says so when the node can no longer be heard.
import { alive, say } from "./alive.js";
import { alarm } from "./alarm.js";
import { compose } from "./compose.js";
import { incoming } from "./incoming.js";
import { keys } from "./keys.js";
import { notices, tray } from "./notices.js";
import { signPage } from "./passkey.js";
import { readBack } from "./read_back.js";
import { settings } from "./settings.js";

const BLIND_AFTER_MS = 6000;
const RETRY_MS = 2000;
const FETCH_MS = 5000;
/** Why a screen cannot be relied on, the more exactly known later. */
const KINDS = ["blind", "stopping", "signed-out"];
const byId = (id) => document.getElementById(id);
const preferences = window.ringdownPreferences;

signIn();
if (document.body.dataset.side) start();

/** The address that the node prints carries the token behind the #, where it is never sent to a server by itself. */
function signIn() {
  const submit = () => {
    const token = location.hash.slice(1);
    if (!/^[0-9a-f]{32}$/.test(token)) return;
    history.replaceState(null, "", location.pathname);
    const form = document.createElement("form");
    Object.assign(form, { method: "post", action: "/sign-in", hidden: true });
    const input = Object.assign(document.createElement("input"), { name: "token", value: token });
    form.append(input);
    document.body.append(form);
    form.submit();
  };
  submit();
  // The same address put into a tab that shows this console already only changes what stands behind the #.
  addEventListener("hashchange", submit);
}

function start() {
  const words = byId("words").dataset;
  const screen = cover(words);
  const clock = keepClock(screen);
  const sound = alarm({ words, clock, preferences, say });
  const get = getter(screen);
  alive(sound);
  tray();
  const news = notices({ words, sound });
  const dialog = incoming({ words, clock, sound, screen, refresh: () => refresh() });
  const refresh = fragments({ get, clock, sound, dialog, news, title: screen.title });
  follow(clock, screen, refresh);
  keys({ dialog, preferences });
  compose({ clock });
  readBack();
  settings({ sound, preferences, clock });
  signPage();
  nextStep();
  refresh();
}

/** Who was led to a message has its first step under the keys: a link that signs nothing. */
function nextStep() {
  if (location.hash !== "#next") return;
  history.replaceState(null, "", location.pathname);
  byId("read-back")?.focus({ preventScroll: true });
}

/** A screen that cannot be relied on says so over everything, and takes no key or click. */
function cover(words) {
  const blind = byId("blind");
  const name = document.title;
  let waits = "";
  let kind = null;
  const title = () => {
    const first = kind ? words.titleBlind : waits;
    document.title = first ? `${first} - ${name}` : name;
  };
  const set = (next, since) => {
    kind = next;
    blind.hidden = next === null;
    for (const part of blind.querySelectorAll("[data-cover]")) part.hidden = part.dataset.cover !== next;
    if (next) byId("blind-since").textContent = since;
    for (const part of document.querySelectorAll("body > header, body > main")) part.inert = next !== null;
    // A dialog lies on the top layer, above every element; this must not hide behind it.
    if (next) for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
    title();
  };
  return {
    covered: () => kind !== null,
    title(text) { waits = text; title(); },
    /** What is known more exactly stays: a node that said that it stops is not called silent afterwards. */
    show(next, since) { if (KINDS.indexOf(next) > KINDS.indexOf(kind)) set(next, since); },
    clear(...kinds) { if (kinds.includes(kind)) set(null); },
  };
}

/** Shows the node's time, not the browser's, and goes blind when no sign of life comes. */
function keepClock(screen) {
  let offset = Date.parse(document.body.dataset.now) - Date.now();
  let heard = Date.now();
  const now = () => Date.now() + offset;
  const zulu = (ms) => new Date(ms).toISOString().slice(11, 19) + "Z";
  const show = () => {
    if (Date.now() - heard > BLIND_AFTER_MS) screen.show("blind", zulu(heard + offset));
    if (screen.covered()) return;
    const time = new Date(now());
    byId("zulu").textContent = zulu(now());
    const month = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ")[time.getUTCMonth()];
    byId("date").textContent = `${String(time.getUTCDate()).padStart(2, "0")} ${month} ${time.getUTCFullYear()}`;
    byId("local").hidden = preferences.get("local") !== "on";
    byId("local").textContent = localTime(time, byId("words").dataset.local);
    for (const part of document.querySelectorAll("[data-age]")) {
      const age = spent(now() - Date.parse(part.dataset.age));
      if (part.textContent !== age) part.textContent = age;
    }
  };
  show();
  setInterval(show, 250);
  return {
    show,
    tick(ms) {
      heard = Date.now();
      offset = ms - heard;
      screen.clear("blind", "stopping");
    },
    zulu: () => zulu(now()),
    /** When something that ends so many milliseconds after the epoch of this browser will end, in Zulu. */
    zuluAt: (browser) => zulu(browser + offset),
  };
}

/** `04:15` and `Z+3`, in their words. */
function localTime(time, words) {
  const two = (number) => String(number).padStart(2, "0");
  const minutes = -time.getTimezoneOffset();
  const hours = Math.floor(Math.abs(minutes) / 60);
  const rest = Math.abs(minutes) % 60;
  const zone = `Z${minutes < 0 ? "-" : "+"}${hours}${rest ? `:${two(rest)}` : ""}`;
  return words.replace("%t", `${two(time.getHours())}:${two(time.getMinutes())}`).replace("%z", zone);
}

/** A span of time in its two largest units at most. */
function spent(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** One event stream; the browser comes back with the last number it saw. */
function follow(clock, screen, refresh) {
  const source = new EventSource("/v1/lines/-/events");
  source.addEventListener("tick", (event) => clock.tick(JSON.parse(event.data).now));
  for (const kind of ["touch", "message", "open"]) source.addEventListener(kind, () => refresh());
  source.addEventListener("stopping", () => screen.show("stopping", clock.zulu()));
  source.addEventListener("error", () => {
    // Closed for good (the node answered with an error): find out why, and begin again.
    if (source.readyState !== EventSource.CLOSED) return;
    refresh();
    setTimeout(() => follow(clock, screen, refresh), RETRY_MS);
  });
}

function getter(screen) {
  return async (path) => {
    const response = await fetch(path, { cache: "no-store", signal: AbortSignal.timeout(FETCH_MS) });
    if (response.status === 401) screen.show("signed-out", byId("zulu").textContent);
    if (!response.ok) throw new Error(String(response.status));
    screen.clear("signed-out");
    return response.text();
  };
}

/** Gets the parts of the page that live, at most one request of each at a time, and one more if something came since. */
function fragments({ get, clock, sound, dialog, news, title }) {
  const once = (work) => {
    let running = false;
    let again = false;
    const run = async () => {
      again = true;
      if (running) return;
      running = true;
      while (again) {
        again = false;
        // What could not be had is asked for again; if the node is gone, the clock goes blind by itself.
        try { await work(); } catch { setTimeout(run, RETRY_MS); }
      }
      running = false;
    };
    return run;
  };
  const parts = [...document.querySelectorAll("[data-fragment]")].map((root) => {
    let last = null;
    return once(async () => {
      const html = await get(root.dataset.fragment);
      if (html !== last) replace(root, html);
      last = html;
      clock.show();
    });
  });
  const urgent = once(async () => {
    dialog.show(await get("/fragments/incoming"));
    clock.show();
  });
  let lastBar = null;
  const bar = once(async () => {
    const html = await get("/fragments/bar");
    if (html !== lastBar) replace(byId("bar"), html);
    lastBar = html;
    const { waiting, title: words } = byId("waiting").dataset;
    title(words);
    news.take();
    sound.waiting(Number(waiting));
  });
  return () => [...parts, urgent, bar].forEach((each) => each());
}

/** Puts new HTML in place; what had the focus, was unfolded, typed or ticked stays so. */
function replace(root, html) {
  const written = [...root.querySelectorAll("input[id], textarea[id], select[id]")];
  const focused = root.contains(document.activeElement) ? document.activeElement : null;
  const unfolded = [...root.querySelectorAll("details[open]")].map((part) => part.id);
  const name = focused && selector(focused);
  root.innerHTML = html;
  for (const id of unfolded) byId(id)?.setAttribute("open", "");
  for (const before of written) {
    const now = byId(before.id);
    if (!now) continue;
    now.value = before.value;
    now.checked = before.checked;
    if (focused === before && now.type === "text") setTimeout(() => now.setSelectionRange(before.selectionStart, before.selectionEnd));
  }
  const again = name && root.querySelector(name);
  if (again) again.focus();
  // What was done is no longer there: the focus goes to what may be done next.
  else if (focused?.closest(".moves")) root.querySelector(".moves a, .moves button:not([disabled])")?.focus();
}

function selector(element) {
  if (element.id) return `#${CSS.escape(element.id)}`;
  const { acknowledge } = element.dataset;
  if (acknowledge) return `[data-acknowledge="${CSS.escape(acknowledge)}"]`;
  const href = element.getAttribute("href");
  if (href) return `a[href="${CSS.escape(href)}"]`;
  const parent = element.closest("[id]");
  return parent ? `#${CSS.escape(parent.id)} ${element.localName}` : null;
}
