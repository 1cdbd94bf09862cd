// Who asked to get no more from batches: counted, looked up and taken back by who may manage the phone, and named in no address and no log.
// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batchUntil, numberOf, resultsOf, rowsOf, startBatch, STORE_KEY } from '../support/batches.mjs';
import { hook, useDelivery } from './following.mjs';

const worker = useDelivery({
  secrets: { STORE_KEY },
  proxy: { policy: { manage: true, batches: { perMinute: 6000, jitter: 0 } } },
  simulator: { acks: [], sendEveryMs: 0 },
});
/** @type {import('../support/batches.mjs').Ask} */
const ask = (path, how) => worker.ask(path, how);
const of = (/** @type {string} */ what, /** @type {unknown} */ to) => ask(`optouts/${what}`, { body: { to } });
const count = async () => (await ask('optouts')).body.count;

/** @param {number} n @param {string} text */
async function says(n, text) {
  const number = numberOf(n);
  const message = { type: 'text', text, id: `false_${number}@c.us_3EB0${n}`, fromMe: false };
  const answer = await hook(worker.stack, { type: 'message', product_id: worker.stack.simulator.productId, phone_id: 1150, message, user: { id: `${number}@c.us`, phone: number }, conversation: `${number}@c.us` });
  assert.equal(answer.status, 200);
}

/** The states of a batch's rows. @param {object[]} rows */
async function sent(rows) {
  const { id } = await startBatch(ask, { rows });
  await batchUntil(ask, id, ({ state }) => state === 'done');
  return (await resultsOf(ask, id)).map(({ state, code }) => (code ? `${state} ${code}` : state));
}

test('an opt-out is seen and taken back, and can be asked for again', async () => {
  assert.equal(await count(), 0);
  assert.deepEqual((await of('lookup', numberOf(1))).body, { optedOut: false });
  const before = Date.now();
  for (const n of [1, 2]) await says(n, 'stop');
  assert.equal(await count(), 2);
  const seen = (await of('lookup', numberOf(1))).body;
  assert.ok(seen.optedOut && seen.at >= before && seen.at <= Date.now(), JSON.stringify(seen));
  assert.deepEqual(await sent(rowsOf(3)), ['queued', 'skipped opted_out', 'skipped opted_out']);
  // In any spelling of the same person.
  assert.deepEqual((await of('remove', `+${numberOf(1)}`)).body, { removed: true });
  assert.deepEqual((await of('remove', Number(numberOf(1)))).body, { removed: false });
  assert.deepEqual([(await of('lookup', `${numberOf(1)}@c.us`)).body, await count()], [{ optedOut: false }, 1]);
  assert.deepEqual(await sent(rowsOf(3)), ['queued', 'queued', 'skipped opted_out']);
  await says(1, 'STOP');
  assert.deepEqual(await sent(rowsOf(3)), ['queued', 'skipped opted_out', 'skipped opted_out']);
});

test('somebody has to be named, in the body', async () => {
  for (const body of [{}, { to: '' }, { to: 'x' }, { to: '120363213149844251@g.us' }, { to: [numberOf(1)] }, []]) {
    const answer = await ask('optouts/remove', { body });
    assert.deepEqual([answer.status, answer.body.code], [422, 'invalid_question'], JSON.stringify(body));
  }
  assert.equal((await ask(`optouts/${numberOf(1)}`)).body.code, 'unknown_route');
  assert.equal((await ask('optouts/lookup')).body.code, 'method_not_allowed');
});

test('only who may manage the phone sees and changes them, and what they asked is in the log without a number', async () => {
  for (const maytapi of [{ manage: false }, { phones: ['1151'] }]) {
    for (const path of ['lookup', 'remove']) {
      const answer = await worker.ask(`optouts/${path}`, { body: { to: numberOf(2) }, claims: { maytapi } });
      assert.ok(['operation_not_allowed', 'phone_not_allowed'].includes(answer.body.code) && answer.status === 403, JSON.stringify(answer.body));
    }
    assert.equal((await worker.ask('optouts', { claims: { maytapi } })).status, 403);
  }
  assert.equal((await worker.ask('optouts/lookup', { body: { to: numberOf(2) }, claims: { maytapi: { batch: false, manage: true } } })).body.optedOut, true, 'who manages need not be one who sends');
  assert.equal((await worker.ask('optouts', { phone: '1151' })).body.count, 0, 'each phone has its own');
  const lines = worker.stack.lines().filter(({ route }) => route === 'removeOptOut' || route === 'optOut');
  assert.ok(lines.some(({ caller, recipient }) => caller === 'test' && /^[0-9a-f]{16}$/.test(recipient)), 'who did it and to whom is told by a pseudonym');
  for (const n of [1, 2]) assert.ok(!worker.stack.logs().includes(numberOf(n)), 'a number is in the log');
});
