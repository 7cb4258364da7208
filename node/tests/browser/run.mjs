// Starts the demo, walks through its hospital in a real browser, and ends it. Usage: node run.mjs [--tour] [file ...]
//
// Everything that is waited for is a file, a process or a state of a screen. What is left behind lies in target/browser:
// the demo's folder and output, and shots/ with a picture of every screen in both languages on a tablet and a phone.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, watch } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const LEFT = join(ROOT, "target", "browser");
const DEMO = join(LEFT, "demo");
/** closing.test.mjs closes the node, so it has to be the last. */
const FILES = [
  "transport", "headers", "forms", "trust", "main_flow", "consent", "vital", "sessions", "opening", "examples", "closing",
];

const seconds = (since) => `${Math.round((Date.now() - since) / 1000)} s`;

async function startDemo() {
  rmSync(LEFT, { recursive: true, force: true });
  mkdirSync(LEFT, { recursive: true });
  const [out, err] = ["demo.out", "demo.err"].map((name) => openSync(join(LEFT, name), "w"));
  const args = ["demo", "--dir", DEMO, "--people", "400", "--port", "0", "--lang", "en", "--json"];
  const demo = spawn(join(ROOT, "target", "debug", "tomoshibi-drill"), args, { stdio: ["ignore", out, err] });
  const ended = once(demo, "exit");
  const ready = new Promise((resolve) => {
    const watcher = watch(LEFT, { recursive: true }, look);
    function look() {
      if (!existsSync(join(DEMO, "walk.json"))) return;
      watcher.close();
      resolve("ready");
    }
    look();
  });
  const first = await Promise.race([ready, ended]);
  if (first !== "ready") throw new Error(`the demo ended: ${readFileSync(join(LEFT, "demo.err"), "utf8")}`);
  return { demo, ended };
}

async function test(file, tour) {
  const env = { ...process.env, TOMOSHIBI_DEMO: DEMO, TOMOSHIBI_LEFT: LEFT, ...(tour && { TOMOSHIBI_TOUR: "yes" }) };
  const path = fileURLToPath(new URL(`tests/${file}.test.mjs`, import.meta.url));
  const args = ["--test", "--test-reporter=dot", "--test-timeout=180000", path];
  const since = Date.now();
  const [code] = await once(spawn(process.execPath, args, { env, stdio: "inherit" }), "exit");
  console.log(`${code === 0 ? "passed" : "FAILED"}: ${file} (${seconds(since)})`);
  return code === 0;
}

async function endDemo({ demo, ended }) {
  demo.kill("SIGINT");
  const [code] = await ended;
  const report = JSON.parse(readFileSync(join(LEFT, "demo.out"), "utf8").trim().split("\n").at(-1));
  const { journalled, acknowledged } = report.entries;
  assert.equal(code, 0, readFileSync(join(LEFT, "demo.err"), "utf8"));
  assert.ok(journalled > 0 && journalled === acknowledged, JSON.stringify(report.entries));
  console.log(`the demo ended well: ${acknowledged} of ${journalled} entries are acknowledged`);
}

const [tour, wanted] = [process.argv.includes("--tour"), process.argv.slice(2).filter((arg) => !arg.startsWith("--"))];
const files = FILES.filter((name) => wanted.length === 0 || wanted.includes(basename(name)));
const since = Date.now();
const demo = await startDemo();
console.log(`the demo was ready after ${seconds(since)}`);
const failed = [];
try {
  for (const file of files) if (!await test(file, tour)) failed.push(file);
} finally {
  await endDemo(demo);
}
console.log(`browser tests: ${seconds(since)}; pictures in target/browser/shots`);
if (failed.length > 0) throw new Error(`failed: ${failed.join(", ")}`);
