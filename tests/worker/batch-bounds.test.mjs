// What bounds batches beside policy: the size of the storage; and that nothing which comes meanwhile is written over.
// @ts-check
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { batchUntil, numberOf, rowsOf, startBatch, STORE_KEY, TEMPLATE } from '../support/batches.mjs';
import { afterScript } from '../support/edge.mjs';
import { inFolder } from '../support/folder.mjs';
import { ask as request, startDelivery, storageOf, until } from './following.mjs';

// A storage that says it is nearly full.
const FULL = `
import edge, { Phone as Shipped } from './index.js';
export * from './index.js';
export default edge;
export class Phone extends Shipped {
  constructor(state, env) {
    Object.defineProperty(Object.getPrototypeOf(state.storage.sql), 'databaseSize', { get: () => 4_100_000_000 });
    super(state, env);
  }
}
`;
// A segment that can't be opened, which takes a while to find out.
const UNREADABLE = `
const { subtle } = crypto, { decrypt } = subtle;
Object.getPrototypeOf(subtle).decrypt = async function (how, key, data) {
  if (!/^b_.+\\/\\d+$/.test(new TextDecoder().decode(how.additionalData))) return decrypt.call(this, how, key, data);
  console.log('a segment is being opened');
  await new Promise((resolve) => setTimeout(resolve, 800));
  console.log('a segment can not be opened');
  throw new Error('the key was replaced');
};
`;

/** @param {Record<string, string>} before */
const start = (before) => startDelivery({ before, secrets: { STORE_KEY }, proxy: { policy: { batches: { perMinute: 6000, jitter: 0 } } }, simulator: { acks: [], sendEveryMs: 0 } });
/** @param {import('../stack.mjs').Stack} stack @returns {import('../support/batches.mjs').Ask} */
const asker = (stack) => (path, how) => request(stack, path, how);

test('a storage that is nearly full takes no more rows, and single sends go on', async () => {
  const stack = await start({ 'full.js': FULL });
  try {
    const ask = asker(stack);
    const made = await ask('batches', { body: { template: TEMPLATE }, headers: { 'idempotency-key': 'full' } });
    const piece = await ask(`batches/${made.body.id}/pieces/0`, { method: 'PUT', body: { rows: rowsOf(2) } });
    assert.deepEqual([piece.status, piece.body.code, piece.body.retryable], [429, 'too_many_batches', 'yes']);
    assert.equal((await ask(`batches/${made.body.id}`)).body.size, 0);
    assert.equal((await ask('sendMessage', { body: { type: 'text', toNumber: numberOf(1), message: 'a message', skipFilter: true } })).status, 200);
  } finally {
    await stack.close();
  }
});

test('a caller who makes and ends batches again and again is stopped before they fill the storage, and others are not', async () => {
  const persist = await mkdtemp(join(tmpdir(), 'maytapi-batch-bounds-'));
  const stack = await startDelivery({ persist, secrets: { STORE_KEY }, proxy: { policy: { batches: {} } }, simulator: { acks: [] } });
  try {
    const make = (/** @type {string} */ sub, /** @type {string} */ key) => request(stack, 'batches', { body: { template: TEMPLATE }, headers: { 'idempotency-key': key }, claims: { sub } });
    const { id } = (await make('busy', 'first')).body;
    assert.equal((await request(stack, `batches/${id}/cancel`, { method: 'POST', claims: { sub: 'busy' } })).body.state, 'cancelled');
    await stack.kill();
    const database = storageOf(persist);
    const [kept = {}] = database.prepare('SELECT * FROM batches').all();
    const add = database.prepare(`INSERT INTO batches (${Object.keys(kept).join(', ')}) VALUES (${Object.keys(kept).map(() => '?').join(', ')})`);
    database.exec('BEGIN');
    for (let n = 1; n < 5000; n += 1) add.run(.../** @type {any[]} */ (Object.values({ ...kept, n: 1_000_000 + n, id: `b_${n}` })));
    database.exec('COMMIT');
    database.close();
    await stack.restart();
    const refused = await make('busy', 'one-more');
    assert.deepEqual([refused.status, refused.body.code], [429, 'too_many_batches']);
    assert.equal((await make('other', 'one')).status, 201);
  } finally {
    await stack.close();
    await rm(persist, { recursive: true, force: true });
  }
});

test('a caller who is alone has most of a phone\'s room, and whoever comes then finds some', async () => {
  await inFolder(async (persist) => {
    const stack = await startDelivery({ persist, secrets: { STORE_KEY }, proxy: { policy: { batches: {} } }, simulator: { acks: [] } });
    try {
      const make = (/** @type {string} */ sub) => request(stack, 'batches', { body: { template: TEMPLATE }, headers: { 'idempotency-key': randomUUID() }, claims: { sub } });
      const cancel = async (/** @type {string} */ id) => assert.equal((await request(stack, `batches/${id}/cancel`, { method: 'POST', claims: { sub: 'busy' } })).body.state, 'cancelled', id);
      assert.equal((await make('busy')).status, 201);
      await stack.kill();
      const database = storageOf(persist);
      const [draft = {}] = database.prepare('SELECT * FROM batches').all();
      const add = database.prepare(`INSERT INTO batches (${Object.keys(draft).join(', ')}) VALUES (${Object.keys(draft).map(() => '?').join(', ')})`);
      // Paused ones: of drafts there are three at most.
      for (let n = 1; n <= 38; n += 1) add.run(.../** @type {any[]} */ (Object.values({ ...draft, n: 1000 + n, id: `b_${n}`, state: 2 })));
      database.close();
      await stack.restart();
      assert.equal((await make('busy')).status, 201, 'the fortieth');
      const refused = await make('busy');
      assert.deepEqual([refused.status, refused.body.code, refused.body.retryable], [429, 'too_many_batches', 'yes']);
      assert.match(refused.body.detail, /the last 10 are for callers who have fewer than 10/);
      assert.equal((await make('other')).status, 201);
      await cancel('b_1');
      assert.equal((await make('busy')).status, 429, 'the room of others is no more than it was');
      await cancel('b_2');
      assert.equal((await make('busy')).status, 201);
    } finally {
      await stack.close();
    }
  });
});

test('a batch that is cancelled while its rows are being opened stays cancelled, also where that fails', async () => {
  const stack = await start(afterScript(UNREADABLE));
  try {
    const ask = asker(stack);
    const opened = () => stack.logs().split('a segment is being opened').length - 1;
    const { id } = await startBatch(ask, { rows: rowsOf(3) });
    await until(() => opened() === 1, 'its rows to be opened');
    assert.equal((await ask(`batches/${id}/cancel`, { method: 'POST' })).body.state, 'cancelled');
    await until(() => stack.logs().includes('a segment can not be opened'), 'that to fail');
    const { state, reason, counts } = (await ask(`batches/${id}`)).body;
    assert.deepEqual([state, reason, counts.cancelled], ['cancelled', undefined, 3]);
    const { id: other } = await startBatch(ask, { rows: rowsOf(3) });
    assert.equal((await batchUntil(ask, other, (batch) => batch.state === 'held')).reason, 'store_key');
  } finally {
    await stack.close();
  }
});
