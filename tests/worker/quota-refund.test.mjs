// Tries that sent nothing use no quota up: what Maytapi turned away unstarted is given back, and nothing else is.
// @ts-check
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { text, useWorker } from './harness.mjs';

// A month's quotas, so that no border of a window falls into a test.
const LIMITS = { upstreamSeconds: 1, caller: { month: 3 }, recipient: { month: 50, gapSeconds: 3600 }, phone: { month: 1000 } };

describe('quotas', () => {
  const worker = useWorker({ proxy: { limits: LIMITS } });
  let numbers = 0;
  const to = () => `120255501${String((numbers += 1)).padStart(2, '0')}`;
  const post = (/** @type {string} */ sub, recipient = to()) => worker.post(text(recipient), { claims: { sub } });
  const left = (/** @type {import('./harness.mjs').Answer} */ answer) => Number(/"caller-month";r=(\d+)/.exec(answer.headers.get('ratelimit') ?? '')?.[1]);

  for (const [name, rule, status] of /** @type {[string, import('../simulator/simulator.mjs').Rule, number][]} */ ([
    ['W05', { kind: 'w05' }, 503],
    ['429', { kind: 'rateLimited', retryAfter: 1 }, 503],
  ])) {
    test(`${name} to the end gives back what was counted, the gap too`, async () => {
      const recipient = to();
      for (let n = 0; n < 5; n += 1) {
        worker.stack.simulator.fail({ ...rule, times: Infinity });
        const turnedAway = await post(name, recipient);
        assert.deepEqual([turnedAway.status, turnedAway.body.retryable], [status, 'yes'], turnedAway.text);
        worker.stack.simulator.reset();
      }
      const answers = [await post(name, recipient), await post(name), await post(name)];
      assert.deepEqual(answers.map((answer) => [answer.status, left(answer)]), [[200, 2], [200, 1], [200, 0]], answers.map((answer) => answer.text).join('\n'));
      worker.problem(await post(name), 429, 'rate_limited');
    });
  }

  test('what was sent meanwhile stays counted', async () => {
    worker.stack.simulator.fail({ kind: 'w05' });
    worker.stack.simulator.fail({ kind: 'w05', after: 1, times: Infinity });
    // Whichever comes second goes out, while the other is turned away to its end.
    const answers = await Promise.all([post('both'), post('both')]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 503]);
    assert.deepEqual(answers.flatMap(({ body }) => body.code ?? []), ['W05']);
    worker.stack.simulator.reset();
    assert.deepEqual([left(await post('both')), left(await post('both'))], [1, 0]);
    worker.problem(await post('both'), 429, 'rate_limited');
  });

  test('what was refused, or may have gone out, stays counted', async () => {
    for (const rule of [{ kind: 'refused', code: 'F04' }, { kind: 'http5xx' }, { kind: 'drop' }]) {
      worker.stack.simulator.fail(rule);
      assert.notEqual((await post('counted')).status, 200);
    }
    worker.problem(await post('counted'), 429, 'rate_limited');
    assert.equal(worker.stack.simulator.sends.length, 3);
  });
});
