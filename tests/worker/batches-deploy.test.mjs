// A deployment in the middle of a batch: other code takes over the storage that the code before it was writing to, and the books agree row by row.
// @ts-check
import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { inFolder } from '../support/folder.mjs';
import { batchUntil, numberOf, resultsOf, rowsOf, startBatch, STORE_KEY } from '../support/batches.mjs';
import { ask as request, fileOf, startDelivery, storageOf, until } from './following.mjs';

/** @typedef {import('../stack.mjs').Stack} Stack */

const ROWS = 240;
/** A batch of sixty rows that an earlier version's storage was left with: some queued, one at Maytapi, the others waiting. */
const RUNNING = fileURLToPath(new URL('fixtures/storage-5.sqlite', import.meta.url));
const FIXTURE_ROWS = 60;

/** @param {string} persist @param {Record<string, any>} [batches] */
const start = (persist, batches = { perMinute: 1200, jitter: 0 }) =>
  startDelivery({ persist, secrets: { STORE_KEY }, proxy: { policy: { batches, delivery: 'phone', manage: true } }, simulator: { acks: [], sendEveryMs: 0 } });

/** @param {Stack} stack @returns {import('../support/batches.mjs').Ask} */
const asker = (stack) => (path, how) => request(stack, path, how);

const WORDS = ['No batch of this id is known', 'No batch of this id is found'];

/**
 * Another build in place of the one that ran: a text of its WebAssembly differs, and so does what stands before it.
 * @param {Stack} stack
 */
function deployOther(stack) {
  const wasm = join(stack.folder, 'index_bg.wasm');
  const bytes = readFileSync(wasm);
  const [from = '', to = ''] = WORDS;
  const at = bytes.indexOf(from);
  assert.ok(at >= 0 && from.length === to.length, 'the text that tells the builds apart is gone');
  bytes.write(to, at, 'latin1');
  writeFileSync(wasm, bytes);
  const script = join(stack.folder, 'index.js');
  writeFileSync(script, `console.log('the other build');\n${readFileSync(script, 'utf8')}`);
}

/** Which of the builds the object runs, by its words. @param {import('../support/batches.mjs').Ask} ask */
async function build(ask) {
  const { detail } = (await ask('batches/b_none')).body;
  return WORDS.findIndex((words) => detail.includes(words));
}

/** Every row is where its result says, and nobody got two. @param {Stack} stack @param {any} done @param {any[]} results @param {{ to: string, ref: string }[]} rows @param {number} mostUnknown */
function booksAgree(stack, done, results, rows, mostUnknown) {
  assert.equal(results.length, rows.length);
  /** @type {Map<string, number>} */
  const arrivals = new Map();
  for (const { json } of stack.simulator.sends) {
    const to = String(/** @type {any} */ (json).to_number);
    arrivals.set(to, (arrivals.get(to) ?? 0) + 1);
  }
  const unknown = results.filter(({ state }) => state === 'unknown');
  for (const { row, ref, state } of results) {
    const count = arrivals.get(rows[row]?.to ?? '') ?? 0;
    assert.equal(ref, rows[row]?.ref);
    if (state === 'unknown') assert.ok(count <= 1, `row ${row} arrived ${count} times`);
    else assert.deepEqual([row, state, count], [row, 'queued', 1]);
  }
  assert.ok(unknown.length <= mostUnknown, `${unknown.length} are unknown`);
  assert.deepEqual([done.counts.queued, done.counts.unknown], [rows.length - unknown.length, unknown.length]);
}

