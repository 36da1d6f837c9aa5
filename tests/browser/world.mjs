// A demo of its own: two real nodes, two consoles in Debian's Chromium.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const PROGRAM = process.env.RINGDOWN ?? new URL("../../target/debug/ringdown", import.meta.url).pathname;
const BROWSER = process.env.CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

export async function open() {
  const dir = await mkdtemp(join(tmpdir(), "ringdown-"));
  const ports = [await freePort(), await freePort()];
  const demo = spawn(PROGRAM, ["demo", "--dir", dir, "--blue-port", ports[0], "--green-port", ports[1]]);
  const addresses = await new Promise((resolve, reject) => {
    let out = "";
    demo.stdout.on("data", (data) => {
      out += data;
      if (out.includes("\nready\n")) resolve(out.split("\n").slice(0, 2).map((line) => line.split(" ")[1]));
    });
    demo.stderr.pipe(process.stderr);
    demo.on("exit", (code) => reject(new Error(`the demo ended with ${code}`)));
  });
  const browser = await chromium.launch({ executablePath: BROWSER, args: FLAGS });
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, colorScheme: "dark" });
  const complaints = [];
  const page = async (address) => {
    const page = await context.newPage();
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error" && !message.text().includes("401")) complaints.push(message.text());
    });
    await page.goto(address);
    await page.waitForSelector(".board");
    return page;
  };
  const [blue, green] = [await page(addresses[0]), await page(addresses[1])];
  const ringdown = (side, ...words) => new Promise((resolve, reject) => {
    const home = side === "lab" ? ["lab", "--dir", dir] : ["-C", join(dir, side)];
    const child = spawn(PROGRAM, [...home, ...words]);
    let out = "";
    child.stdout.on("data", (data) => { out += data; });
    child.on("exit", (code) => (code === 0 ? resolve(out) : reject(new Error(`${words}: exit ${code}`))));
  });
  const close = async () => {
    await browser.close();
    const ended = new Promise((resolve) => demo.on("exit", resolve));
    demo.kill("SIGTERM");
    await ended;
    await rm(dir, { recursive: true });
  };
  return { blue, green, dir, demo, complaints, ringdown, close };
}
