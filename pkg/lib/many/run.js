// @ts-check
// What runs many sends: a few at a time, at a set pace, with the results in the order of the items, in memory that does not grow with their
// number.

/** @typedef {import("../../dist/maytapi.js").Message} Message */
/** @typedef {import("../../dist/maytapi.js").Queued} Queued */
/** @typedef {import("./bulk.js").BulkResult} BulkResult */
/** @typedef {import("./bulk.js").BulkProgress} BulkProgress */

/**
 * One result after the other, in the order of the items. Items run ahead of a slow one, or of a slow caller, but only so far.
 * @param {Iterable<Message> | AsyncIterable<Message>} messages
 * @param {(message: Message, index: number) => Promise<Queued>} send
 * @param {{ concurrency: number, gapMs: number, onProgress?: (progress: BulkProgress) => void, signal?: AbortSignal }} how
 * @returns {AsyncGenerator<BulkResult, void, void>}
 */
export async function* results(messages, send, { concurrency, gapMs, onProgress, signal }) {
  const run = new Run(messages, send, concurrency, gapMs, onProgress);
  const stop = () => run.end(true, signal?.reason);
  signal?.addEventListener("abort", stop);
  try {
    if (signal?.aborted) stop();
    for (run.start(); ; run.start()) {
      const oldest = run.window[0];
      if (oldest) {
        const result = await oldest;
        run.window.shift();
        yield result;
      } else if (run.ended) break;
      else await run.change();
    }
  } finally {
    // The caller may have stopped early: what is under way is waited for, and their iterable is closed, unless it hangs itself.
    signal?.removeEventListener("abort", stop);
    run.end(false);
    await Promise.all(run.window);
    await run.close();
  }
  // The caller's signal, iterable or listener ended it: what was started was still told before.
  if (run.ended.failed) throw run.ended.error;
}

/**
 * All results at once.
 * @param {AsyncIterable<BulkResult>} results
 */
export async function collect(results) {
  const all = [];
  for await (const result of results) all.push(result);
  return all;
}

/** How many items per place of concurrency may be started or finished ahead of the oldest that is not handed out. */
const AHEAD = 16;

/** What is under way: each item that ends starts the next, with no promise between. */
class Run {
  /** @type {Promise<BulkResult>[]} what was started and not handed out, oldest first */
  window = [];
  /** @type {{ failed: boolean, error?: unknown } | undefined} set when nothing new is started */
  ended;
  #source;
  #send;
  #concurrency;
  #gapMs;
  #onProgress;
  #counts = { done: 0, queued: 0, failed: 0 };
  #index = 0;
  #running = 0;
  #nextStart = 0;
  #pulling = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} until the next item may start */
  #timer;
  /** @type {(() => void) | undefined} wakes who waits while nothing is under way */
  #wake;

  /**
   * @param {Iterable<Message> | AsyncIterable<Message>} messages
   * @param {(message: Message, index: number) => Promise<Queued>} send never throws at once
   * @param {number} concurrency
   * @param {number} gapMs
   * @param {((progress: BulkProgress) => void) | undefined} onProgress
   */
  constructor(messages, send, concurrency, gapMs, onProgress) {
    this.#source = iteratorOf(messages);
    this.#send = send;
    this.#concurrency = concurrency;
    this.#gapMs = gapMs;
    this.#onProgress = onProgress;
  }

  /** Starts as many items as may run now. */
  start() {
    while (!this.ended && !this.#pulling && !this.#timer && this.#running < this.#concurrency && this.window.length < this.#concurrency * AHEAD) {
      const now = this.#gapMs && performance.now();
      const next = this.#nextStart;
      if (now >= next) this.#take(now);
      else {
        this.#timer = setTimeout(() => {
          this.#timer = undefined;
          // By the plan and not by when the timer fired, or every delay would add up.
          this.#take(next);
          this.start();
        }, next - now);
      }
    }
  }

  /**
   * Takes an item from the caller's iterable, now or when that has one.
   * @param {number} start when it was to start
   */
  #take(start) {
    this.#nextStart = start + this.#gapMs;
    try {
      const pulled = this.#source.next();
      if (!("then" in pulled)) return this.#begin(pulled);
      this.#pulling = true;
      void Promise.resolve(pulled).finally(() => {
        this.#pulling = false;
      }).then((pulled) => this.#begin(pulled)).then(() => this.start(), (error) => this.end(true, error));
    } catch (error) {
      this.end(true, error);
    }
  }

  /** @param {IteratorResult<Message>} pulled */
  #begin({ done, value }) {
    if (done) this.end(false);
    if (this.ended) return;
    this.#running += 1;
    this.window.push(this.#one(this.#index, value));
    this.#index += 1;
    this.#tell();
  }

  /**
   * @param {number} index
   * @param {Message} message
   * @returns {Promise<BulkResult>} never rejects
   */
  async #one(index, message) {
    /** @type {BulkResult} */
    let result;
    try {
      result = { index, message, status: "queued", queued: await this.#send(message, index) };
    } catch (error) {
      result = { index, message, status: "failed", error };
    }
    this.#running -= 1;
    this.#counts.done += 1;
    this.#counts[result.status] += 1;
    try {
      this.#onProgress?.({ ...this.#counts, result });
    } catch (error) {
      // A listener that throws ends it as the caller's own iterable would, and what was sent is still told.
      this.end(true, error);
    }
    this.start();
    return result;
  }

  /**
   * Starts nothing more. What ended it first is what counts.
   * @param {boolean} failed
   * @param {unknown} [error]
   */
  end(failed, error) {
    this.ended ??= { failed, error };
    clearTimeout(this.#timer);
    this.#tell();
  }

  #tell() {
    this.#wake?.();
    this.#wake = undefined;
  }

  /** @returns {Promise<void>} until something was started, or it ended */
  change() {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** Closes the caller's iterable, unless it is in the middle of giving an item. */
  async close() {
    if (!this.#pulling) await this.#source.return?.();
  }
}

/**
 * @param {Iterable<Message> | AsyncIterable<Message>} messages
 * @returns {AsyncIterator<Message> | Iterator<Message>}
 */
function iteratorOf(messages) {
  return Symbol.asyncIterator in messages ? messages[Symbol.asyncIterator]() : messages[Symbol.iterator]();
}
