// @ts-check
// What is asked of the edge proxy besides sends and reads: requests whose answers are the proxy's own, and its live socket.
import {
  AuthenticationError,
  ConfigurationError,
  ConflictError,
  ConnectionError,
  MaytapiError,
  PermissionError,
  RateLimitError,
  RefusedError,
  ServerError,
  TimeoutError,
  UnreadableAnswerError,
  invalidOption,
  withoutSecrets,
} from "./errors.js";

/** @typedef {import("../dist/maytapi.js").ClientOptions & { dropToken?: (token: string) => void }} ClientOptions with what to do about a token that is not accepted */

/** @type {Record<number, typeof import("./errors.js").MaytapiError>} */
const BY_STATUS = { 401: AuthenticationError, 403: PermissionError, 409: ConflictError, 429: RateLimitError };
const TIMEOUT_MS = 60_000;

/** How the proxy closes a socket whose token it does not take, or not any more. */
const NOT_ACCEPTED = 4401;

export class Proxy {
  #options;
  url;

  /**
   * @param {ClientOptions} options
   * @param {string | number} [phoneId]
   */
  constructor(options, phoneId = options.phoneId) {
    const { baseUrl, token } = /** @type {{ baseUrl?: string, token?: unknown }} */ (options);
    if (typeof baseUrl !== "string" || (typeof token !== "string" && typeof token !== "function")) {
      throw new ConfigurationError("This goes through the edge proxy: give baseUrl and token", { code: "invalid_option" });
    }
    const phone = String(phoneId ?? "");
    if (!/^\d{1,12}$/.test(phone)) throw invalidOption("phoneId", "give the phone's id, here or in the client's options");
    this.#options = options;
    this.url = `${baseUrl.replace(/\/+$/, "")}/${phone}`;
  }

