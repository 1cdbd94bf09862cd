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

/** @param {{ port: number, way: 'ours' | 'pool', timeoutMs?: number }} data */
export function start({ port, way, timeoutMs }) {
  const base = `http://127.0.0.1:${port}/api/${PRODUCT}`;
  // Nothing but the address differs from a send to Maytapi.
  const client = new MaytapiClient({ productId: PRODUCT, apiKey: KEY, phoneId: PHONE, timeoutMs, fetch: (_, init) => fetch(`${base}/${PHONE}/sendMessage`, init) });
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
  const all = async (count) => {
    const queued = await send(count);
    if (queued !== count) throw new Error(`${queued} of ${count} were queued`);
  };
  /** What is held after so many. @param {number} count */
  const kept = async (count) => {
    await all(count);
    globalThis.gc?.();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  /** How long so many take. @param {number} count */
  const timed = async (count) => {
    const started = performance.now();
    const cpu = process.cpuUsage();
    await all(count);
    const seconds = (performance.now() - started) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    return { rate: count / seconds, cpu: (user + system) / count };
  };
  return { round: (/** @type {{ count: number, memory?: boolean }} */ { count, memory }) => (memory ? kept(count) : timed(count)) };
}
