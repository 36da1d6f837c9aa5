// The alarm of this console. Tones are made here, no file: FLASH and IMMEDIATE repeat until acknowledged or silenced,
// the rest sounds once. Silence is kept for each message by itself: one that comes later sounds.

import { consoleName } from "./alive.js";

const SILENCE_MS = 120000;
const PULSE_S = 0.22;
/** Pitch and pulses of a burst, and after how long it comes again. */
const TONES = {
  FLASH: { pitch: 880, pulses: 10, everyMs: 3000 },
  IMMEDIATE: { pitch: 620, pulses: 5, everyMs: 6000 },
  ROUTINE: { pitch: 440, pulses: 2 },
};
/**
 * How the pulses of a class differ: LIVE is steady, EXERCISE goes up and down, TEST comes in pairs with gaps. FAULT, which
 * is no message at all, falls.
 */
const PATTERNS = { LIVE: [1], EXERCISE: [1, 0.75], TEST: [1.5, 1.5, 0], FAULT: [1, 0.8, 0.6, 0.5, 0] };
const VOLUMES = { full: 1, half: 0.5, quarter: 0.25 };
const SILENCED = "ringdown-silenced";
/** That an officer heard the sound of this console: for this tab, until the browser takes the sound away. */
const HEARD = "ringdown-heard";
/** Alarms about no message that this tab has sounded. */
const TOLD = "ringdown-faults";
const byId = (id) => document.getElementById(id);

