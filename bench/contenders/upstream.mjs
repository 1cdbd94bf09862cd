// A server on loopback that takes every message at once, as Maytapi answers when it queues one.
// @ts-check
import { createServer } from 'node:http';

const ANSWER = JSON.stringify({ success: true, data: { chatId: '12025550123@c.us', msgId: '0f0d1a40-8a0b-11ee-b9d1-0242ac120002' } });

export async function start() {
  let received = 0;
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      received += 1;
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': ANSWER.length });
      response.end(ANSWER);
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { value: port, round: async () => received };
}
