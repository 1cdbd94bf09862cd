// Starts the edge proxy in workerd, before a simulator of Maytapi or Maytapi itself, for tests and for the demo.
// @ts-check
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startSimulator } from './simulator/simulator.mjs';
import { deployment, proxySettings } from './support/deployment.mjs';
import { now, sign } from './support/token.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const NODE = join(ROOT, 'node_modules/node/bin/node');
const START_MS = 60_000;

/**
 * @typedef {object} Options
 * @property {Record<string, any>} [proxy] what differs from the configuration below, by its top-level names
 * @property {Record<string, string | undefined>} [secrets] what differs from the secrets below; undefined leaves one out
 * @property {Record<string, unknown>} [vars] further variables; undefined takes one away
 * @property {Record<string, unknown>} [bindings] further top-level settings of wrangler.jsonc
 * @property {string} [webhook] where the simulator's webhooks go
 * @property {Partial<import('./simulator/options.mjs').Options>} [simulator]
 * @property {boolean} [live] Maytapi itself in place of the simulator
 * @property {string} [persist] a folder in which the Worker's storage outlives the stack
 * @property {number} [port] where the Worker listens; a free port when not said
 */

/**
 * @typedef {object} Stack
 * @property {string} edge the Worker's address, without a slash at its end
 * @property {import('./simulator/simulator.mjs').Simulator} simulator
 * @property {string} secret what tokens are signed with
 * @property {(claims?: Record<string, unknown>) => Promise<string>} token
 * @property {() => string} logs everything that the Worker and its runtime wrote
 * @property {() => Record<string, any>[]} lines the Worker's own log, a line each
 * @property {() => Promise<void>} kill ends the runtime in the middle of whatever it does
 * @property {() => Promise<void>} restart starts the runtime again, on the same storage
 * @property {() => Promise<void>} close
 */

/**
 * @param {Options} [options]
 * @returns {Promise<Stack>}
 */
export async function startStack(options = {}) {
  const simulator = await startSimulator({ webhook: options.webhook ?? '', ackDelivery: options.webhook !== undefined, ...options.simulator });
  const folder = await mkdtemp(join(tmpdir(), 'maytapi-stack-'));
  const secret = options.secrets?.TOKEN_SECRET ?? `canary-token-secret-${randomBytes(24).toString('base64url')}`;
  const secrets = { TOKEN_SECRET: secret, MAYTAPI_KEY: simulator.apiKey, ...options.secrets };
  const vars = { ...(options.live ? {} : { UPSTREAM: `${simulator.url}/api` }), ...options.vars };
  let output = '';
  /** @type {Awaited<ReturnType<typeof run>> | undefined} */
  let running;
  const start = async () => {
    running = await run(folder, options.port ?? 0, options.persist ?? join(folder, 'state'), (text) => {
      output += text;
    });
  };
  try {
    await writeConfig(folder, { proxy: options.proxy ?? {}, bindings: options.bindings ?? {}, vars, secrets, simulator });
    await start();
  } catch (error) {
    await Promise.all([simulator.close(), rm(folder, { recursive: true, force: true })]);
    throw error;
  }
  return {
    get edge() {
      return running?.url ?? '';
    },
    simulator,
    secret,
    token: async (claims = {}) => sign({ sub: 'test', aud: 'maytapi-edge', iat: now(), exp: now() + 600, ...claims }, { secret }),
    logs: () => output,
    lines: () => linesOf(output),
    kill: async () => running?.end(),
    restart: start,
    close: async () => {
      await running?.end();
      await Promise.all([simulator.close(), rm(folder, { recursive: true, force: true })]);
    },
  };
}

/**
 * The deployment's own configuration with what a test needs in place of an account.
 * @param {string} folder
 * @param {{ proxy: Record<string, any>, bindings: Record<string, unknown>, vars: Record<string, unknown>, secrets: Record<string, string | undefined>, simulator: import('./simulator/simulator.mjs').Simulator }} what
 */
