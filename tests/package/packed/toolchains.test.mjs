// The packed package in toolchains that are too large to install for every run: with MAYTAPI_TEST_ALL=1 each is installed from npm, built
// and run as its users would, and a table says what came of it.
// @ts-check
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startBrowser } from "../../e2e/browser.mjs";
import { here, installPacked, run, startTarget } from "./project.mjs";
import { TOOLCHAINS } from "./toolchains.mjs";

const readme = readFileSync(here("../../../pkg/README.md"), "utf8");

test("the README names each toolchain that is tried, and each fixture is one's", () => {
  const missing = TOOLCHAINS.filter(({ called }) => !readme.includes(called)).map(({ called }) => called);
  assert.deepEqual(missing, []);
  const folders = readdirSync(here("../fixtures/toolchains")).sort();
  assert.deepEqual([...new Set(TOOLCHAINS.flatMap(({ fixture }) => fixture ?? []))].sort(), folders);
});

if (process.env["MAYTAPI_TEST_ALL"] === "1") {
  /** @type {{ name: string, installed: string, seconds: number, outcome: string }[]} */
  const rows = [];
  /** @type {Awaited<ReturnType<typeof installPacked>>} */
  let packed;
  /** @type {Awaited<ReturnType<typeof startTarget>>} */
  let target;
  /** @type {import("playwright-core").Browser} */
  let browser;
  before(async () => {
    packed = await installPacked();
    target = await startTarget();
    browser = await startBrowser();
  });
  after(async () => {
    await browser?.close();
    await target?.simulator.close();
    packed?.remove();
    const widest = Math.max(...rows.map(({ name }) => name.length));
    console.log(`\n${"toolchain".padEnd(widest)}  ${"version".padEnd(12)}seconds  outcome`);
    for (const { name, installed, seconds, outcome } of rows) console.log(`${name.padEnd(widest)}  ${installed.padEnd(12)}${seconds.toFixed(1).padStart(7)}  ${outcome}`);
  });

  for (const { name, packages, fixture, attempt, type } of TOOLCHAINS) {
    // Most of it is the download.
    test(name, { timeout: 600_000 }, async () => {
      const began = Date.now();
      const folder = mkdtempSync(join(tmpdir(), "maytapi-toolchain-"));
      const row = { name, installed: "", seconds: 0, outcome: "failed" };
      rows.push(row);
      try {
        writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "fixture", private: true, ...(type ? { type } : {}) }));
        if (fixture) cpSync(here(`../fixtures/toolchains/${fixture}`), folder, { recursive: true });
        mkdirSync(join(folder, "shared"));
        for (const file of ["app.js", "require.cjs"]) cpSync(here(`../fixtures/${file}`), join(folder, "shared", file));
        await run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", packed.tarball, ...packages], folder, 300_000);
        const [main = ""] = packages;
        row.installed = JSON.parse(readFileSync(join(folder, "node_modules", main.replace(/(.)@[^@/]*$/, "$1"), "package.json"), "utf8")).version;
        const { outcome, expected } = await attempt({ folder, settings: target.settings, browser });
        assert.deepEqual(outcome, expected);
        row.outcome = "works";
      } finally {
        row.seconds = (Date.now() - began) / 1000;
        rmSync(folder, { recursive: true, force: true });
      }
    });
  }
}
