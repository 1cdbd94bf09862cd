// @ts-check
// Requests and answers as middlewares and custom HTTP libraries of the generated client see them.

export const HttpMethod = Object.freeze({
  GET: "GET",
  HEAD: "HEAD",
  POST: "POST",
  PUT: "PUT",
  DELETE: "DELETE",
  CONNECT: "CONNECT",
  OPTIONS: "OPTIONS",
  TRACE: "TRACE",
  PATCH: "PATCH",
});

/** @typedef {keyof typeof HttpMethod} Method */
/** @typedef {string | FormData | URLSearchParams | Blob | undefined} RequestBody */

export class HttpException extends Error {}

export class RequestContext {
  /** @type {URL} */
  #url;
  #method;
  /** @type {Record<string, string>} private, so that no console shows the key */
  #headers = {};
  /** @type {RequestBody} */
  #body;
  /** @type {AbortSignal | undefined} */
  #signal;

  /**
   * @param {string} url
   * @param {Method} httpMethod
   */
  constructor(url, httpMethod) {
    this.#url = absolute(url);
    this.#method = httpMethod;
  }

  getUrl() {
    return this.#url.toString();
  }

  /** @param {string} url */
  setUrl(url) {
    this.#url = absolute(url);
  }

  /** @param {RequestBody} body */
  setBody(body) {
    this.#body = body;
  }

  getBody() {
    return this.#body;
  }

  getHttpMethod() {
    return this.#method;
  }

  getHeaders() {
    return this.#headers;
  }

  /**
   * @param {string} key
   * @param {string} value
   */
  setHeaderParam(key, value) {
    this.#headers[key] = value;
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  setQueryParam(name, value) {
    this.#url.searchParams.set(name, value);
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  appendQueryParam(name, value) {
    this.#url.searchParams.append(name, value);
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  addCookie(name, value) {
    this.#headers["Cookie"] = `${this.#headers["Cookie"] ?? ""}${name}=${value}; `;
  }

  /** @param {AbortSignal | undefined} signal */
  setSignal(signal) {
    this.#signal = signal;
  }

  getSignal() {
    return this.#signal;
  }
}

export class SelfDecodingBody {
  #data;

  /** @param {Promise<Blob>} dataSource */
  constructor(dataSource) {
    this.#data = dataSource;
  }

  binary() {
    return this.#data;
  }

  async text() {
    return (await this.#data).text();
  }
}

export class ResponseContext {
  /**
   * @param {number} httpStatusCode
   * @param {Record<string, string>} headers with names in lower case
   * @param {{ text(): Promise<string>, binary(): Promise<Blob> }} body
   */
  constructor(httpStatusCode, headers, body) {
    this.httpStatusCode = httpStatusCode;
    this.headers = headers;
    this.body = body;
  }

  /**
   * The parts of a header such as `value; name="other"`; the first one under the name "".
   * @param {string} headerName
   */
  getParsedHeader(headerName) {
    /** @type {Record<string, string>} */
    const parts = {};
    for (const part of (this.headers[headerName] ?? "").split(";").filter(Boolean)) {
      const [name = "", value] = part.split("=", 2);
      if (value === undefined) parts[""] = name.toLowerCase().trim();
      else parts[name.toLowerCase().trim()] = value.trim().replace(/^"(.*)"$/, "$1");
    }
    return parts;
  }

  async getBodyAsFile() {
    const name = this.getParsedHeader("content-disposition")["filename"] ?? "";
    return new File([await this.body.binary()], name, { type: this.headers["content-type"] ?? "" });
  }

  /** The text where there is one, else the bytes. */
  async getBodyAsAny() {
    return this.body.text().catch(() => this.body.binary());
  }
}

/** The HTTP library that is used when none is given. */
export class IsomorphicFetchHttpLibrary {
  /**
   * @param {RequestContext} request
   * @returns {Promise<ResponseContext>}
   */
  async send(request) {
    const response = await fetch(request.getUrl(), {
      method: request.getHttpMethod(),
      body: request.getBody() ?? null,
      headers: request.getHeaders(),
      signal: request.getSignal() ?? null,
      // A redirect would carry the key to another server.
      redirect: "manual",
    });
    return new ResponseContext(response.status, Object.fromEntries(response.headers), bodyOf(response));
  }
}

/**
 * Read when it is first asked for, as often as wanted: a body that nobody asks for must not fail unseen.
 * @param {Response} response
 */
function bodyOf(response) {
  /** @type {Promise<Blob> | undefined} */
  let blob;
  const binary = () => (blob ??= response.blob());
  return { binary, text: async () => (await binary()).text() };
}

/**
 * Makes a library whose `send` returns a promise usable as `httpApi`.
 * @template {{ send(request: RequestContext): Promise<ResponseContext> }} T
 * @param {T} promiseHttpLibrary
 */
export function wrapHttpLibrary(promiseHttpLibrary) {
  return promiseHttpLibrary;
}

/**
 * The value of a promise, of an observable of the generated client or of RxJS, or the value itself.
 * @template T
 * @param {T | PromiseLike<T> | { toPromise(): Promise<T> } | { subscribe(observer: { next(value: T): void, error(error: unknown): void, complete(): void }): unknown }} given
 * @returns {Promise<T>}
 */
export async function settled(given) {
  if (typeof given === "object" && given !== null && !("then" in given)) {
    if ("toPromise" in given) return given.toPromise();
    if ("subscribe" in given) {
      return new Promise((resolve, reject) => {
        given.subscribe({ next: resolve, error: reject, complete: () => reject(new Error("The observable ended without a value.")) });
      });
    }
  }
  return /** @type {T} */ (await given);
}

/** @param {string} url */
function absolute(url) {
  return new URL(url, globalThis.location?.href);
}
