// Starts the edge proxy in workerd, before a simulator of Maytapi or Maytapi itself, for tests and for the demo.
// @ts-check
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startSimulator } from './simulator/simulator.mjs';
import { deployment, proxySettings } from './support/deployment.mjs';
import { bareEdge } from './support/edge.mjs';
import { now, sign } from './support/token.mjs';
import { scratchFolder } from './support/workerd.mjs';
import { wranglerDev } from './support/wrangler.mjs';

const BUILT = fileURLToPath(new URL('../worker/build/index.js', import.meta.url));

/**
 * @typedef {object} Options
 * @property {Record<string, any>} [proxy] what differs from the configuration below, by its top-level names
 * @property {Record<string, string | undefined>} [secrets] what differs from the secrets below; undefined leaves one out
 * @property {Record<string, unknown>} [vars] further variables; undefined takes one away
 * @property {boolean} [wrangler] `wrangler dev` in place of the bare runtime: it serves the console's files too, and tells callers' addresses
 * @property {Record<string, unknown>} [bindings] further top-level settings of wrangler.jsonc, for wrangler alone
 * @property {Record<string, string>} [before] modules before the Worker, the first of which the runtime calls, in the bare runtime alone
 * @property {boolean} [inspected] whether an inspector listens too, in the bare runtime alone
 * @property {string} [webhook] where the simulator's webhooks go
 * @property {Partial<import('./simulator/options.mjs').Options>} [simulator]
 * @property {boolean} [live] Maytapi itself in place of the simulator
 * @property {string} [persist] a folder in which the Worker's storage outlives the stack
 */

/**
 * @typedef {object} Stack
 * @property {string} edge the Worker's address, without a slash at its end
 * @property {import('./simulator/simulator.mjs').Simulator} simulator
 * @property {string} secret what tokens are signed with
 * @property {string} folder where its files are, with the secrets among them
 * @property {(claims?: Record<string, unknown>) => Promise<string>} token
 * @property {() => string} logs everything that the Worker and its runtime wrote
 * @property {() => Record<string, any>[]} lines the Worker's own log, a line each
 * @property {(signal?: NodeJS.Signals) => Promise<void>} kill ends the runtime in the middle of whatever it does, or as another signal has it end
 * @property {() => Promise<void>} restart starts the runtime again, on the same storage
 * @property {() => Promise<void>} close
 * @property {() => Pick<Awaited<ReturnType<typeof import('./support/workerd.mjs').startWorkerd>>, 'ports' | 'memory'>} runtime the bare one
 */

/**
 * @param {Options} [options]
 * @returns {Promise<Stack>}
 */
export async function startStack({ proxy = {}, secrets: otherSecrets = {}, vars: otherVars = {}, wrangler = false, bindings, before, inspected, webhook = '', simulator: simulating, live = false, persist } = {}) {
  if (bindings && !wrangler) throw new Error('bindings are wrangler\'s');
  if (!existsSync(BUILT)) throw new Error('the Worker is not built: cargo xtask build worker');
  const simulator = await startSimulator({ webhook, ackDelivery: webhook !== '', ...simulating });
  const { folder, remove } = scratchFolder('stack');
  const secret = otherSecrets.TOKEN_SECRET ?? `canary-token-secret-${randomBytes(24).toString('base64url')}`;
  const secrets = /** @type {Record<string, string>} */ (given({ TOKEN_SECRET: secret, MAYTAPI_KEY: simulator.apiKey, ...otherSecrets }));
  const config = deployment();
  const vars = given({ ...config.vars, PROXY: proxySettings(config, simulator, proxy), ...(live ? {} : { UPSTREAM: `${simulator.url}/api` }), ...otherVars });
  const start = wrangler ? await wranglerDev(folder, config, { vars, secrets, bindings, persist }) : bareEdge(folder, { bindings: { ...vars, ...secrets }, before, inspected, persist });
  /** @type {Awaited<ReturnType<typeof start>>} */
  let running;
  let [runs, earlier] = [true, ''];
  const logs = () => (runs ? earlier + running.output() : earlier);
  const end = async (/** @type {NodeJS.Signals | undefined} */ signal = undefined) => {
    if (!runs) return;
    await running.end(signal);
    [earlier, runs] = [`${logs()}\n`, false];
  };
  try {
    running = await start();
  } catch (error) {
    await simulator.close();
    remove();
    throw error;
  }
  return {
    get edge() {
      return running.url;
    },
    simulator,
    secret,
    folder,
    token: async (claims = {}) => sign({ sub: 'test', aud: 'maytapi-edge', iat: now(), exp: now() + 600, ...claims }, { secret }),
    logs,
    lines: () => linesOf(logs()),
    kill: end,
    restart: async () => {
      running = await start();
      runs = true;
    },
    close: async () => {
      await Promise.all([end(), simulator.close()]);
      remove();
    },
    runtime: () => {
      if (!('memory' in running)) throw new Error('wrangler tells nothing of its runtime');
      return /** @type {any} */ (running);
    },
  };
}

/** Without what was taken away. @param {Record<string, unknown>} all */
function given(all) {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** @param {string} output */
function linesOf(output) {
  return output
    .split('\n')
    .filter((line) => line.startsWith('{"request_id"'))
    .map((line) => JSON.parse(line));
}
