// Row 1: what a page downloads to send a message, as it travels.
// @ts-check
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';
import { kilobytes } from '../table.mjs';

const LIMIT = 48 * 1024;

export async function measure() {
  const wasm = readFileSync(new URL('../../pkg/dist/maytapi_bg.wasm', import.meta.url));
  const glue = await bundled('export * from "maytapi";');
  const ours = brotliCompressSync(wasm).length + brotliCompressSync(glue).length;
  const peer = brotliCompressSync(await bundled('export * from "./peers/client.js";')).length;
  const ratio = (ours / peer).toFixed(2);
  const what = 'browser download, brotli';
  return [
    { row: '1', what, ours: kilobytes(ours), peer: `${kilobytes(peer)} zod`, ratio, target: '< 1.00', met: ours < peer },
    { row: '1b', what: 'the same, against its bound', ours: kilobytes(ours), peer: '', ratio: '', target: `< ${kilobytes(LIMIT)}`, met: ours < LIMIT },
  ];
}

/** @param {string} contents */
async function bundled(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('..', import.meta.url)) },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'error',
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}
