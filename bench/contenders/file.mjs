// A send of a 5 MB file. What stands in for the network takes the body in, as `fetch` would, piece by piece.
// @ts-check
import { KEY, PHONE, PRODUCT, TO } from './cpu.mjs';
import { MaytapiClient } from 'maytapi';
import { bytesToDataUri, chunksToDataUri } from '../peers/data-uri.js';
import { sendByHand } from '../peers/by-hand.js';

const SIZE = 5 * 1024 * 1024;
const TYPE = 'application/pdf';
const ANSWER = JSON.stringify({ success: true, data: { chatId: '12025550123@c.us', msgId: '0f0d1a40-8a0b-11ee-b9d1-0242ac120002' } });

/** @typedef {(url: any, init?: any) => Promise<Response>} Fetch */

/** The ways to send bytes, by name. */
const WAYS = {
  ours: (/** @type {Fetch} */ fetch) => {
    const client = new MaytapiClient({ productId: PRODUCT, apiKey: KEY, phoneId: PHONE, fetch });
    return (/** @type {Uint8Array} */ bytes) => client.sendMedia(TO, bytes, { mimeType: TYPE, filename: 'report.pdf' });
  },
  buffer: byHand(bytesToDataUri),
  btoa: byHand(chunksToDataUri),
};

/** @param {(bytes: Uint8Array, type: string) => string} toDataUri */
function byHand(toDataUri) {
  return (/** @type {Fetch} */ fetch) => (/** @type {Uint8Array} */ bytes) =>
    sendByHand(fetch, `https://api.maytapi.com/api/${PRODUCT}/${PHONE}/sendMessage`, KEY, { type: 'media', to_number: TO, message: toDataUri(bytes, TYPE), filename: 'report.pdf' });
}

/** @param {{ way: keyof typeof WAYS }} data */
export function start({ way }) {
  const bytes = new Uint8Array(SIZE);
  for (let i = 0; i < SIZE; i += 1) bytes[i] = (i * 2_654_435_761) >>> 13;
  let takeIn = false;
  let sent = 0;
  const send = WAYS[way](async (_, init) => {
    sent = typeof init.body === 'string' ? init.body.length : init.body.size;
    if (takeIn) {
      let size = 0;
      for await (const chunk of /** @type {any} */ (new Response(init.body).body)) size += chunk.length;
      if (size !== sent) throw new Error(`${size} bytes of ${sent}`);
    }
    return new Response(ANSWER, { headers: { 'content-type': 'application/json' } });
  });
  /** @param {{ count: number, memory?: boolean }} round */
  const round = async ({ count, memory = false }) => {
    takeIn = memory;
    globalThis.gc?.();
    const rss = process.memoryUsage().rss;
    const before = process.cpuUsage();
    for (let i = 0; i < count; i += 1) {
      /** @type {any} */
      const queued = await send(bytes);
      if (queued?.msgId?.length !== 36 || sent < (SIZE / 3) * 4) throw new Error('the file was not sent');
    }
    const { user, system } = process.cpuUsage(before);
    // In kilobytes, as the kernel counts.
    return memory ? process.resourceUsage().maxRSS * 1024 - rss : (user + system) / count;
  };
  return { round };
}
