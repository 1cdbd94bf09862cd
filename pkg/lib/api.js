// @ts-check
// What every entry exports, whichever way its runtime loads the module.
import * as core from "../dist/maytapi.js";
import { requireReady } from "./core.js";
import { typed } from "./errors.js";

export { MaytapiClient } from "./client.js";
export { ready } from "./core.js";
export {
  AuthenticationError,
  ConfigurationError,
  ConflictError,
  ConnectionError,
  MaytapiError,
  NotReadyError,
  PermissionError,
  RateLimitError,
  RefusedError,
  ServerError,
  StreamError,
  TimeoutError,
  UnreadableAnswerError,
  ValidationError,
} from "./errors.js";

/** @param {unknown} message */
export function validate(message) {
  return sync("validate", () => core.validate(message));
}

/** @param {unknown} message */
export function validateRaw(message) {
  return sync("validateRaw", () => core.validateRaw(message));
}

export function messageTypes() {
  return sync("messageTypes", () => core.messageTypes());
}

/** @param {unknown} body */
export function parseWebhook(body) {
  return sync("parseWebhook", () => core.parseWebhook(body));
}

/**
 * @param {import("../dist/maytapi.js").DeliveryState} state
 * @param {import("../dist/maytapi.js").DeliveryState} report
 */
export function advanceDelivery(state, report) {
  return sync("advanceDelivery", () => core.advanceDelivery(/** @type {typeof state} */ (String(state)), /** @type {typeof report} */ (String(report))));
}

/**
 * @template T
 * @param {string} name
 * @param {() => T} call
 * @returns {T}
 */
function sync(name, call) {
  requireReady(name);
  try {
    return call();
  } catch (error) {
    throw typed(error);
  }
}
