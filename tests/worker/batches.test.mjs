// Batches over HTTP: made, filled, steered and told; what is wrong with one is said before anything is sent, and nobody sees another's.
// @ts-check
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { batchUntil, numberOf, resultsOf, rowsOf, startBatch, STORE_KEY, TEMPLATE } from '../support/batches.mjs';
import { acks, until, useDelivery } from './following.mjs';

const persist = mkdtempSync(join(tmpdir(), 'maytapi-batches-'));
after(() => rmSync(persist, { recursive: true, force: true }));
const worker = useDelivery({
  persist,
  secrets: { STORE_KEY },
  proxy: { policy: { batches: { perMinute: 6000, jitter: 0, maxRecipients: 3000 }, recipients: { deny: [numberOf(9999)] } } },
  simulator: { acks: [], sendEveryMs: 0 },
});
beforeEach(() => worker.stack.simulator.reset());

/** @type {import('../support/batches.mjs').Ask} */
const ask = (path, how) => worker.ask(path, how);
const by = (/** @type {string} */ sub) => /** @type {import('../support/batches.mjs').Ask} */ ((path, how) => worker.ask(path, { ...how, claims: { sub } }));

let keys = 0;
const make = (/** @type {Record<string, unknown>} */ body, /** @type {Record<string, string>} */ headers = { 'idempotency-key': `key-${(keys += 1)}` }, asker = by(`maker-${keys}`)) =>
  asker('batches', { body, headers });
const put = (/** @type {string} */ id, /** @type {number | string} */ n, /** @type {unknown[]} */ rows, asker = ask) => asker(`batches/${id}/pieces/${n}`, { method: 'PUT', body: { rows } });
const change = (/** @type {string} */ id, /** @type {string} */ verb, asker = ask) => asker(`batches/${id}/${verb}`, { method: 'POST' });
const arrived = () => worker.stack.simulator.sends.map(({ json }) => /** @type {any} */ (json));

/** A draft of the test's own caller. @param {Record<string, unknown>} [plan] */
async function draft(plan = {}) {
  const asker = by(`drafter-${(keys += 1)}`);
  const { status, body } = await make({ template: TEMPLATE, ...plan }, undefined, asker);
  assert.equal(status, 201, JSON.stringify(body));
  return { id: body.id, asker };
}

test('every row arrives once, in order, with its fields, and is told', async () => {
  const rows = rowsOf(120);
  const { id } = await startBatch(ask, { rows });
  const done = await batchUntil(ask, id, ({ state }) => state === 'done');
  assert.deepEqual(done.counts, { waiting: 0, posted: 0, queued: 120, refused: 0, unknown: 0, skipped: 0, cancelled: 0, failed: 0 });
  assert.ok(done.ended >= done.made && done.size === 120);
  assert.deepEqual(arrived().map(({ to_number, message }) => [to_number, message]), rows.map(({ to, fields }) => [to, `canary-batch-text-5b1c ${fields.name}`]));
  const results = await resultsOf(ask, id);
  assert.deepEqual(results.map(({ row, ref, state, delivery }) => [row, ref, state, delivery]), rows.map(({ ref }, n) => [n, ref, 'queued', 'queued']));
  for (const { msgId } of results) assert.ok(worker.stack.simulator.messages.has(msgId));
  const message = (await ask(`messages/${results[7].msgId}`)).body;
  assert.deepEqual([message.batch, message.row], [id, 7]);
});

