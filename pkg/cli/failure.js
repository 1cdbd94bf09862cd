// What a call that failed comes to: sentences for a person, and the exit code for a script.
// @ts-check
import { ConfigurationError, ValidationError } from "../node.js";
import { EXIT } from "./exit.js";

/** @typedef {import("../node.js").MaytapiError} MaytapiError */

/**
 * @param {MaytapiError} error
 * @param {import("./terminal.js").Terminal} err
 */
export function tell(error, err) {
  if (error instanceof ValidationError) {
    err.text(err.red("not sent: the message has faults"));
    for (const { path, message } of error.faults) err.text(`${err.bold(path || "(the message)")}: ${message}`, 2);
    return;
  }
  err.text(`${err.red(error.name)} ${error.code}: ${error.message}`);
  if (error.requestId) err.text(`request ${error.requestId}`, 2);
  if (error.retryable === "unknown") err.text(err.yellow("It may have been queued: sending it again may write to somebody twice."), 2);
  if (error.retryable !== "no" && error.idempotencyKey) err.text(`To try again without sending twice: --idempotency-key ${error.idempotencyKey}`, 2);
}

/** @param {MaytapiError} error */
export function exitOf(error) {
  if (error instanceof ConfigurationError) return EXIT.usage;
  return { no: EXIT.refused, unknown: EXIT.unknown, yes: EXIT.again }[error.retryable];
}
