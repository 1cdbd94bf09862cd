// Row 10: whether an entry Worker's memory stays where it is over many sends.
// @ts-check
import { inspect } from '../../tests/support/inspector.mjs';
import { startWorkerd } from '../../tests/support/workerd.mjs';
import { hangUp, load, variables } from '../load.mjs';
import { summary } from '../statistics.mjs';
import { spread } from '../table.mjs';
import { workersFolder } from '../workers.mjs';

const EARLY = 10_000;
const LATE = 200_000;
const STEP = 10_000;
const STIRRED = 16;
/** How much more the isolate may hold at the end. */
const FLAT = 1.1;

export async function measure() {
  const { folder, remove } = await workersFolder();
  try {
    const workerd = await startWorkerd(
      folder,
      [
        { name: 'stub', modules: ['stub-phone.js'], hosts: { className: 'Phone' } },
        { name: 'ours', modules: ['index.js', 'index_bg.wasm'], bindings: variables(), object: { binding: 'PHONES', className: 'Phone', service: 'stub' }, socket: true },
      ],
      { inspected: true },
    );
    try {
      const isolate = await inspect(workerd.ports['inspector'] ?? 0, 'ours');
      /** @type {number[]} */
      const held = [];
      /** @type {number[]} */
      const process = [];
      for (let sent = 0; sent < LATE; sent += STEP) {
        await load(workerd.ports['ours'] ?? 0, STEP);
        held.push(await isolate.memory(() => load(workerd.ports['ours'] ?? 0, STIRRED)));
        process.push(workerd.memory());
      }
      isolate.close();
      return [line('10', 'heap after 200,000 sends', held, FLAT), line('10b', 'the whole process', process)];
    } finally {
      await workerd.end();
      hangUp();
    }
  } finally {
    remove();
  }
}

/**
 * @param {string} row
 * @param {string} what
 * @param {number[]} held
 * @param {number} [most]
 */
function line(row, what, held, most) {
  const early = held[EARLY / STEP - 1] ?? Number.NaN;
  const late = held.at(-1) ?? Number.NaN;
  const megabytes = (/** @type {number} */ bytes) => `${(bytes / 1024 / 1024).toFixed(1)} MB`;
  const { from, to } = summary(held.map((bytes) => bytes / early));
  const ratio = spread({ median: late / early, from, to });
  const peer = `${megabytes(early)} after 10,000`;
  return { row, what, ours: megabytes(late), peer, ratio, target: most === undefined ? '-' : `<= ${most.toFixed(2)}`, ...(most === undefined ? {} : { met: late / early <= most }) };
}
