// How much of its storage an object reads for batches: what has ended, and rows that wait for a limit, are not looked through again and again.
// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batchUntil, rowsOf, startBatch, STORE_KEY } from '../support/batches.mjs';
import { inFolder } from '../support/folder.mjs';
import { ask as request, startDelivery, storageOf } from './following.mjs';

/** @typedef {{ query: string, rows: number }} Read what one statement read */

// Counts the rows that each statement reads, and tells and forgets them where it is asked to. A cursor is looked at when the next few follow.
const COUNTING = `
import edge, { Phone as Shipped } from './index.js';
export * from './index.js';
let reads = [], counted = false;
export class Phone extends Shipped {
  constructor(state, env) {
    const prototype = Object.getPrototypeOf(state.storage.sql), { exec } = prototype;
    if (!counted) {
      counted = true;
      prototype.exec = function (query, ...given) {
        const cursor = exec.call(this, query, ...given);
        reads.slice(-4).forEach((read) => (read.rows = read.cursor.rowsRead));
        reads.push({ query, cursor, rows: cursor.rowsRead });
        return cursor;
      };
    }
    super(state, env);
  }
}
export default { ...edge, fetch(request, env, context) {
  if (!request.url.endsWith('/rows-read')) return edge.fetch(request, env, context);
  const told = reads.map(({ query, rows }) => ({ query, rows }));
  reads = [];
  return Response.json(told);
} };
`;
const FAST = { perMinute: 6000, jitter: 0 };

/** @param {import('../stack.mjs').Stack} stack @returns {Promise<Read[]>} */
const reads = async (stack) => /** @type {any} */ (await (await fetch(`${stack.edge}/rows-read`)).json());
/** @param {Record<string, any>} how */
const start = ({ limits = {}, ...more }) =>
  startDelivery({ secrets: { STORE_KEY }, proxy: { policy: { delivery: 'phone', batches: FAST }, limits }, simulator: { acks: [], sendEveryMs: 0 }, before: { 'counting.js': COUNTING }, ...more });

test('batches that have ended are read neither for those that run nor for the feed', async () => {
  await inFolder(async (persist) => {
    const ended = 2000;
    const stack = await start({ persist });
    /** @type {import('../support/batches.mjs').Ask} */
    const ask = (path, how) => request(stack, path, how);
    try {
      const { id } = await startBatch(ask, { rows: rowsOf(1) });
      await batchUntil(ask, id, ({ state }) => state === 'done');
      await stack.kill();
      const database = storageOf(persist);
      const [kept = {}] = database.prepare('SELECT * FROM batches').all();
      assert.equal(kept['is_open'], 0);
      const add = database.prepare(`INSERT INTO batches (${Object.keys(kept).join(', ')}) VALUES (${Object.keys(kept).map(() => '?').join(', ')})`);
      database.exec('BEGIN');
      for (let n = 1; n <= ended; n += 1) add.run(.../** @type {any[]} */ (Object.values({ ...kept, n: 1_000_000 + n, seq: 1_000_000 + n, id: `b_${n}`, caller: 'another' })));
      database.exec('COMMIT');
      database.close();
      await stack.restart();
      const { cursor } = (await ask('events')).body;
      const rows = 20;
      const { id: running } = await startBatch(ask, { rows: rowsOf(rows, 100) });
      await batchUntil(ask, running, ({ state }) => state === 'done');
      const { items } = (await ask(`events?after=${cursor}`)).body;
      assert.equal(items.filter((/** @type {any} */ { kind }) => kind === 'message').length, rows);
      // What is too old is looked for once an hour; messages look the names of their batches up.
      const read = (await reads(stack)).filter(({ query }) => /FROM batches\b/.test(query) && !/ended <|FROM messages/.test(query));
      assert.ok(read.some(({ query }) => /is_open/.test(query)) && read.some(({ query }) => /seq >/.test(query)), 'the statements were not found');
      for (const { query, rows } of read) assert.ok(rows < 20, `${rows} rows for ${query}`);
    } finally {
      await stack.close();
    }
  });
});

test('the first of the rows that wait for a limit is found without the others', async () => {
  const stack = await start({ limits: { recipient: { day: 1 } } });
  /** @type {import('../support/batches.mjs').Ask} */
  const ask = (path, how) => request(stack, path, how);
  try {
    const rows = rowsOf(200);
    const { id: first } = await startBatch(ask, { rows });
    await batchUntil(ask, first, ({ state }) => state === 'done');
    await reads(stack);
    const { id } = await startBatch(ask, { rows });
    await batchUntil(ask, id, ({ waiting }) => waiting?.for === 'limit');
    // A statement is counted when others follow.
    for (let n = 0; n < 4; n += 1) await ask(`batches/${id}`);
    const read = (await reads(stack)).filter(({ query }) => /FROM items/.test(query) && /ORDER BY at|min\(/.test(query));
    assert.ok(read.length > 0, 'the statement was not found');
    for (const { query, rows } of read) assert.ok(rows < 5, `${rows} rows for ${query}`);
    assert.equal((await ask(`batches/${id}/cancel`, { method: 'POST' })).body.counts.cancelled, rows.length);
  } finally {
    await stack.close();
  }
});
