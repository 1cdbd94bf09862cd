// A trap in WebAssembly ends everything that is under way in its instance; what comes next has a new one, and nothing goes out twice.
// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterScript } from '../support/edge.mjs';
import { text, useWorker } from './harness.mjs';

// As in panic.test.mjs, a script before the Worker: for one kind of request it throws what the runtime throws at a trap.
const FAULT = `
let trap = false;
const read = Request.prototype.arrayBuffer, Real = WebAssembly.Instance;
Request.prototype.arrayBuffer = async function () {
  const buffer = await read.call(this);
  trap = this.headers.has('x-trap');
  return buffer;
};
WebAssembly.Instance = function (module, imports) {
  const exports = { ...new Real(module, imports).exports };
  // What a promise that Rust waits for calls back with.
  const name = Object.keys(exports).find((name) => /closures.*invoke.*u32.*JsValue/.test(name));
  if (!name) throw new Error('nothing to break');
  const invoke = exports[name];
  exports[name] = (...given) => {
    if (!trap) return invoke(...given);
    trap = false;
    throw new WebAssembly.RuntimeError('unreachable');
  };
  return { exports };
};
`;
const worker = useWorker({ before: afterScript(FAULT) });

test('after a trap the next requests are answered, and a send that it cut off is not made again', async () => {
  assert.equal((await worker.post(text())).status, 200);
  worker.stack.simulator.fail({ kind: 'slow', ms: 600, times: 1 });
  const how = { headers: { 'idempotency-key': 'cut-off' } };
  const cutOff = worker.post(text(), how);
  await new Promise((resolve) => setTimeout(resolve, 250));
  const trapped = await worker.post(text(), { headers: { 'x-trap': '1', origin: 'https://app.example' } });
  worker.problem(trapped, 500, 'internal');
  assert.equal(trapped.headers.get('access-control-allow-origin'), 'https://app.example');
  assert.match(trapped.headers.get('access-control-expose-headers') ?? '', /X-Request-Id/);
  assert.equal((await cutOff).body.retryable, 'unknown');
  for (let n = 0; n < 3; n += 1) assert.equal((await worker.post(text())).status, 200);
  worker.problem(await worker.post(text(), how), 409, 'outcome_unknown');
  assert.equal(worker.stack.simulator.sends.length, 5);
  const foreign = await worker.post(text(), { headers: { 'x-trap': '1', origin: 'https://evil.example' } });
  assert.equal(foreign.headers.get('access-control-allow-origin'), null);
});
