// Webhooks: acks and their shape, batches, retries, and everything else that can happen on WhatsApp's side.
// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, PHONE, receiver, sent, start, TO } from './testing.mjs';

/** @param {any[]} events */
function codes(events) {
  return events.filter(({ type }) => type === 'ack').flatMap(({ data }) => data.map((/** @type {any} */ item) => item.ackCode));
}

test('acks are off until somebody enables them', async (t) => {
  const { url, events } = await receiver(t);
  const simulator = await start(t, { webhook: url });
  await sent(simulator);
  await simulator.idle();
  assert.deepEqual(events, []);
  await call(simulator, 'setAckPreference', { body: { ack_delivery: true } });
  await sent(simulator);
  await simulator.idle();
  assert.deepEqual(codes(events), [1, 2, 3]);
});

test('a phone can have acks and a webhook of its own', async (t) => {
  const [product, phone] = [await receiver(t), await receiver(t)];
  const simulator = await start(t, { webhook: product.url });
  await call(simulator, `${PHONE}/config`, { body: { webhook: phone.url, ack_delivery: true } });
  await sent(simulator);
  await simulator.idle();
  assert.deepEqual([codes(product.events), codes(phone.events)], [[], [1, 2, 3]]);
});

test('an ack has the documented shape', async (t) => {
  const { url, events } = await receiver(t);
  const simulator = await start(t, { webhook: url, ackDelivery: true, acks: [1, 2, 3, 4, 5] });
  const group = '120363213833166449@g.us';
  const { data } = await sent(simulator, { to_number: group });
  await simulator.idle();
  const [first] = events;
  assert.deepEqual({ ...first, data: [] }, { type: 'ack', product_id: simulator.productId, phone_id: PHONE, phoneId: PHONE, data: [] });
  const [{ time, rxid, ...item }] = first.data;
  assert.deepEqual(item, { ackCode: 1, ackType: 'delivered', chatId: group, msgId: data.msgId });
  assert.match(rxid, /^true_120363213833166449@g\.us_3EB0[0-9A-F]+_12025550100@c\.us$/);
  assert.ok(Number.isInteger(time) && Math.abs(time - Date.now() / 1000) < 5, 'unix seconds');
  const types = events.flatMap((event) => event.data.map((/** @type {any} */ ack) => ack.ackType));
  assert.deepEqual(types, ['delivered', 'reached', 'seen', 'played', 'deleted']);
});

test('acks that come at about the same time go out together', async (t) => {
  const { url, events } = await receiver(t);
  const simulator = await start(t, { webhook: url, ackDelivery: true, acks: [1], sendEveryMs: 1, ackBatchMs: 200 });
  const ids = [];
  for (const message of ['a', 'b', 'c', 'd']) ids.push((await sent(simulator, { message })).data.msgId);
  await simulator.idle();
  assert.deepEqual(events.map(({ data }) => data.map((/** @type {any} */ item) => item.msgId)), [ids]);
});

test('acks can be duplicated, reordered, chosen, or replaced by a late error, per message', async (t) => {
  const { url, events } = await receiver(t);
  const simulator = await start(t, { webhook: url, ackDelivery: true });
  const cases = /** @type {[import('./faults.mjs').Rule[], number[]][]} */ ([
    [[{ kind: 'duplicateAcks', copies: 2 }], [1, 1, 2, 2, 3, 3]],
    [[{ kind: 'reorderAcks' }], [3, 2, 1]],
    [[{ kind: 'acks', codes: [1, 5] }], [1, 5]],
    [[{ kind: 'acks', codes: [] }], []],
    [[{ kind: 'acks', codes: [1, 2] }, { kind: 'reorderAcks' }], [2, 1]],
    [[], [1, 2, 3]],
  ]);
  for (const [rules, expected] of cases) {
    events.length = 0;
    for (const rule of rules) simulator.fail(rule);
    assert.equal((await sent(simulator, { skip_filter: true })).success, true);
    await simulator.idle();
    const seen = codes(events);
    const unordered = rules[0]?.kind === 'duplicateAcks';
    assert.deepEqual(unordered ? seen.toSorted() : seen, expected, JSON.stringify(rules));
  }
  events.length = 0;
  simulator.fail({ kind: 'lateError', code: 'F77', message: 'No.' });
  await sent(simulator, { message: 'other' });
  await simulator.idle();
  assert.deepEqual(events.map(({ type, code, message }) => [type, code, message]), [['error', 'F77', 'No.']]);
});

test('a webhook that answers 5xx gets the same payload again, one that answers 4xx does not', async (t) => {
  const cases = /** @type {[number[], number][]} */ ([[[500, 503, 500], 4], [[404], 1], [[302], 1], [[], 1], [Array(10).fill(500), 5]]);
  for (const [statuses, attempts] of cases) {
    const { url, events } = await receiver(t, [...statuses]);
    /** @type {string[]} */
    const lines = [];
    const simulator = await start(t, { webhook: url, webhookRetryMs: 5, webhookAttempts: 5, log: (line) => void lines.push(line) });
    const event = simulator.emit('message', { message: { text: 'x' } });
    await simulator.idle();
    assert.deepEqual(events, Array(attempts).fill(JSON.parse(JSON.stringify(event))), `${statuses}`);
    assert.deepEqual(simulator.webhooks.map(({ attempt }) => attempt), events.map((_, index) => index + 1));
    assert.equal(lines.length, statuses.length >= 5 ? 1 : 0);
  }
});

