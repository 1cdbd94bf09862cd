// Live sockets: who may open one, what each is told, and what ends it.
// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acks, ask, hook, startDelivery, until, useDelivery } from './following.mjs';

const ALL = process.env.MAYTAPI_TEST_ALL !== undefined;
const SOCKETS = ALL ? 500 : 60;
const worker = useDelivery({ proxy: { policy: { delivery: 'phone' }, limits: { sockets: SOCKETS } }, simulator: { acks: [] } });

/** @typedef {import('../stack.mjs').Stack} Stack */

/** A socket, with what it was told. */
class Follower {
  /** @type {any[]} */
  frames = [];
  /** @type {any[]} */
  items = [];
  cursor = '';
  /** @type {string[]} */
  other = [];

  /** @param {Stack} stack @param {string | undefined} token @param {{ after?: string, phone?: string, protocols?: string[], origin?: string }} [how] */
  constructor(stack, token, { after, phone = '1150', protocols = ['maytapi.v1', `maytapi.bearer.${token}`], origin } = {}) {
    const query = after === undefined ? '' : `?after=${after}`;
    const url = `${stack.edge.replace('http', 'ws')}/api/main/${phone}/events${query}`;
    // A page's origin is set by the browser; here as a header that Node lets be set.
    this.socket = origin === undefined ? new WebSocket(url, protocols) : new WebSocket(url, /** @type {any} */ ({ protocols, headers: { origin } }));
    /** @type {Promise<number>} */
    this.closed = new Promise((resolve) => {
      this.socket.onclose = ({ code }) => resolve(code);
    });
    /** @type {Promise<void>} */
    this.hello = new Promise((resolve) => {
      this.socket.onmessage = ({ data }) => {
        if (data === 'pong') return void this.other.push(data);
        const frame = JSON.parse(data);
        this.frames.push(frame);
        this.cursor = frame.cursor;
        if (frame.t === 'hello') resolve();
        if (frame.t === 'changes') this.items.push(...frame.items);
      };
    });
  }

  get states() {
    return this.items.map(({ msgId, state }) => [msgId, state]);
  }
}

/** @param {{ claims?: Record<string, unknown>, after?: string }} [how] */
async function follow({ claims, after } = {}) {
  const follower = new Follower(worker.stack, await worker.stack.token(claims), { after });
  await Promise.race([follower.hello, follower.closed.then((code) => assert.fail(`closed with ${code}`))]);
  return follower;
}

test('a socket speaks the protocol that was offered and tells what changes', async () => {
  const follower = await follow();
  assert.equal(follower.socket.protocol, 'maytapi.v1');
  const [hello] = follower.frames;
  assert.deepEqual([hello.t, hello.heartbeatMs, hello.cursor], ['hello', 30_000, (await worker.ask('events')).body.cursor]);
  const id = await worker.send();
  await worker.hook(acks(worker.stack, [[id, 1], ['nobody', 1]]));
  await worker.hook(acks(worker.stack, [[id, 1]]));
  await worker.hook(acks(worker.stack, [[id, 3]]));
  await until(() => follower.items.length >= 3, 'three changes');
  assert.deepEqual(follower.states, [[id, 'queued'], [id, 'sent'], [id, 'read']]);
  assert.equal(follower.cursor, (await worker.ask('events')).body.cursor);
  follower.socket.send('ping');
  await until(() => follower.other.length === 1, 'a pong');
  follower.socket.close();
});

test('who may not open one is told by the code of the close', async () => {
  const { stack } = worker;
  const good = await stack.token();
  const now = Math.floor(Date.now() / 1000);
  /** @type {[Follower, number][]} */
  const cases = [
    [new Follower(stack, undefined, { protocols: ['maytapi.v1'] }), 4401],
    [new Follower(stack, 'no.token.at-all'), 4401],
    [new Follower(stack, await stack.token({ exp: now - 100, iat: now - 700 })), 4401],
    [new Follower(stack, await stack.token({ maytapi: { watch: false } })), 4403],
    [new Follower(stack, await stack.token({ maytapi: { phones: ['1151'] } })), 4403],
    [new Follower(stack, good, { phone: '1152' }), 4403],
    [new Follower(stack, good, { origin: 'https://evil.example' }), 4403],
    [new Follower(stack, good, { protocols: [] }), 1002],
  ];
  for (const [follower, code] of cases) assert.equal(await follower.closed, code);
  assert.deepEqual(cases.flatMap(([follower]) => follower.frames), []);
  const page = new Follower(stack, good, { origin: 'https://app.example' });
  await page.hello;
  page.socket.close();
  const lines = stack.lines().filter((line) => line.route === 'events' && line.status === 101);
  await until(() => lines.some((line) => line.outcome === 'origin_not_allowed'), 'a line of the log');
});

