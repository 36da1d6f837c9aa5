// Runs each file of tests by itself, and one that fails once more: what a busy machine does to a page is told, and is no
// reason to refuse a change; what fails twice is.
import { spawn } from "node:child_process";
import { readdir } from "node:fs/promises";

const run = (file) => new Promise((resolve) => {
  spawn(process.execPath, ["--test", file], { stdio: "inherit" }).on("exit", (code) => resolve(code === 0));
});

const files = (await readdir(".")).filter((name) => name.endsWith(".test.mjs")).sort();
const [failed, failedOnce] = [[], []];
for (const file of files) {
  if (await run(file)) continue;
  console.log(`\n== ${file} FAILED. Once more, by itself:`);
  (await run(file) ? failedOnce : failed).push(file);
}
if (failedOnce.length > 0) console.log(`\n== FAILED ONCE, THEN PASSED: ${failedOnce.join(", ")}`);
if (failed.length > 0) console.log(`\n== FAILED TWICE: ${failed.join(", ")}`);
console.log(`\n== ${files.length - failed.length} of ${files.length} files of browser tests pass`);
process.exitCode = failed.length > 0 || files.length === 0 ? 1 : 0;
