// The views of the console that are looked at as a whole: for what they are to everyone, and how wide they are.
// @ts-check
import { bulkEn as BULK } from '../../www/src/bulk/strings.en.ts';
import { STORE_KEY } from '../support/batches.mjs';
import { HOOK_SECRET } from '../worker/following.mjs';
import { ConsolePage, WORDS } from './console-page.mjs';
import { TO } from './suite.mjs';

/** A deployment in which every view has something to show. @type {import('../stack.mjs').Options} */
export const EVERYTHING = {
  proxy: { policy: { reads: ['status', 'queue', 'screen'], manage: true, delivery: 'phone', inbox: {}, batches: { perMinute: 600, jitter: 0 } }, limits: { phone: { day: 2000 } } },
  secrets: { HOOK_SECRET, STORE_KEY },
  simulator: { acks: [] },
};

/** A row that is nobody, so that what is left out is looked at too. */
const PEOPLE = 'name\tphone\nAda\t+1 202-555-0101\nBen\t+1 202-555-0102\nNo one\t0612\nCy\t1.20256E+10\n';

/** How to come to each view, in this order, from a page that has sent something. @type {Record<string, (page: ConsolePage) => Promise<unknown>>} */
export const VIEWS = {
  new: (page) => page.choose('text'),
  'new, with faults': async (page) => {
    await page.choose('buttons');
    await page.press();
  },
  'new, a contact card': (page) => page.choose('vcard'),
  'new, a file': (page) => page.choose('media'),
  conversations: async (page) => {
    await page.show('messages');
    await page.page.evaluate(() => (location.hash = '#/messages'));
    await page.page.locator('.conversation').first().waitFor();
  },
  thread: async (page) => {
    await page.page.evaluate((to) => (location.hash = `#/messages/${to}%40c.us`), TO);
    await page.newest().waitFor();
  },
  phones: async (page) => {
    await page.show('phones');
    await page.page.getByText(WORDS.phones.connected).first().waitFor();
  },
  'bulk, nobody yet': async ({ page }) => {
    await page.evaluate(() => (location.hash = '#/bulk/new'));
    await page.locator('.bulk-drop').waitFor();
  },
  'bulk, people': async ({ page }) => {
    await page.locator('textarea[name=paste]').fill(PEOPLE);
    await page.getByRole('button', { name: BULK.source.use }).click();
    await page.getByText(BULK.rows.changed.one.replace('#', '1')).waitFor();
  },
  'bulk, message': async ({ page }) => {
    await page.locator('.bulk-steps').getByRole('button', { name: BULK.steps.message }).click();
    await page.locator('textarea[name=message]').fill('Hello {{name}}, {{oops');
    await page.locator('.fault [data-code]').waitFor();
    await page.locator('textarea[name=message]').fill('Hello {{name}}');
    await page.getByText(BULK.message.noGaps).waitFor();
  },
  'bulk, pace': async ({ page }) => {
    await page.locator('.bulk-steps').getByRole('button', { name: BULK.steps.pace }).click();
    await page.locator('input[name=quiet]').uncheck();
  },
  'bulk, check': async ({ page }) => {
    await page.locator('.bulk-steps').getByRole('button', { name: BULK.steps.check }).click();
    await page.locator('#bulk-start').click();
    await page.getByText(BULK.check.agreedFault).waitFor();
  },
  'a batch': async ({ page }) => {
    await page.locator('input[name=agreed]').check();
    await page.locator('#bulk-start').click();
    await page.locator('.batch-state[data-state=done]').waitFor({ timeout: 20_000 });
    await page.locator('.virtual-row').nth(2).waitFor();
  },
  batches: async ({ page }) => {
    await page.evaluate(() => (location.hash = '#/bulk'));
    await page.locator('.batch-link').first().waitFor();
  },
  'a menu': async (page) => {
    // Pressed once more, its button would close it.
    await page.page.keyboard.press('Escape');
    await VIEWS.thread?.(page);
    await page.page.locator('.bubble-menu').first().click();
    await page.page.getByRole('menu').waitFor();
  },
  'a dialog': async (page) => {
    await page.page.keyboard.press('Escape');
    await page.act(WORDS.menu.details, page.page.locator('.sent').first());
    await page.page.getByRole('dialog').waitFor();
  },
};