test('a socket goes on at its cursor without gap or repeat, and who is too far behind asks for pages', async () => {
  const ids = [];
  for (let n = 0; n < 5; n += 1) ids.push(await worker.send());
  const { cursor } = (await worker.ask('events')).body;
  await worker.hook(acks(worker.stack, ids.map((id) => [id, 1])));
  const follower = await follow({ after: cursor });
  await worker.hook(acks(worker.stack, [[ids[0] ?? '', 2]]));
  await until(() => follower.items.length >= 6, 'six changes');
  assert.deepEqual(follower.states, [...ids.map((id) => [id, 'sent']), [ids[0], 'delivered']]);
  assert.equal(follower.frames[0].cursor, cursor);
  follower.socket.close();
  const reset = new Follower(worker.stack, await worker.stack.token(), { after: 'other.5' });
  await until(() => reset.frames.length === 2, 'a reset');
  assert.deepEqual(reset.frames.map(({ t }) => t), ['hello', 'reset']);
  reset.socket.close();
});

test('a socket that talks is closed, and one that floods takes nobody along', async () => {
  const [talker, flooder, quiet] = [await follow(), await follow(), await follow()];
  talker.socket.send('hello');
  assert.equal(await talker.closed, 1008);
  for (let n = 0; n < 500; n += 1) flooder.socket.send('x'.repeat(1000));
  assert.equal(await flooder.closed, 1008);
  const id = await worker.send();
  await until(() => quiet.items.some(({ msgId }) => msgId === id), 'the change');
  quiet.socket.close();
});

test('a socket that its follower closes is answered at once, with the code that he gave', async () => {
  for (const code of [undefined, 1000, 4000]) {
    const follower = await follow();
    const started = Date.now();
    follower.socket.close(code);
    assert.equal(await follower.closed, code ?? 1005);
    assert.ok(Date.now() - started < 5000, `after ${Date.now() - started} ms`);
  }
});

test('a token that ends while the socket is open closes it when something is to be told', async () => {
  const now = Math.floor(Date.now() / 1000);
  const follower = await follow({ claims: { iat: now, exp: now + 2 } });
  await new Promise((resolve) => setTimeout(resolve, 2200));
  assert.equal(follower.socket.readyState, 1);
  const id = await worker.send();
  assert.equal(await follower.closed, 4401);
  assert.ok(!follower.items.some(({ msgId }) => msgId === id));
});

test('one caller has twenty sockets at most, and sees but what is his', async () => {
  const claims = { sub: 'ada', maytapi: { watch: 'own' } };
  /** @type {Follower[]} */
  const followers = [];
  for (let n = 0; n < 20; n += 1) followers.push(await follow({ claims }));
  const one = new Follower(worker.stack, await worker.stack.token(claims));
  assert.equal(await one.closed, 4429);
  const other = await follow({ claims: { sub: 'bob', maytapi: { watch: 'own' } } });
  const mine = await worker.send({}, { claims: { sub: 'ada' } });
  const theirs = await worker.send({}, { claims: { sub: 'bob' } });
  await worker.hook(acks(worker.stack, [[theirs, 1], [mine, 1]]));
  await until(() => [...followers, other].every(({ items }) => items.length === 2), 'two changes each');
  for (const { states } of followers) assert.deepEqual(states, [[mine, 'queued'], [mine, 'sent']]);
  assert.deepEqual(other.states, [[theirs, 'queued'], [theirs, 'sent']]);
  await worker.hook({ type: 'status', pid: worker.stack.simulator.productId, phone_id: 1150, status: 'loading' });
  await until(() => [...followers, other].every(({ items }) => items.at(-1)?.kind === 'phone'), 'the state of the phone');
  for (const { socket } of [...followers, other]) socket.close();
  // A socket that was closed counts no more, and its close is answered at once.
  const ended = Date.now();
  assert.deepEqual([...new Set(await Promise.all([...followers, other].map(({ closed }) => closed)))], [1005]);
  assert.ok(Date.now() - ended < 5000, `${Date.now() - ended} ms`);
  await until(async () => (await worker.ask('state')).body.sockets === 0, 'no socket is left');
  const again = await follow({ claims });
  again.socket.close();
  await again.closed;
});

