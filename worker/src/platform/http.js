// A request and its response, each read or made in one call.
import { env } from 'cloudflare:workers';
import { counted, record } from './exchange.js';
import { pending } from './pending.js';

const encoder = new TextEncoder();
/** The headers that matter, each with the length of its longest value that can be good. */
const HEADERS = {
  origin: 512,
  authorization: 8500,
  'x-maytapi-key': 8500,
  'content-type': 256,
  'content-length': 32,
  'content-encoding': 64,
  'idempotency-key': 300,
  'cf-access-jwt-assertion': 8500,
  'cf-connecting-ip': 64,
};
const NAMES = Object.keys(HEADERS);
/** Longer than the path of any route. */
const LONGEST_URL = 2048;

/**
 * All of a request but its body, in lines and as UTF-8: no part of it can hold a line break. A header that is not there is a NUL, and one
 * that is too long a DEL, which is no good value of any: WebAssembly's memory never shrinks, so what many callers send at once would be held
 * for good.
 */
export function readHead(request) {
  const { headers } = request;
  let text = `${request.method}\n${request.url.slice(0, LONGEST_URL)}\n${crypto.randomUUID()}`;
  for (const name of NAMES) {
    const value = headers.get(name) ?? '\0';
    text += `\n${value.length > HEADERS[name] ? '\x7f' : value}`;
  }
  return encoder.encode(text);
}

/** A header that few requests are asked for. */
export function header(request, name) {
  return request.headers.get(name) ?? undefined;
}

/** The deadlines of a request's waits, with one timer for all of them. */
export class Deadline {
  #timer;
  #firesAt = Infinity;
  #at = Infinity;
  #expire = () => {};

  /**
   * What a promise comes to; or a number when it was rejected (2) or takes longer (3). What `begin` throws rejects: an error that is
   * thrown right into WebAssembly ends the instance, and with it all that is under way.
   */
  within(ms, begin) {
    return new Promise((resolve) => {
      this.#at = Date.now() + ms;
      this.#expire = resolve;
      // Ten seconds are the least bound of any wait: one timer is kept and may fire early, rather than being set anew for each wait.
      if (this.#firesAt > this.#at) this.#arm(Math.min(ms, 10_000));
      begin().then(resolve, () => resolve(2));
    });
  }

  #arm(ms) {
    clearTimeout(this.#timer);
    this.#firesAt = Date.now() + ms;
    this.#timer = setTimeout(() => this.#fire(), ms);
  }

  #fire() {
    const left = this.#at - Date.now();
    this.#firesAt = Infinity;
    if (left <= 0) this.#expire(3);
    else this.#arm(left);
  }

  clear() {
    clearTimeout(this.#timer);
  }
}

/** A request's body as bytes; or a number when it is too large (1), broken off (2) or too slow (3). */
export const readBody = pending((request, deadline, limit, sized, ms) => {
  // HTTP holds a body to its Content-Length, which was checked already, unless it comes in chunks as well. `body` is asked for only
  // where bytes must be counted, since asking makes a stream.
  const whole = () => (sized ? request.arrayBuffer() : counted(request.body?.getReader(), limit));
  const bytes = (result) => (typeof result === 'number' ? result : result.byteLength > limit ? 1 : new Uint8Array(result));
  return deadline.within(ms, () => whole().then(bytes));
});

/** Headers that many responses have, by their text. They are made of constants and of an origin that the configuration lists, so there are few. */
const shared = new Map();

/** A response from its status, its headers (names and values in turn, a line each) and its text. The headers that it shares with others are copied inside of the runtime. */
export function respond(status, common, own, body) {
  let headers = shared.get(common);
  if (!headers) shared.set(common, (headers = new Headers(record(common))));
  const response = new Response(body ?? null, { status, headers });
  const lines = own.split('\n');
  for (let i = 0; i + 1 < lines.length; i += 2) response.headers.append(lines[i], lines[i + 1]);
  return response;
}

/** A response of pages, each a line that says where to go on and then text; what fails breaks it off. */
export function respondPages(status, common, own, head, phone, question) {
  const bytes = new TextEncoder();
  let after;
  const pages = new ReadableStream({
    async pull(controller) {
      if (after === undefined) {
        after = '';
        return controller.enqueue(bytes.encode(head));
      }
      const page = await env.PHONES.getByName(phone).ask(phone, question + after);
      const end = page.indexOf('\n');
      after = page.slice(0, end);
      if (after !== '' && !/^\d+$/.test(after)) throw new Error('a page failed');
      controller.enqueue(bytes.encode(page.slice(end + 1)));
      if (after === '') controller.close();
    },
  });
  return respond(status, common, own, pages);
}

export function respondBytes(status, common, own, body) {
  return respond(status, common, own, body.slice());
}
