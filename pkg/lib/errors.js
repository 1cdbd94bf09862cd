// @ts-check
// The errors that the package throws, as real classes, and what turns the core's plain errors into them.

/** @typedef {import("../dist/maytapi.js").Fault} Fault */

/**
 * @typedef {object} Details
 * @property {string} [code]
 * @property {"yes" | "no" | "unknown"} [retryable]
 * @property {number} [status]
 * @property {string} [requestId]
 * @property {number} [retryAfterMs]
 * @property {string} [idempotencyKey]
 * @property {Fault[]} [faults]
 * @property {string} [body]
 * @property {unknown} [cause]
 */

export class MaytapiError extends Error {
  /**
   * @param {string} message
   * @param {Details} [details]
   */
  constructor(message, details = {}) {
    super(message, "cause" in details ? { cause: details.cause } : undefined);
    this.code = details.code ?? "error";
    this.retryable = details.retryable ?? "no";
    // Only what there is: a console lists every member.
    if (details.status !== undefined) this.status = details.status;
    if (details.requestId !== undefined) this.requestId = details.requestId;
    if (details.retryAfterMs !== undefined) this.retryAfterMs = details.retryAfterMs;
    if (details.idempotencyKey !== undefined) this.idempotencyKey = details.idempotencyKey;
    /** @type {string | undefined} */
    this.body = undefined;
    // An answer may repeat the message that was sent. It can be asked for, but no console and no logger shows it by itself.
    Object.defineProperty(this, "body", { value: details.body, enumerable: false });
  }

  /** What a logger writes: all that a console shows, which is safe to keep. */
  toJSON() {
    const { name, message } = this;
    return { name, message, ...this };
  }
}

export class ValidationError extends MaytapiError {
  /**
   * @param {string} message
   * @param {Details} [details]
   */
  constructor(message, details = {}) {
    super(message, details);
    this.faults = details.faults ?? [];
  }
}

export class ConfigurationError extends MaytapiError {}
export class NotReadyError extends MaytapiError {}
export class AuthenticationError extends MaytapiError {}
export class PermissionError extends MaytapiError {}
export class RateLimitError extends MaytapiError {}
export class RefusedError extends MaytapiError {}
export class ConflictError extends MaytapiError {}
export class ConnectionError extends MaytapiError {}
export class TimeoutError extends MaytapiError {}
export class UnreadableAnswerError extends MaytapiError {}
export class ServerError extends MaytapiError {}
export class StreamError extends MaytapiError {}

/** @typedef {Fault & { row?: number }} RowFault */

export class BatchError extends MaytapiError {
  /**
   * @param {string} message
   * @param {Omit<Details, "faults"> & { faults?: RowFault[], count?: number, batchId?: string }} [details]
   */
  constructor(message, details = {}) {
    super(message, details);
    this.faults = details.faults ?? [];
    this.count = details.count ?? this.faults.length;
    if (details.batchId !== undefined) this.batchId = details.batchId;
  }
}

const CLASSES = {
  MaytapiError,
  ValidationError,
  ConfigurationError,
  NotReadyError,
  AuthenticationError,
  PermissionError,
  RateLimitError,
  RefusedError,
  ConflictError,
  ConnectionError,
  TimeoutError,
  UnreadableAnswerError,
  ServerError,
  StreamError,
  BatchError,
};

for (const [name, Class] of Object.entries(CLASSES)) {
  const brand = Symbol.for(`maytapi.${name}`);
  // On the prototype and by name: a minifier renames the class, and a name of its own would be listed with every error.
  Object.defineProperty(Class.prototype, "name", { value: name, configurable: true, writable: true });
  // A program may have both builds, by import and by require: an error of one is an instance of the other's class.
  Object.defineProperty(Class.prototype, brand, { value: true });
  Object.defineProperty(Class, Symbol.hasInstance, {
    /** @param {any} value */
    value(value) {
      return this === Class ? Boolean(value?.[brand]) && !Object.hasOwn(value, brand) : Function.prototype[Symbol.hasInstance].call(this, value);
    },
  });
}

/**
 * The error of an option that is wrong.
 * @param {string} option
 * @param {string} advice
 * @param {{ cause?: unknown }} [why] what was thrown, where something was
 */
export function invalidOption(option, advice, why) {
  return new ConfigurationError(`${option}: ${advice}`, { code: "invalid_option", ...why });
}

/**
 * What the core threw, as an error of this package. The reason of the caller's own abort stays what it is.
 * @param {unknown} thrown
 * @param {string[]} secrets credentials that may not be shown
 * @returns {unknown}
 */
export function typed(thrown, secrets = []) {
  if (!(thrown instanceof Error) || thrown instanceof MaytapiError) return thrown;
  if (thrown instanceof WebAssembly.RuntimeError) {
    return new MaytapiError("The package failed inside; please report it.", { code: "internal_error", retryable: "unknown", cause: thrown });
  }
  /** @type {Error & Details} */
  const from = thrown;
  const Class = Object.hasOwn(CLASSES, from.name) ? CLASSES[/** @type {keyof typeof CLASSES} */ (from.name)] : undefined;
  // Only the core's errors have a code and a verdict on repeating; whatever else a caller's signal or fetch threw is theirs.
  if (!Class || typeof from.retryable !== "string") return thrown;
  const cause = "cause" in from ? { cause: withoutSecrets(from.cause, secrets) } : {};
  // Made here, so that its stack leads to the caller and not into WebAssembly.
  return new Class(from.message, { ...from, ...cause });
}

/**
 * A cause comes from the caller's `fetch`, and some implementations keep the request, with its headers, in their errors.
 * @param {unknown} cause
 * @param {string[]} secrets
 */
export function withoutSecrets(cause, secrets) {
  if (!secrets.some((secret) => holds(cause, secret, new Set(), 5))) return cause;
  const redact = (/** @type {unknown} */ text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, "[redacted]"), String(text));
  try {
    if (!(cause instanceof Error)) return "[redacted]";
    const clean = new Error(redact(cause.message));
    clean.name = redact(cause.name);
    clean.stack = redact(cause.stack);
    return clean;
  } catch {
    return "[redacted]";
  }
}

/**
 * @param {unknown} value
 * @param {string} secret
 * @param {Set<object>} seen
 * @param {number} depth how many levels to look into
 * @returns {boolean}
 */
function holds(value, secret, seen, depth) {
  if (typeof value === "string") return value.includes(secret);
  if (typeof value !== "object" || value === null || depth === 0 || seen.has(value)) return false;
  // Bytes are printed as numbers, and each would count as a member.
  if (ArrayBuffer.isView(value)) return false;
  seen.add(value);
  try {
    return Reflect.ownKeys(value).some((key) => holds(key, secret, seen, depth) || holds(Reflect.get(value, key), secret, seen, depth - 1))
      || ([Headers, Map, Set].some((Class) => value instanceof Class) && holds([.../** @type {Iterable<unknown>} */ (value)].flat(), secret, seen, depth));
  } catch {
    // A getter or proxy that throws: nobody can say what it shows to somebody else.
    return true;
  }
}
