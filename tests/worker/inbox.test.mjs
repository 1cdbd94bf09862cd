// Messages that come in: kept where policy says so, sealed, told to who may follow the whole phone, and gone when their time is over.
// @ts-check
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ask, fileOf, hook, send, startDelivery, storageOf, until } from './following.mjs';

const STORE_KEY = 'canary-store-key-0123456789-0123456789-abcdef';
const CANARY = 'canary-inbound-text-9c4e';
const ALL = { sub: 'desk', maytapi: { watch: 'phone' } };
const OWN = { sub: 'ada', maytapi: { watch: 'own' } };

/** @param {import('../stack.mjs').Options} [options] */
const start = (options) => startDelivery({ secrets: { STORE_KEY }, proxy: { policy: { delivery: 'phone', inbox: { retentionDays: 1 } } }, simulator: { acks: [] }, ...options });

/** @param {import('../stack.mjs').Stack} stack @param {number} n @param {object} [more] */
const incoming = (stack, n, more) => ({
  type: 'message', product_id: stack.simulator.productId, phone_id: 1150, conversation: '12025550123@c.us', timestamp: 1_795_736_529,
  message: { type: 'text', text: `${CANARY} ${n}`, id: `false_12025550123@c.us_${n}`, fromMe: false, ...more },
  user: { id: '12025550123@c.us', name: 'Ada', phone: '12025550123' },
});

/** @param {any} body */
const ids = (body) => body.items.filter((/** @type {any} */ item) => item.kind === 'incoming').map((/** @type {any} */ item) => item.id);

test('a message that comes in is told to who may follow the whole phone, found by its id, and nobody else learns of it', async () => {
  const stack = await start();
  try {
    const { cursor } = (await ask(stack, 'events', { claims: ALL })).body;
    const mine = await send(stack, {}, { claims: OWN });
    for (const n of [1, 2, 1]) assert.equal((await hook(stack, incoming(stack, n))).status, 200);
    // What the phone itself sent comes back as well.
    await hook(stack, incoming(stack, 3, { fromMe: true }));
    const page = (await ask(stack, `events?after=${cursor}`, { claims: ALL })).body;
    assert.deepEqual(page.items.map((/** @type {any} */ item) => item.kind), ['message', 'incoming', 'incoming']);
    const [id = ''] = ids(page);
    assert.match(id, /^in_[0-9a-f]{16}$/);
    assert.deepEqual(Object.keys(page.items[1]), ['kind', 'seq', 'id', 'at']);
    assert.ok(Math.abs(page.items[1].at - Date.now()) < 10_000);
    const { status, body } = await ask(stack, `inbox/${id}`, { claims: ALL });
    assert.deepEqual([status, body.id, body.at], [200, id, page.items[1].at]);
    const { content, ...message } = body.message;
    assert.deepEqual(message, {
      id: 'false_12025550123@c.us_1', type: 'text', text: `${CANARY} 1`, fromMe: false, conversation: '12025550123@c.us', sender: '12025550123@c.us', senderName: 'Ada', senderNumber: '12025550123', timestamp: 1_795_736_529,
    });
    assert.equal(content.text, `${CANARY} 1`);
    // Pages of one go on where they ended.
    const seen = [];
    for (let at = cursor, more = true; more; ) {
      const part = (await ask(stack, `events?after=${at}&limit=1`, { claims: ALL })).body;
      seen.push(...part.items.map((/** @type {any} */ item) => item.seq));
      [at, more] = [part.cursor, part.more];
    }
    assert.deepEqual(seen, page.items.map((/** @type {any} */ item) => item.seq));
    // Who follows their own messages alone.
    assert.deepEqual((await ask(stack, 'events?after=start', { claims: OWN })).body.items.map((/** @type {any} */ item) => item.msgId), [mine]);
    const denied = await ask(stack, `inbox/${id}`, { claims: OWN });
    assert.deepEqual([denied.status, denied.body.code], [403, 'operation_not_allowed']);
    for (const other of ['in_0000000000000000', 'false_12025550123@c.us_1', 'x%0Ay']) {
      assert.equal((await ask(stack, `inbox/${other}`, { claims: ALL })).body.code, 'unknown_message', other);
    }
    assert.equal((await ask(stack, `inbox/${id}`, { claims: ALL, phone: '1151' })).body.code, 'unknown_message');
    const log = JSON.stringify(stack.lines());
    for (const text of [CANARY, '12025550123', STORE_KEY]) assert.ok(!log.includes(text), text);
  } finally {
    await stack.close();
  }
});

