// Quiet hours of a batch on the nights in which the clocks change: in real time, but for a clock that stands on that night.
// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batchUntil, rowsOf, startBatch, STORE_KEY } from '../../support/batches.mjs';
import { pause, useBareWorker } from './harness.mjs';

const PER_MINUTE = 1200;
const worker = useBareWorker({ proxy: { policy: { batches: { perMinute: PER_MINUTE, jitter: 0 } } }, secrets: { STORE_KEY } });

const SECONDS = 1000;
const quiet = (/** @type {string} */ from, /** @type {string} */ to, /** @type {string} */ zone) => ({ from, to, zone });
const BERLIN = quiet('21:00', '08:00', 'Europe/Berlin');

/**
 * What happens when, in UTC, each on a night in which the zone changes its clocks, or beside it; in order, since no clock goes back by months.
 * @type {[string, string, ReturnType<typeof quiet>, 'begin' | 'end'][]}
 */
const NIGHTS = [
  ['2027-03-27T20:00:00Z', 'the evening before spring', BERLIN, 'begin'],
  ['2027-03-28T01:00:00Z', 'an end that the clocks skip', quiet('21:00', '02:30', 'Europe/Berlin'), 'end'],
  ['2027-03-28T06:00:00Z', 'spring', BERLIN, 'end'],
  ['2027-03-28T19:00:00Z', 'the evening of spring', BERLIN, 'begin'],
  ['2027-04-03T21:30:00Z', 'half an hour', quiet('21:00', '08:00', 'Australia/Lord_Howe'), 'end'],
  ['2027-10-31T01:30:00Z', 'the second of two ends', quiet('21:00', '02:30', 'Europe/Berlin'), 'end'],
  ['2027-10-31T07:00:00Z', 'autumn', BERLIN, 'end'],
  ['2027-10-31T20:00:00Z', 'the evening of autumn', BERLIN, 'begin'],
  ['2028-03-26T01:00:00Z', 'a beginning that the clocks skip', quiet('02:30', '08:00', 'Europe/Berlin'), 'begin'],
];

/** The phone's routes, with a clock that stands at this time now. @param {number} nowMs */
function asked(nowMs) {
  const aheadMs = nowMs - Date.now();
  /** @type {import('../../support/batches.mjs').Ask} */
  const ask = (path, { method, body, headers = {} } = {}) => {
    const shown = worker.token({ exp: Math.floor((Date.now() + aheadMs) / 1000) + 600 });
    return worker.call(`/api/main/1150/${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: { authorization: `Bearer ${shown}`, 'content-type': 'application/json', 'x-clock-ahead-ms': String(aheadMs), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  };
  /** When each message reached Maytapi, by that clock. */
  const sent = () => worker.simulator.sends.map(({ time }) => time + aheadMs);
  return { ask, sent };
}

for (const [time, name, hours, what] of NIGHTS) {
  const at = Date.parse(time);
  if (what === 'end') {
    test(`nothing is sent before the hours are over: ${name}, ${time}`, async () => {
      const { ask, sent } = asked(at - 3 * SECONDS);
      const { id } = await startBatch(ask, { rows: rowsOf(3), plan: { quiet: hours } });
      const { waiting } = await batchUntil(ask, id, (batch) => batch.waiting?.for === 'quiet_hours');
      assert.equal(new Date(waiting.until).toISOString(), new Date(at).toISOString());
      await batchUntil(ask, id, (batch) => batch.state === 'done');
      assert.equal(sent().length, 3);
      for (const arrived of sent()) assert.ok(arrived >= at && arrived < at + 5 * SECONDS, new Date(arrived).toISOString());
    });
  } else {
    test(`nothing is sent once the hours have begun: ${name}, ${time}`, async () => {
      const { ask, sent } = asked(at - 2 * SECONDS);
      const { id } = await startBatch(ask, { rows: rowsOf(200), plan: { quiet: hours } });
      await batchUntil(ask, id, (batch) => batch.waiting?.for === 'quiet_hours');
      const count = sent().length;
      assert.ok(count > 5 && count < 100, `${count} were sent before`);
      // A message that was posted in the last moment arrives a little later.
      for (const arrived of sent()) assert.ok(arrived < at + 500, new Date(arrived).toISOString());
      await pause(SECONDS);
      assert.equal(sent().length, count);
      assert.equal((await ask(`batches/${id}/cancel`, { method: 'POST' })).status, 200);
    });
  }
}
