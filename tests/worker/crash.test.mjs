// The runtime killed in the middle of fifty sends: nothing goes out twice, nothing is lost, and what nobody knows is said to be unknown.
// @ts-check
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startStack } from '../stack.mjs';
import { storageOf, until } from './following.mjs';

const SENDS = 50;

test('SIGKILL at random points during fifty sends', async () => {
  const persist = await mkdtemp(join(tmpdir(), 'maytapi-crash-'));
  const stack = await startStack({ persist });
  const token = await stack.token();
  const post = async (/** @type {number} */ n) => {
    const answer = await fetch(`${stack.edge}/api/main/1150/sendMessage`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, 'idempotency-key': `crash-${n}` },
      body: JSON.stringify({ type: 'text', toNumber: '12025550123', message: `message ${n}`, skipFilter: true }),
    }).catch(() => undefined);
    const body = await answer?.json().catch(() => undefined);
    return answer && body ? { status: answer.status, body: /** @type {any} */ (body) } : undefined;
  };
  try {
    /** @type {Map<number, string>} what a caller was told for sure */
    const told = new Map();
    const open = new Set(Array.from({ length: SENDS }, (_, n) => n));
    let kills = 0;
    while (open.size > 0) {
      stack.simulator.fail({ kind: 'slow', ms: 40, times: Infinity });
      // Some have answered, some are at Maytapi, some have not begun: which is which is up to chance.
      const kill = kills < 3 ? new Promise((resolve) => setTimeout(resolve, 30 + Math.random() * 250)).then(() => stack.kill()) : undefined;
      kills += 1;
      const batch = [...open];
      const next = async () => {
        for (let n = batch.shift(); n !== undefined; n = batch.shift()) {
          const answer = await post(n);
          if (answer?.status === 200) {
            const id = answer.body.data.msgId;
            assert.ok(told.get(n) === undefined || told.get(n) === id);
            told.set(n, id);
            open.delete(n);
          } else if (answer?.body.code === 'outcome_unknown') {
            told.set(n, 'unknown');
            open.delete(n);
          } else if (answer) {
            assert.equal(answer.body.code, 'in_flight', JSON.stringify(answer.body));
          }
        }
      };
      await Promise.all(Array.from({ length: 8 }, next));
      await kill;
      if (kill) await stack.restart();
    }
    assert.ok(kills >= 3);
    const arrived = stack.simulator.sends.map((sent) => /** @type {any} */ (sent.json)?.message).filter((message) => message !== undefined);
    assert.equal(new Set(arrived).size, arrived.length, 'a message arrived twice');
    const queued = new Map([...stack.simulator.messages.values()].map((message) => [/** @type {any} */ (message).payload?.message ?? '', message]));
    for (const [n, id] of told) {
      // Whatever was told to be queued is; whatever arrived is known to the one who asked, if only as unknown.
      if (id !== 'unknown') assert.ok(stack.simulator.messages.has(id), `message ${n} was told to be queued and is not`);
      const again = await post(n);
      assert.equal(again?.status === 200 ? again.body.data.msgId : again?.body.code, id === 'unknown' ? 'outcome_unknown' : id, `the record of message ${n} was lost`);
    }
    assert.equal(told.size, SENDS);
    assert.ok(queued.size <= SENDS);
  } finally {
    await stack.close();
    await rm(persist, { recursive: true, force: true });
  }
});

test('what is older than the retention is thrown away', async () => {
  const persist = await mkdtemp(join(tmpdir(), 'maytapi-retention-'));
  const stack = await startStack({ persist, proxy: { idempotency: { retentionHours: 24 } } });
  const token = await stack.token();
  const post = (/** @type {string} */ key) =>
    fetch(`${stack.edge}/api/main/1150/sendMessage`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, 'idempotency-key': key },
      body: JSON.stringify({ type: 'text', toNumber: '12025550123', message: 'a message' }),
    });
  try {
    for (const key of ['old', 'young']) assert.equal((await post(key)).status, 200);
    await stack.kill();
    const database = storageOf(persist);
    const hour = 3_600_000;
    assert.equal(database.prepare('SELECT count(*) AS n FROM records').get()?.n, 2);
    const [first] = database.prepare('SELECT id FROM records ORDER BY made').all();
    database.prepare('UPDATE records SET made = ? WHERE id = ?').run(Date.now() - 25 * hour, String(first?.id));
    database.close();
    await stack.restart();
    assert.equal((await post('young')).headers.get('idempotency-replayed'), 'true');
    assert.equal((await post('old')).headers.get('idempotency-replayed'), null);
    await stack.kill();
    const after = storageOf(persist);
    assert.equal(after.prepare('SELECT count(*) AS n FROM records').get()?.n, 2);
    after.close();
  } finally {
    await stack.close();
    await rm(persist, { recursive: true, force: true });
  }
});

test('what is too old goes soon, also when there is more of it than one round takes', async () => {
  const persist = await mkdtemp(join(tmpdir(), 'maytapi-cleaning-'));
  const stack = await startStack({ persist });
  const post = async () =>
    fetch(`${stack.edge}/api/main/1150/sendMessage`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await stack.token()}` },
      body: JSON.stringify({ type: 'text', toNumber: '12025550123', message: 'a message', skipFilter: true }),
    });
  const count = () => {
    const database = storageOf(persist);
    const [{ n } = { n: -1 }] = database.prepare('SELECT count(*) AS n FROM records WHERE made = 1').all();
    database.close();
    return n;
  };
  try {
    assert.equal((await post()).status, 200);
    await stack.kill();
    const database = storageOf(persist);
    database.exec("WITH RECURSIVE old (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM old WHERE n < 12000) INSERT INTO records (id, state, made) SELECT 'old-' || n, 2, 1 FROM old");
    database.close();
    assert.equal(count(), 12_000);
    await stack.restart();
    assert.equal((await post()).status, 200);
    await until(() => count() === 0, 'all of it gone');
  } finally {
    await stack.close();
    await rm(persist, { recursive: true, force: true });
  }
});
