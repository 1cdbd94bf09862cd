// A folder with the Workers that are measured: ours as it ships, the peers bundled as wrangler would.
// @ts-check
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { scratchFolder } from '../tests/support/workerd.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

export async function workersFolder() {
  const { folder, remove } = scratchFolder('bench');
  // A copy, so that a build meanwhile changes nothing.
  for (const file of ['index.js', 'index_bg.wasm']) cpSync(join(ROOT, 'worker/build', file), join(folder, file));
  await build({
    entryPoints: ['worker', 'pass-through', 'stub-phone', 'phone'].map((name) => join(ROOT, `bench/peers/${name}.js`)),
    outdir: folder,
    bundle: true,
    minify: true,
    keepNames: true,
    format: 'esm',
    target: 'es2022',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:workers'],
    logLevel: 'error',
  });
  return { folder, remove };
}
