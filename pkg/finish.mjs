// Finishes what wasm-pack built: puts the module's bytes into a JavaScript file as well, for `maytapi/inline`, and adds types.
// @ts-check
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";

const dist = new URL("./dist/", import.meta.url);
const base64 = readFileSync(new URL("maytapi_bg.wasm", dist)).toString("base64");

writeFileSync(
  new URL("maytapi_bg.inline.js", dist),
  `// The bytes of maytapi_bg.wasm. Made by the build.
export default () => Uint8Array.from(atob("${base64}"), (character) => character.charCodeAt(0));
`,
);
writeFileSync(new URL("maytapi_bg.inline.d.ts", dist), "/** The bytes of maytapi_bg.wasm. */\nexport default function bytes(): Uint8Array<ArrayBuffer>;\n");
writeFileSync(new URL("maytapi_bg.d.wasm.ts", dist), "/** The compiled module, as Workers import it. */\ndeclare const module: WebAssembly.Module;\nexport default module;\n");
// The types by themselves: those that the module's glue has beside them need the DOM's, which a backend has not.
copyFileSync(new URL("../src/js/types.d.ts", import.meta.url), new URL("types.d.ts", dist));
