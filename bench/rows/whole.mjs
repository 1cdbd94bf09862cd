// Rows 7 and 7b: CPU of a whole send: entry, phone's object with its storage, and the call to Maytapi, which here answers at once; as it is, and
// where policy has delivery off, which the peer doesn't follow either.
// @ts-check
import { startWorkerd } from '../../tests/support/workerd.mjs';
import { contender } from '../contender.mjs';
import { hangUp, load, refusals, variables } from '../load.mjs';
import { alternate, median, ratio, SHORT_ROUNDS } from '../statistics.mjs';
import { micros, spread } from '../table.mjs';
import { workersFolder } from '../workers.mjs';

const SENDS = 250;
const WARM_UP = 2000;

export async function measure() {
  const { folder, remove } = await workersFolder();
  const upstream = await contender('upstream');
  try {
    const bindings = variables({ upstream: `http://127.0.0.1:${upstream.started}/api` });
    const { policy, ...settings } = JSON.parse(bindings.PROXY);
    const unfollowed = { ...bindings, PROXY: JSON.stringify({ ...settings, policy: { ...policy, delivery: 'off' } }) };
    const stored = {
      bindings,
      object: { binding: 'PHONES', className: 'Phone' },
      hosts: { className: 'Phone', stored: true },
      socket: true,
    };
    const workerd = await startWorkerd(folder, [
      { name: 'ours', modules: ['index.js', 'index_bg.wasm'], ...stored },
      { name: 'unfollowed', modules: ['index.js', 'index_bg.wasm'], ...stored, bindings: unfollowed },
      { name: 'hono', modules: ['phone.js'], ...stored },
    ]);
    try {
      const round = (/** @type {string} */ name, count = SENDS) => async () => {
        const before = workerd.cpu();
        await load(workerd.ports[name] ?? 0, count);
        return (workerd.cpu() - before) / count;
      };
      for (const name of ['ours', 'unfollowed', 'hono']) {
        await refusals(workerd.ports[name] ?? 0);
        const received = await upstream.round();
        await round(name, WARM_UP)();
        if ((await upstream.round()) - received !== WARM_UP) throw new Error(`${name}: not every send reached Maytapi once`);
      }
      const { ours, unfollowed: without, hono } = await alternate({ ours: round('ours'), unfollowed: round('unfollowed'), hono: round('hono') }, SHORT_ROUNDS);
      const compared = ratio(ours, hono);
      const peer = `${micros(median(hono))} Hono, SQLite`;
      return [
        { row: '7', what: 'whole send, CPU', ours: micros(median(ours)), peer, ratio: spread(compared), target: '<= 0.90', met: compared.median <= 0.9 },
        { row: '7b', what: 'the same, delivery off', ours: micros(median(without)), peer, ratio: spread(ratio(without, hono)), target: '-' },
      ];
    } finally {
      await workerd.end();
      hangUp();
    }
  } finally {
    upstream.end();
    remove();
  }
}
