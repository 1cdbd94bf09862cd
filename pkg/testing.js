// @ts-check
// A scripted `fetch` for the tests of programs that send: what it answers is said before, what it was asked is kept.

const QUEUED = { chatId: "12025550123@c.us" };

/**
 * @typedef {Response | Error | { status?: number, headers?: Record<string, string>, body?: unknown, delayMs?: number } | ((request: RecordedRequest) => unknown)} Step
 * @typedef {{ url: string, method: string, headers: Record<string, string>, body: string, json: unknown }} RecordedRequest
 */

/**
 * @param {Step[]} [script] one step for each request, in order; after the last one every message is queued
 */
export function scriptedFetch(script = []) {
  const steps = [...script];
  /** @type {RecordedRequest[]} */
  const requests = [];

  /**
   * @param {string | URL | Request} input
   * @param {RequestInit} [init]
   * @returns {Promise<Response>}
   */
  const fetch = async (input, init = {}) => {
    const request = await record(input, init);
    requests.push(request);
    const number = requests.length;
    let step = steps.shift() ?? queued(`00000000-0000-4000-8000-${String(number).padStart(12, "0")}`);
    if (typeof step === "function") step = /** @type {Exclude<Step, Function>} */ (await step(request));
    if (step instanceof Error) throw step;
    if (step instanceof Response) return step;
    const { status = 200, headers = {}, body, delayMs = 0 } = step;
    if (delayMs > 0) await wait(delayMs, init.signal ?? undefined);
    init.signal?.throwIfAborted();
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return new Response(text, { status, headers: { "content-type": "application/json", ...headers } });
  };

  return Object.assign(fetch, {
    requests,
    /** @param {Step[]} more */
    script(...more) {
      steps.push(...more);
    },
  });
}

/**
 * The answer to a message that was queued.
 * @param {string} msgId
 */
export function queued(msgId) {
  return { status: 200, body: { success: true, data: { ...QUEUED, msgId } } };
}

/**
 * The answer of Maytapi when it says no, which it does with HTTP 200.
 * @param {string} message
 * @param {string} [code]
 */
export function refused(message, code) {
  return { status: 200, body: { success: false, message, ...(code === undefined ? {} : { code }) } };
}

/** A connection that fails, as `fetch` tells it. */
export function disconnected() {
  return new TypeError("fetch failed");
}

/**
 * @param {string | URL | Request} input
 * @param {RequestInit} init
 * @returns {Promise<RecordedRequest>}
 */
async function record(input, init) {
  const url = input instanceof Request ? input.url : String(input);
  const body = init.body instanceof Blob ? await init.body.text() : String(init.body ?? "");
  let json;
  try {
    json = JSON.parse(body);
  } catch {
    json = undefined;
  }
  return { url, method: init.method ?? "GET", headers: Object.fromEntries(new Headers(init.headers)), body, json };
}

/**
 * @param {number} ms
 * @param {AbortSignal} [signal]
 */
function wait(ms, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve(undefined);
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}