test('results come in pages, by state, and as a CSV whose cells are no formulas', async () => {
  const rows = rowsOf(6).map((row, n) => ({ ...row, ref: ['=1+1', '+x', '-y', '@z', 'a,"b"', 'plain'][n] }));
  const { id } = await startBatch(ask, { rows: [...rows, rows[2] ?? {}] });
  await batchUntil(ask, id, ({ state }) => state === 'done');
  const first = (await ask(`batches/${id}/results?limit=4`)).body;
  assert.deepEqual([first.results.length, first.cursor], [4, '3']);
  const rest = (await ask(`batches/${id}/results?limit=4&after=${first.cursor}`)).body;
  assert.deepEqual([rest.results.map((/** @type {any} */ { row }) => row), rest.cursor], [[4, 5, 6], null]);
  const skipped = (await ask(`batches/${id}/results?state=skipped,unknown`)).body.results;
  assert.deepEqual(skipped, [{ row: 6, state: 'skipped', ref: '-y', code: 'duplicate' }]);
  assert.deepEqual((await ask(`batches/${id}/results?state=skipped%2Cunknown`)).body.results, skipped, 'as most libraries write a comma');
  for (const query of ['state=sent', 'limit=x', 'after=x']) assert.equal((await ask(`batches/${id}/results?${query}`)).body.code, 'invalid_question', query);
  const csv = await fetch(`${worker.stack.edge}/api/main/1150/batches/${id}/results`, { headers: { accept: 'text/csv', authorization: `Bearer ${await worker.stack.token()}` } });
  assert.equal(csv.headers.get('content-type'), 'text/csv; charset=utf-8');
  const lines = (await csv.text()).split('\r\n');
  assert.equal(lines[0], 'row,ref,state,code,msgId,at,delivery');
  assert.deepEqual(lines.slice(1, 7).map((line) => line.split(',queued')[0]), ["0,'=1+1", "1,'+x", "2,'-y", "3,'@z", '4,"a,""b"""', '5,plain']);
  assert.match(lines[1] ?? '', /,queued,,[^,]+,\d{4}-\d\d-\d\dT[\d:.]+Z,queued$/);
  assert.equal(lines.length, 9);
});

