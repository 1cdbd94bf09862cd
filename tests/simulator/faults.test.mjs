// Faults: how each looks to a client, which requests it hits, and whether the message was queued all the same.
// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headerOf } from './simulator.mjs';
import { call, PHONE, sent, start, text, TO } from './testing.mjs';

/** @typedef {import('./faults.mjs').Rule} Rule */

const DATE = 'Wed, 21 Oct 2026 07:28:00 GMT';

/** Each fault that comes with a whole answer: its status, its body, and whether the message was queued. */
const ANSWERS = /** @type {[Rule, number, string | RegExp, boolean, Record<string, string | null>?][]} */ ([
  [{ kind: 'w05' }, 200, '{"success":false,"message":"Lib not loaded","code":"W05"}', false],
  [{ kind: 'refused' }, 200, '{"success":false,"message":"Phone is not connected"}', false],
  [{ kind: 'refused', message: 'No.', code: 'X1' }, 200, '{"success":false,"message":"No.","code":"X1"}', false],
  [{ kind: 'http4xx' }, 400, '{"success":false,"message":"Bad request"}', false],
  [{ kind: 'http4xx', status: 403, message: 'You dont own the phone[1]. ' }, 403, '{"success":false,"message":"You dont own the phone[1]. "}', false],
  [{ kind: 'http5xx' }, 500, '{"success":false,"message":"internal server error"}', false],
  [{ kind: 'http5xx', act: true }, 500, '{"success":false,"message":"internal server error"}', true],
  [{ kind: 'http5xx', status: 504, bare: true }, 504, '', false, { 'content-type': null }],
  [{ kind: 'rateLimited' }, 429, '{"success":false,"message":"Too many requests"}', false, { 'retry-after': null }],
  [{ kind: 'rateLimited', retryAfter: 3 }, 429, /Too many/, false, { 'retry-after': '3' }],
  [{ kind: 'rateLimited', retryAfter: DATE }, 429, /Too many/, false, { 'retry-after': DATE }],
  [{ kind: 'html' }, 502, /^<html>/, false, { 'content-type': 'text/html; charset=utf-8' }],
  [{ kind: 'html', status: 200 }, 200, /^<html>/, false],
  [{ kind: 'empty' }, 200, '', false],
  [{ kind: 'empty', status: 204 }, 204, '', false],
  [{ kind: 'empty', act: true }, 200, '', true],
  [{ kind: 'redirect', status: 302, location: 'https://elsewhere.example/' }, 302, '', false, { location: 'https://elsewhere.example/' }],
  [{ kind: 'raw', status: 418, headers: { 'x-odd': 'yes' }, body: [1] }, 418, '[1]', false, { 'x-odd': 'yes' }],
  [{ kind: 'contentType' }, 200, /"success":true/, true, { 'content-type': 'text/plain' }],
  [{ kind: 'contentType', value: 'image/png' }, 200, /"success":true/, true, { 'content-type': 'image/png' }],
  [{ kind: 'withoutIds' }, 200, '{"success":true}', true],
  [{ kind: 'withoutIds', data: {} }, 200, '{"success":true,"data":{}}', true],
  [{ kind: 'truncated' }, 200, /^\{"success":true,"data":\{"chatId":[^}]*$/, true],
  [{ kind: 'slow', ms: 30 }, 200, /"success":true/, true],
  [{ kind: 'slow', ms: 30, part: 'body' }, 200, /"success":true/, true],
  [{ kind: 'huge', bytes: 3_000_000 }, 200, /^ {3000000}\{"success":true/, true],
]);

test('each fault looks as it should, hits once, and queues the message or not', async (t) => {
  const simulator = await start(t);
  for (const [rule, status, body, queued, headers = {}] of ANSWERS) {
    const name = JSON.stringify(rule);
    simulator.reset();
    const handle = simulator.fail(rule);
    const response = await text(simulator);
    const said = await response.text();
    assert.equal(response.status, status, name);
    if (body instanceof RegExp) assert.match(said, body, name);
    else assert.equal(said, body, name);
    for (const [header, value] of Object.entries(headers)) assert.equal(response.headers.get(header), value, name);
    assert.equal(simulator.messages.size, queued ? 1 : 0, name);
    assert.deepEqual([handle.hits, simulator.received[0]?.fault, simulator.received[0]?.status], [1, rule.kind, status], name);
    assert.equal((await sent(simulator)).success, true, `${name}: the next request is unharmed`);
    assert.equal(handle.hits, 1);
  }
});

test('a redirect leads to the second listener, which records what arrives', async (t) => {
  const simulator = await start(t);
  for (const status of [302, 307, 308]) {
    simulator.reset();
    simulator.fail({ kind: 'redirect', status });
    const body = JSON.stringify({ to_number: TO, type: 'text', message: 'hi' });
    const headers = { 'x-maytapi-key': simulator.apiKey, 'content-type': 'application/json' };
    const response = await fetch(`${simulator.apiUrl}/${PHONE}/sendMessage`, { method: 'POST', headers, body });
    assert.equal(/** @type {any} */ (await response.json()).success, true, 'a client that follows believes it has sent');
    const [leaked] = simulator.elsewhere.received;
    assert.ok(leaked);
    assert.equal(headerOf(leaked, 'x-maytapi-key'), simulator.apiKey);
    assert.deepEqual([leaked.method, leaked.path], [status === 302 ? 'GET' : 'POST', `/api/${simulator.productId}/${PHONE}/sendMessage`]);
    assert.equal(leaked.body, status === 302 ? '' : body);
    assert.equal(simulator.messages.size, 0);
  }
});

test('a slow head makes the client wait, a slow body only for the body', async (t) => {
  const simulator = await start(t);
  simulator.fail({ kind: 'slow', ms: 120 });
  simulator.fail({ kind: 'slow', ms: 120, part: 'body' });
  const timed = async () => {
    const begin = performance.now();
    const response = await text(simulator);
    const head = performance.now() - begin;
    await response.text();
    return { head, whole: performance.now() - begin };
  };
  const [head, body] = [await timed(), await timed()];
  assert.ok(head.head >= 100, `${head.head}`);
  assert.ok(body.head < body.whole - 60 && body.whole >= 100, `${body.head} ${body.whole}`);
});

test('a connection can be dropped before and after the body, and in the middle of the answer', async (t) => {
  const simulator = await start(t);
  const cases = /** @type {[Rule, boolean, number][]} */ ([
    [{ kind: 'drop', when: 'before' }, false, 0],
    [{ kind: 'drop' }, true, 0],
    [{ kind: 'drop', when: 'after', act: true }, true, 1],
    [{ kind: 'truncated', cut: 'connection' }, true, 1],
  ]);
  for (const [rule, complete, queued] of cases) {
    simulator.reset();
    simulator.fail(rule);
    await assert.rejects(text(simulator).then((response) => response.text()), TypeError, JSON.stringify(rule));
    assert.deepEqual([simulator.received.length, simulator.received[0]?.complete, simulator.messages.size], [1, complete, queued], JSON.stringify(rule));
  }
});

test('a hanging request gets no answer until the client gives up', async (t) => {
  const simulator = await start(t);
  simulator.fail({ kind: 'hang' });
  const answer = call(simulator, `${PHONE}/sendMessage`, { body: { to_number: TO, type: 'text', message: 'x' }, signal: AbortSignal.timeout(100) });
  await assert.rejects(answer, { name: 'TimeoutError' });
  assert.deepEqual([simulator.received[0]?.complete, simulator.messages.size], [true, 0]);
});

test('an answer can hold bytes that are no UTF-8', async (t) => {
  const simulator = await start(t);
  simulator.fail({ kind: 'nonUtf8' });
  const bytes = await (await text(simulator)).arrayBuffer();
  assert.throws(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes), TypeError);
  assert.equal(JSON.parse(new TextDecoder().decode(bytes)).success, true, 'and is JSON but for that');
});

test('a rule hits the endpoint, the phone and the number of requests that it names', async (t) => {
  const simulator = await start(t, { phones: [{ id: 1 }, { id: 2 }] });
  const send = async (/** @type {number} */ phone) =>
    (await call(simulator, `${phone}/sendMessage`, { body: { to_number: TO, type: 'text', message: 'x' } })).status;
  simulator.fail({ kind: 'http5xx', phoneId: 2, times: 2, after: 1 });
  assert.deepEqual([await send(1), await send(2), await send(1), await send(2), await send(2), await send(2)], [200, 200, 200, 500, 500, 200]);
  simulator.fail({ kind: 'http5xx', on: 'listPhones' });
  assert.deepEqual([await send(1), (await call(simulator, 'listPhones')).status, (await call(simulator, 'listPhones')).status], [200, 500, 200]);
  const handle = simulator.fail({ kind: 'http5xx', on: '*', times: Infinity });
  assert.deepEqual([await send(1), await send(2), (await call(simulator, 'product')).status, (await call(simulator, 'no/such/path')).status], [500, 500, 500, 500]);
  handle.remove();
  assert.deepEqual([await send(1), handle.hits], [200, 4]);
});

test('rules take turns: the oldest first', async (t) => {
  const simulator = await start(t);
  simulator.fail({ kind: 'w05', times: 2 });
  simulator.fail({ kind: 'http5xx' });
  const seen = [];
  for (let i = 0; i < 4; i += 1) seen.push((await sent(simulator)).message ?? 'queued');
  assert.deepEqual(seen, ['Lib not loaded', 'Lib not loaded', 'internal server error', 'queued']);
});

test('a fault that acts still checks the key', async (t) => {
  const simulator = await start(t);
  simulator.fail({ kind: 'http5xx', act: true });
  await call(simulator, `${PHONE}/sendMessage`, { body: { to_number: TO }, headers: { 'x-maytapi-key': 'canary-key-wrong' } });
  assert.equal(simulator.messages.size, 0);
});

test('a rule that means nothing is refused', async (t) => {
  const simulator = await start(t);
  const cases = /** @type {[any, RegExp][]} */ ([
    [{ kind: 'nope' }, /unknown kind of fault: nope/],
    [{ kind: 'toString' }, /unknown kind/],
    [{ kind: 'w05', message: 'x' }, /kind w05 takes no message/],
    [{ kind: 'w05', time: 3 }, /takes no time/],
    [{ kind: 'w05', times: 0 }, /times is at least 1/],
    [{ kind: 'slow' }, /needs ms/],
    [{ kind: 'acks' }, /need codes/],
  ]);
  for (const [rule, message] of cases) assert.throws(() => simulator.fail(rule), message);
});
