// Screens that cannot be relied on say so, and say what to do.
import assert from "node:assert/strict";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { accessible, compose, go, open, prefer, shot, until } from "./world.mjs";

let world;
before(async () => { world = await open(); });
after(async () => { await world?.close(); });

/** Kills BLUE's node; the demo starts it again. */
async function killBlue() {
  const { blue, nodes } = world;
  // A node that was started again stands last, so its home says which it is.
  for (const pid of await nodes()) {
    if ((await readFile(`/proc/${pid}/cmdline`, "utf8")).includes("/blue")) process.kill(pid, "SIGKILL");
  }
  for (let tries = 0; tries < 60; tries++) {
    await blue.waitForTimeout(500);
    if ((await nodes()).length === 2 && await go(blue, "/").then(() => true, () => false)) return;
  }
  assert.fail("BLUE's node did not come back");
}

test("without its node a screen says that it is blind, in every theme, and takes no key", async () => {
  const { blue, demo } = world;
  await compose(blue, "ROUTINE", "not lost", "what was written stays on the screen");
  const nodes = await world.nodes();
  nodes.forEach((pid) => process.kill(pid, "SIGSTOP"));
  try {
    await blue.waitForSelector("#blind:not([hidden])", { timeout: 20000 });
    assert.match(await blue.innerText("#blind"), /THIS SCREEN IS BLIND since\s+\d\d:\d\d:\d\dZ/);
    await until(blue, "#blind", "Messages may be arriving. Go to another console or telephone.");
    assert.match(await blue.title(), /^BLIND - /);
    const since = await blue.innerText("#blind-since");
    for (const theme of ["day", "night", "dark"]) {
      await prefer(blue, "theme", theme);
      await accessible(blue, theme);
    }
    await blue.keyboard.press("b");
    await blue.keyboard.press("Tab");
    assert.ok(await blue.evaluate(() => !document.activeElement.closest("main, header")), "nothing behind it takes the focus");
    await blue.setViewportSize({ width: 640, height: 360 });
    await shot(blue, "blind-zoom");
    await blue.setViewportSize({ width: 1280, height: 720 });
    await shot(blue, "blind");
    assert.equal(await blue.innerText("#blind-since"), since, "since when it is blind does not move on");
  } finally {
    nodes.forEach((pid) => process.kill(pid, "SIGCONT"));
  }
  assert.ok(demo.exitCode === null);
  await blue.waitForSelector("#blind", { state: "hidden", timeout: 20000 });
  assert.equal(await blue.inputValue("textarea"), "what was written stays on the screen");
  await until(blue, "#kept", "Draft kept");
});

test("an acknowledgement that did not reach the node is not called one", async () => {
  const { green } = world;
  await world.send("blue", "FLASH", "TEST", "not reached", "x");
  await green.waitForSelector("#incoming[open]:not(.settling)");
  await green.route("**/acknowledge", (route) => route.abort());
  await green.click("#incoming [data-acknowledge]");
  await until(green, "#incoming .failure", "NOT ACKNOWLEDGED. This console could not reach its node. BLUE sees no change.");
  await shot(green, "not-acknowledged");
  await accessible(green);
  await green.unroute("**/acknowledge");
  await green.click("#incoming [data-acknowledge]");
  await green.waitForFunction(() => document.querySelector("#incoming")?.open === false);
});

test("a session that ended covers the screen, and a new one uncovers it, with what was written", async () => {
  const { blue, context, addresses } = world;
  await compose(blue, "PRIORITY", "before the session ended", "still here");
  await until(blue, "#kept", "Draft kept");
  await context.clearCookies();
  await world.send("green", "ROUTINE", "TEST", "touch", "x");
  await blue.waitForSelector("#blind:not([hidden])");
  await until(blue, "#blind", "SIGNED OUT since");
  await blue.waitForTimeout(2500);
  await until(blue, "#blind", "Messages may be arriving.");
  await shot(blue, "signed-out");
  await accessible(blue);
  const [tab] = await Promise.all([context.waitForEvent("page"), blue.click("#blind a")]);
  await tab.goto(addresses[0]);
  await tab.waitForSelector("#waits-title");
  await blue.waitForSelector("#blind", { state: "hidden", timeout: 20000 });
  assert.equal(await blue.inputValue("textarea"), "still here");
  await tab.close();
  await world.green.goto(addresses[1]);
  await world.green.waitForSelector("#waits-title");
});

