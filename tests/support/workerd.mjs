// Runs Workers in one workerd, without wrangler around it: for tests of what wrangler hides, and to tell how much CPU and memory the process took.
// @ts-check
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deployment } from './deployment.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BINARY = join(ROOT, 'node_modules/@cloudflare', readdirSync(join(ROOT, 'node_modules/@cloudflare')).find((name) => name.startsWith('workerd-')) ?? 'workerd', 'bin/workerd');
const { compatibility_date: COMPATIBILITY_DATE, compatibility_flags: COMPATIBILITY_FLAGS } = deployment();
const START_MS = 30_000;
/** In memory where that can be: what a disk takes to sync is no part of any contender, and would hide the rest. */
const SCRATCH = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/**
 * @typedef {object} Service
 * @property {string} name
 * @property {string[]} modules files of the folder; the first is the main one
 * @property {Record<string, unknown>} [bindings] variables and secrets: a text as it is, all else as JSON
 * @property {{ binding: string, className: string, service?: string }} [object] a Durable Object that it uses
 * @property {{ className: string, stored?: boolean }} [hosts] the Durable Object that it holds; stored on disk or in memory
 * @property {boolean} [socket] whether it is reached over HTTP
 */

/** A folder of this process, with what takes it away; at the latest when the process ends. @param {string} name */
export function scratchFolder(name) {
  const folder = mkdtempSync(join(SCRATCH, `maytapi-${name}-`));
  const remove = () => {
    process.off('exit', remove);
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', remove);
  return { folder, remove };
}

/**
 * Ends with whoever started it, however that ended; then the folder goes too, with the secrets in it. The watcher becomes workerd's child
 * before workerd takes the shell's place. Its pipe is one that nobody writes to.
 */
const WATCHED = '{ cat <&4 >/dev/null; kill -9 $$ && rm -rf "$0"; } 3>&- & exec "$@" 4<&-';

/**
 * @param {string} folder
 * @param {Service[]} services
 * @param {{ inspected?: boolean, state?: string }} [how] whether an inspector listens too; where the storage is
 */
export async function startWorkerd(folder, services, { inspected = false, state = join(folder, 'state') } = {}) {
  mkdirSync(state, { recursive: true });
  writeFileSync(join(folder, 'config.capnp'), configuration(state, services));
  // What the Workers log goes into a file: each line in a pipe would wake this process, and cost a Worker that logs more than the line itself.
  const said = join(folder, 'said.txt');
  const output = openSync(said, 'w');
  const spawned = performance.now();
  const command = [BINARY, 'serve', '--control-fd=3', ...(inspected ? ['--inspector-addr=127.0.0.1:0'] : []), 'config.capnp'];
  const child = spawn('sh', ['-c', WATCHED, folder, ...command], { cwd: folder, stdio: ['ignore', output, output, 'pipe', 'pipe'] });
  closeSync(output);
  const tail = () => readFileSync(said, 'utf8').slice(-4000);
  /** @type {Record<string, number>} */
  const ports = {};
  const wanted = services.filter(({ socket }) => socket).length + Number(inspected);
  const ended = new Promise((resolve) => {
    child.once('exit', resolve);
  });
  const end = async (/** @type {NodeJS.Signals} */ signal = 'SIGKILL') => {
    child.kill(signal);
    await ended;
    /** @type {import('node:stream').Writable} */ (child.stdio[4]).destroy();
  };
  await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`workerd did not start:\n${tail()}`)), START_MS);
    let control = '';
    child.stdio[3]?.on('data', (chunk) => {
      control += chunk;
      for (const line of control.split('\n').slice(0, -1)) {
        const { event, socket, port } = JSON.parse(line);
        if (event === 'listen') ports[socket] = port;
        if (event === 'listen-inspector') ports['inspector'] = port;
      }
      if (Object.keys(ports).length === wanted) {
        clearTimeout(timer);
        resolve(undefined);
      }
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`workerd ended with ${code}:\n${tail()}`)));
  }).catch((error) => {
    child.kill('SIGKILL');
    throw error;
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('workerd did not start');
  return { ports, pid, spawned, cpu: () => cpuOf(pid), memory: () => residentOf(pid), output: () => readFileSync(said, 'utf8'), end };
}

/** Microseconds of CPU that all threads of a process took, as the scheduler counts them. @param {number} pid */
function cpuOf(pid) {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
  return nanoseconds / 1000;
}

/** Bytes of memory that a process holds. @param {number} pid */
function residentOf(pid) {
  const [, pages = '0'] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ');
  return Number(pages) * 4096;
}

/**
 * @param {string} state
 * @param {Service[]} services
 */
function configuration(state, services) {
  const text = (/** @type {string} */ value) => JSON.stringify(value);
  const worker = (/** @type {Service} */ { name, modules, bindings: given = {}, object, hosts }) => {
    const bindings = Object.entries(given).map(([name, value]) => `(name = ${text(name)}, ${typeof value === 'string' ? `text = ${text(value)}` : `json = ${text(JSON.stringify(value))}`})`);
    if (object) bindings.push(`(name = ${text(object.binding)}, durableObjectNamespace = ${object.service ? `(className = ${text(object.className)}, serviceName = ${text(object.service)})` : text(object.className)})`);
    const lines = [
      `modules = [${modules.map((file) => `(name = ${text(file)}, ${file.endsWith('.wasm') ? 'wasm' : 'esModule'} = embed ${text(file)})`).join(', ')}]`,
      `compatibilityDate = ${text(COMPATIBILITY_DATE)}`,
      `compatibilityFlags = [${COMPATIBILITY_FLAGS.map(text).join(', ')}]`,
      'globalOutbound = "network"',
      `bindings = [${bindings.join(', ')}]`,
    ];
    if (hosts) {
      lines.push(`durableObjectNamespaces = [(className = ${text(hosts.className)}, uniqueKey = ${text(hosts.stored ? `${name}-${hosts.className}` : 'stub')}, enableSql = ${Boolean(hosts.stored)})]`);
      lines.push(hosts.stored ? 'durableObjectStorage = (localDisk = "state")' : 'durableObjectStorage = (inMemory = void)');
    }
    return `(${lines.join(',\n      ')})`;
  };
  const entries = services.map((service) => `(name = ${text(service.name)}, worker = ${worker(service)})`);
  entries.push('(name = "network", network = (allow = ["local"]))', `(name = "state", disk = (path = ${text(state)}, writable = true))`);
  const sockets = services.filter(({ socket }) => socket).map(({ name }) => `(name = ${text(name)}, address = "127.0.0.1:0", http = (), service = ${text(name)})`);
  return `using Workerd = import "/workerd/workerd.capnp";\nconst config :Workerd.Config = (\n  services = [\n    ${entries.join(',\n    ')}\n  ],\n  sockets = [${sockets.join(', ')}]\n);\n`;
}
