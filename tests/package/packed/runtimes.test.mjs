// The packed package in runtimes without a bundler: Node by import and by require, Deno, Bun, workerd, and what is in the tarball.
// @ts-check
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import * as esbuild from "esbuild";
import ts from "typescript";
import { installPacked, OUTCOME, outcomeOf, REQUIRED, ROOT, run, startTarget, tool } from "./project.mjs";
import { startWorkerd } from "./workerd.mjs";

/** @type {Awaited<ReturnType<typeof installPacked>>} */
let project;
/** @type {Awaited<ReturnType<typeof startTarget>>} */
let target;
before(async () => {
  project = await installPacked();
  target = await startTarget();
});
after(async () => {
  await target.simulator.close();
  project.remove();
});

test("the tarball holds the module, as a whole and as pages load it, the files of package.json, and nothing else", () => {
  const expected = readFileSync(new URL("files.snapshot.txt", import.meta.url), "utf8").trim().split("\n");
  assert.deepEqual(project.files, expected);
  assert.deepEqual(project.files.filter((path) => path.endsWith(".wasm")), ["dist/maytapi_bg.wasm", "dist/maytapi_page.wasm"]);
});

test("Node by import", async () => {
  assert.deepEqual(await outcomeOf(process.execPath, ["node.mjs", JSON.stringify(target.settings)], project.folder), OUTCOME);
  assert.equal(target.simulator.sends.length, 6);
});

test("Node by require, where it can require modules and where it can't", async () => {
  assert.deepEqual(await outcomeOf(tool("node"), ["require.cjs"], project.folder), REQUIRED);
  assert.deepEqual(await outcomeOf(tool("node"), ["--no-experimental-require-module", "require.cjs"], project.folder), REQUIRED);
});

test("the command is there after an install", async () => {
  writeFileSync(join(project.folder, "message.json"), JSON.stringify({ type: "text", toNumber: "12025550123", message: "Hello" }));
  const told = await run(join(project.folder, "node_modules/.bin/maytapi"), ["check", "message.json", "--json"], project.folder);
  assert.equal(JSON.parse(told).valid, true);
});

test("a host without text decoder, fetch and their like, as jsdom: only what is used is missed", async () => {
  const program = `for (const name of ["TextDecoder", "TextEncoder", "fetch", "Response", "Headers", "structuredClone", "Blob"]) delete globalThis[name];
    import("maytapi").then(({ validate }) => console.log(JSON.stringify([typeof TextDecoder, validate({ type: "text", toNumber: "12025550123", message: "Grüße 👋" }).wire.message])));`;
  assert.deepEqual(await outcomeOf(process.execPath, ["--input-type=module", "-e", program], project.folder), ["undefined", "Grüße 👋"]);
  assert.deepEqual(await outcomeOf(process.execPath, ["--input-type=commonjs", "-e", program.replace('import("maytapi")', 'Promise.resolve(require("maytapi/inline"))')], project.folder), ["undefined", "Grüße 👋"]);
});

test("a host without WebAssembly, as React Native: the import works, and the first call says what is missing", async () => {
  const program = `delete globalThis.WebAssembly;
    const { MaytapiClient, NotReadyError, validate } = await import("maytapi");
    const client = new MaytapiClient({ baseUrl: "https://edge.example/api/main", token: "canary", phoneId: 1 });
    const late = await client.sendMessage({ type: "text", toNumber: "12025550123", message: "Hello" }).catch((error) => error);
    let early;
    try { validate({}); } catch (error) { early = error; }
    console.log(JSON.stringify([early, late].map((error) => [error instanceof NotReadyError, error.code, error.retryable, /This runtime has none.*send from a backend/.test(error.message)])));`;
  for (const conditions of [[], ["--conditions=react-native"]]) {
    assert.deepEqual(await outcomeOf(process.execPath, [...conditions, "--input-type=module", "-e", program], project.folder), [[true, "load_failed", "no", true], [true, "load_failed", "no", true]]);
  }
});

test("Node with the bytes inside", async () => {
  const program = 'import { validate } from "maytapi/inline"; console.log(JSON.stringify(validate({ type: "text", toNumber: "12025550123", message: "x" }).valid))';
  assert.equal(await outcomeOf(process.execPath, ["--input-type=module", "-e", program], project.folder), true);
});

test("Node with all in one file, as esbuild bundles a server", async () => {
  const outfile = join(project.folder, "elsewhere/server.mjs");
  await esbuild.build({ entryPoints: [join(project.folder, "node.mjs")], bundle: true, format: "esm", platform: "node", outfile, logLevel: "silent" });
  assert.deepEqual(await outcomeOf(process.execPath, [outfile, JSON.stringify(target.settings)], project.folder), OUTCOME);
});

test("Bun", async () => {
  assert.deepEqual(await outcomeOf(tool("bun"), ["run", "node.mjs", JSON.stringify(target.settings)], project.folder), OUTCOME);
});

