// What the simulator's own tests share: a simulator that is closed afterwards, a webhook that listens, a way to send.
// @ts-check
import { listen, readBody, send } from './listener.mjs';
import { startSimulator } from './simulator.mjs';

/** @typedef {import('./simulator.mjs').Simulator} Simulator */
/** @typedef {{ after(action: () => Promise<void>): void }} Test */

export const PHONE = 1150;
export const TO = '12025550123';

/**
 * @param {Test} t
 * @param {Partial<import('./options.mjs').Options>} [options]
 */
export async function start(t, options) {
  const simulator = await startSimulator({ log: () => {}, ...options });
  t.after(() => simulator.close());
  return simulator;
}

/**
 * A receiver of webhooks that answers with the given statuses in turn, then with 200.
 * @param {Test} t
 * @param {number[]} [statuses]
 */
export async function receiver(t, statuses = []) {
  /** @type {any[]} */
  const events = [];
  const listener = await listen(0, async (request, response) => {
    const { bytes } = await readBody(request, 100 * 1024 * 1024);
    events.push(JSON.parse(bytes.toString('utf8')));
    send(response, { status: statuses.shift() ?? 200 });
  });
  t.after(() => listener.close());
  return { url: `${listener.url}/hook`, events };
}

/**
 * A call to the API with the right key, unless `headers` say otherwise.
 * @param {Simulator} simulator
 * @param {string} path after the product id
 * @param {{ method?: string, body?: unknown, headers?: Record<string, string>, signal?: AbortSignal }} [init]
 */
export function call(simulator, path, { method, body, headers, signal } = {}) {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(`${simulator.apiUrl}/${path}`, {
    method: method ?? (text === undefined ? 'GET' : 'POST'),
    headers: { 'x-maytapi-key': simulator.apiKey, ...(text === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    body: text,
    redirect: 'manual',
    signal,
  });
}

/**
 * Sends a text, or whatever `more` makes of it.
 * @param {Simulator} simulator
 * @param {Record<string, unknown>} [more]
 */
export function text(simulator, more = {}) {
  return call(simulator, `${PHONE}/sendMessage`, { body: { to_number: TO, type: 'text', message: 'hi', ...more } });
}

/**
 * The same, and what came back as JSON.
 * @param {Simulator} simulator
 * @param {Record<string, unknown>} [more]
 * @returns {Promise<any>}
 */
export async function sent(simulator, more) {
  return (await text(simulator, more)).json();
}
