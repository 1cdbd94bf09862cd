// A message through the Worker: what Maytapi receives, what the caller is told, and what is turned away without being sent.
// @ts-check
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { headerOf } from '../simulator/simulator.mjs';
import { CANARY_TEXT, text, useWorker } from './harness.mjs';

const worker = useWorker({ proxy: { limits: { bodyBytes: 70 * 1024 * 1024 } } });

test('a message arrives as exactly Maytapi\'s JSON, with the key, and with headers made from nothing', async () => {
  const answer = await worker.post(
    { toNumber: '+1 (202) 555-0123', type: 'text', message: CANARY_TEXT, skipFilter: true },
    { headers: { 'x-forwarded-for': '10.0.0.1', cookie: 'a=b', 'x-maytapi-key': 'canary-not-this', 'user-agent': 'somebody' } },
  );
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.headers.get('content-type'), 'application/json');
  const [sent, ...others] = worker.stack.simulator.sends;
  assert.ok(sent && others.length === 0);
  assert.deepEqual(sent.json, { to_number: '12025550123', type: 'text', message: CANARY_TEXT, skip_filter: true });
  assert.equal(sent.path, `/api/${worker.stack.simulator.productId}/1150/sendMessage`);
  assert.equal(sent.query, '');
  assert.equal(headerOf(sent, 'x-maytapi-key'), worker.stack.simulator.apiKey);
  assert.equal(headerOf(sent, 'content-type'), 'application/json');
  for (const name of ['authorization', 'cookie', 'x-forwarded-for', 'origin', 'referer', 'user-agent', 'cf-connecting-ip']) {
    assert.equal(headerOf(sent, name), undefined, name);
  }
  const [queued] = worker.stack.simulator.messages.values();
  assert.deepEqual(answer.body, { success: true, data: { chatId: '12025550123@c.us', msgId: queued?.msgId } });
});

test('one line in the log tells what happened, without text or recipient', async () => {
  const line = await worker.line(await worker.post(text(), { claims: { sub: 'user-7' } }));
  const { request_id: _, recipient, ms, upstream_ms: upstream, server, ...rest } = line;
  assert.deepEqual(rest, { route: 'sendMessage', method: 'POST', status: 200, outcome: 'queued', account: 'main', phone: '1150', caller: 'user-7', message_type: 'text', upstream_status: 200, tries: 1 });
  assert.match(recipient, /^[0-9a-f]{16}$/);
  assert.ok(ms >= 0 && upstream >= 0 && server === undefined);
  const again = await worker.line(await worker.post(text('+1-202-555-0123')));
  assert.equal(again.recipient, recipient);
});

test('any Maytapi client works: its key header may carry the token', async () => {
  const answer = await worker.post(text(), { token: null, headers: { 'x-maytapi-key': await worker.token() } });
  assert.equal(answer.status, 200, answer.text);
  assert.equal(worker.stack.simulator.sends.length, 1);
});

test('a file in the message goes through', async () => {
  const uri = `data:image/png;base64,${Buffer.alloc(3 * 1024 * 1024, 7).toString('base64')}`;
  const answer = await worker.post({ type: 'media', toNumber: '12025550123', message: uri, text: CANARY_TEXT });
  assert.equal(answer.status, 200, answer.text);
  assert.equal(/** @type {any} */ (worker.stack.simulator.sends[0]?.json).message, uri);
});

test('a body without a length is read to its end', async () => {
  const bytes = new TextEncoder().encode(JSON.stringify(text()));
  const body = new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += 16) controller.enqueue(bytes.slice(at, at + 16));
      controller.close();
    },
  });
  const answer = await worker.call('/api/main/1150/sendMessage', {
    method: 'POST', body, duplex: 'half', headers: { 'content-type': 'application/json', authorization: `Bearer ${await worker.token()}` },
  });
  assert.equal(answer.status, 200, answer.text);
  assert.equal(worker.stack.simulator.sends.length, 1);
});

test('bad messages are told all their faults and are not sent', async () => {
  for (const [message, faults] of /** @type {[unknown, string[]][]} */ ([
    [{}, ['missing', 'missing']],
    [[], ['not_an_object']],
    [{ type: 'text', toNumber: '0123', message: CANARY_TEXT }, ['invalid_recipient']],
    [{ type: 'text', toNumber: '12025550123' }, ['missing']],
    [{ type: 'text', toNumber: '12025550123', message: '' }, ['empty']],
    [{ type: 'text', toNumber: '12025550123', mesage: CANARY_TEXT }, ['missing', 'unknown_field']],
    [{ type: 'texts', toNumber: '12025550123', message: CANARY_TEXT }, ['unknown_type']],
    [{ type: 'media', toNumber: '12025550123', message: 'https://files.example/a.png', caption: CANARY_TEXT }, ['unknown_field']],
    [{ type: 'poll', toNumber: '12025550123', message: CANARY_TEXT }, ['missing']],
    [{ type: 'media', toNumber: '12025550123', message: 'data:image/png;base64,????' }, ['invalid_base64']],
    [{ type: 'location', toNumber: '12025550123', latitude: 91, longitude: 'x' }, ['out_of_range', 'wrong_kind']],
    [{ type: 'text', to_number: '12025550123', toNumber: '12025550123', message: CANARY_TEXT }, ['duplicate_field']],
  ])) {
    const body = worker.problem(await worker.post(/** @type {any} */ (message)), 422, 'invalid_message');
    const codes = body.faults.map((/** @type {any} */ fault) => fault.code);
    assert.deepEqual(codes.toSorted(), faults.toSorted(), JSON.stringify(message));
    assert.ok(body.faults.every((/** @type {any} */ fault) => typeof fault.path === 'string' && fault.message));
    assert.equal(body.retryable, 'no');
  }
  assert.equal(worker.stack.simulator.received.length, 0);
});

