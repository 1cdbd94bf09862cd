// A contender in a process of its own: no other code warms it up, and its memory is its own.
// @ts-check
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A round that takes longer than this is a fault, not a slow machine. */
const ROUND_MS = 120_000;

/**
 * Starts `contenders/NAME.mjs` and asks its `round` as often as wanted.
 * @param {string} name
 * @param {{ data?: unknown, execArgv?: string[] }} [how]
 */
export async function contender(name, { data, execArgv = ['--expose-gc'] } = {}) {
  const child = fork(fileURLToPath(new URL('contender-process.mjs', import.meta.url)), [name, JSON.stringify(data ?? null)], { execArgv, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const next = () =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${name}: no answer in ${ROUND_MS} ms`)), ROUND_MS);
      const done = (/** @type {() => void} */ act) => {
        clearTimeout(timer);
        child.removeAllListeners();
        act();
      };
      child.once('message', (/** @type {any} */ answer) => done(() => (answer.error ? reject(new Error(`${name}: ${answer.error}`)) : resolve(answer.value))));
      child.once('exit', (code) => done(() => reject(new Error(`${name}: ended with ${code}`))));
      child.once('error', (error) => done(() => reject(error)));
    });
  /** @type {any} */
  const started = await next();
  return {
    started,
    /** @param {unknown} [argument] @returns {Promise<any>} what the contender's `round` gives */
    round(argument) {
      const answer = next();
      child.send({ argument });
      return answer;
    },
    end() {
      child.kill('SIGKILL');
    },
  };
}

/** How the engine compiles a contender, and where that lies in memory, makes one process of it some 5 % faster than the next. */
const PROCESSES = 2;

/**
 * The same contender in several processes, of which each round asks another.
 * @param {string} name
 * @param {Parameters<typeof contender>[1]} [how]
 */
export async function contenders(name, how) {
  const all = await Promise.all(Array.from({ length: PROCESSES }, () => contender(name, how)));
  let rounds = 0;
  return {
    /** @param {unknown} [argument] @returns {Promise<any>} */
    round(argument) {
      rounds += 1;
      return all[rounds % PROCESSES]?.round(argument) ?? Promise.reject(new Error(`${name}: no process`));
    },
    /** Asks each of them once, before anything is measured. @param {unknown} [argument] */
    async warmUp(argument) {
      for (const one of all) await one.round(argument);
    },
    end() {
      for (const one of all) one.end();
    },
  };
}
