// @ts-check
// What `sendMany` gives. What runs it is loaded when it is first asked for.
import { ConfigurationError, invalidOption } from "../errors.js";
import { later } from "../later.js";

/** @typedef {import("../../dist/maytapi.js").Message} Message */
/** @typedef {import("../../dist/maytapi.js").Queued} Queued */
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
  #run;
  #started = false;
  /** @type {Promise<BulkResult[]> | undefined} */
  #all;

  /**
   * @param {Iterable<Message> | AsyncIterable<Message>} messages
   * @param {(message: Message, index: number) => Promise<Queued>} send
   * @param {BulkOptions} options
   * @param {() => Promise<void>} [prepare] what has to be done before the first send
   */
  constructor(messages, send, { concurrency = 4, perSecond, onProgress, signal }, prepare) {
    check(isIterable(messages), "messages", "give an array or another iterable of messages");
    check(Number.isInteger(concurrency) && concurrency >= 1 && concurrency <= 1000, "concurrency", "give a whole number from 1 to 1000");
    check(perSecond === undefined || (typeof perSecond === "number" && perSecond >= 1e-6 && perSecond <= 1e6), "perSecond", "give how many messages may start in a second, such as 2 or 0.5");
    check(onProgress === undefined || typeof onProgress === "function", "onProgress", "give a function");
    check(signal === undefined || (typeof signal === "object" && signal !== null && "aborted" in signal), "signal", "give an AbortSignal");
    const gapMs = perSecond === undefined ? 0 : 1000 / perSecond;
    this.#run = async () => {
      const run = await later("sendMany");
      await prepare?.();
      return { ...run, each: run.results(messages, send, { concurrency, gapMs, onProgress, signal }) };
    };
  }

  /**
   * All results at once, when the last is there.
   * @template A, [B=never]
   * @param {((results: BulkResult[]) => A | PromiseLike<A>) | null} [onResults]
   * @param {((error: unknown) => B | PromiseLike<B>) | null} [onError]
   * @returns {Promise<A | B>}
   */
  then(onResults, onError) {
    this.#all ??= this.#start().then(({ collect, each }) => collect(each));
    return this.#all.then(/** @type {any} */ (onResults), onError);
  }

  /**
   * @template B
   * @param {((error: unknown) => B | PromiseLike<B>) | null} [onError]
   */
  catch(onError) {
    return this.then(undefined, onError);
  }

  /** @param {(() => void) | null} [onEnd] */
  finally(onEnd) {
    return this.then().finally(onEnd);
  }

  /**
   * One result after the other, in the order of the items.
   * @returns {AsyncGenerator<BulkResult, void, void>}
   */
  async *[Symbol.asyncIterator]() {
    const { each } = await this.#start();
    yield* each;
  }

  async #start() {
    if (this.#started) throw new ConfigurationError("sendMany: the results were already asked for; each item is sent once", { code: "already_started" });
    this.#started = true;
    return this.#run();
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

/**
 * @param {boolean} holds
 * @param {string} option
 * @param {string} advice
 */
function check(holds, option, advice) {
  if (!holds) throw invalidOption(option, advice);
}
