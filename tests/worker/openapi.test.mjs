// openapi.json against the Worker: its real answers are those that are described, and what the schemas refuse the Worker refuses.
// @ts-check
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { rowsOf, STORE_KEY, TEMPLATE } from '../support/batches.mjs';
import { HOOK_SECRET } from './following.mjs';
import { text, useWorker } from './harness.mjs';

const READS = ['listPhones', 'logs', 'status', 'queue', 'screen', 'catalog', 'checkPhones'];
const worker = useWorker({
  secrets: { HOOK_SECRET, STORE_KEY },
  proxy: { policy: { reads: READS, rawTypes: ['shortVideo'], delivery: 'phone', manage: true, inbox: { retentionDays: 1 }, batches: {} }, limits: { caller: { minute: 1000 }, recipient: { day: 1000 }, upstreamSeconds: 1 } },
});
const described = JSON.parse(readFileSync(new URL('../../worker/openapi.json', import.meta.url), 'utf8'));
// Not strict, since the whole is no schema: it has names of OpenAPI's.
const schemas = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
schemas.addSchema(described, 'openapi.json', false, false);
const SEND = '/api/main/1150/sendMessage';
const NUMBER = '+1 202-555-0123';

/** @param {string[]} path the members that lead to a schema @param {unknown} value @returns {string} what is wrong, or nothing */
function faults(path, value) {
  const pointer = path.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
  const validate = schemas.compile({ $ref: `openapi.json#/${pointer}` });
  return validate(value) ? '' : schemas.errorsText(validate.errors);
}

/** @param {unknown} message */
const messageFaults = (message) => faults(['paths', '/api/{account}/{phone}/sendMessage', 'post', 'requestBody', 'content', 'application/json', 'schema'], message);

/** Compares an answer with what is described for it. @param {string} method @param {string} path @param {import('./harness.mjs').Answer} answer */
function holds(method, path, answer) {
  const template = Object.keys(described.paths).find((known) => new RegExp(`^${known.replace(/\{\w+\}/g, '[^/]+')}$`).test(path)) ?? '';
  const operation = described.paths[template]?.[method.toLowerCase()];
  assert.ok(operation, `${method} ${path} is not described`);
  const response = operation.responses[answer.status];
  assert.ok(response, `${method} ${path}: ${answer.status} is not described: ${answer.text}`);
  const type = answer.headers.get('content-type') ?? '';
  assert.ok(response.content[type], `${method} ${path}: ${type} is not described`);
  assert.ok(answer.headers.get('x-request-id') && response.headers['X-Request-Id']);
  for (const name of ['Retry-After', 'RateLimit', 'RateLimit-Policy', 'Idempotency-Replayed', 'WWW-Authenticate']) {
    const value = answer.headers.get(name);
    if (value !== null && answer.status < 400) assert.ok(response.headers[name], `${answer.status} has ${name}`);
  }
  if (type === 'image/png') return;
  const path_ = ['paths', template, method.toLowerCase(), 'responses', String(answer.status), 'content', type, 'schema'];
  assert.equal(faults(path_, answer.body), '', answer.text);
  if (answer.status >= 400) assert.ok(response['x-problem-types'].includes(answer.body.type), answer.text);
}

/** @type {Record<string, any>[]} */
const GOOD = [
  { type: 'text', toNumber: NUMBER, message: 'Good morning!' },
  { type: 'media', toNumber: NUMBER, message: 'data:text/plain;base64,aGVsbG8=', filename: 'a.txt', text: 'A file' },
  { type: 'image', toNumber: NUMBER, message: 'https://files.example.com/a.png' },
  { type: 'sticker', toNumber: NUMBER, message: 'https://files.example.com/a.webp', options: { width: 512, height: 512 } },
  { type: 'location', toNumber: NUMBER, latitude: 41.09, longitude: '28.99' },
  { type: 'contact', toNumber: NUMBER, message: '12025550124' },
  { type: 'vcard', toNumber: NUMBER, message: { displayName: 'A', vcard: 'BEGIN:VCARD\nVERSION:3.0\nFN:A\nEND:VCARD' } },
  { type: 'link', toNumber: NUMBER, message: 'https://shop.example.com/' },
  { type: 'poll', toNumber: NUMBER, message: 'Tea?', options: ['Yes', 'No'], onlyOne: true },
  { type: 'buttons', toNumber: NUMBER, message: 'Tea?', buttons: [{ id: '1', text: 'Yes' }, { url: 'https://shop.example.com/', text: 'Shop' }] },
  { type: 'shortVideo', toNumber: NUMBER, message: 'https://files.example.com/a.mp4' },
];

