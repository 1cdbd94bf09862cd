// Row 1: what a page downloads to send a message, as it travels.
// @ts-check
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';
import { kilobytes } from '../table.mjs';

/** What a page loads before it sends a text, and all that it may load. */
const FIRST = 48 * 1024;
const TOGETHER = 58 * 1024;

export async function measure() {
  const wasm = brotliCompressSync(readFileSync(new URL('../../pkg/dist/maytapi_page.wasm', import.meta.url))).length;
  const [glue, later] = await bundled('export * from "maytapi";');
  const [first, together] = [wasm + glue, wasm + glue + later];
  const [peer] = await bundled('export * from "./peers/client.js";');
  const ratio = (first / peer).toFixed(2);
  return [
    { row: '1', what: 'browser download to send, brotli', ours: kilobytes(first), peer: `${kilobytes(peer)} zod`, ratio, target: '< 1.00', met: first < peer },
    { row: '1b', what: 'the same, against its bound', ours: kilobytes(first), peer: '', ratio: '', target: `<= ${kilobytes(FIRST)}`, met: first <= FIRST },
    { row: '1c', what: 'with all that is loaded later', ours: kilobytes(together), peer: '', ratio: '', target: `<= ${kilobytes(TOGETHER)}`, met: together <= TOGETHER },
  ];
}

/**
 * How much is loaded at once, and later.
 * @param {string} contents
 */
async function bundled(contents) {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('..', import.meta.url)), sourcefile: 'entry.js' },
    bundle: true,
    splitting: true,
    outdir: fileURLToPath(new URL('..', import.meta.url)),
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'error',
  });
  const entry = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint);
  const atOnce = [entry?.[0], ...(entry?.[1].imports ?? []).filter(({ kind }) => kind === 'import-statement').map(({ path }) => path)].map((path) => basename(String(path)));
  const isFirst = (/** @type {{ path: string }} */ { path }) => atOnce.includes(basename(path));
  const first = Buffer.concat(outputFiles.filter(isFirst).map(({ contents }) => contents));
  const later = outputFiles.filter((file) => !isFirst(file)).map(({ contents }) => brotliCompressSync(contents).length);
  return [brotliCompressSync(first).length, later.reduce((sum, size) => sum + size, 0)];
}
