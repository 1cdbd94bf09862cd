// What becomes of messages, as Maytapi's webhooks tell it: states that only advance, and nobody who sees what is another's.
// @ts-check
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { acks, ask, gate, hook, HOOK_SECRET, listenTo, send, startDelivery, storageOf, until, useDelivery } from './following.mjs';

const ALL = process.env.MAYTAPI_TEST_ALL !== undefined;
const MESSAGES = ALL ? 1000 : 120;
const worker = useDelivery({ proxy: { policy: { delivery: 'phone' } }, simulator: { acks: [] } });

/** @param {any} body */
const states = (body) => body.items.map((/** @type {any} */ item) => [item.msgId, item.state]);

test('a message is followed from queued to read, with the first time of each step', async () => {
  const { simulator } = worker.stack;
  const started = Date.now();
  const id = await worker.send();
  const first = await worker.ask(`messages/${id}`);
  assert.equal(first.status, 200);
  assert.deepEqual([first.body.kind, first.body.msgId, first.body.state, Object.keys(first.body.at)], ['message', id, 'queued', ['queued']]);
  assert.ok(first.body.at.queued >= started && first.body.at.queued <= Date.now());
  // Clients encode an id, since those of WhatsApp have an @ in them.
  assert.deepEqual((await worker.ask(`messages/${id.replaceAll('-', '%2D')}`)).body, first.body);
  for (const [code, state] of /** @type {[number, string][]} */ ([[1, 'sent'], [2, 'delivered'], [3, 'read'], [2, 'read'], [4, 'played'], [1, 'played'], [5, 'deleted'], [3, 'deleted']])) {
    assert.equal((await worker.hook(acks(worker.stack, [[id, code]]))).status, 200);
    assert.equal((await worker.ask(`messages/${id}`)).body.state, state);
  }
  const { at } = (await worker.ask(`messages/${id}`)).body;
  assert.deepEqual(Object.keys(at).sort(), ['deleted', 'delivered', 'played', 'queued', 'read', 'sent']);
  for (const time of Object.values(at)) assert.ok(Number(time) >= at.queued && Number(time) <= Date.now());
  assert.ok(simulator.sends.length >= 1);
});

test('a late failure has its code, not its words, and a delivery refutes it', async () => {
  const [failed, refuted] = [await worker.send(), await worker.send()];
  for (const id of [failed, refuted]) {
    const error = { type: 'error', code: 'F04', message: 'canary-message-text-7d1f for 12025550123', product_id: worker.stack.simulator.productId, phone_id: 1150, data: { id } };
    assert.equal((await worker.hook(error)).status, 200);
  }
  await worker.hook(acks(worker.stack, [[refuted, 2]]));
  const [one, other] = [(await worker.ask(`messages/${failed}`)).body, (await worker.ask(`messages/${refuted}`)).body];
  assert.deepEqual([one.state, one.code, typeof one.at.failed], ['failed', 'F04', 'number']);
  assert.deepEqual([other.state, other.code, other.at.failed], ['delivered', undefined, undefined]);
});

