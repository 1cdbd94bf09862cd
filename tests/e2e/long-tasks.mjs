// How long the page's main thread is deaf, in time of its own: what else the machine does is not counted.
// @ts-check
import assert from 'node:assert/strict';

/** @typedef {import('playwright-core').Browser} Browser */
/** @typedef {import('./console-page.mjs').ConsolePage} ConsolePage */

export const LONG_TASK_MS = 50;
/** Other work on the machine only adds: the quietest round tells what the page itself takes. */
const ROUNDS = 5;

/** Fails where every round has a task that is too long. @param {Browser} browser @param {ConsolePage} page @param {string} what @param {() => Promise<unknown>} act */
export async function quiet(browser, page, what, act) {
  const longest = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    longest.push(await longestTask(browser, page, act));
    if ((longest.at(-1) ?? 0) <= LONG_TASK_MS) return;
  }
  assert.fail(`${what}: the longest task of each round took ${longest.join(', ')} ms`);
}

/**
 * The longest task of the page's main thread, in milliseconds.
 * @param {Browser} browser
 * @param {ConsolePage} page
 * @param {() => Promise<unknown>} act
 */
export async function longestTask(browser, { page }, act) {
  await browser.startTracing(page, { categories: ['toplevel', 'devtools.timeline', '__metadata'] });
  await act();
  await page.waitForTimeout(100);
  /** @type {{ traceEvents: { name: string, pid: number, tid: number, tdur?: number, args: { name?: string } }[] }} */
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString('utf8'));
  const threadOf = (/** @type {{ pid: number, tid: number }} */ { pid, tid }) => `${pid}:${tid}`;
  const main = new Set(traceEvents.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain').map(threadOf));
  const tasks = traceEvents.filter((event) => event.name.endsWith('RunTask') && main.has(threadOf(event)));
  assert.ok(tasks.length > 0, 'the tasks are in the trace');
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1000;
}
