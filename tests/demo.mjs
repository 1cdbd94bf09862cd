// The demo: sends one message through the package and the edge proxy, shows its way, then serves the console.
// @ts-check
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { MaytapiClient, MaytapiError, validate } from 'maytapi';
import { Paper } from './demo/paper.mjs';
import { startStack } from './stack.mjs';

/** @typedef {import('maytapi').Message} Message */
/** @typedef {import('./simulator/recorder.mjs').Received} Received */

const USAGE = `node tests/demo.mjs [--once] [--live [number]]
  --once   stops after the message instead of serving the console
  --live   the real Maytapi, with MAYTAPI_PRODUCT_ID, MAYTAPI_KEY and
           MAYTAPI_PHONE_ID from the environment; the recipient's number as
           argument or in MAYTAPI_TO`;

const ACCOUNT = 'main';
/** The console shows the phones, so it may ask how they are. */
const POLICY = { reads: ['status', 'queue', 'screen'] };
const TOKEN_SECONDS = 8 * 3600;
/** How long all delivery states may take to come. */
const STATES_MS = 15_000;
/** What the proxy tells, in words. */
const STATES = {
  queued: 'queued: it stands in the queue of the phone',
  sent: 'sent: WhatsApp has it (one tick)',
  failed: 'failed',
  delivered: "delivered: it is on the recipient's phone (two ticks)",
  read: 'read: the recipient has seen it (blue ticks)',
  played: 'played: the recipient has listened to it',
  deleted: 'deleted',
};

const options = read();
const credentials = options.live ? fromEnvironment(options.to) : undefined;
const paper = new Paper(process.stdout);
if (credentials) paper.hide(credentials.key);
/** @type {(() => Promise<unknown>)[]} what to stop, in the order in which it was started */
const running = [];
process.once('SIGINT', () => void stop(0));
process.once('SIGTERM', () => void stop(143));

try {
  await (credentials ? live(credentials) : simulated());
  if (options.once) await stop(0);
} catch (error) {
  process.stderr.write(`\nThe demo failed: ${explained(error)}\n`);
  await stop(1);
}

/** Through the proxy to the simulator, on to the last delivery state. */
async function simulated() {
  paper.title('One message: package, edge proxy in workerd, a simulator of Maytapi');
  const stack = await startStack({
    wrangler: true,
    proxy: { policy: { ...POLICY, delivery: 'phone', manage: true } },
    secrets: { HOOK_SECRET: randomBytes(24).toString('hex') },
    // Slow enough to be watched.
    simulator: { ackEveryMs: 300 },
  });
  running.push(stack.close);
  const { simulator } = stack;
  const phoneId = '1150';
  const token = await stack.token({ sub: 'demo', exp: Math.floor(Date.now() / 1000) + TOKEN_SECONDS });
  paper.hide(simulator.apiKey);
  await setUp(stack.edge, phoneId, token);

  /** @type {Message} */
  const message = { type: 'text', toNumber: '+1 (202) 555-0123', message: 'Good morning! Your table for four is booked at eight.' };
  paper.step('The page calls the package');
  paper.code(callOf(message, phoneId));

  const started = Date.now();
  const client = new MaytapiClient({ baseUrl: `${stack.edge}/api/${ACCOUNT}`, token, phoneId });
  const queued = await client.sendMessage(message);
  const queuedAt = Date.now();
  const [received] = simulator.sends;
  if (!received || simulator.sends.length !== 1) throw new Error(`Maytapi received ${simulator.sends.length} messages instead of one`);

  paper.step('The proxy checks token and message and adds the key; Maytapi receives');
  paper.code(`${received.method} ${received.path}`);
  paper.table(headersOf(received, simulator.apiKey, token));
  paper.code(JSON.stringify(received.json, null, 2));

  paper.step(`Queued after ${queuedAt - started} ms, which is not yet sent`);
  paper.table([
    ['msgId', queued.msgId],
    ['chatId', queued.chatId ?? ''],
    ['requestId', queued.requestId ?? ''],
  ]);

  paper.step('The page follows it, live, through the proxy');
  paper.code('for await (const { state } of client.track(msgId)) …');
  for await (const { state } of client.track(queued.msgId, { signal: AbortSignal.timeout(STATES_MS) })) {
    paper.table([[`${Date.now() - started} ms`, STATES[state]]]);
  }

  paper.step('A poll that Maytapi takes, and finds wrong when it comes to send it');
  simulator.fail({ kind: 'lateError', code: 'F04', message: 'Options are required.' });
  const poll = await client.sendMessage({ type: 'poll', toNumber: '12025550123', message: 'Lunch?', options: ['Yes', 'No'] });
  for await (const { state, code } of client.track(poll.msgId, { signal: AbortSignal.timeout(STATES_MS) })) {
    paper.table([[state, code ? `Maytapi's code is ${code}` : STATES[state]]]);
    // Nothing will refute this one.
    if (state === 'failed') break;
  }
  client.free();
  if (options.once) return;

  paper.step('The console, for messages of your own (Ctrl-C stops everything)');
  paper.say('Its token holds for eight hours. What becomes of its messages is told here.');
  paper.line(consoleUrl(stack.edge, phoneId, token));
  const watcher = new MaytapiClient({ baseUrl: `${stack.edge}/api/${ACCOUNT}`, token, phoneId });
  running.push(async () => watcher.free());
  for await (const change of watcher.events()) {
    if (change.kind === 'message') paper.table([[change.msgId, STATES[change.state]]]);
  }
}

/**
 * Has the proxy point Maytapi's phone at itself, as an operator does once.
 * @param {string} edge
 * @param {string} phoneId
 * @param {string} token
 */
