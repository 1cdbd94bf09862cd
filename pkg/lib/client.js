// @ts-check
// The client: options checked once, every call typed errors, no explicit initialisation.
import { MaytapiClient as Core } from "../dist/maytapi.js";
import { isReady, ready } from "./core.js";
import { ConfigurationError, typed } from "./errors.js";

/** @typedef {import("../dist/maytapi.js").ClientOptions} ClientOptions */
/** @typedef {import("../dist/maytapi.js").SendOptions} SendOptions */
/** @typedef {import("../dist/maytapi.js").Message} Message */
/** @typedef {import("../dist/maytapi.js").RawMessage} RawMessage */
/** @typedef {import("../dist/maytapi.js").Queued} Queued */

export class MaytapiClient {
  /** @type {ClientOptions} private, so that no console shows the credential */
  #options;
  /** @type {Core | undefined} */
  #core;
  #freed = false;

  /** @param {ClientOptions} options */
  constructor(options) {
    this.#options = snapshot(options);
    // Where the module is there already, a wrong option is told at once; elsewhere by the first call.
    if (isReady()) this.#open();
  }

  /**
   * @param {Message} message
   * @param {SendOptions} [options]
   * @returns {Promise<Queued>}
   */
  sendMessage(message, options) {
    return this.#send(message, (core, message) => core.sendMessage(message, options));
  }

  /**
   * @param {RawMessage} message
   * @param {SendOptions} [options]
   * @returns {Promise<Queued>}
   */
  sendRaw(message, options) {
    return this.#send(message, (core, message) => core.sendRaw(message, options));
  }

  free() {
    this.#freed = true;
    this.#core?.free();
    this.#core = undefined;
  }

  /**
   * @template M
   * @param {M} message
   * @param {(core: Core, message: M) => Promise<Queued>} send
   */
  #send(message, send) {
    // The core reads the message before its first wait. While it is still being loaded, a copy is what the caller asked to send.
    const asked = isReady() ? message : copyOf(message);
    return this.#call((core) => send(core, asked));
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
      throw typed(error, secretsOf(this.#options));
    }
  }

  #open() {
    if (this.#freed) throw new ConfigurationError("The client was freed; make a new one.", { code: "client_freed" });
    try {
      this.#core ??= new Core(this.#options);
      return this.#core;
    } catch (error) {
      throw typed(error, secretsOf(this.#options));
    }
  }
}

// Not in the class body: where the runtime has no Symbol.dispose, that would make a method called "undefined".
if (Symbol.dispose) {
  Object.defineProperty(MaytapiClient.prototype, Symbol.dispose, { value: MaytapiClient.prototype.free, configurable: true, writable: true });
}

/**
 * A copy of the options, with a relative `baseUrl` made absolute: what the caller does to the object later changes nothing.
 * @param {ClientOptions} options
 * @returns {ClientOptions}
 */
function snapshot(options) {
  if (typeof options !== "object" || options === null) {
    throw new ConfigurationError("options: give an object with baseUrl and token, or with productId and apiKey", { code: "invalid_option" });
  }
  try {
    const copy = { ...options };
    const { baseUrl } = copy;
    const here = globalThis.location?.href;
    if (typeof baseUrl === "string" && baseUrl.startsWith("/") && here) copy.baseUrl = new URL(baseUrl, here).href;
    return copy;
  } catch (cause) {
    throw new ConfigurationError("options: they throw when read", { code: "invalid_option", cause });
  }
}

/**
 * @param {ClientOptions} options
 * @returns {string[]}
 */
function secretsOf({ token, apiKey }) {
  return [token, apiKey].filter((secret) => secret !== undefined).filter((secret) => typeof secret === "string" && secret.length > 0);
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
