// The page of settings: shown as they are, kept as they are changed.

const byId = (id) => document.getElementById(id);
const CHECKED = ["local", "letters"];
const CHOSEN = ["theme", "size", "volume"];

export function settings({ sound, preferences, clock }) {
  const form = byId("settings");
  if (!form) return;
  for (const name of CHOSEN) form.elements[name].value = preferences.get(name);
  for (const name of CHECKED) form.elements[name].checked = preferences.get(name) === "on";
  form.addEventListener("change", ({ target }) => {
    const value = CHECKED.includes(target.name) ? (target.checked ? "on" : "off") : target.value;
    const saved = preferences.set(target.name, value);
    byId("saved").textContent = saved ? form.dataset.saved : form.dataset.notSaved;
    clock.show();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-tone]");
    if (button) sound.test(button.dataset.tone, button.dataset.class);
  });
}
