// The Latin words that an officer meets on a page whose language is not written in Latin letters.

/** Names, the field's own words, units, keys and commands: they are the same in every language. */
const OWN = new Set(`
  BLUE GREEN Duty Watch officer Ringdown ringdown English
  FLASH IMMEDIATE PRIORITY ROUTINE LIVE EXERCISE TEST
  INFORMATION WARNING QUESTION ANSWER REQUEST INTENTION CORRECTION CANCEL
  ROGER Roger AFFIRM Affirm NEGATIVE Negative WILCO Wilco UNABLE Unable OBJECTION SAY AGAIN CHECK OK GARBLED
  WILL NOT NONE BEFORE UNTIL IF TRUE MAG ZULU Zulu
  JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC
  MESSAGE ACT RECEIPT GATE INCARNATION KEY LIST EVIDENCE
  Ed ECDSA P- SHA- en zh ru ar und Ctrl Esc Enter Tab WGS NM udp Letter
`.split(/\s+/).filter(Boolean));

/** Serials, times, places, numbers with a unit, addresses, hashes, files and commands. */
const FORMS = [
  // On paper a state has its English word behind it.
  /\([A-Z]{4,}[^()]*\)$/g,
  /https?:\/\/\S+/g, /'ringdown[^']*'/g, /\bringdown (verify|transcript)\b.*/g, /\b[\w.-]+\.(ringdown|toml)\b/g, /\bother_way\b/g,
  /%[a-z]\b/g, /\b[XT]-\d{4}/g, /\b[\d:]*\d{4,}Z|\d\d:\d\d:\d\dZ/g, /\bZ[+-]\d+(:\d+)?/g, /\d[\d.°'" ]*[NSEW]\b/g,
  /\b[0-9a-f]{4}( [0-9a-f]{4}){3,}/g, /\bWGS 84 to \d+ (m|km)\b/g, /\b(?=[0-9a-f]*\d)[0-9a-f]{4,}\b/g, /\d ?(m|ft|km|NM|kn|t|kg|s|h|min|d|MW|MB|KiB|B)\b/g,
];

/** Every text that a page shows or speaks, but for what people wrote; raw, a field has its name on the wire. */
function texts() {
  const out = [];
  const outside = ".field-word, .copied, .subject, .text, code, kbd, .hash, .serial, time, .value, .points, script, noscript, style";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    if (node.data.trim() && !node.parentElement.closest(outside)) out.push(node.data);
  }
  for (const element of document.querySelectorAll("*")) {
    if (element.closest(outside)) continue;
    for (const name of ["aria-label", "placeholder", "alt"]) if (element.hasAttribute(name)) out.push(element.getAttribute(name));
    for (const [name, value] of Object.entries(element.dataset)) if (/words|local|done/i.test(name)) out.push(value);
  }
  const words = document.getElementById("words");
  if (words) out.push(...Object.values(words.dataset));
  return [...out, document.title];
}

/** Latin words of a text that are none of the field's own. */
export function foreign(text) {
  const rest = FORMS.reduce((rest, form) => rest.replace(form, " "), text.replace(/[\u2066-\u2069]/g, ""));
  return (rest.match(/[A-Za-z][A-Za-z'-]+/g) ?? []).filter((word) => !OWN.has(word));
}

/** Those of a page, each with the text in which it stands. */
export async function latin(page) {
  const all = await page.evaluate(texts);
  return [...new Set(all.filter((text) => foreign(text).length > 0).map((text) => text.trim().replace(/\s+/g, " ")))];
}
