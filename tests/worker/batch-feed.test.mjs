// How the progress of batches is told over a live socket: of each at most twice a second however fast it is, and none is forgotten.
// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batchUntil, rowsOf, startBatch, STORE_KEY } from '../support/batches.mjs';
import { ask as request, startDelivery, until } from './following.mjs';

/** Two batches take turns at the phone's pace. */
const PER_MINUTE = 6000;
const ROWS = 150;

test('two fast batches are told of twice a second each, as long as they run, and at their end', async () => {
  const stack = await startDelivery({ secrets: { STORE_KEY }, proxy: { policy: { delivery: 'phone', batches: { perMinute: PER_MINUTE, jitter: 0 } } }, simulator: { acks: [], sendEveryMs: 0 } });
  const socket = new WebSocket(`${stack.edge.replace('http', 'ws')}/api/main/1150/events`, ['maytapi.v1', `maytapi.bearer.${await stack.token()}`]);
  /** @type {{ id: string, state: string, queued: number, at: number }[]} */
  const told = [];
  let rows = 0;
  socket.onmessage = ({ data }) => {
    const { items = [] } = JSON.parse(data);
    rows += items.filter((/** @type {any} */ { kind }) => kind === 'message').length;
    for (const { kind, id, state, counts } of items) if (kind === 'batch') told.push({ id, state, queued: counts.queued, at: performance.now() });
  };
  try {
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = reject;
    });
    /** @type {import('../support/batches.mjs').Ask} */
    const ask = (path, how) => request(stack, path, how);
    /** @type {string[]} */
    const ids = [];
    for (const from of [0, 1000]) ids.push((await startBatch(ask, { rows: rowsOf(ROWS, from), start: false })).id);
    for (const id of ids) assert.equal((await ask(`batches/${id}/start`, { method: 'POST' })).status, 200);
    for (const id of ids) await batchUntil(ask, id, ({ state }) => state === 'done');
    await until(() => ids.every((id) => told.some((item) => item.id === id && item.state === 'done')), 'both ends to be told');
    assert.equal(rows, 2 * ROWS, 'each message is told');
    for (const id of ids) {
      const running = told.filter((item) => item.id === id && item.state === 'running');
      const [first, last] = [running[0]?.at ?? 0, told.find((item) => item.id === id && item.state === 'done')?.at ?? 0];
      const seconds = (last - first) / 1000;
      assert.ok(seconds > 1, `it took ${seconds} s`);
      // The first tells of the start, which does not wait.
      assert.ok(running.length <= 2 * seconds + 2, `${running.length} in ${seconds} s`);
      assert.ok(running.length >= seconds, `${running.length} in ${seconds} s`);
      const counts = told.filter((item) => item.id === id).map(({ queued }) => queued);
      assert.deepEqual(counts, counts.toSorted((one, other) => one - other));
      assert.equal(counts.at(-1), ROWS);
    }
  } finally {
    socket.close();
    await stack.close();
  }
});

test('progress that came too soon is told before a pause of seconds', async () => {
  // Two rows in a moment and the third seconds later: a gap that the second's progress would have to wait for.
  const stack = await startDelivery({ secrets: { STORE_KEY }, proxy: { policy: { delivery: 'phone', batches: { perMinute: 10, jitter: 0 } } }, simulator: { acks: [], sendEveryMs: 0 } });
  try {
    /** @type {import('../support/batches.mjs').Ask} */
    const ask = (path, how) => request(stack, path, how);
    const { id } = await startBatch(ask, { rows: rowsOf(3) });
    const started = Date.now();
    const { cursor } = (await ask('events')).body;
    await until(() => stack.simulator.sends.length === 1, 'the first row to be sent');
    const told = async () => (await ask(`events?after=${cursor}`)).body.items.find((/** @type {any} */ { kind, counts }) => kind === 'batch' && counts.queued === 1);
    await until(async () => (await told()) !== undefined, 'the progress to be told', 3000);
    assert.ok(Date.now() - started < 4000 && stack.simulator.sends.length === 1, 'before the next row');
    assert.equal((await ask(`batches/${id}/cancel`, { method: 'POST' })).status, 200);
  } finally {
    await stack.close();
  }
});

test('the last progress of a slow batch is told while a fast one never waits', async () => {
  const stack = await startDelivery({ secrets: { STORE_KEY }, proxy: { policy: { delivery: 'phone', batches: { perMinute: 60_000, jitter: 0 } } }, simulator: { acks: [], sendEveryMs: 0 } });
  try {
    /** @type {import('../support/batches.mjs').Ask} */
    const ask = (path, how) => request(stack, path, how);
    const { id: fast } = await startBatch(ask, { rows: rowsOf(3000), start: false });
    const { id: slow } = await startBatch(ask, { rows: rowsOf(2, 5000), plan: { perMinute: 1 }, start: false });
    let { cursor } = (await ask('events')).body;
    assert.equal((await ask(`batches/${fast}/start`, { method: 'POST' })).status, 200);
    await until(() => stack.simulator.sends.length > 20, 'the fast one to be under way');
    // Its first row follows its start at once, too soon for another change of the same batch; its second a minute later.
    assert.equal((await ask(`batches/${slow}/start`, { method: 'POST' })).status, 200);
    /** @type {any[]} */
    const told = [];
    const isTold = async () => {
      const { body } = await ask(`events?after=${cursor}&limit=500`);
      told.push(...body.items.filter((/** @type {any} */ { id }) => id === slow));
      ({ cursor } = body);
      return told.some(({ counts }) => counts.queued === 1);
    };
    await until(isTold, 'the slow one to be told of');
    assert.equal((await ask(`batches/${fast}`)).body.state, 'running', 'the fast one was through before the other was told of');
    for (const id of [fast, slow]) assert.equal((await ask(`batches/${id}/cancel`, { method: 'POST' })).status, 200);
  } finally {
    await stack.close();
  }
});
