// A demo of its own: two real nodes, two consoles in Debian's Chromium. And what tests do on every page.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

export const PROGRAM = process.env.RINGDOWN ?? new URL("../../target/debug/ringdown", import.meta.url).pathname;
const BROWSER = process.env.CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];
const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SHOTS = process.env.SHOTS;
if (SHOTS) await mkdir(SHOTS, { recursive: true });

export function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** A browser, with these flags beside the usual ones. */
export const launch = (...flags) => chromium.launch({ executablePath: BROWSER, args: [...FLAGS, ...flags] });
const NEEDS_SECOND_PERSON = 5;

export function run(...words) {
  return new Promise((resolve, reject) => {
    const child = spawn(PROGRAM, words);
    let out = "";
    child.stdout.on("data", (data) => { out += data; });
    child.on("exit", (code) => {
      if (code === 0) return resolve(out);
      reject(Object.assign(new Error(`${words}: exit ${code}: ${out}`), { code }));
    });
  });
}

/** Keeps each sound that a page has, so that a test can take it away as a browser does. */
function keepContexts() {
  window.contexts = [];
  window.AudioContext = class extends AudioContext {
    constructor() {
      super();
      window.contexts.push(this);
    }
  };
}

/** Keeps what goes wrong on a page: errors of its scripts, and what the policy refuses. */
export function listen(page, complaints) {
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !/\b40[0149]\b/.test(message.text())) complaints.push(message.text());
  });
}

/** The addresses of all officers, and to look only, once a demo says that it is ready: the first of each side first. */
function ready(demo) {
  return new Promise((resolve, reject) => {
    let out = "";
    demo.stdout.on("data", (data) => {
      out += data;
      if (out.includes("\nready\n")) resolve(out.split("\n").filter((line) => line.includes("http")).map((line) => line.split(" ")[1]));
    });
    demo.stderr.pipe(process.stderr);
    demo.on("exit", (code) => reject(new Error(`the demo ended with ${code}`)));
  });
}

/** Makes both homes, and calls `change` on them before they run for the test. */
async function settle(command, change) {
  const demo = spawn(command[0], command.slice(1));
  const ended = new Promise((resolve) => demo.on("exit", resolve));
  await ready(demo);
  demo.kill("SIGTERM");
  await ended;
  await change();
}

/** Writes settings above what stands in GREEN's, and the other way to BLUE. */
async function setGreen(dir, settings, otherWay) {
  const path = join(dir, "green", "ringdown.toml");
  await writeFile(path, `${settings}\n${await readFile(path, "utf8")}`);
  if (!otherWay) return;
  const lines = join(dir, "green", "lines");
  const file = join(lines, (await readdir(lines))[0], "line.toml");
  await writeFile(file, `other_way = "${otherWay}"\n${await readFile(file, "utf8")}`);
}

/**
 * Puts this process between the nodes. `path(bytes, from, deliver)` is called for each datagram, `from` BLUE or GREEN;
 * what it does not deliver is lost.
 */
async function between(dir, path) {
  const homes = await Promise.all(["blue", "green"].map(async (side) => {
    const lines = join(dir, side, "lines");
    const file = join(lines, (await readdir(lines))[0], "line.toml");
    const text = await readFile(file, "utf8");
    const socket = createSocket("udp4");
    await new Promise((resolve) => socket.bind(0, "127.0.0.1", resolve));
    return { file, text, socket, listen: Number(text.match(/listen = "127\.0\.0\.1:(\d+)"/)[1]) };
  }));
  for (const [index, from] of ["BLUE", "GREEN"].entries()) {
    const [own, other] = [homes[index], homes[1 - index]];
    // What a side sends to its socket comes to the other from the other's.
    own.socket.on("message", (bytes) => path(bytes, from, () => other.socket.send(bytes, other.listen, "127.0.0.1")));
    const peer = `peer = "127.0.0.1:${own.socket.address().port}"`;
    await writeFile(own.file, own.text.replace(/peer = "[^"]*"/, peer));
  }
  return () => homes.forEach(({ socket }) => socket.close());
}

/**
 * Two nodes. With `fileKiB` no file that they write may grow beyond it: their disk fails there. `green` are settings of
 * GREEN's home, `otherWay` its other way to BLUE, `path` is what happens to each datagram between them: see `between`.
 */
export async function open({ fileKiB, green: settings, otherWay, path } = {}) {
  const dir = await mkdtemp(join(tmpdir(), "ringdown-"));
  const ports = [await freePort(), await freePort()];
  const command = [PROGRAM, "demo", "--dir", dir, "--blue-port", ports[0], "--green-port", ports[1]];
  let unplug = () => {};
  if (settings) await settle(command, () => setGreen(dir, settings, otherWay));
  if (path) await settle(command, async () => { unplug = await between(dir, path); });
  const limit = `trap "" XFSZ; ulimit -S -f ${fileKiB}; exec "$@"`;
  const demo = fileKiB ? spawn("bash", ["-c", limit, "bash", ...command]) : spawn(command[0], command.slice(1));
  const ended = new Promise((resolve) => demo.on("exit", resolve));
  const addresses = await ready(demo);
  const browser = await launch();
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, colorScheme: "dark" });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await context.addInitScript(keepContexts);
  const complaints = [];
  const page = async (address) => {
    const page = await context.newPage();
    page.setDefaultTimeout(15000);
    listen(page, complaints);
    await page.goto(address);
    await page.waitForSelector("#waits-title");
    return page;
  };
  const close = async () => {
    await browser.close();
    demo.kill("SIGTERM");
    await ended;
    unplug();
    await rm(dir, { recursive: true });
  };
  try {
    const [blue, green] = [await page(addresses[0]), await page(addresses[1])];
    const program = (side, ...words) => run(...(side === "lab" ? ["lab", "--dir", dir] : ["-C", join(dir, side)]), ...words);
    /** What two people release the second officer releases. */
    const ringdown = async (side, ...words) => {
      try {
        return await program(side, ...words);
      } catch (error) {
        if (words[0] !== "send" || error.code !== NEEDS_SECOND_PERSON) throw error;
        const drafts = JSON.parse(await program(side, "drafts", "--json"));
        const awaiting = drafts.find((each) => each.state === "AWAITING RELEASE");
        return program(side, "release", awaiting.id, "--officer", "2", ...words.filter((word) => word === "--json"));
      }
    };
    const send = (side, precedence, trafficClass, subject, text) => ringdown(side, "send", "--precedence", precedence,
      "--class", trafficClass, "--subject", subject, "--text", text);
    /** The processes of both nodes, BLUE's first. */
    const nodes = async () => {
      const children = await readFile(`/proc/${demo.pid}/task/${demo.pid}/children`, "utf8");
      return children.trim().split(" ").map(Number);
    };
    return { blue, green, context, page, addresses, dir, demo, ended, complaints, ringdown, run, send, nodes, close };
  } catch (error) {
    await close();
    throw error;
  }
}

