// Keys, help, copying and printing. Letters only go somewhere; none of them acknowledges or releases anything.
import { letter, takesText } from "./incoming.js";

const PAGES = { b: "/", m: "/messages", n: "/compose", r: "/record", ",": "/settings" };
const byId = (id) => document.getElementById(id);

export function keys({ dialog, preferences }) {
  const help = byId("help");
  const toggleHelp = () => (help.open ? help.close() : help.showModal());
  byId("help-button").addEventListener("click", toggleHelp);
  byId("help-close").addEventListener("click", toggleHelp);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey && event.code === "KeyJ") {
      event.preventDefault();
      dialog.open();
      return;
    }
    const anyDialog = document.querySelector("dialog[open]");
    if (readsBack(event)) return;
    if (event.repeat || takesText(event.target) || preferences.get("letters") !== "on") return;
    if (anyDialog && anyDialog !== help) return;
    const key = letter(event);
    if (key === "?") toggleHelp();
    if (help.open || !byId("blind").hidden) return;
    if (key === "i") dialog.open();
    // On a page where one writes, a letter beside the field must not take the page away.
    if (PAGES[key] && !document.querySelector("#compose, form#read-back")) location.assign(PAGES[key]);
  });
  document.addEventListener("copy", copy);
  document.addEventListener("click", copyWhole);
  const print = byId("print");
  if (print) print.hidden = false;
  print?.addEventListener("click", () => window.print());
}

/** B, on the link to which an acknowledgement leads: only while that has the focus, so it needs no switching on. */
function readsBack(event) {
  const link = event.target.closest?.("a[data-read-back]");
  if (!link || event.repeat || letter(event) !== "b" || !byId("blind").hidden) return false;
  location.assign(link.dataset.readBack);
  return true;
}

/** The characters of a shown text as they were written: a box is its character again. */
function original(fragment) {
  for (const box of fragment.querySelectorAll("[data-code]")) {
    box.replaceWith(String.fromCodePoint(Number(box.dataset.code)));
  }
  return fragment.textContent;
}

/** What is copied out of one text of a person is what that person wrote. */
function copy(event) {
  const selection = document.getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return;
  const range = selection.getRangeAt(0);
  const around = range.commonAncestorContainer;
  const text = (around.nodeType === Node.ELEMENT_NODE ? around : around.parentElement).closest(".copied, bdi");
  if (!text) return;
  event.clipboardData.setData("text/plain", original(range.cloneContents()));
  event.preventDefault();
}

async function copyWhole(event) {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const fragment = document.createDocumentFragment();
  for (const node of document.querySelector(`main ${button.dataset.copy}`).childNodes) fragment.append(node.cloneNode(true));
  await navigator.clipboard.writeText(original(fragment));
  button.textContent = button.dataset.copied;
}