test('what the schemas take is queued, and the answer is as described', async () => {
  for (const message of GOOD) {
    assert.equal(messageFaults(message), '', JSON.stringify(message));
    const answer = await worker.post(message);
    assert.equal(answer.status, 200, answer.text);
    holds('POST', SEND, answer);
  }
});

test('what the schemas refuse is refused', async () => {
  for (const message of [
    {},
    [],
    { type: 'text', message: 'a' },
    { type: 'text', toNumber: NUMBER },
    { type: 'text', toNumber: NUMBER, message: '' },
    { type: 'text', toNumber: NUMBER, message: 7 },
    { type: 'text', toNumber: NUMBER, message: 'a', caption: 'b' },
    { type: 'location', toNumber: NUMBER, latitude: 91, longitude: 0 },
    { type: 'poll', toNumber: NUMBER, message: 'Tea?', options: ['Yes'] },
    { type: 'poll', toNumber: NUMBER, message: 'Tea?', options: ['Yes', 'Yes'] },
    { type: 'sticker', toNumber: NUMBER, message: 'https://files.example.com/a.webp', options: { width: 0, height: 512 } },
    { type: 'buttons', toNumber: NUMBER, message: 'Tea?', buttons: [{ text: 'Yes' }] },
    { type: 'buttons', toNumber: NUMBER, message: 'Tea?', buttons: [{ id: '1', url: 'https://shop.example.com/', text: 'Yes' }] },
  ]) {
    assert.notEqual(messageFaults(message), '', JSON.stringify(message));
    const answer = await worker.post(message);
    worker.problem(answer, 422, 'invalid_message');
    holds('POST', SEND, answer);
  }
});

test('every read is answered as described', async () => {
  const sent = await worker.post(text());
  assert.equal(sent.status, 200, sent.text);
  await worker.stack.simulator.idle();
  const authorization = `Bearer ${await worker.token()}`;
  const batch = await batchAsDescribed(authorization);
  const inbound = await incoming(authorization);
  /** @type {Record<string, string>} */
  const places = { account: 'main', phone: '1150', message: sent.body.data.msgId, batch, inbound };
  for (const [path, operations] of Object.entries(described.paths)) {
    if (!operations.get) continue;
    const address = path.replace(/\{(\w+)\}/g, (_, name) => places[name] ?? name);
    const answer = await worker.call(address, { headers: { authorization } });
    assert.equal(answer.status, 200, answer.text);
    holds('GET', address, answer);
  }
  const path = '/api/main/1150/checkPhones';
  for (const [numbers, status] of /** @type {[string[], number][]} */ ([[[NUMBER], 200], [[], 422]])) {
    const answer = await worker.call(path, { method: 'POST', headers: { authorization, 'content-type': 'application/json' }, body: JSON.stringify({ numbers }) });
    assert.equal(answer.status, status, answer.text);
    holds('POST', path, answer);
  }
});

