// A Maytapi client that knows nothing of the proxy: only its base URL and its key are changed, and it sends and reads.
// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CANARY_TEXT, useWorker } from './harness.mjs';

const worker = useWorker({ proxy: { policy: { reads: ['status', 'listPhones'] } } });

/** As Maytapi's own example bots are written: a base URL, a product, a phone, a key. */
class ExampleBot {
  /** @param {string} base @param {string} product @param {string} phone @param {string} key */
  constructor(base, product, phone, key) {
    this.url = `${base}/${product}/${phone}`;
    this.key = key;
  }

  /** @param {Record<string, unknown>} body */
  async send(body) {
    const response = await fetch(`${this.url}/sendMessage`, {
      method: 'post',
      body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json', 'x-maytapi-key': this.key },
    });
    return response.json();
  }

  async status() {
    return (await fetch(`${this.url}/status`, { headers: { 'x-maytapi-key': this.key } })).json();
  }
}

test('an example bot sends through the proxy, and is refused in words that it can read', async () => {
  const bot = new ExampleBot(`${worker.stack.edge}/api`, 'main', '1150', await worker.token());
  const queued = /** @type {any} */ (await bot.send({ to_number: '12025550123', type: 'text', message: CANARY_TEXT }));
  assert.equal(queued.success, true, JSON.stringify(queued));
  assert.equal(worker.stack.simulator.messages.has(queued.data.msgId), true);
  assert.equal(queued.data.chatId, '12025550123@c.us');
  const refused = /** @type {any} */ (await bot.send({ to_number: '12025550123', type: 'text' }));
  assert.deepEqual([refused.success, refused.code, typeof refused.message], [false, 'invalid_message', 'string']);
  const status = /** @type {any} */ (await bot.status());
  assert.deepEqual([status.success, status.status.loggedIn], [true, true]);
  await worker.call('/ping');
});

test('the same bot with the account\'s real key is turned away', async () => {
  const bot = new ExampleBot(`${worker.stack.edge}/api`, 'main', '1150', worker.stack.simulator.apiKey);
  const refused = /** @type {any} */ (await bot.send({ to_number: '12025550123', type: 'text', message: CANARY_TEXT }));
  assert.deepEqual([refused.success, refused.code], [false, 'invalid_token']);
  assert.equal(worker.stack.simulator.received.length, 0);
});
