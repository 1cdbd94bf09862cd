// Makes what `require` gets, in dist/cjs: every file of the package once more as CommonJS, each under its path, so that all entries share
// one module there as well. Runs whenever the package is packed, so that what is packed is never older than its source. It may be packed twice at
// once: each file is there whole from the first time on.
// @ts-check
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL(".", import.meta.url));
const ENTRIES = ["node", "inline", "openapi", "templates", "token", "testing"];
const TYPES = ["index", "batches", "inline", "openapi", "templates", "token", "testing", "dist/types"];

const folder = `${root}dist/cjs`;
/** @type {Set<string>} */
const made = new Set();
const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: [...ENTRIES.map((name) => `${name}.js`), "lib/**/*.js", "dist/maytapi.js", "dist/maytapi_bg.inline.js", "dist/host.js"],
  outdir: "dist/cjs",
  outbase: ".",
  outExtension: { ".js": ".cjs" },
  format: "cjs",
  platform: "node",
  target: "node20",
  write: false,
  bundle: true,
  packages: "external",
  plugins: [{ name: "each file by itself", setup: ({ onResolve }) => onResolve({ filter: /^\./ }, ({ kind, path }) => (kind === "entry-point" ? undefined : { path: path.replace(/\.js$/, ".cjs"), external: true })) }],
});
for (const { path, text } of outputFiles) {
  // What stands in a package of modules takes a CommonJS file's `default` for the whole of it, as Node does; these have one of their own.
  write(path, text.replace(/__toESM\((require\("\.[^"]*"\)), 1\)/g, "$1"));
}
for (const name of TYPES) {
  write(`${root}dist/cjs/${name}.d.cts`, readFileSync(`${root}${name}.d.ts`, "utf8").replace(/(from "|import\(")(\.[^"]*)\.js"/g, '$1$2.cjs"'));
}

for (const name of existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }) : []) {
  const path = join(name.parentPath, name.name);
  if (name.isFile() && !made.has(path)) rmSync(path, { force: true });
}

/**
 * @param {string} path
 * @param {string} text
 */
function write(path, text) {
  made.add(path);
  if (existsSync(path) && readFileSync(path, "utf8") === text) return;
  mkdirSync(dirname(path), { recursive: true });
  // Where nothing is packed from.
  const beside = `${root}dist/.cjs-${process.pid}`;
  writeFileSync(beside, text);
  renameSync(beside, path);
}
