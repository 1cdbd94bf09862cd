// The packed package where a page is not alone: a service worker, an extension's background, a page from the disk, a policy that forbids.
// @ts-check
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import * as esbuild from "esbuild";
import { startExtension } from "../../e2e/browser.mjs";
import { OUTCOME, outcomeOfPage, serve, usePages } from "./project.mjs";

const { pages, path } = usePages();

/**
 * Bundles the program for one context.
 * @param {string} folder
 * @param {{ from?: "maytapi" | "maytapi/inline", code: string, format?: "esm" | "iife" }} options `code` finds `run` and `maytapi`
 */
async function bundle(folder, { from = "maytapi/inline", code, format = "esm" }) {
  const app = readFileSync(path("app.js"), "utf8").replace('from "maytapi"', `from "${from}"`);
  writeFileSync(path("app-here.js"), app);
  writeFileSync(path("here.js"), `import * as maytapi from "${from}"; import { run } from "./app-here.js"; ${code}`);
  await esbuild.build({ entryPoints: [path("here.js")], bundle: true, format, platform: "browser", outfile: join(path(folder), "main.js"), logLevel: "silent" });
}

const PAGE = '<!doctype html><link rel="icon" href="data:,">';
const SETTINGS = "Object.fromEntries(new URLSearchParams(location.search))";
const TOLD = "(error) => ({ error: error.message, code: error.code, retryable: error.retryable, cause: String(error.cause) })";

/** A page that registers a service worker and has it send. */
const REGISTERS = `${PAGE}<script type="module">
  await navigator.serviceWorker.register("/worker.js", { type: "module" });
  const { active } = await navigator.serviceWorker.ready;
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }) => (globalThis.outcome = { result: data });
  active.postMessage(Object.fromEntries(new URLSearchParams(location.search)), [port2]);
</script>`;

test("a service worker sends everything, files too, with maytapi/inline", async () => {
  await bundle("sw-inline", { code: `self.onmessage = async ({ data, ports: [port] }) => port.postMessage(await run(data).catch(${TOLD}));` });
  cpSync(path("sw-inline/main.js"), path("sw-inline/worker.js"));
  writeFileSync(path("sw-inline/index.html"), REGISTERS);
  const server = await serve(path("sw-inline"));
  const { result, complaints } = /** @type {any} */ (await outcomeOfPage(pages.browser, `${server.url}/index.html`, pages.target.settings));
  server.close();
  assert.deepEqual({ result, complaints }, { result: OUTCOME, complaints: [] });
});

test("a service worker with the package's own entry: a text goes, and a file's error names maytapi/inline", async () => {
  const folder = path("sw-plain");
  cpSync(path("node_modules/maytapi"), join(folder, "maytapi"), { recursive: true });
  writeFileSync(
    join(folder, "worker.js"),
    `import { MaytapiClient } from "./maytapi/browser.js";
    self.onmessage = async ({ data, ports: [port] }) => {
      const client = new MaytapiClient({ ...data, phoneId: 1150, dangerouslyAllowBrowser: true });
      const { state } = await client.sendMessage({ type: "text", toNumber: "12025550123", message: "Hello" });
      port.postMessage({ state, ...(await client.sendMedia("12025550123", new Blob(["a"], { type: "text/plain" })).catch(${TOLD})) });
    };`,
  );
  writeFileSync(join(folder, "index.html"), REGISTERS);
  const server = await serve(folder);
  const { result } = /** @type {any} */ (await outcomeOfPage(pages.browser, `${server.url}/index.html`, pages.target.settings));
  server.close();
  assert.equal(result.state, "queued");
  assert.equal(result.code, "load_failed");
  assert.match(result.error, /A service worker imports from "maytapi\/inline"/);
});

test("an extension's background (Manifest V3) sends with maytapi/inline, and without 'wasm-unsafe-eval' is told so", async () => {
  const folder = path("extension");
  mkdirSync(folder, { recursive: true });
  await bundle("extension", { code: `globalThis.begin = (settings) => run(settings).catch(${TOLD});` });
  const manifest = (/** @type {string} */ scripts) => ({
    manifest_version: 3,
    name: "fixture",
    version: "1",
    background: { service_worker: "main.js", type: "module" },
    host_permissions: ["http://127.0.0.1/*"],
    content_security_policy: { extension_pages: scripts },
  });
  const outcomes = [];
  for (const policy of ["script-src 'self' 'wasm-unsafe-eval'; object-src 'self'", "script-src 'self'; object-src 'self'"]) {
    writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest(policy)));
    const profile = mkdtempSync(join(tmpdir(), "maytapi-profile-"));
    const extension = await startExtension(folder, profile);
    try {
      outcomes.push(await extension.worker.evaluate(`begin(${JSON.stringify(pages.target.settings)})`));
    } finally {
      await extension.close();
      rmSync(profile, { recursive: true, force: true });
    }
  }
  const [allowed, forbidden] = outcomes;
  assert.deepEqual(allowed, OUTCOME);
  assert.equal(forbidden.retryable, "no", forbidden.cause);
  assert.match(forbidden.error, /script-src needs 'wasm-unsafe-eval'/);
});

