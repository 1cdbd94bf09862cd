// What the package's tests share: a simulator of Maytapi with a client on it, and answers made by hand.
// @ts-check
import { inspect } from "node:util";
import { MaytapiClient } from "maytapi";
import { headerOf, startSimulator } from "../simulator/simulator.mjs";

export { headerOf };

export const KEY = "canary-key-5f2c81d09e";
export const TOKEN = "canary-token-77ab01c4";
export const SECRET_TEXT = "canary-text the surprise party is on friday";
export const TO = "12025550123";
export const PHONE = 1150;
export const TEXT = Object.freeze({ type: "text", toNumber: TO, message: "Hello" });
export const QUEUED = '{"success":true,"data":{"chatId":"12025550123@c.us","msgId":"00000000-0000-4000-8000-000000000001"}}';

/**
 * A simulator and a client that sends to it; both end with the test.
 * @param {{ after(end: () => unknown): void }} test
 * @param {{ simulator?: Partial<import("../simulator/options.mjs").Options>, client?: object }} [given]
 */
export async function onSimulator(test, { simulator: options = {}, client: more = {} } = {}) {
  const simulator = await startSimulator({ apiKey: KEY, log: () => {}, ...options });
  const client = new MaytapiClient({ baseUrl: `${simulator.url}/api`, productId: simulator.productId, apiKey: KEY, phoneId: PHONE, ...more });
  test.after(() => simulator.close());
  test.after(() => client.free());
  return { simulator, client };
}

/**
 * A client through the edge whose `fetch` is the one given.
 * @param {(url: string, init: RequestInit) => unknown} fetch
 * @param {object} [more]
 */
export function withFetch(fetch, more = {}) {
  return new MaytapiClient({ baseUrl: "https://edge.example/api/main", token: TOKEN, phoneId: PHONE, fetch: /** @type {any} */ (fetch), ...more });
}

/** @param {unknown} value every way in which a program shows something */
export function shown(value) {
  const stack = value instanceof Error ? value.stack : "";
  let json = "";
  try {
    json = JSON.stringify(value) ?? "";
  } catch {
    // A cycle has no JSON to show.
  }
  return [String(value), stack, json, inspect(value, { depth: 10, showHidden: false }), inspect(value, { depth: 2, compact: true })].join("\n");
}

/**
 * What a promise comes to, or `undefined` when it has not settled after `ms`.
 * @template T
 * @param {Promise<T>} promise
 * @param {number} ms
 * @returns {Promise<PromiseSettledResult<T> | undefined>}
 */
export async function within(ms, promise) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, ms, undefined);
  });
  const settled = Promise.allSettled([promise]).then(([result]) => result);
  const first = await Promise.race([settled, late]);
  clearTimeout(timer);
  return first;
}
