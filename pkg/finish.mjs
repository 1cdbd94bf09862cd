// Finishes what wasm-pack built: short names between module and glue, one place for what the glue imports, the module as a page downloads
// it, the bytes as JavaScript for the entries that have them inside, the types, and the reader of tables that the command brings along.
// @ts-check
import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { cutShims } from "./module/cut-shims.mjs";
import { slimGlue } from "./slim-glue.mjs";
import { shortenNames } from "./shorten-names.mjs";

const dist = new URL("./dist/", import.meta.url);
const glue = new URL("maytapi.js", dist);
/** What a page's module is without: webhooks come to servers, and few pages fill in templates. */
const LEFT_OUT = ["parseWebhook", "readTemplate"];

const whole = built(dist);
const page = built(new URL("page/", dist));
// One glue serves both, so that all entries share their code.
if (page.glue !== withoutFunctions(whole.glue, LEFT_OUT)) throw new Error("the module for pages would need a glue of its own");
const bytes = optimized(new URL("maytapi_bg.wasm", dist), whole.wasm);
optimized(new URL("maytapi_page.wasm", dist), page.wasm);
rmSync(new URL("page", dist), { recursive: true });

writeFileSync(glue, whole.glue);
copyFileSync(new URL("../src/js/host.js", import.meta.url), new URL("host.js", dist));
rmSync(new URL("snippets", dist), { recursive: true, force: true });

writeFileSync(
  new URL("maytapi_bg.inline.js", dist),
  `// The bytes of maytapi_bg.wasm. Made by the build.
const text = "${bytes.toString("base64")}";
// Node's way takes a tenth of the time and makes no string in between.
export default () => globalThis.Buffer?.from(text, "base64") ?? Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
`,
);
writeFileSync(new URL("maytapi_bg.inline.d.ts", dist), "/** The bytes of maytapi_bg.wasm. */\nexport default function bytes(): Uint8Array<ArrayBuffer>;\n");
writeFileSync(new URL("maytapi_bg.d.wasm.ts", dist), "/** The compiled module, as Workers import it. */\ndeclare const module: WebAssembly.Module;\nexport default module;\n");
// The types by themselves: those that the module's glue has beside them need the DOM's, which a backend has not.
copyFileSync(new URL("../src/js/types.d.ts", import.meta.url), new URL("types.d.ts", dist));

// Papa Parse reads tables for the command alone. Bundled, since the package has no dependency; its licence asks to go along.
const licence = readFileSync(new URL("../node_modules/papaparse/LICENSE", import.meta.url), "utf8").trim();
buildSync({
  stdin: { contents: 'export { default } from "papaparse";', resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
  outfile: fileURLToPath(new URL("papaparse.js", dist)),
  bundle: true,
  minify: true,
  format: "esm",
  platform: "node",
  target: "node20",
  legalComments: "none",
  banner: { js: `/*! Papa Parse, https://www.papaparse.com\n\n${licence}\n*/` },
  logLevel: "warning",
});
writeFileSync(
  new URL("papaparse.d.ts", dist),
  `/** What the command uses of Papa Parse. */
interface Parsed { data: string[][]; errors: { code: string; row?: number }[]; meta: { delimiter: string; cursor: number } }
declare const Papa: {
  parse(text: string, options: { preview: number; skipEmptyLines: "greedy" }): Parsed;
  Parser: new (options: { delimiter: string; newline: string }) => { parse(text: string, baseIndex: number, ignoreLastRow: boolean): Parsed };
};
export default Papa;
`,
);

/**
 * A module as wasm-pack built it, with its glue.
 * @param {URL} folder
 */
function built(folder) {
  const wasm = cutShims(readFileSync(new URL("maytapi_bg.wasm", folder)));
  const short = shortenNames(wasm, slimGlue(readFileSync(new URL("maytapi.js", folder), "utf8")));
  // The folder that wasm-bindgen puts the crate's own JavaScript into is named by a hash.
  return { wasm: short.wasm, glue: short.glue.replace(/(["'])\.\/snippets\/[^"']+\/src\/js\/host\.js\1/g, '"./host.js"') };
}

/**
 * The glue without functions of the module's.
 * @param {string} glue
 * @param {readonly string[]} names
 */
function withoutFunctions(glue, names) {
  return names.reduce((rest, name) => rest.replace(new RegExp(`\\n/\\*\\*(?:(?!\\*/)[^])*\\*/\\nexport function ${name}\\([^]*?\\n}\\n`), ""), glue);
}

/**
 * Writes a module without what nothing leads to any more.
 * @param {URL} file
 * @param {Uint8Array} wasm
 */
function optimized(file, wasm) {
  writeFileSync(file, wasm);
  const path = fileURLToPath(file);
  const tool = fileURLToPath(new URL("../node_modules/.bin/wasm-opt", import.meta.url));
  const features = readFileSync(new URL("module/Cargo.toml", import.meta.url), "utf8").match(/--enable-[\w-]+/g) ?? [];
  execFileSync(tool, [path, "-o", path, ...features, "-Oz", "--strip-producers", "--strip-target-features"]);
  return readFileSync(file);
}
