// Webhooks passed on to a receiver of the operator's own: in order, signed, once, and stored sealed until it has them.
// @ts-check
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { verifyWebhook } from 'maytapi/token';
import { Webhook } from 'standardwebhooks';
import { batchUntil, rowsOf, startBatch } from '../support/batches.mjs';
import { acks, ask, changeStorage, fileOf, hook, send, startDelivery, storageOf, until } from './following.mjs';

const SECRET = `whsec_${randomBytes(32).toString('base64')}`;
const STORE_KEY = 'canary-store-key-0123456789-0123456789-abcdef';
const CANARY = 'canary-incoming-text-91c2';
const PRODUCT = '00000000-0000-4000-8000-000000000000';

/** What takes webhooks. */
class Receiver {
  /** @type {{ id: string, event: any }[]} what was answered with 200 */
  taken = [];
  /** @type {string[]} the id of every attempt */
  attempts = [];
  /** @type {(event: any) => number | Promise<number>} */
  answer = () => 200;
  url = '';
  #server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const headers = /** @type {Record<string, string>} */ (request.headers);
    // Both libraries have to find it good.
    const { id, event } = await verifyWebhook(body, headers, { secret: SECRET });
    new Webhook(SECRET).verify(body, headers);
    assert.deepEqual(Object.keys(headers).filter((name) => /cookie|authorization|maytapi/.test(name)), []);
    this.attempts.push(id);
    const status = await this.answer(event);
    if (status === 200) this.taken.push({ id, event });
    response.writeHead(status).end();
  });

  async listen() {
    await new Promise((resolve) => this.#server.listen(0, '127.0.0.1', () => resolve(undefined)));
    this.url = `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (this.#server.address()).port}/hook`;
  }

  close() {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** The settings of an account whose webhooks go to a receiver. @param {{ url: string }} receiver */
function forwarding({ url }) {
  return { accounts: { main: { productId: PRODUCT, phones: ['1150'], keySecret: 'MAYTAPI_KEY', forward: { url, secretName: 'FORWARD_SECRET' } } } };
}

/**
 * @param {(use: { stack: import('../stack.mjs').Stack, receiver: Receiver, persist: string, incoming: (n: number) => object }) => Promise<void>} use
 * @param {Record<string, unknown>} [policy]
 */
async function withReceiver(use, policy = {}) {
  const [receiver, persist] = [new Receiver(), await mkdtemp(join(tmpdir(), 'maytapi-forward-'))];
  await receiver.listen();
  const stack = await startDelivery({ persist, secrets: { FORWARD_SECRET: SECRET, STORE_KEY }, proxy: { ...forwarding(receiver), policy }, simulator: { acks: [], sendEveryMs: 0 } });
  const incoming = (/** @type {number} */ n) => ({ type: 'message', product_id: PRODUCT, phone_id: 1150, conversation: '12025550123@c.us', message: { type: 'text', text: `${CANARY} ${n}`, id: `false_12025550123@c.us_${n}`, fromMe: false } });
  try {
    await use({ stack, receiver, persist, incoming });
  } finally {
    receiver.close();
    await stack.close();
    await rm(persist, { recursive: true, force: true });
  }
}

test('every webhook of the account is passed on as it came, signed, in order, and a repetition under the same id', async () => {
  await withReceiver(async ({ stack, receiver, incoming }) => {
    const id = await send(stack);
    const posted = [acks(stack, [[id, 1]]), incoming(1), acks(stack, [[id, 2]]), incoming(2), { type: 'new_thing', product_id: stack.simulator.productId, phone_id: 1150, x: 1 }];
    for (const body of posted) assert.equal((await hook(stack, body)).status, 200);
    await until(() => receiver.taken.length === posted.length, 'all of them');
    assert.deepEqual(receiver.taken.map(({ event }) => event), posted.map((body) => JSON.parse(JSON.stringify(body))));
    assert.equal(new Set(receiver.attempts).size, posted.length);
    assert.equal((await ask(stack, `messages/${id}`)).body.state, 'delivered');
    await hook(stack, incoming(1));
    await until(() => receiver.taken.length === posted.length + 1, 'the repetition');
    assert.equal(receiver.attempts.at(-1), receiver.attempts[1]);
    // What is not ours is not passed on.
    await hook(stack, { ...incoming(3), phone_id: 1199 });
    await hook(stack, incoming(4), { secret: 'wrong' });
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(receiver.taken.length, posted.length + 1);
  });
});

test('a receiver that is down for a while gets each once it is back, in order, though the runtime was killed; nothing of them is readable meanwhile', { timeout: 120_000 }, async () => {
  await withReceiver(async ({ stack, receiver, persist, incoming }) => {
    receiver.answer = () => 503;
    for (let n = 0; n < 10; n += 1) assert.equal((await hook(stack, incoming(n))).status, 200);
    // A repetition of what waits is not one more.
    assert.equal((await hook(stack, incoming(4))).status, 200);
    await until(() => receiver.attempts.length >= 2, 'two attempts');
    assert.equal(new Set(receiver.attempts).size, 1, 'one overtook another');
    await stack.kill();
    const database = storageOf(persist);
    assert.equal(database.prepare('SELECT count(*) AS n FROM outbox').get()?.n, 10);
    database.exec('UPDATE outbox SET next_at = 0');
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    database.close();
    const stored = (await readFile(fileOf(persist))).toString('latin1');
    for (const text of [CANARY, '12025550123', STORE_KEY]) assert.ok(!stored.includes(text), text);
    receiver.answer = () => 200;
    await stack.restart();
    // Whatever wakes the object.
    await ask(stack, 'events');
    await hook(stack, incoming(10));
    await until(() => receiver.taken.length === 11, 'all of them', 30_000);
    assert.deepEqual(receiver.taken.map(({ event }) => event.message.text), Array.from({ length: 11 }, (_, n) => `${CANARY} ${n}`));
    const log = JSON.stringify(stack.lines());
    for (const text of [CANARY, '12025550123', STORE_KEY, SECRET]) assert.ok(!log.includes(text), text);
  });
});

test('a receiver that hangs holds up no batch, neither one that begins meanwhile nor one that runs', async () => {
  const paced = { batches: { perMinute: 600, jitter: 0 } };
  await withReceiver(async ({ stack, receiver, incoming }) => {
    receiver.answer = () => new Promise(() => {});
    await hook(stack, incoming(1));
    await until(() => receiver.attempts.length === 1, 'the receiver to hang');
    const asker = (/** @type {string} */ path, /** @type {any} */ how) => ask(stack, path, how);
    // Two seconds; the receiver is given ten.
    const { id } = await startBatch(asker, { rows: rowsOf(20) });
    await batchUntil(asker, id, ({ counts }) => counts.queued >= 5, { ms: 5000 });
    await hook(stack, incoming(2));
    const { counts } = await batchUntil(asker, id, ({ state }) => state === 'done', { ms: 5000 });
    assert.equal(counts.queued, 20);
    assert.equal(receiver.attempts.length, 1, 'the receiver was given up before the batch went on');
  }, paced);
});

test('a batch that the storage refused is left alone while the alarm passes webhooks on', async () => {
  await withReceiver(async ({ stack, receiver, persist, incoming }) => {
    const asker = (/** @type {string} */ path, /** @type {any} */ how) => ask(stack, path, how);
    const { id } = await startBatch(asker, { rows: rowsOf(40) });
    await batchUntil(asker, id, ({ counts }) => counts.queued >= 2);
    await changeStorage(stack, persist, "CREATE TRIGGER refuse BEFORE UPDATE ON items BEGIN SELECT RAISE(ABORT, 'the day is used up'); END");
    await batchUntil(asker, id, ({ waiting }) => waiting?.for === 'storage');
    const refusals = () => stack.logs().split('the day is used up').length;
    const before = refusals();
    for (let n = 1; n <= 3; n += 1) {
      await hook(stack, incoming(n));
      await until(() => receiver.taken.length === n, `webhook ${n} to be passed on`);
    }
    assert.equal(refusals(), before, 'the batch was tried again');
    assert.equal((await ask(stack, `batches/${id}`)).body.waiting.for, 'storage');
  }, { batches: { perMinute: 600, jitter: 0 } });
});

test('what comes again without an id or a time is passed on each time: a phone that comes and goes', async () => {
  await withReceiver(async ({ stack, receiver }) => {
    const states = ['active', 'qr-code', 'active', 'qr-code', 'active'];
    const status = (/** @type {string} */ word) => ({ type: 'status', pid: stack.simulator.productId, product_id: stack.simulator.productId, phone_id: 1150, status: word });
    for (const word of states) assert.equal((await hook(stack, status(word))).status, 200);
    await until(() => receiver.taken.length === states.length, 'all of them');
    assert.deepEqual(receiver.taken.map(({ event }) => event.status), states);
    assert.equal(new Set(receiver.attempts).size, states.length, 'a receiver would take one for a repetition of another');
  });
});

test('with a configuration that nobody can read, what waits stays and is looked at once a minute', async () => {
  await withReceiver(async ({ stack, receiver, persist, incoming }) => {
    receiver.answer = () => 503;
    await hook(stack, incoming(1));
    await until(() => receiver.attempts.length > 0, 'an attempt');
    await stack.kill();
    const faulty = await startDelivery({ persist, secrets: { FORWARD_SECRET: SECRET, STORE_KEY: undefined }, proxy: { policy: { canary: 1 } } });
    try {
      const waits = () => stored(persist, (database) => database.prepare('SELECT tries, next_at FROM outbox').get());
      const { tries } = waits();
      // Where the runtime was killed in the middle of a try, the next follows a quarter of a minute later.
      await until(() => waits().next_at > Date.now() + 40_000, 'it waits for a minute', 30_000);
      assert.equal(waits().tries, tries);
    } finally {
      await faulty.close();
    }
  });
});

test('one that the receiver finds wrong does not stop those behind it', { timeout: 60_000 }, async () => {
  await withReceiver(async ({ stack, receiver, incoming }) => {
    receiver.answer = (event) => (event.message.text.endsWith(' 0') ? 400 : 200);
    for (let n = 0; n < 3; n += 1) await hook(stack, incoming(n));
    await until(() => receiver.taken.length === 2, 'those behind it', 30_000);
    assert.deepEqual(receiver.taken.map(({ event }) => event.message.text), [1, 2].map((n) => `${CANARY} ${n}`));
    assert.equal(receiver.attempts.length, 5);
    await until(() => /"event":"forward_dropped","reason":"refused","webhook_id":"msg_[0-9a-f]{16}","tries":3/.test(stack.logs()), 'a line of the log');
  });
});

test('without a key to seal with nothing is passed on, and the configuration says so', async () => {
  const stack = await startDelivery({
    secrets: { FORWARD_SECRET: SECRET },
    proxy: forwarding({ url: 'https://crm.example/hook' }),
  });
  try {
    const answer = await ask(stack, 'events');
    assert.deepEqual([answer.status, answer.body.code], [503, 'misconfigured']);
    assert.match(answer.body.detail, /forward/);
  } finally {
    await stack.close();
  }
});

/** What waits in storage. @param {string} persist @param {(database: import('node:sqlite').DatabaseSync) => any} look */
function stored(persist, look) {
  const database = storageOf(persist);
  try {
    return look(database);
  } finally {
    database.close();
  }
}

test('what no key opens waits as for a receiver that is down, and leaves once the key is back', { timeout: 60_000 }, async () => {
  await withReceiver(async ({ stack, receiver, persist, incoming }) => {
    receiver.answer = () => 503;
    await hook(stack, incoming(0));
    await until(() => receiver.attempts.length > 0, 'an attempt');
    await stack.kill();
    // More tries than a receiver has that finds it wrong.
    stored(persist, (database) => database.exec('UPDATE outbox SET next_at = 0, tries = 5'));
    const other = await startDelivery({ persist, secrets: { FORWARD_SECRET: SECRET, STORE_KEY: 'another-store-key-0123456789-0123456789' }, proxy: forwarding(receiver), simulator: { acks: [] } });
    try {
      await ask(other, 'events');
      await hook(other, incoming(1));
      await until(() => /"event":"forward_waits","reason":"store_key","webhook_id":"msg_[0-9a-f]{16}","tries":6/.test(other.logs()), 'a line of the log');
      await until(() => stored(persist, (database) => database.prepare('SELECT count(*) AS n FROM outbox WHERE tries = 6 AND next_at > 0').get()?.n) === 1, 'it waits');
      assert.ok(!other.logs().includes('forward_dropped'));
    } finally {
      await other.close();
    }
    stored(persist, (database) => database.exec('UPDATE outbox SET next_at = 0; DELETE FROM outbox WHERE tries = 0'));
    receiver.answer = () => 200;
    await stack.restart();
    await ask(stack, 'events');
    await hook(stack, incoming(2));
    await until(() => receiver.taken.length === 2, 'both', 30_000);
    assert.deepEqual(receiver.taken.map(({ event }) => event.message.text), [0, 2].map((n) => `${CANARY} ${n}`));
  });
});

test('where forwarding is switched off, all that waits is dropped at once', { timeout: 60_000 }, async () => {
  await withReceiver(async ({ stack, receiver, persist, incoming }) => {
    receiver.answer = () => 503;
    for (let n = 0; n < 3; n += 1) await hook(stack, incoming(n));
    await until(() => receiver.attempts.length > 0, 'an attempt');
    await stack.kill();
    stored(persist, (database) => database.exec('UPDATE outbox SET next_at = 0'));
    const without = await startDelivery({ persist, secrets: { STORE_KEY }, simulator: { acks: [] } });
    try {
      await hook(without, acks(without, [['m-1', 1]]));
      await until(() => without.logs().includes('"event":"forward_dropped","reason":"switched_off","count":3'), 'a line of the log');
      // The runtime writes it down a little later.
      await until(() => stored(persist, (database) => database.prepare('SELECT count(*) AS n FROM outbox').get()?.n) === 0, 'none waits');
    } finally {
      await without.close();
    }
  });
});

test('a webhook that could not be stored is to come again, and the log says why', async () => {
  await withReceiver(async ({ stack, persist, incoming }) => {
    await hook(stack, incoming(0));
    await stack.kill();
    stored(persist, (database) => database.exec('DROP TABLE outbox'));
    await stack.restart();
    const answer = await hook(stack, incoming(1));
    assert.deepEqual([answer.status, answer.body.code, answer.headers.get('retry-after')], [503, 'hook_not_stored', '5']);
    await until(() => stack.lines().some(({ outcome, reason }) => outcome === 'hook_not_stored' && reason === "The proxy's storage failed."), 'a line of the log');
    assert.match(stack.logs(), /"event":"storage_failed","error":"[^\n]*no such table: outbox/);
  });
});
