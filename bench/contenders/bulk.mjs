// Ten thousand sends over loopback, a few at a time.
// @ts-check
import { MaytapiClient } from 'maytapi';
import { sendPool } from '../peers/pool.js';
import { KEY, PHONE, PRODUCT, textOf, TO } from './cpu.mjs';

const CONCURRENCY = 16;

/** @param {number} count */
function* ourMessages(count) {
  for (let n = 0; n < count; n += 1) yield /** @type {const} */ ({ type: 'text', toNumber: TO, message: textOf(n) });
}

/** @param {number} count */
function* wireMessages(count) {
  for (const { type, toNumber, message } of ourMessages(count)) yield { type, to_number: toNumber, message };
}

/** @param {{ port: number, way: 'ours' | 'pool' }} data */
export function start({ port, way }) {
  const base = `http://127.0.0.1:${port}/api/${PRODUCT}`;
  // Nothing but the address differs from a send to Maytapi.
  const client = new MaytapiClient({ productId: PRODUCT, apiKey: KEY, phoneId: PHONE, fetch: (_, init) => fetch(`${base}/${PHONE}/sendMessage`, init) });
  const send = {
    ours: async (/** @type {number} */ count) => {
      let queued = 0;
      for await (const result of client.sendMany(ourMessages(count), { concurrency: CONCURRENCY })) queued += Number(result.status === 'queued');
      return queued;
    },
    pool: async (/** @type {number} */ count) => {
      const results = await sendPool(fetch, `${base}/${PHONE}/sendMessage`, KEY, wireMessages(count), CONCURRENCY);
      return results.filter(({ status }) => status === 'queued').length;
    },
  }[way];
  /** @param {number} count */
  const round = async (count) => {
    globalThis.gc?.();
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss);
    }, 20);
    const started = performance.now();
    const cpu = process.cpuUsage();
    const queued = await send(count);
    const seconds = (performance.now() - started) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    clearInterval(watch);
    if (queued !== count) throw new Error(`${queued} of ${count} were queued`);
    globalThis.gc?.();
    const { heapUsed, external } = process.memoryUsage();
    return { rate: count / seconds, cpu: (user + system) / count, most, kept: heapUsed + external };
  };
  return { round };
}
