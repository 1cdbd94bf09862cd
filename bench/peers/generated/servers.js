// The template's servers.ts.
import { RequestContext } from './http.js';

export class BaseServerConfiguration {
  constructor(url, variableConfiguration) {
    this.url = url;
    this.variableConfiguration = variableConfiguration;
  }

  setVariables(variableConfiguration) {
    Object.assign(this.variableConfiguration, variableConfiguration);
  }

  getConfiguration() {
    return this.variableConfiguration;
  }

  getUrl() {
    let replacedUrl = this.url;
    for (const key in this.variableConfiguration) {
      const re = new RegExp(`{${key}}`, 'g');
      replacedUrl = replacedUrl.replace(re, this.variableConfiguration[key]);
    }
    return replacedUrl;
  }

  makeRequestContext(endpoint, httpMethod) {
    return new RequestContext(this.getUrl() + endpoint, httpMethod);
  }
}

export class ServerConfiguration extends BaseServerConfiguration {}

export const server1 = new ServerConfiguration('https://api.maytapi.com/api/{product_id}', { product_id: '' });
