// A clock that is set back: windows that have ended don't begin anew, and a gap is never longer than it is set.
// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useBareWorker } from './harness.mjs';

const QUOTA = 3;
const GAP_SECONDS = 5;
const MONTH_MS = 30 * 86_400_000;
const worker = useBareWorker({ proxy: { limits: { caller: { month: QUOTA }, recipient: { gapSeconds: GAP_SECONDS } } } });

let numbers = 0;
/** @param {string} sub @param {number} aheadMs @param {string} [to] */
function post(sub, aheadMs, to = `120255501${String((numbers += 1)).padStart(2, '0')}`) {
  const claims = { sub, exp: Math.floor((Date.now() + aheadMs) / 1000) + 600 };
  return worker.post({ type: 'text', toNumber: to, message: 'a message' }, { token: worker.token(claims), headers: { 'x-clock-ahead-ms': String(aheadMs) } });
}

test('going to and fro over a window\'s border gives no quota twice', async () => {
  let sent = 0;
  for (let n = 0; n < 20; n += 1) {
    if ((await post('to-and-fro', n % 2 === 0 ? 0 : MONTH_MS)).status === 200) sent += 1;
  }
  assert.ok(sent > 0 && sent <= 2 * QUOTA, `${sent} were sent in two windows of ${QUOTA}`);
});

test('a gap that was begun in the future is told as no longer than any', async () => {
  const to = '12025550199';
  assert.equal((await post('gap', MONTH_MS, to)).status, 200);
  const early = await post('gap', 0, to);
  assert.equal(early.status, 429, early.text);
  const seconds = Number(early.headers.get('retry-after'));
  assert.ok(seconds >= 1 && seconds <= GAP_SECONDS, `${seconds} s`);
});
