// The console as a test drives it: open it with a token, fill in, send, read what it shows.
// @ts-check
import { record } from './browser.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {{ edge: string, account: string, phone: string, token: string }} Where */

export class ConsolePage {
  /**
   * @param {Page} page
   * @param {ReturnType<typeof record>} seen
   */
  constructor(page, seen) {
    this.page = page;
    this.seen = seen;
  }

  /**
   * @param {import('playwright-core').Browser} browser
   * @param {Where} where
   * @param {import('playwright-core').BrowserContextOptions} [options]
   */
  static async open(browser, { edge, ...fragment }, options) {
    const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    const seen = record(page);
    await page.goto(`${edge}/#${new URLSearchParams(fragment)}`);
    await page.locator('#form').waitFor();
    return new ConsolePage(page, seen);
  }

  /** As with the browser's button: what was typed is gone, what the tab keeps is there. */
  async reload() {
    await this.page.reload();
    await this.page.locator('#form').waitFor();
  }

  /** @param {string} type */
  async choose(type) {
    await this.page.getByRole('radio', { name: type, exact: true }).check({ force: true });
  }

  /**
   * Fills in the field that the message calls by this name.
   * @param {string} name
   * @param {string} value
   */
  async fill(name, value) {
    await this.page.locator(`#form [name="${name}"]:visible`).fill(value);
  }

  /** @param {Record<string, string>} fields */
  async fillAll(fields) {
    for (const [name, value] of Object.entries(fields)) await this.fill(name, value);
  }

  /** Presses Send and waits for the answer. */
  async send() {
    const before = await this.page.locator('.answer').count();
    await this.press();
    const settled = this.page.locator('.answer[data-state]');
    await settled.nth(before).waitFor();
    return this.answer();
  }

  async press() {
    await this.page.locator('#send').click();
  }

  /** The newest answer: its state, its sentences, and the named facts below them. */
  async answer() {
    const newest = this.page.locator('.answer').first();
    const names = await newest.locator('dt').allTextContents();
    const values = await newest.locator('dd').allTextContents();
    return {
      state: await newest.getAttribute('data-state'),
      text: await newest.innerText(),
      facts: Object.fromEntries(names.map((name, index) => [name, values[index]])),
    };
  }

  /** The JSON that the page says will go out. */
  async wire() {
    return JSON.parse(await this.page.locator('#wire').innerText());
  }

  /** The codes of the faults that stand beside the field of this name, or of the fieldset around it. */
  async faultsAt(/** @type {string} */ name) {
    const field = this.page.locator(`#form [name="${name}"]:visible`);
    const described = (await field.getAttribute('aria-describedby')) ?? '';
    const codes = [];
    for (const id of described.split(' ')) codes.push(...(await this.codesIn(`[id="${id}"]`)));
    return codes;
  }

  /** The codes of all faults that are shown. */
  shownFaults() {
    return this.codesIn('#form');
  }

  /** @param {string} selector */
  codesIn(selector) {
    return this.page.locator(`${selector} .sentence:visible`).evaluateAll((all) => all.map((one) => one.getAttribute('data-code') ?? ''));
  }

  /** The name of the field where the keyboard is. */
  focused() {
    return this.page.evaluate(() => document.activeElement?.getAttribute('name'));
  }

  /** Fails where the page threw something that nobody caught. */
  async close() {
    await this.page.context().close();
    const uncaught = this.seen.console.filter((line) => line.startsWith('uncaught: '));
    if (uncaught.length > 0) throw new Error(uncaught.join('\n'));
  }
}
