// @ts-check
// The reads of the generated client: the core tells a refusal from an answer, what comes back is the generated models' shape.
import { ready } from "maytapi";
import { RequiredError } from "./exception.js";
import { exchange } from "./exchange.js";

/** @typedef {import("./configuration.js").Configuration} Configuration */
/** @typedef {import("maytapi").MaytapiClient} MaytapiClient */
/** @typedef {string | { phoneId: string }} PhoneParameter */

class ReadingApi {
  #configuration;

  /** @param {Configuration} configuration */
  constructor(configuration) {
    this.#configuration = configuration;
  }

  /**
   * @template T
   * @param {string} path
   * @param {Partial<Configuration> | undefined} options
   * @param {(client: MaytapiClient, json: () => Promise<unknown>) => Promise<T>} use
   */
  async ask(path, options, use) {
    await ready();
    return (await exchange(this.#configuration, options, "GET", path, use)).data;
  }

  /**
   * @param {string} method
   * @param {PhoneParameter} parameter
   * @param {string} operation
   * @param {Partial<Configuration> | undefined} options
   * @param {(client: MaytapiClient, read: typeof ONCE & { phoneId: string }) => Promise<unknown>} check
   */
  async askPhone(method, parameter, operation, options, check) {
    const phoneId = phoneOf(this.constructor.name, method, parameter);
    return this.ask(`/${encodeURIComponent(phoneId)}/${operation}`, options, async (client, json) => {
      await check(client, { ...ONCE, phoneId });
      return camelCase(await json());
    });
  }
}

/** As in the generated client, nothing is repeated and only the caller's own HTTP library ends a wait. */
const ONCE = { timeoutMs: 0, maxRetries: 0 };

export class AccountInformationRetrievalApi extends ReadingApi {
  /** @param {Partial<Configuration>} [options] */
  async listPhonesGet(options) {
    return this.ask("/listPhones", options, async (client, json) => {
      await client.listPhones(ONCE);
      return camelCase(await json());
    });
  }

  /** @param {Partial<Configuration>} [options] */
  async logsGet(options) {
    return this.ask("/logs", options, async (client, json) => {
      await client.logs(ONCE);
      return camelCase(await json());
    });
  }
}

export class QueueOperationsApi extends ReadingApi {
  /**
   * @param {PhoneParameter} phoneId
   * @param {Partial<Configuration>} [options]
   */
  async phoneIdQueueGet(phoneId, options) {
    return this.askPhone("phoneIdQueueGet", phoneId, "queue", options, (client, read) => client.queue(read));
  }
}

export class SessionInformationGettersApi extends ReadingApi {
  /**
   * @param {PhoneParameter} parameter
   * @param {Partial<Configuration>} [options]
   */
  async phoneIdScreenGet(parameter, options) {
    const phoneId = phoneOf("SessionInformationGettersApi", "phoneIdScreenGet", parameter);
    return this.ask(`/${encodeURIComponent(phoneId)}/screen`, options, async (client) => {
      return new File([await client.screen({ ...ONCE, phoneId })], "screen.png", { type: "image/png" });
    });
  }

  /**
   * @param {PhoneParameter} phoneId
   * @param {Partial<Configuration>} [options]
   */
  async phoneIdStatusGet(phoneId, options) {
    return this.askPhone("phoneIdStatusGet", phoneId, "status", options, (client, read) => client.status(read));
  }
}

export class BusinessCatalogBetaApi extends ReadingApi {
  /**
   * @param {PhoneParameter} phoneId
   * @param {Partial<Configuration>} [options]
   */
  async phoneIdCatalogGet(phoneId, options) {
    return this.askPhone("phoneIdCatalogGet", phoneId, "catalog", options, (client, read) => client.catalog(read));
  }
}

/**
 * @param {string} api
 * @param {string} method
 * @param {PhoneParameter} parameter
 */
function phoneOf(api, method, parameter) {
  const phoneId = typeof parameter === "object" && parameter !== null ? parameter.phoneId : parameter;
  if (phoneId === null || phoneId === undefined) throw new RequiredError(api, method, "phoneId");
  return String(phoneId);
}

/**
 * Members as the generated models name them. What stands in a log entry's or a product's `data` is theirs and kept as it is.
 * @param {unknown} value
 * @returns {unknown}
 */
function camelCase(value) {
  if (Array.isArray(value)) return value.map(camelCase);
  if (typeof value !== "object" || value === null) return value;
  const rename = (/** @type {string} */ name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
  const own = (/** @type {string} */ name, /** @type {unknown} */ inner) => (name === "data" && "created_at" in value ? inner : camelCase(inner));
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [rename(name), own(name, inner)]));
}