test(`acks duplicated, reordered, early, lost and repeated end in the right state for ${MESSAGES} messages`, { timeout: 300_000 }, async () => {
  const stack = await startDelivery({ simulator: { acks: [1, 2, 3], ackEveryMs: 5, sendEveryMs: 1, webhookAttempts: 20, webhookRetryMs: 30 } });
  const { simulator } = stack;
  // A third of the webhooks is lost at first, some after the Worker stored them: its answer does not reach Maytapi.
  const before = await gate(() => stack.edge, async (body, n) => {
    if (n % 3 !== 0) return undefined;
    if (n % 2 === 0) await hook(stack, body);
    return 503;
  });
  try {
    listenTo(stack, before.url);
    const wanted = new Map();
    const token = await stack.token();
    const one = async (/** @type {number} */ n) => {
      const kinds = [[1, 2, 3], [1, 2], [1], [1, 2, 3, 4], [3, 1, 2], [2, 2, 1]];
      const codes = kinds[n % kinds.length] ?? [];
      simulator.fail({ kind: 'acks', codes });
      if (n % 2 === 0) simulator.fail({ kind: 'duplicateAcks', copies: 3 });
      // The answer comes after the first acks.
      if (n % 4 === 0) simulator.fail({ kind: 'slow', ms: 60, part: 'head' });
      const answer = await fetch(`${stack.edge}/api/main/1150/sendMessage`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ type: 'text', toNumber: '12025550123', message: `m ${n}`, skipFilter: true }),
      });
      assert.equal(answer.status, 200);
      wanted.set(/** @type {any} */ (await answer.json()).data.msgId, ['', 'sent', 'delivered', 'read', 'played'][Math.max(...codes)]);
    };
    for (let n = 0; n < MESSAGES; n += 1) await one(n);
    await simulator.idle(60_000);
    const ids = [...wanted.keys()];
    assert.equal(ids.length, MESSAGES);
    for (let at = 0; at < ids.length; at += 200) {
      const { body } = await ask(stack, 'messages/lookup', { body: { msgIds: ids.slice(at, at + 200) } });
      assert.deepEqual(new Map(states(body)), new Map(ids.slice(at, at + 200).map((id) => [id, wanted.get(id)])));
    }
    // The feed has each of them once, at its last state.
    const seen = new Map();
    for (let cursor = 'start', more = true; more; ) {
      const { body } = await ask(stack, `events?after=${cursor}&limit=100`);
      for (const [id, state] of states(body)) {
        assert.ok(!seen.has(id));
        seen.set(id, state);
      }
      ({ cursor, more } = body);
    }
    assert.deepEqual(seen, wanted);
  } finally {
    before.close();
    await stack.close();
  }
});

test('a page of the feed goes on where the last ended, and a request waits for the next change', async () => {
  const ids = [await worker.send(), await worker.send(), await worker.send()];
  const now = (await worker.ask('events')).body;
  assert.deepEqual([now.items, now.more], [[], false]);
  await worker.hook(acks(worker.stack, ids.map((id) => [id, 1])));
  const page = (await worker.ask(`events?after=${now.cursor}&limit=2`)).body;
  assert.deepEqual([states(page), page.more], [[[ids[0], 'sent'], [ids[1], 'sent']], true]);
  const rest = (await worker.ask(`events?after=${page.cursor}&limit=2`)).body;
  assert.deepEqual([states(rest), rest.more], [[[ids[2], 'sent']], false]);
  // What moved on since is told once, as it is now.
  await worker.hook(acks(worker.stack, [[ids[0] ?? '', 2], [ids[0] ?? '', 3]]));
  assert.deepEqual(states((await worker.ask(`events?after=${now.cursor}`)).body), [[ids[1], 'sent'], [ids[2], 'sent'], [ids[0], 'read']]);
  const { cursor } = (await worker.ask('events')).body;
  const started = Date.now();
  const waiting = worker.ask(`events?after=${cursor}&wait=10`);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await worker.hook(acks(worker.stack, [[ids[1] ?? '', 2]]));
  assert.deepEqual(states((await waiting).body), [[ids[1], 'delivered']]);
  assert.ok(Date.now() - started < 5000);
  const nothing = await worker.ask(`events?after=${(await waiting).body.cursor}&wait=1`);
  assert.deepEqual([nothing.body.items, nothing.body.cursor], [[], (await waiting).body.cursor]);
});

test('a cursor of another storage, or ahead of it, is told apart, and a query that is none', async () => {
  const { cursor } = (await worker.ask('events')).body;
  const [epoch, seq] = cursor.split('.');
  for (const after of ['other.1', `${epoch}.${Number(seq) + 1}`, `${epoch}.x`, 'x']) {
    const answer = await worker.ask(`events?after=${after}`);
    assert.deepEqual([answer.status, answer.body.code], [410, 'cursor_reset'], after);
  }
  for (const query of ['limit=x', 'wait=-1', 'limit=']) {
    const answer = await worker.ask(`events?after=${cursor}&${query}`);
    assert.deepEqual([answer.status, answer.body.code], [422, 'invalid_question'], query);
  }
  for (const body of [[], {}, { msgIds: [] }, { msgIds: [1] }, { msgIds: Array.from({ length: 201 }, () => 'm') }]) {
    assert.equal((await worker.ask('messages/lookup', { body })).body.code, 'invalid_question');
  }
});