async function setUp(edge, phoneId, token) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const answer = await fetch(`${edge}/api/${ACCOUNT}/${phoneId}/webhook`, { method: 'PUT', headers, body: '{}' });
  if (!answer.ok) throw new Error(`the webhook could not be set up: ${await answer.text()}`);
}

/**
 * Through the proxy to the real Maytapi.
 * @param {{ productId: string, key: string, phoneId: string, to: string }} account
 */
async function live({ productId, key, phoneId, to }) {
  paper.title('One message: package, edge proxy in workerd, the real Maytapi');
  const stack = await startStack({
    wrangler: true,
    live: true,
    proxy: { policy: POLICY, accounts: { [ACCOUNT]: { productId, phones: [phoneId], keySecret: 'MAYTAPI_KEY' } } },
    secrets: { MAYTAPI_KEY: key },
  });
  running.push(stack.close);
  const token = await stack.token({ sub: 'demo', exp: Math.floor(Date.now() / 1000) + TOKEN_SECONDS });

  /** @type {Message} */
  const message = { type: 'text', toNumber: to, message: 'A message from the maytapi demo.' };
  paper.step('The page calls the package');
  paper.code(callOf(message, phoneId));
  const checked = validate(message);
  if (checked.valid) {
    paper.step('The proxy checks token and message, adds the key and sends');
    paper.code(JSON.stringify(checked.wire, null, 2));
  }
  const started = Date.now();
  const client = new MaytapiClient({ baseUrl: `${stack.edge}/api/${ACCOUNT}`, token, phoneId });
  const queued = await client.sendMessage(message);
  paper.step(`Queued after ${Date.now() - started} ms, which is not yet sent`);
  paper.table([
    ['msgId', queued.msgId],
    ['chatId', queued.chatId ?? ''],
    ['requestId', queued.requestId ?? ''],
  ]);
  paper.say("What becomes of it is told to the webhook that the account has at Maytapi, which can't reach this machine.");
  client.free();
  if (options.once) return;
  paper.step('The console, for messages of your own (Ctrl-C stops everything)');
  paper.line(consoleUrl(stack.edge, phoneId, token));
}

/**
 * The call as somebody writes it in a page.
 * @param {Message} message
 * @param {string} phoneId
 */
function callOf(message, phoneId) {
  const fields = Object.entries(message).map(([name, value]) => `  ${name}: ${JSON.stringify(value)},`);
  return [
    'import { MaytapiClient } from "maytapi";',
    '',
    '// The token comes from your backend. Maytapi\'s key stays in the proxy.',
    'const client = new MaytapiClient({',
    `  baseUrl: "/api/${ACCOUNT}", token, phoneId: ${phoneId},`,
    '});',
    'await client.sendMessage({',
    ...fields,
    '});',
  ].join('\n');
}

/**
 * The headers as they arrived. Of the key only whether it was there, and right; the caller's token has to be gone.
 * @param {Received} received
 * @param {string} apiKey
 * @param {string} token
 * @returns {[string, string][]}
 */
function headersOf({ headers }, apiKey, token) {
  if (headers.some(([, value]) => value.includes(token))) throw new Error("the proxy passed the caller's token on");
  const key = headers.filter(([name]) => name.toLowerCase() === 'x-maytapi-key');
  if (key.length !== 1 || key[0]?.[1] !== apiKey) throw new Error("the proxy did not add Maytapi's key");
  return headers.map(([name, value]) => [name, name.toLowerCase() === 'x-maytapi-key' ? 'present' : value]);
}

/**
 * The console's address. What the page needs stands in the fragment, which no server sees and the page removes at once.
 * @param {string} edge
 * @param {string} phone
 * @param {string} token
 */
function consoleUrl(edge, phone, token) {
  return `${edge}/#${new URLSearchParams({ account: ACCOUNT, phone, token })}`;
}

function read() {
  try {
    const { values, positionals } = parseArgs({
      options: { once: { type: 'boolean' }, live: { type: 'boolean' }, help: { type: 'boolean' } },
      allowPositionals: true,
    });
    if (positionals.length > (values.live ? 1 : 0)) throw new TypeError(`what is ${positionals.at(-1)}?`);
    if (values.help) {
      process.stdout.write(`${USAGE}\n`);
      process.exit(0);
    }
    return { once: values.once ?? false, live: values.live ?? false, to: positionals[0] };
  } catch (error) {
    process.stderr.write(`${explained(error)}\n${USAGE}\n`);
    process.exit(2);
  }
}

/** The account's credentials, or an end that says which are missing. @param {string | undefined} to */
function fromEnvironment(to) {
  const { MAYTAPI_PRODUCT_ID: productId, MAYTAPI_KEY: key, MAYTAPI_PHONE_ID: phoneId, MAYTAPI_TO } = process.env;
  const given = { MAYTAPI_PRODUCT_ID: productId, MAYTAPI_KEY: key, MAYTAPI_PHONE_ID: phoneId, MAYTAPI_TO: to ?? MAYTAPI_TO };
  const missing = Object.entries(given).flatMap(([name, value]) => (value ? [] : [name]));
  if (missing.length > 0) {
    process.stderr.write(`--live needs ${missing.join(', ')} in the environment.\n${USAGE}\n`);
    process.exit(2);
  }
  return { productId: productId ?? '', key: key ?? '', phoneId: phoneId ?? '', to: to ?? MAYTAPI_TO ?? '' };
}

/** @param {unknown} error */
function explained(error) {
  if (error instanceof MaytapiError) return `${error.name} ${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}

/** Stops what runs, the youngest first. @param {number} code */
async function stop(code) {
  const results = await Promise.allSettled(running.splice(0).toReversed().map((close) => close()));
  for (const { reason } of results.filter((one) => one.status === 'rejected')) process.stderr.write(`${explained(reason)}\n`);
  process.exit(code);
}
