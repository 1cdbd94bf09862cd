// An HTTP listener on the loopback: bounded bodies, plain answers, and a close that ends every socket at once.
// @ts-check
import { createServer } from 'node:http';

/**
 * @typedef {import('node:http').IncomingMessage} Request
 * @typedef {import('node:http').ServerResponse} Response
 * @typedef {{ status: number, headers?: Record<string, string>, body?: unknown }} Answer
 *   `body` is sent as it is when it is a Buffer or a string, as JSON when it is anything else, not at all when undefined.
 */

/**
 * Listens on 127.0.0.1 only: the simulator holds no secret, but it is nobody else's business either.
 * @param {number} port 0 chooses a free one
 * @param {(request: Request, response: Response) => Promise<void>} handle
 * @returns {Promise<{ url: string, close(): Promise<void> }>}
 */
export async function listen(port, handle) {
  const server = createServer((request, response) => {
    // Clients hang up on purpose in many tests: their socket errors are no fault of the simulator.
    request.on('error', () => {});
    response.on('error', () => {});
    handle(request, response).catch((error) => {
      if (!response.headersSent) send(response, { status: 500, headers: { 'x-simulator-error': '1' }, body: `simulator: ${error?.stack ?? error}` });
      else response.destroy();
    });
  });
  // Longer than any client keeps a connection, so that no test races with the server closing an idle one.
  server.keepAliveTimeout = 60_000;
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(undefined));
  });
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * The request's body, up to `limit` bytes. `complete` is false when the client left early or sent more.
 * @param {Request} request
 * @param {number} limit
 * @returns {Promise<{ bytes: Buffer, complete: boolean, tooLarge: boolean }>}
 */
export function readBody(request, limit) {
  return new Promise((resolve) => {
    /** @type {Buffer[]} */
    const pieces = [];
    let length = 0;
    let finished = false;
    const finish = (/** @type {boolean} */ complete, /** @type {boolean} */ tooLarge) => {
      // "close" follows every "end": a large body is not put together twice.
      if (finished) return;
      finished = true;
      request.removeAllListeners('data');
      resolve({ bytes: Buffer.concat(pieces), complete, tooLarge });
    };
    request.on('data', (/** @type {Buffer} */ piece) => {
      length += piece.length;
      if (length > limit) {
        request.pause();
        finish(false, true);
      } else {
        pieces.push(piece);
      }
    });
    request.on('end', () => finish(true, false));
    request.on('close', () => finish(request.complete, false));
  });
}

/**
 * The headers and bytes of an answer, as `send` would write them.
 * @param {Answer} answer
 * @returns {{ headers: Record<string, string>, bytes: Buffer }}
 */
export function encode(answer) {
  const { body } = answer;
  if (body === undefined) return { headers: { 'content-length': '0', ...answer.headers }, bytes: Buffer.alloc(0) };
  const plain = Buffer.isBuffer(body) || typeof body === 'string';
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const type = plain ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8';
  return { headers: { 'content-type': type, 'content-length': String(bytes.length), ...answer.headers }, bytes };
}

/**
 * @param {Response} response
 * @param {Answer} answer
 */
export function send(response, answer) {
  const { headers, bytes } = encode(answer);
  response.writeHead(answer.status, headers);
  response.end(bytes);
}
