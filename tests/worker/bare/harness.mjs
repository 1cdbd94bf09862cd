// One Worker in the bare runtime for the tests of a file: wrangler's own server stands between, and hides callers that hang up.
// @ts-check
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, beforeEach } from 'node:test';
import { startStack } from '../../stack.mjs';
import { inspect } from '../../support/inspector.mjs';
import { now, sign } from '../../support/token.mjs';

export const SEND = '/api/main/1150/sendMessage';
/** The long forms take minutes, and run where they are asked for. */
export const ALL = process.env['MAYTAPI_TEST_ALL'] === '1';
/** A connection is reset, or closed in order. */
export const WAYS = /** @type {const} */ (['RST', 'FIN']);

/**
 * Before the Worker as it ships stand two modules: a clock that a request may put forward or back, and an entry that tells which requests
 * arrived. Nothing else tells that: of a connection that was reset, the runtime may not have read the request. An alarm is set
 * so far from now, by the runtime's own clock; where it is asked for, its time is told by the other.
 */
const CLOCK = `const real = Date.now; const clock = { ahead: 0 }; Date.now = () => real() + clock.ahead; export default clock;
let shifted = false;
export function shiftAlarms(storage) {
  if (shifted) return;
  shifted = true;
  const methods = Object.getPrototypeOf(storage), { getAlarm } = methods;
  methods.getAlarm = async function (options) { const at = await getAlarm.call(this, options); return at === null ? null : at + clock.ahead; };
}`;
const ENTRY = `import clock, { shiftAlarms } from './clock.js';
import edge, { Phone as Shipped } from './index.js';
export * from './index.js';
export class Phone extends Shipped { constructor(state, env) { shiftAlarms(state.storage); super(state, env); } }
export default { ...edge, fetch(request, env, context) {
  const [ahead, name] = ['x-clock-ahead-ms', 'x-arrives'].map((header) => request.headers.get(header));
  if (ahead !== null) clock.ahead = Number(ahead);
  if (name !== null) console.log('arrived ' + name);
  return edge.fetch(request, env, context);
} };`;

/** @typedef {'RST' | 'FIN'} Way */
/** @typedef {{ status: number, headers: Headers, text: string, body: any }} Answer */

/** @typedef {Pick<import('../../stack.mjs').Options, 'proxy' | 'secrets' | 'inspected'>} Options */

/** One Worker for all tests of a file or a suite. @param {Options} [options] */
export function useBareWorker(options) {
  /** @type {Awaited<ReturnType<typeof startBareWorker>> | undefined} */
  let worker;
  before(async () => {
    worker = await startBareWorker(options);
  });
  beforeEach(() => worker?.simulator.reset());
  after(async () => {
    if (!worker) return;
    const { simulator, secret } = worker;
    const output = worker.output();
    await worker.close();
    assert.ok(![simulator.apiKey, secret, '12025550123'].some((text) => output.includes(text)), 'a secret or a recipient is in the log');
  });
  return /** @type {Awaited<ReturnType<typeof startBareWorker>>} */ (
    new Proxy({}, { get: (_, name) => Reflect.get(worker ?? {}, name) })
  );
}

/** @param {Options} [options] */
export async function startBareWorker(options) {
  const stack = await startStack({ before: { 'entry.js': ENTRY, 'clock.js': CLOCK }, ...options });
  const { simulator, secret } = stack;
  const token = (/** @type {Record<string, unknown>} */ claims = {}) => sign({ sub: 'test', aud: 'maytapi-edge', exp: now() + 600, ...claims }, { secret });
  const { ports, memory } = stack.runtime();
  const port = () => ports['edge'] ?? 0;

  return {
    simulator,
    secret,
    token,
    lines: stack.lines,
    output: stack.logs,
    /** Bytes that the whole process holds. */
    resident: memory,
    /** Names of the requests that reached the Worker, of those that gave one in `x-arrives`. */
    arrived: () => [...stack.logs().matchAll(/^arrived (.+)$/gm)].map(([, name = '']) => name),

    /** @param {string} path @param {RequestInit} [init] @returns {Promise<Answer>} */
    async call(path, init = {}) {
      const response = await fetch(`http://127.0.0.1:${port()}${path}`, init);
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, body: text.startsWith('{') ? JSON.parse(text) : undefined };
    },

    /** @param {unknown} message a text goes as it is @param {{ token?: string, headers?: Record<string, string> }} [how] */
    async post(message, { token: shown = token(), headers = {} } = {}) {
      const body = typeof message === 'string' ? message : JSON.stringify(message);
      return this.call(SEND, { method: 'POST', body, headers: { 'content-type': 'application/json', authorization: `Bearer ${shown}`, ...headers } });
    },

    /**
     * Writes a part of a request, or all of it, and hangs up.
     * @param {string} text as it goes over the wire
     * @param {Way} way
     * @param {{ when?: 'written' | 'answered' | number }} [at] once it is written, once an answer has begun, or so many milliseconds after it was written
     */
    hangUp(text, way, { when = 'written' } = {}) {
      return new Promise((resolve, reject) => {
        const socket = connect(port(), '127.0.0.1', () => {
          socket.write(text, () => {
            if (when === 'written') leave();
            else if (when !== 'answered') setTimeout(leave, when);
          });
        });
        const leave = () => (way === 'RST' ? socket.resetAndDestroy() : socket.destroy());
        socket.once('readable', () => when === 'answered' && leave());
        socket.once('error', reject);
        socket.once('close', () => resolve(undefined));
      });
    },

    close: stack.close,

    /** What the inspector tells of the isolate: after a collection, and with a request or two, since only an isolate that runs collects. */
    async held() {
      const isolate = await inspect(ports['inspector'] ?? 0, 'edge');
      try {
        const stir = async () => {
          for (let n = 0; n < 16; n += 1) await this.call('/ping');
        };
        return { objects: await isolate.memory(stir), wasm: await isolate.wasm() };
      } finally {
        isolate.close();
      }
    },
  };
}

/** A request as it goes over the wire. @param {string} method @param {string} path @param {Record<string, string>} headers @param {string} [body] */
export function raw(method, path, headers, body = '') {
  const lines = Object.entries({ host: 'edge.example', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

/**
 * Waits until something holds; what it comes to once the time is over is the caller's to judge.
 * @param {() => boolean} holds @param {number} [ms]
 */
export async function until(holds, ms = 5000) {
  const end = Date.now() + ms;
  while (!holds() && Date.now() < end) await pause(20);
}

/** @param {number} ms */
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
