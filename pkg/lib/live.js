// @ts-check
// What becomes of messages, followed through the edge proxy: one message, one message until it is read, or everything of a phone.
import { advanceDelivery } from "../dist/maytapi.js";
import { Changes } from "./changes.js";
import { StreamError, invalidOption } from "./errors.js";
import { Feed, TIMING } from "./feed.js";
import { refuseUnknown } from "./options.js";
import { Proxy, query } from "./proxy.js";

/** @typedef {import("../dist/maytapi.js").ClientOptions} ClientOptions */
/** @typedef {import("../index.js").Change} Change */
/** @typedef {import("../index.js").Delivery} Delivery */
/** @typedef {import("../index.js").DeliveryState} DeliveryState */

/**
 * @typedef {object} Following
 * @property {string} [after]
 * @property {DeliveryState} [until]
 * @property {AbortSignal} [signal]
 * @property {string | number} [phoneId]
 * @property {number} [timeoutMs]
 */

/** The options of a question, of a stream, and of a message that is followed. */
const QUESTION = "phoneId timeoutMs signal maxRetries";
const STREAM = "after phoneId signal";
const TRACK = "until phoneId signal";
const STATES = ["queued", "sent", "failed", "delivered", "read", "played", "deleted"];
/** A failure counts once nothing has refuted it for so long: what is delivered after all refutes it. */
const FAILURE_STANDS_MS = 60_000;
/** How many messages the proxy looks up at once. */
const LOOKUP = 200;

export class Live {
  #options;
  #timing;
  #failureStandsMs;
  /** @type {Map<string, Feed>} by phone */
  #feeds = new Map();
  /** @type {Set<EventStream>} */
  #streams = new Set();

  /**
   * @param {ClientOptions} options
   * @param {{ timing?: typeof TIMING, failureStandsMs?: number }} [given] for tests, which can't wait that long
   */
  constructor(options, { timing = TIMING, failureStandsMs = FAILURE_STANDS_MS } = {}) {
    this.#options = options;
    this.#timing = timing;
    this.#failureStandsMs = failureStandsMs;
  }

  /**
   * @param {string} msgId
   * @param {Following} [options]
   * @returns {Promise<Delivery>}
   */
  async message(msgId, options = {}) {
    refuseUnknown(options, QUESTION);
    const { signal, phoneId, timeoutMs } = options;
    const item = await this.#proxy(phoneId).ask(`messages/${encodeURIComponent(idOf(msgId))}`, { signal, timeoutMs });
    return deliveryOf(item);
  }

  /**
   * @param {readonly string[]} msgIds
   * @param {Following} [options]
   * @returns {Promise<Delivery[]>} those that are known
   */
  async messages(msgIds, options = {}) {
    refuseUnknown(options, QUESTION);
    const { signal, phoneId, timeoutMs } = options;
    const proxy = this.#proxy(phoneId);
    const ids = [...new Set(msgIds)].map((id) => idOf(id));
    /** @type {Delivery[]} */
    const found = [];
    for (let at = 0; at < ids.length; at += LOOKUP) {
      const { items } = await proxy.ask("messages/lookup", { body: { msgIds: ids.slice(at, at + LOOKUP) }, signal, timeoutMs });
      found.push(...items.map(deliveryOf));
    }
    return found;
  }

  /**
   * @param {string} id
   * @param {Following} [options]
   * @returns {Promise<import("../index.js").Incoming>}
   */
  async incoming(id, options = {}) {
    refuseUnknown(options, QUESTION);
    const { signal, phoneId, timeoutMs } = options;
    return this.#proxy(phoneId).ask(`inbox/${encodeURIComponent(idOf(id, "id", "give the id of a change of kind incoming"))}`, { signal, timeoutMs });
  }

