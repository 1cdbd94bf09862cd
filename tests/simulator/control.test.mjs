// The simulator for other processes: as a command, and controlled over HTTP.
// @ts-check
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { receiver, sent, start } from './testing.mjs';

const MAIN = fileURLToPath(new URL('main.mjs', import.meta.url));

/**
 * @param {string} url
 * @param {string} name
 * @param {unknown} [body]
 * @returns {Promise<{ status: number, body: any }>}
 */
async function control(url, name, body) {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(`${url}/__simulator/${name}`, init);
  return { status: response.status, body: await response.json() };
}

test('control tells what arrived and makes things happen', async (t) => {
  const { url: webhook, events } = await receiver(t);
  const simulator = await start(t, { control: true, webhook });
  const { url } = simulator;
  assert.deepEqual(await control(url, 'fail', { kind: 'w05', times: null }), { status: 200, body: {} });
  assert.equal((await sent(simulator)).code, 'W05');
  assert.equal((await sent(simulator)).code, 'W05');
  const { body: records } = await control(url, 'received');
  assert.deepEqual(records.map((/** @type {any} */ record) => [record.endpoint, record.json.message]), [['sendMessage', 'hi'], ['sendMessage', 'hi']]);
  await control(url, 'setPhone', { id: 1150, status: 'idle' });
  await control(url, 'emit', { kind: 'message', message: { text: 'in' } });
  await control(url, 'idle', {});
  assert.deepEqual(events.map(({ type }) => type), ['status', 'message']);
  assert.equal((await control(url, 'webhooks')).body.length, 2);
  assert.deepEqual((await control(url, 'destructive')).body, []);
  assert.deepEqual((await control(url, 'elsewhere')).body, []);
  await control(url, 'reset', {});
  assert.deepEqual((await control(url, 'received')).body, []);
  assert.equal((await sent(simulator)).success, true);
});

test('control says what is wrong with a request to it', async (t) => {
  const { url } = await start(t, { control: true });
  assert.deepEqual(await control(url, 'fail', { kind: 'nope' }), { status: 400, body: { error: 'unknown kind of fault: nope' } });
  assert.equal((await control(url, 'nope', {})).status, 404);
  const broken = await fetch(`${url}/__simulator/fail`, { method: 'POST', body: '{' });
  assert.equal(broken.status, 400);
});

test('the command says where it listens, takes the account, and stops by itself', async (t) => {
  const account = ['--product', '22222222-2222-4222-8222-222222222222', '--key', 'canary-key-command', '--phone', '7'];
  const child = spawn(process.execPath, [MAIN, '--for', '2', '--control', '--cors', ...account], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => void child.kill());
  const exited = once(child, 'exit');
  const [line] = await once(child.stdout, 'data');
  const { url, apiUrl, productId, apiKey } = JSON.parse(String(line));
  assert.deepEqual([productId, apiKey], ['22222222-2222-4222-8222-222222222222', 'canary-key-command']);
  const phones = await fetch(`${apiUrl}/listPhones`, { headers: { 'x-maytapi-key': apiKey } });
  assert.deepEqual(/** @type {any[]} */ (await phones.json()).map(({ id }) => id), [7]);
  assert.equal((await control(url, 'received')).body.length, 1);
  assert.deepEqual(await exited, [0, null]);
});

test('the command stops at once on SIGTERM', async () => {
  const child = spawn(process.execPath, [MAIN], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  assert.deepEqual(await exited, [0, null]);
});

test('the command refuses options it does not know', async () => {
  for (const [args, words] of /** @type {[string[], RegExp][]} */ ([
    [['--nope'], /--port N/],
    [['--port', 'x'], /--port takes a whole number/],
    [['--port', '70000'], /could not start/],
  ])) {
    const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (piece) => (said += piece));
    const [code] = await once(child, 'close');
    assert.equal(code, 2);
    assert.match(said, words);
  }
});
