// Makes the module's glue take its text decoder and encoder when they are first needed (some hosts have neither as a global, and an import
// that throws could not be caught where the package is used), and cuts out of its loader what lib/core.js does: fetching, and what to say.
// @ts-check

const LOADER = `function initSync({ module }) {
    if (wasm !== undefined) return wasm;
    if (!(module instanceof WebAssembly.Module)) module = new WebAssembly.Module(module);
    return __wbg_finalize_init(new WebAssembly.Instance(module, __wbg_get_imports()), module);
}

async function __wbg_init({ module_or_path }) {
    if (wasm !== undefined) return wasm;
    const imports = __wbg_get_imports();
    // Any other type, which servers do give, can't be compiled while it comes.
    const streams = WebAssembly.instantiateStreaming && module_or_path.headers?.get("content-type") === "application/wasm";
    const made = streams
        ? await WebAssembly.instantiateStreaming(module_or_path, imports)
        : await WebAssembly.instantiate(module_or_path.arrayBuffer ? await module_or_path.arrayBuffer() : module_or_path, imports);
    return __wbg_finalize_init(made.instance ?? made, made.module ?? module_or_path);
}

export { initSync,`;

/** What wasm-bindgen writes, and what stands there instead. */
const CHANGES = /** @type {const} */ ([
  [
    /let cachedTextDecoder = new TextDecoder\((.*?)\);\ncachedTextDecoder\.decode\(\);\n/,
    // jsdom runs in Node, which has both in a module of its own.
    'const codec = (name) => globalThis[name] ?? globalThis.process.getBuiltinModule("node:util")[name];\nlet cachedTextDecoder;\n',
  ],
  [
    /if \((numBytesDecoded >= \w+)\) \{\n +cachedTextDecoder = new TextDecoder\((.*?)\);\n +cachedTextDecoder\.decode\(\);\n/,
    'if (!cachedTextDecoder || $1) {\n        cachedTextDecoder = new (codec("TextDecoder"))($2);\n',
  ],
  // Every engine that runs the module has `encodeInto`.
  [/const cachedTextEncoder = new TextEncoder\(\);\n\nif \(!\('encodeInto' in cachedTextEncoder\)\) \{\n[^]*?\n\}\n/, "let cachedTextEncoder;\n"],
  [/cachedTextEncoder\.encode(Into)?\(/g, '(cachedTextEncoder ??= new (codec("TextEncoder"))()).encode$1('],
  // Whoever passes a text passes what makes its place larger.
  [/ +if \(realloc === undefined\) \{\n[^}]*\}\n\n/, ""],
  [/let wasmModule, wasmInstance, wasm;\n(.*\n) +wasmInstance = instance;\n(.*\n) +wasmModule = module;\n/, "let wasm;\n$1$2"],
  [/async function __wbg_load\([^]*export \{ initSync,/, LOADER],
]);

/** @param {string} glue */
export function slimGlue(glue) {
  return CHANGES.reduce((text, [pattern, replacement]) => {
    if (text.search(pattern) < 0) throw new Error(`the glue has no ${pattern}`);
    return text.replace(pattern, replacement);
  }, glue);
}
