// Settings that are wrong, and what of them is told to whom: fixed names to anyone, the whole sentence to the log. And secrets as people paste them.
// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headerOf } from '../../simulator/simulator.mjs';
import { sign, now } from '../../support/token.mjs';
import { startBareWorker } from './harness.mjs';

const MESSAGE = { type: 'text', toNumber: '12025550123', message: 'a message' };
const PRODUCT = '00000000-0000-4000-8000-000000000000';
const ACCOUNT = { productId: PRODUCT, phones: ['1150'], keySecret: 'MAYTAPI_KEY' };
const TURNSTILE = { hostnames: ['app.example'], phones: ['1150'], types: ['text'] };
const turnstile = (/** @type {Record<string, unknown>} */ what, auth = {}) => ({
  proxy: { turnstile: { ...TURNSTILE, ...what }, auth: { audience: 'maytapi-edge', ...auth } },
  secrets: { TURNSTILE_SECRET: 'canary-turnstile-secret' },
});

/** Runs a Worker for as long as `use` takes. @param {import('./harness.mjs').Options} options @param {(worker: Awaited<ReturnType<typeof startBareWorker>>) => Promise<void>} use */
async function running(options, use) {
  const worker = await startBareWorker(options);
  try {
    await use(worker);
  } finally {
    await worker.close();
  }
}

/** What is told in public, and what may stand in the log only. @type {[string, import('./harness.mjs').Options, string, string][]} */
const FAULTS = [
  ['a phone of an account', { proxy: { accounts: { 'canary-customer': { ...ACCOUNT, phones: ['x'] } } } }, 'PROXY.accounts.*.phones[0]', 'canary-customer'],
  ['a key that is not there', { proxy: { accounts: { main: { ...ACCOUNT, keySecret: 'CANARY_KEY_OF_CUSTOMER' } } } }, 'PROXY.accounts.*.keySecret', 'CANARY_KEY_OF_CUSTOMER'],
  ['a setting that there is not', { proxy: { 'canary-setting': true } }, 'PROXY', 'canary-setting'],
  ['a setting of an account that there is not', { proxy: { accounts: { 'canary-customer': { ...ACCOUNT, 'canary-part': 1 } } } }, 'PROXY.accounts.*', 'canary-part'],
  ['an account\'s name', { proxy: { accounts: { 'CANARY customer': ACCOUNT } } }, 'PROXY.accounts', 'accounts'],
];

for (const [name, options, told, logged] of FAULTS) {
  test(`${name}: anyone is told ${told}, the log the rest`, () =>
    running(options, async (worker) => {
      for (const answer of [await worker.call('/ready'), await worker.post(MESSAGE)]) {
        assert.deepEqual([answer.status, answer.body.code], [503, 'misconfigured'], answer.text);
        assert.ok(answer.body.detail.startsWith(told), answer.body.detail);
        assert.ok(!/canary/i.test(answer.text), answer.text);
      }
      assert.ok(worker.lines().some(({ outcome, reason }) => outcome === 'misconfigured' && reason.includes(logged)), worker.output());
    }));
}

/** Tokens for visitors that promise more than the rest of the settings holds. @type {[string, import('./harness.mjs').Options, string][]} */
const VISITORS = [
  ['a phone that no account has', turnstile({ phones: ['1150', '1152'] }), 'PROXY.turnstile.phones[1]'],
  ['a phone of another account', turnstile({ phones: ['other/1150'] }), 'PROXY.turnstile.phones[0]'],
  ['a type that there is not', turnstile({ types: ['text', 'texts'] }), 'PROXY.turnstile.types[1]'],
  ['a lifetime longer than tokens may live', turnstile({ lifetimeSeconds: 600 }, { maxLifetimeSeconds: 300 }), 'PROXY.turnstile.lifetimeSeconds'],
];

for (const [name, options, told] of VISITORS) {
  test(`visitors, ${name}: refused at the start`, () =>
    running(options, async (worker) => {
      const ready = await worker.call('/ready');
      assert.deepEqual([ready.status, ready.body.code], [503, 'misconfigured'], ready.text);
      assert.ok(ready.body.detail.startsWith(told), ready.text);
    }));
}

test('visitors whose settings fit are let in', async () => {
  for (const options of [turnstile({ phones: ['1150', 'main/1151'] }), turnstile({ lifetimeSeconds: 300 }, { maxLifetimeSeconds: 300 })]) {
    await running(options, async (worker) => assert.equal((await worker.call('/ready')).status, 200));
  }
});

test('line ends after a secret are no part of it', async () => {
  for (const end of ['\n', '\r\n', '\n\n']) {
    const secret = 'canary-token-secret-0123456789-0123456789';
    await running({ secrets: { TOKEN_SECRET: `${secret}${end}`, MAYTAPI_KEY: `canary-key-0123456789${end}` } }, async (worker) => {
      const token = sign({ sub: 'u', aud: 'maytapi-edge', exp: now() + 60 }, { secret });
      const answer = await worker.post(MESSAGE, { token });
      assert.equal(answer.status, 200, `${JSON.stringify(end)}: ${answer.text}`);
      const [sent] = worker.simulator.sends;
      assert.equal(sent && headerOf(sent, 'x-maytapi-key'), 'canary-key-0123456789');
    });
  }
});

test('a secret shorter than 8 characters is none', async () => {
  for (const [key, status] of /** @type {[string, number][]} */ ([['1234567', 503], ['1234567\n', 503], ['12345678', 200]])) {
    await running({ secrets: { MAYTAPI_KEY: key } }, async (worker) => assert.equal((await worker.call('/ready')).status, status, JSON.stringify(key)));
  }
});
