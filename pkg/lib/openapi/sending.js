// @ts-check
// `phoneIdSendMessagePost`: the core checks the message and reads the answer; the request itself takes the generated client's way.
import { messageTypes, ready } from "maytapi";
import { RequiredError } from "./exception.js";
import { exchange } from "./exchange.js";
import { PhoneIdSendMessagePostRequest, SendMessageResponse, SendMessageResponseData } from "./models.js";

/** @typedef {import("./configuration.js").Configuration} Configuration */
/** @typedef {{ phoneId: string, phoneIdSendMessagePostRequest: PhoneIdSendMessagePostRequest }} Parameters */

export class MessageSendingOperationsApi {
  #configuration;

  /** @param {Configuration} configuration */
  constructor(configuration) {
    this.#configuration = configuration;
  }

  /**
   * @param {string | Parameters} first the phone, or one object with both parameters
   * @param {PhoneIdSendMessagePostRequest | Partial<Configuration>} [second] the message, or with one object the options
   * @param {Partial<Configuration>} [third] the options
   */
  async phoneIdSendMessagePost(first, second, third) {
    return (await this.phoneIdSendMessagePostWithHttpInfo(first, second, third)).data;
  }

  /**
   * @param {string | Parameters} first
   * @param {PhoneIdSendMessagePostRequest | Partial<Configuration>} [second]
   * @param {Partial<Configuration>} [third]
   */
  async phoneIdSendMessagePostWithHttpInfo(first, second, third) {
    const whole = typeof first === "object" && first !== null;
    const phoneId = whole ? first.phoneId : first;
    const request = whole ? first.phoneIdSendMessagePostRequest : /** @type {PhoneIdSendMessagePostRequest} */ (second);
    const options = /** @type {Partial<Configuration> | undefined} */ (whole ? second : third);
    const method = "phoneIdSendMessagePost";
    if (phoneId === null || phoneId === undefined) throw new RequiredError("MessageSendingOperationsApi", method, "phoneId");
    if (request === null || request === undefined) throw new RequiredError("MessageSendingOperationsApi", method, "phoneIdSendMessagePostRequest");
    await ready();
    const path = `/${encodeURIComponent(String(phoneId))}/sendMessage`;
    return exchange(this.#configuration, options, "POST", path, async (client) => {
      // As in the generated client, nothing is repeated and only the caller's own HTTP library ends a wait.
      const { known, message } = messageOf(request);
      const sendOptions = { phoneId: String(phoneId), timeoutMs: 0, maxRetries: 0 };
      const { chatId, msgId } = await (known ? client.sendMessage(message, sendOptions) : client.sendRaw(message, sendOptions));
      return Object.assign(new SendMessageResponse(), { success: true, data: Object.assign(new SendMessageResponseData(), { chatId, msgId }) });
    });
  }
}

/**
 * The message that a request stands for. The generated client sent every field of its model with every type, and Maytapi ignored those
 * that the type has no use for; they are left out here, so that the core still finds what is really wrong.
 * @param {PhoneIdSendMessagePostRequest} request
 */
function messageOf(request) {
  /** @type {Record<string, unknown>} */
  const given = { ...request };
  const info = messageTypes().find(({ type }) => type === given["type"]);
  const used = new Set(["toNumber", "type", "replyTo", "skipFilter", ...(info?.fields.map(({ name }) => name) ?? [])]);
  const model = new Set(PhoneIdSendMessagePostRequest.getAttributeTypeMap().map(({ name }) => name));
  const optional = new Set(["text", "filename", "replyTo"]);
  const message = Object.fromEntries(
    Object.entries(given).filter(([name, value]) => {
      const empty = value === undefined || value === null || (value === "" && optional.has(name));
      const useless = info !== undefined && model.has(name) && !used.has(name);
      return !empty && !useless;
    }),
  );
  // Whatever the types say: the core checks it.
  const known = info !== undefined || typeof given["type"] !== "string";
  return /** @type {{ known: true, message: import("maytapi").Message } | { known: false, message: import("maytapi").RawMessage }} */ ({ known, message });
}
