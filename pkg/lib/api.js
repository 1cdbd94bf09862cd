// @ts-check
// What every entry exports, whichever way its runtime loads the module.
import * as core from "../dist/maytapi.js";
import { sync } from "./core.js";

export { MaytapiClient } from "./client.js";
export { ready } from "./core.js";
export {
  AuthenticationError,
  BatchError,
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

/**
 * @param {unknown} message
 * @returns {import("../dist/maytapi.js").Validation}
 */
export function validate(message) {
  const checked = sync("validate", () => core.validate(message));
  return checked.valid ? { ...checked, message: inCamelCase(checked.wire) } : checked;
}

/**
 * @param {unknown} message
 * @returns {import("../dist/maytapi.js").Validation<import("../dist/maytapi.js").RawMessage>}
 */
export function validateRaw(message) {
  const checked = sync("validateRaw", () => core.validateRaw(message));
  return checked.valid ? { ...checked, message: /** @type {any} */ (checked.wire) } : checked;
}

export function messageTypes() {
  return sync("messageTypes", () => core.messageTypes());
}

/** @param {unknown} body */
export function parseWebhook(body) {
  return sync("parseWebhook", () => core.parseWebhook(body), "parseWebhook", 'It is for servers: "maytapi/inline" has all.');
}

/**
 * @param {import("../dist/maytapi.js").DeliveryState} state
 * @param {import("../dist/maytapi.js").DeliveryState} report
 */
export function advanceDelivery(state, report) {
  return sync("advanceDelivery", () => core.advanceDelivery(/** @type {typeof state} */ (String(state)), /** @type {typeof report} */ (String(report))));
}

/**
 * A checked message in the names of this package: those of the wire differ in nothing else.
 * @param {object} wire
 */
function inCamelCase(wire) {
  return /** @type {any} */ (Object.fromEntries(Object.entries(wire).map(([name, value]) => [name.replace(/_(.)/g, (_, letter) => letter.toUpperCase()), value])));
}
