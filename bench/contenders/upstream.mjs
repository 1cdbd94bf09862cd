// A server on loopback that takes every message at once, as Maytapi answers when it queues one.
// @ts-check
import { createServer } from 'node:http';

/** An id for each message: a proxy that follows them keeps them apart. */
const answer = (/** @type {number} */ n) => JSON.stringify({ success: true, data: { chatId: '12025550123@c.us', msgId: `0f0d1a40-8a0b-11ee-b9d1-${String(n).padStart(12, '0')}` } });

export async function start() {
  let received = 0;
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      received += 1;
      const text = answer(received);
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length });
      response.end(text);
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { value: port, round: async () => received };
}
