// What an officer chose for this browser. Runs before anything is drawn, so that no page flashes in another theme.
"use strict";

const ringdownPreferences = (() => {
  const KEY = "ringdown-preferences";
  const ALLOWED = {
    theme: ["system", "day", "dark", "night"],
    size: ["normal", "large", "larger"],
    volume: ["full", "half", "quarter"],
    local: ["off", "on"],
    letters: ["off", "on"],
  };
  const light = matchMedia("(prefers-color-scheme: light)");
  let chosen = {};
  try { chosen = JSON.parse(localStorage.getItem(KEY)) ?? {}; } catch { /* nothing was kept, or nothing can be */ }
  const get = (name) => (ALLOWED[name].includes(chosen[name]) ? chosen[name] : ALLOWED[name][0]);
  const apply = () => {
    const theme = get("theme");
    document.documentElement.dataset.theme = theme !== "system" ? theme : light.matches ? "day" : "dark";
    document.documentElement.dataset.size = get("size");
    document.documentElement.dataset.letters = get("letters");
  };
  light.addEventListener("change", apply);
  apply();
  return {
    get,
    /** True if the browser kept it. */
    set(name, value) {
      chosen[name] = value;
      apply();
      try { localStorage.setItem(KEY, JSON.stringify(chosen)); return true; } catch { return false; }
    },
  };
})();
window.ringdownPreferences = ringdownPreferences;
