// @ts-check
// Where requests go: Maytapi itself, or an edge proxy by its own URL.
import { RequestContext } from "./http.js";

/** @template {Record<string, string>} T */
export class ServerConfiguration {
  #url;
  #variables;

  /**
   * @param {string} url with variables in braces
   * @param {T} variableConfiguration
   */
  constructor(url, variableConfiguration) {
    this.#url = url;
    this.#variables = variableConfiguration;
  }

  /** @param {Partial<T>} variableConfiguration */
  setVariables(variableConfiguration) {
    Object.assign(this.#variables, variableConfiguration);
  }

  getConfiguration() {
    return this.#variables;
  }

  getUrl() {
    return Object.entries(this.#variables).reduce((url, [name, value]) => url.replaceAll(`{${name}}`, value), this.#url);
  }

  /**
   * @param {string} endpoint
   * @param {import("./http.js").Method} httpMethod
   */
  makeRequestContext(endpoint, httpMethod) {
    return new RequestContext(this.getUrl() + endpoint, httpMethod);
  }
}

export const server1 = new ServerConfiguration("https://api.maytapi.com/api/{product_id}", { product_id: "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx" });

export const servers = [server1];
