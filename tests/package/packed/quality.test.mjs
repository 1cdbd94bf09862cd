// Whether the tarball is as good as its kind: publint and Are The Types Wrong have nothing to say, and it is small.
// @ts-check
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { after, before, test } from "node:test";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { installPacked, tool } from "./project.mjs";

/**
 * What a page may have to download to send: the module and all glue of the browser's entry, minified, with brotli at its best; and all that
 * it may load later besides (docs/decisions/0021-package-for-size.md).
 */
const FIRST_BYTES = 48 * 1024;
const TOGETHER_BYTES = 58 * 1024;

/** @type {Awaited<ReturnType<typeof installPacked>>} */
let project;
before(async () => {
  project = await installPacked();
});
after(() => project.remove());

test("publint has nothing to say", async () => {
  const { messages, pkg } = await publint({ pkgDir: join(project.folder, "node_modules/maytapi"), level: "suggestion", strict: true, pack: false });
  assert.deepEqual(messages.map((message) => formatMessage(message, pkg)), []);
});

test("Are The Types Wrong has nothing to say, by import, by require and by the oldest resolution", () => {
  // Of the module itself there is no CommonJS: that one is for Workers.
  for (const args of [["--profile", "strict", "--exclude-entrypoints", "maytapi.wasm"], ["--profile", "esm-only"]]) {
    const { status, stdout, stderr } = spawnSync(tool("attw"), [project.tarball, ...args, "--no-color", "--no-emoji"], { encoding: "utf8" });
    assert.equal(status, 0, stdout + stderr);
  }
});

test("what a page downloads stays within its budget", () => {
  const { outputFiles, metafile } = esbuild.buildSync({ entryPoints: [join(project.folder, "node_modules/maytapi/browser.js")], bundle: true, splitting: true, minify: true, format: "esm", write: false, outdir: project.folder, metafile: true, legalComments: "none" });
  // What a page loads at once: the entry with what it imports, not what waits until a file is sent.
  const [entry] = Object.entries(metafile.outputs).filter(([, { entryPoint }]) => entryPoint?.endsWith("/browser.js"));
  const initial = [entry?.[0], ...(entry?.[1].imports ?? []).filter(({ kind }) => kind === "import-statement").map(({ path }) => path)].map((path) => basename(String(path)));
  const isInitial = (/** @type {{ path: string }} */ { path }) => initial.includes(basename(path));
  const glue = Buffer.concat(outputFiles.filter(isInitial).map(({ contents }) => contents));
  const parts = { "browser.js and all it imports, minified": glue, "maytapi_page.wasm": readFileSync(join(project.folder, "node_modules/maytapi/dist/maytapi_page.wasm")) };
  const brotli = (/** @type {Uint8Array} */ bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }).length;
  let total = 0;
  for (const [name, bytes] of Object.entries(parts)) {
    total += brotli(bytes);
    console.log(`${name}: ${bytes.length} bytes, gzip ${gzipSync(bytes, { level: 9 }).length}, brotli ${brotli(bytes)}`);
  }
  const together = outputFiles.filter((file) => !isInitial(file)).reduce((sum, { contents }) => sum + brotli(contents), total);
  console.log(`at once: brotli ${total} of ${FIRST_BYTES}; with what is loaded later ${together} of ${TOGETHER_BYTES}`);
  assert.ok(total <= FIRST_BYTES, `${total} bytes are ${total - FIRST_BYTES} too many`);
  assert.ok(together <= TOGETHER_BYTES, `${together} bytes are ${together - TOGETHER_BYTES} too many`);
  const readme = readFileSync(join(project.folder, "node_modules/maytapi/README.md"), "utf8");
  const told = Number(/A page downloads (\d+) KB/.exec(readme)?.[1]);
  assert.ok(Math.abs(told - total / 1024) < 1, `the README says ${told} KB`);
});

test("the helpers for backends and tests bring no WebAssembly along", () => {
  for (const entry of ["token", "testing"]) {
    const { metafile } = esbuild.buildSync({ stdin: { contents: `export * from "maytapi/${entry}"`, resolveDir: project.folder }, bundle: true, format: "esm", write: false, metafile: true });
    assert.ok(!Object.keys(metafile.inputs).some((path) => path.includes("/dist/")), entry);
  }
});

test("building again gives the same package", () => {
  const first = readFileSync(project.tarball);
  execFileSync("npm", ["pack", "--pack-destination", project.folder], { cwd: new URL("../../../pkg", import.meta.url), stdio: "ignore" });
  assert.ok(first.equals(readFileSync(project.tarball)));
});
