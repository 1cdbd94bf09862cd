// @ts-check
// One phone's feed of changes, shared by all who follow it: one socket that dials again and goes on where it was cut, and requests that
// wait for the next change where there is no socket.
import { epochOf, seqOf } from "./changes.js";
import { AuthenticationError, MaytapiError, PermissionError, StreamError } from "./errors.js";

/** @typedef {import("./changes.js").Changes} Changes */
/** @typedef {import("./changes.js").Numbered} Numbered */
/** @typedef {{ items: Numbered[], cursor: string, more: boolean }} Page */

/**
 * @typedef {object} Source where the feed comes from
 * @property {(after: string | undefined, waitS: number, signal: AbortSignal) => Promise<Page>} page
 * @property {(after: string) => Promise<WebSocket | undefined>} dial asks for a fresh token first; nothing where the runtime has no sockets
 */

export const TIMING = {
  /** The first wait before another try; each further one is twice as long, up to the longest, and by chance less. */
  firstMs: 500,
  longestMs: 30_000,
  /** A connection that lived this long starts the waits anew. */
  stableMs: 5000,
  /** How long a socket may take to its first frame. */
  helloMs: 10_000,
  /** How long requests are made after two sockets that never spoke. */
  pollingMs: 300_000,
  /** A restart of the proxy ends every socket at once: they come back spread over this time. */
  spreadMs: 5000,
};

const WAIT_S = 20;
/** Close codes of the proxy. */
const TOKEN = 4401;
const NOT_ALLOWED = 4403;
const BEHIND = 4409;
const TOO_MANY = 4429;
const RESTART = 1012;
/** How often the proxy may say that there are too many sockets before that ends the feed. */
const MOST_REFUSALS = 5;

export class Feed {
  /** @type {"connecting" | "live" | "polling" | "closed"} */
  state = "closed";
  /** @type {string | undefined} up to where everybody was told */
  cursor;
  #source;
  #timing;
  /** @type {Set<Changes>} */
  #readers = new Set();
  /** @type {AbortController | undefined} ends whatever the loop waits for */
  #running;
  /** @type {Set<() => void>} each ends a wait before another try */
  #waits = new Set();

  /**
   * @param {Source} source
   * @param {typeof TIMING} [timing]
   */
  constructor(source, timing = TIMING) {
    this.#source = source;
    this.#timing = timing;
  }

