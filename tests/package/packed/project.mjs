// The packed tarball, installed into a project of its own, as a user would have it; and what runs programs in there.
// @ts-check
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startBrowser } from "../../e2e/browser.mjs";
import { startSimulator } from "../../simulator/simulator.mjs";

const execute = promisify(execFile);
export const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
export const ROOT = here("../../../");
export const tool = (/** @type {string} */ name) => join(ROOT, "node_modules/.bin", name);

/** What the program in `fixtures/app.js` comes to, wherever it runs. */
export const OUTCOME = { early: "ready", state: "queued", media: "queued", many: ["queued", "queued", "queued"], error: "ValidationError", openapi: "string", types: 15 };

/** What a browser adds to it: there the module is loaded when it is needed. */
export const BROWSER_OUTCOME = { ...OUTCOME, early: "NotReadyError" };

/** What the program in `fixtures/require.cjs` comes to. */
export const REQUIRED = { state: "queued", media: "queued", valid: false, inline: true, named: 1, token: 3, requests: 2, own: [true, true, false, false, true], openapi: true, same: [true, true, true, true, true, true], twoBuilds: true, across: [true, true, true, false] };

/** Packs the package and installs the tarball, without asking any registry. */
export async function installPacked() {
  const folder = mkdtempSync(join(tmpdir(), "maytapi-packed-"));
  const { stdout } = await execute("npm", ["pack", "--json", "--foreground-scripts=false", "--pack-destination", folder], { cwd: join(ROOT, "pkg") });
  const [{ filename, files }] = JSON.parse(stdout);
  const tarball = join(folder, filename);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "fixture", private: true, type: "module" }));
  await execute("npm", ["install", "--offline", "--no-audit", "--no-fund", "--no-package-lock", tarball], { cwd: folder });
  cpSync(here("../fixtures"), folder, { recursive: true });
  const paths = /** @type {string[]} */ (files.map((/** @type {{ path: string }} */ { path }) => path)).sort();
  return { folder, tarball, files: paths, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A simulator that pages of other origins may call, with the settings that the program takes. */
export async function startTarget() {
  const simulator = await startSimulator({ cors: true, duplicateFilter: "off", log: () => {} });
  const settings = { baseUrl: `${simulator.url}/api`, productId: simulator.productId, apiKey: simulator.apiKey };
  return { simulator, settings };
}

/**
 * The project, a simulator and a browser for all tests of a file.
 * @typedef {{ project: Awaited<ReturnType<typeof installPacked>>, target: Awaited<ReturnType<typeof startTarget>>, browser: import("playwright-core").Browser }} Pages
 */
export function usePages() {
  const pages = /** @type {Pages} */ ({});
  before(async () => {
    [pages.project, pages.target, pages.browser] = await Promise.all([installPacked(), startTarget(), startBrowser()]);
  });
  after(async () => {
    await pages.browser?.close();
    await pages.target?.simulator.close();
    pages.project?.remove();
  });
  return { pages, path: (/** @type {string} */ name) => join(pages.project.folder, name) };
}

/**
 * Runs a program, of this repository's tools first.
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 */
export async function run(command, args, cwd, timeout = 60_000) {
  const PATH = `${join(ROOT, "node_modules/.bin")}:${process.env["PATH"]}`;
  const { stdout } = await execute(command, args, { cwd, timeout, maxBuffer: 2 ** 26, env: { ...process.env, PATH, CI: "1", NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" } });
  return stdout;
}

/**
 * The last line that a program wrote, as JSON.
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 */
export async function outcomeOf(command, args, cwd) {
  const stdout = await run(command, args, cwd);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
}

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm", ".json": "application/json" };

/**
 * Serves a folder, each file as what its ending says.
 * @param {string} folder
 * @param {{ fallback?: string, failures?: Map<string, number>, open?: boolean }} [options] `fallback`: what is given for a file that is not there, as
 *   servers of single-page applications do; `failures`: how often a file is answered with 503 before it is there; `open`: to pages of
 *   any origin, as a CDN does
 */
export async function serve(folder, { fallback, failures, open = false } = {}) {
  /** @type {string[]} */
  const served = [];
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname));
    let file = join(folder, path.endsWith("/") ? `${path}index.html` : path);
    if (fallback && !existsSync(file)) file = join(folder, fallback);
    const left = failures?.get(extname(file)) ?? 0;
    failures?.set(extname(file), left - 1);
    if (left > 0) {
      served.push(path);
      response.statusCode = 503;
      return response.end();
    }
    try {
      const bytes = await readFile(file);
      served.push(path);
      if (open) response.setHeader("access-control-allow-origin", "*");
      response.setHeader("content-type", TYPES[/** @type {keyof typeof TYPES} */ (extname(file))] ?? "application/octet-stream");
      response.end(bytes);
    } catch {
      response.statusCode = 404;
      response.end();
    }
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${port}`, served, close: () => void server.close() };
}

/**
 * Opens a page and waits for the program's outcome.
 * @param {import("playwright-core").Browser} browser
 * @param {string} url
 * @param {object} settings
 */
export async function outcomeOfPage(browser, url, settings) {
  const page = await browser.newPage();
  /** @type {string[]} */
  const complaints = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  try {
    await page.goto(`${url}?${new URLSearchParams(/** @type {Record<string, string>} */ (settings))}`);
    // Asked from outside: a wait inside the page would need `eval`, which its policy forbids.
    let outcome;
    for (const end = Date.now() + 30_000; outcome === undefined && Date.now() < end; ) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      outcome = await page.evaluate("globalThis.outcome");
    }
    return { .../** @type {object} */ (outcome ?? {}), complaints };
  } finally {
    await page.close();
  }
}
