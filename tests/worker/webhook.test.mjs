// The webhook set up by one call: Maytapi's phone posts to the proxy, and nobody handles the address with its secret.
// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startStack } from '../stack.mjs';
import { ask, HOOK_SECRET, send, until } from './following.mjs';

/** @param {import('../stack.mjs').Options} [options] */
function start(options = {}) {
  return startStack({ proxy: { policy: { manage: true } }, secrets: { HOOK_SECRET }, ...options });
}

/** @param {import('../stack.mjs').Stack} stack @param {object} [body] @param {Record<string, unknown>} [claims] */
const put = (stack, body = {}, claims = {}) => ask(stack, 'webhook', { method: 'PUT', body, claims });

test('one call points the phone at the proxy and turns acks on, and a message is followed at once', async () => {
  const stack = await start();
  try {
    const answer = await put(stack);
    assert.deepEqual([answer.status, answer.body], [200, { set: true }]);
    assert.ok(!JSON.stringify(answer.body).includes(HOOK_SECRET));
    const asked = stack.simulator.received.map(({ method, endpoint }) => `${method} ${endpoint}`);
    assert.deepEqual(asked, ['GET config', 'GET product', 'POST config']);
    const id = await send(stack);
    await until(async () => (await ask(stack, `messages/${id}`)).body.state === 'read', 'read');
    // Again is no change of hands.
    assert.equal((await put(stack)).status, 200);
    assert.deepEqual(stack.simulator.webhooks.map(({ url }) => new URL(url).origin).filter((origin) => origin !== stack.edge), []);
  } finally {
    await stack.close();
  }
});

test('another receiver is named by its host and kept, unless it may be replaced', async () => {
  const stack = await start();
  try {
    const { simulator } = stack;
    const elsewhere = 'https://user:canary-pass@crm.example:8443/hook/canary-path?key=canary-key';
    for (const set of [() => simulator.setPhone(1150, { webhook: elsewhere }), () => simulator.setPhone(1151, {})]) set();
    const taken = await put(stack);
    assert.deepEqual([taken.status, taken.body.code], [409, 'webhook_taken']);
    assert.match(taken.body.detail, /crm\.example:8443/);
    assert.doesNotMatch(JSON.stringify(taken.body), /canary/);
    assert.ok(!simulator.received.some(({ method, endpoint }) => method === 'POST' && endpoint === 'config'));
    assert.equal((await put(stack, { replace: true })).status, 200);
    simulator.fail({ kind: 'html', on: 'config' });
    assert.equal((await put(stack)).body.code, 'upstream_unreadable');
    simulator.fail({ kind: 'refused', on: 'config', message: 'no', code: 'F04' });
    assert.deepEqual([(await put(stack)).body.code, simulator.received.length > 0], ['F04', true]);
  } finally {
    await stack.close();
  }
});

test("the product's receiver counts where the phone has none", async () => {
  const stack = await start({ webhook: 'https://other.example/hook' });
  try {
    const taken = await put(stack);
    assert.deepEqual([taken.status, taken.body.code], [409, 'webhook_taken']);
    assert.match(taken.body.detail, /other\.example/);
  } finally {
    await stack.close();
  }
});

test('where the events go is told, without a secret in it', async () => {
  const stack = await start();
  try {
    const now = async () => (await ask(stack, 'webhook')).body;
    assert.deepEqual(await now(), { receiver: 'none', acks: false });
    stack.simulator.setPhone(1150, { webhook: 'https://user:canary-pass@crm.example/hook/canary-path', ackDelivery: true });
    assert.deepEqual(await now(), { receiver: 'other', host: 'crm.example', acks: true });
    assert.equal((await put(stack, { replace: true })).status, 200);
    assert.deepEqual(await now(), { receiver: 'proxy', isCurrent: true, acks: true });
    stack.simulator.setPhone(1150, { webhook: `${stack.edge}/hooks/main/canary-older-secret`, ackDelivery: false });
    assert.deepEqual(await now(), { receiver: 'proxy', isCurrent: false, acks: false });
    const denied = await ask(stack, 'webhook', { claims: { maytapi: { manage: false } } });
    assert.deepEqual([denied.status, denied.body.code], [403, 'operation_not_allowed']);
  } finally {
    await stack.close();
  }
});

test('policy and token both have to allow it, and a secret has to be there', async () => {
  const [shut, bare] = [await start({ proxy: {} }), await start({ secrets: {} })];
  try {
    assert.equal((await put(shut)).body.code, 'operation_not_allowed');
    assert.equal((await put(bare, {}, { maytapi: { manage: false } })).body.code, 'operation_not_allowed');
    const missing = await put(bare);
    assert.deepEqual([missing.status, missing.body.code], [503, 'misconfigured']);
    assert.match(missing.body.detail, /HOOK_SECRET/);
    assert.equal(shut.simulator.received.length + bare.simulator.received.length, 0);
  } finally {
    await Promise.all([shut.close(), bare.close()]);
  }
});
