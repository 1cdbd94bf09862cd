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
 * @param {(client: MaytapiClient) => Promise<T>} use
 */
export async function exchange(configuration, options, method, path, use) {
  const config = forCall(configuration, options);
  const request = config.baseServer.makeRequestContext(path, method);
  request.setHeaderParam("Accept", "application/json, */*;q=0.8");
  for (const auth of [config.authMethods.ApiKeyAuth, config.authMethods.default]) await auth?.applySecurityAuthentication(request);

  /** @type {{ context: ResponseContext, text: string } | undefined} */
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
      answer = { context, text: await context.body.text() };
      return responseOf(answer);
    },
  });
  try {
    const data = await use(client);
    const { httpStatusCode = 200, headers = {}, body } = answer?.context ?? {};
    return { httpStatusCode, headers, body, data };
  } catch (error) {
    if (foreign) throw foreign.error;
    if (!(error instanceof MaytapiError)) throw error;
    const { httpStatusCode = 0, headers = {} } = answer?.context ?? {};
    throw new ApiException(httpStatusCode, error.message, answer?.text, headers, { cause: error });
  } finally {
    client.free();
  }
}

/** @param {RequestContext} request */
function keyOf(request) {
  const key = request.getHeaders()["x-maytapi-key"];
  return key !== undefined && /^[!-~]{1,8192}$/.test(key) ? key : undefined;
}

/**
 * As much of a `Response` as the core reads.
 * @param {{ context: ResponseContext, text: string }} answer
 * @returns {Response}
 */
function responseOf({ context, text }) {
  const headers = new Headers();
  for (const [name, value] of Object.entries(context.headers ?? {})) {
    if (typeof value === "string" && ["retry-after", "x-request-id"].includes(name.toLowerCase())) headers.set(name, value);
  }
  const response = { status: context.httpStatusCode, headers, text: async () => text };
  return /** @type {Response} */ (/** @type {unknown} */ (response));
}