/** Makes a batch, with every answer as described; its id. @param {string} authorization */
async function batchAsDescribed(authorization) {
  const base = '/api/main/1150/batches';
  const ask = async (/** @type {string} */ method, /** @type {string} */ path, /** @type {unknown} */ body, /** @type {Record<string, string>} */ headers = {}) => {
    const answer = await worker.call(path, { method, headers: { authorization, 'content-type': 'application/json', ...headers }, ...(body ? { body: JSON.stringify(body) } : {}) });
    holds(method, path, answer);
    return answer;
  };
  const made = await ask('POST', base, { template: TEMPLATE, startAt: Date.now() + 3_600_000 }, { 'idempotency-key': 'described' });
  assert.equal(made.status, 201, made.text);
  const { id } = made.body;
  assert.equal((await ask('POST', base, { template: {} }, { 'idempotency-key': 'faulty' })).body.code, 'invalid_batch');
  assert.equal((await ask('PUT', `${base}/${id}/pieces/0`, { rows: [...rowsOf(2), ...rowsOf(1)] })).status, 200);
  assert.equal((await ask('PUT', `${base}/${id}/pieces/1`, { rows: [{ to: 'x' }] })).body.code, 'invalid_batch');
  assert.equal((await ask('PUT', `${base}/${id}/pieces/2`, { rows: rowsOf(1) })).body.code, 'piece_missing');
  assert.equal((await ask('POST', `${base}/${id}/start`, { size: 4 })).body.code, 'piece_missing');
  for (const verb of ['start', 'pause', 'resume']) assert.equal((await ask('POST', `${base}/${id}/${verb}`, undefined)).status, 200, verb);
  assert.equal((await ask('POST', `${base}/b_x/cancel`, undefined)).body.code, 'unknown_batch');
  return id;
}

/** The id of a message that came in. @param {string} authorization */
async function incoming(authorization) {
  const message = { type: 'text', text: 'Hello', id: 'false_12025550123@c.us_1', fromMe: false };
  const body = { type: 'message', product_id: worker.stack.simulator.productId, phone_id: 1150, message, user: { id: '12025550123@c.us', phone: '12025550123' }, conversation: '12025550123@c.us' };
  assert.equal((await worker.call(`/hooks/main/${HOOK_SECRET}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })).status, 200);
  const { items } = (await worker.call('/api/main/1150/events?after=start', { headers: { authorization } })).body;
  return items.find((/** @type {any} */ { kind }) => kind === 'incoming').id;
}

test('problems of every step are as described', async () => {
  const key = { headers: { 'idempotency-key': 'k-1' } };
  /** @type {[number, () => Promise<import('./harness.mjs').Answer>][]} */
  const cases = [
    [401, () => worker.post(text(), { token: null })],
    [401, () => worker.post(text(), { token: 'x' })],
    [401, () => worker.post(text(), { claims: { exp: 1 } })],
    [403, () => worker.post(text(), { headers: { origin: 'https://evil.example' } })],
    [403, () => worker.post(text(), { claims: { maytapi: { types: [] } } })],
    [403, () => worker.post(text(), { path: '/api/main/1152/sendMessage' })],
    [400, () => worker.post('{')],
    [400, () => worker.post(text(), { headers: { 'idempotency-key': 'ä' } })],
    [415, () => worker.post(text(), { headers: { 'content-type': 'text/plain' } })],
    [200, () => worker.post(text(), key)],
    [200, () => worker.post(text(), key)],
    [422, () => worker.post({ ...text(), message: 'other' }, key)],
    [404, () => worker.call('/token', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"turnstile":"x"}' })],
  ];
  for (const [status, send] of cases) {
    const answer = await send();
    assert.equal(answer.status, status, answer.text);
    holds('POST', status === 404 ? '/token' : SEND, answer);
  }
  for (const [rule, status] of /** @type {[import('../simulator/faults.mjs').Rule, number][]} */ ([
    [{ kind: 'refused', message: 'Options are required.', code: 'F04' }, 502],
    [{ kind: 'rateLimited', retryAfter: 7 }, 503],
    [{ kind: 'http5xx', status: 500 }, 502],
    [{ kind: 'redirect', status: 302 }, 502],
    [{ kind: 'hang' }, 504],
  ])) {
    worker.stack.simulator.fail(rule);
    const answer = await worker.post(text());
    assert.equal(answer.status, status, answer.text);
    holds('POST', SEND, answer);
  }
});
