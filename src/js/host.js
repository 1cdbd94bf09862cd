// @ts-check
// What the bindings need of their JavaScript host, each as one call: an exchange over fetch, the caller's token, a wait, options, errors.

/**
 * How an exchange or a wait ended. Never a rejection: whatever a caller's `fetch` or signal does is told in here.
 * @typedef {object} Outcome
 * @property {number} status the HTTP status, a token's lifetime in seconds, or one of those below
 * @property {unknown} [value] the body, the reason of the abort, or what was thrown
 * @property {Headers} [headers]
 * @property {string} [requestId] the header of a proxy's answer that names the request
 */

/**
 * What is called back once, with the call's number. What every answer has is told beside the rest: asked for one by one, it would be as
 * many calls.
 * @typedef {(number: number, status: number, text: string | undefined, requestId: string | undefined, outcome: Outcome) => void} Resume
 */

/** Statuses that no server gives. */
const TIMED_OUT = -1;
const ABORTED = -2;
const FAILED = -3;
const NO_RESPONSE = -4;
const DONE = -5;

/** The longest delay that `setTimeout` takes; a longer one would fire at once. */
const LONGEST_TIMER_MS = 0x7fff_ffff;

/** @param {unknown} value */
const failed = (value) => ({ status: FAILED, value });

/**
 * Runs `start` within a time and the caller's signal, and leaves neither a timer nor a listener behind. What runs on is aborted.
 * @param {number} ms no bound when 0
 * @param {AbortSignal | undefined} signal
 * @param {Resume} resume
 * @param {number} number
 * @param {(signal?: AbortSignal) => Promise<Outcome>} start
 */
function within(ms, signal, resume, number, start) {
  const settle = (/** @type {Outcome} */ outcome) => resume(number, outcome.status, typeof outcome.value === "string" ? outcome.value : undefined, outcome.requestId, outcome);
  // Nothing can end it early, so there is nothing to abort it with.
  if (!ms && !signal) return void start().then(settle, (value) => settle(failed(value)));
  const controller = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let ended = false;
  const end = (/** @type {Outcome} */ outcome) => {
    if (ended) return;
    ended = true;
    clearTimeout(timer);
    try {
      signal?.removeEventListener("abort", aborted);
    } catch (error) {
      // A signal of the caller's own making may throw. It ends the send as an abort would, with what it threw as the reason.
      return settle({ status: ABORTED, value: error });
    }
    settle(outcome);
  };
  // Only what has not ended by itself is aborted: aborting makes an exception that nobody sees, which is dear.
  const stop = (/** @type {Outcome} */ outcome) => {
    end(outcome);
    controller.abort();
  };
  const aborted = () => stop({ status: ABORTED, value: signal?.reason });
  try {
    if (signal?.aborted) return aborted();
    signal?.addEventListener("abort", aborted);
  } catch (error) {
    return settle({ status: ABORTED, value: error });
  }
  if (ms) timer = setTimeout(() => stop({ status: TIMED_OUT }), Math.min(ms, LONGEST_TIMER_MS));
  start(controller.signal).then(end, (value) => stop(failed(value)));
}

/**
 * One exchange. Redirects are never followed: they would carry the credential elsewhere.
 * @param {typeof globalThis.fetch | undefined} send the caller's `fetch`, or the host's
 * @param {string} url
 * @param {string} fields the headers: names and values by turns, each on a line
 * @param {string | undefined} body JSON; a request without is a GET
 * @param {boolean} picture whether the answer's body is read as bytes, unless it says that it is text
 * @param {number} ms
 * @param {AbortSignal | undefined} signal
 * @param {Resume} resume
 * @param {number} number
 */
export function exchange(send, url, fields, body, picture, ms, signal, resume, number) {
  within(ms, signal, resume, number, async (signal) => {
    // Called with `this` undefined: browsers and workerd refuse any other.
    const call = send ?? fetch;
    /** @type {Record<string, string>} */
    const headers = {};
    const lines = fields.split("\n");
    for (let at = 1; at < lines.length; at += 2) headers[/** @type {string} */ (lines[at - 1])] = /** @type {string} */ (lines[at]);
    const response = await call(url, { method: body ? "POST" : "GET", headers, body, redirect: "manual", signal });
    const answer = head(response);
    if (answer.status < 0) return answer;
    // Only a proxy, which takes a token, has a log to find the request in.
    if (headers.authorization) answer.requestId = header(answer, "x-request-id");
    const bytes = picture && !/json|text/i.test(header(answer, "content-type") ?? "");
    answer.value = await (bytes ? response.arrayBuffer() : response.text());
    if (typeof answer.value !== (bytes ? "object" : "string")) answer.status = NO_RESPONSE;
    return answer;
  });
}

/**
 * Status and headers. By behaviour, not by class: the answers of other realms and of other implementations of fetch are as good.
 * @param {Response} response
 * @returns {Outcome}
 */
