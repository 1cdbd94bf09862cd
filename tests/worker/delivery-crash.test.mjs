// The runtime killed at random points under sends and webhooks: what was acknowledged is never lost, and a follower misses nothing.
// @ts-check
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { acks, ask, hook, startDelivery } from './following.mjs';

const ALL = process.env.MAYTAPI_TEST_ALL !== undefined;
const KILLS = ALL ? 50 : 10;
const STATES = ['', 'sent', 'delivered', 'read'];

test(`${KILLS} kills lose no acknowledged event`, { timeout: ALL ? 900_000 : 240_000 }, async () => {
  const persist = await mkdtemp(join(tmpdir(), 'maytapi-delivery-crash-'));
  const stack = await startDelivery({ persist, proxy: { policy: { delivery: 'phone' } }, simulator: { acks: [] } });
  /** The least that is known of each message: what a send or a webhook was answered with 200 for. @type {Map<string, number>} */
  const acknowledged = new Map();
  /** What a follower saw of each. @type {Map<string, string>} */
  const seen = new Map();
  const order = ['queued', ...STATES.slice(1)];
  let cursor = 'start';
  const follow = async () => {
    for (let more = true; more; ) {
      const { body } = await ask(stack, `events?after=${cursor}&limit=50`);
      for (const { msgId, state } of body.items) {
        assert.ok(order.indexOf(state) > order.indexOf(seen.get(msgId) ?? ''), `${msgId} went from ${seen.get(msgId)} to ${state}`);
        seen.set(msgId, state);
      }
      ({ cursor, more } = body);
    }
  };
  try {
    for (let kill = 0; kill < KILLS; kill += 1) {
      let running = true;
      const killed = new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * 600)).then(async () => {
        await stack.kill();
        running = false;
      });
      const sending = async () => {
        while (running) {
          const answer = await ask(stack, 'sendMessage', { body: { type: 'text', toNumber: '12025550123', message: 'a message', skipFilter: true } }).catch(() => undefined);
          if (answer?.status === 200) acknowledged.set(answer.body.data.msgId, 0);
        }
      };
      const hooking = async () => {
        while (running) {
          const open = [...acknowledged].filter(([, code]) => code < 3).slice(0, 20);
          const items = open.map(([id, code]) => /** @type {[string, number]} */ ([id, code + 1]));
          const answer = items.length > 0 ? await hook(stack, acks(stack, items)).catch(() => undefined) : undefined;
          if (answer?.status === 200) for (const [id, code] of items) acknowledged.set(id, Math.max(code, acknowledged.get(id) ?? 0));
          if (items.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
        }
      };
      await Promise.all([killed, sending(), sending(), hooking()]);
      await stack.restart();
      await follow();
    }
    const ids = [...acknowledged.keys()];
    assert.ok(ids.length > KILLS, `only ${ids.length} messages`);
    for (let at = 0; at < ids.length; at += 200) {
      const { body } = await ask(stack, 'messages/lookup', { body: { msgIds: ids.slice(at, at + 200) } });
      assert.equal(body.items.length, Math.min(200, ids.length - at));
      for (const { msgId, state } of body.items) {
        const least = ['queued', ...STATES.slice(1)][acknowledged.get(msgId) ?? 0] ?? '';
        assert.ok(order.indexOf(state) >= order.indexOf(least), `${msgId} is ${state}, and ${least} was acknowledged`);
        assert.equal(seen.get(msgId), state);
      }
    }
  } finally {
    await stack.close();
    await rm(persist, { recursive: true, force: true });
  }
});
