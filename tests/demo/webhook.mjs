// The demo's own receiver of Maytapi's webhooks: tells each delivery state as it comes.
// @ts-check
import { createServer } from 'node:http';

/** @typedef {{ msgId: string, ackCode: number, at: number }} Ack `at` in milliseconds since the Unix epoch */

const MAX_BYTES = 1024 * 1024;

/** Maytapi's numbers in words. Its own word for 1 is "delivered", which only means that WhatsApp's server has the message. */
export const STATES = new Map([
  [1, 'sent: WhatsApp has it (one tick)'],
  [2, "delivered: it is on the recipient's phone (two ticks)"],
  [3, 'read: the recipient has seen it (blue ticks)'],
  [4, 'played: the recipient has listened to it'],
  [5, 'deleted'],
]);

/** Listens on the loopback only. */
export async function startWebhook() {
  /** @type {Set<(ack: Ack) => void>} */
  const listeners = new Set();
  /** @type {Ack[]} */
  const acks = [];
  const server = createServer((request, response) => {
    readJson(request).then(
      (event) => {
        response.writeHead(200).end();
        for (const ack of acksOf(event)) {
          acks.push(ack);
          for (const listener of listeners) listener(ack);
        }
      },
      () => response.writeHead(400).end(),
    );
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(undefined));
  });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}/webhook`,
    /**
     * Tells every state from now on.
     * @param {(ack: Ack) => void} listener
     */
    listen: (listener) => void listeners.add(listener),
    /**
     * The state of this number of this message, which may have come before its id was known.
     * @param {string} msgId
     * @param {number} ackCode
     * @param {number} ms how long to wait
     * @returns {Promise<Ack>}
     */
    ack(msgId, ackCode, ms) {
      return new Promise((resolve, reject) => {
        const settle = (/** @type {Ack} */ ack) => {
          if (ack.msgId !== msgId || ack.ackCode !== ackCode) return;
          listeners.delete(settle);
          clearTimeout(timer);
          resolve(ack);
        };
        const timer = setTimeout(() => {
          listeners.delete(settle);
          reject(new Error(`no webhook told state ${ackCode} of the message within ${ms / 1000} s`));
        }, ms);
        listeners.add(settle);
        acks.forEach(settle);
      });
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve(undefined));
        server.closeAllConnections();
      }),
  };
}

/**
 * The states in an event. Poll votes and reactions come among them and have no code.
 * @param {unknown} event
 * @returns {Ack[]}
 */
function acksOf(event) {
  const { type, data } = /** @type {{ type?: unknown, data?: unknown }} */ (event ?? {});
  if (type !== 'ack' || !Array.isArray(data)) return [];
  const at = Date.now();
  return data.filter(({ ackCode, msgId }) => Number.isInteger(ackCode) && typeof msgId === 'string').map(({ ackCode, msgId }) => ({ ackCode, msgId, at }));
}

/** @param {import('node:http').IncomingMessage} request */
async function readJson(request) {
  let text = '';
  request.setEncoding('utf8');
  for await (const piece of request) {
    text += piece;
    if (text.length > MAX_BYTES) throw new Error('too large');
  }
  return JSON.parse(text);
}
