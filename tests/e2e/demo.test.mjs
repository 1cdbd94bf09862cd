// The demo as somebody runs it: the way of one message, readable, without secrets, and an end.
// @ts-check
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { defaults } from '../simulator/options.mjs';

const DEMO = fileURLToPath(new URL('../demo.mjs', import.meta.url));

/**
 * @param {string[]} flags
 * @param {Record<string, string>} [environment]
 * @returns {Promise<{ code: number | string | null | undefined, out: string, err: string }>}
 */
function demo(flags, environment = {}) {
  return new Promise((resolve) => {
    const env = { ...process.env, ...environment };
    const child = execFile(process.execPath, [DEMO, ...flags], { env, timeout: 60_000 }, (error, out, err) => {
      resolve({ code: error ? (error.code ?? error.signal) : child.exitCode, out, err });
    });
  });
}

test('one message is followed from the call to the last delivery state, and everything stops', async () => {
  const { code, out, err } = await demo(['--once']);
  assert.equal(code, 0, `${out}\n${err}`);
  const steps = [
    /await client\.sendMessage\(\{/,
    /POST \/api\/[-0-9a-f]+\/1150\/sendMessage/,
    /x-maytapi-key +present/,
    /"to_number": "12025550123",\s+"type": "text",\s+"message": "Good morning!/,
    /Queued after \d+ ms/,
    /msgId +[-0-9a-f]{36}/,
    /\d ms +queued: /,
    /\d ms +sent: /,
    /\d ms +delivered: /,
    /\d ms +read: /,
    /failed +Maytapi's code is F04/,
  ];
  const places = steps.map((step) => out.search(step));
  assert.ok(places.every((place, index) => place > (places[index - 1] ?? -1)), `in this order, ${places}:\n${out}`);
  assert.ok(!out.includes(defaults().apiKey), 'the key is not printed');
  assert.deepEqual(out.split('\n').filter((line) => line.length > 80), [], 'it fits a terminal of 80 columns');
  assert.ok(!out.includes('\x1b'), 'no colours where nobody looks');
});

test('--live says which credentials are missing, and shows none', async () => {
  const none = { MAYTAPI_PRODUCT_ID: '', MAYTAPI_KEY: '', MAYTAPI_PHONE_ID: '', MAYTAPI_TO: '' };
  const { code, out, err } = await demo(['--live'], { ...none, MAYTAPI_KEY: 'canary-key-live' });
  assert.equal(code, 2);
  assert.match(err, /--live needs MAYTAPI_PRODUCT_ID, MAYTAPI_PHONE_ID, MAYTAPI_TO in/);
  assert.ok(!`${out}${err}`.includes('canary-key-live'));
});

test('a flag that does not exist is refused', async () => {
  const { code, err } = await demo(['--twice']);
  assert.equal(code, 2);
  assert.match(err, /--twice/);
});
