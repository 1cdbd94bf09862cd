// What an isolate holds while many rows wait: all of them stand in storage, and one segment at a time in memory.
// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batchUntil, rowsOf, startBatch, STORE_KEY } from '../../support/batches.mjs';
import { ALL, useBareWorker } from './harness.mjs';

const MB = 1_000_000;
/** What each row says: with its recipient some 450 bytes, so that a thousand rows that stay in memory take half a megabyte. */
const NAME = 'x'.repeat(400);
/** What such a leak exceeds, and what comes and goes by itself does not. */
const SLACK = (ALL ? 5 : 2) * MB;
const FEW = 2000;
const MANY = ALL ? 100_000 : 10_000;
const SENT = 100;
const worker = useBareWorker({ proxy: { policy: { batches: { maxRecipients: MANY, perMinute: 6000, jitter: 0 } } }, secrets: { STORE_KEY }, inspected: true });

const megabytes = (/** @type {number} */ bytes) => `${(bytes / MB).toFixed(1)} MB`;

/** @type {import('../../support/batches.mjs').Ask} */
const ask = (path, { method, body, headers = {} } = {}) =>
  worker.call(`/api/main/1150/${path}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { authorization: `Bearer ${worker.token()}`, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

/** What is held once a batch of so many rows was uploaded, and has begun to go out. @param {number} rows @param {number} from */
async function held(rows, from) {
  const { id } = await startBatch(ask, { rows: rowsOf(rows, from).map((row) => ({ ...row, fields: { name: NAME } })), plan: { expiresAt: Date.now() + 30 * 86_400_000 } });
  await batchUntil(ask, id, ({ counts }) => counts.queued >= SENT, { ms: 60_000 });
  assert.equal((await ask(`batches/${id}/pause`, { method: 'POST' })).status, 200);
  const { objects, wasm } = await worker.held();
  const { body } = await ask(`batches/${id}`);
  assert.ok(body.counts.waiting > rows / 2, JSON.stringify(body.counts));
  assert.equal((await ask(`batches/${id}/cancel`, { method: 'POST' })).status, 200);
  return objects + wasm;
}

test(`${MANY} rows that wait take no more memory than ${FEW}`, { timeout: 600_000 }, async (context) => {
  const few = await held(FEW, 0);
  const many = await held(MANY, FEW);
  context.diagnostic(`${megabytes(few)} with ${FEW} rows, ${megabytes(many)} with ${MANY}`);
  assert.ok(many <= few + SLACK, `${megabytes(many)}, ${megabytes(few)} before`);
});
