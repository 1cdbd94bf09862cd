// The queue of a phone: its pace, what holds it up, and the duplicate filter.
// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DuplicateFilter } from './filter.mjs';
import { call, PHONE, receiver, sent, start } from './testing.mjs';

/**
 * @param {import('./simulator.mjs').Simulator} simulator
 * @param {string} path
 */
async function read(simulator, path) {
  return (await call(simulator, path)).json();
}

test('queue and queues count what is not sent yet', async (t) => {
  const simulator = await start(t, { sendEveryMs: 10_000 });
  for (const message of ['a', 'b', 'c']) await sent(simulator, { message });
  assert.deepEqual(await read(simulator, `${PHONE}/queue`), { success: true, stats: { sending: 3 } });
  const queues = [{ id: PHONE, status: 'active', queue: 3 }, { id: 1151, status: 'qr-code', queue: 0 }];
  assert.deepEqual(await read(simulator, 'queues'), { success: true, queues });
});

test('a phone sends in order, one message per pace', async (t) => {
  const { url, events } = await receiver(t);
  const simulator = await start(t, { sendEveryMs: 30, webhook: url, ackDelivery: true, acks: [1], ackEveryMs: 0 });
  const before = Date.now();
  const ids = [];
  for (const message of ['a', 'b', 'c', 'd']) ids.push((await sent(simulator, { message })).data.msgId);
  assert.equal(new Set(ids).size, 4);
  await simulator.idle();
  assert.ok(Date.now() - before >= 4 * 30 - 10);
  assert.deepEqual(events.flatMap(({ data }) => data.map((/** @type {any} */ item) => item.msgId)), ids);
});

test('a phone that is not connected still queues, and sends once it is back', async (t) => {
  const simulator = await start(t);
  simulator.setPhone(PHONE, { status: 'phone-error' });
  const { success, data } = await sent(simulator);
  assert.equal(success, true);
  await simulator.idle();
  assert.equal(simulator.messages.get(data.msgId)?.state, 'queued');
  simulator.setPhone(PHONE, { status: 'active' });
  await simulator.idle();
  assert.equal(simulator.messages.get(data.msgId)?.state, 'sent');
});

test('the last 3 unique messages of a chat go out 3 times at most', () => {
  const filter = new DuplicateFilter();
  const admits = (/** @type {string} */ message, chat = 'a@c.us', more = {}) => filter.admits(chat, { type: 'text', message, ...more });
  assert.deepEqual([1, 2, 3, 4].map(() => admits('x')), [true, true, true, false]);
  assert.equal(admits('x', 'b@c.us'), true, 'another chat counts for itself');
  assert.equal(admits('x', 'a@c.us', { skip_filter: true }), true, 'skip_filter passes');
  assert.equal(admits('x'), false, 'and does not reset the count');
  assert.deepEqual([admits('p'), admits('q')], [true, true]);
  assert.equal(admits('x'), false, 'still among the last 3');
  assert.equal(admits('r'), true);
  assert.equal(admits('x'), true, 'forgotten after 3 others');
});

test('two messages that differ only in a field are two messages', () => {
  const filter = new DuplicateFilter();
  for (let i = 0; i < 3; i += 1) filter.admits('a', { type: 'text', message: 'x', to_number: String(i) });
  assert.equal(filter.admits('a', { message: 'x', type: 'text', to_number: '9' }), false);
  assert.equal(filter.admits('a', { message: 'x', type: 'text', reply_to: 'y' }), true);
});

for (const [duplicateFilter, errors, states] of /** @type {['error' | 'drop' | 'off', number, string][]} */ ([
  ['error', 1, 'filtered'],
  ['drop', 0, 'filtered'],
  ['off', 0, 'sent'],
])) {
  test(`a filtered message is queued with success; with the filter on "${duplicateFilter}" it ends ${states}, ${errors} errors told`, async (t) => {
    const { url, events } = await receiver(t);
    const simulator = await start(t, { webhook: url, duplicateFilter });
    const answers = [];
    for (let i = 0; i < 4; i += 1) answers.push(await sent(simulator));
    assert.ok(answers.every(({ success }) => success));
    await simulator.idle();
    assert.equal(simulator.messages.get(answers[3].data.msgId)?.state, states);
    assert.equal(simulator.messages.get(answers[2].data.msgId)?.state, 'sent');
    assert.deepEqual(events.map(({ type, data }) => [type, data.id]), errors ? [['error', answers[3].data.msgId]] : []);
  });
}
