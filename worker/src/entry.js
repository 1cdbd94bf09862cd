// What the runtime calls: the handler of requests and the class of a phone's object. Both hand on to WebAssembly, and wait for it.
import { DurableObject } from 'cloudflare:workers';
import module from '../build/index.js';
import { Call } from './platform/glue.js';

/** What `lib.rs` exports; worker-build hangs it on a class of its own. */
const { fresh, request: requested, claimed, open, able, clean, told_text, told_bytes, told_number } = module.prototype;

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

/** When what is too old is thrown away again, in milliseconds: by whether nothing was left, what is too young, or more than one round takes. */
const CLEAN_AFTER_MS = [undefined, 3_600_000, 1000];
let tasks = 0;

/**
 * Begins a task and waits for whatever it asks for, until it gives its answer. `fresh` goes before what has texts or bytes among its
 * arguments: the bridge writes those into the module's memory before it looks whether a trap has made it begin with a new one.
 * @param {(task: number, now: number) => unknown} begin @param {{ end(): void, trapped(error: unknown): unknown }} over is told when it ends, in whatever way, and answers for a trap
 */
async function drive(begin, over) {
  const task = (tasks = (tasks + 1) >>> 0);
  try {
    fresh();
    let step = begin(task, Date.now());
    while (step instanceof Promise) {
      let answer;
      try {
        answer = await step;
      } catch {
        answer = Number.NaN;
      }
      fresh();
      if (typeof answer === 'string') step = told_text(task, Date.now(), answer);
      else if (typeof answer === 'object') step = told_bytes(task, Date.now(), answer);
      else step = told_number(task, Date.now(), Number(answer));
    }
    if (step === undefined) throw new Error('a trap ended the instance that this was in');
    return step;
  } catch (error) {
    return over.trapped(error);
  } finally {
    over.end();
  }
}

export default {
  /** @param {Request} request */
  fetch(request) {
    const call = new Call(request);
    return drive((task, now) => requested(task, now, head(request), call), call);
  },
};

/** A claim while it is decided on and sent: the object's storage, and whether it is this claim that is under way. */
class Send {
  posted;

  constructor({ storage, sql, inFlight }) {
    this.storage = storage;
    this.sql = sql;
    this.inFlight = inFlight;
  }

  /** The record says posted, which the next look makes unknown. */
  trapped(error) {
    throw error;
  }

  end() {
    if (this.posted !== undefined) this.inFlight.delete(this.posted);
  }
}

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
    const send = new Send(this);
    const sending = drive((task, now) => claimed(task, now, send, claim, message), send);
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
      // Of nothing there will be something: a send is about to come.
      const at = Date.now() + (CLEAN_AFTER_MS[clean(this, Date.now())] ?? CLEAN_AFTER_MS[1]);
      const set = await this.storage.getAlarm();
      if (set === null || set > at) await this.storage.setAlarm(at);
    } catch {
      // The next send tries again.
      this.#watched = false;
    }
  }

  async alarm() {
    // Where this fails for good, the next send begins anew.
    this.#watched = false;
    const after = CLEAN_AFTER_MS[clean(this, Date.now())];
    this.#watched = after !== undefined;
    if (this.#watched) await this.storage.setAlarm(Date.now() + after);
  }
}
