// The Worker as it ships in the bare runtime: it starts in a tenth of the time that wrangler takes, and no server stands between.
// @ts-check
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startWorkerd } from './workerd.mjs';

const BUILD = fileURLToPath(new URL('../../worker/build', import.meta.url));
const FILES = ['index.js', 'index_bg.wasm'];

/**
 * Puts the Worker's modules into the folder, and starts them as often as is asked.
 * @param {string} folder
 * @param {{ bindings: Record<string, unknown>, before?: Record<string, string>, inspected?: boolean, persist?: string | undefined }} what variables and secrets;
 *   modules before the Worker, the first of which the runtime calls; whether an inspector listens; where the storage is
 */
export function bareEdge(folder, { bindings, before = {}, inspected = false, persist }) {
  for (const file of FILES) copyFileSync(join(BUILD, file), join(folder, file));
  for (const [name, source] of Object.entries(before)) writeFileSync(join(folder, name), source);
  /** @type {import('./workerd.mjs').Service} */
  const service = {
    name: 'edge',
    modules: [...Object.keys(before), ...FILES],
    bindings,
    object: { binding: 'PHONES', className: 'Phone' },
    hosts: { className: 'Phone', stored: true },
    socket: true,
  };
  return async () => {
    const workerd = await startWorkerd(folder, [service], { inspected, ...(persist === undefined ? {} : { state: persist }) });
    return { ...workerd, url: `http://127.0.0.1:${workerd.ports['edge']}` };
  };
}

/** Modules that run a script before the Worker: what it puts in place of the runtime's own the Worker finds. @param {string} script */
export const afterScript = (script) => ({
  'entry.js': "import './before.js';\nexport * from './index.js';\nexport { default } from './index.js';\n",
  'before.js': script,
});
