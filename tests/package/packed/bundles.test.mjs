// The packed package in a page, by every common way there: no bundler, Vite in development and built, webpack, Rollup, esbuild.
// @ts-check
import assert from "node:assert/strict";
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import * as esbuild from "esbuild";
import { rollup } from "rollup";
import * as vite from "vite";
import { BROWSER_OUTCOME, OUTCOME, outcomeOfPage, ROOT, serve, usePages } from "./project.mjs";

const webpack = createRequire(import.meta.url)("webpack");

const { pages, path } = usePages();

/**
 * Serves a built folder and runs its page.
 * @param {string} folder
 */
async function runBuilt(folder) {
  const server = await serve(folder);
  try {
    return { ...(await outcomeOfPage(pages.browser, `${server.url}/index.html`, pages.target.settings)), wasm: server.served.filter((name) => name.endsWith(".wasm")).length };
  } finally {
    server.close();
  }
}

/**
 * A page for a bundle that the bundler made no page for.
 * @param {string} folder
 */
function addPage(folder) {
  mkdirSync(folder, { recursive: true });
  cpSync(path("web/index.html"), join(folder, "index.html"));
}

/** @param {string} folder */
const wasmIn = (folder) => readdirSync(folder, { recursive: true }).filter((name) => String(name).endsWith(".wasm")).length;

/** The program with the bytes inside, for bundlers that leave the module behind. */
function inlineProgram() {
  const app = readFileSync(path("app.js"), "utf8").replace('from "maytapi"', 'from "maytapi/inline"');
  writeFileSync(path("app-inline.js"), app);
  writeFileSync(path("web/main-inline.js"), readFileSync(path("web/main.js"), "utf8").replace("../app.js", "../app-inline.js"));
  return path("web/main-inline.js");
}

test("no bundler: an import map and the files as they are", async () => {
  const folder = path("plain");
  cpSync(path("node_modules/maytapi"), join(folder, "maytapi"), { recursive: true });
  cpSync(path("app.js"), join(folder, "app.js"));
  mkdirSync(join(folder, "web"));
  cpSync(path("web/main.js"), join(folder, "web/main.js"));
  const map = { imports: { maytapi: "/maytapi/browser.js", "maytapi/openapi": "/maytapi/openapi.js" } };
  writeFileSync(join(folder, "index.html"), `<!doctype html><link rel="icon" href="data:,"><script type="importmap">${JSON.stringify(map)}</script><script type="module" src="/web/main.js"></script>`);
  assert.deepEqual(await runBuilt(folder), { result: BROWSER_OUTCOME, complaints: [], wasm: 1 });
});

test("Vite in development, where the package is a dependency that it bundles beforehand", async () => {
  const server = await vite.createServer({ root: path("web"), configFile: false, logLevel: "silent", cacheDir: path("vite-cache"), server: { port: 0, host: "127.0.0.1", ws: false, hmr: false, watch: null, fs: { allow: [pages.project.folder] } } });
  try {
    await server.listen();
    // In development Vite puts a script of its own into the page, which that page's policy is not made for.
    writeFileSync(path("web/dev.html"), '<!doctype html><link rel="icon" href="data:,"><script type="module" src="./main.js"></script>');
    const { port } = /** @type {import("node:net").AddressInfo} */ (server.httpServer?.address());
    const { result, complaints } = /** @type {any} */ (await outcomeOfPage(pages.browser, `http://127.0.0.1:${port}/dev.html`, pages.target.settings));
    assert.deepEqual(result, BROWSER_OUTCOME, JSON.stringify(complaints));
  } finally {
    await server.close();
  }
});

test("Vite, built, under a policy that allows wasm and nothing inline", async () => {
  await vite.build({ root: path("web"), configFile: false, logLevel: "silent", build: { outDir: path("vite-out"), emptyOutDir: true, assetsInlineLimit: 0 } });
  assert.equal(wasmIn(path("vite-out")), 1);
  assert.deepEqual(await runBuilt(path("vite-out")), { result: BROWSER_OUTCOME, complaints: [], wasm: 1 });
});

test("webpack without any configuration for wasm", async () => {
  const folder = path("webpack-out");
  const stats = await new Promise((resolve, reject) => {
    webpack({ mode: "production", context: pages.project.folder, entry: "./web/main.js", output: { path: folder, filename: "main.js" } }, (/** @type {Error | null} */ error, /** @type {any} */ done) => (error ? reject(error) : resolve(done)));
  });
  assert.deepEqual(stats.toJson({ all: false, errors: true, warnings: true }).errors, []);
  addPage(folder);
  assert.equal(wasmIn(folder), 1);
  assert.deepEqual(await runBuilt(folder), { result: BROWSER_OUTCOME, complaints: [], wasm: 1 });
});

test("Rollup with its plugin for packages takes the entry with the bytes inside by itself", async () => {
  const bundle = await rollup({ input: path("web/main.js"), plugins: [nodeResolve()], onLog: (_, log) => assert.fail(log.message) });
  await bundle.write({ file: path("rollup-out/main.js"), format: "es" });
  addPage(path("rollup-out"));
  assert.deepEqual(await runBuilt(path("rollup-out")), { result: OUTCOME, complaints: [], wasm: 0 });
});

