// While a read-back is typed, each box says how the node understands it, and what is typed is kept for this tab. It says
// nothing of what was sent.

const DELAY_MS = 300;
/** Of one message at a time: who is called away comes back to what he was at. */
const KEY = "ringdown-read-back";

export function readBack() {
  const form = document.querySelector("form#read-back");
  if (form) {
    keep(form);
    understand(form);
    return;
  }
  // Who sees the message meanwhile has opened it again.
  const entry = document.querySelector("main article.message[data-entry]")?.dataset.entry;
  const last = kept();
  if (last && last.entry === entry) store({ ...last, looked: last.looked + 1 });
}

/** Keeps what is typed, and puts it back into a form that comes empty and is of the same round. */
function keep(form) {
  const { entry, round } = form.dataset;
  const boxes = [...form.querySelectorAll("[name^='field.'], [name=words], [name=language]")];
  const looked = form.elements.looked;
  const isChoice = (box) => box.type === "radio";
  const isEmpty = boxes.every((box) => box.name === "language" || (isChoice(box) ? !box.checked : !box.value));
  const last = kept();
  if (isEmpty && last?.entry === entry && last.round === round) {
    for (const box of boxes) {
      if (isChoice(box)) box.checked = last.typed[box.name] === box.value;
      else box.value = last.typed[box.name] ?? box.value;
    }
    looked.value = last.looked;
    const said = document.getElementById("restored");
    if (last.looked > 0) said.textContent += ` ${said.dataset.looked.replace("%n", last.looked)}`;
    said.hidden = false;
  }
  const write = () => {
    const typed = boxes.filter((box) => !isChoice(box) || box.checked).map((box) => [box.name, box.value]);
    store({ entry, round, looked: Number(looked.value), typed: Object.fromEntries(typed) });
  };
  if (!isEmpty) write();
  form.addEventListener("input", write);
}

function kept() {
  try { return JSON.parse(sessionStorage.getItem(KEY)); } catch { return null; }
}

function store(last) {
  try { sessionStorage.setItem(KEY, JSON.stringify(last)); } catch { /* this page keeps it */ }
}

/** Tells in place of its example how what is typed into a box is understood, so that the form does not grow. */
function understand(form) {
  const timers = new Map();
  form.addEventListener("input", ({ target: box }) => {
    const said = box.closest(".box")?.querySelector(".understood");
    if (!said) return;
    show(said, false);
    clearTimeout(timers.get(box));
    timers.set(box, setTimeout(() => look(box, said), DELAY_MS));
  });

  function show(said, isShown) {
    said.hidden = !isShown;
    said.closest(".hints").querySelector(".example").hidden = isShown;
  }

  async function look(box, said) {
    const typed = box.value;
    const words = await ask(box.name.replace(/^field\./, ""), typed);
    // What is understood as it stands needs no words.
    if (!words || words === typed.trim() || box.value !== typed) return;
    said.textContent = said.dataset.words.replace("%v", () => words);
    show(said, true);
  }

  async function ask(field, typed) {
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ field, typed });
    const sent = fetch(form.dataset.understood, { method: "POST", headers, body, signal: AbortSignal.timeout(5000) });
    const response = await sent.catch(() => null);
    return response?.ok ? response.text() : "";
  }
}
