// Row 4: ten thousand messages in one go.
// @ts-check
import { contender } from '../contender.mjs';
import { alternate, median, ratio } from '../statistics.mjs';
import { micros, spread } from '../table.mjs';

const MESSAGES = 10_000;
const LEAST_RATE = 0.9;
/** How much more may be held after ten thousand messages than after one thousand. */
const FLAT = 1.1;
/** How the engine compiles a contender, and where that lies in memory, makes one process of it up to a tenth faster than the next. */
const PROCESSES = 2;
const ROUNDS = 12;

const WAYS = /** @type {const} */ ({ ours: { way: 'ours', timeoutMs: 0 }, bounded: { way: 'ours' }, pool: { way: 'pool' } });

export async function measure() {
  const upstream = await contender('upstream');
  /** @type {Record<string, Awaited<ReturnType<typeof contender>>[]>} */
  const started = { upstream: [upstream] };
  try {
    for (const [name, way] of Object.entries(WAYS)) {
      const starting = Array.from({ length: PROCESSES }, () => contender('bulk', { data: { ...way, port: upstream.started } }));
      started[name] = await Promise.all(starting);
      for (const one of started[name] ?? []) await one.round({ count: MESSAGES / 2 });
    }
    /** @type {Record<string, number[]>} */
    const cpu = {};
    const round = (/** @type {string} */ name) => async () => {
      const spent = (cpu[name] ??= []);
      const figures = await started[name]?.[spent.length % PROCESSES]?.round({ count: MESSAGES });
      spent.push(figures.cpu);
      return figures.rate;
    };
    const rates = await alternate({ ours: round('ours'), bounded: round('bounded'), pool: round('pool') }, ROUNDS);
    const kept = await alternate({ few: held(started, MESSAGES / 10), many: held(started, MESSAGES) });
    const rate = ratio(rates.ours, rates.pool);
    const flat = ratio(kept.many, kept.few);
    const pool = `${perSecond(rates.pool)} p-limit`;
    return [
      { row: '4', what: 'sendMany, 10,000 messages', ours: perSecond(rates.ours), peer: pool, ratio: spread(rate), target: `>= ${LEAST_RATE.toFixed(2)}`, met: rate.median >= LEAST_RATE },
      { row: '4b', what: 'the same, CPU per send', ours: micros(median(cpu.ours ?? [])), peer: `${micros(median(cpu.pool ?? []))} p-limit`, ratio: spread(ratio(cpu.ours ?? [], cpu.pool ?? [])), target: '-' },
      { row: '4c', what: 'with a time-out', ours: perSecond(rates.bounded), peer: pool, ratio: spread(ratio(rates.bounded, rates.pool)), target: '-' },
      { row: '4d', what: 'memory kept, 10,000 to 1,000', ours: megabytes(median(kept.many)), peer: `${megabytes(median(kept.few))} ours`, ratio: spread(flat), target: `<= ${FLAT.toFixed(2)}`, met: flat.median <= FLAT },
    ];
  } finally {
    for (const one of Object.values(started).flat()) one.end();
  }
}

/** @param {Record<string, Awaited<ReturnType<typeof contender>>[]>} started @param {number} count */
function held(started, count) {
  return () => started.bounded?.[0]?.round({ count, memory: true });
}

const perSecond = (/** @type {number[]} */ values) => `${median(values).toFixed(0)}/s`;
const megabytes = (/** @type {number} */ bytes) => `${(bytes / 1024 / 1024).toFixed(1)} MB`;
