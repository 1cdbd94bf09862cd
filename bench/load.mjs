// Sends over HTTP as pages do: a token, an origin, a key of its own for each message.
// @ts-check
import { Agent, request } from 'node:http';
import { now, sign } from '../tests/support/token.mjs';

export const SECRET = 'canary-token-secret-0123456789-0123456789';
export const ORIGIN = 'https://app.example';
const CONCURRENCY = 16;
const REQUEST_MS = 30_000;

const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
let sent = 0;

/** The token of a caller who may send from these phones. @param {string[]} phones */
export function token(phones = ['1150']) {
  const claims = { sub: 'user-17', aud: 'maytapi-edge', iat: now(), exp: now() + 3000, maytapi: { phones, types: ['text', 'media'] } };
  return sign(claims, { secret: SECRET });
}

/**
 * The variables of a proxy, the same for ours and for the peers.
 * @param {{ phones?: string[], upstream?: string }} [how]
 */
export function variables({ phones = ['1150'], upstream } = {}) {
  const proxy = {
    origins: [ORIGIN],
    auth: { audience: 'maytapi-edge' },
    accounts: { main: { productId: '00000000-0000-4000-8000-000000000000', keySecret: 'MAYTAPI_KEY', phones } },
    policy: { types: ['text', 'media', 'image'], recipients: { countryPrefixes: ['1', '44'], deny: ['12025550199'] } },
    limits: { caller: { minute: 1_000_000 }, recipient: { day: 1_000_000 }, phone: { day: 1_000_000 } },
  };
  return { PROXY: JSON.stringify(proxy), TOKEN_SECRET: SECRET, MAYTAPI_KEY: 'canary-key-0000-0000', ...(upstream ? { UPSTREAM: upstream } : {}) };
}

/**
 * Sends many messages, a few at a time. Every one has to be queued.
 * @param {number} port
 * @param {number} count
 * @param {{ phones?: string[], bearer?: string }} [how]
 */
export async function load(port, count, { phones = ['1150'], bearer = token(phones) } = {}) {
  let left = count;
  const one = async () => {
    while (left > 0) {
      left -= 1;
      sent += 1;
      const answer = await post(port, phones[sent % phones.length] ?? '', bearer, sent);
      if (answer.status !== 200 || !answer.text.includes('"msgId"')) throw new Error(`a send was answered with ${answer.status} ${answer.text}`);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, one));
}

/**
 * @param {number} port
 * @param {string} phone
 * @param {string} bearer
 * @param {number} n
 * @param {Record<string, unknown>} [other] what differs from an ordinary message
 * @returns {Promise<{ status: number, text: string }>}
 */
export function post(port, phone, bearer, n, other = {}) {
  const to = `1202555${String(n % 10_000).padStart(4, '0')}`.replace('12025550199', '12025550198');
  const body = JSON.stringify({ type: 'text', toNumber: to, message: `Your order ${n} is on its way and will arrive tomorrow between 9 and 12.`, ...other });
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    authorization: `Bearer ${bearer}`,
    origin: ORIGIN,
    'idempotency-key': `order-${process.pid}-${n}`,
  };
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, path: `/api/main/${phone}/sendMessage`, method: 'POST', agent, headers, timeout: REQUEST_MS }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (chunk) => {
        text += chunk;
      });
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, text }));
      incoming.on('error', reject);
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer in ${REQUEST_MS} ms`)));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/**
 * Makes sure that a Worker checks what it claims to check: a forged token and wrong messages are refused.
 * @param {number} port
 */
export async function refusals(port) {
  const forged = sign({ sub: 'user-17', aud: 'maytapi-edge', iat: now(), exp: now() + 3000 }, { secret: `${SECRET}x` });
  const good = token();
  for (const [bearer, message, wanted] of /** @type {const} */ ([
    [forged, {}, 401],
    [good, { toNumber: '12' }, 422],
    [good, { caption: 'x' }, 422],
    [good, { toNumber: '33102030405' }, 403],
    [good, { toNumber: '12025550199' }, 403],
    [good, { type: 'image', message: 'https://files.example/a.png' }, 403],
  ])) {
    const answer = await post(port, '1150', bearer, (sent += 1), message);
    if (answer.status !== wanted) throw new Error(`${JSON.stringify(message)} was answered with ${answer.status} in place of ${wanted}: ${answer.text}`);
  }
}

/** Ends the idle connections. */
export function hangUp() {
  agent.destroy();
}
