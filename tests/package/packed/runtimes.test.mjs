// The packed package in runtimes without a bundler: Node by import and by require, Deno, Bun, workerd, and what is in the tarball.
// @ts-check
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import * as esbuild from "esbuild";
import { installPacked, OUTCOME, outcomeOf, ROOT, startTarget, tool } from "./project.mjs";
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

test("the tarball holds one module, the files of package.json, and nothing else", () => {
  const expected = readFileSync(new URL("files.snapshot.txt", import.meta.url), "utf8").trim().split("\n");
  assert.deepEqual(project.files, expected);
  assert.equal(project.files.filter((path) => path.endsWith(".wasm")).length, 1);
});

test("Node by import", async () => {
  assert.deepEqual(await outcomeOf(process.execPath, ["node.mjs", JSON.stringify(target.settings)], project.folder), OUTCOME);
  assert.equal(target.simulator.sends.length, 6);
});

test("Node by require", async () => {
  assert.deepEqual(await outcomeOf(process.execPath, ["require.cjs"], project.folder), { state: "queued", valid: false, token: 3, middleware: 0, requests: 1 });
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
  for (const [module, moduleResolution, environment] of /** @type {const} */ ([["esnext", "bundler", page], ["node16", "node16", page], ["nodenext", "nodenext", page], ["nodenext", "nodenext", backend]])) {
    const config = { compilerOptions: { target: "es2022", module, moduleResolution, ...environment, strict: true, exactOptionalPropertyTypes: true, noEmit: true, skipLibCheck: false }, include: ["types/*.ts"] };
    writeFileSync(join(project.folder, "tsconfig.json"), JSON.stringify(config));
    const { status, stdout } = spawnSync(tool("tsc"), ["--project", "tsconfig.json"], { cwd: project.folder, encoding: "utf8" });
    assert.equal(status, 0, `${moduleResolution}, ${environment.lib}: ${stdout}`);
  }
});
