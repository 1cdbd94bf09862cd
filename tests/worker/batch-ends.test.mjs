// How batches end or stop by themselves: at their time, for want of the key, after runs that come to nothing; and rows that wait for their recipient.
// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inFolder } from '../support/folder.mjs';
import { afterScript } from '../support/edge.mjs';
import { batchUntil, numberOf, resultsOf, rowsOf, startBatch, STORE_KEY } from '../support/batches.mjs';
import { ask as request, startDelivery, storageOf, until } from './following.mjs';

/** @typedef {import('../stack.mjs').Stack} Stack */

const OTHER_KEY = 'canary-other-key-0123456789-0123456789-0123456789';
// A segment that is opened never is: the run that waits for it comes to no end.
const ENDLESS = `
const { subtle } = crypto, { decrypt } = subtle;
Object.getPrototypeOf(subtle).decrypt = async function (how, key, data) {
  if (!/^b_.+\\/\\d+$/.test(new TextDecoder().decode(how.additionalData))) return decrypt.call(this, how, key, data);
  console.log('a segment is being opened');
  await new Promise((resolve) => setTimeout(resolve, 600_000));
};
`;
const FAST = { perMinute: 6000, jitter: 0 };
/** Slow enough to be interrupted. */
const STEADY = { perMinute: 600, jitter: 0 };

/** @param {Stack} stack @returns {import('../support/batches.mjs').Ask} */
const asker = (stack) => (path, how) => request(stack, path, how);
const arrived = (/** @type {Stack} */ stack) => stack.simulator.sends.map(({ json }) => String(/** @type {any} */ (json).to_number));
const pause = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @param {Record<string, any>} options */
const start = ({ policy = { batches: STEADY }, limits = {}, secrets = { STORE_KEY }, ...more }) =>
  startDelivery({ secrets, proxy: { policy, limits }, simulator: { acks: [], sendEveryMs: 0 }, ...more });

test('a batch whose time is over half-way sends nothing more, and its other rows are cancelled with the reason', async () => {
  const stack = await start({});
  try {
    const ask = asker(stack);
    const { id, expires } = await startBatch(ask, { rows: rowsOf(60), plan: { expiresAt: Date.now() + 3000 } });
    const ended = await batchUntil(ask, id, ({ state, counts }) => state === 'expired' && counts.waiting === 0);
    assert.ok(ended.ended >= expires && ended.ended < expires + 1000, `${ended.ended - expires} ms after its time`);
    const { queued, cancelled } = ended.counts;
    assert.ok(queued > 0 && cancelled > 0 && queued + cancelled === 60, JSON.stringify(ended.counts));
    await pause(500);
    assert.deepEqual(arrived(stack), rowsOf(queued).map(({ to }) => to));
    const results = await resultsOf(ask, id);
    assert.deepEqual(new Set(results.slice(queued).map(({ state, code }) => `${state} ${code}`)), new Set(['cancelled expired']));
    for (const verb of ['resume', 'start', 'pause']) assert.equal((await ask(`batches/${id}/${verb}`, { method: 'POST' })).body.code, 'batch_state', verb);
  } finally {
    await stack.close();
  }
});

for (const how of ['paused', 'draft']) {
  test(`a batch that is ${how} when its time is over expires as well`, async () => {
    const stack = await start({});
    try {
      const ask = asker(stack);
      const { id } = await startBatch(ask, { rows: rowsOf(40), plan: { expiresAt: Date.now() + 2000 }, start: how !== 'draft' });
      if (how === 'paused') assert.equal((await ask(`batches/${id}/pause`, { method: 'POST' })).body.state, 'paused');
      const ended = await batchUntil(ask, id, ({ state, counts }) => state === 'expired' && counts.waiting === 0);
      assert.equal(ended.counts.queued + ended.counts.cancelled, 40);
      assert.equal(arrived(stack).length, ended.counts.queued);
    } finally {
      await stack.close();
    }
  });
}

