// What the runtime calls: the handler of requests and the class of a phone's object. Both hand on to WebAssembly, and wait for it.
import { DurableObject } from 'cloudflare:workers';
import module from '../build/index.js';
import { Call } from './glue.js';

/** What `lib.rs` exports; worker-build hangs it on a class of its own. */
const { request: requested, claimed, open, able, clean, told_text, told_bytes, told_number } = module.prototype;

const encoder = new TextEncoder();
const HEADERS = [
  'origin',
  'authorization',
  'x-maytapi-key',
  'content-type',
  'content-length',
  'content-encoding',
  'idempotency-key',
  'cf-access-jwt-assertion',
  'cf-connecting-ip',
];

/** All of a request but its body, in lines and as UTF-8: no part of it can hold a line break. A header that is not there is a NUL. */
function head(request) {
  const { headers } = request;
  let text = `${request.method}\n${request.url}\n${crypto.randomUUID()}`;
  for (const name of HEADERS) text += `\n${headers.get(name) ?? '\0'}`;
  return encoder.encode(text);
}

/** How often what is too old is thrown away, in milliseconds. */
const CLEAN_EVERY_MS = 3_600_000;
let tasks = 0;

/** Waits for whatever a task asks for, until it gives its answer. @param {number} task @param {unknown} step @param {Call} [call] */
async function drive(task, step, call) {
  while (step instanceof Promise) {
    let answer;
    try {
      answer = await step;
    } catch {
      answer = Number.NaN;
    }
    if (typeof answer === 'string') step = told_text(task, Date.now(), answer);
    else if (typeof answer === 'object') step = told_bytes(task, Date.now(), answer);
    else step = told_number(task, Date.now(), Number(answer));
  }
  call?.end();
  if (step === undefined) throw new Error('the instance that this request was in has ended');
  return step;
}

const next = () => (tasks = (tasks + 1) >>> 0);

export default {
  /** @param {Request} request */
  fetch(request) {
    const task = next();
    const call = new Call(request);
    return drive(task, requested(task, Date.now(), head(request), call), call);
  },
};

export class Phone extends DurableObject {
  /** Ids of the sends that are under way here. */
  inFlight = new Set();
  #watched = false;

  constructor(state, env) {
    super(state, env);
    this.storage = state.storage;
    this.sql = state.storage.sql;
    this.opened = open(this);
  }

  /** A claim and a message; what became of them, as text. @param {string} claim @param {Uint8Array} message */
  async send(claim, message) {
    if (!this.#watched) await this.#watch();
    const task = next();
    const sending = drive(task, claimed(task, Date.now(), this, claim, message));
    // A caller that hangs up takes nothing away from a send that has begun.
    this.ctx.waitUntil(sending);
    return sending;
  }

  /** The same for a message too large to be an argument. @param {Request} request */
  async fetch(request) {
    const claim = request.headers.get('x-claim');
    if (claim === null) return new Response(null, { status: 400 });
    return new Response(await this.send(JSON.parse(claim), new Uint8Array(await request.arrayBuffer())));
  }

  able() {
    return this.opened && able(this);
  }

  /** Once in an object's life: throws away what is too old, and has an alarm do so from then on. */
  async #watch() {
    this.#watched = true;
    try {
      clean(this, Date.now());
      if ((await this.storage.getAlarm()) === null) await this.storage.setAlarm(Date.now() + CLEAN_EVERY_MS);
    } catch {
      // The next send tries again.
      this.#watched = false;
    }
  }

  async alarm() {
    this.#watched = clean(this, Date.now());
    if (this.#watched) await this.storage.setAlarm(Date.now() + CLEAN_EVERY_MS);
  }
}
