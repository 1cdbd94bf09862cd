// The Worker under `wrangler dev`: with the console's files, and with whatever else a deployment binds.
// @ts-check
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NODE = join(ROOT, 'node_modules/node/bin/node');
const START_MS = 60_000;

/**
 * Writes the deployment's own configuration with what a test needs in place of an account, and starts it as often as is asked.
 * @param {string} folder
 * @param {any} config the deployment's
 * @param {{ vars: Record<string, unknown>, secrets: Record<string, string>, bindings?: Record<string, unknown> | undefined, persist?: string | undefined }} what
 */
export async function wranglerDev(folder, config, { vars, secrets, bindings = {}, persist = join(folder, 'state') }) {
  const { $schema: _, build: __, assets, ...deployment } = config;
  const page = join(ROOT, 'www/dist');
  const generated = {
    ...deployment,
    main: join(ROOT, 'worker/build/index.js'),
    vars,
    ...(existsSync(join(page, 'index.html')) ? { assets: { ...assets, directory: page } } : {}),
    ...bindings,
  };
  await writeFile(join(folder, 'wrangler.json'), JSON.stringify(generated));
  // Not on the command line, where every process of the machine could read them.
  const lines = Object.entries(secrets).map(([name, value]) => `${name}=${JSON.stringify(value)}\n`);
  await writeFile(join(folder, '.dev.vars'), lines.join(''), { mode: 0o600 });
  await mkdir(persist, { recursive: true });
  return () => run(folder, persist);
}

/**
 * `wrangler dev` in a process group of its own; it runs workerd with the same configuration that a deployment has.
 * @param {string} folder
 * @param {string} state
 */
async function run(folder, state) {
  const parameters = ['dev', '--config', join(folder, 'wrangler.json'), '--ip', '127.0.0.1', '--port', '0', '--inspector-port', '0', '--persist-to', state];
  const child = spawn(NODE, [join(ROOT, 'tests/support/supervisor.mjs'), folder, NODE, join(ROOT, 'node_modules/wrangler/bin/wrangler.js'), ...parameters], {
    cwd: folder,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...quiet(folder) },
  });
  const exited = new Promise((resolve) => {
    child.once('close', resolve);
  });
  const end = async (/** @type {NodeJS.Signals} */ signal = 'SIGKILL') => {
    // By signal and not by closing its input, after which it would take the folder away that a restart needs.
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      try {
        process.kill(-child.pid, signal);
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
    let ready = false;
    const read = (/** @type {Buffer} */ chunk) => {
      output += chunk.toString('utf8');
      const address = ready ? null : /Ready on (http:\/\/127\.0\.0\.1:\d+)/.exec(output);
      if (!address) return;
      ready = true;
      clearTimeout(timer);
      resolve(address[1]);
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
  return { url: String(url), output: () => output, end };
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
