// Without colours, and as three kinds of colour-blind eyes see it, every mark of the console is still told from its
// ground; and what a mark means is a word, never a colour alone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { clear, go, open, prefer, shot, until } from "./world.mjs";

const FILTERS = ["achromatopsia", "deuteranopia", "protanopia", "tritanopia"];
const THEMES = ["dark", "day", "night"];
/** What carries a state, or is pressed. */
const MARKS = ".badge, .strip, button, a.button";
/** WCAG 2.2, 1.4.3. */
const CONTRAST = 4.5;
const REPORT = {
  event: "attacked", unit: "USS Liberty", "named-is": "one-ship", when: "081200Z JUN 27", where: "31.38167° N 33.38333° E",
  cause: "attack-by-whom-not-known", "forces-sent": "WILL",
};
const fields = (values) => Object.entries(values).flatMap(([name, value]) => ["--field", `${name}=${value}`]);

let world;
let painter;
before(async () => {
  world = await open();
  // A page without a policy, that can look at pictures.
  painter = await world.context.newPage();
});
after(async () => { await world?.close(); });

/** The marks on a page that can be seen: their words, and how far their ink stands out of their ground in a picture. */
async function marks(page, selector = MARKS) {
  const seen = await page.evaluate((selector) => [...document.querySelectorAll(selector)].flatMap((each) => {
    const { x, y, width, height } = each.getBoundingClientRect();
    const inside = x >= 0 && y >= 0 && x + width <= innerWidth && y + height <= innerHeight;
    const top = inside && document.elementFromPoint(x + width / 2, y + height / 2);
    const words = each.innerText.trim();
    const idle = each.disabled || each.getAttribute("aria-disabled") === "true";
    return words && !idle && top && each.contains(top) ? [{ words, x, y, width, height }] : [];
  }), selector);
  const picture = (await page.screenshot()).toString("base64");
  return painter.evaluate(async ([picture, seen]) => {
    const bytes = Uint8Array.from(atob(picture), (c) => c.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
    canvas.drawImage(image, 0, 0);
    const linear = (value) => (value <= 10.31475 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    const luminance = (r, g, b) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
    return seen.map(({ words, x, y, width, height }) => {
      // Without the border, which may be as light as the ink.
      const { data } = canvas.getImageData(x + 3, y + 3, Math.max(1, width - 6), Math.max(1, height - 6));
      const counts = new Map();
      for (let at = 0; at < data.length; at += 4) {
        const colour = (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
        counts.set(colour, (counts.get(colour) ?? 0) + 1);
      }
      const shades = [...counts].sort((a, b) => b[1] - a[1])
        .map(([colour]) => luminance(colour >> 16, (colour >> 8) & 255, colour & 255));
      const against = (shade) => (Math.max(shade, shades[0]) + 0.05) / (Math.min(shade, shades[0]) + 0.05);
      return { words, contrast: Math.max(...shades.map(against)) };
    });
  }, [picture, seen]);
}

/** Calls `look` once for each theme and each kind of eye. */
async function withEyes(page, look) {
  const devtools = await world.context.newCDPSession(page);
  for (const theme of THEMES) {
    await prefer(page, "theme", theme);
    for (const type of FILTERS) {
      await devtools.send("Emulation.setEmulatedVisionDeficiency", { type });
      await look(`${theme}, ${type}`, `${theme}-${type}`);
    }
  }
  await devtools.send("Emulation.setEmulatedVisionDeficiency", { type: "none" });
  await prefer(page, "theme", "dark");
  await devtools.detach();
}

async function stand(page, name, least) {
  await withEyes(page, async (eyes, file) => {
    const found = await marks(page);
    assert.ok(found.length >= least, `${name}, ${eyes}: only ${found.length} marks are seen`);
    assert.deepEqual(found.filter(({ contrast }) => contrast < CONTRAST), [], `${name}, ${eyes}`);
    await shot(page, `eyes-${name}-${file}`);
  });
}

test("25: an incoming FLASH, a board and a read-back that is DIFFERENT, without colours and for three colour-blind eyes", async () => {
  const { blue, green } = world;
  const sent = JSON.parse(await world.ringdown("blue", "send", "--json", "--precedence", "FLASH", "--class", "EXERCISE",
    "--form", "incident-report", "--subject", "Ship attacked", ...fields(REPORT)));
  await green.waitForSelector("#incoming[open]:not(.settling)");
  await stand(green, "incoming", 5);
  await clear(world, "green");
  await green.waitForFunction(() => document.querySelector("#incoming")?.open === false);
  await world.ringdown("green", "read-back", ...sent.serial.split(" "),
    ...fields({ ...REPORT, "forces-sent": "WILL NOT", when: "081300Z JUN 27" }));
  await world.ringdown("lab", "cut");
  await until(blue, "#tray", "LINE DOWN");
  await stand(blue, "board", 5);
  await world.ringdown("lab", "heal");
  for (const page of [blue, green]) {
    await go(page, `/messages/${sent.entry}`);
    await page.waitForSelector(".round");
    const verdicts = await page.locator(".round [data-row]").evaluateAll((rows) => rows.map((row) =>
      [row.dataset.row, row.innerText.match(/\b(MATCH|DIFFERENT)\b/)?.[0]]));
    const wanted = Object.keys(REPORT).map((name) => [name, ["when", "forces-sent"].includes(name) ? "DIFFERENT" : "MATCH"]);
    assert.deepEqual(Object.fromEntries(verdicts), Object.fromEntries(wanted), "each verdict is a word");
    await page.evaluate(() => document.querySelector(".round").scrollIntoView());
    await stand(page, page === blue ? "round-blue" : "round-green", 8);
  }
});

test("the check can fail: red on black stands out for most eyes, and not for all", async () => {
  const { blue } = world;
  await go(blue, "/settings");
  await blue.evaluate(() => {
    const mark = document.createElement("p");
    mark.id = "canary";
    mark.textContent = "DIFFERENT";
    // Set by script, as the policy forbids it in the page.
    Object.assign(mark.style, { position: "fixed", inset: "200px auto auto 200px", padding: "1em", zIndex: 9, fontSize: "24px",
      color: "rgb(255, 0, 0)", background: "rgb(0, 0, 0)" });
    document.body.append(mark);
  });
  const [colour] = await marks(blue, "#canary");
  const low = [];
  await withEyes(blue, async (eyes) => {
    const [{ contrast }] = await marks(blue, "#canary");
    if (contrast < CONTRAST) low.push(eyes);
  });
  assert.ok(colour.words === "DIFFERENT" && colour.contrast > CONTRAST, `${colour.contrast} in colours`);
  assert.deepEqual(low.filter((eyes) => eyes.startsWith("day")), ["day, protanopia"]);
  await blue.evaluate(() => document.querySelector("#canary").remove());
});

test("no script failed, and the policy refused nothing", () => {
  assert.deepEqual(world.complaints, []);
});
