// The shield stands before everything that costs something, also where nobody has shown a token yet; and what is told of limits is whole.
// @ts-check
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, describe, test } from 'node:test';
import { text, useWorker } from './harness.mjs';

let asked = 0;
const server = createServer((request, response) => {
  asked += 1;
  request.resume();
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ success: true, hostname: 'app.example' }));
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
after(() => server.close());
const challenges = `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}/`;

const ALLOWED = 5;

describe('the shield', () => {
  const worker = useWorker({
    wrangler: true,
    bindings: { ratelimits: [{ name: 'SHIELD', namespace_id: '1002', simple: { limit: ALLOWED, period: 60 } }] },
    vars: { TURNSTILE_URL: challenges },
    secrets: { TURNSTILE_SECRET: 'canary-turnstile-secret' },
    proxy: { turnstile: { hostnames: ['app.example'], phones: ['1150'], types: ['text'] } },
  });
  const from = (/** @type {string} */ address) => ({ 'cf-connecting-ip': address, origin: 'https://app.example', 'content-type': 'application/json' });
  const token = (/** @type {string} */ address) => worker.call('/token', { method: 'POST', body: JSON.stringify({ turnstile: 'answer' }), headers: from(address) });
  const ready = (/** @type {string} */ address) => worker.call('/ready', { headers: from(address) });

  for (const [path, ask] of /** @type {[string, typeof token][]} */ ([['/token', token], ['/ready', ready]])) {
    test(`turns away an address that asks ${path} too often, and no other`, async () => {
      asked = 0;
      const [eager, patient] = path === '/token' ? ['192.0.2.1', '192.0.2.2'] : ['192.0.2.3', '192.0.2.4'];
      const statuses = [];
      for (let n = 0; n < 2 * ALLOWED; n += 1) statuses.push((await ask(eager)).status);
      assert.equal(statuses[0], 200);
      assert.ok(statuses.filter((status) => status === 200).length <= ALLOWED, statuses.join());
      const answer = await ask(eager);
      assert.equal(worker.problem(answer, 429, 'rate_limited').retryable, 'yes');
      assert.ok(Number(answer.headers.get('retry-after')) >= 1);
      assert.ok(asked <= ALLOWED, `Turnstile was asked ${asked} times`);
      assert.equal((await ask(patient)).status, 200);
    });
  }

  test('addresses of one IPv6 network are one', async () => {
    const statuses = [];
    for (let n = 0; n < 2 * ALLOWED; n += 1) statuses.push((await ready(`2001:db8:1:2::${n}`)).status);
    assert.ok(statuses.filter((status) => status === 200).length <= ALLOWED, statuses.join());
  });

  test('does not hide that the Worker runs', async () => {
    for (let n = 0; n < 2 * ALLOWED; n += 1) assert.equal((await worker.call('/ping', { headers: from('192.0.2.5') })).status, 200);
  });
});

describe('what is told of limits', () => {
  const worker = useWorker({ proxy: { limits: { upstreamSeconds: 1, caller: { month: 1 }, recipient: { gapSeconds: 100 }, phone: { month: 1000 } } } });
  const post = (/** @type {string} */ sub, /** @type {string} */ to) => worker.post(text(to), { claims: { sub } });

  test('a quota that is used up is told with the quotas, and with what is left of it', async () => {
    assert.equal((await post('a', '12025550101')).status, 200);
    const answer = await post('a', '12025550102');
    worker.problem(answer, 429, 'rate_limited');
    assert.equal(answer.headers.get('ratelimit-policy'), '"caller-month";q=1;w=2592000, "phone-month";q=1000;w=2592000');
    assert.equal(answer.headers.get('ratelimit'), `"caller-month";r=0;t=${answer.headers.get('retry-after')}`);
  });

  test('a gap that has not passed is told with the quotas too', async () => {
    const answer = await post('b', '12025550101');
    worker.problem(answer, 429, 'rate_limited');
    assert.equal(answer.headers.get('ratelimit-policy'), '"caller-month";q=1;w=2592000, "phone-month";q=1000;w=2592000');
    assert.match(answer.headers.get('ratelimit') ?? '', /^"(caller|phone)-month";r=\d+;t=\d+$/);
  });

  test('nobody is told to come again in no time at all', async () => {
    worker.stack.simulator.fail({ kind: 'rateLimited', retryAfter: 0, times: Infinity });
    const answer = await post('c', '12025550103');
    worker.problem(answer, 503, 'rate_limited');
    assert.ok(Number(answer.headers.get('retry-after')) >= 1, `retry-after: ${answer.headers.get('retry-after')}`);
  });
});
