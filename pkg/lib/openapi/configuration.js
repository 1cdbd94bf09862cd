// @ts-check
// The configuration of the generated client, with its defaults.
import { configureAuthMethods } from "./auth.js";
import { IsomorphicFetchHttpLibrary } from "./http.js";
import { server1 } from "./servers.js";

/**
 * @typedef {object} Configuration
 * @property {{ makeRequestContext(endpoint: string, httpMethod: import("./http.js").Method): import("./http.js").RequestContext }} baseServer
 * @property {{ send(request: import("./http.js").RequestContext): unknown }} httpApi
 * @property {{ pre(context: import("./http.js").RequestContext): unknown, post(context: import("./http.js").ResponseContext): unknown }[]} middleware
 * @property {import("./auth.js").AuthMethods} authMethods
 */

/**
 * @param {Partial<Omit<Configuration, "authMethods">> & { promiseMiddleware?: Configuration["middleware"], authMethods?: Parameters<typeof configureAuthMethods>[0] }} [conf]
 * @returns {Configuration}
 */
export function createConfiguration(conf = {}) {
  return {
    baseServer: conf.baseServer ?? server1,
    httpApi: conf.httpApi ?? new IsomorphicFetchHttpLibrary(),
    middleware: [...(conf.middleware ?? []), ...(conf.promiseMiddleware ?? [])],
    authMethods: configureAuthMethods(conf.authMethods),
  };
}

/**
 * The configuration of one call: what its options name, the API's own for the rest.
 * @param {Configuration} configuration
 * @param {Partial<Configuration> & { middlewareMergeStrategy?: "replace" | "append" | "prepend" }} [options]
 * @returns {Configuration}
 */
export function forCall(configuration, options) {
  if (!options) return configuration;
  const own = configuration.middleware;
  // A whole configuration made for one call has no middleware of its own: that never took the API's away.
  const given = options.middleware?.length ? options.middleware : own;
  const strategies = { append: () => [...own, ...given], prepend: () => [...given, ...own], replace: () => given };
  const strategy = given === own ? "replace" : (options.middlewareMergeStrategy ?? "replace");
  return {
    baseServer: options.baseServer ?? configuration.baseServer,
    httpApi: options.httpApi ?? configuration.httpApi,
    middleware: strategies[strategy](),
    authMethods: options.authMethods ?? configuration.authMethods,
  };
}
