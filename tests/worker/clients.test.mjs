// As a Maytapi client sees it: reads behind policy and token, in Maytapi's own shape, with nothing of other phones; a client that
// knows nothing of the proxy; and nothing else of Maytapi's API.
// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headerOf } from '../simulator/simulator.mjs';
import { CANARY_TEXT, text, useWorker } from './harness.mjs';

const READS = ['listPhones', 'logs', 'status', 'queue', 'screen', 'catalog', 'checkPhones'];
const worker = useWorker({
  proxy: {
    policy: { reads: READS },
    accounts: {
      main: { productId: '00000000-0000-4000-8000-000000000000', phones: ['1150'], keySecret: 'MAYTAPI_KEY' },
      closed: { productId: '00000000-0000-4000-8000-000000000000', phones: ['1151'], keySecret: 'MAYTAPI_KEY', paused: true },
    },
  },
});

/** @param {string} path @param {{ claims?: Record<string, unknown>, method?: string, body?: unknown, headers?: Record<string, string> }} [how] */
async function ask(path, { claims, method = 'GET', body, headers = {} } = {}) {
  const authorization = `Bearer ${await worker.token(claims)}`;
  const json = body === undefined ? {} : { body: JSON.stringify(body) };
  return worker.call(path, { method, ...json, headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers } });
}

test('each read is answered in Maytapi\'s shape', async () => {
  assert.equal((await ask('/api/main/1150/status')).body.status.loggedIn, true);
  assert.equal(typeof (await ask('/api/main/1150/queue')).body.stats.sending, 'number');
  assert.ok(Array.isArray((await ask('/api/main/1150/catalog')).body.data));
  const checked = await ask('/api/main/1150/checkPhones', { method: 'POST', body: { numbers: ['+1 202 555 0123'] } });
  assert.equal(checked.body.data[0].valid, true, checked.text);
  for (const sent of worker.stack.simulator.received) {
    assert.equal(headerOf(sent, 'x-maytapi-key'), worker.stack.simulator.apiKey);
    assert.equal(headerOf(sent, 'authorization'), undefined);
  }
  assert.deepEqual(/** @type {any} */ (worker.stack.simulator.received.at(-1)?.json), { numbers: ['12025550123'] });
});

test('a picture comes as PNG, and a phone without one is a problem', async () => {
  const response = await fetch(`${worker.stack.edge}/api/main/1150/screen`, { headers: { authorization: `Bearer ${await worker.token()}` } });
  assert.equal(response.headers.get('content-type'), 'image/png');
  assert.equal(Buffer.from(await response.arrayBuffer()).subarray(1, 4).toString(), 'PNG');
  worker.stack.simulator.setPhone(1150, { status: 'idle' });
  worker.problem(await ask('/api/main/1150/screen'), 502, 'refused');
});

test('only what belongs to the caller\'s phones is told', async () => {
  assert.equal(worker.stack.simulator.received.length, 0);
  assert.deepEqual((await ask('/api/main/listPhones')).body.map((/** @type {any} */ phone) => phone.id), [1150]);
  assert.equal((await worker.post(text())).status, 200);
  await worker.stack.simulator.idle();
  worker.stack.simulator.emit('message', { phoneId: 1150 });
  worker.stack.simulator.emit('message', { phoneId: 1151 });
  const logs = await ask('/api/main/logs');
  const { count, list } = logs.body.data;
  assert.ok(list.length >= 1 && list.every((/** @type {any} */ entry) => entry.phone === 1150), JSON.stringify(list));
  assert.equal(count, String(list.length));
});

test('policy and token decide which reads there are', async () => {
  for (const [path, claims, code] of /** @type {[string, any, string][]} */ ([
    ['/api/main/1150/status', { maytapi: { read: false } }, 'operation_not_allowed'],
    ['/api/main/1150/status', { maytapi: { read: ['queue'] } }, 'operation_not_allowed'],
    ['/api/main/1150/status', { maytapi: { phones: ['1151'] } }, 'phone_not_allowed'],
    ['/api/main/1151/status', {}, 'phone_not_allowed'],
    ['/api/other/listPhones', {}, 'phone_not_allowed'],
    ['/api/main/listPhones', { maytapi: { phones: [] } }, 'phone_not_allowed'],
  ])) {
    worker.problem(await ask(path, { claims }), 403, code);
  }
  worker.problem(await ask('/api/closed/listPhones'), 503, 'paused');
  worker.problem(await worker.call('/api/main/1150/status'), 401, 'missing_token');
  worker.problem(await ask('/api/main/1150/status', { headers: { origin: 'https://evil.example' } }), 403, 'origin_not_allowed');
  assert.equal(worker.stack.simulator.received.length, 0);
  assert.equal((await ask('/api/main/1150/status', { claims: { maytapi: { read: ['status'] } } })).status, 200);
});

