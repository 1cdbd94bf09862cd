// @ts-check
// Many sends, a few at a time: at a set pace, with the results in the order of the items, in memory that does not grow with their number.
import { ConfigurationError } from "./errors.js";

/** @typedef {import("../dist/maytapi.js").Message} Message */
/** @typedef {import("../dist/maytapi.js").Queued} Queued */
/** @typedef {{ index: number, message: Message, status: "queued", queued: Queued } | { index: number, message: Message, status: "failed", error: unknown }} BulkResult */
/** @typedef {{ done: number, queued: number, failed: number, result: BulkResult }} BulkProgress */

/**
 * @typedef {object} BulkOptions
 * @property {number} [concurrency]
 * @property {number} [perSecond]
 * @property {(progress: BulkProgress) => void} [onProgress]
 * @property {AbortSignal} [signal]
 */

/**
 * What `sendMany` gives: nothing is sent until it is awaited or iterated over, and each item is sent once.
 * @implements {AsyncIterable<BulkResult>}
 */
export class Bulk {
  #messages;
  #send;
  #concurrency;
  #gapMs;
  #onProgress;
  #signal;
  #started = false;
  /** @type {Promise<BulkResult[]> | undefined} */
  #all;

  /**
   * @param {Iterable<Message> | AsyncIterable<Message>} messages
   * @param {(message: Message, index: number) => Promise<Queued>} send
   * @param {BulkOptions} options
   */
  constructor(messages, send, { concurrency = 4, perSecond, onProgress, signal }) {
    check(isIterable(messages), "messages", "give an array or another iterable of messages");
    check(Number.isInteger(concurrency) && concurrency >= 1 && concurrency <= 1000, "concurrency", "give a whole number from 1 to 1000");
    check(perSecond === undefined || (typeof perSecond === "number" && perSecond > 0 && perSecond <= 1e6), "perSecond", "give how many messages may start in a second, such as 2 or 0.5");
    check(onProgress === undefined || typeof onProgress === "function", "onProgress", "give a function");
    check(signal === undefined || (typeof signal === "object" && signal !== null && "aborted" in signal), "signal", "give an AbortSignal");
    this.#messages = messages;
    this.#send = send;
    this.#concurrency = concurrency;
    this.#gapMs = perSecond === undefined ? 0 : 1000 / perSecond;
    this.#onProgress = onProgress;
    this.#signal = signal;
  }

  /**
   * All results at once, when the last is there.
   * @template A, [B=never]
   * @param {((results: BulkResult[]) => A | PromiseLike<A>) | null} [onResults]
   * @param {((error: unknown) => B | PromiseLike<B>) | null} [onError]
   * @returns {Promise<A | B>}
   */
  then(onResults, onError) {
    this.#all ??= collect(this[Symbol.asyncIterator]());
    return this.#all.then(/** @type {any} */ (onResults), onError);
  }

