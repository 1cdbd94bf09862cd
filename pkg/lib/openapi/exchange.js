// @ts-check
// One exchange: the generated client's request and middlewares outside, this package's core inside.
import { MaytapiClient, MaytapiError } from "maytapi";
import { forCall } from "./configuration.js";
import { ApiException } from "./exception.js";
import { settled } from "./http.js";

/** @typedef {import("./configuration.js").Configuration} Configuration */
/** @typedef {import("./http.js").RequestContext} RequestContext */
/** @typedef {import("./http.js").ResponseContext} ResponseContext */

/**
 * Lets the core make a request. What it hands to `fetch` goes through the configuration: server, authentication, middlewares, HTTP library.
 *
 * @template T
 * @param {Configuration} configuration
 * @param {Partial<Configuration> | undefined} options
 * @param {import("./http.js").Method} method
 * @param {string} path
 * @param {(client: MaytapiClient, json: () => Promise<unknown>) => Promise<T>} use gets the core's client, and what gives the answer's own JSON
 */
export async function exchange(configuration, options, method, path, use) {
  const config = forCall(configuration, options);
  const request = config.baseServer.makeRequestContext(path, method);
  request.setHeaderParam("Accept", "application/json, */*;q=0.8");
  for (const auth of [config.authMethods.ApiKeyAuth, config.authMethods.default]) await auth?.applySecurityAuthentication(request);

  /** @type {Answer | undefined} */
  let answer;
  /** @type {{ error: unknown } | undefined} what the caller's own middleware threw */
  let foreign;
  const own = async (/** @type {() => unknown} */ step) => {
    try {
      return await settled(step());
    } catch (error) {
      foreign = { error };
      throw error;
    }
  };

  const client = new MaytapiClient({
    // Never used as an address: the request has the configuration's. The key is the real one, so that the core keeps it out of errors.
    productId: "openapi",
    apiKey: keyOf(request) ?? "openapi",
    dangerouslyAllowBrowser: true,
    fetch: async (_, init) => {
      let outgoing = request;
      if (typeof init?.body === "string") {
        outgoing.setHeaderParam("Content-Type", "application/json");
        outgoing.setBody(init.body);
      }
      outgoing.setSignal(init?.signal ?? undefined);
      for (const step of config.middleware) outgoing = /** @type {RequestContext} */ (await own(() => step.pre(outgoing)));
      let context = /** @type {ResponseContext} */ (await settled(config.httpApi.send(outgoing)));
      for (const step of config.middleware) context = /** @type {ResponseContext} */ (await own(() => step.post(context)));
      answer = new Answer(context);
      return answer.response();
    },
  });
  try {
    const data = await use(client, async () => JSON.parse((await answer?.text()) ?? "null"));
    const { httpStatusCode = 200, headers = {}, body } = answer?.context ?? {};
    return { httpStatusCode, headers, body, data };
  } catch (error) {
    if (foreign) throw foreign.error;
    if (!(error instanceof MaytapiError)) throw error;
    const { httpStatusCode = 0, headers = {} } = answer?.context ?? {};
    const body = await answer?.text().catch(() => undefined);
    throw new ApiException(httpStatusCode, error.message, body, headers, { cause: error });
  } finally {
    client.free();
  }
}

/** @param {RequestContext} request */
function keyOf(request) {
  const key = request.getHeaders()["x-maytapi-key"];
  return key !== undefined && /^[!-~]{1,8192}$/.test(key) ? key : undefined;
}

/** An answer whose text is read once, however often it is asked for. */
class Answer {
  /** @type {Promise<string> | undefined} */
  #text;

  /** @param {ResponseContext} context */
  constructor(context) {
    this.context = context;
  }

  text() {
    return (this.#text ??= this.context.body.text());
  }

  /**
   * As much of a `Response` as the core reads.
   * @returns {Response}
   */
  response() {
    const headers = new Headers();
    for (const [name, value] of Object.entries(this.context.headers ?? {})) {
      if (typeof value === "string" && ["retry-after", "x-request-id", "content-type"].includes(name.toLowerCase())) headers.set(name, value);
    }
    const bytes = async () => (await this.context.body.binary()).arrayBuffer();
    const response = { status: this.context.httpStatusCode, headers, text: () => this.text(), arrayBuffer: bytes };
    return /** @type {Response} */ (/** @type {unknown} */ (response));
  }
}
