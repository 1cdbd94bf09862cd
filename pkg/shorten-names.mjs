// Shortens the names by which the module and its glue know each other. Each has a hash of sixteen digits that no compression makes
// smaller, and it stands in both files.
// @ts-check

/** Names that only these two files use; those of the package's own functions stay. */
const INTERNAL = /^(__wbg_.*_[0-9a-f]{16}|__wbindgen_\w+|__wbg_\w+_free|wasm_bindgen_[0-9a-f]{16}\w*|maytapiclient_\w+)$/;

/** Sections of the binary format that hold names of the boundary. */
const IMPORTS = 2;
const EXPORTS = 7;

/**
 * A module with its glue, both with short names. Two builds that have these names in common have the short ones in common.
 * @param {Uint8Array<ArrayBuffer>} wasm
 * @param {string} glue
 */
export function shortenNames(wasm, glue) {
  const module = new WebAssembly.Module(wasm);
  const imports = WebAssembly.Module.imports(module);
  const names = [...imports, ...WebAssembly.Module.exports(module)].map(({ name }) => name).filter((name) => INTERNAL.test(name));
  const short = shortForms(names);
  // Every import names the module that it comes from; the glue has each as the key of an object.
  const modules = shortForms(imports.map(({ module }) => module));
  let renamed = glue.replace(/\b\w+\b/g, (word) => short.get(word) ?? word);
  for (const [name, key] of modules) {
    if (!renamed.includes(`"${name}": `)) throw new Error(`the glue does not name the module ${name}`);
    renamed = renamed.replace(`"${name}": `, () => `${key}: `);
  }
  return { wasm: renameBoundary(wasm, (name) => short.get(name) ?? name, (name) => modules.get(name) ?? name), glue: renamed };
}

/** @param {string[]} names */
function shortForms(names) {
  return new Map([...new Set(names)].sort().map((name, index) => [name, `$${index.toString(36)}`]));
}

/**
 * @param {Uint8Array<ArrayBuffer>} wasm
 * @param {(name: string) => string} rename
 * @param {(name: string) => string} renameModule
 */
function renameBoundary(wasm, rename, renameModule) {
  const input = Buffer.from(wasm);
  const output = [input.subarray(0, 8)];
  let at = 8;

  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = input.readUInt8(at++);
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  };
  const name = () => {
    const length = number();
    at += length;
    return input.toString("utf8", at - length, at);
  };
  const limits = () => {
    const flags = number();
    number();
    if (flags & 1) number();
  };
  /** What follows the names of an import: its kind, and its type. */
  const skipImported = () => {
    const kind = input.readUInt8(at++);
    if (kind === 0) number();
    else if (kind === 1) {
      at += 1;
      limits();
    } else if (kind === 2) limits();
    else if (kind === 3) at += 2;
    else throw new Error(`an import of unknown kind ${kind}`);
  };
  const skipExported = () => {
    at += 1;
    number();
  };

  while (at < input.length) {
    const start = at;
    const section = input.readUInt8(at++);
    const end = number() + at;
    if (section === IMPORTS || section === EXPORTS) {
      const entries = [];
      for (let left = number(); left > 0; left -= 1) {
        const from = section === IMPORTS ? text(renameModule(name())) : Buffer.of();
        const renamed = rename(name());
        const start = at;
        if (section === IMPORTS) skipImported();
        else skipExported();
        entries.push(Buffer.concat([from, text(renamed), input.subarray(start, at)]));
      }
      const body = Buffer.concat([encoded(entries.length), ...entries]);
      output.push(Buffer.of(section), encoded(body.length), body);
    } else output.push(input.subarray(start, end));
    at = end;
  }
  return Buffer.concat(output);
}

/** @param {string} value */
function text(value) {
  const bytes = Buffer.from(value);
  return Buffer.concat([encoded(bytes.length), bytes]);
}

/**
 * A number as the binary format has it.
 * @param {number} value
 */
export function encoded(value) {
  const bytes = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Buffer.of(...bytes, rest);
    bytes.push((rest & 0x7f) | 0x80);
  }
}
