// Tokens of other issuers: RS256, ES256 and EdDSA by JWKS, and what becomes of them when the keys rotate or can't be fetched.
// @ts-check
import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, sign as signWith } from 'node:crypto';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { encode, now } from '../support/token.mjs';
import { text, useWorker } from './harness.mjs';

const KEYS = {
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: generateKeyPairSync('ed25519'),
};
const STRANGER = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const WEAK = generateKeyPairSync('rsa', { modulusLength: 1024 });

/** @type {unknown[]} */
let published = [];
let fetches = 0;
/** @type {number} */
let status = 200;
let delayMs = 0;
const server = createServer(async (_, response) => {
  fetches += 1;
  await new Promise((resolve) => setTimeout(resolve, delayMs));
  response.writeHead(status, { 'content-type': 'application/json', location: 'http://127.0.0.1:1/' });
  response.end(JSON.stringify({ keys: published }));
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
const issuer = `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`;
after(() => server.close());

/** @param {string} kid @param {import('node:crypto').KeyObject} key */
const jwk = (kid, key) => ({ ...createPublicKey(/** @type {any} */ (key.export({ type: 'spki', format: 'pem' }))).export({ format: 'jwk' }), kid, use: 'sig' });

/**
 * @param {'RS256' | 'ES256' | 'EdDSA'} alg
 * @param {{ kid?: string, key?: import('node:crypto').KeyObject, claims?: Record<string, unknown>, header?: Record<string, unknown> }} [how]
 */
function mint(alg, { kid = alg, key = KEYS[alg].privateKey, claims = {}, header = {} } = {}) {
  const signed = `${encode({ alg, typ: 'JWT', kid, ...header })}.${encode({ sub: 'u', iss: issuer, aud: 'their-audience', exp: now() + 600, ...claims })}`;
  const how = alg === 'ES256' ? { key, dsaEncoding: /** @type {const} */ ('ieee-p1363') } : key;
  return `${signed}.${signWith(alg === 'EdDSA' ? null : 'sha256', Buffer.from(signed), how).toString('base64url')}`;
}

describe('jwks', () => {
  const worker = useWorker({
    secrets: { TOKEN_SECRET: undefined },
    proxy: { auth: { jwks: [{ url: `${issuer}/jwks.json`, issuer, audience: 'their-audience', algorithms: ['RS256', 'ES256', 'EdDSA'] }] } },
  });
  before(() => {
    published = [...Object.entries(KEYS).map(([alg, { publicKey }]) => jwk(alg, publicKey)), jwk('weak', WEAK.publicKey), { kty: 'oct', k: 'AAAA', kid: 'oct' }];
  });

  test('keys that can not be fetched are told so, and nothing is sent', async () => {
    for (const failing of [500, 302, 404]) {
      status = failing;
      const body = worker.problem(await worker.post(text(), { token: mint('RS256') }), 503, 'keys_unavailable');
      assert.equal(body.retryable, 'yes');
    }
    assert.equal(worker.stack.simulator.received.length, 0);
    assert.match(worker.stack.logs(), /"event":"keys_not_fetched","reason":"http_500"/);
    status = 200;
    await new Promise((resolve) => setTimeout(resolve, 1100));
  });

  test('each algorithm is accepted, also of requests that come at once, and the keys are fetched once', async () => {
    fetches = 0;
    delayMs = 300;
    const algorithms = /** @type {const} */ (['RS256', 'ES256', 'EdDSA']);
    const answers = await Promise.all(algorithms.map((alg) => worker.post(text(), { token: mint(alg) })));
    delayMs = 0;
    for (const [n, answer] of answers.entries()) assert.equal(answer.status, 200, `${algorithms[n]}: ${answer.text}`);
    assert.equal(fetches, 1);
    assert.equal(worker.stack.simulator.sends.length, 3);
  });

  test('a token without a key id is tried with the keys of its algorithm', async () => {
    const answer = await worker.post(text(), { token: mint('ES256', { header: { kid: undefined } }) });
    assert.equal(answer.status, 200, answer.text);
  });

  test('forged tokens are refused', async () => {
    const good = mint('RS256');
    const pem = String(KEYS.RS256.publicKey.export({ type: 'spki', format: 'pem' }));
    const { createHmac } = await import('node:crypto');
    const hs = `${encode({ alg: 'HS256', kid: 'RS256' })}.${good.split('.')[1]}`;
    /** @type {Record<string, string>} */
    const forged = {
      'a stranger\'s key': mint('ES256', { key: STRANGER.privateKey }),
      'a weak key of the set': mint('RS256', { kid: 'weak', key: WEAK.privateKey }),
      'another key of the set': mint('RS256', { kid: 'ES256' }),
      'an algorithm that is not the key\'s': mint('RS256', { header: { alg: 'ES256' } }),
      'the public key as a shared secret': `${hs}.${createHmac('sha256', pem).update(hs).digest('base64url')}`,
      'alg none': `${encode({ alg: 'none' })}.${good.split('.')[1]}.`,
      'claims changed': [good.split('.')[0], encode({ sub: 'admin', iss: issuer, aud: 'their-audience', exp: now() + 60 }), good.split('.')[2]].join('.'),
      'another issuer': mint('RS256', { claims: { iss: 'https://evil.example' } }),
      'no issuer': mint('RS256', { claims: { iss: undefined } }),
      'another audience': mint('RS256', { claims: { aud: 'maytapi-edge' } }),
      'no subject': mint('RS256', { claims: { sub: undefined } }),
      'a signature in DER': `${mint('ES256').split('.').slice(0, 2).join('.')}.${signWith('sha256', Buffer.from(mint('ES256').split('.').slice(0, 2).join('.')), KEYS.ES256.privateKey).toString('base64url')}`,
      'a key in the header': mint('ES256', { key: STRANGER.privateKey, header: { jwk: jwk('x', STRANGER.publicKey) } }),
      'the address of a key in the header': mint('ES256', { key: STRANGER.privateKey, header: { jku: 'https://evil.example' } }),
      'PS256': mint('RS256', { header: { alg: 'PS256' } }),
    };
    for (const [name, token] of Object.entries(forged)) {
      const answer = await worker.post(text(), { token });
      assert.equal(answer.status, 401, `${name}: ${answer.text}`);
    }
    worker.problem(await worker.post(text(), { token: mint('RS256', { claims: { exp: now() - 60 } }) }), 401, 'expired_token');
    assert.equal(worker.stack.simulator.received.length, 0);
  });

  test('a key that is not there makes one more fetch, not one per request', async () => {
    fetches = 0;
    for (let n = 0; n < 10; n += 1) {
      worker.problem(await worker.post(text(), { token: mint('ES256', { kid: `unknown-${n}` }) }), 401, 'invalid_token');
    }
    assert.ok(fetches <= 1, `${fetches} fetches`);
  });

  test('a set that can not be fetched again stays good', async () => {
    status = 500;
    assert.equal((await worker.post(text(), { token: mint('EdDSA') })).status, 200);
    status = 200;
  });
});

describe('a shared secret and an issuer', () => {
  const worker = useWorker({ proxy: { auth: { audience: 'maytapi-edge', jwks: [{ url: `${issuer}/jwks.json`, issuer, audience: 'their-audience', algorithms: ['ES256'] }] } } });

  test('one subject of both is two callers: neither is told of the other\'s sends', async () => {
    const headers = { 'idempotency-key': 'order-7' };
    const ours = await worker.post(text(), { claims: { sub: 'u' }, headers });
    const theirs = await worker.post(text(), { token: mint('ES256'), headers });
    const again = await worker.post(text(), { token: mint('ES256'), headers });
    assert.deepEqual([ours, theirs, again].map(({ status, body }) => [status, body.data.msgId === ours.body.data.msgId]), [[200, true], [200, false], [200, false]]);
    assert.equal(again.body.data.msgId, theirs.body.data.msgId);
    assert.equal(worker.stack.simulator.sends.length, 2);
  });
});