test('a row whose recipient has had enough waits, the ones behind it go on, and it follows once it may', async () => {
  const stack = await start({ policy: { batches: FAST }, limits: { recipient: { gapSeconds: 4 } } });
  try {
    const ask = asker(stack);
    const single = await ask('sendMessage', { body: { type: 'text', toNumber: numberOf(1), message: 'a reply', skipFilter: true } });
    assert.equal(single.status, 200);
    const { id } = await startBatch(ask, { rows: rowsOf(5) });
    const waiting = await batchUntil(ask, id, ({ waiting, counts }) => waiting?.for === 'limit' && counts.queued === 4);
    assert.deepEqual(arrived(stack).slice(1), [0, 2, 3, 4].map(numberOf), 'the others are not held up');
    assert.ok(waiting.waiting.until > Date.now() && waiting.waiting.until <= Date.now() + 4000);
    const done = await batchUntil(ask, id, ({ state }) => state === 'done');
    assert.deepEqual([done.counts.queued, done.counts.refused, done.counts.skipped], [5, 0, 0], 'a limit has a row wait, never fail');
    const times = stack.simulator.sends.filter(({ json }) => String(/** @type {any} */ (json).to_number) === numberOf(1)).map(({ time }) => time);
    assert.equal(times.length, 2);
    assert.ok((times[1] ?? 0) - (times[0] ?? 0) >= 3900, `${(times[1] ?? 0) - (times[0] ?? 0)} ms between two to one person`);
    assert.equal(arrived(stack).at(-1), numberOf(1));
  } finally {
    await stack.close();
  }
});

test('rows that wait for their recipient when the time is over end with it', async () => {
  const stack = await start({ policy: { batches: FAST }, limits: { recipient: { gapSeconds: 3600 } } });
  try {
    const ask = asker(stack);
    for (const n of [0, 1]) assert.equal((await ask('sendMessage', { body: { type: 'text', toNumber: numberOf(n), message: 'a reply', skipFilter: true } })).status, 200);
    const { id } = await startBatch(ask, { rows: rowsOf(4), plan: { expiresAt: Date.now() + 2500 } });
    await batchUntil(ask, id, ({ waiting, counts }) => waiting?.for === 'limit' && counts.queued === 2);
    const ended = await batchUntil(ask, id, ({ state, counts }) => state === 'expired' && counts.waiting === 0, { ms: 10_000 });
    assert.deepEqual([ended.counts.queued, ended.counts.cancelled], [2, 2]);
    const single = await ask('sendMessage', { body: { type: 'text', toNumber: numberOf(9), message: 'a reply', skipFilter: true } });
    assert.equal(single.status, 200, 'the object still answers');
  } finally {
    await stack.close();
  }
});

test('a batch goes on under a new STORE_KEY while the one before it is there, and is held once it is gone', async () => {
  await inFolder(async (persist) => {
    /** @type {Stack | undefined} */
    let stack;
    const proxy = { policy: { batches: STEADY, delivery: 'phone', manage: true } };
    const under = async (/** @type {Record<string, string>} */ secrets) => {
      await stack?.close();
      stack = await start({ persist, policy: proxy.policy, secrets: { TOKEN_SECRET: 'canary-token-secret-0123456789-0123456789', ...secrets } });
      return stack;
    };
    try {
      let now = await under({ STORE_KEY });
      const { id } = await startBatch(asker(now), { rows: rowsOf(120) });
      const before = await batchUntil(asker(now), id, ({ counts }) => counts.queued >= 5);
      assert.equal((await asker(now)(`batches/${id}/pause`, { method: 'POST' })).status, 200);
      await pause(300);
      const first = arrived(now);

      now = await under({ STORE_KEY: OTHER_KEY, STORE_KEY_PREVIOUS: STORE_KEY });
      const sent = (await asker(now)(`batches/${id}`)).body.counts.queued;
      assert.ok(sent >= before.counts.queued && sent === first.length);
      assert.equal((await asker(now)(`batches/${id}/resume`, { method: 'POST' })).body.state, 'running');
      await batchUntil(asker(now), id, ({ counts }) => counts.queued >= sent + 10);
      assert.equal((await asker(now)(`batches/${id}/pause`, { method: 'POST' })).status, 200);
      await pause(300);
      const second = arrived(now);
      assert.equal(new Set([...first, ...second]).size, first.length + second.length, 'somebody got it twice');

      now = await under({ STORE_KEY: OTHER_KEY });
      assert.equal((await asker(now)(`batches/${id}/resume`, { method: 'POST' })).status, 200);
      const held = await batchUntil(asker(now), id, ({ state }) => state === 'held');
      assert.equal(held.reason, 'store_key');
      await pause(500);
      assert.deepEqual(arrived(now), [], 'what can not be opened is not sent');
      assert.equal((await asker(now)(`batches/${id}/cancel`, { method: 'POST' })).body.state, 'cancelled');
      const ended = await batchUntil(asker(now), id, ({ counts }) => counts.waiting === 0);
      assert.equal(ended.counts.queued + ended.counts.cancelled, 120);
    } finally {
      await stack?.close();
    }
  });
});

