// Bulk as a test drives it: people given, a message written, a batch begun, and what becomes of it.
// @ts-check
import { readFile } from 'node:fs/promises';
import { bulkEn as BULK } from '../../www/src/bulk/strings.en.ts';
import { numberOf, STORE_KEY } from '../support/batches.mjs';
import { HOOK_SECRET } from '../worker/following.mjs';

/** @typedef {import('./console-page.mjs').ConsolePage} ConsolePage */

/** A deployment whose batches are quick enough for a test, and slow enough to be interrupted. @type {import('../stack.mjs').Options} */
export const WITH_BATCHES = {
  proxy: { policy: { reads: ['status', 'queue', 'screen'], batches: { perMinute: 600, jitter: 0, maxRecipients: 100_000 } } },
  secrets: { HOOK_SECRET, STORE_KEY },
  simulator: { acks: [1, 2] },
};

/** A table as people have it. @param {number} count @param {number} [from] */
export function csv(count, from = 0) {
  return `name;mobile;order\n${Array.from({ length: count }, (_, n) => `Ada ${from + n};+${numberOf(from + n)};${4700 + n}`).join('\n')}\n`;
}

/** @param {ConsolePage} page */
export async function openNew({ page }) {
  await page.evaluate(() => (location.hash = '#/bulk/new'));
  await page.locator('.bulk-steps').waitFor();
}

/** @param {ConsolePage} page @param {string} name @param {string | Buffer} content */
export async function choose({ page }, name, content) {
  await page.locator('.bulk input[type=file]').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(content) });
}

/** @param {ConsolePage} page @param {keyof typeof BULK.steps} step */
export const goTo = ({ page }, step) => page.locator('.bulk-steps').getByRole('button', { name: BULK.steps[step] }).click();

/** Fills in everything up to the start. @param {ConsolePage} page @param {number} count @param {number} [from] */
export async function prepare(page, count, from = 0) {
  await openNew(page);
  await choose(page, 'customers.csv', csv(count, from));
  await page.page.getByText(`${count.toLocaleString('en')} people`).first().waitFor();
  await goTo(page, 'message');
  await page.page.locator('textarea[name=message]').fill('Good morning {{name}}, your order {{order}} is ready.');
  await goTo(page, 'pace');
  // The hour at which tests run is nobody's night.
  await page.page.locator('input[name=quiet]').uncheck();
  await goTo(page, 'check');
}

/** @param {ConsolePage} page */
export async function begin({ page }) {
  await page.locator('input[name=agreed]').check();
  await page.locator('#bulk-start').click();
  await page.waitForURL(/#\/bulk\/(?!new)/);
}

/** @param {ConsolePage} page @param {string} state */
export const isIn = ({ page }, state) => page.locator(`.view-head .batch-state[data-state=${state}]`).waitFor({ timeout: 20_000 });

/** @param {ConsolePage} page @param {string} name */
export const press = ({ page }, name) => page.locator('.view-head').getByRole('button', { name, exact: true }).click();

/** @param {ConsolePage} page @param {string} name */
export async function saved({ page }, name) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()]);
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') };
}
