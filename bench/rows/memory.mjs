// Row 10: whether an entry Worker's memory stays where it is over many sends.
// @ts-check
import { hangUp, load, variables } from '../load.mjs';
import { startWorkerd, workersFolder } from '../workerd.mjs';

const EARLY = 10_000;
const LATE = 200_000;
const STEP = 10_000;
/** How much more the process may hold at the end: what the garbage collector lets lie about, and no more. */
const FLAT = 1.1;

export async function measure() {
  const { folder, remove } = await workersFolder();
  try {
    const workerd = await startWorkerd(folder, [
      { name: 'stub', modules: ['stub-phone.js'], hosts: { className: 'Phone' } },
      { name: 'ours', modules: ['index.js', 'index_bg.wasm'], texts: variables(), object: { binding: 'PHONES', className: 'Phone', service: 'stub' }, socket: true },
    ]);
    try {
      /** @type {number[]} */
      const held = [];
      for (let sent = 0; sent < LATE; sent += STEP) {
        await load(workerd.ports['ours'] ?? 0, STEP);
        held.push(workerd.memory());
        if (sent % (5 * STEP) === 0) process.stdout.write(`${(sent + STEP) / 1000}k `);
      }
      const early = held[EARLY / STEP - 1] ?? Number.NaN;
      const late = held.at(-1) ?? Number.NaN;
      const megabytes = (/** @type {number} */ bytes) => `${(bytes / 1024 / 1024).toFixed(0)} MB`;
      const ratios = held.map((bytes) => bytes / early);
      const spread = `${(late / early).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`;
      return [
        { row: '10', what: 'memory after 200,000 sends', ours: megabytes(late), peer: `${megabytes(early)} after 10,000`, ratio: spread, target: `<= ${FLAT.toFixed(2)}`, met: late / early <= FLAT },
      ];
    } finally {
      await workerd.end();
      hangUp();
    }
  } finally {
    remove();
  }
}