test("Bun, built for Bun, for Node, and compiled into one executable: nothing has to lie beside it", async () => {
  const elsewhere = mkdtempSync(join(tmpdir(), "maytapi-bun-"));
  const settings = JSON.stringify(target.settings);
  const built = (/** @type {string[]} */ ...args) => run(tool("bun"), ["build", "node.mjs", ...args], project.folder);
  try {
    await built("--target=bun", `--outfile=${elsewhere}/bun.mjs`);
    assert.deepEqual(await outcomeOf(tool("bun"), ["run", join(elsewhere, "bun.mjs"), settings], elsewhere), OUTCOME);
    await built("--target=node", `--outfile=${elsewhere}/node.mjs`);
    assert.deepEqual(await outcomeOf(process.execPath, [join(elsewhere, "node.mjs"), settings], elsewhere), OUTCOME);
    await built("--compile", `--outfile=${elsewhere}/program`);
    assert.deepEqual(await outcomeOf(join(elsewhere, "program"), [settings], elsewhere), OUTCOME);
  } finally {
    rmSync(elsewhere, { recursive: true, force: true });
  }
});

test("Deno, which may do no more than reach the server", async () => {
  const host = new URL(target.settings.baseUrl).host;
  assert.deepEqual(await outcomeOf(tool("deno"), ["run", "--no-prompt", "--no-lock", "--node-modules-dir=manual", `--allow-net=${host}`, "node.mjs", JSON.stringify(target.settings)], project.folder), OUTCOME);
});

test("workerd, as wrangler bundles a Worker", async () => {
  const bundle = join(project.folder, "bundle");
  execFileSync(tool("wrangler"), ["deploy", "worker.mjs", "--name", "fixture", "--compatibility-date", "2026-11-01", "--dry-run", "--outdir", bundle], {
    cwd: project.folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, CI: "true", WRANGLER_SEND_METRICS: "false", CLOUDFLARE_CF_FETCH_ENABLED: "false", WRANGLER_LOG_PATH: join(project.folder, "logs") },
  });
  const worker = await startWorkerd(bundle, "worker.js");
  try {
    const answer = await fetch(worker.url, { method: "POST", body: JSON.stringify(target.settings) });
    assert.deepEqual(await answer.json(), OUTCOME);
  } finally {
    await worker.stop();
  }
});

test("TypeScript finds the types by either resolution, without skipLibCheck", async () => {
  cpSync(join(ROOT, "tests/package/types"), join(project.folder, "types"), { recursive: true });
  const page = { lib: ["es2022", "dom", "dom.iterable"], types: [] };
  // A backend has no DOM, and knows of `fetch` and its like from Node's types.
  const backend = { lib: ["es2022"], types: ["node"], typeRoots: [join(ROOT, "node_modules/@types")] };
  // The same sources in a project without `"type": "module"`, which TypeScript makes CommonJS of.
  const commonjs = join(project.folder, "commonjs");
  cpSync(join(ROOT, "tests/package/types"), join(commonjs, "types"), { recursive: true });
  writeFileSync(join(commonjs, "package.json"), JSON.stringify({ name: "commonjs", private: true }));
  for (const [cwd, module, moduleResolution, environment] of /** @type {const} */ ([
    [project.folder, "esnext", "bundler", page],
    [project.folder, "node16", "node16", page],
    [project.folder, "nodenext", "nodenext", page],
    [project.folder, "nodenext", "nodenext", backend],
    [commonjs, "node16", "node16", backend],
    [commonjs, "commonjs", "node10", backend],
  ])) {
    // The oldest resolution is deprecated; it finds the types by package.json's own fields.
    const old = moduleResolution === "node10" ? { ignoreDeprecations: "6.0" } : {};
    const options = { target: "es2022", module, moduleResolution, ...environment, ...old, strict: true, exactOptionalPropertyTypes: true, noEmit: true, skipLibCheck: false };
    assert.deepEqual(complaintsOf(cwd, options), [], `${module}, ${moduleResolution}, ${environment.lib}`);
  }
});

/** TypeScript's own declarations, which are large and the same for every program. @type {Map<string, ts.SourceFile | undefined>} */
const LIBRARIES = new Map();

/**
 * What TypeScript says of the sources in `types/` and of every declaration of the package that they reach.
 * @param {string} cwd
 * @param {object} compilerOptions as tsconfig.json has them
 */
function complaintsOf(cwd, compilerOptions) {
  const { options, fileNames, errors } = ts.parseJsonConfigFileContent({ compilerOptions, include: ["types/*.ts"] }, ts.sys, cwd);
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getCurrentDirectory = () => cwd;
  host.getSourceFile = (name, ...rest) => {
    if (!/\/typescript\/lib\/lib\./.test(name)) return getSourceFile(name, ...rest);
    if (!LIBRARIES.has(name)) LIBRARIES.set(name, getSourceFile(name, ...rest));
    return LIBRARIES.get(name);
  };
  const program = ts.createProgram(fileNames, options, host);
  const ours = program.getSourceFiles().filter(({ fileName }) => !/\/typescript\/lib\/|\/@types\//.test(fileName));
  assert.ok(ours.some(({ fileName }) => /\/maytapi\/.*\.d\.c?ts$/.test(fileName)), "the package's declarations are not reached");
  const found = [...errors, ...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics(), ...program.getSyntacticDiagnostics(), ...ours.flatMap((file) => program.getSemanticDiagnostics(file))];
  return found.map(({ file, messageText }) => `${file?.fileName ?? ""} ${ts.flattenDiagnosticMessageText(messageText, "\n")}`);
}
