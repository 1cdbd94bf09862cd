// Tokens for visitors: a Turnstile answer for a token that lives for minutes and allows little.
// @ts-check
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, describe, test } from 'node:test';
import { text, useWorker } from './harness.mjs';

const SECRET = 'canary-turnstile-secret';
/** @type {any[]} */
const asked = [];
/** @type {(question: any) => { status?: number, body: unknown }} */
let say = () => ({ body: { success: true, hostname: 'app.example', action: 'send' } });
const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  asked.push(JSON.parse(body));
  const { status = 200, body: answer } = say(asked.at(-1));
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
after(() => server.close());

describe('visitors', () => {
  const worker = useWorker({
    vars: { TURNSTILE_URL: `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}/` },
    secrets: { TURNSTILE_SECRET: SECRET },
    proxy: { turnstile: { hostnames: ['app.example'], action: 'send', phones: [1150], types: ['text'], to: ['12025550123'] } },
  });
  const ask = (/** @type {unknown} */ body, headers = {}) =>
    worker.call('/token', { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', origin: 'https://app.example', ...headers } });

  test('an accepted answer gives a token that sends what was allowed, and nothing else', async () => {
    const answer = await ask({ turnstile: 'answer-1' });
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.headers.get('access-control-allow-origin'), 'https://app.example');
    assert.equal(answer.body.expires_in, 300);
    const [question] = asked;
    assert.deepEqual([question.secret, question.response], [SECRET, 'answer-1']);
    const { token } = answer.body;
    const claims = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
    assert.equal(claims.exp - claims.iat, 300);
    const post = (/** @type {any} */ message, path = '/api/main/1150/sendMessage') =>
      worker.call(path, { method: 'POST', body: JSON.stringify(message), headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` } });
    assert.equal((await post(text())).status, 200);
    worker.problem(await post(text('12025550124')), 403, 'recipient_not_allowed');
    worker.problem(await post(text(), '/api/main/1151/sendMessage'), 403, 'phone_not_allowed');
    worker.problem(await post({ type: 'link', toNumber: '12025550123', message: 'https://files.example/' }), 403, 'type_not_allowed');
    assert.equal(worker.stack.simulator.sends.length, 1);
  });

  test('all tokens of one address have one subject, and all addresses of one IPv6 network are one', async () => {
    const subject = async (/** @type {string} */ address) => {
      const { token } = (await ask({ turnstile: 'answer-3' }, { 'cf-connecting-ip': address })).body;
      return JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString()).sub;
    };
    assert.equal(await subject('192.0.2.1'), await subject('192.0.2.1'));
    assert.notEqual(await subject('192.0.2.1'), await subject('192.0.2.2'));
    assert.equal(await subject('2001:db8:1:2::1'), await subject('2001:db8:1:2:ffff:ffff:ffff:9'));
    assert.notEqual(await subject('2001:db8:1:2::1'), await subject('2001:db8:1:3::1'));
  });

  test('an answer that is not accepted, or can not be checked, gives none', async () => {
    for (const [answer, status, code] of /** @type {[any, number, string][]} */ ([
      [{ body: { success: false, 'error-codes': ['timeout-or-duplicate'] } }, 403, 'challenge_failed'],
      [{ body: { success: true, hostname: 'evil.example', action: 'send' } }, 403, 'challenge_failed'],
      [{ body: { success: true, hostname: 'app.example', action: 'other' } }, 403, 'challenge_failed'],
      [{ status: 500, body: { success: true, hostname: 'app.example', action: 'send' } }, 503, 'challenge_unavailable'],
      [{ body: '<html>' }, 503, 'challenge_unavailable'],
    ])) {
      say = () => answer;
      const told = await ask({ turnstile: 'answer-2' });
      worker.problem(told, status, code);
      assert.ok(!told.text.includes(SECRET) && !told.text.includes('token":'));
    }
    say = () => ({ body: { success: true, hostname: 'app.example', action: 'send' } });
    const before = asked.length;
    for (const body of [{}, { turnstile: '' }, { turnstile: 'x'.repeat(2049) }, { turnstile: 'a', phones: [1151] }]) {
      worker.problem(await ask(body), 403, 'challenge_failed');
    }
    worker.problem(await ask({ turnstile: 'a' }, { origin: 'https://evil.example' }), 403, 'origin_not_allowed');
    assert.equal(asked.length, before);
    assert.ok(!worker.stack.logs().includes(SECRET));
  });
});
