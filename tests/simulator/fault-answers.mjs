// How each fault looks on the wire.
// @ts-check
import { encode, send } from './listener.mjs';
import { refusal } from './routes.mjs';

/** @typedef {import('./listener.mjs').Answer} Answer */
/** @typedef {import('./listener.mjs').Response} Response */
/** @typedef {import('./faults.mjs').WireFault} WireFault */

/**
 * @typedef {object} Scene
 * @property {Response} response
 * @property {Answer | undefined} answer what Maytapi would have said, when it did what was asked
 * @property {string} target the request's path and query
 * @property {() => Promise<string>} elsewhere the URL of the second listener
 * @property {import('./timers.mjs').Timers} timers
 */

/**
 * Answers a request wrongly, as the rule says. Returns when nothing more is to be written by the caller;
 * slow answers may still be under way.
 * @param {WireFault} rule
 * @param {Scene} scene
 */
export async function answerWrongly(rule, scene) {
  const { response, timers } = scene;
  const right = scene.answer ?? { status: 200, body: { success: true } };
  switch (rule.kind) {
    case 'hang':
      return;
    case 'drop':
      response.destroy();
      return;
    case 'redirect': {
      const location = rule.location ?? `${await scene.elsewhere()}${scene.target}`;
      send(response, { status: rule.status ?? 307, headers: { location } });
      return;
    }
    case 'slow':
      if (rule.part === 'body') writeSlowly(response, right, rule.ms ?? 0, timers);
      else timers.after(rule.ms ?? 0, () => send(response, right));
      return;
    case 'truncated': {
      const { headers, bytes } = encode(right);
      const half = bytes.subarray(0, Math.floor(bytes.length / 2));
      if (rule.cut === 'connection') {
        response.writeHead(right.status, headers);
        response.write(half, () => response.destroy());
      } else {
        response.writeHead(right.status, { ...headers, 'content-length': String(half.length) });
        response.end(half);
      }
      return;
    }
    default:
      send(response, (ANSWERS[rule.kind] ?? unknown)(rule, right));
  }
}

/** @type {Record<string, (rule: WireFault, right: Answer) => Answer>} */
const ANSWERS = {
  w05: () => refusal('Lib not loaded', { code: 'W05' }),
  refused: ({ message = 'Phone is not connected', code, status }) => refusal(message, { code, status }),
  http4xx: ({ status = 400, message = 'Bad request', code }) => refusal(message, { code, status }),
  http5xx: ({ status = 500, message = 'internal server error', code, bare }) => (bare ? { status } : refusal(message, { code, status })),
  rateLimited: ({ retryAfter, message = 'Too many requests' }) => ({
    ...refusal(message, { status: 429 }),
    ...(retryAfter === undefined ? {} : { headers: { 'retry-after': String(retryAfter) } }),
  }),
  html: ({ status = 502 }) => ({
    status,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: '<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>',
  }),
  empty: ({ status = 200 }) => ({ status }),
  raw: ({ status = 200, headers, body }) => ({ status, headers, body }),
  // White space ahead of the JSON: as long as wanted, and still right to the byte.
  huge: ({ bytes = 16 * 1024 * 1024 }, right) => {
    const { headers, bytes: json } = encode(right);
    const body = Buffer.concat([Buffer.alloc(bytes, ' '), json]);
    return { status: right.status, headers: { ...headers, 'content-length': String(body.length) }, body };
  },
  nonUtf8: (_, right) => {
    const { headers, bytes } = encode(right);
    const last = Math.max(bytes.lastIndexOf('"'), 0);
    const body = Buffer.concat([bytes.subarray(0, last), Buffer.from([0xff, 0xfe, 0xc3, 0x28]), bytes.subarray(last)]);
    return { status: right.status, headers: { ...headers, 'content-length': String(body.length) }, body };
  },
  contentType: ({ value = 'text/plain' }, right) => ({ ...right, headers: { ...right.headers, 'content-type': value } }),
  withoutIds: ({ data }) => ({ status: 200, body: { success: true, ...(data === undefined ? {} : { data }) } }),
};

/** @returns {never} */
function unknown() {
  throw new Error('a fault without an answer');
}

const PIECES = 10;

/**
 * The head at once, then the body in pieces spread over the time.
 * @param {Response} response
 * @param {Answer} answer
 * @param {number} ms
 * @param {import('./timers.mjs').Timers} timers
 */
function writeSlowly(response, answer, ms, timers) {
  const { headers, bytes } = encode(answer);
  response.writeHead(answer.status, headers);
  response.flushHeaders();
  const size = Math.max(1, Math.ceil(bytes.length / PIECES));
  for (let piece = 0; piece < PIECES; piece += 1) {
    timers.after((ms / PIECES) * (piece + 1), () => {
      if (response.destroyed) return;
      response.write(bytes.subarray(piece * size, (piece + 1) * size));
      if (piece === PIECES - 1) response.end();
    });
  }
}
