// Maytapi's endpoints: who is let in, what each answers, and which of them destroy.
// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, PHONE, sent, start, text, TO } from './testing.mjs';

/**
 * @param {Response} response
 * @returns {Promise<{ status: number, body: any }>}
 */
async function seen(response) {
  return { status: response.status, body: await response.json() };
}

const WRONG = { success: false, message: 'Product id is wrong! Please check your Account information.' };
const SECOND = 1151;

test('a queued message is answered with 200, its chat and a UUID', async (t) => {
  const simulator = await start(t);
  const { status, body } = await seen(await text(simulator));
  assert.equal(status, 200);
  assert.deepEqual(Object.keys(body), ['success', 'data']);
  assert.deepEqual(Object.keys(body.data), ['chatId', 'msgId']);
  assert.equal(body.data.chatId, `${TO}@c.us`);
  assert.match(body.data.msgId, /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
});

test('each form of recipient resolves to its chat', async (t) => {
  const simulator = await start(t);
  const cases = [
    ['12025550123', '12025550123@c.us'],
    ['+12025550123', '12025550123@c.us'],
    ['12025550123@c.us', '12025550123@c.us'],
    ['12025550123-1574073754@g.us', '12025550123-1574073754@g.us'],
    ['120363027326493365@g.us', '120363027326493365@g.us'],
    ['120363027326493365@newsletter', '120363027326493365@newsletter'],
  ];
  for (const [to, chat] of cases) assert.equal((await sent(simulator, { to_number: to })).data.chatId, chat);
});

test('a wrong key or product is refused with HTTP 200', async (t) => {
  const simulator = await start(t);
  const key = await call(simulator, 'listPhones', { headers: { 'x-maytapi-key': 'canary-key-wrong' } });
  assert.deepEqual(await seen(key), { status: 200, body: WRONG });
  const other = await fetch(`${simulator.url}/api/11111111-1111-4111-8111-111111111111/listPhones`, { headers: { 'x-maytapi-key': simulator.apiKey } });
  assert.deepEqual(await seen(other), { status: 200, body: WRONG });
  const none = await fetch(`${simulator.apiUrl}/listPhones`);
  assert.deepEqual(await seen(none), { status: 200, body: WRONG });
  const query = await fetch(`${simulator.apiUrl}/listPhones?token=${simulator.apiKey}`);
  assert.deepEqual(await seen(query), { status: 200, body: WRONG });
});

test('a phone of somebody else is a 4xx in the words of production', async (t) => {
  const simulator = await start(t);
  for (const phone of ['8310', 'abc', '01150', '1150%20', '-1']) {
    const { status, body } = await seen(await call(simulator, `${phone}/sendMessage`, { body: { to_number: TO, type: 'text', message: 'hi' } }));
    assert.deepEqual({ status, body }, { status: 403, body: { success: false, message: `You dont own the phone[${decodeURIComponent(phone)}]. ` } });
  }
});

test('sendMessage takes a JSON object by POST and nothing else', async (t) => {
  const simulator = await start(t);
  const path = `${PHONE}/sendMessage`;
  const good = { to_number: TO, type: 'text', message: 'hi' };
  const cases = /** @type {[Parameters<typeof call>[2], number][]} */ ([
    [{ body: new URLSearchParams(good).toString(), headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 400],
    [{ body: JSON.stringify(good), headers: { 'content-type': 'text/plain' } }, 400],
    [{ body: '{"to_number":' }, 400],
    [{ body: '[]' }, 400],
    [{ body: 'null' }, 400],
    [{ body: '' }, 400],
    [{ body: { type: 'text', message: 'hi' } }, 200],
    [{ method: 'GET' }, 404],
    [{ method: 'PUT', body: good }, 404],
    [{ method: 'DELETE' }, 404],
  ]);
  for (const [init, status] of cases) {
    const answer = await seen(await call(simulator, path, init));
    assert.equal(answer.status, status, JSON.stringify(init));
    assert.equal(answer.body.success, false);
    assert.equal(typeof answer.body.message, 'string');
  }
  assert.equal(simulator.messages.size, 0);
});

test('unknown paths are not found', async (t) => {
  const simulator = await start(t);
  for (const path of ['sendMessage', `${PHONE}/sendmessage`, `${PHONE}/nope`, `${PHONE}/__proto__`, `${PHONE}/sendMessage/`, 'constructor', '']) {
    assert.equal((await call(simulator, path)).status, 404, path);
  }
  for (const path of ['/', '/api', '/api/v1/x/y/z', '/__simulator/received']) assert.equal((await fetch(simulator.url + path)).status, 404, path);
});

test('a phone that loads answers W05 and queues nothing', async (t) => {
  const simulator = await start(t);
  simulator.setPhone(PHONE, { status: 'loading' });
  assert.deepEqual(await seen(await text(simulator)), { status: 200, body: { success: false, message: 'Lib not loaded', code: 'W05' } });
  assert.equal(simulator.messages.size, 0);
});

test('listPhones is a bare array, without a number for a phone that is logged out', async (t) => {
  const simulator = await start(t);
  const { body } = await seen(await call(simulator, 'listPhones'));
  assert.deepEqual(body, [
    { id: PHONE, number: '12025550100', status: 'active', type: 'whatsapp', name: 'First', data: {}, multi_device: true },
    { id: SECOND, status: 'qr-code', type: 'whatsapp', name: 'Second', data: {}, multi_device: true },
  ]);
});

test('product data has no success key, and setWebhook and setAckPreference answer with it', async (t) => {
  const simulator = await start(t);
  const before = { pid: simulator.productId, webhook: '', ack_delivery: false, phone_limit: 2 };
  assert.deepEqual(await seen(await call(simulator, 'product')), { status: 200, body: before });
  const webhook = 'https://hooks.example/in';
  assert.deepEqual(await seen(await call(simulator, 'setWebhook', { body: { webhook } })), { status: 200, body: { ...before, webhook } });
  const acks = await seen(await call(simulator, 'setAckPreference', { body: { ack_delivery: true } }));
  assert.deepEqual(acks.body, { ...before, webhook, ack_delivery: true });
  assert.equal((await seen(await call(simulator, 'setAckPreference', { body: { ack_delivery: 'yes' } }))).body.success, false);
  assert.equal((await seen(await call(simulator, 'setWebhook', { body: { webhook: 'ftp://x' } }))).body.success, false);
});

test('a phone has its own config', async (t) => {
  const simulator = await start(t);
  const read = async () => (await seen(await call(simulator, `${PHONE}/config`))).body;
  assert.deepEqual(await read(), { success: true, status: { webhook: '', ack_delivery: false } });
  const change = { webhook: 'https://hooks.example/one', ack_delivery: true };
  await call(simulator, `${PHONE}/config`, { body: change });
  assert.deepEqual(await read(), { success: true, status: change });
  await call(simulator, `${PHONE}/config`, { body: { ack_delivery: false } });
  assert.deepEqual(await read(), { success: true, status: { ...change, ack_delivery: false } });
});

test('status says whether the phone can send', async (t) => {
  const simulator = await start(t);
  const { body } = await seen(await call(simulator, `${PHONE}/status`));
  assert.deepEqual([body.success, body.number, body.status.loggedIn, body.status.isQr, body.status.loading], [true, '12025550100', true, false, false]);
  const second = (await seen(await call(simulator, `${SECOND}/status`))).body;
  assert.deepEqual([second.number, second.status.loggedIn, second.status.isQr], [undefined, false, true]);
});

test('screen is a PNG, or JSON with HTTP 200 when the phone is not connected', async (t) => {
  const simulator = await start(t);
  const screen = await call(simulator, `${PHONE}/screen`);
  assert.equal(screen.headers.get('content-type'), 'image/png');
  assert.equal(Buffer.from(await screen.arrayBuffer()).toString('latin1', 1, 4), 'PNG');
  assert.deepEqual(await seen(await call(simulator, `${SECOND}/screen`)), { status: 200, body: { success: false, message: 'Phone is not connected' } });
  assert.equal((await call(simulator, `${SECOND}/qrCode`)).headers.get('content-type'), 'image/png');
  assert.equal((await seen(await call(simulator, `${PHONE}/qrCode`))).body.success, false);
});

test('checkPhones tells which numbers are on WhatsApp, in both shapes of id', async (t) => {
  const simulator = await start(t, { notOnWhatsApp: ['12025550199'] });
  const body = { numbers: [TO, '12025550199', '+12025550123'] };
  const { data } = (await seen(await call(simulator, `${PHONE}/checkPhones`, { body }))).body;
  assert.deepEqual(data[0], { id: { _serialized: `${TO}@c.us`, user: TO, server: 'c.us' }, valid: true });
  assert.deepEqual(data.map((/** @type {any} */ row) => row.valid), [true, false, false]);
  const plain = await start(t, { checkPhonesId: 'string' });
  const rows = (await seen(await call(plain, `${PHONE}/checkPhones`, { body }))).body.data;
  assert.deepEqual(rows[0], { id: `${TO}@c.us`, valid: true });
  assert.equal((await seen(await call(plain, `${PHONE}/checkPhones`, { body: {} }))).body.success, false);
});

test('the catalog has what a product message needs', async (t) => {
  const simulator = await start(t);
  const { data } = (await seen(await call(simulator, `${PHONE}/catalog`))).body;
  const { data: queued } = await sent(simulator, { type: 'product', productId: data[0].productId, message: undefined });
  await simulator.idle();
  assert.equal(simulator.messages.get(queued.msgId)?.state, 'sent');
});

test('destructive calls do what they say and are told loudly', async (t) => {
  /** @type {string[]} */
  const lines = [];
  const simulator = await start(t, { sendEveryMs: 10_000, restartMs: 20, log: (line) => void lines.push(line) });
  const status = async () => (await seen(await call(simulator, 'listPhones'))).body[0].status;
  const { data } = await sent(simulator);
  assert.deepEqual((await seen(await call(simulator, `${PHONE}/purgeQueue`))).body, { success: true });
  assert.equal(simulator.messages.get(data.msgId)?.state, 'purged');
  assert.deepEqual((await seen(await call(simulator, `${PHONE}/redeploy`))).body, { success: true, message: `Phone ${PHONE} is restarted.` });
  assert.equal(await status(), 'loading');
  while ((await status()) !== 'active');
  for (const [method, name, after] of [['GET', 'logout', 'disabled'], ['POST', 'logout', 'disabled'], ['GET', 'factoryreset', 'qr-code']]) {
    assert.deepEqual((await seen(await call(simulator, `${PHONE}/${name}`, { method }))).body, { success: true });
    assert.equal(await status(), after);
  }
  const expected = ['GET purgeQueue', 'GET redeploy', 'GET logout', 'POST logout', 'GET factoryreset'].map((name) => `${name} on phone ${PHONE}`);
  assert.deepEqual(simulator.destructive, expected);
  assert.deepEqual(lines, expected.map((what) => `simulator: DESTRUCTIVE ${what}`));
});
