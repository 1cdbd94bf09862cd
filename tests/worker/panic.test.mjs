// A panic in one request leaves the others alone: five sends are under way while a sixth request panics.
// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterScript } from '../support/edge.mjs';
import { text, useWorker } from './harness.mjs';

// The Worker as it is deployed has nothing that panics on purpose. Before it stands a script that hands it, for one kind of
// request, bytes that claim a length which no memory holds: copying those is what panics.
const FAULT = `
console.error = (...parts) => console.log('console.error', ...parts.map(String));
const real = Uint8Array, read = Request.prototype.arrayBuffer;
Request.prototype.arrayBuffer = async function () {
  const buffer = await read.call(this);
  return this.headers.get('x-panic') ? Object.assign(buffer, { panic: true }) : buffer;
};
globalThis.Uint8Array = new Proxy(real, {
  construct: (target, given) =>
    given[0]?.panic ? Object.defineProperty(new target(0), 'length', { value: 0xffffffff }) : Reflect.construct(target, given),
});
`;
const worker = useWorker({ before: afterScript(FAULT) });

test('five sends under way survive a panic in a sixth request, which is answered', async () => {
  worker.stack.simulator.fail({ kind: 'slow', ms: 600, times: 5 });
  const sends = Array.from({ length: 5 }, () => worker.post(text()));
  await new Promise((resolve) => setTimeout(resolve, 250));
  const panicked = await worker.post(text(), { headers: { 'x-panic': '1', origin: 'https://app.example' } });
  const body = worker.problem(panicked, 500, 'internal');
  assert.equal(body.retryable, 'unknown');
  assert.equal(panicked.headers.get('access-control-allow-origin'), 'https://app.example');
  assert.match(worker.stack.logs(), /\{"at":"[^"]+:\d+","event":"panic"\}/, 'nothing panicked, so nothing was shown');
  // Its message may hold what it was working on. The runtime here shows no console.error, so the script above turns it into a log.
  assert.doesNotMatch(worker.stack.logs(), /Rust panic|panicked at/);
  for (const answer of await Promise.all(sends)) assert.equal(answer.status, 200, answer.text);
  assert.equal(worker.stack.simulator.sends.length, 5);
  for (let n = 0; n < 10; n += 1) assert.equal((await worker.post(text())).status, 200);
});