async function writeConfig(folder, { proxy, bindings, vars, secrets, simulator }) {
  const { $schema: _, build: __, assets, ...config } = deployment();
  const main = join(ROOT, 'worker/build/index.js');
  if (!existsSync(main)) throw new Error('the Worker is not built: cargo xtask build worker');
  const page = join(ROOT, 'www/dist');
  const generated = {
    ...config,
    main,
    vars: {
      ...config.vars,
      PROXY: proxySettings(config, simulator, proxy),
      ...vars,
    },
    ...(existsSync(join(page, 'index.html')) ? { assets: { ...assets, directory: page } } : {}),
    ...bindings,
  };
  await writeFile(join(folder, 'wrangler.json'), JSON.stringify(generated));
  // Not on the command line, where every process of the machine could read them.
  const lines = Object.entries(secrets).filter(([, value]) => value !== undefined);
  await writeFile(join(folder, '.dev.vars'), lines.map(([name, value]) => `${name}=${JSON.stringify(value)}\n`).join(''), { mode: 0o600 });
}

/**
 * `wrangler dev` in a process group of its own; it runs workerd with the same configuration that a deployment has.
 * @param {string} folder
 * @param {number} port
 * @param {string} state
 * @param {(text: string) => void} write
 */
async function run(folder, port, state, write) {
  await mkdir(state, { recursive: true });
  const parameters = ['dev', '--config', join(folder, 'wrangler.json'), '--ip', '127.0.0.1', '--port', String(port), '--inspector-port', '0', '--persist-to', state];
  const child = spawn(NODE, [join(ROOT, 'tests/support/supervisor.mjs'), folder, NODE, join(ROOT, 'node_modules/wrangler/bin/wrangler.js'), ...parameters], {
    cwd: folder,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...quiet(folder) },
  });
  const exited = new Promise((resolve) => {
    child.once('exit', resolve);
  });
  const end = async () => {
    // By signal and not by closing its input, after which it would take the folder away that a restart needs.
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
      }
    }
    await exited;
    child.stdin.destroy();
  };
  let output = '';
  const url = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the Worker did not start within ${START_MS} ms:\n${output}`)), START_MS);
    const read = (/** @type {Buffer} */ chunk) => {
      write(chunk.toString('utf8'));
      if (output === '\0') return;
      output += chunk.toString('utf8');
      const ready = /Ready on (http:\/\/127\.0\.0\.1:\d+)/.exec(output);
      if (!ready) return;
      output = '\0';
      clearTimeout(timer);
      resolve(ready[1]);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    child.once('exit', () => {
      clearTimeout(timer);
      reject(new Error(`the Worker's runtime ended:\n${output}`));
    });
  }).catch(async (error) => {
    await end();
    throw error;
  });
  await answering(`${url}/ping`);
  return { url: String(url), end };
}

/**
 * No report, no login, no look at the network, nothing written outside the folder.
 * @param {string} folder
 */
function quiet(folder) {
  return {
    CI: 'true',
    NO_COLOR: '1',
    FORCE_COLOR: '0',
    WRANGLER_SEND_METRICS: 'false',
    WRANGLER_SEND_ERROR_REPORTS: 'false',
    WRANGLER_HIDE_BANNER: 'true',
    WRANGLER_LOG_PATH: join(folder, 'logs'),
    WRANGLER_REGISTRY_PATH: join(folder, 'registry'),
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
    XDG_CONFIG_HOME: join(folder, 'config'),
  };
}

/** @param {string} url */
async function answering(url) {
  const until = Date.now() + START_MS;
  for (;;) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    if (Date.now() > until) throw new Error(`${url} does not answer`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** @param {string} output */
function linesOf(output) {
  return output
    .split('\n')
    .filter((line) => line.startsWith('{"request_id"'))
    .map((line) => JSON.parse(line));
}