test(`${SOCKETS} sockets on one phone each get every event once, in order`, { timeout: 120_000 }, async () => {
  const ids = [];
  for (let n = 0; n < 10; n += 1) ids.push(await worker.send());
  const { cursor } = (await worker.ask('events')).body;
  /** @type {Follower[]} */
  const followers = [];
  for (let n = 0; n < SOCKETS; n += 1) followers.push(await follow({ claims: { sub: `watcher-${n % 40}` }, after: cursor }));
  const full = new Follower(worker.stack, await worker.stack.token({ sub: 'one-too-many' }));
  assert.equal(await full.closed, 4429);
  /** @type {[string, string][]} */
  const wanted = [];
  for (const [code, state] of /** @type {[number, string][]} */ ([[1, 'sent'], [2, 'delivered'], [3, 'read']])) {
    for (const id of ids) {
      await worker.hook(acks(worker.stack, [[id, code]]));
      wanted.push([id, state]);
    }
  }
  await until(() => followers.every(({ items }) => items.length >= wanted.length), 'every change at every socket', 60_000);
  for (const { states } of followers) assert.deepEqual(states, wanted);
  // What changes within a moment comes in few frames where there are many sockets; a socket that is opened meanwhile gets none of it twice.
  const told = followers.map(({ frames }) => frames.length);
  followers.pop()?.socket.close();
  const burst = Promise.all(ids.map((id) => worker.hook(acks(worker.stack, [[id, 4]]))));
  followers.push(await follow({ claims: { sub: 'late' }, after: cursor }));
  await burst;
  await until(() => followers.every(({ states }) => states.filter(([, state]) => state === 'played').length >= ids.length), 'the burst at every socket', 60_000);
  for (const [n, { states, frames }] of followers.entries()) {
    assert.deepEqual(states.filter(([, state]) => state === 'played').map(([id]) => id).sort(), [...ids].sort());
    if (n < followers.length - 1) assert.ok(frames.length - (told[n] ?? 0) < ids.length, `${frames.length - (told[n] ?? 0)} frames`);
  }
  for (const { socket } of followers) socket.close();
  await Promise.all(followers.map(({ closed }) => closed));
});

// The runtime puts an object to sleep after ten seconds without a request.
const IDLE_MS = 14_000;
if (ALL) {
  test('an object that slept tells its sockets all the same', { timeout: 60_000 }, async () => {
    const follower = await follow();
    const id = await worker.send();
    await until(() => follower.items.length === 1, 'the message');
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    follower.socket.send('ping');
    await until(() => follower.other.length === 1, 'a pong');
    await worker.hook(acks(worker.stack, [[id, 2]]));
    await until(() => follower.items.length === 2, 'the change');
    assert.deepEqual(follower.states, [[id, 'queued'], [id, 'delivered']]);
    follower.socket.close();
  });
}

test('after the runtime was killed a follower resumes where it was', async () => {
  const stack = await startDelivery({ proxy: { policy: { delivery: 'phone' } }, simulator: { acks: [] } });
  try {
    const token = await stack.token();
    const answer = await ask(stack, 'sendMessage', { body: { type: 'text', toNumber: '12025550123', message: 'hi' } });
    const id = answer.body.data.msgId;
    const first = new Follower(stack, token, { after: 'start' });
    await until(() => first.items.length === 1, 'the message');
    await stack.kill();
    await first.closed;
    await stack.restart();
    await hook(stack, acks(stack, [[id, 2]]));
    const second = new Follower(stack, token, { after: first.cursor });
    await until(() => second.items.length === 1, 'what was missed');
    assert.deepEqual(second.states, [[id, 'delivered']]);
    second.socket.close();
  } finally {
    await stack.close();
  }
});
