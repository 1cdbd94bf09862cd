// What tests of batches share: rows, a batch that is made and started over HTTP, and what became of it.
// @ts-check
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';

/** What seals the batches of tests. */
export const STORE_KEY = 'canary-store-key-0123456789-0123456789-0123456789';
/** No text of a batch may be found anywhere but at Maytapi. */
export const TEMPLATE = { type: 'text', message: 'canary-batch-text-5b1c {{name}}', skipFilter: true };
/** How many rows one call takes. */
const PIECE = 1000;

/** @typedef {{ status: number, body: any }} Answer */
/** @typedef {(path: string, how?: { method?: string, body?: unknown, headers?: Record<string, string> }) => Promise<Answer>} Ask asks the phone's routes */

/** Rows to so many people. @param {number} count @param {number} [from] */
export function rowsOf(count, from = 0) {
  return Array.from({ length: count }, (_, n) => ({ to: numberOf(from + n), fields: { name: `n${from + n}` }, ref: `r${from + n}` }));
}

/** The number of a person. @param {number} n */
export function numberOf(n) {
  return `1${202 + Math.floor(n / 10_000)}555${String(n % 10_000).padStart(4, '0')}`;
}

/**
 * Makes a batch, uploads its rows and starts it.
 * @param {Ask} ask
 * @param {{ rows: object[], template?: object, plan?: Record<string, unknown>, headers?: Record<string, string>, start?: boolean }} what
 * @returns {Promise<any>} the batch
 */
export async function startBatch(ask, { rows, template = TEMPLATE, plan = {}, headers = {}, start = true }) {
  const made = await ask('batches', { body: { template, ...plan }, headers: { 'idempotency-key': randomUUID(), ...headers } });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const { id } = made.body;
  for (let n = 0; n * PIECE < rows.length; n += 1) {
    const piece = await ask(`batches/${id}/pieces/${n}`, { method: 'PUT', body: { rows: rows.slice(n * PIECE, (n + 1) * PIECE) }, headers });
    assert.equal(piece.status, 200, JSON.stringify(piece.body));
  }
  if (!start) return made.body;
  const started = await ask(`batches/${id}/start`, { method: 'POST', headers });
  assert.equal(started.status, 200, JSON.stringify(started.body));
  return started.body;
}

/**
 * Looks at a batch until something holds of it.
 * @param {Ask} ask @param {string} id @param {(batch: any) => boolean} holds @param {{ ms?: number, headers?: Record<string, string> }} [how]
 */
export async function batchUntil(ask, id, holds, { ms = 20_000, headers = {} } = {}) {
  const end = Date.now() + ms;
  for (;;) {
    const { status, body } = await ask(`batches/${id}`, { headers });
    assert.equal(status, 200, JSON.stringify(body));
    if (holds(body)) return body;
    assert.ok(Date.now() < end, `the batch is still ${JSON.stringify(body)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** All its results. @param {Ask} ask @param {string} id */
export async function resultsOf(ask, id) {
  const results = [];
  for (let after = ''; ; ) {
    const { status, body } = await ask(`batches/${id}/results${after === '' ? '' : `?after=${after}`}`);
    assert.equal(status, 200, JSON.stringify(body));
    results.push(...body.results);
    if (!body.cursor || body.results.length === 0) return results;
    after = body.cursor;
  }
}
