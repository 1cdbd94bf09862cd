// A phone's storage as an earlier version wrote it is taken over: nothing is sent twice, and nothing is lost.
// @ts-check
import assert from 'node:assert/strict';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { inFolder } from '../support/folder.mjs';
import { acks, ask, fileOf, hook, startDelivery, storageOf, until } from './following.mjs';

/** Three sends as the first version stored them: queued, refused, and killed while it was at Maytapi. */
const FIRST = fileURLToPath(new URL('fixtures/storage-1.sqlite', import.meta.url));
const QUEUED = '14a48197-965a-45dc-b8d6-e9fe86e8acce';

/** @param {import('../stack.mjs').Stack} stack @param {string} key @param {string} toNumber */
function post(stack, key, toNumber) {
  return ask(stack, 'sendMessage', { body: { type: 'text', toNumber, message: 'a message', skipFilter: true }, headers: { 'idempotency-key': key } });
}

test('what the first version stored is known to this one', async () => {
  const persist = await mkdtemp(join(tmpdir(), 'maytapi-storage-'));
  const stack = await startDelivery({ persist, proxy: { limits: { recipient: { day: 3 } }, policy: { delivery: 'phone' } }, simulator: { acks: [] } });
  try {
    // The name of the file is made of the object's.
    assert.equal((await fetch(`${stack.edge}/ready`)).status, 200);
    await stack.kill();
    const file = fileOf(persist);
    for (const end of ['-wal', '-shm']) await rm(`${file}${end}`, { force: true });
    await copyFile(FIRST, file);
    const database = storageOf(persist);
    const now = Date.now();
    database.prepare('UPDATE records SET made = ?').run(now - 3_600_000);
    const day = Math.floor(now / 86_400_000);
    database.prepare("UPDATE counters SET last = ?, day = ?, day_n = 3 WHERE name = 'r:ef5d66b3c458ca4a'").run(now - 3_600_000, day);
    database.close();
    await stack.restart();

    const queued = await post(stack, 'queued', '12025550123');
    assert.deepEqual([queued.status, queued.body.data?.msgId, queued.headers.get('idempotency-replayed')], [200, QUEUED, 'true']);
    const refused = await post(stack, 'refused', '12025550124');
    assert.deepEqual([refused.status, refused.body.code, refused.headers.get('idempotency-replayed')], [502, 'F04', 'true']);
    assert.equal((await post(stack, 'posted', '12025550125')).body.code, 'outcome_unknown');
    assert.equal((await post(stack, 'new', '12025550123')).body.code, 'rate_limited');
    assert.equal(stack.simulator.sends.length, 0);
    // What was sent before is no part of the feed; what is sent now is.
    assert.equal((await ask(stack, `messages/${QUEUED}`)).body.code, 'unknown_message');
    const fresh = (await post(stack, 'fresh', '12025550126')).body.data.msgId;
    assert.equal((await hook(stack, acks(stack, [[fresh, 2]]))).status, 200);
    const { cursor } = (await ask(stack, 'events')).body;

    await stack.kill();
    const after = storageOf(persist);
    assert.equal(after.prepare("SELECT value FROM meta WHERE key = 'schema'").get()?.value, 6);
    assert.equal(after.prepare('SELECT count(*) AS n FROM records').get()?.n, 4);
    after.close();
    await stack.restart();
    assert.equal((await ask(stack, `messages/${fresh}`)).body.state, 'delivered');
    assert.equal((await ask(stack, 'events')).body.cursor, cursor);
  } finally {
    await stack.close();
    await rm(persist, { recursive: true, force: true });
  }
});

test('messages go after their retention, early acks after ten minutes, and no number of the feed is given twice', async () => {
  const persist = await mkdtemp(join(tmpdir(), 'maytapi-storage-'));
  const stack = await startDelivery({ persist, proxy: { delivery: { retentionDays: 1 }, policy: { delivery: 'phone' } }, simulator: { acks: [] } });
  try {
    const [old, young] = [(await post(stack, 'old', '12025550123')).body.data.msgId, (await post(stack, 'young', '12025550123')).body.data.msgId];
    await hook(stack, acks(stack, [[young, 1], [old, 1], ['early', 1]]));
    const { cursor } = (await ask(stack, 'events')).body;
    await stack.kill();
    const database = storageOf(persist);
    assert.equal(database.prepare('SELECT count(*) AS n FROM strays').get()?.n, 1);
    const yesterday = Date.now() - 25 * 3_600_000;
    // The newest row, so that its number would be given again, and the one before it.
    database.prepare('UPDATE messages SET queued = ?, sent = ?').run(yesterday, yesterday);
    database.prepare('UPDATE strays SET at = 1').run();
    database.close();
    await stack.restart();
    const next = (await post(stack, 'next', '12025550123')).body.data.msgId;
    const { body } = await ask(stack, `events?after=${cursor}`);
    assert.deepEqual(body.items.map((/** @type {any} */ item) => item.msgId), [next]);
    assert.ok(Number(body.cursor.split('.')[1]) > Number(cursor.split('.')[1]));
    for (const id of [old, young]) assert.equal((await ask(stack, `messages/${id}`)).body.code, 'unknown_message');
    // The alarm throws it away by itself.
    const strays = () => {
      const now = storageOf(persist);
      try {
        return now.prepare('SELECT count(*) AS n FROM strays').get()?.n;
      } finally {
        now.close();
      }
    };
    await until(() => strays() === 0, 'the report to be thrown away');
  } finally {
    await stack.close();
    await rm(persist, { recursive: true, force: true });
  }
});

test('an object that could not open its storage sends nothing and tells nothing, and asks it again at each call', async () => {
  await inFolder(async (persist) => {
    const stack = await startDelivery({ persist, proxy: { policy: { delivery: 'phone' } }, simulator: { acks: [] } });
    try {
      const first = (await post(stack, 'first', '12025550123')).body.data.msgId;
      const { cursor } = (await ask(stack, 'events')).body;
      stack.simulator.fail({ kind: 'hang' });
      const cut = post(stack, 'cut', '12025550124').catch(() => {});
      await until(() => stack.simulator.sends.length === 2, 'a send to be at Maytapi');
      await stack.kill();
      await cut;
      stack.simulator.reset();
      // At its birth an object closes what was at Maytapi; no other statement is refused.
      const database = storageOf(persist);
      const open = database.prepare('SELECT id FROM records WHERE state = 1').all();
      assert.equal(open.length, 1);
      database.exec(`CREATE TRIGGER refuse BEFORE UPDATE ON records WHEN old.id = '${open[0]?.id}' BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`);
      database.close();
      await stack.restart();
      const refused = await post(stack, 'second', '12025550125');
      assert.deepEqual([refused.status, refused.body.code, refused.body.retryable], [500, 'internal', 'yes'], JSON.stringify(refused.body));
      assert.deepEqual([(await ask(stack, 'events')).status, (await fetch(`${stack.edge}/ready`)).status], [500, 503]);
      assert.equal(stack.simulator.sends.length, 0);
      const again = storageOf(persist);
      again.exec('DROP TRIGGER refuse');
      again.close();
      const second = (await post(stack, 'second', '12025550125')).body.data.msgId;
      const { body } = await ask(stack, `events?after=${cursor}`);
      assert.deepEqual(body.items.map((/** @type {any} */ item) => item.msgId), [second]);
      assert.equal((await ask(stack, `messages/${first}`)).body.state, 'queued');
      assert.equal((await post(stack, 'cut', '12025550124')).body.code, 'outcome_unknown');
    } finally {
      await stack.close();
    }
  });
});
