// @ts-check
// How calls of the generated client's surface fail.

/** @template T */
export class ApiException extends Error {
  /**
   * @param {number} code the HTTP status; 0 where no answer came, or nothing was sent
   * @param {string} message
   * @param {T} body
   * @param {Record<string, string>} headers
   * @param {ErrorOptions} [options]
   */
  constructor(code, message, body, headers, options) {
    super(`HTTP-Code: ${code}\nMessage: ${message}`, options);
    this.code = code;
    /** @type {T} */
    this.body = body;
    /** @type {Record<string, string>} */
    this.headers = headers;
    // There to be read, but not printed with the error: an answer may repeat what was sent.
    Object.defineProperty(this, "body", { value: body, enumerable: false });
    Object.defineProperty(this, "headers", { value: headers, enumerable: false });
  }
}

export class RequiredError extends Error {
  /**
   * @param {string} api
   * @param {string} method
   * @param {string} field
   */
  constructor(api, method, field) {
    super(`Required parameter ${field} was null or undefined when calling ${api}.${method}.`);
    this.api = api;
    this.method = method;
    this.field = field;
  }
}

Object.defineProperty(ApiException.prototype, "name", { value: "ApiException", configurable: true, writable: true });
Object.defineProperty(RequiredError.prototype, "name", { value: "RequiredError", configurable: true, writable: true });
