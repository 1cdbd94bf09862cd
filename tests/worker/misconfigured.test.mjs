// A wrong or missing setting sends nothing and is named, in the real runtime; the whole table of settings is tested in Rust.
// @ts-check
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startStack } from '../stack.mjs';
import { sign, now } from '../support/token.mjs';

/** @type {[string, import('../stack.mjs').Options, string][]} */
const TABLE = [
  ['no configuration', { vars: { PROXY: undefined } }, 'PROXY'],
  ['no authentication', { secrets: { TOKEN_SECRET: undefined } }, 'TOKEN_SECRET'],
  ['an unknown setting', { proxy: { devBypass: true } }, 'PROXY.*'],
  ['no objects bound', { bindings: { durable_objects: { bindings: [] }, migrations: [] } }, 'PHONES'],
  ['another address for the key', { vars: { UPSTREAM: 'https://evil.example/api' } }, 'UPSTREAM'],
];

// Each needs a runtime of its own, so some start beside each other.
describe('misconfigured', { concurrency: 2 }, () => {
  for (const [name, options, field] of TABLE) {
    test(`${name}: every API route answers 503 and names ${field}`, async () => {
      const stack = await startStack(options);
      try {
        const token = sign({ sub: 'u', aud: 'maytapi-edge', exp: now() + 60 }, { secret: stack.secret });
        const send = () =>
          fetch(`${stack.edge}/api/main/1150/sendMessage`, {
            method: 'POST',
            headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
            body: JSON.stringify({ type: 'text', toNumber: '12025550123', message: 'x' }),
          });
        for (const answer of [await send(), await fetch(`${stack.edge}/ready`)]) {
          assert.equal(answer.status, 503);
          const body = /** @type {any} */ (await answer.json());
          assert.equal(body.code, 'misconfigured');
          assert.ok(body.detail.startsWith(`${field} `), body.detail);
          assert.ok(!body.detail.includes('canary') && !body.detail.includes('evil'), body.detail);
        }
        assert.equal((await fetch(`${stack.edge}/ping`)).status, 200);
        assert.equal(stack.simulator.received.length, 0);
      } finally {
        await stack.close();
      }
    });
  }

  test('something else bound as PHONES: told as such, and no trap for what else is under way', async () => {
    const stack = await startStack({ bindings: { durable_objects: { bindings: [] }, migrations: [] }, vars: { PHONES: 'x' } });
    try {
      for (let n = 0; n < 2; n += 1) {
        const ready = await fetch(`${stack.edge}/ready`);
        assert.deepEqual([ready.status, /** @type {any} */ (await ready.json()).code], [503, 'misconfigured']);
        const send = await fetch(`${stack.edge}/api/main/1150/sendMessage`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${await stack.token()}` },
          body: JSON.stringify({ type: 'text', toNumber: '12025550123', message: 'x' }),
        });
        assert.deepEqual([send.status, /** @type {any} */ (await send.json()).code], [409, 'outcome_unknown']);
      }
      assert.ok(!stack.logs().includes('"trap"') && !stack.logs().includes('"panic"'), stack.logs());
      assert.equal(stack.simulator.received.length, 0);
    } finally {
      await stack.close();
    }
  });
});
