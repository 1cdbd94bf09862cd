// Rows 12 and 12b: CPU of a message of a batch, upload, pace and its end included, beside a p-limit loop that sends the same messages through the same proxy; and how
// long a single send takes while a batch of that phone runs.
// @ts-check
import assert from 'node:assert/strict';
import pLimit from 'p-limit';
import { startWorkerd } from '../../tests/support/workerd.mjs';
import { batchUntil, rowsOf, startBatch, STORE_KEY } from '../../tests/support/batches.mjs';
import { contender } from '../contender.mjs';
import { hangUp, post, token, variables } from '../load.mjs';
import { alternate, median, ratio, ROUNDS } from '../statistics.mjs';
import { micros, spread } from '../table.mjs';
import { workersFolder } from '../workers.mjs';

const MESSAGES = 500;
const WARM_UP = 2000;
const CONCURRENCY = 16;
const MOST_CPU = 0.7;

/** A pace at which no number lives long, so that the batch is often in the way. */
const PER_MINUTE = 600;
const SINGLES = 200;
const BETWEEN_MS = 10;
const MOST_P95 = 1.3;

const PHONES = ['1150', '1151', '1152'];
const TEMPLATE = { type: 'text', message: 'Your order {{n}} is on its way and will arrive tomorrow between 9 and 12.' };

export async function measure() {
  const { folder, remove } = await workersFolder();
  const upstream = await contender('upstream');
  try {
    const texts = { ...variables({ phones: PHONES, upstream: `http://127.0.0.1:${upstream.started}/api` }), STORE_KEY };
    const settings = JSON.parse(texts.PROXY);
    settings.policy = { types: ['text'], recipients: { countryPrefixes: ['1', '44'] }, batches: { perMinute: 60_000, jitter: 0 } };
    const service = { texts: { ...texts, PROXY: JSON.stringify(settings) }, object: { binding: 'PHONES', className: 'Phone' }, hosts: { className: 'Phone', stored: true } };
    const workerd = await startWorkerd(folder, [{ name: 'ours', modules: ['index.js', 'index_bg.wasm'], ...service, socket: true }]);
    try {
      const port = workerd.ports['ours'] ?? 0;
      const bearer = token(PHONES);
      const measured = { bearer, port, workerd };
      return [await cpu(measured, upstream), await latency(measured)];
    } finally {
      await workerd.end();
      hangUp();
    }
  } finally {
    upstream.end();
    remove();
  }
}

/** @typedef {{ bearer: string, port: number, workerd: Awaited<ReturnType<typeof startWorkerd>> }} Measured */

/** @param {Measured} measured @param {Awaited<ReturnType<typeof contender>>} upstream */
async function cpu({ bearer, port, workerd }, upstream) {
  const [ofBatches = '', ofLoop = ''] = PHONES;
  let people = 0;
  let sent = 0;
  const ask = asker(port, ofBatches, bearer);
  const ways = {
    batch: async (/** @type {number} */ count) => {
      const rows = rowsOf(count, people).map(({ to, ref }, n) => ({ to, ref, fields: { n: people + n } }));
      people = (people + count) % 10_000;
      const { id } = await startBatch(ask, { rows, template: TEMPLATE });
      const { counts } = await batchUntil(ask, id, ({ state }) => state === 'done', { ms: 60_000 });
      assert.equal(counts.queued, count);
    },
    loop: async (/** @type {number} */ count) => {
      const limit = pLimit(CONCURRENCY);
      const answers = await Promise.all(Array.from({ length: count }, () => limit(() => post(port, ofLoop, bearer, (sent += 1)))));
      for (const { status, text } of answers) assert.equal(status, 200, text);
    },
  };
  for (const way of Object.values(ways)) {
    const before = await upstream.round();
    await way(WARM_UP);
    assert.equal((await upstream.round()) - before, WARM_UP, 'not every message reached Maytapi once');
  }
  const round = (/** @type {keyof typeof ways} */ name) => async () => {
    const before = workerd.cpu();
    await ways[name](MESSAGES);
    return (workerd.cpu() - before) / MESSAGES;
  };
  const figures = await alternate({ batch: round('batch'), loop: round('loop') }, ROUNDS);
  const compared = ratio(figures.batch, figures.loop);
  return {
    row: '12',
    what: 'batch message, CPU',
    ours: micros(median(figures.batch)),
    peer: `${micros(median(figures.loop))} p-limit`,
    ratio: spread(compared),
    target: `<= ${MOST_CPU.toFixed(2)}`,
    met: compared.median <= MOST_CPU,
  };
}

/** @param {Measured} measured */
async function latency({ bearer, port }) {
  const phone = PHONES[2] ?? '';
  const ask = asker(port, phone, bearer);
  const { id } = await startBatch(ask, { rows: rowsOf(10_000), template: TEMPLATE, plan: { perMinute: PER_MINUTE } });
  let n = 1_000_000;
  const p95 = async () => {
    const took = [];
    for (let i = 0; i < SINGLES; i += 1) {
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
      const started = performance.now();
      const { status, text } = await post(port, phone, bearer, (n += 1));
      took.push(performance.now() - started);
      assert.equal(status, 200, text);
    }
    return took.sort((a, b) => a - b)[Math.floor(SINGLES * 0.95)] ?? Number.NaN;
  };
  const steer = async (/** @type {string} */ verb) => {
    const { status, body } = await ask(`batches/${id}/${verb}`, { method: 'POST' });
    assert.equal(status, 200, JSON.stringify(body));
    return body.counts.queued;
  };
  const during = async () => {
    const before = await steer('resume');
    const taken = await p95();
    assert.ok((await steer('pause')) - before > SINGLES * BETWEEN_MS * PER_MINUTE / 60_000 / 3, 'the batch did not run meanwhile');
    return taken;
  };
  await steer('pause');
  await p95();
  const figures = await alternate({ during, without: p95 }, ROUNDS);
  const compared = ratio(figures.during, figures.without);
  return {
    row: '12b',
    what: 'single send in a batch, p95',
    ours: milliseconds(median(figures.during)),
    peer: `${milliseconds(median(figures.without))} without`,
    ratio: spread(compared),
    target: `<= ${MOST_P95.toFixed(2)}`,
    met: compared.median <= MOST_P95,
  };
}

/** @param {number} port @param {string} phone @param {string} bearer @returns {import('../../tests/support/batches.mjs').Ask} */
function asker(port, phone, bearer) {
  return async (path, { method, body, headers = {} } = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}/api/main/${phone}/${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  };
}

const milliseconds = (/** @type {number} */ ms) => `${ms.toFixed(2)} ms`;
