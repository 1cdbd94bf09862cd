// HTTP as such: routes and methods, origins, headers of every answer, what is said of a body.
// @ts-check
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import { text, useWorker } from './harness.mjs';

const HOOK_SECRET = 'canary-hook-secret-0123456789abcdef01';
const worker = useWorker({ proxy: { origins: ['https://app.example', 'http://localhost:5173', 'capacitor://localhost'], limits: { bodyBytes: 4096, bodySeconds: 1 } }, secrets: { HOOK_SECRET } });
const SEND = '/api/main/1150/sendMessage';

test('unknown paths and methods are told so', async () => {
  for (const [method, path, status, code, allow] of /** @type {[string, string, number, string, string | null][]} */ ([
    ['GET', '/api/main', 404, 'unknown_route', null],
    ['GET', '/api/main/1150/logout', 404, 'unknown_route', null],
    ['POST', '/api/main/1150/redeploy', 404, 'unknown_route', null],
    ['POST', '/api/main/1150/sendMessage/', 404, 'unknown_route', null],
    ['POST', '/api/main/1150/../1150/sendMessage/x', 404, 'unknown_route', null],
    ['GET', SEND, 405, 'method_not_allowed', 'POST, OPTIONS'],
    ['DELETE', SEND, 405, 'method_not_allowed', 'POST, OPTIONS'],
    ['PUT', '/ready', 405, 'method_not_allowed', 'GET, HEAD, OPTIONS'],
  ])) {
    const answer = await worker.call(path, { method });
    worker.problem(answer, status, code);
    assert.equal(answer.headers.get('allow'), allow, `${method} ${path}`);
  }
});

test('HEAD answers as GET does, without a body', async () => {
  for (const path of ['/ping', '/ready']) {
    const answer = await worker.call(path, { method: 'HEAD' });
    assert.deepEqual([answer.status, answer.text], [200, '']);
  }
  assert.equal((await worker.call(SEND, { method: 'HEAD' })).status, 405);
});

test('every answer has its id and the headers of something that is no page', async () => {
  const ids = new Set();
  for (const answer of [await worker.call('/ping'), await worker.call('/api/x'), await worker.post(text()), await worker.post({}, { token: null })]) {
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(answer.headers.get('content-security-policy'), "default-src 'none'; frame-ancestors 'none'");
    assert.equal(answer.headers.get('referrer-policy'), 'no-referrer');
    assert.match(answer.headers.get('strict-transport-security') ?? '', /^max-age=\d+$/);
    assert.match(answer.headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/);
    assert.equal(answer.headers.get('vary')?.toLowerCase().includes('origin'), true);
    assert.equal(answer.headers.get('access-control-allow-credentials'), null);
    ids.add(answer.headers.get('x-request-id'));
  }
  assert.equal(ids.size, 4);
});

