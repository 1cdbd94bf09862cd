// The runtime killed under a batch, and each alarm delivered twice: every row arrives exactly once, but for those that are listed as unknown.
// @ts-check
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { inFolder } from '../support/folder.mjs';
import { batchUntil, resultsOf, rowsOf, startBatch, STORE_KEY } from '../support/batches.mjs';
import { ask as request, startDelivery, until } from './following.mjs';

const ALL = process.env.MAYTAPI_TEST_ALL !== undefined;
const ROWS = ALL ? 10_000 : 600;
const KILLS = 3;

// A module before the Worker as it ships: each alarm is delivered twice, at once and once more when both are through.
const TWICE = `
import edge, { Phone as Inner } from './index.js';
export default edge;
export class Phone extends Inner {
  async alarm() {
    await Promise.all([super.alarm(), super.alarm()]);
    await super.alarm();
  }
}
`;
// The same, but the first alarms never come: that of a new object, and that of the batch.
const LOSING = `
import edge, { Phone as Inner } from './index.js';
export default edge;
let lost = 0;
export class Phone extends Inner {
  async alarm() {
    if (lost++ < 2) return console.log('an alarm is lost');
    await super.alarm();
  }
}
`;
/** @param {string} persist @param {Record<string, any>} batches @param {Record<string, string>} [before] */
const start = (persist, batches, before = { 'twice.js': TWICE }) =>
  startDelivery({
    persist,
    secrets: { STORE_KEY },
    proxy: { policy: { batches: { jitter: 0, ...batches } } },
    simulator: { acks: [], sendEveryMs: 0, maxRecords: 4 * ROWS },
    before,
  });

test(`${ROWS} rows, ${KILLS} kills, alarms delivered twice: exactly once each, and the books agree`, { timeout: ALL ? 1_200_000 : 240_000 }, async (context) => {
  const persist = await mkdtemp(join(tmpdir(), 'maytapi-batches-crash-'));
  const stack = await start(persist, { perMinute: 60_000, maxRecipients: ROWS });
  /** @type {import('../support/batches.mjs').Ask} */
  const ask = (path, how) => request(stack, path, how);
  try {
    const rows = rowsOf(ROWS);
    const { id } = await startBatch(ask, { rows });
    const started = Date.now();
    for (let kill = 1; kill <= KILLS; kill += 1) {
      // Somewhere in this part of the batch, and at any point of a send; but for the last, while Maytapi has a row and has not answered.
      const at = Math.floor(((kill - 0.5 + Math.random() * 0.4) * ROWS) / (KILLS + 1));
      await until(() => stack.simulator.sends.length >= at, `${at} rows to be sent`, ALL ? 600_000 : 60_000);
      if (kill < KILLS) {
        const held = stack.simulator.fail({ kind: 'slow', ms: 60_000, times: 1 });
        await until(() => held.hits === 1, 'a row to be at Maytapi');
      } else {
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
      }
      await stack.kill();
      await stack.restart();
    }
    const done = await batchUntil(ask, id, ({ state }) => state === 'done', { ms: ALL ? 900_000 : 120_000 });
    const results = await resultsOf(ask, id);
    assert.equal(results.length, ROWS);
    /** @type {Map<string, number>} */
    const arrivals = new Map();
    for (const { json } of stack.simulator.sends) {
      const to = String(/** @type {any} */ (json).to_number);
      arrivals.set(to, (arrivals.get(to) ?? 0) + 1);
    }
    const unknown = results.filter(({ state }) => state === 'unknown');
    for (const { row, ref, state, msgId } of results) {
      const { to, ref: own } = rows[row] ?? { to: '', ref: '' };
      const count = arrivals.get(to) ?? 0;
      assert.equal(ref, own);
      if (state === 'queued') {
        assert.equal(count, 1, `row ${row} arrived ${count} times`);
        assert.equal(/** @type {any} */ (stack.simulator.messages.get(msgId))?.payload?.to_number ?? to, to);
      } else {
        assert.equal(state, 'unknown', `row ${row} is ${state}`);
        assert.ok(count <= 1, `row ${row} arrived ${count} times`);
      }
    }
    assert.ok(unknown.length >= KILLS - 1 && unknown.length <= KILLS, `${unknown.length} are unknown`);
    const arrived = unknown.filter(({ row }) => arrivals.has(rows[row]?.to ?? ''));
    assert.ok(arrived.length >= KILLS - 1, 'those that were at Maytapi when the runtime was killed are not among the unknown');
    assert.deepEqual([done.counts.queued, done.counts.unknown], [ROWS - unknown.length, unknown.length]);
    assert.equal([...arrivals.values()].reduce((sum, count) => sum + count, 0), stack.simulator.sends.length);
    context.diagnostic(`${ROWS} rows in ${((Date.now() - started) / 1000).toFixed(1)} s: ${done.counts.queued} queued, ${unknown.length} unknown, of which ${arrived.length} had arrived; ${stack.simulator.sends.length} requests at Maytapi`);
  } finally {
    await stack.close();
    await rm(persist, { recursive: true, force: true });
  }
});

test('a batch that is paused when the runtime is killed stays paused, and one that waits for its time goes on by itself', { timeout: 120_000 }, async () => {
  const persist = await mkdtemp(join(tmpdir(), 'maytapi-batches-crash-'));
  const stack = await start(persist, { perMinute: 600 }, {});
  /** @type {import('../support/batches.mjs').Ask} */
  const ask = (path, how) => request(stack, path, how);
  try {
    const { id: paused } = await startBatch(ask, { rows: rowsOf(20) });
    await batchUntil(ask, paused, ({ counts }) => counts.queued >= 2);
    await ask(`batches/${paused}/pause`, { method: 'POST' });
    const { id: later } = await startBatch(ask, { rows: rowsOf(3, 100), plan: { startAt: Date.now() + 6000 } });
    await stack.kill();
    const before = stack.simulator.sends.length;
    await stack.restart();
    // Nobody asks: the alarm alone starts the object.
    await until(() => stack.simulator.sends.length >= before + 3, 'the later batch to be sent', 30_000);
    const { body } = await ask(`batches/${paused}`);
    assert.equal(body.state, 'paused');
    assert.ok(stack.simulator.sends.length <= before + 3);
    assert.equal((await batchUntil(ask, later, ({ state }) => state === 'done')).counts.queued, 3);
  } finally {
    await stack.close();
    await rm(persist, { recursive: true, force: true });
  }
});

test('an alarm that the runtime loses is set again by who looks at the batch', { timeout: 60_000 }, () =>
  inFolder(async (persist) => {
    const stack = await start(persist, { perMinute: 60_000 }, { 'losing.js': LOSING });
    /** @type {import('../support/batches.mjs').Ask} */
    const ask = (path, how) => request(stack, path, how);
    try {
      const { id } = await startBatch(ask, { rows: rowsOf(3) });
      const done = await batchUntil(ask, id, ({ state }) => state === 'done', { ms: 30_000 });
      assert.equal(done.counts.queued, 3);
      assert.equal(stack.logs().split('an alarm is lost').length - 1, 2);
    } finally {
      await stack.close();
    }
  }));
