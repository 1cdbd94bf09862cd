// A follower whose connection to the Worker is cut at random points: the package's own code, in front of what really runs.
// @ts-check
import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import { test } from 'node:test';
// The module that `Live` stands on.
import 'maytapi';
import { TIMING } from '../../pkg/lib/feed.js';
import { Live } from '../../pkg/lib/live.js';
import { acks, hook, send, startDelivery, until } from './following.mjs';

const ALL = process.env.MAYTAPI_TEST_ALL !== undefined;
const [CUTS, MESSAGES] = ALL ? [50, 150] : [10, 30];
const QUICK = { ...TIMING, firstMs: 10, longestMs: 100, stableMs: 100, spreadMs: 50 };

/** What stands before the Worker, and cuts every connection when it is told to. @param {string} base */
async function cuttable(base) {
  const { hostname, port } = new URL(base);
  /** @type {Set<import('node:net').Socket>} */
  const open = new Set();
  const server = createServer((client) => {
    const worker = connect(Number(port), hostname);
    for (const [one, other] of /** @type {const} */ ([[client, worker], [worker, client]])) {
      open.add(one);
      one.on('error', () => {}).on('close', () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  return { url: `http://127.0.0.1:${address.port}`, cut, close: () => (cut(), server.close()) };
}

test(`a tracker whose connection is cut ${CUTS} times at random points misses nothing and sees nothing twice`, { timeout: ALL ? 600_000 : 120_000 }, async () => {
  const stack = await startDelivery({ proxy: { policy: { delivery: 'phone' } }, simulator: { acks: [] } });
  const before = await cuttable(stack.edge);
  const live = new Live(/** @type {any} */ ({ baseUrl: `${before.url}/api/main`, token: () => stack.token(), phoneId: 1150 }), { timing: QUICK });
  try {
    const tracked = await send(stack);
    /** @type {string[]} */
    const states = [];
    const tracking = (async () => {
      for await (const { state } of live.track(tracked)) states.push(state);
    })();
    const stream = live.events();
    /** @type {Map<string, string[]>} */
    const seen = new Map();
    const reading = (async () => {
      for await (const change of stream) {
        assert.notEqual(change.kind, 'reset');
        if (change.kind === 'message') seen.set(change.msgId, [...(seen.get(change.msgId) ?? []), change.state]);
      }
    })();
    await until(() => stream.state === 'live' && states.length === 1, 'both follow');
    /** @type {string[]} */
    const ids = [];
    let cuts = 0;
    let going = true;
    const cutting = (async () => {
      while (cuts < CUTS) {
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 250));
        before.cut();
        cuts += 1;
      }
      going = false;
    })();
    // Events go on for as long as there are cuts, and at least so many.
    while (going || ids.length < MESSAGES) {
      const id = await send(stack);
      ids.push(id);
      for (const code of [1, 2, 3]) await hook(stack, acks(stack, [[id, code]]));
    }
    await cutting;
    await hook(stack, acks(stack, [[tracked, 1]]));
    await hook(stack, acks(stack, [[tracked, 3]]));
    await until(() => ids.every((id) => seen.get(id)?.at(-1) === 'read'), 'the last state of each message', 60_000);
    await tracking;
    const order = ['queued', 'sent', 'delivered', 'read'];
    for (const told of seen.values()) {
      // What it passed through while nobody was connected is in its times: told are states that advance, each once, to the last.
      assert.deepEqual(told, order.filter((state) => told.includes(state)));
    }
    assert.equal(states.at(-1), 'read');
    assert.equal(new Set(states).size, states.length);
    assert.ok(cuts >= CUTS && ids.length >= MESSAGES);
    stream.close();
    await reading;
  } finally {
    live.close();
    before.close();
    await stack.close();
  }
});
