// A phone's object holds at most five exchanges with Maytapi open at once: the platform lets six wait for headers, and queues or cuts off the next.
// @ts-check
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { ALL, pause, until, useBareWorker } from './harness.mjs';

const SEATS = 5;
const UPSTREAM_MS = 3000;
/** A send waits no longer than this for a seat. */
const WAIT_MS = UPSTREAM_MS / 3;
/** What a loaded machine takes beside. */
const SLACK_MS = 1800;
const SENDS = ALL ? 300 : 50;
const QUOTA = 10_000;

const worker = useBareWorker({ proxy: { limits: { upstreamSeconds: UPSTREAM_MS / 1000, phone: { month: QUOTA } } } });
const text = (/** @type {unknown} */ message) => ({ type: 'text', toNumber: '12025550123', message: `message ${message}` });
const keyed = (/** @type {string} */ key) => ({ headers: { 'idempotency-key': key } });
/** What became of a send, in a word. @param {import('./harness.mjs').Answer} answer */
const word = ({ status, body }) => `${status} ${body?.code ?? 'queued'}`;
const left = (/** @type {import('./harness.mjs').Answer} */ answer) => Number(/"phone-month";r=(\d+)/.exec(answer.headers.get('ratelimit') ?? '')?.[1]);

/** @param {Promise<import('./harness.mjs').Answer>} sending */
async function timed(sending) {
  const begun = performance.now();
  const answer = await sending;
  return { answer, ms: performance.now() - begun };
}

/** As many sends as there are seats, each of which keeps its own until Maytapi is given up. @param {string} key */
async function occupy(key) {
  worker.simulator.fail({ kind: 'hang', times: SEATS });
  const sends = Array.from({ length: SEATS }, (_, n) => worker.post(text(`${key} ${n}`), keyed(`${key}-${n}`)));
  await until(() => worker.simulator.sends.length === SEATS);
  assert.equal(worker.simulator.sends.length, SEATS);
  return sends;
}

test('while Maytapi hangs never more than five are open, and who has not left is told to come again', async () => {
  const first = await worker.post(text('first'));
  worker.simulator.reset();
  worker.simulator.fail({ kind: 'hang', times: Infinity });
  const keys = Array.from({ length: SENDS }, () => randomUUID());
  const told = await Promise.all(keys.map((key, n) => timed(worker.post(text(n), keyed(key)))));
  assert.ok(worker.simulator.mostOpen <= SEATS, `${worker.simulator.mostOpen} were open at once`);
  const words = told.map(({ answer }) => word(answer));
  assert.deepEqual(words.toSorted(), [...Array(SENDS - SEATS).fill('503 phone_busy'), ...Array(SEATS).fill('504 upstream_timeout')]);
  for (const { answer, ms } of told) {
    const [most, retryable] = answer.status === 503 ? [WAIT_MS, 'yes'] : [UPSTREAM_MS, 'unknown'];
    assert.equal(answer.body.retryable, retryable);
    assert.ok(ms < most + SLACK_MS, `${word(answer)} after ${Math.round(ms)} ms`);
    if (answer.status === 503) assert.ok(Number(answer.headers.get('retry-after')) >= 1, 'without Retry-After');
  }
  assert.equal(worker.simulator.sends.length, SEATS);

  worker.simulator.reset();
  for (const [n, key] of keys.entries()) {
    const again = await worker.post(text(n), keyed(key));
    const wanted = words[n] === '503 phone_busy' ? ['200 queued', null] : ['409 outcome_unknown', 'true'];
    assert.deepEqual([word(again), again.headers.get('idempotency-replayed')], wanted);
  }
  // Counted are what left: the first, the five, and those that went now; and this one.
  assert.equal(left(first) - left(await worker.post(text('last'))), SENDS + 1);
});

test('what needs no exchange does not wait, and a send that waits is under way', async () => {
  const how = keyed(randomUUID());
  const done = await worker.post(text('done'), how);
  worker.simulator.reset();
  const occupied = await occupy(randomUUID());
  const waits = keyed(randomUUID());
  const waiting = worker.post(text('waits'), waits);
  await pause(150);
  for (const [message, key, wanted] of /** @type {[unknown, typeof how, string][]} */ ([
    ['done', how, '200 queued'],
    ['another', how, '422 idempotency_key_reused'],
    ['waits', waits, '409 in_flight'],
  ])) {
    const { answer, ms } = await timed(worker.post(text(message), key));
    assert.equal(word(answer), wanted);
    assert.ok(ms < WAIT_MS / 2, `${wanted} after ${Math.round(ms)} ms`);
    if (message === 'done') assert.deepEqual([answer.text, answer.headers.get('idempotency-replayed')], [done.text, 'true']);
  }
  const elsewhere = await timed(worker.call('/api/main/1151/sendMessage', { method: 'POST', body: JSON.stringify(text('elsewhere')), headers: { 'content-type': 'application/json', authorization: `Bearer ${worker.token()}` } }));
  assert.equal(word(elsewhere.answer), '200 queued');
  assert.ok(elsewhere.ms < WAIT_MS / 2, `another phone's send took ${Math.round(elsewhere.ms)} ms`);
  assert.equal(word(await waiting), '503 phone_busy');
  assert.deepEqual((await Promise.all(occupied)).map(word), Array(SEATS).fill('504 upstream_timeout'));
});

test('who comes first is sent first, and a seat that is given up goes to the next', async () => {
  worker.simulator.fail({ kind: 'slow', ms: 200, times: Infinity });
  const sends = [];
  for (let n = 0; n < 3 * SEATS; n += 1) {
    sends.push(worker.post(text(n)));
    await pause(20);
  }
  assert.deepEqual((await Promise.all(sends)).map(word), Array(3 * SEATS).fill('200 queued'));
  const order = worker.simulator.sends.map(({ json }) => Number(/** @type {any} */ (json).message.split(' ')[1]));
  assert.equal(order.length, 3 * SEATS);
  // Those that leave at one time are on connections of their own, and may overtake each other on the way.
  for (const [n, sent] of order.entries()) assert.ok(Math.abs(n - sent) < SEATS, order.join());
  assert.ok(worker.simulator.mostOpen <= SEATS, `${worker.simulator.mostOpen} were open at once`);
});

test('a send that waits between two tries keeps no seat', async () => {
  worker.simulator.fail({ kind: 'rateLimited', retryAfter: 1, times: SEATS });
  const retried = Array.from({ length: SEATS }, (_, n) => worker.post(text(`retried ${n}`)));
  await until(() => worker.simulator.sends.length === SEATS);
  await pause(100);
  const { answer, ms } = await timed(worker.post(text('meanwhile')));
  assert.equal(word(answer), '200 queued');
  assert.ok(ms < WAIT_MS / 2, `it took ${Math.round(ms)} ms`);
  assert.deepEqual((await Promise.all(retried)).map(word), Array(SEATS).fill('200 queued'));
});
