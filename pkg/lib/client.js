// @ts-check
// The client: options checked once, every call typed errors, no explicit initialisation.
import { isBrowser } from "../dist/host.js";
import { MaytapiClient as Core } from "../dist/maytapi.js";
import { Bulk } from "./many/bulk.js";
import { isReady, ready } from "./core.js";
import { ConfigurationError, invalidOption, typed } from "./errors.js";
import { later } from "./later.js";
import { objectOf, refuseUnknown } from "./options.js";

/** @typedef {import("../dist/maytapi.js").ClientOptions} ClientOptions */
/** @typedef {import("../dist/maytapi.js").SendOptions} SendOptions */
/** @typedef {import("../dist/maytapi.js").Message} Message */
/** @typedef {import("../dist/maytapi.js").RawMessage} RawMessage */
/** @typedef {import("../dist/maytapi.js").Queued} Queued */
/** @typedef {import("../dist/maytapi.js").ReadName} ReadName */
/** @typedef {import("../dist/maytapi.js").ReadOptions} ReadOptions */

/** The options of a send; those of a question are the same, but that the key does nothing there. */
const SEND = "phoneId timeoutMs signal maxRetries idempotencyKey";
const MANY = `${SEND} concurrency perSecond onProgress`;
const CLIENT = "baseUrl token productId apiKey phoneId timeoutMs maxRetries fetch logger dangerouslyAllowBrowser";

/** @type {import("./files.js").OpenPath | undefined} */
let openPath;

/**
 * Says how files are opened by their path. Called by the entry of a runtime that can.
 * @param {import("./files.js").OpenPath} open
 */
export function openFilesWith(open) {
  openPath = open;
}

export class MaytapiClient {
  /** @type {ClientOptions} private, so that no console shows the credential */
  #options;
  /** What may not be shown: the credential, or the tokens that the caller's function gave last. */
  #secrets = new Secrets();
  /** @type {Core | undefined} */
  #core;
  /** @type {import("./live.js").Live | undefined} */
  #live;
  /** @type {import("../index.js").Batches | undefined} */
  #batches;
  #freed = false;

