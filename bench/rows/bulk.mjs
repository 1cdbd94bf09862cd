// Row 4: ten thousand messages in one go.
// @ts-check
import { contender } from '../contender.mjs';
import { alternate, median, ratio } from '../statistics.mjs';
import { micros, spread } from '../table.mjs';

const MESSAGES = 10_000;
const LEAST_RATE = 0.9;
/** How much more may be held after ten thousand messages than after one thousand. */
const FLAT = 1.1;

export async function measure() {
  const upstream = await contender('upstream');
  /** @type {Awaited<ReturnType<typeof contender>>[]} */
  const started = [];
  try {
    const data = { port: upstream.started };
    const ours = await contender('bulk', { data: { ...data, way: 'ours' } });
    started.push(ours);
    const pool = await contender('bulk', { data: { ...data, way: 'pool' } });
    started.push(pool);
    for (const one of started) await one.round(MESSAGES / 5);
    const few = await ours.round(MESSAGES / 10);
    /** @type {Record<string, any[]>} */
    const told = { ours: [], pool: [] };
    const round = (/** @type {string} */ name, /** @type {typeof ours} */ one) => async () => {
      const figures = await one.round(MESSAGES);
      told[name]?.push(figures);
      return figures.rate;
    };
    const rates = await alternate({ ours: round('ours', ours), pool: round('pool', pool) });
    const of = (/** @type {string} */ name, /** @type {string} */ figure) => (told[name] ?? []).map((figures) => figures[figure]);
    const rate = ratio(rates.ours, rates.pool);
    const cpu = ratio(of('ours', 'cpu'), of('pool', 'cpu'));
    const kept = ratio(of('ours', 'kept'), of('ours', 'kept').map(() => few.kept));
    const perSecond = (/** @type {number[]} */ values) => `${median(values).toFixed(0)}/s`;
    const megabytes = (/** @type {number} */ bytes) => `${(bytes / 1024 / 1024).toFixed(1)} MB`;
    return [
      { row: '4', what: 'sendMany, 10,000 messages', ours: perSecond(rates.ours), peer: `${perSecond(rates.pool)} p-limit`, ratio: spread(rate), target: `>= ${LEAST_RATE.toFixed(2)}`, met: rate.median >= LEAST_RATE },
      { row: '4b', what: 'the same, CPU per send', ours: micros(median(of('ours', 'cpu'))), peer: `${micros(median(of('pool', 'cpu')))} p-limit`, ratio: spread(cpu), target: '-' },
      { row: '4c', what: 'memory kept, 10,000 to 1,000', ours: megabytes(median(of('ours', 'kept'))), peer: `${megabytes(few.kept)} ours`, ratio: spread(kept), target: `<= ${FLAT.toFixed(2)}`, met: kept.median <= FLAT },
    ];
  } finally {
    for (const one of [...started, upstream]) one.end();
  }
}