  /**
   * Has a reader told everything after a cursor, or from now on. What is told live meanwhile is kept until he has caught up.
   * @param {Changes} reader
   * @param {string | undefined} after
   * @param {AbortSignal} signal
   * @returns {Promise<string>} the cursor from which he is told live
   */
  async join(reader, after, signal) {
    let cursor = after;
    let failures = 0;
    for (;;) {
      /** @type {Page} */
      let page;
      try {
        page = await this.#page(cursor, 0, signal, (now) => reader.reset(now));
      } catch (error) {
        if (signal.aborted || !mayPass(error)) throw error;
        await this.#rest(error.retryAfterMs ?? this.#backOff(failures), signal);
        failures += 1;
        continue;
      }
      failures = 0;
      reader.add(page.items, page.cursor);
      cursor = page.cursor;
      if (page.more) continue;
      // A feed that is behind this reader tells him again what he has seen, which he drops; one that is ahead told others what he missed.
      if (this.#running && isAhead(this.cursor, cursor)) continue;
      this.#readers.add(reader);
      if (!this.#running) void this.#run(cursor);
      return cursor;
    }
  }

  /** @param {Changes} reader */
  leave(reader) {
    this.#readers.delete(reader);
    if (this.#readers.size === 0) this.#stop();
  }

  #stop() {
    this.#running?.abort();
    this.#running = undefined;
    this.state = "closed";
    this.cursor = undefined;
  }

  /** @param {unknown} error */
  #fail(error) {
    this.#stop();
    const readers = [...this.#readers];
    this.#readers.clear();
    for (const reader of readers) reader.end({ error });
  }

  /** @param {string} cursor */
  async #run(cursor) {
    const running = new AbortController();
    const { signal } = running;
    this.#running = running;
    this.cursor = cursor;
    const soon = () => this.#waits.forEach((end) => end());
    const visible = () => globalThis.document?.visibilityState === "visible" && soon();
    globalThis.addEventListener?.("online", soon);
    globalThis.document?.addEventListener?.("visibilitychange", visible);
    try {
      await this.#follow(signal);
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
    } finally {
      globalThis.removeEventListener?.("online", soon);
      globalThis.document?.removeEventListener?.("visibilitychange", visible);
    }
  }

  /**
   * The one loop: a socket for as long as it lives, or a request that waits for the next change.
   * @param {AbortSignal} signal
   */
  async #follow(signal) {
    const { stableMs, pollingMs, spreadMs } = this.#timing;
    let failures = 0;
    let silent = 0;
    let refusals = 0;
    let denied = 0;
    let pollUntil = 0;
    let behind = false;
    while (!signal.aborted) {
      this.state = "connecting";
      const started = Date.now();
      const { code, spoke, polled, retryAfterMs } = await this.#once(behind || started < pollUntil, signal);
      if (signal.aborted) return;
      if (spoke) silent = denied = 0;
      if (Date.now() - started >= stableMs || polled) failures = refusals = 0;
      if (polled) {
        behind = false;
        continue;
      }
      if (code === TOKEN) {
        denied += 1;
        if (denied > 1) throw new AuthenticationError("The proxy does not take the token.", { code: "invalid_token", retryable: "no" });
        continue;
      }
      if (code === NOT_ALLOWED) throw new PermissionError("The token does not allow to follow this phone.", { code: "operation_not_allowed", retryable: "no" });
      if (code === TOO_MANY) {
        refusals += 1;
        if (refusals >= MOST_REFUSALS) throw new StreamError("The proxy has as many live connections as it takes.", { code: "too_many_sockets", retryable: "yes" });
      }
      // What was missed is more than a socket is told at once: pages first.
      behind = code === BEHIND;
      if (behind) continue;
      // A code of the proxy's own got through, so sockets do.
      if (!spoke && code < 4000) {
        silent += 1;
        // Something on the way eats upgrades; requests go through.
        if (silent >= 2) [silent, pollUntil] = [0, Date.now() + pollingMs];
      }
      // A request that failed is no connection either.
      this.state = "connecting";
      await this.#rest(code === RESTART ? Math.random() * spreadMs : (retryAfterMs ?? this.#backOff(failures)), signal);
      failures += 1;
    }
  }

  /**
   * A socket until it closes, or one request. What may pass is told as a connection that broke; what can't is thrown.
   * @param {boolean} polling
   * @param {AbortSignal} signal
   * @returns {Promise<{ code: number, spoke: boolean, polled?: boolean, retryAfterMs?: number | undefined }>}
   */
  async #once(polling, signal) {
    try {
      const socket = polling ? undefined : await this.#source.dial(this.cursor ?? "");
      if (socket) return await this.#live(socket, signal);
      const started = Date.now();
      await this.#poll(signal);
      // Whatever does not let a request wait is not asked without a pause.
      if (Date.now() - started < this.#timing.firstMs) await this.#rest(this.#timing.firstMs, signal);
      return { code: 1000, spoke: true, polled: true };
    } catch (error) {
      const passes = mayPass(error);
      if (!passes && !signal.aborted) throw error;
      return { code: 1006, spoke: true, retryAfterMs: passes ? error.retryAfterMs : undefined };
    }
  }