test('it is told live, sealed in the storage, opened after a restart, and gone after its days', { timeout: 60_000 }, async () => {
  const persist = await mkdtemp(join(tmpdir(), 'maytapi-inbox-'));
  const stack = await start({ persist });
  try {
    const socket = new WebSocket(`${stack.edge.replace('http', 'ws')}/api/main/1150/events`, ['maytapi.v1', `maytapi.bearer.${await stack.token(ALL)}`]);
    const own = new WebSocket(`${stack.edge.replace('http', 'ws')}/api/main/1150/events`, ['maytapi.v1', `maytapi.bearer.${await stack.token(OWN)}`]);
    /** @type {any[]} */
    const told = [];
    /** @type {any[]} */
    const toOwn = [];
    socket.onmessage = ({ data }) => told.push(JSON.parse(data));
    own.onmessage = ({ data }) => toOwn.push(JSON.parse(data));
    await until(() => told.length === 1 && toOwn.length === 1, 'two greetings');
    for (const n of [1, 2]) await hook(stack, incoming(stack, n));
    await until(() => told.length === 3, 'two messages');
    const [first, second] = told.slice(1).flatMap(ids);
    socket.close();
    own.close();
    await stack.kill();
    const database = storageOf(persist);
    database.prepare('UPDATE inbox SET at = ? WHERE id = ?').run(Date.now() - 25 * 3_600_000, first);
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    database.close();
    const stored = (await readFile(fileOf(persist))).toString('latin1');
    for (const text of [CANARY, '12025550123', STORE_KEY]) assert.ok(!stored.includes(text), text);
    await stack.restart();
    assert.equal((await ask(stack, `inbox/${second}`, { claims: ALL })).body.message.text, `${CANARY} 2`);
    // The alarm throws the first away by itself, or whatever wakes the object.
    await send(stack);
    assert.equal((await ask(stack, `inbox/${first}`, { claims: ALL })).body.code, 'unknown_message');
    assert.deepEqual(ids((await ask(stack, 'events?after=start', { claims: ALL })).body), [second]);
    assert.deepEqual(toOwn.map(({ t }) => t), ['hello']);
  } finally {
    await stack.close();
    await rm(persist, { recursive: true, force: true });
  }
});

test('where policy keeps nothing, nothing is kept, and what was kept before goes; without a key to seal with the configuration says so', { timeout: 60_000 }, async () => {
  const persist = await mkdtemp(join(tmpdir(), 'maytapi-inbox-'));
  const before = await start({ persist });
  let id = '';
  try {
    await hook(before, incoming(before, 1));
    [id] = ids((await ask(before, 'events?after=start', { claims: ALL })).body);
  } finally {
    await before.close();
  }
  const [stack, bare] = [await start({ persist, proxy: { policy: { delivery: 'phone' } } }), await start({ secrets: {} })];
  try {
    assert.equal((await hook(stack, incoming(stack, 2))).status, 200);
    await send(stack);
    assert.equal((await ask(stack, `inbox/${id}`, { claims: ALL })).body.code, 'unknown_message');
    assert.deepEqual(ids((await ask(stack, 'events?after=start', { claims: ALL })).body), []);
    await stack.kill();
    const database = storageOf(persist);
    assert.equal(database.prepare('SELECT count(*) AS n FROM inbox').get()?.n, 0);
    database.close();
    const answer = await ask(bare, 'events');
    assert.deepEqual([answer.status, answer.body.code], [503, 'misconfigured']);
    assert.match(answer.body.detail, /policy\.inbox/);
  } finally {
    await Promise.all([stack.close(), bare.close()]);
    await rm(persist, { recursive: true, force: true });
  }
});