test("esbuild with the bytes inside", async () => {
  const { warnings } = await esbuild.build({ entryPoints: [inlineProgram()], bundle: true, minify: true, format: "esm", platform: "browser", outfile: path("esbuild-out/main.js"), logLevel: "silent" });
  assert.deepEqual(warnings, []);
  addPage(path("esbuild-out"));
  assert.deepEqual(await runBuilt(path("esbuild-out")), { result: OUTCOME, complaints: [], wasm: 0 });
});

test("templates in a page: the one module that is loaded has them, by every way there, whoever imports first", async () => {
  const program = (/** @type {string} */ maytapi) => `import { renderTemplate } from "maytapi/templates";
    import { parseWebhook, ready, validate } from "${maytapi}";
    ready().then(() => (globalThis.outcome = { wire: renderTemplate({ type: "text", message: "Hi {{name}}" }, { name: "Ada" }).wire, valid: validate({}).valid, event: parseWebhook({ type: "new" })?.type }), (error) => (globalThis.outcome = String(error)));`;
  writeFileSync(path("web/templates.js"), program("maytapi"));
  writeFileSync(path("web/templates-inline.js"), program("maytapi/inline"));
  const entry = path("web/templates.js");
  const folder = path("templates-plain");
  cpSync(path("node_modules/maytapi"), join(folder, "maytapi"), { recursive: true });
  cpSync(entry, join(folder, "main.js"));
  const map = { imports: { maytapi: "/maytapi/browser.js", "maytapi/templates": "/maytapi/templates-page.js" } };
  writeFileSync(join(folder, "index.html"), `<!doctype html><link rel="icon" href="data:,"><script type="importmap">${JSON.stringify(map)}</script><script type="module" src="/main.js"></script>`);

  writeFileSync(path("web/templates.html"), '<!doctype html><link rel="icon" href="data:,"><script type="module" src="./templates.js"></script>');
  await vite.build({ root: path("web"), configFile: false, logLevel: "silent", build: { outDir: path("templates-vite"), emptyOutDir: true, assetsInlineLimit: 0, rollupOptions: { input: path("web/templates.html") } } });
  cpSync(path("templates-vite/templates.html"), path("templates-vite/index.html"));
  await new Promise((resolve, reject) => {
    webpack({ mode: "production", context: pages.project.folder, entry, output: { path: path("templates-webpack"), filename: "main.js" } }, (/** @type {Error | null} */ error, /** @type {any} */ done) => (error || done.hasErrors() ? reject(error ?? done.toString()) : resolve(done)));
  });
  addPage(path("templates-webpack"));
  const bundle = await rollup({ input: entry, plugins: [nodeResolve()], onLog: (_, log) => assert.fail(log.message) });
  await bundle.write({ file: path("templates-rollup/main.js"), format: "es" });
  addPage(path("templates-rollup"));
  await esbuild.build({ entryPoints: [path("web/templates-inline.js")], bundle: true, minify: true, format: "esm", platform: "browser", outfile: path("templates-esbuild/main.js"), logLevel: "silent" });
  addPage(path("templates-esbuild"));

  for (const [way, modules] of /** @type {const} */ ([["plain", 1], ["vite", 1], ["webpack", 1], ["rollup", 0], ["esbuild", 0]])) {
    const { wasm, ...rest } = await runBuilt(path(`templates-${way}`));
    assert.deepEqual({ wasm, rest }, { wasm: modules, rest: { wire: { type: "text", message: "Hi Ada" }, valid: false, event: "unknown", complaints: [] } }, way);
  }
});

test("esbuild for pages, and Rollup as for a browser, leave the module behind: the error says what to import instead, and not to try again", async () => {
  writeFileSync(
    path("web/left.js"),
    `import { MaytapiClient } from "maytapi";
    const client = new MaytapiClient({ baseUrl: "https://edge.example/api/main", token: "canary", phoneId: 1 });
    client.sendMessage({ type: "text", toNumber: "12025550123", message: "Hello" }).catch(({ name, code, retryable, message }) => (globalThis.outcome = { result: { name, code, retryable, message } }));`,
  );
  await esbuild.build({ entryPoints: [path("web/left.js")], bundle: true, format: "esm", platform: "browser", outfile: path("left-esbuild/main.js"), logLevel: "silent" });
  const bundle = await rollup({ input: path("web/left.js"), plugins: [nodeResolve({ browser: true })], onLog: () => {} });
  await bundle.write({ dir: path("left-rollup"), entryFileNames: "main.js", format: "es" });
  for (const folder of [path("left-esbuild"), path("left-rollup")]) {
    addPage(folder);
    // A server that has no such file, and one that gives the application's page for whatever it has not.
    for (const options of [{}, { fallback: "index.html" }]) {
      const server = await serve(folder, options);
      const { result } = /** @type {any} */ (await outcomeOfPage(pages.browser, `${server.url}/index.html`, {}));
      server.close();
      assert.deepEqual(result, { name: "NotReadyError", code: "load_failed", retryable: "no", message: 'The WebAssembly module could not be loaded; see the cause. The bundler left it behind: import from "maytapi/inline", which has it inside.' });
      assert.ok(server.served.filter((name) => name.endsWith(".wasm")).length <= 1, "it was tried again");
    }
  }
});