test('three runs that come to no end hold a batch, and a person lets it go on', async () => {
  await inFolder(async (persist) => {
    const stack = await start({ persist, before: afterScript(ENDLESS) });
    const runs = () => stack.logs().split('a segment is being opened').length - 1;
    try {
      const ask = asker(stack);
      const { id } = await startBatch(ask, { rows: rowsOf(8) });
      for (let run = 1; run <= 3; run += 1) {
        // As an object that runs out of memory: it is gone in the middle of a run, and the next request brings a new one.
        await until(() => runs() === run, `run ${run} to be under way`);
        assert.equal((await ask(`batches/${id}`)).body.state, 'running');
        await stack.kill();
        await stack.restart();
        assert.equal((await ask(`batches/${id}`)).status, 200);
      }
      // The next run may be the one that the alarm of a killed run brings, a minute after that began.
      const held = await batchUntil(ask, id, ({ state }) => state === 'held', { ms: 90_000 });
      assert.deepEqual([held.reason, held.counts.waiting, runs()], ['stuck', 8, 3]);
      assert.equal(arrived(stack).length, 0);
      assert.equal((await ask(`batches/${id}/resume`, { method: 'POST' })).body.state, 'running');
      await until(() => runs() === 4, 'another run, once somebody says so');
    } finally {
      await stack.close();
    }
  });
});

test('what rows say is thrown away by segments as they leave, but for those of which a row waits yet', async () => {
  await inFolder(async (persist) => {
    const proxy = { policy: { batches: FAST }, limits: { recipient: { gapSeconds: 6 } } };
    const stack = await startDelivery({ persist, secrets: { STORE_KEY }, proxy, simulator: { acks: [], sendEveryMs: 0 } });
    const segments = () => {
      const database = storageOf(persist);
      try {
        return database.prepare('SELECT first_row AS n FROM segments ORDER BY 1').all().map(({ n }) => n);
      } finally {
        database.close();
      }
    };
    try {
      const ask = asker(stack);
      const single = async (/** @type {number} */ person) => {
        const sent = await ask('sendMessage', { body: { type: 'text', toNumber: numberOf(person), message: 'a message', skipFilter: true } });
        assert.equal(sent.status, 200, JSON.stringify(sent.body));
      };
      await single(1);
      await pause(3000);
      await single(60);
      // Three segments, in the first two of which somebody has had enough for now: one for some seconds more than the other.
      const { id } = await startBatch(ask, { rows: rowsOf(120) });
      const left = async (/** @type {number} */ queued) => {
        await batchUntil(ask, id, ({ counts }) => counts.queued === queued);
        return segments();
      };
      assert.deepEqual([await left(118), await left(119), await left(120)], [[0, 50], [50], []]);
    } finally {
      await stack.close();
    }
  });
});
