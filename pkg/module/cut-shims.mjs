// Takes out of the module's function table what only wasm-bindgen's own descriptions took the address of: one function per kind of
// callback that any function of js-sys has. The glue calls those that are used by their exports, so nobody reaches one by the table; but
// what stands there is kept, with all that it calls.
// @ts-check
import { encoded } from "../shorten-names.mjs";

const ELEMENTS = 9;
const SHIM = /wasm_bindgen(\[\w+\])?::convert::closures::_::invoke/;

/**
 * @param {Uint8Array} wasm with the functions' names
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function cutShims(wasm) {
  const names = functionNames(wasm);
  const parts = [wasm.subarray(0, 8)];
  let cut = 0;
  for (const { id, start, body, end } of sections(wasm)) {
    if (id !== ELEMENTS) {
      parts.push(wasm.subarray(start, end));
      continue;
    }
    const read = reader(wasm, body);
    // One active segment of the first table, from a constant on: what LLVM's linker writes.
    const [count, flags, constant] = [read.number(), read.number(), read.number()];
    if (count !== 1 || flags !== 0 || constant !== 0x41) throw new Error("the function table is in another form");
    read.number();
    read.number();
    const head = wasm.subarray(body, read.at());
    const functions = Array.from({ length: read.number() }, () => read.number());
    const kept = /** @type {number} */ (functions.find((index) => !SHIM.test(names.get(index) ?? "")));
    const list = functions.map((index) => (SHIM.test(names.get(index) ?? "") ? (cut++, kept) : index));
    const elements = Buffer.concat([head, ...[list.length, ...list].map(encoded)]);
    parts.push(Buffer.of(id), encoded(elements.length), elements);
  }
  if (cut === 0) throw new Error("the function table has none of wasm-bindgen's shims, or they are called otherwise now");
  return new Uint8Array(Buffer.concat(parts));
}

/** @param {Uint8Array} wasm */
function functionNames(wasm) {
  const [names] = WebAssembly.Module.customSections(new WebAssembly.Module(/** @type {Uint8Array<ArrayBuffer>} */ (wasm)), "name");
  if (!names) throw new Error("the functions have no names");
  const bytes = new Uint8Array(names);
  const read = reader(bytes, 0);
  for (;;) {
    const [kind, length] = [read.number(), read.number()];
    if (kind === 1) return new Map(Array.from({ length: read.number() }, () => /** @type {const} */ ([read.number(), read.text()])));
    read.skip(length);
  }
}

/** @param {Uint8Array} wasm */
function* sections(wasm) {
  const read = reader(wasm, 8);
  while (read.at() < wasm.length) {
    const start = read.at();
    const [id, length] = [read.number(), read.number()];
    const body = read.at();
    read.skip(length);
    yield { id, start, body, end: read.at() };
  }
}

/**
 * @param {Uint8Array} bytes
 * @param {number} at
 */
function reader(bytes, at) {
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = /** @type {number} */ (bytes[at++]);
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  };
  const skip = (/** @type {number} */ length) => {
    at += length;
  };
  const text = () => {
    const length = number();
    skip(length);
    return Buffer.from(bytes.buffer, bytes.byteOffset + at - length, length).toString("utf8");
  };
  return { at: () => at, number, skip, text };
}