test('more than five requests of a caller do not wait at once', async () => {
  const { cursor } = (await worker.ask('events', { claims: { sub: 'greedy' } })).body;
  const waiting = Array.from({ length: 7 }, () => worker.ask(`events?after=${cursor}&wait=2`, { claims: { sub: 'greedy' } }));
  const other = worker.ask(`events?after=${cursor}&wait=2`, { claims: { sub: 'another' } });
  const answers = await Promise.all(waiting);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 200, 200, 200, 200, 429, 429]);
  const refused = answers.find(({ status }) => status === 429);
  assert.deepEqual([refused?.body.code, refused?.headers.get('retry-after')], ['too_many_sockets', '5']);
  assert.equal((await other).status, 200);
});

test('the phone tells its state once per change', async () => {
  const { cursor } = (await worker.ask('events')).body;
  const status = (/** @type {string} */ status) => worker.hook({ type: 'status', pid: worker.stack.simulator.productId, phone_id: 1150, status });
  for (const state of ['phone-error', 'phone-error', 'qr-screen']) assert.equal((await status(state)).status, 200);
  const { body } = await worker.ask(`events?after=${cursor}`);
  assert.deepEqual(body.items.map((/** @type {any} */ item) => [item.kind, item.status]), [['phone', 'qr-code']]);
  await status('active');
});

test('the state of a phone tells what is left of the limits, and when no webhooks come that should', async () => {
  const persist = await mkdtemp(join(tmpdir(), 'maytapi-state-'));
  const limits = { caller: { minute: 20, day: 100 }, phone: { day: 1000 } };
  const stack = await startDelivery({ persist, proxy: { limits }, simulator: { acks: [] } });
  try {
    const first = (await ask(stack, 'state')).body;
    assert.deepEqual([first.status, first.statusAt, first.webhook, first.sockets], [null, null, { heardAt: null, silent: false }, 0]);
    await send(stack);
    await send(stack, {}, { claims: { sub: 'another' } });
    await hook(stack, { type: 'status', pid: stack.simulator.productId, phone_id: 1150, status: 'active' });
    const { body } = await ask(stack, 'state');
    const left = body.limits.map((/** @type {any} */ { scope, window, quota, left }) => [scope, window, quota, left]);
    assert.deepEqual(left, [['caller', 'minute', 20, 19], ['caller', 'day', 100, 99], ['phone', 'day', 1000, 998]]);
    assert.ok(Math.abs(body.statusAt - Date.now()) < 10_000 && Math.abs(body.webhook.heardAt - Date.now()) < 10_000);
    assert.deepEqual([body.status, body.webhook.silent], ['active', false]);
    assert.equal((await ask(stack, 'state', { claims: { maytapi: { watch: false } } })).body.code, 'operation_not_allowed');
    // Half an hour later nothing has come of the last message.
    await stack.kill();
    const database = storageOf(persist);
    const ago = Date.now() - 30 * 60_000;
    database.prepare('UPDATE messages SET queued = ?').run(ago);
    database.prepare("UPDATE meta SET value = ? WHERE key = 'heard'").run(ago - 1000);
    database.close();
    await stack.restart();
    assert.equal((await ask(stack, 'state')).body.webhook.silent, true);
    assert.deepEqual(await (await fetch(`${stack.edge}/ready`)).json(), { ok: true, webhook: 'silent' });
  } finally {
    await stack.close();
    await rm(persist, { recursive: true, force: true });
  }
});

