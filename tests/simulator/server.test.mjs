// The simulator as a server: what it records, its bounds, CORS, and how it ends.
// @ts-check
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import { headerOf, startSimulator } from './simulator.mjs';
import { call, PHONE, sent, start, text } from './testing.mjs';

test('it listens on the loopback only', async (t) => {
  const simulator = await start(t);
  const { hostname, port } = new URL(simulator.url);
  assert.equal(hostname, '127.0.0.1');
  // Another address of the same machine: a listener on all of them would answer.
  const socket = connect({ host: '127.0.0.2', port: Number(port), timeout: 500 });
  const outcome = await new Promise((resolve) => {
    socket.on('connect', () => resolve('connected')).on('error', () => resolve('refused')).on('timeout', () => resolve('refused'));
  });
  socket.destroy();
  assert.equal(outcome, 'refused');
});

test('a request is recorded as it came', async (t) => {
  const simulator = await start(t);
  const body = '{ "to_number":"12025550123", "type":"text","message":"grüße 🙂" }';
  await call(simulator, `${PHONE}/sendMessage?a=1&b`, { body, headers: { 'X-Odd-Case': 'Yes' } });
  const [record] = simulator.received;
  assert.ok(record);
  assert.equal(record.method, 'POST');
  assert.equal(record.path, `/api/${simulator.productId}/${PHONE}/sendMessage`);
  assert.equal(record.query, '?a=1&b');
  assert.equal(record.body, body);
  assert.deepEqual(record.json, JSON.parse(body));
  assert.equal(headerOf(record, 'x-odd-case'), 'Yes');
  assert.equal(headerOf(record, 'X-MAYTAPI-KEY'), simulator.apiKey);
  assert.deepEqual([record.order, record.endpoint, record.phoneId, record.status, record.complete], [1, 'sendMessage', '1150', 200, true]);
  assert.ok(Math.abs(record.time - Date.now()) < 5000);
});

test('raw headers keep their order, their spelling and their repetitions', async (t) => {
  const simulator = await start(t);
  await new Promise((resolve, reject) => {
    const headers = ['X-B', '2', 'x-A', '1', 'X-B', '3', 'Host', 'localhost'];
    request(`${simulator.apiUrl}/product`, { headers, agent: false }, (response) => response.resume().on('end', resolve)).on('error', reject).end();
  });
  const names = simulator.received[0]?.headers.slice(0, 3);
  assert.deepEqual(names, [['X-B', '2'], ['x-A', '1'], ['X-B', '3']]);
});

test('arrival order and connections are counted', async (t) => {
  const simulator = await start(t);
  await Promise.all([text(simulator), text(simulator), text(simulator)]);
  assert.deepEqual(simulator.received.map(({ order }) => order), [1, 2, 3]);
  assert.equal(new Set(simulator.received.map(({ connection }) => connection)).size, 3);
});

