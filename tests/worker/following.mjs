// What the tests of delivery share: a Worker whose webhook the simulator posts to, messages that are sent, and what is asked of them.
// @ts-check
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before } from 'node:test';
import { startStack } from '../stack.mjs';

export const HOOK_SECRET = 'canary-hook-secret-0123456789abcdef01';

/** @typedef {{ status: number, headers: Headers, body: any }} Answer */

/**
 * @param {import('../stack.mjs').Options} [options]
 */
export function useDelivery(options = {}) {
  /** @type {import('../stack.mjs').Stack} */
  let stack;
  before(async () => {
    stack = await startDelivery(options);
  });
  after(() => stack?.close());
  return {
    get stack() {
      return stack;
    },
    /** @param {string} path @param {Following} [how] */
    ask: (path, how) => ask(stack, path, how),
    /** @param {Record<string, unknown>} [message] @param {Following} [how] */
    send: (message, how) => send(stack, message, how),
    /** @param {unknown} body @param {{ account?: string, secret?: string }} [how] */
    hook: (body, how) => hook(stack, body, how),
  };
}

/** @param {import('../stack.mjs').Options} options */
export async function startDelivery(options) {
  const stack = await startStack({ ...options, secrets: { HOOK_SECRET, ...options.secrets } });
  listenTo(stack, stack.edge);
  return stack;
}

/** Points the simulator's phone at the Worker, or at what stands before it. @param {import('../stack.mjs').Stack} stack @param {string} base */
export function listenTo(stack, base) {
  stack.simulator.setPhone(1150, { webhook: `${base}/hooks/main/${HOOK_SECRET}`, ackDelivery: true });
}

/** @typedef {{ claims?: Record<string, unknown>, method?: string, body?: unknown, phone?: string, headers?: Record<string, string> }} Following */

/** @param {import('../stack.mjs').Stack} stack @param {string} path @param {Following} [how] @returns {Promise<Answer>} */
export async function ask(stack, path, { claims, method, body, phone = '1150', headers = {} } = {}) {
  const token = await stack.token(claims);
  const response = await fetch(`${stack.edge}/api/main/${phone}/${path}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

/** The id of a message that was queued. @param {import('../stack.mjs').Stack} stack @param {Record<string, unknown>} [message] @param {Following} [how] @returns {Promise<string>} */
export async function send(stack, message = {}, how = {}) {
  const text = { type: 'text', toNumber: '12025550123', message: 'canary-message-text-7d1f', skipFilter: true, ...message };
  const answer = await ask(stack, 'sendMessage', { ...how, body: text });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body.data.msgId;
}

/** @param {import('../stack.mjs').Stack} stack @param {unknown} body @param {{ account?: string, secret?: string, base?: string }} [how] */
export async function hook(stack, body, { account = 'main', secret = HOOK_SECRET } = {}) {
  const text = typeof body === 'string' || body instanceof Uint8Array ? /** @type {string} */ (body) : JSON.stringify(body);
  const response = await fetch(`${stack.edge}/hooks/${account}/${secret}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: text });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

/** An ack as Maytapi posts it. @param {import('../stack.mjs').Stack} stack @param {[string, number][]} items @param {Record<string, unknown>} [more] */
export function acks(stack, items, more = {}) {
  const data = items.map(([msgId, ackCode]) => ({ ackCode, msgId, chatId: '12025550123@c.us', time: Math.floor(Date.now() / 1000) }));
  return { type: 'ack', product_id: stack.simulator.productId, phone_id: 1150, phoneId: 1150, data, ...more };
}

/**
 * What stands before the Worker and decides of each webhook whether it gets through.
 * @param {() => string} base
 * @param {(body: any, n: number) => number | undefined | Promise<number | undefined>} fate a status in place of the Worker's
 */
export async function gate(base, fate) {
  let n = 0;
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const status = await fate(JSON.parse(body.toString()), (n += 1));
    if (status !== undefined) return response.writeHead(status).end();
    const answer = await fetch(`${base()}${request.url}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body }).catch(() => undefined);
    response.writeHead(answer?.status ?? 502).end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${port}`, close: () => (server.closeAllConnections(), server.close()) };
}

/** Where the one object of a folder is stored. @param {string} persist */
export function fileOf(persist) {
  const names = readdirSync(persist, { recursive: true }).map(String).filter((name) => /\/[0-9a-f]{64}\.sqlite$/.test(name));
  assert.equal(names.length, 1);
  return join(persist, names[0] ?? '');
}

/** The database of the one object of a folder. @param {string} persist */
export function storageOf(persist) {
  // The runtime that was killed may still be going.
  return new DatabaseSync(fileOf(persist), { timeout: 5000 });
}

/**
 * Ends the runtime, if it still runs, changes what the object of a folder has stored, and starts the runtime again.
 * @param {import('../stack.mjs').Stack} stack
 * @param {string} persist
 * @param {string} sql
 */
export async function changeStorage(stack, persist, sql) {
  await stack.kill();
  const database = storageOf(persist);
  database.exec(sql);
  database.close();
  await stack.restart();
}

/** @param {() => boolean | Promise<boolean>} holds @param {string} what @param {number} [ms] */
export async function until(holds, what, ms = 10_000) {
  const end = Date.now() + ms;
  while (!(await holds())) {
    assert.ok(Date.now() < end, `it never came to that: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