test('a batch is known again by its key, and a piece by what it says', async () => {
  const asker = by('again');
  const headers = { 'idempotency-key': 'the-same' };
  const made = await make({ template: TEMPLATE }, headers, asker);
  const again = await make({ template: TEMPLATE }, headers, asker);
  assert.deepEqual([again.status, again.body.id], [201, made.body.id]);
  assert.deepEqual((await make({ template: TEMPLATE, perMinute: 5 }, headers, asker)).body.code, 'idempotency_key_reused');
  assert.notEqual((await make({ template: TEMPLATE }, headers, by('other'))).body.id, made.body.id);
  assert.equal((await asker('batches', { body: { template: TEMPLATE } })).body.code, 'idempotency_key_required');
  const { id } = made.body;
  const rows = [...rowsOf(3), rowsOf(1)[0]];
  const taken = await put(id, 0, rows, asker);
  assert.deepEqual(taken.body, { piece: 0, rows: 4, duplicates: [3], invalid: 0 });
  assert.deepEqual((await put(id, 0, rows, asker)).body, taken.body);
  assert.equal((await put(id, 0, rowsOf(2), asker)).body.code, 'piece_conflict');
  assert.deepEqual((await put(id, 1, [...rowsOf(2, 10), rowsOf(1)[0]], asker)).body, { piece: 1, rows: 3, duplicates: [6], invalid: 0 });
  assert.equal((await put(id, 3, rowsOf(2, 20), asker)).body.code, 'piece_missing');
  assert.equal((await asker(`batches/${id}/start`, { body: { size: 8 } })).body.code, 'piece_missing');
  for (const body of [{ size: '7' }, { size: 7.5 }, { rows: 7 }, { size: 7, more: 1 }, []]) {
    assert.equal((await asker(`batches/${id}/start`, { body })).body.code, 'invalid_question', JSON.stringify(body));
  }
  // Bytes, since fetch declares what a text is by itself.
  const undeclared = await fetch(`${worker.stack.edge}/api/main/1150/batches/${id}/start`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await worker.stack.token({ sub: 'again' })}` },
    body: new TextEncoder().encode('{"size":8}'),
  });
  assert.deepEqual([undeclared.status, /** @type {any} */ (await undeclared.json()).code], [415, 'unsupported_content_type'], 'a body that nothing declares is not passed over');
  assert.equal((await asker(`batches/${id}`)).body.state, 'draft');
  const started = await asker(`batches/${id}/start`, { body: { size: 7 } });
  assert.deepEqual([started.body.state, started.body.size], ['running', 7]);
  assert.deepEqual((await put(id, 1, [...rowsOf(2, 10), rowsOf(1)[0]], asker)).body.duplicates, [6], 'also after it was started');
  assert.equal((await put(id, 2, rowsOf(2, 20), asker)).body.code, 'batch_state');
  await batchUntil(asker, id, ({ state }) => state === 'done');
  assert.equal(arrived().length, 5);
});

test('every fault of every row is told, and nothing of such a piece is kept', async () => {
  const { id, asker } = await draft();
  const rows = [
    ...rowsOf(2),
    { to: '12025550123.0', fields: { name: 'a' } },
    { to: numberOf(9999), fields: { name: 'denied' } },
    { to: numberOf(14) },
    { to: numberOf(15), fields: { name: '{{x}}' } },
    { to: numberOf(16), fields: { name: 'a' }, zone: 'UTC' },
    { to: numberOf(17), fields: { name: 'a' }, ref: 'x'.repeat(65) },
    'row',
  ];
  const { status, body } = await put(id, 0, rows, asker);
  assert.deepEqual([status, body.code, body.count], [422, 'invalid_batch', 7]);
  assert.deepEqual(body.faults.map((/** @type {any} */ { row, code }) => [row, code]), [
    [2, 'invalid_recipient'],
    [3, 'recipient_not_allowed'],
    [4, 'missing'],
    [5, 'invalid_placeholder'],
    [6, 'unknown_field'],
    [7, 'wrong_kind'],
    [8, 'not_an_object'],
  ]);
  for (const fault of body.faults) assert.ok(typeof fault.path === 'string' && fault.message.length > 10, JSON.stringify(fault));
  assert.equal((await asker(`batches/${id}`)).body.size, 0);
  const many = await put(id, 0, Array.from({ length: 1000 }, () => ({ to: 'x' })), asker);
  assert.deepEqual([many.body.faults.length, many.body.count], [200, 2000]);
  assert.equal((await put(id, 0, rowsOf(2), asker)).status, 200);
});

test('rows that can not be sent are left out, where that is asked for', async () => {
  const rows = [...rowsOf(2), { to: 'x', fields: { name: 'a' } }, { to: numberOf(9999), fields: { name: 'denied' } }, ...rowsOf(2, 20)];
  const { id } = await startBatch(ask, { rows: /** @type {any} */ (rows), plan: { skipInvalid: true } });
  const done = await batchUntil(ask, id, ({ state }) => state === 'done');
  assert.deepEqual([done.counts.queued, done.counts.skipped], [4, 2]);
  const results = await resultsOf(ask, id);
  assert.deepEqual(results.slice(2, 4).map(({ state, code }) => [state, code]), [['skipped', 'invalid'], ['skipped', 'recipient_not_allowed']]);
});

test('what is wrong with a new batch is told with its path', async () => {
  for (const [body, wanted] of /** @type {[any, string[]][]} */ ([
    [[], ['']],
    [{}, ['template']],
    [{ template: { type: 'text', message: 'Hi {{name' } }, ['template.message']],
    [{ template: { type: 'text', message: 'Hi', toNumber: '1' } }, ['template.toNumber']],
    [{ template: { type: 'media', message: 'data:text/plain;base64,aGVsbG8=' } }, ['template.message']],
    [{ template: TEMPLATE, start: true }, ['start']],
    [{ template: TEMPLATE, perMinute: 6001, dailyCap: 0, quiet: { from: '21:00', to: '08:00', zone: 'Europe/Cologne' } }, ['perMinute', 'dailyCap', 'quiet.zone']],
    [{ template: TEMPLATE, startAt: 'tomorrow', expiresAt: 5 }, ['startAt', 'expiresAt']],
  ])) {
    const answer = await make(body);
    assert.deepEqual([answer.status, answer.body.code], [422, 'invalid_batch'], JSON.stringify(answer.body));
    assert.deepEqual(answer.body.faults.map((/** @type {any} */ { path }) => path), wanted);
  }
  assert.equal((await make({ template: TEMPLATE }, undefined, (path, how) => worker.ask(path, { ...how, claims: { maytapi: { batch: false } } }))).body.code, 'operation_not_allowed');
  assert.equal((await make({ template: TEMPLATE }, undefined, (path, how) => worker.ask(path, { ...how, claims: { maytapi: { types: ['media'] } } }))).body.code, 'type_not_allowed');
});

test('a piece has 1 to 1000 rows, a batch as many as policy allows', async () => {
  const { id, asker } = await draft();
  for (const rows of [[], rowsOf(1001)]) assert.equal((await put(id, 0, rows, asker)).body.code, 'invalid_question');
  for (const body of [[], {}, { rows: {} }, { rows: [], more: 1 }]) assert.equal((await asker(`batches/${id}/pieces/0`, { method: 'PUT', body })).body.code, 'invalid_question');
  assert.equal((await put(id, 'x', rowsOf(1), asker)).body.code, 'invalid_question');
  const nodes = Array.from({ length: 900 }, (_, n) => ({ to: numberOf(n), fields: Object.fromEntries(Array.from({ length: 120 }, (_, at) => [`f${at}`, at])) }));
  assert.equal((await put(id, 0, nodes, asker)).body.code, 'not_json', 'over 100,000 values');
  const large = rowsOf(1000).map((row) => ({ ...row, fields: { name: 'x'.repeat(1200) } }));
  assert.equal((await put(id, 0, large, asker)).body.code, 'body_too_large');
  for (let n = 0; n < 3; n += 1) assert.equal((await put(id, n, rowsOf(1000, n * 1000), asker)).status, 200);
  assert.equal((await put(id, 3, rowsOf(1, 5000), asker)).body.code, 'batch_too_large');
  assert.equal((await change(id, 'cancel', asker)).body.counts.cancelled, 3000);
});

test('a token that is narrower than the one that made a batch adds only what it may', async () => {
  const { id } = (await make({ template: TEMPLATE }, undefined, by('narrow'))).body;
  const narrow = /** @type {import('../support/batches.mjs').Ask} */ ((path, how) => worker.ask(path, { ...how, claims: { sub: 'narrow', maytapi: { to: [numberOf(1)] } } }));
  assert.equal((await put(id, 0, rowsOf(2), narrow)).body.faults[0].code, 'recipient_not_allowed');
  assert.equal((await put(id, 0, rowsOf(1, 1), narrow)).status, 200);
});

test('a change that does not fit is refused, and one that is there already changes nothing', async () => {
  const { id, asker } = await draft();
  assert.equal((await change(id, 'start', asker)).body.code, 'batch_state', 'a start without rows');
  for (const verb of ['pause', 'resume']) assert.equal((await change(id, verb, asker)).body.code, 'batch_state', verb);
  assert.equal((await put(id, 0, rowsOf(3), asker)).status, 200);
  assert.equal((await change(id, 'start', asker)).body.state, 'running');
  assert.equal((await change(id, 'start', asker)).status, 200);
  await batchUntil(asker, id, ({ state }) => state === 'done');
  for (const verb of ['start', 'pause', 'resume', 'cancel']) assert.equal((await change(id, verb, asker)).body.code, 'batch_state', verb);
  assert.equal((await asker('batches/b_x')).body.code, 'unknown_batch');
  assert.equal((await change(id, 'stop', asker)).body.code, 'unknown_route');
});

test('a pause takes effect within one send, a resume goes on, and a cancel ends the rest', async () => {
  worker.stack.simulator.fail({ kind: 'slow', ms: 150, times: Infinity });
  const { id } = await startBatch(ask, { rows: rowsOf(60) });
  await batchUntil(ask, id, ({ counts }) => counts.queued >= 2);
  const told = (await change(id, 'pause')).body;
  assert.equal(told.state, 'paused');
  await new Promise((resolve) => setTimeout(resolve, 800));
  // The row that was at Maytapi, if any, is told as posted; none follows it.
  assert.equal(worker.stack.simulator.sends.length, told.counts.queued + told.counts.posted);
  assert.ok(told.counts.posted <= 1);
  const paused = (await ask(`batches/${id}`)).body;
  assert.deepEqual([paused.counts.posted, paused.counts.queued], [0, worker.stack.simulator.sends.length]);
  worker.stack.simulator.reset();
  assert.equal((await change(id, 'resume')).body.state, 'running');
  await batchUntil(ask, id, ({ counts }) => counts.queued > paused.counts.queued);
  const cancelled = (await change(id, 'cancel')).body;
  assert.equal(cancelled.state, 'cancelled');
  const ended = await batchUntil(ask, id, ({ counts }) => counts.waiting + counts.posted === 0);
  assert.equal(ended.counts.queued + ended.counts.cancelled, 60);
  assert.equal((await change(id, 'cancel')).status, 200);
  const results = await resultsOf(ask, id);
  assert.deepEqual(new Set(results.map(({ state }) => state)), new Set(['queued', 'cancelled']));
});

test('nobody sees or steers the batch of another, but for who may follow or manage the phone', async () => {
  const { id, asker } = await draft();
  for (const path of [`batches/${id}`, `batches/${id}/results`]) assert.equal((await by('stranger')(path)).body.code, 'unknown_batch');
  for (const verb of ['start', 'cancel']) assert.equal((await change(id, verb, by('stranger'))).body.code, 'unknown_batch');
  assert.equal((await put(id, 0, rowsOf(1), by('stranger'))).body.code, 'unknown_batch');
  assert.deepEqual((await by('stranger')('batches')).body, { batches: [], cursor: null });
  assert.deepEqual((await asker('batches')).body.batches.map((/** @type {any} */ batch) => batch.id), [id]);
  assert.equal((await change(id, 'cancel', asker)).body.state, 'cancelled');
});

test('a caller has three drafts at most', async () => {
  const asker = by('drafts');
  const ids = [];
  for (let n = 0; n < 3; n += 1) ids.push((await make({ template: TEMPLATE }, undefined, asker)).body.id);
  const fourth = await make({ template: TEMPLATE }, undefined, asker);
  assert.deepEqual([fourth.status, fourth.body.code, fourth.body.retryable], [429, 'too_many_batches', 'yes']);
  for (const id of ids) assert.equal((await change(id, 'cancel', asker)).status, 200);
  assert.equal((await make({ template: TEMPLATE }, undefined, asker)).status, 201);
});

test('what Maytapi never began is sent again, what it refuses is not, and what nobody heard of is unknown', async () => {
  const { simulator } = worker.stack;
  simulator.fail({ kind: 'w05', times: 2 });
  simulator.fail({ kind: 'refused', message: 'Options are required.', code: 'F04', after: 2 });
  simulator.fail({ kind: 'drop', when: 'after', after: 4 });
  const { id } = await startBatch(ask, { rows: rowsOf(6) });
  const done = await batchUntil(ask, id, ({ state }) => state === 'done', { ms: 40_000 });
  const results = await resultsOf(ask, id);
  const told = results.map(({ state, code }) => (code ? `${state} ${code}` : state));
  assert.equal(told.filter((state) => state === 'queued').length, 4, JSON.stringify(told));
  assert.ok(told.includes('refused F04') && told.some((state) => state.startsWith('unknown')), JSON.stringify(told));
  assert.equal(done.counts.queued + done.counts.refused + done.counts.unknown, 6);
});

test('refusals in a row hold a batch until somebody lets it go on', async () => {
  worker.stack.simulator.fail({ kind: 'refused', message: 'no', code: 'F04', times: 5 });
  const { id } = await startBatch(ask, { rows: rowsOf(8) });
  const held = await batchUntil(ask, id, ({ state }) => state === 'held');
  assert.deepEqual([held.reason, held.counts.refused, held.counts.waiting], ['refusals', 5, 3]);
  assert.equal((await change(id, 'resume')).body.state, 'running');
  const done = await batchUntil(ask, id, ({ state }) => state === 'done');
  assert.equal(done.counts.queued, 3);
});

test('progress is part of the feed, at most twice a second, and late failures count', async () => {
  const { cursor } = (await ask('events')).body;
  const { id } = await startBatch(ask, { rows: rowsOf(150) });
  await batchUntil(ask, id, ({ state }) => state === 'done');
  const results = await resultsOf(ask, id);
  const failed = results[3].msgId;
  await worker.hook({ type: 'error', code: 'F04', message: 'late', product_id: worker.stack.simulator.productId, phone_id: 1150, data: { id: failed } });
  await until(async () => (await ask(`batches/${id}`)).body.counts.failed === 1, 'the failure to be counted');
  const row = (await resultsOf(ask, id))[3];
  assert.deepEqual([row.state, row.delivery, row.code], ['queued', 'failed', 'F04']);
  /** @type {any[]} */
  const items = [];
  for (let after = cursor, more = true; more; ) {
    const page = (await ask(`events?after=${after}&limit=50`)).body;
    items.push(...page.items);
    ({ cursor: after, more } = page);
  }
  const batches = items.filter(({ kind, id: of }) => kind === 'batch' && of === id);
  assert.deepEqual(batches.map(({ state, counts }) => [state, counts.failed]), [['done', 1]], 'a row has its last change');
  assert.equal(items.filter(({ kind, batch }) => kind === 'message' && batch === id).length, 150);
  assert.equal((await worker.hook(acks(worker.stack, [[failed, 2]]))).status, 200);
  await until(async () => (await ask(`batches/${id}`)).body.counts.failed === 0, 'a delivery to refute the failure');
});

test('a single send goes out while a batch runs', async () => {
  const { id } = await startBatch(ask, { rows: rowsOf(200) });
  await batchUntil(ask, id, ({ counts }) => counts.queued > 10);
  const sent = await Promise.all([1, 2, 3].map(() => worker.send({ toNumber: numberOf(500) })));
  assert.equal(new Set(sent).size, 3);
  const { counts } = (await ask(`batches/${id}`)).body;
  assert.ok(counts.waiting > 0, 'the batch was through already');
  await batchUntil(ask, id, ({ state }) => state === 'done');
});

test('neither numbers nor texts are stored or logged while a batch waits', async () => {
  const { id } = await startBatch(ask, { rows: rowsOf(300, 600), plan: { startAt: Date.now() + 3_600_000 } });
  const waiting = await batchUntil(ask, id, (batch) => batch.waiting?.for === 'start');
  assert.equal(waiting.counts.waiting, 300);
  const files = readdirSync(persist, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  const stored = Buffer.concat(files.map((file) => readFileSync(join(file.parentPath, file.name))));
  assert.ok(stored.includes(id) && stored.includes('r700'), 'the storage was not found');
  for (const text of ['canary-batch-text', numberOf(600), numberOf(777), 'n777', STORE_KEY]) {
    assert.ok(!stored.includes(text), `${text} is stored`);
    assert.ok(!worker.stack.logs().includes(text), `${text} is logged`);
  }
  assert.equal((await change(id, 'cancel')).body.counts.cancelled, 300);
});
