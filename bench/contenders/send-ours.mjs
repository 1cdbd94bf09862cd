// The package's `sendMessage`, straight to Maytapi.
// @ts-check
import { MaytapiClient } from 'maytapi';
import { cpuOf, isQueued, KEY, PHONE, PRODUCT, textOf, TO } from './cpu.mjs';

/** @param {{ timeoutMs?: number }} data */
export function start({ timeoutMs }) {
  const round = cpuOf((fetch) => {
    const client = new MaytapiClient({ productId: PRODUCT, apiKey: KEY, phoneId: PHONE, timeoutMs, fetch: /** @type {any} */ (fetch) });
    return async (n) => isQueued(await client.sendMessage({ type: 'text', toNumber: TO, message: textOf(n) }));
  });
  return { round };
}
