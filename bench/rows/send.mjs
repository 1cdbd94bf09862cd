// Row 2: CPU of one send of a short text, from the call to `fetch` and from the answer to the promise.
// @ts-check
import { contenders as several } from '../contender.mjs';
import { alternate, median, paired, ratio, SHORT_ROUNDS } from '../statistics.mjs';
import { micros, spread } from '../table.mjs';

const SENDS = 2000;
const WARM_UP = 8000;
const MOST = 1.1;
const MOST_OVER_FLOOR = 15;

export async function measure() {
  const contenders = {
    ours: await several('send-ours', { data: { timeoutMs: 0 } }),
    bounded: await several('send-ours', { data: {} }),
    generated: await several('send-generated'),
    floor: await several('send-floor'),
  };
  const all = Object.values(contenders);
  try {
    for (const one of all) await one.warmUp(WARM_UP);
    const round = (/** @type {keyof typeof contenders} */ name) => () => contenders[name].round(SENDS);
    const figures = await alternate({ ours: round('ours'), bounded: round('bounded'), generated: round('generated'), floor: round('floor') }, SHORT_ROUNDS);
    const { ours, bounded, generated, floor } = figures;
    const shape = ratio(ours, generated);
    const over = paired(bounded, floor, (a, b) => a - b);
    const withBound = ratio(bounded, generated);
    const what = 'CPU per send, short text';
    return [
      { row: '2', what, ours: micros(median(ours)), peer: `${micros(median(generated))} generated`, ratio: spread(shape), target: `<= ${MOST.toFixed(2)}`, met: shape.median <= MOST },
      {
        row: '2b',
        what: 'with a time-out, over the floor',
        ours: micros(median(bounded)),
        peer: `${micros(median(floor))} by hand`,
        ratio: `+${spread(over, 1)} µs`,
        target: `<= +${MOST_OVER_FLOOR} µs`,
        met: over.median <= MOST_OVER_FLOOR,
      },
      { row: '2c', what: 'with a time-out', ours: micros(median(bounded)), peer: `${micros(median(generated))} generated`, ratio: spread(withBound), target: '-', met: undefined },
    ];
  } finally {
    for (const one of all) one.end();
  }
}
