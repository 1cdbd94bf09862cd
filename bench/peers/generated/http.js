// The template's http/http.ts and http/isomorphic-fetch.ts.
import { from, Observable } from './rxjs-stub.js';

export const HttpMethod = { GET: 'GET', POST: 'POST' };

export class HttpException extends Error {}

function ensureAbsoluteUrl(url) {
  if (url.startsWith('http://') || url.startsWith('https://')) return url;
  return window.location.origin + url;
}

export class RequestContext {
  constructor(url, httpMethod) {
    this.httpMethod = httpMethod;
    this.headers = {};
    this.body = undefined;
    this.signal = undefined;
    this.url = new URL(ensureAbsoluteUrl(url));
  }

  getUrl() {
    return this.url.toString().endsWith('/') ? this.url.toString().slice(0, -1) : this.url.toString();
  }

  setUrl(url) {
    this.url = new URL(ensureAbsoluteUrl(url));
  }

  setBody(body) {
    this.body = body;
  }

  getHttpMethod() {
    return this.httpMethod;
  }

  getHeaders() {
    return this.headers;
  }

  getBody() {
    return this.body;
  }

  setQueryParam(name, value) {
    this.url.searchParams.set(name, value);
  }

  addCookie(name, value) {
    if (!this.headers['Cookie']) this.headers['Cookie'] = '';
    this.headers['Cookie'] += `${name}=${value}; `;
  }

  setHeaderParam(key, value) {
    this.headers[key] = value;
  }

  setSignal(signal) {
    this.signal = signal;
  }

  getSignal() {
    return this.signal;
  }
}

export class ResponseContext {
  constructor(httpStatusCode, headers, body) {
    this.httpStatusCode = httpStatusCode;
    this.headers = headers;
    this.body = body;
  }

  async getBodyAsAny() {
    try {
      return await this.body.text();
    } catch {}
    try {
      return await this.body.binary();
    } catch {}
    return undefined;
  }
}

export class IsomorphicFetchHttpLibrary {
  send(request) {
    const method = request.getHttpMethod().toString();
    const body = request.getBody();
    const resultPromise = fetch(request.getUrl(), {
      method,
      body,
      headers: request.getHeaders(),
      signal: request.getSignal(),
      credentials: 'same-origin',
    }).then((response) => {
      const headers = {};
      response.headers.forEach((value, name) => {
        headers[name] = value;
      });
      return new ResponseContext(response.status, headers, { text: () => response.text(), binary: () => response.blob() });
    });
    return from(resultPromise);
  }
}

export function wrapHttpLibrary(promiseHttpLibrary) {
  return { send: (request) => from(promiseHttpLibrary.send(request)) };
}

export { Observable };