test('a wrong secret, an unknown account and a path that is none are one answer, and the body is not read', async () => {
  const id = await worker.send();
  const told = [];
  for (const how of [{ secret: `${HOOK_SECRET}x` }, { secret: 'short' }, { account: 'other' }, { account: 'other', secret: 'x' }]) {
    const answer = await worker.hook(acks(worker.stack, [[id, 2]]), how);
    told.push([answer.status, answer.body.code, answer.body.detail]);
  }
  assert.equal(new Set(told.map((answer) => JSON.stringify(answer))).size, 1);
  assert.deepEqual(told[0]?.slice(0, 2), [404, 'unknown_route']);
  assert.equal((await worker.hook('x'.repeat(300 * 1024), { secret: 'wrong' })).status, 404);
  assert.equal((await worker.ask(`messages/${id}`)).body.state, 'queued');
});

test('what is forged, foreign or no webhook changes nothing, and what can not be used is answered with 200', async () => {
  const id = await worker.send();
  const { productId } = worker.stack.simulator;
  const { cursor } = (await worker.ask('events')).body;
  const good = acks(worker.stack, [[id, 3]]);
  for (const body of [
    'no json', '', '[]', 'null', '{}', '"text"', '{"type":"ack","type":"error"}', `${'['.repeat(100)}${']'.repeat(100)}`, '[0,'.repeat(60_000),
    new Uint8Array([0xff, 0xfe, 0x7b]),
    { ...good, product_id: 'another', productId: 'another', pid: 'another' }, { ...good, product_id: undefined },
    { ...good, phone_id: 1152, phoneId: 1152 }, { ...good, phone_id: '1150/../1151', phoneId: undefined }, { ...good, phone_id: undefined, phoneId: undefined },
    { ...good, type: 'nack' }, { ...good, data: 'x' }, { ...good, data: [{ ackCode: 3 }] }, { ...good, data: [{ msgId: id, ackCode: 9 }] }, { ...good, data: [{ msgId: id, reaction: 'x' }] },
    { type: 'error', product_id: productId, phone_id: 1150 }, { type: 'status', product_id: productId, phone_id: 1150, status: 'a sentence with 12025550123' },
    acks(worker.stack, [['nobody', 3]]), acks(worker.stack, [['x'.repeat(10_000), 3]]),
  ]) {
    assert.equal((await worker.hook(body)).status, 200, JSON.stringify(body).slice(0, 100));
  }
  assert.deepEqual([(await worker.ask(`messages/${id}`)).body.state, (await worker.ask('events')).body.cursor], ['queued', cursor]);
  // Another phone's object does not know it either.
  assert.equal((await worker.hook({ ...good, phone_id: 1151, phoneId: 1151 })).status, 200);
  assert.equal((await worker.ask(`messages/${id}`)).body.state, 'queued');
  const many = acks(worker.stack, Array.from({ length: 1501 }, () => [id, 3]));
  assert.deepEqual([(await worker.hook(many)).status, (await worker.ask(`messages/${id}`)).body.state], [413, 'queued']);
  assert.equal((await worker.hook(`${JSON.stringify(good)}${' '.repeat(256 * 1024)}`)).status, 413);
  const most = acks(worker.stack, [...Array.from({ length: 1499 }, (_, n) => /** @type {[string, number]} */ ([`x-${n}`, 1])), [id, 3]]);
  assert.deepEqual([(await worker.hook(most)).status, (await worker.ask(`messages/${id}`)).body.state], [200, 'read']);
  // Replayed, it is told to nobody.
  const after = (await worker.ask('events')).body.cursor;
  for (let n = 0; n < 3; n += 1) assert.equal((await worker.hook(good)).status, 200);
  assert.equal((await worker.ask('events')).body.cursor, after);
  const lines = worker.stack.lines().filter((line) => line.route === 'hook' && line.outcome === 'ignored').map((line) => line.reason);
  assert.deepEqual([...new Set(lines)].sort(), ['foreign_phone', 'foreign_product', 'no_webhook', 'not_json']);
});

