// Row 4: ten thousand messages in one go.
// @ts-check
import { contender, contenders } from '../contender.mjs';
import { alternate, median, ratio } from '../statistics.mjs';
import { micros, spread } from '../table.mjs';

const MESSAGES = 10_000;
const LEAST_RATE = 0.85;
/** How much more may be held after ten thousand messages than after one thousand. */
const FLAT = 1.1;
const ROUNDS = 12;
const MEMORY_ROUNDS = 5;

export async function measure() {
  const upstream = await contender('upstream');
  /** @type {{ end(): void }[]} */
  const started = [upstream];
  const start = async (/** @type {object} */ data) => {
    const one = await contenders('bulk', { data: { ...data, port: upstream.started } });
    started.push(one);
    await one.warmUp({ count: MESSAGES / 2 });
    return one;
  };
  try {
    const [ours, bounded, pool] = [await start({ way: 'ours', timeoutMs: 0 }), await start({ way: 'ours' }), await start({ way: 'pool' })];
    /** @type {Record<string, number[]>} */
    const cpu = { ours: [], bounded: [], pool: [] };
    const round = (/** @type {string} */ name, /** @type {typeof ours} */ one) => async () => {
      const figures = await one.round({ count: MESSAGES });
      cpu[name]?.push(figures.cpu);
      return figures.rate;
    };
    const rates = await alternate({ ours: round('ours', ours), bounded: round('bounded', bounded), pool: round('pool', pool) }, ROUNDS);
    const one = await contender('bulk', { data: { way: 'ours', port: upstream.started } });
    started.push(one);
    const held = (/** @type {number} */ count) => () => one.round({ count, memory: true });
    await held(MESSAGES)();
    const kept = await alternate({ few: held(MESSAGES / 10), many: held(MESSAGES) }, MEMORY_ROUNDS);
    const rate = ratio(rates.ours, rates.pool);
    const flat = ratio(kept.many, kept.few);
    const peer = `${perSecond(rates.pool)} p-limit`;
    return [
      { row: '4', what: 'sendMany, 10,000 messages', ours: perSecond(rates.ours), peer, ratio: spread(rate), target: `>= ${LEAST_RATE.toFixed(2)}`, met: rate.median >= LEAST_RATE },
      { row: '4b', what: 'the same, CPU per send', ours: micros(median(cpu.ours ?? [])), peer: `${micros(median(cpu.pool ?? []))} p-limit`, ratio: spread(ratio(cpu.ours ?? [], cpu.pool ?? [])), target: '-' },
      { row: '4c', what: 'with a time-out', ours: perSecond(rates.bounded), peer, ratio: spread(ratio(rates.bounded, rates.pool)), target: '-' },
      { row: '4d', what: 'memory kept, 10,000 to 1,000', ours: megabytes(median(kept.many)), peer: `${megabytes(median(kept.few))} ours`, ratio: spread(flat), target: `<= ${FLAT.toFixed(2)}`, met: flat.median <= FLAT },
    ];
  } finally {
    for (const one of started) one.end();
  }
}

const perSecond = (/** @type {number[]} */ values) => `${median(values).toFixed(0)}/s`;
const megabytes = (/** @type {number} */ bytes) => `${(bytes / 1024 / 1024).toFixed(1)} MB`;
