// An issuer changes its keys: tokens signed with the new one are good as soon as the set may be fetched again, also of many requests at once.
// @ts-check
import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, sign as signWith } from 'node:crypto';
import { createServer } from 'node:http';
import { after, test } from 'node:test';
import { afterScript } from '../support/edge.mjs';
import { encode, now } from '../support/token.mjs';
import { text, useWorker } from './harness.mjs';

// As in panic.test.mjs, a script before the Worker: here it puts the clock on, since half a minute is long for a test.
const CLOCK = `
const real = Date.now, read = Request.prototype.arrayBuffer;
let ahead = 0;
Date.now = () => real() + ahead;
Request.prototype.arrayBuffer = async function () {
  ahead += Number(this.headers.get('x-ahead'));
  return read.call(this);
};
`;

/** @typedef {{ kid?: string, pair: import('node:crypto').KeyPairKeyObjectResult }} Key */

/** @param {string} [kid] @returns {Key} */
const made = (kid) => ({ kid, pair: generateKeyPairSync('ec', { namedCurve: 'P-256' }) });
/** @type {Key} */
let published = made();
let fetches = 0;
const server = createServer(async (_, response) => {
  fetches += 1;
  const { kid, pair } = published;
  await new Promise((resolve) => setTimeout(resolve, 200));
  const pem = String(pair.publicKey.export({ type: 'spki', format: 'pem' }));
  response.end(JSON.stringify({ keys: [{ ...createPublicKey(pem).export({ format: 'jwk' }), kid }] }));
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
const issuer = `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`;
after(() => server.close());

const worker = useWorker({
  proxy: { auth: { audience: 'maytapi-edge', jwks: [{ url: `${issuer}/jwks.json`, issuer, audience: 'their-audience', algorithms: ['ES256'] }] } },
  before: afterScript(CLOCK),
});

/** @param {Key} key */
function mint({ kid, pair }) {
  const signed = `${encode({ alg: 'ES256', kid })}.${encode({ sub: 'u', iss: issuer, aud: 'their-audience', exp: now() + 600 })}`;
  return `${signed}.${signWith('sha256', Buffer.from(signed), { key: pair.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

const post = async (/** @type {Key} */ key) => (await worker.post(text(), { token: mint(key) })).status;
const later = () => worker.post(text(), { headers: { 'x-ahead': '31000' } });

for (const [how, kids] of /** @type {[string, [string?, string?]][]} */ ([
  ['another id', ['one', 'two']],
  ['the same id', ['same', 'same']],
  ['no id', [undefined, undefined]],
])) {
  test(`a new key with ${how} is taken up with one fetch by all requests that come at once`, async () => {
    const [old, next] = [made(kids[0]), made(kids[1])];
    published = old;
    await later();
    assert.equal(await post(old), 200);
    published = next;
    await later();
    fetches = 0;
    assert.deepEqual(await Promise.all([next, next, next, next].map(post)), [200, 200, 200, 200]);
    assert.equal(await post(old), 401);
    assert.equal(fetches, 1);
  });
}