test('a file over 50 MB is refused', async () => {
  const uri = `data:video/mp4;base64,${'A'.repeat((51 * 1024 * 1024 * 4) / 3)}`;
  const body = worker.problem(await worker.post({ type: 'media', toNumber: '12025550123', message: uri }), 422, 'invalid_message');
  assert.equal(body.faults[0].code, 'too_large');
  assert.equal(worker.stack.simulator.received.length, 0);
});

test('a body that says itself that it is too large is refused before it comes', async () => {
  const headers = { authorization: `Bearer ${await worker.token()}`, 'content-type': 'application/json', 'content-length': 80 * 1024 * 1024 };
  const asking = request(`${worker.stack.edge}/api/main/1150/sendMessage`, { method: 'POST', headers });
  // Its head alone.
  asking.flushHeaders();
  const [response] = await once(asking, 'response');
  const { code } = /** @type {any} */ (await json(response));
  assert.deepEqual([response.statusCode, code], [413, 'body_too_large']);
  asking.destroy();
});

test('what is no JSON is refused', async () => {
  for (const body of ['', 'null', '7', '"x"', '{', `{"type":"text"`, `${JSON.stringify(text())}x`, '{"type":"text","type":"media"}', '['.repeat(100_000), new Uint8Array([0x7b, 0xff, 0x7d])]) {
    const answer = await worker.post(/** @type {any} */ (body));
    assert.ok(answer.status === 400 || answer.status === 422, `${String(body).slice(0, 40)}: ${answer.text}`);
    worker.problem(answer, answer.status, answer.status === 400 ? 'not_json' : 'invalid_message');
  }
  assert.equal(worker.stack.simulator.received.length, 0);
});

test('phones and accounts that are not configured, or that the token leaves out, are answered alike', async () => {
  const answers = [];
  for (const [path, claims] of /** @type {[string, any][]} */ ([
    ['/api/main/1152/sendMessage', {}],
    ['/api/other/1150/sendMessage', {}],
    ['/api/main/1150/sendMessage', { maytapi: { phones: ['1151'] } }],
    ['/api/main/..%2f1150/sendMessage', {}],
    ['/api/main/1150%20/sendMessage', {}],
    ['/api/constructor/1150/sendMessage', {}],
  ])) {
    const body = worker.problem(await worker.post(text(), { path, claims }), 403, 'phone_not_allowed');
    answers.push(JSON.stringify({ ...body, request_id: '' }));
  }
  assert.equal(new Set(answers).size, 1);
  assert.equal(worker.stack.simulator.received.length, 0);
});

test('a token narrows what may be sent', async () => {
  for (const [maytapi, status, code] of /** @type {[unknown, number, string][]} */ ([
    [{ types: ['media'] }, 403, 'type_not_allowed'],
    [{ to: ['12025550124'] }, 403, 'recipient_not_allowed'],
    [{ phones: [] }, 403, 'phone_not_allowed'],
    [{ admin: true }, 401, 'invalid_token'],
  ])) {
    worker.problem(await worker.post(text(), { claims: { maytapi } }), status, code);
  }
  assert.equal(worker.stack.simulator.received.length, 0);
  const answer = await worker.post(text(), { claims: { maytapi: { phones: [1150], types: ['text'], to: ['+1 202 555 0123'] } } });
  assert.equal(answer.status, 200, answer.text);
});

test('policy stands over the token: groups, addresses, types in the raw form', async () => {
  for (const [message, code] of /** @type {[any, string][]} */ ([
    [text('120363027326493365@g.us'), 'recipient_not_allowed'],
    [{ type: 'media', toNumber: '12025550123', message: 'https://169.254.169.254/latest/meta-data/' }, 'url_not_allowed'],
    [{ type: 'media', toNumber: '12025550123', message: 'http://files.example/a.png' }, 'url_not_allowed'],
    [{ type: 'link', toNumber: '12025550123', message: 'https://localhost/' }, 'url_not_allowed'],
  ])) {
    worker.problem(await worker.post(message), 403, code);
  }
  worker.problem(await worker.post({ type: 'shortVideo', toNumber: '12025550123', message: 'https://files.example/v.mp4' }), 422, 'invalid_message');
  assert.equal(worker.stack.simulator.received.length, 0);
});

test('addresses that reach inside are refused as media and as links, and Maytapi never hears of them', async () => {
  /** @type {string[]} the table that the rule itself is tested with */
  const hostile = JSON.parse(readFileSync(new URL('../../worker/src/policy/hostile_urls.json', import.meta.url), 'utf8'));
  assert.ok(hostile.length >= 60);
  for (const address of hostile) {
    for (const type of ['media', 'link']) {
      const answer = await worker.post({ type, toNumber: '12025550123', message: address });
      // What is no URL at all is a fault of the message; what is one is stopped by policy.
      assert.ok([403, 422].includes(answer.status), `${type} ${JSON.stringify(address)}: ${answer.status} ${answer.text}`);
    }
  }
  assert.equal(worker.stack.simulator.received.length, 0);
});