// API-17
test("a node that is stopped says so before it goes silent", async () => {
  const { green } = world;
  const own = await world.nodes();
  await go(green, "/");
  await until(green, "#bar", "BLUE ANSWERS");
  // The demo starts a node again that ended; it is held up meanwhile.
  world.demo.kill("SIGSTOP");
  try {
    process.kill(own[1], "SIGTERM");
    await green.waitForSelector("#blind:not([hidden])", { timeout: 4000 });
    assert.match(await green.innerText("#blind"), /THE NODE WAS STOPPED at\s+\d\d:\d\d:\d\dZ/);
    await accessible(green);
    await shot(green, "stopping");
    await green.waitForTimeout(7000);
    await until(green, "#blind", "THE NODE WAS STOPPED at");
  } finally {
    world.demo.kill("SIGCONT");
  }
  await green.waitForSelector("#blind", { state: "hidden", timeout: 30000 });
  await until(green, "#bar", "BLUE ANSWERS");
});

test("the other way to the peer is what the site wrote down, and where to write it if it did not", async () => {
  const { blue } = world;
  await go(blue, "/");
  await until(blue, "[aria-labelledby=line-title]", "Other way to GREEN: none is written down here. Whoever runs this node sets other_way in line.toml");
  const dir = join(world.dir, "blue", "lines");
  const file = join(dir, (await readdir(dir))[0], "line.toml");
  await writeFile(file, `other_way = "telephone +44 20 7946 0000, ask for \\u202eops"\n${await readFile(file, "utf8")}`);
  await killBlue();
  await until(blue, "[aria-labelledby=line-title]", "Other way to GREEN: telephone +44 20 7946 0000, ask for U+202Eops");
  await until(blue, "#bar", "GREEN ANSWERS");
  await world.ringdown("lab", "cut");
  await until(blue, "#tray", "Use fallback: telephone +44 20 7946 0000");
  await shot(blue, "other-way");
  await accessible(blue);
  await world.ringdown("lab", "heal");
  assert.ok((await blue.textContent("#blind")).includes("telephone +44 20 7946 0000"), "a blind screen says it too");
});

test("a clock that stands behind what the node signed is told", async () => {
  const { blue } = world;
  await world.ringdown("lab", "clock", "+1h");
  await world.send("blue", "ROUTINE", "TEST", "an hour ahead", "x");
  await go(blue, "/settings");
  assert.ok(!(await blue.innerText("#tray")).includes("CLOCK BEHIND"));
  // The lab's step ends with the process: the clock of the new one is an hour behind the record.
  await killBlue();
  await go(blue, "/settings");
  await until(blue, "#tray", "CLOCK BEHIND This node's clock stands");
  await until(blue, "#tray", "behind what it signed last");
  await accessible(blue);
  await shot(blue, "clock-behind");
});

test("a disk that fails is told on every page, and nothing is called kept", async (t) => {
  const second = await open({ fileKiB: 384 });
  t.after(() => second.close());
  const { blue } = second;
  await compose(blue, "ROUTINE", "on a failing disk", "x".repeat(50000));
  let sent = 0;
  for (; sent < 20; sent++) {
    const failed = await second.send("blue", "ROUTINE", "TEST", "fills the disk", "x".repeat(50000)).catch((error) => error);
    if (failed instanceof Error) break;
  }
  assert.ok(sent > 0 && sent < 20, `${sent} messages fitted`);
  await until(blue, "#tray", "CANNOT STORE");
  await blue.fill("textarea", "written after the disk failed");
  await until(blue, "#kept", "DRAFT NOT KEPT. CANNOT STORE");
  await blue.click("#release");
  await until(blue, "main .failure", "CANNOT STORE");
  assert.equal(await blue.inputValue("textarea"), "written after the disk failed");
  await accessible(blue);
  await shot(blue, "cannot-store-compose");
  await go(blue, "/");
  await until(blue, "#tray", "nothing written here is kept");
  await accessible(blue);
  await shot(blue, "cannot-store");
  await go(blue, "/record");
  await until(blue, "main", "NOTHING BROKEN");
  await shot(blue, "cannot-store-record");
});