for (const [how, signal] of /** @type {[string, NodeJS.Signals][]} */ ([['cut off', 'SIGKILL'], ['ended in order', 'SIGTERM']])) {
  test(`a batch whose code is ${how} in the middle is finished by other code, and loses nothing`, { timeout: 120_000 }, async () => {
    await inFolder(async (persist) => {
      const stack = await start(persist);
      const ask = asker(stack);
      try {
        const rows = rowsOf(ROWS);
        const { id } = await startBatch(ask, { rows });
        await until(() => stack.simulator.sends.length >= ROWS / 4, 'a quarter to be sent');
        assert.equal(await build(ask), 0);
        // One is at Maytapi, which takes its time.
        const held = stack.simulator.fail({ kind: 'slow', ms: 300, times: 1 });
        await until(() => held.hits === 1, 'a row to be at Maytapi');
        await stack.kill(signal);
        const before = stack.simulator.sends.length;
        deployOther(stack);
        await stack.restart();
        const done = await batchUntil(ask, id, ({ state }) => state === 'done', { ms: 60_000 });
        assert.equal(await build(ask), 1, 'the object still runs the code of before');
        assert.ok(stack.logs().includes('the other build') && before < ROWS);
        booksAgree(stack, done, await resultsOf(ask, id), rows, 1);
      } finally {
        await stack.close();
      }
    });
  });
}

test('a batch that an earlier version left running is finished', async () => {
  await inFolder(async (persist) => {
    const stack = await start(persist);
    const ask = asker(stack);
    try {
      // The name of the file is made of the object's.
      assert.equal((await fetch(`${stack.edge}/ready`)).status, 200);
      await stack.kill();
      const file = fileOf(persist);
      for (const end of ['-wal', '-shm']) await rm(`${file}${end}`, { force: true });
      copyFileSync(RUNNING, file);
      const database = storageOf(persist);
      const [batch = {}] = database.prepare('SELECT id, queued FROM batches').all();
      const { n: posted } = database.prepare('SELECT count(*) AS n FROM items WHERE state = 1').get() ?? {};
      assert.ok(Number(batch['queued']) > 0 && posted === 1);
      const expires = Date.now() + 86_400_000;
      database.prepare("UPDATE batches SET expires = ?1, plan = json_set(plan, '$.expiresAt', ?1)").run(expires);
      database.close();
      await stack.restart();
      const id = String(batch['id']);
      const done = await batchUntil(ask, id, ({ state }) => state === 'done', { ms: 30_000 });
      const { queued, unknown } = done.counts;
      assert.deepEqual([queued, unknown, done.size], [FIXTURE_ROWS - 1, 1, FIXTURE_ROWS]);
      const results = await resultsOf(ask, id);
      const first = Number(batch['queued']);
      assert.deepEqual(results.map(({ state }) => state), [...Array(first).fill('queued'), 'unknown', ...Array(FIXTURE_ROWS - first - 1).fill('queued')]);
      const arrived = stack.simulator.sends.map(({ json }) => String(/** @type {any} */ (json).to_number));
      assert.deepEqual(arrived, rowsOf(FIXTURE_ROWS).slice(first + 1).map(({ to }) => to), 'each of the others once, and none of those before');
    } finally {
      await stack.close();
    }
  });
});

test('a storage of before there were batches takes one', async () => {
  await inFolder(async (persist) => {
    const stack = await start(persist);
    const ask = asker(stack);
    const single = () => ask('sendMessage', { body: { type: 'text', toNumber: numberOf(900), message: 'a message' }, headers: { 'idempotency-key': 'before' } });
    try {
      const before = await single();
      assert.equal(before.status, 200);
      await stack.kill();
      // As the fourth version had it.
      const database = storageOf(persist);
      for (const table of ['batches', 'pieces', 'segments', 'items', 'optouts']) database.exec(`DROP TABLE ${table}`);
      for (const column of ['batch', 'row']) database.exec(`ALTER TABLE messages DROP COLUMN ${column}`);
      database.exec("UPDATE meta SET value = 4 WHERE key = 'schema'");
      database.close();
      await stack.restart();
      assert.equal((await single()).body.data.msgId, before.body.data.msgId);
      assert.equal((await ask(`messages/${before.body.data.msgId}`)).body.state, 'queued');
      const rows = rowsOf(20);
      const { id } = await startBatch(ask, { rows });
      const done = await batchUntil(ask, id, ({ state }) => state === 'done');
      stack.simulator.received.shift();
      booksAgree(stack, done, await resultsOf(ask, id), rows, 0);
    } finally {
      await stack.close();
    }
  });
});
