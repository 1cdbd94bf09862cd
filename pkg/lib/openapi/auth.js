// @ts-check
// How requests show who sends them: the key in `x-maytapi-key`, where an edge proxy takes its own token as well.

/** @typedef {{ getName(): string, applySecurityAuthentication(context: import("./http.js").RequestContext): void | Promise<void> }} SecurityAuthentication */
/** @typedef {{ default?: SecurityAuthentication | undefined, ApiKeyAuth?: SecurityAuthentication | undefined }} AuthMethods */

export class ApiKeyAuthAuthentication {
  #apiKey;

  /** @param {string} apiKey */
  constructor(apiKey) {
    this.#apiKey = apiKey;
  }

  getName() {
    return "ApiKeyAuth";
  }

  /** @param {import("./http.js").RequestContext} context */
  applySecurityAuthentication(context) {
    context.setHeaderParam("x-maytapi-key", this.#apiKey);
  }
}

/**
 * @param {{ default?: SecurityAuthentication, ApiKeyAuth?: string } | undefined} config
 * @returns {AuthMethods}
 */
export function configureAuthMethods(config) {
  if (!config) return {};
  const { default: other, ApiKeyAuth: key } = config;
  return { default: other, ...(key ? { ApiKeyAuth: new ApiKeyAuthAuthentication(key) } : {}) };
}