test("a page from the disk, as Electron and apps have it: maytapi/inline works and fetches no file, the package's own entry names it", async () => {
  const outcomes = [];
  for (const from of /** @type {const} */ (["maytapi/inline", "maytapi"])) {
    const folder = from === "maytapi" ? "disk-plain" : "disk-inline";
    await bundle(folder, { from, format: "iife", code: `run(${SETTINGS}).catch(${TOLD}).then((result) => (globalThis.outcome = { result }));` });
    writeFileSync(join(path(folder), "index.html"), `${PAGE}<body><script src="main.js"></script>`);
    outcomes.push(/** @type {any} */ (await outcomeOfPage(pages.browser, pathToFileURL(join(path(folder), "index.html")).href, pages.target.settings)));
  }
  const [inline, plain] = outcomes;
  assert.deepEqual(inline, { result: OUTCOME, complaints: [] });
  assert.deepEqual([plain.result.code, plain.result.retryable], ["load_failed", "no"]);
  assert.match(plain.result.error, /import from "maytapi\/inline"/);
});

test("a page without a bundler, from another origin that serves the files as they are, as a CDN does", async () => {
  const cdn = await serve(path("node_modules"), { open: true });
  const folder = path("page-alone");
  mkdirSync(folder);
  writeFileSync(
    join(folder, "index.html"),
    `${PAGE}<script type="module">
      import { ready, validate } from "${cdn.url}/maytapi/browser.js";
      ready().then(() => validate({ type: "text", toNumber: "12025550123", message: "Hello" }).valid, ${TOLD}).then((result) => (globalThis.outcome = { result }));
    </script>`,
  );
  const server = await serve(folder);
  const { result, complaints } = /** @type {any} */ (await outcomeOfPage(pages.browser, `${server.url}/index.html`, {}));
  server.close();
  cdn.close();
  assert.deepEqual({ result, complaints }, { result: true, complaints: [] });
});

test("a policy: what the README says is enough, and each part of it is needed", async () => {
  const folder = path("policy");
  cpSync(path("node_modules/maytapi"), join(folder, "maytapi"), { recursive: true });
  writeFileSync(
    join(folder, "main.js"),
    `import { MaytapiClient } from "./maytapi/browser.js";
    const client = new MaytapiClient({ ...${SETTINGS}, phoneId: 1150, dangerouslyAllowBrowser: true });
    client.sendMessage({ type: "text", toNumber: "12025550123", message: "Hello" }).then(({ state }) => ({ state }), ${TOLD}).then((result) => (globalThis.outcome = { result }));`,
  );
  const { origin } = new URL(pages.target.settings.baseUrl);
  /** @param {string} policy */
  const under = async (policy) => {
    writeFileSync(join(folder, "index.html"), `<!doctype html><meta http-equiv="content-security-policy" content="${policy}"><link rel="icon" href="data:,"><script type="module" src="main.js"></script>`);
    const server = await serve(folder);
    const { result } = /** @type {any} */ (await outcomeOfPage(pages.browser, `${server.url}/index.html`, pages.target.settings));
    server.close();
    return result;
  };
  const told = /\*\*Content-Security-Policy\*\*: `(?<policy>[^`]+)`/.exec(readFileSync(path("node_modules/maytapi/README.md"), "utf8"))?.groups?.["policy"] ?? "";
  const whole = `default-src 'none'; img-src data:; ${told.replace("https://edge.example", origin)}`;
  assert.ok(whole.includes(origin), told);
  assert.deepEqual(await under(whole), { state: "queued" });
  assert.match((await under(whole.replace(" 'wasm-unsafe-eval'", ""))).error, /script-src needs 'wasm-unsafe-eval'/);
  assert.equal((await under(whole.replace("connect-src 'self'", "connect-src"))).code, "load_failed");
  assert.equal((await under(whole.replace(` ${origin}`, ""))).code, "connection_failed");
});
