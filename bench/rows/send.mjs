// Row 2: CPU of one send of a short text, from the call to `fetch` and from the answer to the promise.
// @ts-check
import { contender } from '../contender.mjs';
import { alternate, median, paired, ratio } from '../statistics.mjs';
import { micros, spread } from '../table.mjs';

const SENDS = 2000;
const WARM_UP = 8000;
const MOST_OVER_FLOOR = 15;

export async function measure() {
  const names = /** @type {const} */ (['send-ours', 'send-generated', 'send-floor']);
  const contenders = await Promise.all(names.map((name) => contender(name)));
  try {
    for (const one of contenders) await one.round(WARM_UP);
    const figures = await alternate(Object.fromEntries(contenders.map((one, i) => [names[i] ?? '', () => one.round(SENDS)])), 9);
    const [ours = [], generated = [], floor = []] = names.map((name) => figures[name]);
    const shape = ratio(ours, generated);
    const over = paired(ours, floor, (a, b) => a - b);
    const what = 'CPU per send, short text';
    return [
      { row: '2', what, ours: micros(median(ours)), peer: `${micros(median(generated))} generated`, ratio: spread(shape), target: '<= 1.00', met: shape.median <= 1 },
      {
        row: '2b',
        what: 'the same, over the floor',
        ours: micros(median(ours)),
        peer: `${micros(median(floor))} by hand`,
        ratio: `+${spread(over, 1)} µs`,
        target: `<= +${MOST_OVER_FLOOR} µs`,
        met: over.median <= MOST_OVER_FLOOR,
      },
    ];
  } finally {
    for (const one of contenders) one.end();
  }
}