test('wrong questions are refused and odd answers are not passed on', async () => {
  for (const body of [{}, { numbers: [] }, { numbers: ['x'] }, { numbers: ['12025550123'], extra: 1 }]) {
    worker.problem(await ask('/api/main/1150/checkPhones', { method: 'POST', body }), 422, 'invalid_message');
  }
  assert.equal(worker.stack.simulator.received.length, 0);
  for (const rule of [{ kind: 'html', status: 200 }, { kind: 'empty' }, { kind: 'raw', status: 200, body: '{"canary":1}' }, { kind: 'redirect' }, { kind: 'huge', bytes: 3_000_000 }]) {
    worker.stack.simulator.fail({ ...rule, on: 'status' });
    const answer = await ask('/api/main/1150/status');
    assert.equal(answer.status, 502, `${rule.kind}: ${answer.text}`);
    assert.ok(!answer.text.includes('canary'));
  }
  assert.equal(worker.stack.simulator.elsewhere.received.length, 0);
});

test('nothing else of Maytapi\'s API is reachable, least of all what destroys', async () => {
  const rest = ['logout', 'redeploy', 'factoryreset', 'purgeQueue', 'delete', 'restart', 'clear', 'qrCode', 'config', 'contacts', 'createGroup', 'getGroups', 'leaveGroup', 'setProfileImage', 'checkNumberStatus', 'backup'];
  for (const name of rest) {
    for (const method of ['GET', 'POST']) {
      worker.problem(await ask(`/api/main/1150/${name}`, { method }), 404, 'unknown_route');
    }
  }
  for (const name of ['product', 'queues', 'setWebhook', 'setAckPreference', 'addPhone', 'status', '%6cistPhones', 'listPhones/', 'listPhones%2f..%2fproduct']) {
    worker.problem(await ask(`/api/main/${name}`), 404, 'unknown_route');
  }
  assert.equal(worker.stack.simulator.received.length, 0);
  assert.deepEqual(worker.stack.simulator.destructive, []);
});

/** As Maytapi's own example bots are written: a base URL, a product, a phone, a key. */
class ExampleBot {
  /** @param {string} base @param {string} product @param {string} phone @param {string} key */
  constructor(base, product, phone, key) {
    this.url = `${base}/${product}/${phone}`;
    this.key = key;
  }

  /** @param {Record<string, unknown>} body */
  async send(body) {
    const response = await fetch(`${this.url}/sendMessage`, {
      method: 'post',
      body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json', 'x-maytapi-key': this.key },
    });
    return response.json();
  }

  async status() {
    return (await fetch(`${this.url}/status`, { headers: { 'x-maytapi-key': this.key } })).json();
  }
}

test('an example bot sends through the proxy, and is refused in words that it can read', async () => {
  const bot = new ExampleBot(`${worker.stack.edge}/api`, 'main', '1150', await worker.token());
  const queued = /** @type {any} */ (await bot.send({ to_number: '12025550123', type: 'text', message: CANARY_TEXT }));
  assert.equal(queued.success, true, JSON.stringify(queued));
  assert.equal(worker.stack.simulator.messages.has(queued.data.msgId), true);
  assert.equal(queued.data.chatId, '12025550123@c.us');
  const refused = /** @type {any} */ (await bot.send({ to_number: '12025550123', type: 'text' }));
  assert.deepEqual([refused.success, refused.code, typeof refused.message], [false, 'invalid_message', 'string']);
  const status = /** @type {any} */ (await bot.status());
  assert.deepEqual([status.success, status.status.loggedIn], [true, true]);
});

test('the same bot with the account\'s real key is turned away', async () => {
  const bot = new ExampleBot(`${worker.stack.edge}/api`, 'main', '1150', worker.stack.simulator.apiKey);
  const refused = /** @type {any} */ (await bot.send({ to_number: '12025550123', type: 'text', message: CANARY_TEXT }));
  assert.deepEqual([refused.success, refused.code], [false, 'invalid_token']);
  assert.equal(worker.stack.simulator.received.length, 0);
});