export function alarm({ words, clock, preferences, say }) {
  const looksOnly = document.body.dataset.looksOnly !== undefined;
  let context = null;
  let wasArmed = false;
  let lostAt = null;
  let urgent = [];
  let count = null;
  let nextBurst = 0;
  /** On the page of the handover: whether the test sound was played there, and heard. */
  let tested = "no";

  const armed = () => context !== null && context.state === "running";
  const proved = () => armed() && sessionStorage.getItem(HEARD) === "yes";
  const burst = ({ pitch, pulses }, pattern) => {
    if (!armed()) return;
    const volume = VOLUMES[preferences.get("volume")];
    for (let pulse = 0; pulse < pulses; pulse++) {
      const factor = pattern[pulse % pattern.length];
      const at = context.currentTime + pulse * PULSE_S;
      // Three harmonics: one of them carries on any loudspeaker.
      for (const [harmonic, level] of factor ? [[1, 0.3], [2, 0.15], [3, 0.1]] : []) {
        const oscillator = new OscillatorNode(context, { type: "sine", frequency: pitch * factor * harmonic });
        const gain = new GainNode(context, { gain: 0 });
        gain.gain.setTargetAtTime(level * volume, at, 0.01);
        gain.gain.setTargetAtTime(0, at + 0.14, 0.01);
        oscillator.connect(gain).connect(context.destination);
        oscillator.start(at);
        oscillator.stop(at + PULSE_S);
      }
    }
  };

  const silenced = () => {
    try { return JSON.parse(localStorage.getItem(SILENCED)) ?? {}; } catch { return {}; }
  };
  const isSilenced = (message) => (silenced()[message.urgent] ?? 0) > Date.now();
  const sounding = () => urgent.filter((message) => !isSilenced(message));

  const showSound = () => {
    if (armed()) {
      wasArmed = true;
      lostAt = null;
    } else if (wasArmed) {
      // Whoever heard it once does not know that it is gone, or that it is back.
      sessionStorage.removeItem(HEARD);
      lostAt ??= clock.zulu();
    }
    const volume = preferences.get("volume");
    const [word, text] = armed() ? [words.soundUnproved, words.soundUnprovedText]
      : wasArmed ? [words.soundLost.replace("%t", lostAt), words.soundLostText] : [words.soundOff, words.soundOffText];
    // A screen that only shows is no console: nobody relies on its sound.
    byId("sound-off").hidden = proved() || looksOnly;
    byId("sound-word").textContent = word;
    byId("sound-text").textContent = text;
    for (const part of document.querySelectorAll(".sound-missing")) {
      part.hidden = proved();
      if (!part.matches("button")) part.textContent = word;
    }
    if (byId("sound-here")) byId("sound-here").hidden = armed();
    for (const part of document.querySelectorAll("[data-heard]")) part.hidden = proved() || !armed();
    // Only who would hear the alarm here is there.
    for (const part of document.querySelectorAll("[data-watch-check]")) part.hidden = !proved();
    if (byId("take-watch")) {
      const good = tested === "heard" && proved();
      byId("heard-here").hidden = tested !== "played" || !armed();
      byId("sound-tested").hidden = !good;
      byId("sound-untested").hidden = good;
      byId("take-watch").disabled = !good || byId("take-watch").dataset.mayTake === undefined;
    }
    const badge = byId("sound-on");
    badge.hidden = !(proved() || (looksOnly && armed()));
    badge.textContent = { full: words.soundOn, half: words.soundHalf, quarter: words.soundQuarter }[volume];
    badge.className = `badge small ${volume === "full" ? "normal" : "caution"}`;
  };
  const showUrgent = () => {
    const loud = sounding();
    byId("alarm-bar").hidden = urgent.length === 0 || byId("incoming").open;
    byId("alarm-bar").className = `strip ${urgent[0]?.precedence === "FLASH" ? "critical" : "serious"}`;
    byId("alarm-text").textContent = urgent[0]?.words ?? "";
    byId("alarm-open").hidden = urgent[0]?.class === "FAULT";
    byId("alarm-silence").hidden = loud.length === 0;
    const until = Math.max(0, ...urgent.map((message) => silenced()[message.urgent] ?? 0));
    const said = urgent.length > 0 && loud.length === 0 ? words.silenced.replace("%t", clock.zuluAt(until)) : "";
    for (const id of ["alarm-silenced", "dialog-silenced"]) {
      const place = byId(id);
      if (place && place.textContent !== said) place.textContent = said;
    }
    document.body.dataset.continuous = loud[0]?.continuous ?? "no";
    document.body.dataset.sounding = loud.length > 0 && armed() ? "yes" : "no";
  };
  const step = () => {
    showSound();
    showUrgent();
    const loudest = sounding()[0];
    if (!loudest || performance.now() < nextBurst) return;
    const tone = TONES[loudest.precedence];
    burst(tone, PATTERNS[loudest.class] ?? PATTERNS.LIVE);
    // The node says when a FLASH has waited too long: then there is no pause between its bursts.
    const continuous = loudest.continuous === "yes";
    nextBurst = performance.now() + (continuous ? tone.pulses * PULSE_S * 1000 : tone.everyMs);
  };
  setInterval(step, 250);
  // The bar is there at once when the dialog is put aside.
  byId("incoming").addEventListener("close", step);

  const arm = () => {
    if (context === null) {
      context = new AudioContext();
      context.addEventListener("statechange", step);
    }
    return context.resume();
  };
  const startWatch = () => {
    sessionStorage.setItem("watch", "on");
    arm().then(() => {
      if (sounding().length === 0) burst(TONES.IMMEDIATE, PATTERNS.TEST);
      step();
    });
  };
  /** No browser knows whether a loudspeaker is on: only a person can say so. */
  const heard = () => {
    if (!armed()) return;
    sessionStorage.setItem("watch", "on");
    sessionStorage.setItem(HEARD, "yes");
    say("heard").then(() => {
      if (tested === "played") tested = "heard";
      step();
    });
    step();
  };
  // On a watch that was started, each further page arms itself: at once where the browser allows it, else with the
  // first key or click. Until then the bar says that the sound is off.
  if (sessionStorage.getItem("watch") === "on") {
    arm();
    // Not every key counts for the browser, so each is tried until one does.
    const retry = () => { if (!armed()) arm(); };
    for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, retry, { capture: true });
  }
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-silence]")) silence();
    if (event.target.closest("[data-watch]")) startWatch();
    if (proved() && event.target.closest("[data-watch-check]")) say("here");
    if (event.target.closest("[data-heard], [data-heard-here]")) heard();
    if (event.target.closest("[data-sound-test]")) {
      tested = "played";
      startWatch();
    }
  });

  // A form of the watch goes to the node by itself, and says at which console. With the end of the watch the sound ends.
  document.addEventListener("submit", ({ target }) => {
    if (target.dataset.here === undefined) return;
    target.elements.console.value = consoleName();
    if (target.id === "watch-end") for (const key of ["watch", HEARD]) sessionStorage.removeItem(key);
  });

  /** Everything that waits now is silent on this console for a while. */
  function silence() {
    const until = Date.now() + SILENCE_MS;
    const kept = Object.entries(silenced()).filter(([, end]) => end > Date.now());
    const next = Object.fromEntries([...kept, ...urgent.map((message) => [message.urgent, until])]);
    localStorage.setItem(SILENCED, JSON.stringify(next));
    say("silence", urgent.map((message) => message.urgent.split(" ").at(-1)));
    step();
  }

  return {
    silence,
    proved,
    /**
     * The FLASH and IMMEDIATE messages that wait, in the order of the node, and alarms about no message: the first that
     * is loud sounds. What is not loud sounds once in this tab.
     */
    urgent(messages, faults) {
      const known = new Set(urgent.map((message) => message.urgent));
      const loud = faults.filter((fault) => fault.loud === "yes").map(({ fault, words }) => (
        { urgent: fault, precedence: "IMMEDIATE", class: "FAULT", continuous: "no", words }));
      const quiet = faults.filter((fault) => fault.loud === "no");
      const told = (sessionStorage.getItem(TOLD) ?? "").split(",");
      const once = quiet.find(({ fault }) => !told.includes(fault));
      sessionStorage.setItem(TOLD, quiet.map(({ fault }) => fault).join());
      urgent = [...messages, ...loud];
      if (once && sounding().length === 0) burst(TONES.IMMEDIATE, PATTERNS.FAULT);
      const fresh = urgent.find((message) => !known.has(message.urgent));
      if (fresh) {
        nextBurst = 0;
        byId("announce").textContent = fresh.words;
      }
      step();
    },
    /** How many messages of any precedence wait. */
    waiting(now) {
      if (count !== null && now > count && sounding().length === 0) burst(TONES.ROUTINE, PATTERNS.LIVE);
      count = now;
    },
    /** One burst of the medium tone: a person has to look, and nothing waits for acknowledgement. */
    attention() {
      if (sounding().length === 0) burst(TONES.IMMEDIATE, PATTERNS.LIVE);
    },
    /** One burst, to be heard by whoever sets the volume. */
    async test(precedence, trafficClass) {
      await arm();
      burst(TONES[precedence], PATTERNS[trafficClass]);
    },
  };
}
