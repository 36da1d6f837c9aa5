// Keeps the draft on the node as it is written, and says on the button what will happen.

const DRAFT_DELAY_MS = 1000;
const CONFLICT = 409;
const byId = (id) => document.getElementById(id);
/** The same characters as the node draws as boxes; it says so before anyone sends them. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800\u{16fe4}\u{1d159}]/gu;
const SEEN = /[\n\t\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}]/u;

export function compose({ clock }) {
  const form = byId("compose");
  if (!form) return;
  const field = (name) => form.elements[name].value;
  const button = form.querySelector("button[type=submit]");
  const kept = byId("kept");
  let timer = null;
  let changed = false;

  const draft = () => ({
    precedence: field("precedence"), class: field("class") || undefined, marker: field("marker"),
    subject: field("subject"), language: field("language"), text: field("text"), re: field("re") || undefined,
  });
  const put = (options) => fetch(`/v1/lines/-/drafts/${form.dataset.draft}`, {
    method: "PUT", headers: { "content-type": "application/json" }, body: JSON.stringify(draft()), ...options,
  });
  const keep = async () => {
    clearTimeout(timer);
    if (!field("subject").trim() || !field("text")) {
      kept.textContent = kept.dataset.notYet;
      return;
    }
    changed = false;
    const response = await put({}).catch(() => null);
    if (response?.ok) {
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
    const { words, none } = button.dataset;
    button.textContent = words.replace("%p", field("precedence")).replace("%c", field("class") || none);
    form.dataset.class = field("class");
    const found = `${field("subject")}${field("text")}`.match(HIDDEN)?.filter((c) => !SEEN.test(c)) ?? [];
    const code = (c) => `U+${c.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
    const codes = [...new Set(found.map(code))].slice(0, 8).join(", ");
    const flag = byId("hidden-flag");
    flag.hidden = codes === "";
    flag.textContent = flag.dataset.words.replace("%c", codes);
  };

  form.addEventListener("input", () => {
    changed = true;
    say();
    clearTimeout(timer);
    timer = setTimeout(keep, DRAFT_DELAY_MS);
  });
  // What is missing is said in the console's words, not in the browser's.
  form.addEventListener("invalid", ({ target }) => target.setCustomValidity(target.dataset.missing ?? ""), true);
  form.addEventListener("input", ({ target }) => target.setCustomValidity(""), true);
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    changed = false;
    button.textContent = button.dataset.releasing;
    // A second click must not fall on what stands beside the button now that its words are shorter.
    form.inert = true;
  });
  // What cannot be kept yet does not go without a question.
  addEventListener("beforeunload", (event) => {
    const [subject, text] = [field("subject").trim(), field("text")];
    if (changed && (subject || text) && !(subject && text)) event.preventDefault();
  });
  // What was written in the last second is kept too when the page goes.
  addEventListener("pagehide", () => {
    if (changed && field("subject").trim() && field("text")) put({ keepalive: true }).catch(() => null);
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
  say();
}
