// What Maytapi may do wrong: each failure is told as what it is, and nothing is carried anywhere else.
// @ts-check
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, describe, test } from 'node:test';
import { CANARY_TEXT, text, useWorker } from './harness.mjs';

const worker = useWorker({ proxy: { limits: { upstreamSeconds: 1 } } });

test('a redirect is never followed', async () => {
  await worker.stack.simulator.elsewhere.start();
  for (const status of [301, 302, 303, 307, 308]) {
    worker.stack.simulator.fail({ kind: 'redirect', status });
    const body = worker.problem(await worker.post(text()), 502, 'upstream_redirected');
    assert.equal(body.retryable, 'unknown');
  }
  assert.equal(worker.stack.simulator.elsewhere.received.length, 0);
  assert.equal(worker.stack.simulator.sends.length, 5);
});

test('each failure has its problem, and says whether sending again is safe', async () => {
  for (const [rule, status, code, retryable] of /** @type {[import('../simulator/faults.mjs').Rule, number, string, string][]} */ ([
    [{ kind: 'refused', message: 'Options are required.', code: 'F04' }, 502, 'F04', 'no'],
    [{ kind: 'http4xx', status: 403 }, 502, 'forbidden', 'no'],
    [{ kind: 'rateLimited', retryAfter: 7 }, 503, 'rate_limited', 'yes'],
    [{ kind: 'http5xx', status: 500 }, 502, 'upstream_failed', 'unknown'],
    [{ kind: 'http5xx', status: 503, bare: true }, 502, 'upstream_failed', 'unknown'],
    [{ kind: 'html', status: 200 }, 502, 'upstream_unreadable', 'unknown'],
    [{ kind: 'empty' }, 502, 'upstream_unreadable', 'unknown'],
    [{ kind: 'truncated' }, 502, 'upstream_unreadable', 'unknown'],
    [{ kind: 'withoutIds' }, 502, 'upstream_unreadable', 'unknown'],
    [{ kind: 'hang' }, 504, 'upstream_timeout', 'unknown'],
    [{ kind: 'drop' }, 502, 'upstream_unreachable', 'unknown'],
    [{ kind: 'raw', status: 200, body: `{"x":"${CANARY_TEXT}"}` }, 502, 'upstream_unreadable', 'unknown'],
  ])) {
    worker.stack.simulator.fail(rule);
    const answer = await worker.post(text());
    const body = worker.problem(answer, status, code);
    assert.equal(body.retryable, retryable, JSON.stringify(rule));
    if (rule.kind === 'rateLimited') assert.equal(answer.headers.get('retry-after'), '7');
  }
});

test('words of Maytapi\'s are never logged, also where its code is none that can be passed on', async () => {
  for (const code of ['F04', 'é', '']) {
    worker.stack.simulator.fail({ kind: 'raw', status: 200, body: { success: false, message: 'No answer from 12025550123', code } });
    const answer = await worker.post(text());
    assert.equal(answer.body.detail, 'No answer from 12025550123');
    assert.equal((await worker.line(answer)).reason, undefined, code);
  }
});

test('a refusal is told in Maytapi\'s words, without the key that they may repeat', async () => {
  worker.stack.simulator.fail({ kind: 'refused', message: `Token ${worker.stack.simulator.apiKey} is wrong` });
  const body = worker.problem(await worker.post(text()), 502, 'refused');
  assert.equal(body.detail, 'Token [redacted] is wrong');
});

describe('an answer that is longer than its length says', async () => {
  const padded = JSON.stringify({ success: true, data: { msgId: 'm-1' }, padding: 'x'.repeat(1024 * 1024) });
  const server = createServer((socket) => {
    const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 10\r\ntransfer-encoding: chunked\r\n\r\n';
    socket.on('error', () => {});
    socket.once('data', () => socket.end(`${head}${padded.length.toString(16)}\r\n${padded}\r\n0\r\n\r\n`));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  after(() => server.close());
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const lied = useWorker({ vars: { UPSTREAM: `http://127.0.0.1:${port}/api` } });

  test('is not taken into memory that never shrinks', async () => {
    lied.problem(await lied.post(text()), 502, 'upstream_unreadable');
  });
});
