// The phone's object: what is sent once, what is told again, what is counted, what is kept.
// @ts-check
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { CANARY_TEXT, text, useWorker } from './harness.mjs';

const worker = useWorker({ proxy: { limits: { upstreamSeconds: 2 } } });

/** @param {string} [key] */
const keyed = (key = randomUUID()) => ({ headers: { 'idempotency-key': key } });

test('the same key and message are answered with the first outcome', async () => {
  const how = keyed();
  const first = await worker.post(text(), how);
  assert.equal(first.status, 200, first.text);
  assert.equal(first.headers.get('idempotency-replayed'), null);
  for (const header of [how.headers['idempotency-key'], `"${how.headers['idempotency-key']}"`]) {
    const again = await worker.post(text('+1 202 555 0123'), keyed(header));
    assert.deepEqual([again.status, again.text], [200, first.text]);
    assert.equal(again.headers.get('idempotency-replayed'), 'true');
    assert.equal((await worker.line(again)).replayed, true);
  }
  assert.equal(worker.stack.simulator.sends.length, 1);
});

test('the same key with another message is refused, and tells nothing of the first', async () => {
  const how = keyed();
  await worker.post(text(), how);
  const other = await worker.post({ ...text(), message: 'another' }, how);
  worker.problem(other, 422, 'idempotency_key_reused');
  const elsewhere = await worker.post(text('12025550124'), how);
  worker.problem(elsewhere, 422, 'idempotency_key_reused');
  assert.equal(worker.stack.simulator.sends.length, 1);
});

test('callers do not meet in one key, and a key does not reach from phone to phone', async () => {
  const how = keyed();
  for (const [sub, phone] of [['a', '1150'], ['b', '1150'], ['a', '1151']]) {
    const answer = await worker.post(text(), { ...how, claims: { sub }, path: `/api/main/${phone}/sendMessage` });
    assert.equal(answer.headers.get('idempotency-replayed'), null, answer.text);
  }
  assert.equal(worker.stack.simulator.sends.length, 3);
});

test('a hundred parallel sends with one key reach Maytapi once', async () => {
  worker.stack.simulator.fail({ kind: 'slow', ms: 300 });
  const how = keyed();
  const answers = await Promise.all(Array.from({ length: 100 }, () => worker.post(text(), how)));
  const queued = answers.filter((answer) => answer.status === 200);
  assert.ok(queued.length >= 1);
  assert.equal(new Set(queued.map((answer) => answer.text)).size, 1);
  for (const answer of answers.filter((other) => other.status !== 200)) {
    const body = worker.problem(answer, 409, 'in_flight');
    assert.equal(body.retryable, 'yes');
    assert.ok(Number(answer.headers.get('retry-after')) >= 1);
  }
  assert.equal(worker.stack.simulator.sends.length, 1);
  const after = await worker.post(text(), how);
  assert.deepEqual([after.status, after.text], [200, queued[0]?.text]);
});

test('a key that can not be one is refused', async () => {
  for (const key of ['', '""', 'a b', 'x'.repeat(256)]) {
    worker.problem(await worker.post(text(), keyed(key)), 400, 'invalid_idempotency_key');
  }
  assert.equal(worker.stack.simulator.received.length, 0);
});

test('a refusal is the outcome of its key', async () => {
  worker.stack.simulator.fail({ kind: 'refused', message: 'Options are required.', code: 'F04' });
  const how = keyed();
  worker.problem(await worker.post(text(), how), 502, 'F04');
  const answer = await worker.post(text(), how);
  const again = worker.problem(answer, 502, 'F04');
  assert.equal(again.retryable, 'no');
  assert.equal(answer.headers.get('idempotency-replayed'), 'true');
  assert.equal(worker.stack.simulator.sends.length, 1);
});

test('what may have gone out is never sent again under its key', async () => {
  for (const rule of [{ kind: 'hang' }, { kind: 'http5xx' }, { kind: 'drop' }, { kind: 'empty' }, { kind: 'redirect' }]) {
    worker.stack.simulator.reset();
    worker.stack.simulator.fail(rule);
    const how = keyed();
    const first = await worker.post(text(), how);
    assert.equal(first.body.retryable, 'unknown', first.text);
    const again = worker.problem(await worker.post(text(), how), 409, 'outcome_unknown');
    assert.equal(again.retryable, 'unknown');
    assert.equal(worker.stack.simulator.sends.length, 1, rule.kind);
  }
});

test('W05 is tried again within the time, since nothing was started', async () => {
  worker.stack.simulator.fail({ kind: 'w05' });
  const how = keyed();
  const answer = await worker.post(text(), how);
  assert.equal(answer.status, 200, answer.text);
  assert.equal((await worker.line(answer)).tries, 2);
  assert.equal(worker.stack.simulator.messages.size, 1);
  assert.equal((await worker.post(text(), how)).headers.get('idempotency-replayed'), 'true');
});

test('W05 to the end leaves the key free', async () => {
  worker.stack.simulator.fail({ kind: 'w05', times: Infinity });
  const how = keyed();
  const answer = await worker.post(text(), how);
  const body = worker.problem(answer, 503, 'W05');
  assert.equal(body.retryable, 'yes');
  assert.ok(Number(answer.headers.get('retry-after')) >= 1);
  worker.stack.simulator.reset();
  const again = await worker.post(text(), how);
  assert.deepEqual([again.status, again.headers.get('idempotency-replayed')], [200, null], again.text);
});

test('a large file is known again by its digest', async () => {
  const message = { type: 'media', toNumber: '12025550123', message: `data:image/png;base64,${'A'.repeat(400_000)}`, text: CANARY_TEXT };
  const how = keyed();
  assert.equal((await worker.post(message, how)).status, 200);
  assert.equal((await worker.post(message, how)).headers.get('idempotency-replayed'), 'true');
  worker.problem(await worker.post({ ...message, message: `${message.message.slice(0, -4)}BBBB` }, how), 422, 'idempotency_key_reused');
  assert.equal(worker.stack.simulator.sends.length, 1);
});
