// A wrong or missing setting sends nothing and is named, in the real runtime; the whole table of settings is tested in Rust.
// @ts-check
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startStack } from '../stack.mjs';
import { sign, now } from '../support/token.mjs';

/** What is wrong, the fixed name that anybody is told, and the sentence that only the log has. @type {[string, import('../stack.mjs').Options, string, string][]} */
const TABLE = [
  ['no configuration', { vars: { PROXY: undefined } }, 'PROXY', 'PROXY is missing: it holds the configuration, as one object among the vars of wrangler.jsonc.'],
  ['no authentication', { secrets: { TOKEN_SECRET: undefined } }, 'TOKEN_SECRET', 'TOKEN_SECRET is missing, and no jwks or access either: without authentication nothing is sent.'],
  [
    'an unknown setting and an account of the template',
    { proxy: { canaryBypass: true, accounts: { 'canary-account': { productId: 'your-product-id', phones: ['1150'], keySecret: 'MAYTAPI_KEY' } } } },
    'PROXY.accounts.*.productId, PROXY.*',
    "PROXY.accounts.canary-account.productId still says your-product-id: give the one from Maytapi's console.",
  ],
  ['no objects bound', { wrangler: true, bindings: { durable_objects: { bindings: [] }, migrations: [] } }, 'PHONES', 'PHONES is not bound: the Durable Objects of the class Phone belong there.'],
  ['another address for the key', { vars: { UPSTREAM: 'https://evil.example/api' } }, 'UPSTREAM', 'UPSTREAM is only for tests: an http URL on 127.0.0.1, ::1 or localhost; on a deployment take it away.'],
];

// Each needs a runtime of its own, so some start beside each other.
describe('misconfigured', { concurrency: 2 }, () => {
  for (const [name, options, settings, sentence] of TABLE) {
    test(`${name}: every API route answers 503 and names ${settings}, the log has the whole sentence`, async () => {
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
          assert.equal(body.detail, `${settings} ${settings.includes(',') ? 'have faults' : 'has a fault'}; the proxy's log says what is wanted.`);
          assert.ok(!body.detail.includes('canary') && !body.detail.includes('evil'), body.detail);
        }
        assert.equal((await fetch(`${stack.edge}/ping`)).status, 200);
        for (const reason of await reasonsOf(stack, 2)) assert.ok(reason.includes(sentence) && !reason.includes('evil'), reason);
        assert.equal(stack.simulator.received.length, 0);
      } finally {
        await stack.close();
      }
    });
  }

  test('something else bound as PHONES: told as such, and no trap for what else is under way', async () => {
    const stack = await startStack({ wrangler: true, bindings: { durable_objects: { bindings: [] }, migrations: [] }, vars: { PHONES: 'x' } });
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

/** What the log says of refused requests, once so many lines have come through the pipe. @param {import('../stack.mjs').Stack} stack @param {number} count @returns {Promise<string[]>} */
async function reasonsOf(stack, count) {
  for (let tries = 0; tries < 100; tries += 1) {
    const reasons = stack.lines().flatMap(({ outcome, reason }) => (outcome === 'misconfigured' ? [reason] : []));
    if (reasons.length >= count) return reasons;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`the log does not say what is wrong:\n${stack.logs()}`);
}
