// A simulator of Maytapi's HTTP API, written from what is known of it: start it, send to it, see what arrived.
// @ts-check
import { Account } from './account.mjs';
import { control } from './control.mjs';
import { emit } from './emit.mjs';
import { answerWrongly } from './fault-answers.mjs';
import { acts, Faults } from './faults.mjs';
import { listen, readBody, send } from './listener.mjs';
import { withDefaults } from './options.mjs';
import { Outbox } from './outbox.mjs';
import { headerOf, Recorder } from './recorder.mjs';
import { answer, parseTarget } from './routes.mjs';
import { Timers } from './timers.mjs';

export { headerOf };

/** @typedef {import('./recorder.mjs').Received} Received */
/** @typedef {import('./options.mjs').Options} Options */
/** @typedef {import('./faults.mjs').Rule} Rule */

/**
 * @typedef {object} Simulator
 * @property {string} url such as `http://127.0.0.1:41234`
 * @property {string} apiUrl the base URL that stands for `https://api.maytapi.com/api/{product_id}`
 * @property {string} productId
 * @property {string} apiKey
 * @property {Received[]} received every request, oldest first
 * @property {Received[]} sends only those to sendMessage
 * @property {number} mostOpen how many requests stood open at once, at most: those that hang stay open until their caller gives them up
 * @property {string[]} destructive every call that destroyed something, such as `GET logout on phone 1150`
 * @property {import('./outbox.mjs').Delivery[]} webhooks every attempt to deliver a webhook
 * @property {Map<string, import('./account.mjs').Message>} messages what was queued, by msgId
 * @property {{ received: Received[], start(): Promise<string> }} elsewhere the second listener, to which redirects lead; started when first needed
 * @property {(rule: Rule) => import('./faults.mjs').Handle} fail
 * @property {Account['setPhone']} setPhone
 * @property {(kind: string, what?: Record<string, unknown>) => import('./events.mjs').Event} emit makes something happen on WhatsApp's side
 * @property {(ms?: number) => Promise<void>} idle waits until all is sent, acknowledged and delivered
 * @property {() => void} reset as just started, on the same port
 * @property {() => Promise<void>} close ends every socket and timer at once
 */

/**
 * @param {Partial<Options>} [given]
 * @returns {Promise<Simulator>}
 */
export async function startSimulator(given = {}) {
  const options = withDefaults(given);
  const timers = new Timers();
  const recorder = new Recorder(options);
  const outbox = new Outbox(options, timers);
  const account = new Account(options, timers, outbox);
  const faults = new Faults();
  const elsewhere = secondListener(options);
  /** @type {string[]} */
  const destructive = [];

  const destroyed = (/** @type {string} */ what) => {
    destructive.push(what);
    options.log(`simulator: DESTRUCTIVE ${what}`);
  };

  const handle = async (/** @type {import('./listener.mjs').Request} */ request, /** @type {import('./listener.mjs').Response} */ response) => {
    if (options.control && (request.url ?? '').startsWith('/__simulator/')) {
      await control(simulator, request, response);
      return;
    }
    const record = recorder.begin(request);
    const noteStatus = () => {
      if (response.headersSent) record.status = response.statusCode;
    };
    const ended = () => {
      noteStatus();
      recorder.end(record);
    };
    // A connection that is cut in the middle of an answer closes without finishing.
    response.on('finish', ended).on('close', ended);
    if (options.cors) allowEveryOrigin(response);
    if (options.cors && request.method === 'OPTIONS') {
      send(response, { status: 204 });
      return;
    }
    const target = parseTarget(record.path);
    record.endpoint = target?.endpoint;
    record.phoneId = target?.phoneId;
    const { wire, delivery } = faults.take(target?.endpoint, target?.phoneId);
    record.fault = wire?.kind;
    if (wire?.kind === 'drop' && wire.when === 'before') {
      response.destroy();
      return;
    }
    const body = await readBody(request, options.maxBodyBytes);
    recorder.finish(record, body);
    if (body.tooLarge) {
      // Not one byte more is read; the connection cannot be used again.
      send(response, { status: 413, headers: { connection: 'close' }, body: { success: false, message: 'request entity too large' } });
      return;
    }
    if (!body.complete) return;
    const call = { account, outbox, options, record, contentType: headerOf(record, 'content-type') ?? '', faults: delivery, destroyed };
    const key = headerOf(record, 'x-maytapi-key');
    const right = !wire || acts(wire) ? answer(target, key, call) : undefined;
    if (wire) await answerWrongly(wire, { response, answer: right, target: request.url ?? '/', elsewhere: elsewhere.start, timers });
    else if (right) send(response, right);
  };

  const listener = await listen(options.port, handle);

  const reset = () => {
    timers.clear();
    faults.clear();
    outbox.reset();
    account.reset();
    recorder.reset();
    elsewhere.reset();
    destructive.length = 0;
  };

  /** @type {Simulator} */
  const simulator = {
    url: listener.url,
    apiUrl: `${listener.url}/api/${options.productId}`,
    productId: options.productId,
    apiKey: options.apiKey,
    received: recorder.received,
    get sends() {
      return recorder.received.filter((record) => record.endpoint === 'sendMessage' && record.method === 'POST');
    },
    get mostOpen() {
      return recorder.mostOpen;
    },
    destructive,
    webhooks: outbox.deliveries,
    messages: account.messages,
    elsewhere,
    fail: (rule) => faults.add(rule),
    setPhone: (id, patch) => account.setPhone(id, patch),
    emit: (kind, what = {}) => emit({ account, apiUrl: simulator.apiUrl }, kind, what),
    idle: (ms = 5000) => idle(() => account.sending || timers.size > 0 || outbox.pending > 0, ms),
    reset,
    close: async () => {
      timers.clear();
      faults.clear();
      outbox.reset();
      await Promise.all([listener.close(), elsewhere.close()]);
    },
  };
  return simulator;
}

/**
 * A stranger's server that answers as if it were Maytapi: what arrives there has leaked.
 * @param {Options} options
 */
function secondListener(options) {
  const recorder = new Recorder(options);
  /** @type {Promise<Awaited<ReturnType<typeof listen>>> | undefined} */
  let started;
  const handle = async (/** @type {import('./listener.mjs').Request} */ request, /** @type {import('./listener.mjs').Response} */ response) => {
    const record = recorder.begin(request);
    const body = await readBody(request, options.maxBodyBytes);
    recorder.finish(record, body);
    const data = { chatId: '12025550199@c.us', msgId: '00000000-0000-4000-8000-00000000dead' };
    send(response, { status: 200, body: { success: true, data } });
    record.status = 200;
  };
  return {
    received: recorder.received,
    start: async () => {
      started ??= listen(0, handle);
      return (await started).url;
    },
    reset: () => recorder.reset(),
    close: async () => {
      if (started) await (await started).close();
    },
  };
}

/** @param {import('./listener.mjs').Response} response */
function allowEveryOrigin(response) {
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('access-control-allow-headers', 'content-type, x-maytapi-key');
  response.setHeader('access-control-allow-methods', 'GET, POST');
}

/**
 * @param {() => boolean} busy
 * @param {number} ms
 */
async function idle(busy, ms) {
  const end = Date.now() + ms;
  while (busy()) {
    if (Date.now() > end) throw new Error(`the simulator is still busy after ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
