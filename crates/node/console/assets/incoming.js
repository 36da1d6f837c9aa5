// The dialog for FLASH and IMMEDIATE. It opens by itself, unless an officer is writing; then a bar tells, and it opens
// once he pauses. It never closes by itself while a message waits, and nothing in it happens by accident: the focus
// lies on its title, a letter must be held, and what was only just drawn takes no click.

import { alone, Refused, signed } from "./passkey.js";

const TYPING_MS = 10000;
const HOLD_MS = 1000;
const SETTLE_MS = 1000;
const byId = (id) => document.getElementById(id);

/** True for what takes letters. */
export function takesText(element) {
  return element instanceof HTMLElement && (element.matches("input:not([type=radio], [type=checkbox]), textarea, select")
    || element.isContentEditable);
}

/** The letter of a key, also on keyboards whose letters are of another script. */
export function letter(event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return "";
  if (/^[a-z,?]$/i.test(event.key)) return event.key.toLowerCase();
  return event.code.startsWith("Key") && !/^[ -~]$/.test(event.key) ? event.code.slice(3).toLowerCase() : "";
}

export function incoming({ words, clock, sound, screen, refresh }) {
  const dialog = byId("incoming");
  let last = "";
  let drawnAt = 0;
  let aside = null;
  let typedAt = -TYPING_MS;
  let hold = null;
  let leads = false;
  let taken = 0;
  let settling = null;

  const entry = () => dialog.querySelector("[data-entry]")?.dataset.entry ?? null;
  const typing = () => takesText(document.activeElement) && performance.now() - typedAt < TYPING_MS;
  const settled = () => performance.now() - drawnAt > SETTLE_MS;
  // The end of an earlier draw must not make this one look ready before it takes a click.
  const settle = () => {
    clearTimeout(settling);
    dialog.classList.add("settling");
    settling = setTimeout(() => dialog.classList.remove("settling"), SETTLE_MS + 50);
  };
  const open = () => {
    if (!entry() || dialog.open || screen.covered()) return;
    byId("help").close();
    aside = null;
    drawnAt = performance.now();
    dialog.showModal();
    settle();
  };
  const openUnlessTyping = () => {
    const reading = entry() && document.querySelector(`main [data-entry="${entry()}"]`);
    if (entry() && entry() !== aside && !reading && !typing()) open();
  };
  document.addEventListener("input", () => { typedAt = performance.now(); });
  setInterval(openUnlessTyping, 1000);
  dialog.addEventListener("close", () => {
    release();
    if (!screen.covered()) aside = entry();
    if (!lead() && document.activeElement === document.body) byId("main").focus();
  });
  byId("alarm-open").addEventListener("click", open);

  function show(html) {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    const urgent = [...holder.content.querySelectorAll("[data-urgent]")].map((each) => ({ ...each.dataset }));
    const faults = [...holder.content.querySelectorAll("[data-fault]")].map((each) => ({ ...each.dataset }));
    if (html !== last) draw(holder.content);
    last = html;
    sound.urgent(urgent, faults);
    if (!entry() && dialog.open) dialog.close();
    openUnlessTyping();
  }

  function draw(content) {
    const before = entry();
    const focus = dialog.open && document.activeElement?.closest("#incoming button, #incoming a")?.className;
    const unfolded = [...dialog.querySelectorAll("details[open]")].map((part) => part.id);
    dialog.replaceChildren(content);
    if (entry() === before) {
      for (const id of unfolded) byId(id)?.setAttribute("open", "");
      if (hold) paint();
      if (dialog.open) (focus ? dialog.querySelector(`[class="${focus}"]`) : byId("incoming-title"))?.focus();
      return;
    }
    release();
    drawnAt = performance.now();
    if (dialog.open) settle();
    if (dialog.open) byId("incoming-title")?.focus();
  }

  /** The acknowledgement of one message, once, with an error in its place if it did not happen. */
  async function acknowledge(button) {
    if (button.disabled) return;
    button.disabled = true;
    const id = button.dataset.acknowledge;
    const led = dialog.contains(button);
    const path = `/v1/lines/-/messages/${encodeURIComponent(id)}`;
    try {
      const answer = byId("passkey") ? await alone(() => byPasskey(path, button)) : await byNode(path);
      if (answer) done(answer, led);
    } catch (error) {
      // The part with the button may have been drawn anew meanwhile.
      const here = button.isConnected ? button : (led ? dialog : byId("main")).querySelector(`[data-acknowledge="${id}"]`);
      const failure = here?.closest("article, .incoming").querySelector(".failure[role=alert]");
      if (failure) Object.assign(failure, { textContent: error instanceof Refused ? error.message : words.unreached, hidden: false });
    }
    button.disabled = false;
    refresh();
  }

  async function byNode(path) {
    const response = await fetch(`${path}/acknowledge`, { method: "POST", headers: { "ringdown-page": "1" }, signal: AbortSignal.timeout(10000) });
    const answer = await response.json();
    if (!response.ok) throw new Refused(`${words.notAcknowledged} ${answer.what} ${answer.means} ${answer.do}`);
    return answer;
  }

  /** The officer's authenticator asks him first; his node cannot do it for him. */
  async function byPasskey(path, button) {
    const label = button.querySelector("span") ?? button;
    const before = label.textContent;
    const { site, ...said } = { ...byId("passkey").dataset, unreached: words.unreached };
    label.textContent = said.waiting;
    try {
      const request = { act: { act: "acknowledge" } };
      return await signed({ prepare: `${path}/acts/prepare`, request, handIn: `${path}/acts/signed`, rpId: site }, said);
    } catch (error) {
      throw error instanceof Refused && error.message !== words.unreached ? new Refused(`${words.notAcknowledged} ${error.message}`) : error;
    } finally {
      label.textContent = before;
    }
  }

  /**
   * Stays until the page goes: who acknowledged wants to see that it was taken. From the dialog it leads on to what may
   * be done next when the dialog closes: on the board, where nothing is written, the message opens; on any other page a
   * link to it takes the focus, unless a field had it before.
   */
  function done({ serial, entry: hash, dialogue }, led) {
    const next = byId("done-next");
    byId("done").hidden = false;
    byId("done").firstElementChild.textContent = words.done.replace("%s", serial).replace("%t", clock.zulu());
    leads = led;
    if (led) taken++;
    next.hidden = !led || !dialogue?.moves.some((move) => /^(read-back|answer)/.test(move));
    next.href = `/messages/${hash}`;
    // What is read back is read back from here too, by a key.
    delete next.dataset.readBack;
    if (dialogue?.moves.includes("read-back")) next.dataset.readBack = `${next.href}/read-back`;
    // The dialog may have closed before the answer came.
    if (!dialog.open) lead();
  }

  /** Goes on to what comes next, once, unless an officer writes; of several messages the board shows what is open. */
  function lead() {
    const next = byId("done-next");
    const may = leads && next.checkVisibility() && !takesText(document.activeElement);
    leads = false;
    if (may && taken === 1 && location.pathname === "/") location.assign(`${next.href}#next`);
    else if (may) next.focus();
    return may;
  }

  /** Fills the button while the key is held, from where it stands. */
  function paint() {
    const button = dialog.querySelector("[data-acknowledge]");
    if (!button) return;
    const label = button.querySelector("span");
    button.classList.toggle("held", hold !== null);
    button.style.animationDuration = hold ? `${hold.long}ms` : "";
    button.style.animationDelay = hold ? `${hold.from - performance.now()}ms` : "";
    if (hold) label.textContent = words.hold;
    else label.textContent = label.dataset.words;
    byId("held-short").hidden = true;
  }

  function release() {
    if (!hold) return;
    clearTimeout(hold.timer);
    hold = null;
    paint();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-acknowledge]");
    if (!button) return;
    // Without this script its form would do it.
    event.preventDefault();
    if (!dialog.contains(button) || settled()) acknowledge(button);
  });
  // On the document: a click beside a button takes the focus out of the dialog, and its keys must go on working.
  document.addEventListener("keydown", (event) => {
    if (!dialog.open || event.repeat || takesText(event.target)) return;
    const key = letter(event);
    if (key === "s") sound.silence();
    if (key !== "a" || !dialog.querySelector("[data-acknowledge]") || hold) return;
    // Whoever presses it while the message is still settling has to hold it longer.
    const from = performance.now();
    const long = HOLD_MS + Math.max(0, drawnAt + SETTLE_MS - from);
    const held = () => { release(); acknowledge(dialog.querySelector("[data-acknowledge]")); };
    hold = { from, long, timer: setTimeout(held, long) };
    paint();
  });
  document.addEventListener("keyup", () => {
    if (!hold) return;
    release();
    byId("held-short").hidden = false;
  });
  window.addEventListener("blur", release);
  document.addEventListener("visibilitychange", release);
  return { show, open };
}
