// The pseudonyms of callers and recipients outlive the exchange of Maytapi's key and of the key that they are sealed with.
// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inFolder } from '../support/folder.mjs';
import { ask, send, startDelivery, storageOf } from './following.mjs';

const KEYS = ['canary-store-key-one-0123456789-0123456789', 'canary-store-key-two-0123456789-0123456789'];
const ADA = { claims: { sub: 'ada' } };

/**
 * A Worker on a storage that outlives it, with keys of its own.
 * @param {string} persist @param {string} apiKey @param {Record<string, string | undefined>} secrets
 * @param {(stack: import('../stack.mjs').Stack) => Promise<void>} use
 */
async function withKeys(persist, apiKey, secrets, use) {
  const stack = await startDelivery({ persist, secrets, proxy: { limits: { recipient: { day: 5 } } }, simulator: { acks: [], apiKey } });
  try {
    await use(stack);
  } finally {
    await stack.close();
  }
}

/** How many the recipient may get still. @param {import('../stack.mjs').Stack} stack */
async function sendAndCount(stack) {
  const answer = await ask(stack, 'sendMessage', { ...ADA, body: { type: 'text', toNumber: '12025550123', message: 'hi', skipFilter: true } });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return { id: answer.body.data.msgId, left: Number(/r=(\d+)/.exec(answer.headers.get('ratelimit') ?? '')?.[1]) };
}

test('with a key to seal with, callers and recipients stay known whichever key is exchanged', { timeout: 120_000 }, async () => {
  await inFolder(async (persist) => {
    let first = '';
    await withKeys(persist, 'canary-maytapi-key-1', { STORE_KEY: KEYS[0] }, async (stack) => {
      const sent = await sendAndCount(stack);
      first = sent.id;
      assert.equal(sent.left, 4);
    });
    const steps = /** @type {[string, Record<string, string | undefined>][]} */ ([
      ['canary-maytapi-key-2', { STORE_KEY: KEYS[0] }],
      ['canary-maytapi-key-2', { STORE_KEY: KEYS[1], STORE_KEY_PREVIOUS: KEYS[0] }],
      // It was sealed anew, so the one before is not needed any more.
      ['canary-maytapi-key-3', { STORE_KEY: KEYS[1] }],
    ]);
    for (const [n, [apiKey, secrets]] of steps.entries()) {
      await withKeys(persist, apiKey, secrets, async (stack) => {
        assert.equal((await ask(stack, `messages/${first}`, ADA)).body.state, 'queued', `step ${n}`);
        assert.equal((await ask(stack, `messages/${first}`, { claims: { sub: 'bob' } })).status, 404);
        assert.equal((await sendAndCount(stack)).left, 3 - n);
        assert.ok(!stack.logs().includes('pseudonym_key_lost'));
        await stack.kill();
        const database = storageOf(persist);
        const { value } = /** @type {{ value: Uint8Array }} */ (/** @type {unknown} */ (database.prepare("SELECT value FROM meta WHERE key = 'pseudonyms'").get()));
        database.close();
        // Sealed: 1 + 12 + 64 hexadecimal digits + 16 bytes.
        assert.equal(value.length, 93);
      });
    }
    // With neither key it is gone for good, and said so.
    await withKeys(persist, 'canary-maytapi-key-3', { STORE_KEY: KEYS[0] }, async (stack) => {
      assert.equal((await ask(stack, `messages/${first}`, ADA)).status, 404);
      assert.match(stack.logs(), /"event":"pseudonym_key_lost"/);
    });
  });
});

test('what was stored before there was such a key stays known, and without one pseudonyms hang on the key of Maytapi', { timeout: 120_000 }, async () => {
  await inFolder(async (persist) => {
    let first = '';
    await withKeys(persist, 'canary-maytapi-key-1', {}, async (stack) => {
      first = await send(stack, {}, ADA);
    });
    await withKeys(persist, 'canary-maytapi-key-1', { STORE_KEY: KEYS[0] }, async (stack) => {
      assert.equal((await ask(stack, `messages/${first}`, ADA)).body.state, 'queued');
    });
    await withKeys(persist, 'canary-maytapi-key-2', { STORE_KEY: KEYS[0] }, async (stack) => {
      assert.equal((await ask(stack, `messages/${first}`, ADA)).body.state, 'queued');
    });
  });
  await inFolder(async (persist) => {
    let first = '';
    await withKeys(persist, 'canary-maytapi-key-1', {}, async (stack) => {
      first = await send(stack, {}, ADA);
      assert.equal((await ask(stack, `messages/${first}`, ADA)).body.state, 'queued');
    });
    await withKeys(persist, 'canary-maytapi-key-2', {}, async (stack) => {
      assert.equal((await ask(stack, `messages/${first}`, ADA)).status, 404);
    });
  });
});
