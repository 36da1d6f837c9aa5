// While a read-back is typed, each box says how the node understands it. It says nothing of what was sent.

const DELAY_MS = 300;

export function readBack() {
  const form = document.getElementById("read-back");
  if (form?.localName !== "form") return;
  const timers = new Map();
  form.addEventListener("input", ({ target: box }) => {
    const said = box.closest(".box")?.querySelector(".understood");
    if (!said) return;
    said.hidden = true;
    clearTimeout(timers.get(box));
    timers.set(box, setTimeout(() => look(box, said), DELAY_MS));
  });

  async function look(box, said) {
    const typed = box.value;
    const words = await ask(box.name.replace(/^field\./, ""), typed);
    // What is understood as it stands needs no words.
    if (!words || words === typed.trim() || box.value !== typed) return;
    said.textContent = said.dataset.words.replace("%v", () => words);
    said.hidden = false;
  }

  async function ask(field, typed) {
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ field, typed });
    const sent = fetch(form.dataset.understood, { method: "POST", headers, body, signal: AbortSignal.timeout(5000) });
    const response = await sent.catch(() => null);
    return response?.ok ? response.text() : "";
  }
}
