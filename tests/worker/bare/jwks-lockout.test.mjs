// Forged tokens whose senders hang up at once: they must not keep an issuer's keys from arriving for everybody else.
// @ts-check
import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, sign as signWith } from 'node:crypto';
import { createServer } from 'node:http';
import { after, describe, test } from 'node:test';
import { encode, now } from '../../support/token.mjs';
import { ALL, pause, raw, SEND, useBareWorker, WAYS } from './harness.mjs';

const KEYS_MS = 300;
const FORGED_EVERY_MS = 100;
/** A request has reached the Worker by then, and its keys have not. */
const GONE_AFTER_MS = 40;
const VALID = ALL ? 30 : 6;
/** The first few within the second in which nobody else may fetch: what they are told depends on the fetch that the forger began. */
const VALID_EVERY_MS = 125;
/** Longer than the Worker waits between two fetches because of a key that it doesn't know. */
const LATER_MS = 60_000;

const PAIRS = { old: generateKeyPairSync('ec', { namedCurve: 'P-256' }), new: generateKeyPairSync('ec', { namedCurve: 'P-256' }) };
let published = ['old'];
let fetches = 0;
const server = createServer((_, response) => {
  fetches += 1;
  const timer = setTimeout(() => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ keys: published.map((kid) => ({ ...jwk(kid), kid, use: 'sig' })) }));
  }, KEYS_MS);
  response.on('close', () => clearTimeout(timer));
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
after(() => server.close());
const issuer = `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`;

const pairOf = (/** @type {string} */ kid) => (kid === 'new' ? PAIRS.new : PAIRS.old);
const jwk = (/** @type {string} */ kid) => createPublicKey(String(pairOf(kid).publicKey.export({ type: 'spki', format: 'pem' }))).export({ format: 'jwk' });

/** @param {string} kid @param {string} [signature] */
function mint(kid, signature) {
  const signed = `${encode({ alg: 'ES256', typ: 'JWT', kid })}.${encode({ sub: 'u', iss: issuer, aud: 'their-audience', exp: now() + 600 })}`;
  return `${signed}.${signature ?? signWith('sha256', Buffer.from(signed), { key: pairOf(kid).privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

const PROXY = { auth: { jwks: [{ url: `${issuer}/jwks.json`, issuer, audience: 'their-audience', algorithms: ['ES256'] }] } };
const message = (/** @type {string} */ text) => ({ type: 'text', toNumber: '12025550123', message: text });

/**
 * What valid callers are told while somebody forges.
 * @param {ReturnType<typeof useBareWorker>} worker @param {import('./harness.mjs').Way} way @param {string} kid
 */
async function besieged(worker, way, kid) {
  const token = mint('forged', Buffer.alloc(64, 1).toString('base64url'));
  const forged = raw('POST', SEND, { 'content-type': 'application/json', 'content-length': '2', authorization: `Bearer ${token}` }, '{}');
  await worker.hangUp(forged, way, { when: GONE_AFTER_MS });
  const forger = setInterval(() => void worker.hangUp(forged, way, { when: GONE_AFTER_MS }), FORGED_EVERY_MS);
  try {
    const answers = [];
    for (let n = 0; n < VALID; n += 1) {
      answers.push(worker.post(message(`${kid} ${n}`), { token: mint(kid) }));
      await pause(VALID_EVERY_MS);
    }
    return (await Promise.all(answers)).map(({ status, body }) => `${status} ${body?.code ?? 'queued'}`);
  } finally {
    clearInterval(forger);
  }
}

/** What each valid caller is to be told; and few fetches, since anybody can forge. @param {string[]} told */
function allServed(told) {
  assert.deepEqual(told, told.map(() => '200 queued'));
  assert.ok(fetches >= 1 && fetches <= 3, `${fetches} fetches`);
}

for (const way of WAYS) {
  describe(`ten forged tokens a second that hang up, ${way}, before any key has come`, () => {
    const worker = useBareWorker({ proxy: PROXY, secrets: { TOKEN_SECRET: undefined } });

    test('do not keep the keys away from valid callers', async () => {
      published = ['old'];
      fetches = 0;
      allServed(await besieged(worker, way, 'old'));
    });
  });

  describe(`ten forged tokens a second that hang up, ${way}, when the issuer has changed its key`, () => {
    const worker = useBareWorker({ proxy: PROXY, secrets: { TOKEN_SECRET: undefined } });

    test('do not keep the new key away from valid callers', async () => {
      published = ['old'];
      assert.equal((await worker.post(message('before'), { token: mint('old') })).status, 200);
      published = ['new'];
      fetches = 0;
      await worker.call('/ping', { headers: { 'x-clock-ahead-ms': String(LATER_MS) } });
      allServed(await besieged(worker, way, 'new'));
    });
  });
}