test('a webhook that nobody listens to is tried again, and the API goes on', async (t) => {
  const simulator = await start(t, { webhook: 'http://127.0.0.1:9/hook', webhookRetryMs: 5, webhookAttempts: 3, ackDelivery: true, acks: [1] });
  assert.equal((await sent(simulator)).success, true);
  await simulator.idle();
  assert.equal(simulator.webhooks.length, 3);
  assert.ok(simulator.webhooks.every(({ error, status }) => error && status === undefined));
});

test('an incoming message has both spellings of its ids', async (t) => {
  const { url, events } = await receiver(t);
  const simulator = await start(t, { webhook: url });
  simulator.emit('message', { from: TO, name: 'Ann', conversation: '120363213149844251@g.us', conversationName: 'Group', message: { text: 'hello' } });
  await simulator.idle();
  const [event] = events;
  const { productId } = simulator;
  assert.deepEqual([event.type, event.product_id, event.productId, event.phone_id, event.phoneId], ['message', productId, productId, PHONE, PHONE]);
  assert.match(event.message.id, /^false_120363213149844251@g\.us_3EB0[0-9A-F]+_12025550123@c\.us$/);
  assert.deepEqual(event.message, { type: 'text', text: 'hello', id: event.message.id, _serialized: event.message.id, fromMe: false });
  assert.deepEqual(event.user, { id: `${TO}@c.us`, name: 'Ann', phone: TO });
  assert.deepEqual([event.conversation, event.conversation_name, event.receiver], ['120363213149844251@g.us', 'Group', '12025550100']);
  assert.ok(Number.isInteger(event.timestamp));
  assert.equal(event.reply, `${simulator.apiUrl}/${PHONE}/sendMessage`);
});

test('status and live events', async (t) => {
  const { url, events } = await receiver(t);
  const simulator = await start(t, { webhook: url });
  const { productId } = simulator;
  simulator.setPhone(PHONE, { status: 'idle' });
  simulator.setPhone(PHONE, { status: 'idle' });
  simulator.emit('status', { status: 'active' });
  simulator.emit('live_event', { conversation: `${TO}@c.us`, event: 'closed' });
  await simulator.idle();
  const status = { type: 'status', pid: productId, product_id: productId, phone_id: PHONE, phoneId: PHONE };
  assert.deepEqual(events, [
    { ...status, status: 'idle' },
    { ...status, status: 'active' },
    { type: 'live_event', product_id: productId, phone_id: String(PHONE), conversation: `${TO}@c.us`, data: { event: 'closed' } },
  ]);
});

test('poll votes and reactions come among the acks or as messages', async (t) => {
  const { url, events } = await receiver(t);
  const simulator = await start(t, { webhook: url, ackDelivery: true, acks: [] });
  const { data } = await sent(simulator, { type: 'poll', message: 'Lunch?', options: ['Yes', 'No'] });
  await simulator.idle();
  const { msgId } = data;
  for (const as of ['ack', 'message']) {
    simulator.emit('pollVote', { msgId, votes: { No: 2 }, as });
    simulator.emit('reaction', { msgId, reaction: '🎉', from: TO, as });
    await simulator.idle();
  }
  const acks = events.filter(({ type }) => type === 'ack').flatMap((event) => event.data);
  const messages = events.filter(({ type }) => type === 'message').map(({ message }) => message);
  assert.deepEqual(Object.keys(acks[0]), ['chatId', 'msgId', 'rxid', 'text', 'time', 'options']);
  assert.deepEqual(acks[0].options, [{ id: 0, name: 'Yes', votes: 0 }, { id: 1, name: 'No', votes: 2 }]);
  assert.deepEqual([acks[0].text, acks[0].msgId], ['Lunch?', msgId]);
  assert.deepEqual(Object.keys(acks[1]), ['chatId', 'msgId', 'rxid', 'reaction', 'reactionId', 'reactorId', 'time']);
  assert.deepEqual([acks[1].reaction, acks[1].reactorId], ['🎉', `${TO}@c.us`]);
  assert.deepEqual([messages[0].type, messages[0].options[1]], ['poll', { id: 1, name: 'No', votes: 2, voters: [] }]);
  assert.deepEqual([messages[1].type, messages[1].reaction, messages[1].msgId], ['reaction', '🎉', msgId]);
});

test('late acks, late errors and raw events can be told at will', async (t) => {
  const { url, events } = await receiver(t);
  const simulator = await start(t, { webhook: url, ackDelivery: true, acks: [1] });
  const { data } = await sent(simulator);
  await simulator.idle();
  simulator.emit('ack', { msgId: data.msgId, code: 4 });
  simulator.emit('error', { msgId: data.msgId, message: 'gone' });
  simulator.emit('raw', { event: { type: 'brand_new', odd: [1] } });
  await simulator.idle();
  assert.deepEqual(codes(events), [1, 4]);
  assert.deepEqual(events.filter(({ type }) => type === 'error').map((event) => [event.message, event.data.id]), [['gone', data.msgId]]);
  assert.deepEqual(events.filter(({ type }) => type === 'brand_new'), [{ type: 'brand_new', odd: [1] }]);
  assert.throws(() => simulator.emit('ack', { msgId: 'nope', code: 1 }), /there is no message nope/);
  assert.throws(() => simulator.emit('toString'), /nothing of kind toString can happen/);
});