function head(response) {
  try {
    const { status, headers } = response;
    if (Number.isInteger(status) && status >= 0 && status < 1000 && typeof headers === "object" && headers) return { status, headers };
  } catch {
    // A getter that throws is as good as none.
  }
  return { status: NO_RESPONSE };
}

/**
 * A header of an answer, where what should be `Headers` has one.
 * @param {Outcome} outcome
 * @param {string} name
 */
export function header({ headers }, name) {
  try {
    const value = headers?.get(name);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Fetches a token from the caller's function: a text, or an object with the token and its lifetime, which is told in the place of a status.
 * Async, so that one that throws at once fails as one that rejects.
 * @param {() => any} token
 * @param {Resume} resume
 * @param {number} number
 */
export function fetchToken(token, resume, number) {
  within(0, undefined, resume, number, async () => {
    const given = await token();
    const { token: value = given, expiresInSeconds } = Object(given);
    const seconds = Number(expiresInSeconds ?? Number.NaN);
    return { status: Number.isInteger(seconds) ? Math.min(Math.max(seconds, 0), LONGEST_TIMER_MS) : DONE, value };
  });
}

/**
 * A wait, for ever when `ms` is 0. The signal ends it early, and so does its owner by what this returns.
 * @param {number} ms
 * @param {AbortSignal | undefined} signal
 * @param {Resume} resume
 * @param {number} number
 */
export function wait(ms, signal, resume, number) {
  /** @type {(outcome: Outcome) => void} */
  let end = () => {};
  within(ms, signal, resume, number, () => new Promise((resolve) => {
    end = resolve;
  }));
  return () => end({ status: DONE });
}

/** A key that nobody else makes; nothing where the host has no source of randomness. */
export function randomKey() {
  // Pages that are not a secure context have no randomUUID.
  if (crypto.randomUUID) return crypto.randomUUID();
  return crypto.getRandomValues(new Uint32Array(4)).join("-");
}

/**
 * What a send resolves to. Its `response` is not enumerable: it is there for who asks, and in no copy or log.
 * @param {string} msgId
 * @param {string | undefined} chatId
 * @param {Outcome} outcome
 */
export function queued(msgId, chatId, { status, headers, requestId }) {
  /** @type {Record<string, unknown>} */
  const queued = { state: "queued", msgId };
  if (chatId) queued.chatId = chatId;
  queued.status = status;
  if (requestId) queued.requestId = requestId;
  return Object.defineProperty(queued, "response", { value: { status, headers } });
}

/**
 * Whether this runs in a browser's page or worker, where the user can read everything. Node, Deno, Bun and workerd have some of a
 * browser's globals, but not a `window` with a document, nor a worker's scope without a runtime of their own beside it.
 */
export function isBrowser() {
  const { window, process, Deno, Bun, WorkerGlobalScope, WebSocketPair } = /** @type {any} */ (globalThis);
  const server = [process, Deno, Bun].some((runtime) => runtime?.versions ?? runtime?.version);
  return Boolean(window?.document ?? (!server && WorkerGlobalScope && !WebSocketPair));
}

/**
 * A value as JSON text, or nothing where it has none. May throw what the caller's getters and proxies throw.
 * @param {unknown} value
 * @returns {string | undefined}
 */
export function jsonOf(value) {
  return JSON.stringify(value);
}

/**
 * Options as JSON text. Whatever is no data (functions, objects, numbers that JSON has not) is an empty object there, which no option takes. May
 * throw what the caller's getters and proxies throw.
 * @param {any} options
 * @param {string} names those that are read, with a space between
 */
export function optionsText(options, names) {
  /** @type {Record<string, unknown>} */
  const data = {};
  for (const name of names.split(" ")) {
    const value = options[name] ?? undefined;
    data[name] = ["string", "boolean", "undefined"].includes(typeof value) || Number.isFinite(value) ? value : {};
  }
  return JSON.stringify(data);
}

/**
 * A member of an object, or nothing where it is missing. May throw what the caller's getters and proxies throw.
 * @param {any} object
 * @param {string} name
 */
export function member(object, name) {
  return object[name] ?? undefined;
}

/**
 * Whether it behaves as an `AbortSignal`: one of another realm is as good.
 * @param {any} value
 */
export function isSignal(value) {
  return typeof value.aborted === "boolean" && [value.addEventListener, value.removeEventListener].every((method) => typeof method === "function");
}

/**
 * An error as the package's callers get it, but for its class.
 * @param {string} name
 * @param {string} message
 * @param {string} members as JSON text
 * @param {unknown} cause
 */
export function errorOf(name, message, members, cause) {
  const error = Object.assign(new Error(message), { name }, JSON.parse(members));
  if (cause !== undefined) error.cause = cause;
  return error;
}

/**
 * Tells the caller's logger. One that throws must not fail the send that it reports.
 * @param {any} logger
 * @param {string} level
 * @param {string} event
 * @param {string} details as JSON text
 */
export function tell(logger, level, event, details) {
  try {
    logger[level]?.(event, JSON.parse(details));
  } catch {
    // The caller's own logger has nobody to tell.
  }
}