export async function shot(page, name, options = {}) {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png`, ...options });
}

/** Opens a page; if another is still on its way, that one arrives first. */
export async function go(page, path) {
  const address = new URL(path, page.url()).href;
  return page.goto(address).catch(async (error) => {
    if (!error.message.includes("is interrupted by another navigation")) throw error;
    await page.waitForLoadState();
    return page.goto(address);
  });
}

export const until = (page, selector, text) => page.waitForFunction(
  ([selector, text]) => document.querySelector(selector)?.innerText.replace(/\s+/g, " ").includes(text), [selector, text]);

/** What axe-core finds on a page. The policy of the console forbids foreign scripts, so axe runs outside the page. */
export async function violations(page, rules) {
  const options = rules ? { runOnly: { type: "rule", values: rules } } : {};
  const found = await page.evaluate(`(() => { ${AXE}; return axe.run(${JSON.stringify(options)}); })()`);
  return found.violations.map((each) => [each.id, each.nodes.map((node) => node.target.join(" "))]);
}

export async function accessible(page, what = page.url(), rules = undefined) {
  assert.deepEqual(await violations(page, rules), [], what);
}

/** What reaches beyond the right edge of a page. */
export function overflow(page) {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const wide = [...document.querySelectorAll("body *")].filter((each) => each.getBoundingClientRect().right > width + 1);
    return [document.documentElement.scrollWidth, ...wide.map((each) => `${each.localName}.${each.className}`)];
  });
}

/** Presses Start watch, and says that the sound is heard, unless that was said in this tab before. */
export async function startWatch(page) {
  await page.click("#sound-off [data-watch]");
  await page.waitForFunction(() => document.querySelector("#sound-off")?.hidden || !document.querySelector("#heard")?.hidden);
  if (await page.isVisible("#heard")) await page.click("#heard");
  await page.waitForSelector("#sound-off", { state: "hidden" });
}

export async function compose(page, precedence, subject, text, trafficClass = "TEST") {
  await go(page, "/compose");
  await page.selectOption("select[name=precedence]", precedence);
  await page.selectOption("select[name=class]", trafficClass);
  await page.fill("input[name=subject]", subject);
  await page.fill("textarea[name=text]", text);
}

export const prefer = (page, name, value) => page.evaluate(
  ([name, value]) => window.ringdownPreferences.set(name, value), [name, value]);

/** Fills the boxes of the read-back page: one line, or one of the words that stand open. */
export async function fillBoxes(page, fields) {
  for (const [name, value] of Object.entries(fields)) {
    const box = page.locator(`[id="box-${name}"]`);
    if (await box.count()) await box.fill(value);
    else await page.check(`[name="field.${name}"][value="${value}"]`);
  }
}

/** The same by keyboard alone; `tabTo` brings the focus to a selector. */
export async function keyBoxes(page, fields, tabTo) {
  for (const [name, value] of Object.entries(fields)) {
    await tabTo(page, `[name="field.${name}"]`);
    if (await page.evaluate(() => document.activeElement.type !== "radio")) {
      await page.keyboard.type(value);
      continue;
    }
    await page.keyboard.press("Space");
    for (let presses = 0; presses < 10; presses++) {
      if (await page.evaluate(() => document.activeElement.value) === value) break;
      await page.keyboard.press("ArrowDown");
    }
    assert.equal(await page.evaluate(() => document.activeElement.checked && document.activeElement.value), value);
  }
}

/** Acknowledges everything that waits for a side, so that the next test begins with nothing. */
export async function clear(world, side) {
  const inbox = JSON.parse(await world.ringdown(side, "inbox", "--json"));
  for (const message of inbox.filter((each) => each.state === "STORED HERE")) {
    await world.ringdown(side, "acknowledge", ...message.serial.split(" "));
  }
}