test('a preflight is answered by itself, and only to a listed origin', async () => {
  const ask = (/** @type {string} */ origin, path = SEND) =>
    worker.call(path, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type' } });
  for (const origin of ['https://app.example', 'http://localhost:5173', 'capacitor://localhost']) {
    const answer = await ask(origin);
    assert.equal(answer.status, 204, answer.text);
    assert.equal(answer.headers.get('access-control-allow-origin'), origin);
    assert.equal(answer.headers.get('access-control-allow-methods'), 'POST, OPTIONS');
    for (const name of ['authorization', 'content-type', 'idempotency-key', 'x-maytapi-key']) {
      assert.ok(answer.headers.get('access-control-allow-headers')?.toLowerCase().split(', ').includes(name), name);
    }
    assert.equal(answer.headers.get('access-control-max-age'), '7200');
    assert.equal(answer.headers.get('vary'), 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers');
  }
  for (const origin of ['https://evil.example', 'tauri://localhost', 'null', 'https://app.example.evil.example', 'https://app.example:8443', 'http://app.example', 'https://APP.example']) {
    const answer = await ask(origin);
    assert.equal(answer.status, 403, origin);
    assert.equal(answer.headers.get('access-control-allow-origin'), null);
  }
  assert.equal((await ask('https://app.example', '/api/nowhere')).status, 404);
  assert.equal(worker.stack.simulator.received.length, 0);
});

test('a listed page may read answers and errors alike; a foreign one reads nothing and sends nothing', async () => {
  for (const how of [{}, { token: null }, { token: 'x' }]) {
    const answer = await worker.post(text(), { ...how, headers: { origin: 'https://app.example' } });
    assert.equal(answer.headers.get('access-control-allow-origin'), 'https://app.example', answer.text);
    for (const name of ['x-request-id', 'retry-after', 'idempotency-replayed', 'ratelimit', 'ratelimit-policy']) {
      assert.ok(answer.headers.get('access-control-expose-headers')?.toLowerCase().split(', ').includes(name), name);
    }
  }
  assert.equal(worker.stack.simulator.sends.length, 1);
  const foreign = await worker.post(text(), { headers: { origin: 'https://evil.example' } });
  worker.problem(foreign, 403, 'origin_not_allowed');
  assert.equal(foreign.headers.get('access-control-allow-origin'), null);
  assert.equal(worker.stack.simulator.sends.length, 1);
});

test('a refused origin stands in the log, cut and clean; one that is listed does not', async () => {
  for (const [origin, logged] of /** @type {[string, string | undefined][]} */ ([
    ['tauri://localhost', 'tauri://localhost'],
    ['https://evil.example/\u00e9"<b>', 'https://evil.example/?"<b>'],
    [`https://${'x'.repeat(300)}`, `https://${'x'.repeat(120)}`],
    ['capacitor://localhost', undefined],
  ])) {
    for (const answer of [await worker.post(text(), { headers: { origin } }), await worker.call(SEND, { method: 'OPTIONS', headers: { origin } })]) {
      const line = await worker.line(answer);
      assert.equal(line.origin, logged, origin);
      assert.equal(answer.status === 403, logged !== undefined, answer.text);
    }
  }
});

test('an origin is no authentication', async () => {
  worker.problem(await worker.post(text(), { token: null, headers: { origin: 'https://app.example' } }), 401, 'missing_token');
});

test('a page that the Worker serves itself needs no entry', async () => {
  const answer = await worker.post(text(), { headers: { origin: worker.stack.edge } });
  assert.equal(answer.status, 200, answer.text);
});

test('a body is judged by its headers before it is read', async () => {
  for (const [headers, status, code] of /** @type {[Record<string, string | undefined>, number, string][]} */ ([
    [{ 'content-type': undefined }, 415, 'unsupported_content_type'],
    [{ 'content-type': 'text/plain' }, 415, 'unsupported_content_type'],
    [{ 'content-type': 'application/x-www-form-urlencoded' }, 415, 'unsupported_content_type'],
    [{ 'content-encoding': 'gzip' }, 415, 'unsupported_content_encoding'],
    [{ 'content-encoding': 'br' }, 415, 'unsupported_content_encoding'],
  ])) {
    worker.problem(await worker.post(new TextEncoder().encode(JSON.stringify(text())), { headers }), status, code);
  }
  worker.problem(await worker.post({ ...text(), message: 'x'.repeat(5000) }), 413, 'body_too_large');
  assert.equal(worker.stack.simulator.received.length, 0);
});

test('a body without a length is counted while it is read', async () => {
  const token = await worker.token();
  let sent = 0;
  const body = new ReadableStream({
    async pull(controller) {
      sent += 1024;
      controller.enqueue(new Uint8Array(1024).fill(0x20));
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (sent > 1024 * 1024) controller.close();
    },
  });
  const answer = await worker.call(SEND, { method: 'POST', body, duplex: 'half', headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` } });
  worker.problem(answer, 413, 'body_too_large');
  assert.ok(sent < 1024 * 1024, `${sent} bytes were taken`);
});

test('a body that does not come is not waited for', async () => {
  const token = await worker.token();
  // Of webhooks Maytapi repeats what was answered with 5xx and nothing else.
  for (const [path, length, wanted] of /** @type {[string, string | undefined, number][]} */ ([[SEND, '100', 408], [SEND, undefined, 408], [`/hooks/main/${HOOK_SECRET}`, '100', 503]])) {
    const { hostname, port } = new URL(worker.stack.edge);
    const status = await new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...(length ? { 'content-length': length } : { 'transfer-encoding': 'chunked' }) };
      const call = request({ hostname, port, path, method: 'POST', headers }, (response) => {
        resolve(response.statusCode);
        response.resume();
        call.destroy();
      });
      call.on('error', reject);
      call.write('{"type"');
    });
    assert.equal(status, wanted, path);
  }
});

test('headers can not be smuggled and broken requests leave the Worker standing', async () => {
  const { hostname, port } = new URL(worker.stack.edge);
  for (const raw of [
    `POST ${SEND} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer a\r\n b\r\ncontent-length: 2\r\n\r\n{}`,
    `POST ${SEND} HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n{}`,
    `POST ${SEND}\r\n\r\n`,
    `G\0T / HTTP/1.1\r\nhost: x\r\n\r\n`,
  ]) {
    await new Promise((resolve) => {
      const socket = connect(Number(port), hostname, () => socket.end(raw));
      socket.on('error', () => resolve(undefined));
      socket.on('close', resolve);
      socket.resume();
      setTimeout(() => socket.destroy(), 1000).unref();
    });
  }
  assert.equal((await worker.call('/ping')).status, 200);
  assert.equal(worker.stack.simulator.received.length, 0);
});
