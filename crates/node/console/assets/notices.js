// What has happened, told on every page: an urgent message of ours was acknowledged, a read-back is DIFFERENT, something
// was against the rules, the line went or came back. It is said politely and stands at the foot until an officer takes it off; it takes no focus and moves nothing. What was told
// is kept for this tab, so that a change of pages loses nothing and repeats nothing.

const KEY = "ringdown-notices";
/** Notices that are kept; of more than one acknowledgement the newest is told, and the others are named. */
const SHOWN_MAX = 8;
/** A region that has only just been drawn is not read aloud. */
const SPEAK_AFTER_MS = 500;
/** Strips, what is worst first. */
const KINDS = ["critical", "line", "acknowledged"];
const byId = (id) => document.getElementById(id);

export function notices({ words, sound }) {
  let state = kept();
  let toSay = [];

  const keep = () => { try { sessionStorage.setItem(KEY, JSON.stringify(state)); } catch { /* this page remembers */ } };
  // A dialog that is open silences all that lies outside of it: what is to be said waits.
  const say = () => {
    if (toSay.length === 0 || document.querySelector("dialog[open]")) return;
    byId("polite").textContent = toSay.join(" ");
    toSay = [];
  };
  document.addEventListener("close", say, true);

  /** One strip of notices of a kind: the words of the newest, links to all, one button. */
  function strip(kind, all) {
    const shown = all.filter((each) => kindOf(each) === kind);
    if (shown.length === 0) return [];
    const make = (name, properties) => Object.assign(document.createElement(name), properties);
    const item = make("li", { className: kind === "critical" ? "strip critical" : "strip notice normal" });
    const links = shown.toReversed().filter(({ of }) => of);
    item.append(make("strong", { className: "mark", textContent: shown.at(-1).text }));
    item.append(...links.map(({ of, open }) => make("a", { href: `/messages/${of}`, textContent: open })));
    const away = make("button", { type: "button", textContent: words.away });
    away.dataset.notice = kind;
    item.append(away);
    return [item];
  }

  const isLine = ({ key }) => key === "line";
  const kindOf = (each) => (isLine(each) ? "line" : each.level === "critical" ? "critical" : "acknowledged");
  function draw() {
    const list = document.createElement("ul");
    list.setAttribute("aria-label", words.notices);
    for (const kind of KINDS) list.append(...strip(kind, state.shown));
    byId("notices").replaceChildren(...(list.children.length ? [list] : []));
  }

  /** Takes the news that came with the bar. */
  function take() {
    const { path, newest, back, lost } = byId("news").dataset;
    const before = state ?? { told: Number(newest), path, shown: [] };
    const all = [...byId("news").children].map((each) => ({
      key: each.dataset.event, text: each.textContent, of: each.dataset.of, open: each.dataset.open, level: each.dataset.level,
    }));
    const fresh = all.filter(({ key }) => Number(key) > before.told);
    if (before.path === "down" && path === "up") fresh.push({ key: "line", text: back });
    toSay.push(...fresh.map(({ text }) => text));
    if (fresh.some(({ level }) => level === "critical")) sound.attention();
    if (before.path === "up" && path === "down") {
      toSay.push(lost);
      sound.attention();
    }
    // That the line is back is no longer true once it went again.
    const still = before.shown.filter((each) => !isLine(each) || path === "up");
    const shown = [...still, ...fresh].slice(-SHOWN_MAX);
    const next = { told: Math.max(before.told, Number(newest)), path, shown };
    const changed = JSON.stringify(next) !== JSON.stringify(state);
    state = next;
    if (!changed) return;
    keep();
    draw();
    setTimeout(say, SPEAK_AFTER_MS);
  }

  byId("notices").addEventListener("click", ({ target }) => {
    const kind = target.closest("[data-notice]")?.dataset.notice;
    if (!kind) return;
    state.shown = state.shown.filter((each) => kindOf(each) !== kind);
    keep();
    draw();
    byId("main").focus({ preventScroll: true });
  });

  // Who reads the message needs no notice of it.
  if (state) {
    const read = document.querySelector("main [data-entry]")?.dataset.entry;
    state.shown = state.shown.filter(({ of }) => !of || of !== read);
    keep();
    draw();
  }
  take();
  return { take };
}

function kept() {
  try { return JSON.parse(sessionStorage.getItem(KEY)); } catch { return null; }
}

/** Keeps room below the end of the page, as much as the foot ever took on it, so that its end can be scrolled free. */
export function tray() {
  const root = document.documentElement.style;
  const element = byId("tray");
  let most = 0;
  new ResizeObserver(() => {
    const height = element.offsetHeight;
    most = Math.max(most, height);
    root.setProperty("--tray", `${height}px`);
    root.setProperty("--tray-most", `${most}px`);
    // What must be scrolled can be reached by keyboard.
    if (element.scrollHeight > element.clientHeight) element.tabIndex = 0;
    else element.removeAttribute("tabindex");
  }).observe(element);
}
