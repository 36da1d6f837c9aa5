// Keeps the draft on the node as it is written, and says on the button what will happen.

import { fields } from "/assets/compose_fields.js";

const DRAFT_DELAY_MS = 1000;
const NOTES_DELAY_MS = 400;
const CONFLICT = 409;
const byId = (id) => document.getElementById(id);

export function compose({ clock }) {
  const form = byId("compose");
  if (!form) return;
  const field = (name) => form.elements[name].value;
  const button = byId("release");
  const kept = byId("kept");
  const slots = fields(form);
  let timer = null;
  let changed = false;
  // A page on which nothing was written leaves no draft behind; one that was kept is kept as it is now.
  let known = "kept" in form.dataset || new URLSearchParams(location.search).has("draft");
  const written = () => known || Boolean(field("subject").trim() || field("text").trim() || field("courtesy").trim() || slots.filled());

  const draft = () => ({
    precedence: field("precedence"), class: field("class") || undefined, marker: field("marker"),
    subject: field("subject"), language: field("language"), text: field("text"), re: field("re") || undefined,
    form: field("form") || undefined, fields: slots.typed(),
    valid_until: field("valid_until") || undefined, answer_by: field("answer_by") || undefined,
    courtesy: field("courtesy").trim() ? { language: field("courtesy_language"), text: field("courtesy") } : undefined,
  });
  const post = (method, path, options) => fetch(path, {
    method, headers: { "content-type": "application/json" }, body: JSON.stringify(draft()), ...options,
  });
  const put = (options) => post("PUT", `/compose/drafts/${form.dataset.draft}`, options);
  const keep = async () => {
    clearTimeout(timer);
    if (!written()) return;
    changed = false;
    const response = await put({}).catch(() => null);
    if (response?.ok) {
      known = true;
      kept.textContent = kept.dataset.kept.replace("%t", clock.zulu());
      return;
    }
    changed = true;
    if (response?.status === CONFLICT) {
      byId("released").hidden = false;
      button.disabled = true;
      kept.textContent = kept.dataset.notKept;
      return;
    }
    const error = await response?.json().catch(() => null);
    kept.textContent = `${kept.dataset.notKept} ${error ? `${error.what} ${error.do}` : kept.dataset.unreached}`;
    if (!error) timer = setTimeout(keep, DRAFT_DELAY_MS * 2);
  };
  const say = () => {
    const [precedence, marker] = [field("precedence"), field("marker")];
    const trafficClass = field("class") || button.dataset.none;
    const filled = (words) => words.replace("%p", precedence).replace("%c", trafficClass).replace("%m", marker);
    const two = button.dataset.two.split(" ").includes(precedence) && field("class") !== "TEST";
    button.textContent = filled(two ? button.dataset.submit : button.dataset.words);
    byId("by-one").hidden = two;
    byId("by-two").hidden = !two;
    form.dataset.class = field("class");
    slots.follow(marker);
    slots.compare();
    byId("asks").textContent = form.elements.marker.selectedOptions[0]?.dataset.asks ?? "";
    byId("goes-out").textContent = filled(byId("goes-out").dataset.words);
    const { none, one, many } = byId("reads-back").dataset;
    const count = slots.readBack();
    byId("reads-back").textContent = [none, one][count] ?? many.replace("%n", count);
  };

  // What may be misunderstood is told by the node, which knows the words; the newest answer counts.
  let notesTimer = null;
  let asked = 0;
  let shown = null;
  const look = async () => {
    const mine = ++asked;
    const response = await post("POST", "/compose/notes", {}).catch(() => null);
    const notes = response?.ok ? await response.text() : null;
    if (notes === null || mine !== asked || notes === shown) return;
    byId("notes").innerHTML = notes;
    shown = notes;
  };

  form.addEventListener("input", () => {
    changed = true;
    say();
    clearTimeout(timer);
    timer = setTimeout(keep, DRAFT_DELAY_MS);
    clearTimeout(notesTimer);
    notesTimer = setTimeout(look, NOTES_DELAY_MS);
  });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    clearTimeout(notesTimer);
    changed = false;
    if (event.submitter?.value === "release") button.textContent = button.dataset.releasing;
    // A second click must not fall on what stands beside the button now that its words are shorter.
    form.inert = true;
  });
  // What was written in the last second is kept too when the page goes.
  addEventListener("pagehide", () => {
    if (changed && written()) put({ keepalive: true }).catch(() => null);
  });
  // Back from another page, the form is as it was left.
  addEventListener("pageshow", () => {
    form.inert = false;
    say();
  });
  byId("compose").parentElement.querySelector(".delete form").addEventListener("submit", () => {
    clearTimeout(timer);
    changed = false;
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    // Enter in a field never sends; with Ctrl it goes to the button, and the button is not pressed.
    if (event.ctrlKey) button.focus();
    if (event.ctrlKey || event.target.matches("input, select")) event.preventDefault();
  });
  // A link in the list of what is wrong leads into its field, not only to it.
  byId("problems")?.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    const target = link && byId(link.hash.slice(1));
    if (!target) return;
    event.preventDefault();
    target.closest("details")?.setAttribute("open", "");
    (target.matches("fieldset") ? target.querySelector("input") : target).focus();
  });
  say();
}