  /**
   * One result after the other, in the order of the items. Items run ahead of a slow one, or of a slow caller, but only so far.
   * @returns {AsyncGenerator<BulkResult, void, void>}
   */
  async *[Symbol.asyncIterator]() {
    if (this.#started) throw new ConfigurationError("sendMany: the results were already asked for; each item is sent once", { code: "already_started" });
    this.#started = true;
    const source = iteratorOf(this.#messages);
    const stop = new Stop(this.#signal);

    /** @type {Promise<BulkResult>[]} what was started and not handed out, oldest first */
    const window = [];
    const counts = { done: 0, queued: 0, failed: 0 };
    const change = new Change();
    let running = 0;
    let pulling = false;
    /** @type {{ error?: unknown } | undefined} set when nothing new is started: with what ended it, where that was no plain end */
    let end;

    const starting = (async () => {
      let nextStart = 0;
      for (let index = 0; ; index += 1) {
        while (running >= this.#concurrency || window.length >= this.#concurrency * AHEAD) await stop.or(change.next());
        nextStart = await paced(nextStart, this.#gapMs, stop);
        let pulled = source.next();
        if (pulled instanceof Promise || "then" in pulled) {
          pulling = true;
          pulled = await stop.or(Promise.resolve(pulled).finally(() => {
            pulling = false;
          }));
        }
        if (pulled.done) return;
        running += 1;
        // A listener that throws ends it as the caller's own iterable would, and what was sent is still told.
        const result = this.#one(index, pulled.value, counts, (error) => stop.now(error));
        void result.then(() => {
          running -= 1;
          change.tell();
        });
        window.push(result);
        change.tell();
      }
    })().then(
      () => {
        end = {};
      },
      // The caller's signal, or the caller's own iterable: what was started is still told before this is thrown.
      (error) => {
        end = { error };
      },
    );
    void starting.then(() => change.tell());

    try {
      for (;;) {
        const oldest = window[0];
        if (oldest) {
          const result = await oldest;
          window.shift();
          change.tell();
          yield result;
        } else if (end) break;
        else await change.next();
      }
    } finally {
      // The caller may have stopped early: what is under way is waited for, and their iterable is closed, unless it hangs itself.
      stop.now();
      stop.leave();
      await starting;
      await Promise.all(window);
      if (!pulling) await source.return?.();
    }
    if (end && "error" in end) throw end.error;
  }

  /**
   * @param {number} index
   * @param {Message} message
   * @param {{ done: number, queued: number, failed: number }} counts
   * @param {(error: unknown) => void} onBroken
   * @returns {Promise<BulkResult>} never rejects
   */
  async #one(index, message, counts, onBroken) {
    /** @type {BulkResult} */
    let result;
    try {
      result = { index, message, status: "queued", queued: await this.#send(message, index) };
    } catch (error) {
      result = { index, message, status: "failed", error };
    }
    counts.done += 1;
    counts[result.status] += 1;
    try {
      this.#onProgress?.({ ...counts, result });
    } catch (error) {
      onBroken(error);
    }
    return result;
  }
}

/** How many items per place of concurrency may be started or finished ahead of the oldest that is not handed out. */
const AHEAD = 16;

/** Wakes who waits for something to change. */
class Change {
  /** @type {(() => void)[]} */
  #waiting = [];

  tell() {
    if (this.#waiting.length > 0) for (const wake of this.#waiting.splice(0)) wake();
  }

  /** @returns {Promise<void>} */
  next() {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }
}

/** Ends the one wait that is going on: for the caller's signal, on which there is one listener for all waits, or for another reason. */
class Stop {
  /** @type {{ reason: unknown } | undefined} */
  #stopped;
  /** @type {((reason: unknown) => void) | undefined} */
  #interrupt;
  #signal;
  #onAbort = () => this.now(this.#signal?.reason);

  /** @param {AbortSignal} [signal] */
  constructor(signal) {
    this.#signal = signal;
    if (signal?.aborted) this.#onAbort();
    else signal?.addEventListener("abort", this.#onAbort);
  }

  /** @param {unknown} [reason] */
  now(reason) {
    this.#stopped ??= { reason };
    this.#interrupt?.(this.#stopped.reason);
  }

  leave() {
    this.#signal?.removeEventListener("abort", this.#onAbort);
  }

  throwIfStopped() {
    if (this.#stopped) throw this.#stopped.reason;
  }

  /**
   * A promise's outcome, or the reason as soon as it is stopped. One wait at a time.
   * @template T
   * @param {Promise<T>} promise
   * @returns {Promise<T>}
   */
  or(promise) {
    return new Promise((resolve, reject) => {
      this.#interrupt = reject;
      if (this.#stopped) reject(this.#stopped.reason);
      promise.then(resolve, reject);
    });
  }
}

/**
 * Waits until the next item may start.
 * @param {number} start
 * @param {number} gapMs
 * @param {Stop} stop
 * @returns {Promise<number> | number} when the one after it may
 */
function paced(start, gapMs, stop) {
  stop.throwIfStopped();
  if (gapMs === 0) return 0;
  const now = performance.now();
  return start <= now ? now + gapMs : waited(start - now, stop).then(() => start + gapMs);
}

/**
 * @param {number} ms
 * @param {Stop} stop
 */
async function waited(ms, stop) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  try {
    await stop.or(new Promise((resolve) => {
      timer = setTimeout(resolve, ms);
    }));
  } finally {
    clearTimeout(timer);
  }
}

/** @param {unknown} messages */
function isIterable(messages) {
  try {
    return typeof messages === "object" && messages !== null && (Symbol.asyncIterator in messages || Symbol.iterator in messages);
  } catch {
    // A proxy that refuses even to be asked.
    return false;
  }
}

/** @param {AsyncIterable<BulkResult>} results */
async function collect(results) {
  const all = [];
  for await (const result of results) all.push(result);
  return all;
}

/**
 * @param {Iterable<Message> | AsyncIterable<Message>} messages
 * @returns {AsyncIterator<Message> | Iterator<Message>}
 */
function iteratorOf(messages) {
  return Symbol.asyncIterator in messages ? messages[Symbol.asyncIterator]() : messages[Symbol.iterator]();
}

/**
 * @param {boolean} holds
 * @param {string} option
 * @param {string} advice
 */
function check(holds, option, advice) {
  if (!holds) throw new ConfigurationError(`${option}: ${advice}`, { code: "invalid_option" });
}