  /**
   * One request; its answer as it came. A token that is refused is asked for once more.
   * @param {string} path
   * @param {{ body?: object | string, method?: string, headers?: Record<string, string>, signal?: AbortSignal, timeoutMs?: number, waitMs?: number, refused?: Refused }} [how]
   * @returns {Promise<any>}
   */
  async ask(path, { body, method = body ? "POST" : "GET", headers, signal, timeoutMs = this.#options.timeoutMs ?? TIMEOUT_MS, waitMs = 0, refused } = {}) {
    for (let renewed = false; ; renewed = true) {
      const token = await this.#token(signal);
      const answer = await this.#exchange(path, token, { body, method, headers, signal, ms: timeoutMs + waitMs });
      if (answer.status === 401) this.#options.dropToken?.(token);
      if (answer.status !== 401 || renewed || typeof this.#options.token !== "function") return read(answer, refused);
    }
  }

  /**
   * A live socket; nothing where the runtime has none, does not let this one be, or the caller has a `fetch` of his own.
   * @param {string} path
   */
  async dial(path) {
    const Socket = globalThis.WebSocket;
    // What a `fetch` of the caller's own adds, as a cookie or a header, no socket would have.
    if (typeof Socket !== "function" || this.#options.fetch !== undefined) return undefined;
    // Asked for each time: the one before may have ended while the socket was open.
    const token = await this.#token();
    try {
      // A page can give a socket no header.
      const socket = new Socket(`${this.url.replace(/^http/, "ws")}/${path}`, ["maytapi.v1", `maytapi.bearer.${token}`]);
      socket.addEventListener("close", ({ code }) => {
        if (code === NOT_ACCEPTED) this.#options.dropToken?.(token);
      });
      return socket;
    } catch {
      return undefined;
    }
  }

  /** @param {AbortSignal} [signal] @returns {Promise<string>} */
  async #token(signal) {
    signal?.throwIfAborted();
    const { token } = this.#options;
    try {
      const given = typeof token === "function" ? await unlessAborted(signal, token()) : token;
      if (typeof given === "string" && given !== "") return given;
    } catch (cause) {
      signal?.throwIfAborted();
      if (cause instanceof MaytapiError) throw cause;
      throw new AuthenticationError("The token could not be had; see the cause.", { code: "token_failed", retryable: "yes", cause });
    }
    throw new AuthenticationError("The token function gave no token.", { code: "token_failed" });
  }

  /**
   * @param {string} path @param {string} token
   * @param {{ body?: object | string, method: string, headers?: Record<string, string>, signal?: AbortSignal, ms: number }} how
   */
  async #exchange(path, token, { body, method, headers, signal, ms }) {
    const send = this.#options.fetch ?? globalThis.fetch;
    const controller = new AbortController();
    const stop = () => controller.abort(signal?.reason);
    signal?.throwIfAborted();
    signal?.addEventListener("abort", stop);
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      controller.abort();
    }, ms);
    try {
      const response = await send(`${this.url}/${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, accept: "application/json", ...(body ? { "content-type": "application/json" } : {}), ...headers },
        redirect: "error",
        signal: controller.signal,
        ...(body ? { body: typeof body === "string" ? body : JSON.stringify(body) } : {}),
      });
      return { status: response.status, headers: response.headers, text: await response.text() };
    } catch (error) {
      signal?.throwIfAborted();
      if (late) throw new TimeoutError("No answer came in time.", { code: "timeout", retryable: "yes" });
      throw new ConnectionError("The proxy could not be reached, or the connection broke.", { code: "connection_failed", retryable: "yes", cause: withoutSecrets(error, [token]) });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
    }
  }
}

/**
 * What a promise comes to, unless the caller ends the wait for it.
 * @template T
 * @param {AbortSignal | undefined} signal
 * @param {T | Promise<T>} value
 * @returns {Promise<T>}
 */
async function unlessAborted(signal, value) {
  /** @type {() => void} */
  let abort = () => {};
  const aborted = new Promise((_, reject) => {
    abort = () => reject(signal?.reason);
  });
  signal?.addEventListener("abort", abort);
  try {
    return await Promise.race([value, aborted]);
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

/** @typedef {(problem: any, details: import("./errors.js").Details) => MaytapiError | undefined} Refused what to make of a problem that has more to tell than others */

/**
 * The answer's JSON, or the error that it tells.
 * @param {{ status: number, headers: Headers, text: string }} answer
 * @param {Refused} [refused]
 */
function read({ status, headers, text }, refused) {
  /** @type {any} */
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    // No JSON: told below.
  }
  const object = typeof body === "object" && body !== null;
  if (status >= 200 && status < 300 && object) return body;
  const requestId = headers.get("x-request-id") ?? undefined;
  if (status < 300 || !object || typeof body.code !== "string") {
    const Class = BY_STATUS[status] ?? (status >= 500 ? ServerError : UnreadableAnswerError);
    const code = status >= 500 ? "server_error" : "unreadable_answer";
    throw new Class(`The proxy's answer with HTTP ${status} can't be read.`, { code, status, requestId, retryable: status >= 500 || status === 429 ? "yes" : "no", body: text.slice(0, 1000) });
  }
  const Class = BY_STATUS[status] ?? (status >= 500 ? ServerError : RefusedError);
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  const retryAfterMs = Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), 86_400) * 1000 : undefined;
  // These requests change nothing, or the same once more: whatever may pass can be asked again.
  const retryable = body.retryable === "unknown" ? "yes" : body.retryable;
  /** @type {import("./errors.js").Details} */
  const details = { code: body.code, status, requestId, retryAfterMs, retryable: retryable === "yes" ? "yes" : "no" };
  throw refused?.(body, details) ?? new Class(String(body.detail ?? body.message ?? body.code), details);
}

/** A path with those of the values that there are. @param {string} path @param {Record<string, string | number | undefined>} values */
export function query(path, values) {
  const given = Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`]));
  return given.length > 0 ? `${path}?${given.join("&")}` : path;
}
