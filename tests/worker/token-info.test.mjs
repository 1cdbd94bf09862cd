// What a token may do, told to who shows it: the page asks this first.
// @ts-check
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { now } from '../support/token.mjs';
import { useWorker } from './harness.mjs';

describe('GET /token', () => {
  const worker = useWorker({
    proxy: {
      policy: { types: ['text', 'media', 'poll'], reads: ['status', 'queue'], recipients: { groups: true }, media: { dataBytes: 1_000_000 }, manage: true },
      limits: { bodyBytes: 2_000_000 },
      accounts: {
        main: { productId: '3f0c4f3e-7f43-4b35-9c5c-0d2b6d0a7f11', phones: ['1150', '1151'], keySecret: 'MAYTAPI_KEY', pausedPhones: ['1151'] },
        second: { productId: '3f0c4f3e-7f43-4b35-9c5c-0d2b6d0a7f12', phones: ['7'], keySecret: 'MAYTAPI_KEY' },
      },
    },
  });
  const ask = async (/** @type {Record<string, unknown>} */ claims) => worker.call('/token', { headers: { authorization: `Bearer ${await worker.token(claims)}` } });

  test('it names accounts, phones, and what policy and token leave open', async () => {
    const exp = now() + 500;
    const answer = await ask({ sub: 'anna', exp });
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(answer.body, {
      sub: 'anna',
      expires: exp * 1000,
      accounts: [
        { name: 'main', phones: [{ id: '1150', paused: false }, { id: '1151', paused: true }] },
        { name: 'second', phones: [{ id: '7', paused: false }] },
      ],
      can: { types: ['text', 'media', 'poll'], reads: ['status', 'queue'], batch: false, watch: 'own', manage: true },
      batches: null,
      bodyBytes: 2_000_000,
      media: { dataBytes: 1_000_000 },
      recipients: { groups: true, channels: false, other: false },
    });
    assert.equal(answer.headers.get('cache-control'), 'no-store');
  });

  test('what the token leaves out is not named', async () => {
    const answer = await ask({ maytapi: { phones: ['1150'], types: ['text', 'location'], read: ['queue', 'logs'], watch: false, manage: false } });
    assert.deepEqual(answer.body.accounts, [{ name: 'main', phones: [{ id: '1150', paused: false }] }]);
    assert.deepEqual(answer.body.can, { types: ['text'], reads: ['queue'], batch: false, watch: 'off', manage: false });
    assert.deepEqual((await ask({ maytapi: { phones: [] } })).body.accounts, []);
  });

  test('without a token, or with one that is not accepted, nothing is told', async () => {
    for (const headers of [{}, { authorization: 'Bearer x.y.z' }, { authorization: `Bearer ${await worker.token({ exp: now() - 100 })}` }, { authorization: `Bearer ${await worker.token({ aud: 'other' })}` }]) {
      const answer = await worker.call('/token', { headers: /** @type {Record<string, string>} */ (headers) });
      assert.equal(answer.status, 401, answer.text);
      // Its own id may have these digits.
      assert.ok(!JSON.stringify({ ...answer.body, request_id: '' }).includes('1150'), answer.text);
    }
  });
});
