// Maytapi's JSON is Maytapi's: it can't speak in the proxy's name, doesn't bring the key back, and says "queued" with a 2xx only.
// @ts-check
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { text, useWorker } from './harness.mjs';

const worker = useWorker({ proxy: { limits: { upstreamSeconds: 2 }, policy: { reads: ['status'] } } });
const keyed = () => ({ headers: { 'idempotency-key': randomUUID() } });
const IDS = { chatId: '12025550123@c.us', msgId: '11111111-2222-4333-8444-555555555555' };

test('its words on repeating, on faults and on the request are not the proxy\'s', async () => {
  for (const status of [200, 400, 403]) {
    worker.stack.simulator.reset();
    const body = { success: false, message: 'Options are required.', code: 'F04', retryable: 'yes', request_id: 'canary-request', faults: [{ path: 'canary-path', code: 'missing', message: 'canary-fault' }] };
    worker.stack.simulator.fail({ kind: 'raw', status, body, times: Infinity });
    const how = keyed();
    const answer = await worker.post(text(), how);
    const problem = worker.problem(answer, 502, 'F04');
    assert.equal(problem.retryable, 'no', `${status}`);
    assert.equal(problem.faults, undefined);
    assert.ok(!answer.text.includes('canary'), answer.text);
    assert.equal(worker.stack.simulator.sends.length, 1, 'it was sent again on Maytapi\'s word');
    assert.equal((await worker.post(text(), how)).headers.get('idempotency-replayed'), 'true');
    assert.equal(worker.stack.simulator.sends.length, 1);
  }
  worker.stack.simulator.fail({ kind: 'raw', on: 'status', status: 200, body: { success: false, message: 'no', retryable: 'unknown', request_id: 'canary-request' } });
  const read = await worker.call('/api/main/1150/status', { headers: { authorization: `Bearer ${await worker.token()}` } });
  assert.ok(read.status === 502 && read.body.retryable === 'no' && !read.text.includes('canary'), read.text);
});

test('what comes with ids but without a 2xx may have been queued: it is sent once, and its outcome is unknown', async () => {
  for (const status of [429, 400, 403, 409, 500, 503]) {
    for (const body of [{ success: true, data: IDS }, { data: IDS }]) {
      worker.stack.simulator.reset();
      worker.stack.simulator.fail({ kind: 'raw', status, body, times: Infinity });
      const how = keyed();
      const answer = await worker.post(text(), how);
      const of = `${status} ${JSON.stringify(body)}`;
      assert.equal(worker.stack.simulator.sends.length, 1, of);
      assert.deepEqual([answer.body.success, answer.body.retryable], [false, 'unknown'], `${of}: ${answer.text}`);
      worker.problem(await worker.post(text(), how), 409, 'outcome_unknown');
      assert.equal(worker.stack.simulator.sends.length, 1, of);
    }
  }
});

test('the key does not come back, whatever stands in the middle of it', async () => {
  const { apiKey } = worker.stack.simulator;
  const [start, end] = [apiKey.slice(0, 7), apiKey.slice(7)];
  for (const between of ['\0', '\x07', '\n', '\x1b', '\x7f', '\x85', '\u200b', '\u00ad', '\ufeff', '\u202e']) {
    for (const body of [
      { success: false, message: `Token ${start}${between}${end} is wrong`, code: 'F04' },
      { success: false, message: 'wrong', code: `${start}${between}${end}` },
      { success: false, message: `${'x'.repeat(290)}${start}${between}${end}`, code: 'F04' },
    ]) {
      worker.stack.simulator.fail({ kind: 'raw', status: 200, body });
      const { text: told, headers } = await worker.post(text());
      // What a reader doesn't see is no difference to him.
      const seen = [told, ...headers.values()].join('\n').replaceAll(/\\u[0-9a-f]{4}|[\p{C}]/gu, '');
      assert.ok(!seen.includes(apiKey), JSON.stringify(told));
      assert.ok(!seen.includes(apiKey.slice(0, 12)), JSON.stringify(told));
    }
  }
});

test('a replay has the shape of the first answer, also where Maytapi named another chat', async () => {
  for (const chatId of ['12025550123@c.us', '12025550123@s.whatsapp.net', '123456789012345@lid']) {
    worker.stack.simulator.fail({ kind: 'raw', status: 200, body: { success: true, data: { ...IDS, chatId } } });
    const how = keyed();
    const first = await worker.post(text(), how);
    assert.equal(first.status, 200, first.text);
    const again = await worker.post(text(), how);
    assert.equal(again.headers.get('idempotency-replayed'), 'true');
    assert.deepEqual(Object.keys(again.body.data).toSorted(), ['chatId', 'msgId'], again.text);
    assert.equal(again.body.data.msgId, first.body.data.msgId);
  }
});