  /** @param {number} failures */
  #backOff(failures) {
    const { firstMs, longestMs } = this.#timing;
    return Math.random() * Math.min(longestMs, firstMs * 2 ** failures);
  }

  /**
   * One request that waits for the next change, and those after it as far as there are more pages.
   * @param {AbortSignal} signal
   */
  async #poll(signal) {
    this.state = "polling";
    for (;;) {
      const page = await this.#page(this.cursor, WAIT_S, signal, (now) => this.#reset(now));
      if (signal.aborted) return;
      this.#tell(page.items, page.cursor);
      if (!page.more) return;
    }
  }

  /**
   * A page of the feed. A cursor of another storage is told, and the page is then that of the present.
   * @param {string | undefined} after
   * @param {number} waitS
   * @param {AbortSignal} signal
   * @param {(cursor: string) => void} reset
   * @returns {Promise<Page>}
   */
  async #page(after, waitS, signal, reset) {
    try {
      return await this.#source.page(after, waitS, signal);
    } catch (error) {
      if (after === undefined || !isReset(error)) throw error;
    }
    const page = await this.#source.page(undefined, 0, signal);
    if (!signal.aborted) reset(page.cursor);
    return page;
  }

  /**
   * A socket until it closes.
   * @param {WebSocket} socket
   * @param {AbortSignal} signal
   * @returns {Promise<{ code: number, spoke: boolean }>}
   */
  #live(socket, signal) {
    return new Promise((resolve) => {
      let spoke = false;
      /** @type {ReturnType<typeof setInterval> | undefined} */
      let heart;
      let heard = Date.now();
      const late = setTimeout(() => end(1006), this.#timing.helloMs);
      const abort = () => end(1000);
      const end = (/** @type {number} */ code) => {
        clearTimeout(late);
        clearInterval(heart);
        signal.removeEventListener("abort", abort);
        socket.onmessage = socket.onclose = socket.onerror = null;
        try {
          socket.close();
        } catch {
          // It was never open.
        }
        resolve({ code, spoke });
      };
      signal.addEventListener("abort", abort);
      if (signal.aborted) return abort();
      socket.onmessage = ({ data }) => {
        heard = Date.now();
        if (data === "pong") return;
        const frame = frameOf(data);
        if (!frame) return end(1003);
        spoke = true;
        if (frame.t === "hello") {
          clearTimeout(late);
          this.state = "live";
          const beatMs = Math.max(Number(frame.heartbeatMs) || 30_000, 1000);
          clearInterval(heart);
          heart = setInterval(() => {
            // Two pings stayed without an answer: the connection is dead, whatever it says of itself.
            if (Date.now() - heard > 2.5 * beatMs) end(1006);
            else if (socket.readyState === 1) socket.send("ping");
          }, beatMs);
        } else if (frame.t === "reset") this.#reset(frame.cursor);
        else if (frame.t === "changes") this.#tell(frame.items, frame.cursor);
      };
      socket.onclose = ({ code }) => end(code);
      // A close follows, but in some runtimes not when the connection never stood.
      socket.onerror = () => setTimeout(() => end(1006), 0);
    });
  }

  /**
   * @param {Numbered[]} items
   * @param {string} cursor
   */
  #tell(items, cursor) {
    this.cursor = cursor;
    for (const reader of [...this.#readers]) reader.add(items, cursor);
  }

  /** @param {string} cursor */
  #reset(cursor) {
    this.cursor = cursor;
    for (const reader of [...this.#readers]) reader.reset(cursor);
  }

  /**
   * @param {number} ms
   * @param {AbortSignal} signal
   * @returns {Promise<void>}
   */
  #rest(ms, signal) {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        this.#waits.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener("abort", done);
      this.#waits.add(done);
      if (signal.aborted) done();
    });
  }
}

/**
 * Whether one cursor is further than another of the same storage.
 * @param {string | undefined} one
 * @param {string} other
 */
function isAhead(one, other) {
  return one !== undefined && epochOf(one) === epochOf(other) && seqOf(one) > seqOf(other);
}

/**
 * Whether what failed may do well a little later.
 * @param {unknown} error
 * @returns {error is MaytapiError}
 */
function mayPass(error) {
  return error instanceof MaytapiError && error.retryable === "yes";
}

/** @param {unknown} error */
function isReset(error) {
  return error instanceof MaytapiError && error.code === "cursor_reset";
}

/**
 * @param {unknown} data
 * @returns {any} `undefined` where it is no frame
 */
function frameOf(data) {
  try {
    const frame = JSON.parse(String(data));
    const whole = typeof frame?.t === "string" && typeof frame.cursor === "string" && (frame.t !== "changes" || Array.isArray(frame.items));
    return whole ? frame : undefined;
  } catch {
    return undefined;
  }
}
