// Row 8: what a Worker takes to start, from the process to its first answered send, and how large it is.
// @ts-check
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { startWorkerd } from '../../tests/support/workerd.mjs';
import { hangUp, post, token, variables } from '../load.mjs';
import { alternate, median, paired } from '../statistics.mjs';
import { kilobytes, spread } from '../table.mjs';
import { workersFolder } from '../workers.mjs';

const MOST_MORE_MS = 10;
const MOST_BYTES = 320 * 1024;

const MODULES = { ours: ['index.js', 'index_bg.wasm'], hono: ['worker.js'] };

export async function measure() {
  const { folder, remove } = await workersFolder();
  try {
    const bearer = token();
    let sent = 0;
    /** CPU of the process, told beside the time, which other processes stretch. @type {Record<string, number[]>} */
    const cpu = { ours: [], hono: [] };
    const start = (/** @type {keyof typeof MODULES} */ name) => async () => {
      const workerd = await startWorkerd(folder, [
        { name: 'stub', modules: ['stub-phone.js'], hosts: { className: 'Phone' } },
        { name, modules: MODULES[name], bindings: variables(), object: { binding: 'PHONES', className: 'Phone', service: 'stub' }, socket: true },
      ]);
      try {
        const answer = await post(workerd.ports[name] ?? 0, '1150', bearer, (sent += 1));
        const ms = performance.now() - workerd.spawned;
        if (answer.status !== 200) throw new Error(`the first send was answered with ${answer.status} ${answer.text}`);
        cpu[name]?.push(workerd.cpu() / 1000);
        return ms;
      } finally {
        await workerd.end();
        hangUp();
      }
    };
    const times = await alternate({ ours: start('ours'), hono: start('hono') });
    const more = paired(times.ours, times.hono, (a, b) => a - b);
    const moreCpu = paired(cpu.ours ?? [], cpu.hono ?? [], (a, b) => a - b);
    const size = (/** @type {string[]} */ files) => files.reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file)), { level: 9 }).length, 0);
    const [bytes, peerBytes] = [size(MODULES.ours), size(MODULES.hono)];
    const ms = (/** @type {number[]} */ values) => `${median(values).toFixed(0)} ms`;
    return [
      { row: '8', what: 'Worker start to first answer', ours: ms(times.ours), peer: `${ms(times.hono)} Hono`, ratio: `${spread(more, 0)} ms`, target: `< +${MOST_MORE_MS} ms`, met: more.median < MOST_MORE_MS },
      { row: '8b', what: 'the same, CPU', ours: ms(cpu.ours ?? []), peer: `${ms(cpu.hono ?? [])} Hono`, ratio: `${spread(moreCpu, 0)} ms`, target: '-' },
      { row: '8c', what: 'Worker size, gzip', ours: kilobytes(bytes), peer: `${kilobytes(peerBytes)} Hono`, ratio: (bytes / peerBytes).toFixed(2), target: `< ${kilobytes(MOST_BYTES)}`, met: bytes < MOST_BYTES },
    ];
  } finally {
    remove();
  }
}