  /** @param {ClientOptions} options */
  constructor(options) {
    this.#options = snapshot(options, this.#secrets);
    // Where the module is there already, a wrong option is told at once; elsewhere by the first call. So is an address below a page where
    // there is none: a page that is rendered on a server makes its client there as well.
    if (isReady() && !isBelowPage(this.#options)) this.#open();
  }

  /**
   * @param {Message} message
   * @param {SendOptions} [options]
   * @returns {Promise<Queued>}
   */
  sendMessage(message, options) {
    return this.#send(message, options, (core, message) => core.sendMessage(message, options));
  }

  /**
   * @param {RawMessage} message
   * @param {SendOptions} [options]
   * @returns {Promise<Queued>}
   */
  sendRaw(message, options) {
    return this.#send(message, options, (core, message) => core.sendRaw(message, options));
  }

  /**
   * @param {string} to
   * @param {Blob | ArrayBuffer | ArrayBufferView | string | URL} file
   * @param {import("./files.js").MediaOptions & SendOptions} [options]
   * @returns {Promise<Queued>}
   */
  sendMedia(to, file, options = {}) {
    return this.#call(async () => {
      const { phoneId, timeoutMs, maxRetries, idempotencyKey, ...media } = objectOf(options);
      const { fileMessage } = await later("files");
      const { message, body } = await fileMessage(to, file, media, openPath);
      // A core of its own, whose `fetch` puts the file where its stand-in is: the file itself never enters the module's memory.
      const send = this.#options.fetch ?? globalThis.fetch;
      const core = new Core({ ...this.#options, fetch: (url, init) => send(url, { ...init, body: body(init?.body) }) });
      try {
        return await core.sendMessage(/** @type {Message} */ (/** @type {unknown} */ (message)), { phoneId, timeoutMs, maxRetries, idempotencyKey, signal: media.signal });
      } finally {
        core.free();
      }
    });
  }

  /**
   * @param {Iterable<Message> | AsyncIterable<Message>} messages
   * @param {import("./many/bulk.js").BulkOptions & ReadOptions & { idempotencyKey?: (message: Message, index: number) => string }} [options]
   */
  sendMany(messages, options = {}) {
    const { concurrency, perSecond, onProgress, idempotencyKey: keyFor, ...sendOptions } = objectOf(options);
    if (keyFor !== undefined && typeof keyFor !== "function") {
      throw invalidOption("idempotencyKey", "give a function that makes a key for each message: one key is for one send");
    }
    const refuse = () => refuseUnknown(options, MANY);
    if (isReady()) refuse();
    // Options that are not there need not be read.
    const common = Object.keys(sendOptions).length > 0 ? sendOptions : undefined;
    // Where the caller's function may throw, async: a send that failed at once would end, and start the next, before it is in its place.
    /** @type {(message: Message, index: number) => Promise<Queued>} */
    const send = keyFor
      ? async (message, index) => this.sendMessage(message, { ...common, idempotencyKey: keyFor(message, index) })
      : (message) => this.sendMessage(message, common);
    return new Bulk(messages, send, { concurrency, perSecond, onProgress, signal: sendOptions.signal }, isReady() ? undefined : () => ready().then(refuse));
  }

  /** @param {ReadOptions} [options] */
  listPhones(options) {
    return /** @type {Promise<import("../dist/maytapi.js").Phone[]>} */ (this.#read("listPhones", options));
  }

  /** @param {ReadOptions} [options] */
  status(options) {
    return /** @type {Promise<import("../dist/maytapi.js").PhoneStatus>} */ (this.#read("status", options));
  }

  /** @param {ReadOptions} [options] */
  queue(options) {
    return /** @type {Promise<import("../dist/maytapi.js").PhoneQueue>} */ (this.#read("queue", options));
  }

  /** @param {ReadOptions} [options] */
  logs(options) {
    return /** @type {Promise<import("../dist/maytapi.js").Logs>} */ (this.#read("logs", options));
  }

  /** @param {ReadOptions} [options] */
  screen(options) {
    return /** @type {Promise<Uint8Array<ArrayBuffer>>} */ (this.#read("screen", options));
  }

  /** @param {ReadOptions} [options] */
  catalog(options) {
    return /** @type {Promise<import("../dist/maytapi.js").Product[]>} */ (this.#read("catalog", options));
  }

  /**
   * @param {string[]} numbers
   * @param {ReadOptions} [options]
   */
  checkPhones(numbers, options) {
    return /** @type {Promise<import("../dist/maytapi.js").CheckedPhone[]>} */ (this.#read("checkPhones", options, numbers));
  }

  /**
   * @param {ReadName} name
   * @param {ReadOptions} [options]
   * @param {string[]} [numbers]
   */
  #read(name, options, numbers) {
    return this.#call((core) => {
      refuseUnknown(options, SEND);
      return core.read(name, numbers, options);
    });
  }

  /**
   * @param {string} msgId
   * @param {import("./live.js").Following} [options]
   */
  message(msgId, options = {}) {
    return this.#call(async () => (await this.#follow()).message(msgId, objectOf(options)));
  }

  /**
   * @param {readonly string[]} msgIds
   * @param {import("./live.js").Following} [options]
   */
  messages(msgIds, options = {}) {
    return this.#call(async () => (await this.#follow()).messages(msgIds, objectOf(options)));
  }

  /**
   * @param {string} msgId
   * @param {import("./live.js").Following} [options]
   */
  async *track(msgId, options = {}) {
    yield* await this.#call(async () => (await this.#follow()).track(msgId, objectOf(options)));
  }

  /** @param {import("./live.js").Following} [options] */
  events(options = {}) {
    const given = objectOf(options);
    return new LaterStream(given.after, () => this.#call(async () => (await this.#follow()).events(given)));
  }

  /** @returns {import("../index.js").Batches} */
  get batches() {
    /** @type {any} */
    let made;
    const batches = () => this.#call(async () => (made ??= new (await later("batches")).Batches(this.#proxied(), () => this.#follow())));
    const ask = (/** @type {string} */ name) => async (/** @type {any[]} */ ...given) => (await batches())[name](...given);
    const read = (/** @type {string} */ name) => async function* (/** @type {any[]} */ ...given) {
      yield* (await batches())[name](...given);
    };
    const asked = "create continue get list start pause resume cancel retryFailed countOptOuts getOptOut removeOptOut".split(" ").map((name) => [name, ask(name)]);
    return (this.#batches ??= { ...Object.fromEntries(asked), follow: read("follow"), results: read("results") });
  }

  /**
   * @param {string} id
   * @param {import("./live.js").Following} [options]
   */
  incoming(id, options = {}) {
    return this.#call(async () => (await this.#follow()).incoming(id, objectOf(options)));
  }

  async #follow() {
    const { Live } = await later("following");
    this.#live ??= new Live(this.#proxied());
    return this.#live;
  }

  /** The options for what asks the proxy by itself: with one store of tokens for all that the client does. */
  #proxied() {
    const tokens = typeof this.#options.token === "function" && {
      token: () => this.#call((core) => core.accessToken()),
      dropToken: (/** @type {string} */ token) => this.#core?.dropToken(token),
    };
    return /** @type {ClientOptions} */ ({ ...this.#options, ...tokens });
  }

  free() {
    this.#freed = true;
    this.#live?.close();
    const core = this.#core;
    this.#core = undefined;
    // Not at once: the caller's own fetch, token function or logger may ask for it, in the middle of a call of the core.
    if (core) queueMicrotask(() => core.free());
  }

  /**
   * @template M
   * @param {M} message
   * @param {SendOptions | undefined} options
   * @param {(core: Core, message: M) => Promise<Queued>} send
   */
  #send(message, options, send) {
    // The core reads the message before its first wait. While it is still being loaded, a copy is what the caller asked to send.
    const asked = isReady() ? message : copyOf(message);
    return this.#call((core) => {
      refuseUnknown(options, SEND);
      return send(core, asked);
    });
  }

  /**
   * @template T
   * @param {(core: Core) => Promise<T>} use
   * @returns {Promise<T>}
   */
  async #call(use) {
    try {
      if (!isReady()) await ready();
      return await use(this.#open());
    } catch (error) {
      throw typed(this.#explained(error), this.#secrets.known);
    }
  }

  #open() {
    if (this.#freed) throw new ConfigurationError("The client was freed; make a new one.", { code: "client_freed" });
    try {
      if (!this.#core) {
        refuseUnknown(this.#options, CLIENT);
        if (isBelowPage(this.#options)) throw invalidOption("baseUrl", "a relative one stands below the page's address, and there is no page here; give an absolute URL");
        this.#core = new Core(this.#options);
      }
      return this.#core;
    } catch (error) {
      throw typed(error, this.#secrets.known);
    }
  }

  /**
   * A browser tells a page nothing of an origin that was refused: it looks like a server that is down.
   * @param {any} error
   */
  #explained(error) {
    const { baseUrl, apiKey } = this.#options;
    const here = globalThis.location?.origin;
    if (error?.code === "connection_failed" && baseUrl && !apiKey && here && isBrowser() && !baseUrl.startsWith(`${here}/`)) {
      error.message += ` A proxy that refuses the page's origin looks the same in a browser: its setting "origins" has to list ${here}.`;
    }
    return error;
  }
}

/**
 * A stream whose code is loaded when it is first read.
 * @implements {AsyncIterableIterator<import("../index.js").Change>}
 */
class LaterStream {
  /** @type {ReturnType<import("./live.js").Live["events"]> | undefined} */
  #stream;
  /** @type {Promise<void> | undefined} */
  #opening;
  #closed = false;
  #after;
  #open;

  /**
   * @param {string | undefined} after
   * @param {() => Promise<ReturnType<import("./live.js").Live["events"]>>} open
   */
  constructor(after, open) {
    this.#after = after;
    this.#open = open;
  }

  get cursor() {
    return this.#stream?.cursor ?? this.#after ?? "";
  }

  get state() {
    return this.#closed ? "closed" : (this.#stream?.state ?? "connecting");
  }

  async next() {
    // What went wrong is told once, as a generator does.
    if (this.#opening) await this.#opening.catch(() => {});
    else await (this.#opening = this.#begin());
    return this.#stream?.next() ?? { done: /** @type {const} */ (true), value: undefined };
  }

  async #begin() {
    if (this.#closed) return;
    try {
      const stream = await this.#open();
      // It may have been closed meanwhile.
      if (this.#closed) stream.close();
      else this.#stream = stream;
    } catch (error) {
      if (this.#closed) return;
      this.#closed = true;
      throw error;
    }
  }

  close() {
    this.#closed = true;
    this.#stream?.close();
  }

  async return() {
    this.close();
    return { done: /** @type {const} */ (true), value: undefined };
  }

  [Symbol.asyncIterator]() {
    return this;
  }
}

// Not in the class body: where the runtime has no Symbol.dispose, that would make a method called "undefined".
if (Symbol.dispose) {
  Object.defineProperty(MaytapiClient.prototype, Symbol.dispose, { value: MaytapiClient.prototype.free, configurable: true, writable: true });
}

/**
 * A copy of the options, with a relative `baseUrl` made absolute: what the caller does to the object later changes nothing.
 * @param {ClientOptions} options
 * @param {Secrets} secrets
 * @returns {ClientOptions}
 */
function snapshot(options, secrets) {
  if (typeof options !== "object" || options === null) {
    throw invalidOption("options", "give an object with baseUrl and token, or with productId and apiKey");
  }
  try {
    const copy = { ...options };
    const { baseUrl, token, apiKey } = copy;
    const { origin, href } = globalThis.location ?? {};
    // A page of no server, as about:blank, has no address that something could stand below.
    if (isBelowPage(copy) && origin && origin !== "null") copy.baseUrl = new URL(/** @type {string} */ (baseUrl), href).href;
    secrets.add(apiKey);
    if (typeof token === "function") {
      copy.token = async () => {
        const given = await token();
        secrets.add(typeof given === "object" ? given?.token : given);
        return given;
      };
    } else secrets.add(token);
    return copy;
  } catch (cause) {
    throw invalidOption("options", "they throw when read", { cause });
  }
}

/**
 * Whether the proxy's address is a path on the page's own server.
 * @param {ClientOptions} options
 */
function isBelowPage({ baseUrl }) {
  return typeof baseUrl === "string" && baseUrl.startsWith("/");
}

/** Credentials to keep out of errors: of those that come and go, the last few. */
class Secrets {
  static #MOST = 4;
  /** @type {string[]} */
  known = [];

  /** @param {unknown} secret */
  add(secret) {
    const used = typeof secret === "string" && secret.trim();
    if (used && !this.known.includes(used)) this.known = [...this.known, used].slice(-Secrets.#MOST);
  }
}

/**
 * @template M
 * @param {M} message
 */
function copyOf(message) {
  try {
    return structuredClone(message);
  } catch {
    // A function or a proxy inside: validation says what is wrong with it.
    return message;
  }
}