test("a module that could not be fetched is fetched once more", async () => {
  for (const [times, loaded] of /** @type {const} */ ([[1, true], [2, false]])) {
    const server = await serve(path("plain"), { failures: new Map([[".wasm", times]]) });
    const { result, error } = /** @type {any} */ (await outcomeOfPage(pages.browser, `${server.url}/index.html`, pages.target.settings));
    server.close();
    assert.equal(server.served.filter((name) => name.endsWith(".wasm")).length, 2);
    if (loaded) assert.deepEqual(result, BROWSER_OUTCOME);
    else assert.match(error, /Calling again tries again/);
  }
});

test("hostile values and fetches in Chromium", async () => {
  const folder = path("plain");
  cpSync(join(ROOT, "tests/package/hostile.mjs"), join(folder, "hostile.js"));
  writeFileSync(join(folder, "web/main.js"), 'import * as maytapi from "maytapi"; import { attack } from "../hostile.js"; await maytapi.ready(); const stray = []; addEventListener("unhandledrejection", ({ reason }) => stray.push(String(reason))); addEventListener("error", ({ message }) => stray.push(message)); attack(maytapi, { webhooks: "NotReadyError" }).then(({ cases, faults }) => (globalThis.outcome = { cases, faults, stray }), (error) => (globalThis.outcome = { error: String(error) }));');
  const { cases, faults, stray, error } = /** @type {any} */ (await runBuilt(folder));
  assert.equal(error, undefined);
  assert.deepEqual(faults, []);
  assert.deepEqual(stray, []);
  assert.ok(cases > 600, `only ${cases} cases ran`);
});

test("50 MB from a page: every byte arrives, and all of the browser's memory grows by less than four times the file", async () => {
  const folder = path("plain");
  writeFileSync(
    join(folder, "web/main.js"),
    `import { MaytapiClient } from "maytapi";
    const settings = Object.fromEntries(new URLSearchParams(location.search));
    const part = new Uint8Array(1024 * 1024).map((_, i) => i * 31);
    const file = new File(Array.from({ length: 50 }, () => part), "film.mp4", { type: "video/mp4" });
    const client = new MaytapiClient({ ...settings, phoneId: 1150, dangerouslyAllowBrowser: true });
    globalThis.begin = () => client.sendMedia("12025550123", file).then(({ state }) => state, (error) => String(error) + String(error.cause));`,
  );
  const server = await serve(folder);
  const page = await pages.browser.newPage();
  const system = await pages.browser.newBrowserCDPSession();
  const { processInfo } = await system.send("SystemInfo.getProcessInfo");
  /** What all of the browser's processes hold in memory: the page's heap alone would not show where blobs are kept. */
  const resident = async () => {
    const { processInfo } = await system.send("SystemInfo.getProcessInfo");
    return processInfo.reduce((sum, { id }) => sum + residentBytes(id), 0);
  };
  assert.ok(processInfo.length > 0);
  try {
    await page.goto(`${server.url}/index.html?${new URLSearchParams(pages.target.settings)}`);
    await page.waitForFunction("globalThis.begin !== undefined");
    // The file itself is still on its way to where the browser keeps blobs.
    await new Promise((resolve) => setTimeout(resolve, 500));
    const before = await resident();
    let most = before;
    let sending = true;
    const outcome = page.evaluate("begin()").finally(() => (sending = false));
    while (sending) {
      most = Math.max(most, await resident());
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assert.equal(await outcome, "queued");
    const sent = pages.target.simulator.sends.at(-1);
    const bytes = Buffer.from(/** @type {any} */ (sent?.json).message.split(",")[1], "base64");
    const part = Buffer.from(new Uint8Array(1024 * 1024).map((_, i) => i * 31));
    assert.equal(bytes.length, 50 * part.length);
    for (let at = 0; at < bytes.length; at += part.length) assert.ok(bytes.subarray(at, at + part.length).equals(part), `the file differs after ${at} bytes`);
    const times = (most - before) / bytes.length;
    console.log(`the browser's memory grew by ${times.toFixed(2)} times the file`);
    assert.ok(times < 4, `${times}`);
  } finally {
    await page.close();
    server.close();
  }
});

/**
 * What a process holds in memory, with its share of what several hold; nothing where that can't be told, or the process is gone.
 * @param {number} id
 */
function residentBytes(id) {
  try {
    const [, kilobytes = "0"] = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${id}/smaps_rollup`, "utf8")) ?? [];
    return Number(kilobytes) * 1024;
  } catch {
    return 0;
  }
}
