// Reads pass on the members that are known to belong to the caller's phones; what Maytapi may add some day tells of others' until it is known.
// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useWorker } from './harness.mjs';

const worker = useWorker({
  proxy: {
    policy: { reads: ['listPhones', 'logs'] },
    accounts: { main: { productId: '00000000-0000-4000-8000-000000000000', phones: ['1150'], keySecret: 'MAYTAPI_KEY' } },
  },
});
const read = async (/** @type {string} */ name, /** @type {unknown} */ body) => {
  worker.stack.simulator.fail({ kind: 'raw', on: name, status: 200, body });
  return worker.call(`/api/main/${name}`, { headers: { authorization: `Bearer ${await worker.token()}` } });
};
const OTHERS = [{ id: 1151, phone: 1151, number: '12025550199', name: 'canary-name' }];

test('members beside the list of phones are not passed on', async () => {
  for (const extra of [{ phones: OTHERS }, { total: 'canary-total' }, { '1151': OTHERS[0] }, { data2: OTHERS }]) {
    const answer = await read('listPhones', { success: true, data: [{ id: 1150, number: '12025550100' }, ...OTHERS], ...extra });
    assert.equal(answer.status, 200, answer.text);
    assert.ok(!answer.text.includes('canary') && !answer.text.includes('12025550199'), answer.text);
    assert.ok(answer.text.includes('12025550100'), answer.text);
  }
});

test('members beside the list of a log are not passed on', async () => {
  const list = [{ id: 1, phone: 1150, data: { text: 'mine' } }, { id: 2, phone: 1151, data: { text: 'canary-text' } }];
  for (const [outside, inside] of [[{ last: OTHERS }, {}], [{}, { phones: OTHERS }], [{ total: 'canary-total' }, { senders: ['canary-sender'] }]]) {
    const answer = await read('logs', { success: true, data: { count: '2', list, ...inside }, ...outside });
    assert.equal(answer.status, 200, answer.text);
    assert.ok(!answer.text.includes('canary') && !answer.text.includes('12025550199'), answer.text);
    assert.deepEqual([answer.body.data.count, answer.body.data.list.length], ['1', 1]);
  }
});
