// The simulator as a command: says in one line of JSON where it listens, and stops by itself.
// @ts-check
import { parseArgs } from 'node:util';
import { startSimulator } from './simulator.mjs';

const USAGE = `node tests/simulator/main.mjs [options]
  --port N        listen on this port of 127.0.0.1 (default: a free one)
  --webhook URL   where Maytapi's webhooks go
  --acks          acks are on from the start
  --product ID    --key KEY    --phone N    the account (default: a made-up one)
  --pace MS       a phone sends one message per this time
  --cors          answers allow every origin
  --control       answer under /__simulator/ as well
  --for SECONDS   stop after this time (default 600)`;

/** @type {ReturnType<typeof read>} */
let values;
try {
  values = read();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n${USAGE}\n`);
  process.exit(2);
}
if (values.help) {
  process.stdout.write(`${USAGE}\n`);
  process.exit(0);
}

const phone = number('phone', values.phone);
const simulator = await startSimulator({
  port: number('port', values.port),
  webhook: values.webhook,
  ackDelivery: values.acks,
  productId: values.product,
  apiKey: values.key,
  phones: phone === undefined ? undefined : [{ id: phone, number: '12025550100' }],
  sendEveryMs: number('pace', values.pace),
  cors: values.cors,
  control: values.control,
}).catch((error) => fail(`the simulator could not start: ${error.message}`));
const stop = () => void simulator.close().then(() => process.exit(0));
// A day at most: a longer timer would overflow and fire at once.
setTimeout(stop, Math.min(number('for', values.for) ?? 600, 86_400) * 1000);
process.once('SIGINT', stop);
process.once('SIGTERM', stop);

// Last of all: whoever reads this line may stop the simulator at once.
const { url, apiUrl, productId, apiKey } = simulator;
process.stdout.write(`${JSON.stringify({ url, apiUrl, productId, apiKey })}\n`);

function read() {
  return parseArgs({
    options: {
      port: { type: 'string' },
      webhook: { type: 'string' },
      acks: { type: 'boolean' },
      product: { type: 'string' },
      key: { type: 'string' },
      phone: { type: 'string' },
      pace: { type: 'string' },
      cors: { type: 'boolean' },
      control: { type: 'boolean' },
      for: { type: 'string' },
      help: { type: 'boolean' },
    },
  }).values;
}

/**
 * @param {string} name
 * @param {string | undefined} text
 */
function number(name, text) {
  if (text !== undefined && !/^\d{1,9}$/.test(text)) fail(`--${name} takes a whole number, not ${text}`);
  return text === undefined ? undefined : Number(text);
}

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
