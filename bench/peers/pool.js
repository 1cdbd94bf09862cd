// Many sends as they are written by hand: a pool of p-limit, a result for each message, no failure that stops the rest.
import pLimit from 'p-limit';
import { sendByHand } from './by-hand.js';

export async function sendPool(fetch, url, key, messages, concurrency) {
  const limit = pLimit(concurrency);
  return Promise.all(
    Array.from(messages, (message, index) =>
      limit(async () => {
        try {
          return { index, status: 'queued', queued: await sendByHand(fetch, url, key, message) };
        } catch (error) {
          return { index, status: 'failed', error };
        }
      }),
    ),
  );
}
