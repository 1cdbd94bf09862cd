// What an isolate holds after hostile bodies and heads: WebAssembly's memory never shrinks, so what was taken once is held for good.
// @ts-check
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ALL, pause, raw, SEND, useBareWorker } from './harness.mjs';

const MB = 1_000_000;
const BODY_BYTES = 20 * MB;
const SLACK = 10 * MB;
const VALID = 3;
const HOSTILE = ALL ? 100 : 6;
const HEAD_BYTES = 100_000;
const HUNG_UP = ALL ? 1000 : 300;
const AT_ONCE = 20;

const megabytes = (/** @type {number} */ bytes) => `${(bytes / MB).toFixed(1)} MB`;
const sum = (/** @type {{ objects: number, wasm: number }} */ { objects, wasm }) => objects + wasm;

/** A list of so many bytes. @param {string} element @param {number} bytes */
function list(element, bytes) {
  const count = Math.floor((bytes - 2) / (element.length + 1));
  return `[${Array(count).fill(element).join(',')}]`;
}

/** @type {Record<string, string>} bodies that are small as bytes and large as values */
const BODIES = {
  '20 MB of []': list('[]', BODY_BYTES),
  '20 MB of {} in a field of a message': `{"type":"text","toNumber":"12025550123","message":${list('{}', BODY_BYTES - 100)}}`,
  '5 MB of 0': list('0', 5 * MB),
};

for (const [name, hostile] of Object.entries(BODIES)) {
  describe(name, () => {
    const worker = useBareWorker({ inspected: true });

    test('takes no more memory than valid bodies of that size', async (context) => {
      const file = `data:video/mp4;base64,${'A'.repeat(Math.floor((hostile.length - 200) / 4) * 4)}`;
      for (let n = 0; n < VALID; n += 1) {
        const answer = await worker.post({ type: 'media', toNumber: '12025550123', message: file, text: `video ${n}` });
        assert.equal(answer.status, 200, answer.text);
      }
      const before = await worker.held();
      for (let n = 0; n < HOSTILE; n += 1) {
        const answer = await worker.post(hostile);
        assert.ok([400, 413, 422].includes(answer.status), `${answer.status} ${answer.text.slice(0, 200)}`);
      }
      const after = await worker.held();
      context.diagnostic(`before ${megabytes(sum(before))}, after ${HOSTILE} bodies ${megabytes(sum(after))}; WebAssembly ${megabytes(before.wasm)}, then ${megabytes(after.wasm)}`);
      assert.ok(sum(after) <= sum(before) + SLACK, `${megabytes(sum(after))} after, ${megabytes(sum(before))} before`);
      assert.equal(worker.simulator.sends.length, VALID);
    });
  });
}

const FILLER = 'x'.repeat(HEAD_BYTES);
const MESSAGE = JSON.stringify({ type: 'text', toNumber: '12025550123', message: 'never sent whole' });

/** @type {Record<string, { headers: (token: string) => Record<string, string>, part?: number }>} headers that the Worker reads, on a route that waits for something */
const HEADS = {
  '/ready, which needs no token': { headers: () => ({ authorization: `Bearer ${FILLER}` }) },
  '/ready, of an origin': { headers: () => ({ origin: `https://${FILLER}` }) },
  'a send, of whose body half comes': { headers: (token) => ({ authorization: `Bearer ${token}`, 'content-type': `application/json; ${FILLER}` }), part: 20 },
};

for (const [name, { headers, part }] of Object.entries(HEADS)) {
  describe(`heads of 100 KB whose senders hang up: ${name}`, () => {
    const worker = useBareWorker({ inspected: true });

    test('the memory is back', async (context) => {
      assert.equal((await worker.call('/ready')).status, 200);
      const all = { ...headers(worker.token()), 'x-arrives': 'head' };
      const request = part ? raw('POST', SEND, { ...all, 'content-length': String(MESSAGE.length) }, MESSAGE.slice(0, part)) : raw('GET', '/ready', all);
      const before = await worker.held();
      let left = HUNG_UP;
      const caller = async () => {
        while (left > 0) {
          left -= 1;
          await worker.hangUp(request, 'RST', { when: 1 });
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, caller));
      await pause(500);
      const after = await worker.held();
      const arrived = worker.arrived().length;
      context.diagnostic(`${arrived} of ${HUNG_UP} arrived; before ${megabytes(sum(before))}, after ${megabytes(sum(after))}; WebAssembly ${megabytes(before.wasm)}, then ${megabytes(after.wasm)}`);
      assert.ok(arrived >= HUNG_UP / 4, `${arrived} requests reached the Worker`);
      assert.ok(sum(after) <= sum(before) + SLACK, `${megabytes(sum(after))} after, ${megabytes(sum(before))} before`);
    });
  });
}