test('how many requests stood open at once is told, also of those that hang until they are given up', async (t) => {
  const simulator = await start(t);
  for (let n = 0; n < 3; n += 1) await text(simulator);
  assert.equal(simulator.mostOpen, 1);
  simulator.fail({ kind: 'slow', ms: 50, times: 3 });
  await Promise.all([text(simulator), text(simulator), text(simulator)]);
  assert.equal(simulator.mostOpen, 3);
  simulator.reset();
  for (let n = 0; n < 2; n += 1) {
    simulator.fail({ kind: 'hang' });
    await assert.rejects(call(simulator, `${PHONE}/sendMessage`, { body: {}, signal: AbortSignal.timeout(50) }));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await text(simulator);
  assert.equal(simulator.mostOpen, 1);
});

test('records are bounded in number and in bytes, the newest stay', async (t) => {
  const few = await start(t, { maxRecords: 3 });
  for (const message of ['a', 'b', 'c', 'd', 'e']) await text(few, { message });
  assert.deepEqual(few.received.map(({ json }) => /** @type {any} */ (json).message), ['c', 'd', 'e']);
  const small = await start(t, { maxRecordedBytes: 3000 });
  for (const letter of ['a', 'b', 'c', 'd']) await text(small, { message: letter.repeat(1000) });
  assert.equal(small.received.length, 2);
});

test('a body over the limit is refused without being kept', async (t) => {
  const simulator = await start(t, { maxBodyBytes: 1000 });
  const status = await text(simulator, { message: 'x'.repeat(2000) }).then((response) => response.status, () => 'connection closed');
  assert.ok(status === 413 || status === 'connection closed', `${status}`);
  assert.equal(simulator.received[0]?.complete, false);
  assert.equal(simulator.messages.size, 0);
});

test('a request whose client leaves in the middle is recorded as incomplete and queues nothing', async (t) => {
  const simulator = await start(t);
  const { port } = new URL(simulator.url);
  const socket = connect(Number(port), '127.0.0.1');
  const head = `POST /api/${simulator.productId}/${PHONE}/sendMessage HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nX-Maytapi-Key: ${simulator.apiKey}\r\nContent-Length: 500\r\n\r\n{"to_`;
  await new Promise((resolve) => socket.write(head, () => resolve(undefined)));
  while (simulator.received.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  socket.destroy();
  while (simulator.received[0]?.body === '') await new Promise((resolve) => setTimeout(resolve, 2));
  assert.equal(simulator.received[0]?.complete, false);
  assert.equal(simulator.messages.size, 0);
});

test('a 50 MB file as a data URI passes', async (t) => {
  const simulator = await start(t);
  const data = Buffer.alloc(50 * 1024 * 1024).toString('base64');
  const answer = await sent(simulator, { type: 'media', message: `data:application/pdf;base64,${data}` });
  assert.equal(answer.success, true);
  await simulator.idle();
  assert.equal(simulator.messages.get(answer.data.msgId)?.state, 'sent');
});

test('there is no CORS unless asked for', async (t) => {
  const plain = await start(t);
  const preflight = { method: 'OPTIONS', headers: { origin: 'https://page.example', 'access-control-request-method': 'POST' } };
  const refused = await call(plain, `${PHONE}/sendMessage`, preflight);
  assert.equal(refused.headers.get('access-control-allow-origin'), null);
  assert.equal(refused.status, 404);
  const open = await start(t, { cors: true });
  const allowed = await call(open, `${PHONE}/sendMessage`, preflight);
  assert.deepEqual([allowed.status, allowed.headers.get('access-control-allow-origin')], [204, '*']);
  assert.match(allowed.headers.get('access-control-allow-headers') ?? '', /x-maytapi-key/);
  assert.equal((await text(open)).headers.get('access-control-allow-origin'), '*');
});

test('reset forgets everything, on the same port', async (t) => {
  const simulator = await start(t, { sendEveryMs: 10_000 });
  const { url, received } = simulator;
  simulator.fail({ kind: 'html', times: Infinity });
  simulator.setPhone(PHONE, { status: 'loading' });
  await text(simulator);
  simulator.reset();
  assert.deepEqual([simulator.url, simulator.received, simulator.messages.size], [url, received, 0]);
  assert.equal(received.length, 0);
  assert.equal((await sent(simulator)).success, true);
  assert.equal(received[0]?.order, 1);
});

test('close ends hanging requests at once', async () => {
  const simulator = await startSimulator();
  simulator.fail({ kind: 'hang' });
  const answer = text(simulator).then(() => 'answered', () => 'ended');
  while (simulator.received.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  const before = Date.now();
  await simulator.close();
  assert.equal(await answer, 'ended');
  assert.ok(Date.now() - before < 1000);
});

test('a misspelt option is refused', async () => {
  await assert.rejects(startSimulator(/** @type {any} */ ({ webhok: 'x' })), /unknown option of the simulator: webhok/);
});
