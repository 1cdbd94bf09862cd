// Limits: what a caller, a recipient and a phone may have, exactly, also when many ask at once; and what is kept of it.
// @ts-check
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CANARY_TEXT, text, useWorker } from './harness.mjs';

const persist = mkdtempSync(join(tmpdir(), 'maytapi-limits-'));
const SUBJECT = 'canary-subject@app.example';
// A month's quotas, so that no border of a window falls into a test.
const worker = useWorker({
  persist,
  proxy: {
    limits: { caller: { month: 10 }, recipient: { month: 3 }, phone: { month: 25 } },
    idempotency: { required: true },
    accounts: {
      main: { productId: '00000000-0000-4000-8000-000000000000', phones: ['1150', 1151], keySecret: 'MAYTAPI_KEY', pausedPhones: ['1151'] },
      gap: { productId: '00000000-0000-4000-8000-000000000000', phones: ['1150'], keySecret: 'MAYTAPI_KEY' },
    },
  },
});
after(() => rmSync(persist, { recursive: true, force: true }));

let number = 0;
const post = (/** @type {string} */ to, /** @type {string} */ sub, path = '/api/main/1150/sendMessage') =>
  worker.post(text(to), { claims: { sub }, path, headers: { 'idempotency-key': `key-${(number += 1)}` } });

test('a key may be asked for', async () => {
  worker.problem(await worker.post(text()), 400, 'idempotency_key_required');
});

test('quotas are told before they are used up, and hold', async () => {
  for (const left of [2, 1, 0]) {
    const answer = await post('12025550101', 'a');
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.headers.get('ratelimit-policy'), '"caller-month";q=10;w=2592000, "recipient-month";q=3;w=2592000, "phone-month";q=25;w=2592000');
    assert.match(answer.headers.get('ratelimit') ?? '', new RegExp(`^"recipient-month";r=${left};t=\\d+$`));
  }
  const refused = await post('12025550101', 'b');
  const body = worker.problem(refused, 429, 'rate_limited');
  assert.match(body.detail, /recipient/);
  assert.equal(body.retryable, 'yes');
  assert.ok(Number(refused.headers.get('retry-after')) > 0);
  assert.equal(worker.stack.simulator.sends.length, 3);
});

test('many at once get what is left and no more', async () => {
  const answers = await Promise.all(Array.from({ length: 30 }, (_, n) => post(`120255502${String(n).padStart(2, '0')}`, 'c')));
  assert.equal(answers.filter((answer) => answer.status === 200).length, 10);
  assert.equal(answers.filter((answer) => answer.status === 429).length, 20);
  assert.equal(worker.stack.simulator.sends.length, 10);
});

test('a replay costs nothing', async () => {
  const headers = { 'idempotency-key': 'canary-of-a-replay' };
  const first = await worker.post(text('12025550150'), { claims: { sub: 'd' }, headers });
  for (let n = 0; n < 12; n += 1) {
    const again = await worker.post(text('12025550150'), { claims: { sub: 'd' }, headers });
    assert.equal(again.text, first.text);
  }
});

test('a phone that is switched off sends nothing', async () => {
  worker.problem(await post('12025550160', 'e', '/api/main/1151/sendMessage'), 503, 'paused');
  assert.equal(worker.stack.simulator.received.length, 0);
});

test('a refusal is known again, without the words in which it came', async () => {
  worker.stack.simulator.fail({ kind: 'refused', message: '12025550177 can not be reached', code: 'F04' });
  const how = { claims: { sub: 'f' }, headers: { 'idempotency-key': 'a-refusal' } };
  const first = worker.problem(await worker.post(text('12025550177'), how), 502, 'F04');
  assert.equal(first.detail, '12025550177 can not be reached');
  const again = worker.problem(await worker.post(text('12025550177'), how), 502, 'F04');
  assert.equal(again.retryable, 'no');
});

test('the storage holds neither text, number, subject, token nor key', () => {
  const files = readdirSync(persist, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  const stored = files.map((file) => readFileSync(join(file.parentPath, file.name)));
  const all = Buffer.concat(stored);
  assert.ok(all.includes('records') && all.includes('phone-month') === false && all.length > 4096, 'the storage was not found');
  for (const secret of [CANARY_TEXT, '12025550101', '12025550177', SUBJECT, worker.stack.simulator.apiKey, worker.stack.secret, 'canary-of-a-replay']) {
    assert.ok(!all.includes(secret), `${secret} is stored`);
  }
});