  /**
   * @param {Following} [options]
   * @returns {EventStream}
   */
  events(options = {}) {
    refuseUnknown(options, STREAM);
    const { after, signal, phoneId } = options;
    if (after !== undefined && (typeof after !== "string" || after === "")) throw invalidOption("after", "give the cursor of a stream before, or leave it out");
    if (signal !== undefined && !(typeof signal === "object" && signal !== null && "aborted" in signal)) throw invalidOption("signal", "give an AbortSignal");
    const proxy = this.#proxy(phoneId);
    let feed = this.#feeds.get(proxy.url);
    if (!feed) {
      feed = new Feed(
        {
          page: (cursor, waitS, until) => proxy.ask(query("events", { after: cursor, wait: waitS > 0 ? waitS : undefined }), { signal: until, waitMs: waitS * 1000 }),
          dial: (cursor) => proxy.dial(query("events", { after: cursor })),
        },
        this.#timing,
      );
      this.#feeds.set(proxy.url, feed);
    }
    const stream = new EventStream(feed, after, signal, () => this.#streams.delete(stream));
    this.#streams.add(stream);
    return stream;
  }

  /**
   * @param {string} msgId
   * @param {Following} [options]
   * @returns {AsyncGenerator<Delivery, void, void>}
   */
  track(msgId, options = {}) {
    refuseUnknown(options, TRACK);
    return this.#track(msgId, options);
  }

  /**
   * @param {string} msgId
   * @param {Following} options
   * @returns {AsyncGenerator<Delivery, void, void>}
   */
  async *#track(msgId, { until = "read", signal, phoneId }) {
    if (!STATES.includes(until)) throw invalidOption("until", `give one of ${STATES.join(", ")}`);
    signal?.throwIfAborted();
    const stream = this.events({ signal, phoneId });
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    /** @type {Promise<undefined> | undefined} until a failure has stood for long enough, whatever else is told meanwhile */
    let stands;
    try {
      // First the stream and then the state, so that nothing comes between them.
      await stream.opened;
      /** @type {Delivery | undefined} */
      let last;
      /** @type {Promise<IteratorResult<Change>> | undefined} */
      let coming;
      /** @type {Delivery | undefined} */
      let next = await this.message(msgId, { signal, phoneId });
      for (;;) {
        if (next && (last === undefined || isAfter(next.state, last.state))) {
          last = next;
          yield next;
          if (isEnd(next.state, until)) return;
          if (next.state === "failed") {
            stands = new Promise((resolve) => {
              timer = setTimeout(resolve, this.#failureStandsMs, undefined);
            });
          }
        }
        coming ??= stream.next();
        /** @type {IteratorResult<Change> | undefined} */
        const result = last?.state === "failed" ? await Promise.race([coming, stands]) : await coming;
        if (!result || result.done) return;
        coming = undefined;
        /** @type {Change} */
        const change = result.value;
        if (change.kind === "reset") next = await this.message(msgId, { signal, phoneId });
        else next = change.kind === "message" && change.msgId === msgId ? deliveryOf(change) : undefined;
      }
    } finally {
      clearTimeout(timer);
      stream.close();
    }
  }

  /** Ends all that is followed. */
  close() {
    for (const stream of [...this.#streams]) stream.close();
  }

  /** @param {string | number | undefined} phoneId */
  #proxy(phoneId) {
    return new Proxy(this.#options, phoneId);
  }
}

/**
 * What `events` gives.
 * @implements {AsyncIterableIterator<Change>}
 */
class EventStream {
  /** @type {Promise<void>} */
  opened;
  #changes;
  #feed;
  #after;
  #closed = false;

  /**
   * @param {Feed} feed
   * @param {string | undefined} after
   * @param {AbortSignal | undefined} signal
   * @param {() => void} left
   */
  constructor(feed, after, signal, left) {
    this.#feed = feed;
    this.#after = after;
    const ended = new AbortController();
    const abort = () => this.#changes.end({ error: signal?.reason });
    this.#changes = new Changes(() => {
      this.#closed = true;
      signal?.removeEventListener("abort", abort);
      ended.abort();
      feed.leave(this.#changes);
      left();
    });
    signal?.addEventListener("abort", abort);
    if (signal?.aborted) abort();
    this.opened = this.#closed ? Promise.resolve() : this.#open(ended.signal);
  }

  /** @param {AbortSignal} signal */
  async #open(signal) {
    try {
      await this.#feed.join(this.#changes, this.#after, signal);
      // It may have been closed meanwhile.
      if (this.#closed) this.#feed.leave(this.#changes);
    } catch (error) {
      this.#changes.end({ error });
    }
  }

  get cursor() {
    return this.#changes.cursor || (this.#after ?? "");
  }

  get state() {
    return this.#closed ? "closed" : this.#feed.state === "closed" ? "connecting" : this.#feed.state;
  }

  close() {
    void this.#changes.return();
  }

  next() {
    return this.#changes.next();
  }

  return() {
    return this.#changes.return();
  }

  [Symbol.asyncIterator]() {
    return this;
  }
}

/** @param {DeliveryState} state @param {DeliveryState} last */
function isAfter(state, last) {
  return state !== last && advanceDelivery(last, state) === state;
}

/**
 * Whether a message is followed no further. A failure is no end by itself, but where it was asked for.
 * @param {DeliveryState} state @param {DeliveryState} until
 */
function isEnd(state, until) {
  if (state === "deleted") return true;
  return (state !== "failed" || until === "failed") && advanceDelivery(until, state) === state;
}

/** @param {any} item @returns {Delivery} */
function deliveryOf(item) {
  const { kind: _kind, seq: _seq, ...delivery } = item;
  if (typeof delivery.msgId !== "string" || !STATES.includes(delivery.state)) throw new StreamError("The proxy told something that is no message.", { code: "unreadable_answer" });
  return delivery;
}

/** @param {unknown} id */
function idOf(id, option = "msgId", advice = "give the msgId of a message that was queued") {
  if (typeof id !== "string" || id === "" || id.length > 128) throw invalidOption(option, advice);
  return id;
}
