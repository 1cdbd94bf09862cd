// Callers that hang up: whatever reached the Worker leaves exactly one line in the log, and a send that has begun is finished.
// @ts-check
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { ALL, pause, raw, SEND, until, useBareWorker, WAYS } from './harness.mjs';

const worker = useBareWorker({ proxy: { limits: { bodySeconds: 2, upstreamSeconds: 2 }, policy: { reads: ['screen'] } } });
const CALLERS = ALL ? 50 : 5;
/** Larger than what lies in the sockets of both sides, so that the runtime is still writing it. */
const PICTURE = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), Buffer.alloc(9 * 1024 * 1024)]);

/** @param {string} name @param {Record<string, string>} [headers] */
const shown = (name, headers) => ({ authorization: `Bearer ${worker.token({ sub: name })}`, 'x-arrives': name, ...headers });
/** A send, of whose body only a part may come. @param {string} name @param {number} part */
function send(name, part) {
  const body = JSON.stringify({ type: 'text', toNumber: '12025550123', message: `message ${name}` });
  const headers = { 'content-type': 'application/json', 'content-length': String(body.length), 'idempotency-key': name };
  return raw('POST', SEND, shown(name, headers), body.slice(0, body.length * part));
}

/** @type {Record<string, { fault?: import('../../simulator/simulator.mjs').Rule, request: (name: string) => string, when: (n: number) => 'answered' | number }>} */
const STAGES = {
  'before the body': { request: (name) => send(name, 0), when: () => 50 },
  'in the middle of the body': { request: (name) => send(name, 0.5), when: () => 50 },
  'while the object decides': { request: (name) => send(name, 1), when: (n) => (2 * n) % 20 },
  'while Maytapi is awaited': { fault: { kind: 'slow', ms: 400 }, request: (name) => send(name, 1), when: () => 150 },
  'while the answer is written': {
    fault: { kind: 'raw', on: 'screen', headers: { 'content-type': 'image/png' }, body: PICTURE },
    request: (name) => raw('GET', '/api/main/1150/screen', shown(name)),
    when: () => 'answered',
  },
};

describe('a caller that hangs up', () => {
  for (const [stage, { fault, request, when }] of Object.entries(STAGES)) {
    for (const way of WAYS) {
      test(`${stage}, ${way}: leaves one line`, async () => {
        if (fault) worker.simulator.fail({ ...fault, times: Infinity });
        const names = Array.from({ length: CALLERS }, () => String(randomUUID()));
        await Promise.all(names.map((name, n) => worker.hangUp(request(name), way, { when: when(n) })));
        const arrived = () => worker.arrived().filter((name) => names.includes(name));
        const linesOf = (/** @type {string} */ name) => worker.lines().filter(({ caller }) => caller === name).length;
        await until(() => arrived().length === CALLERS, 500);
        await until(() => arrived().every((name) => linesOf(name) > 0), 4000);
        // One more would come about now.
        await pause(200);
        assert.ok(arrived().length > 0, 'no request reached the Worker');
        assert.deepEqual(arrived().map(linesOf), arrived().map(() => 1), 'lines of each request that reached the Worker');
      });
    }
  }
});

test('a send that has begun is finished and known, however its caller went', async () => {
  worker.simulator.fail({ kind: 'slow', ms: 300, times: Infinity });
  for (const way of WAYS) {
    const name = randomUUID();
    await worker.hangUp(send(name, 1), way, { when: 100 });
    await pause(500);
    const message = { type: 'text', toNumber: '12025550123', message: `message ${name}` };
    const again = await worker.post(message, { token: worker.token({ sub: name }), headers: { 'idempotency-key': name } });
    assert.deepEqual([again.status, again.headers.get('idempotency-replayed')], [200, 'true'], again.text);
  }
  assert.equal(worker.simulator.sends.length, WAYS.length);
});
