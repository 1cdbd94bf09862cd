// Rows 5 and 6: CPU of the entry Worker per send, before the same stub of a phone's object.
// @ts-check
import { startWorkerd } from '../../tests/support/workerd.mjs';
import { hangUp, load, refusals, variables } from '../load.mjs';
import { alternate, median, ratio, SHORT_ROUNDS } from '../statistics.mjs';
import { micros, spread } from '../table.mjs';
import { workersFolder } from '../workers.mjs';

const SENDS = 500;
const WARM_UP = 5000;

export async function measure() {
  const { folder, remove } = await workersFolder();
  try {
    const entry = { bindings: variables(), object: { binding: 'PHONES', className: 'Phone', service: 'stub' }, socket: true };
    const workerd = await startWorkerd(folder, [
      { name: 'stub', modules: ['stub-phone.js'], hosts: { className: 'Phone' } },
      { name: 'ours', modules: ['index.js', 'index_bg.wasm'], ...entry },
      { name: 'hono', modules: ['worker.js'], ...entry },
      { name: 'bare', modules: ['pass-through.js'], ...entry },
    ]);
    try {
      const names = ['ours', 'hono', 'bare'];
      const round = (/** @type {string} */ name, count = SENDS) => async () => {
        const before = workerd.cpu();
        await load(workerd.ports[name] ?? 0, count);
        return (workerd.cpu() - before) / count;
      };
      for (const name of ['ours', 'hono']) await refusals(workerd.ports[name] ?? 0);
      for (const name of names) await round(name, WARM_UP)();
      const { ours = [], hono = [], bare = [] } = await alternate(Object.fromEntries(names.map((name) => [name, round(name)])), SHORT_ROUNDS);
      const [toHono, toBare] = [ratio(ours, hono), ratio(ours, bare)];
      return [
        { row: '5', what: 'entry Worker, CPU per send', ours: micros(median(ours)), peer: `${micros(median(hono))} Hono`, ratio: spread(toHono), target: '<= 0.70', met: toHono.median <= 0.7 },
        { row: '6', what: 'the same', ours: micros(median(ours)), peer: `${micros(median(bare))} bare JS`, ratio: spread(toBare), target: '-' },
      ];
    } finally {
      await workerd.end();
      hangUp();
    }
  } finally {
    remove();
  }
}
