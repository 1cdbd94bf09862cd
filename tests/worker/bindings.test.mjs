// What Cloudflare offers beside: its rate limiter as a shield, Analytics Engine for numbers.
// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { text, useWorker } from './harness.mjs';

const worker = useWorker({
  wrangler: true,
  bindings: {
    ratelimits: [{ name: 'SHIELD', namespace_id: '1001', simple: { limit: 5, period: 60 } }],
    analytics_engine_datasets: [{ binding: 'ANALYTICS', dataset: 'sends' }],
  },
});

test('the shield turns away a caller who asks too much, before anything is read, and no other', async () => {
  const statuses = [];
  for (let n = 0; n < 8; n += 1) statuses.push((await worker.post(text(), { claims: { sub: 'eager' } })).status);
  assert.equal(statuses[0], 200);
  assert.ok(statuses.filter((status) => status === 200).length <= 5, statuses.join());
  const answer = await worker.post(text(), { claims: { sub: 'eager' } });
  const body = worker.problem(answer, 429, 'rate_limited');
  assert.equal(body.retryable, 'yes');
  assert.ok(Number(answer.headers.get('retry-after')) > 0);
  assert.equal((await worker.post(text(), { claims: { sub: 'patient' } })).status, 200);
  assert.ok(worker.stack.simulator.sends.length <= 6);
});