test('callers who may follow their own messages alone never see those of others', async () => {
  const stack = await startDelivery({ simulator: { acks: [] } });
  try {
    const ids = /** @type {Record<string, string>} */ ({});
    for (const sub of ['ada', 'bob']) {
      const answer = await ask(stack, 'sendMessage', { claims: { sub }, body: { type: 'text', toNumber: '12025550123', message: 'hi', skipFilter: true } });
      ids[sub] = answer.body.data.msgId;
    }
    await hook(stack, acks(stack, Object.values(ids).map((id) => [id, 1])));
    for (const [sub, other] of [['ada', 'bob'], ['bob', 'ada']]) {
      const claims = { sub };
      assert.equal((await ask(stack, `messages/${ids[sub ?? '']}`, { claims })).body.state, 'sent');
      const foreign = await ask(stack, `messages/${ids[other ?? '']}`, { claims });
      const unknown = await ask(stack, 'messages/nobody', { claims });
      assert.deepEqual([foreign.status, foreign.body.code, foreign.body.detail], [404, 'unknown_message', unknown.body.detail]);
      assert.deepEqual(states((await ask(stack, 'messages/lookup', { claims, body: { msgIds: Object.values(ids) } })).body), [[ids[sub ?? ''], 'sent']]);
      assert.deepEqual(states((await ask(stack, 'events?after=start', { claims })).body), [[ids[sub ?? ''], 'sent']]);
    }
    // A token can narrow what policy allows, and not widen it.
    const denied = await ask(stack, 'events', { claims: { sub: 'ada', maytapi: { watch: false } } });
    assert.deepEqual([denied.status, denied.body.code], [403, 'operation_not_allowed']);
    assert.equal(states((await ask(stack, 'events?after=start', { claims: { sub: 'ada', maytapi: { watch: 'phone' } } })).body).length, 1);
    assert.equal((await ask(stack, 'events', { phone: '1152' })).body.code, 'phone_not_allowed');
  } finally {
    await stack.close();
  }
});

test('two secrets are good while they are exchanged, other sources are turned away, and without a secret there is no address', async () => {
  const old = 'canary-old-hook-secret-0123456789abcd';
  const stack = await startDelivery({ wrangler: true, secrets: { HOOK_SECRET_PREVIOUS: old }, proxy: { delivery: { sources: ['127.0.0.1', '::1'] }, policy: { delivery: 'off' } } });
  const shut = await startDelivery({ secrets: { HOOK_SECRET: undefined } });
  const elsewhere = await startDelivery({ wrangler: true, proxy: { delivery: { sources: ['192.0.2.0/24'] } } });
  try {
    assert.equal((await hook(stack, acks(stack, []))).status, 200);
    assert.equal((await hook(stack, acks(stack, []), { secret: old })).status, 200);
    assert.equal((await hook(shut, acks(shut, []))).status, 404);
    const { status, body } = await hook(elsewhere, acks(elsewhere, []));
    assert.deepEqual([status, body.code], [403, 'operation_not_allowed']);
    assert.equal((await hook(elsewhere, acks(elsewhere, []), { secret: 'wrong' })).status, 404);
    await until(() => elsewhere.lines().some(({ route, reason }) => route === 'hook' && reason?.includes('delivery.sources')), 'a line of the log');
    const denied = await ask(stack, 'events');
    assert.deepEqual([denied.status, denied.body.code], [403, 'operation_not_allowed']);
  } finally {
    await Promise.all([stack.close(), shut.close(), elsewhere.close()]);
  }
});

test('nothing of secrets, numbers or texts is in the log', async () => {
  await until(() => worker.stack.lines().some((line) => line.route === 'hook'), 'a line of the log');
  // Of the Worker itself: wrangler's own lines have the path of each request.
  const log = JSON.stringify(worker.stack.lines());
  for (const secret of [HOOK_SECRET, 'canary-message-text-7d1f', '12025550123', worker.stack.simulator.apiKey]) assert.ok(!log.includes(secret), secret);
});
