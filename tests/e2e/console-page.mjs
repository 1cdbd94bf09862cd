// The console as a test drives it: open it with a token, fill in, send, read what it shows.
// @ts-check
import { en } from '../../www/src/strings.en.ts';
import { record } from './browser.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {{ edge: string, account: string, phone: string, token: string }} Where */
/** @typedef {import('playwright-core').BrowserContextOptions & { init?: () => void }} Options */

/** The words of the page, so that a test presses what somebody reads. */
export const WORDS = en;

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
   * A page in a context of its own, signed in by a link.
   * @param {import('playwright-core').Browser} browser
   * @param {Where} where
   * @param {Options} [options] `init` runs in the page before anything of it
   */
  static async open(browser, where, { init, ...options } = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    return ConsolePage.in(context, where, init);
  }

  /**
   * Another tab of a context.
   * @param {import('playwright-core').BrowserContext} context
   * @param {Where} where
   * @param {() => void} [init]
   */
  static async in(context, { edge, ...fragment }, init) {
    const tab = await ConsolePage.blank(context, init);
    await tab.page.goto(`${edge}/#${new URLSearchParams(fragment)}`);
    await tab.page.locator('#form').waitFor();
    return tab;
  }

  /**
   * A tab that shows nothing yet.
   * @param {import('playwright-core').BrowserContext} context
   * @param {() => void} [init]
   */
  static async blank(context, init) {
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    await page.addInitScript(watchPolicy);
    if (init) await page.addInitScript(init);
    return new ConsolePage(page, record(page));
  }

  /** As with the browser's button: what was typed is gone, what tab and device keep is there. */
  async reload() {
    await this.page.reload();
    await this.page.locator('#main').waitFor();
  }

  /** @param {'new' | 'messages' | 'bulk' | 'phones'} view */
  async show(view) {
    const link = this.page.locator('.rail').getByRole('link', { name: WORDS.views[view] });
    if ((await link.getAttribute('aria-current')) !== 'page') await link.click();
    await this.page.locator(`.view-is-${view}`).waitFor();
  }

  /** @param {string} type */
  async choose(type) {
    await this.show('new');
    const radio = this.page.locator(`#types input[value="${type}"]`);
    if ((await radio.count()) > 0) {
      await radio.check({ force: true });
      return;
    }
    await this.page.getByRole('button', { name: WORDS.compose.moreTypes }).click();
    const name = /** @type {Record<string, string>} */ (WORDS.typeNames)[type] ?? type;
    await this.page.getByRole('menuitemradio', { name, exact: true }).click();
  }

  /**
   * Fills in the field that the message calls by this name.
   * @param {string} name
   * @param {string} value
   */
  async fill(name, value) {
    await this.show('new');
    await this.page.locator(`#form [name="${name}"]:visible`).fill(value);
  }

  /** @param {Record<string, string>} fields */
  async fillAll(fields) {
    for (const [name, value] of Object.entries(fields)) await this.fill(name, value);
  }

  /** A text, filled in and sent. @param {string} toNumber @param {string} message */
  async sendText(toNumber, message) {
    await this.choose('text');
    await this.fillAll({ toNumber, message });
    return this.send();
  }

  /** Presses Send and waits until it is known what came of it. */
  async send() {
    await this.press();
    await this.page.waitForURL(/#\/messages\//);
    return this.outcome();
  }

  async press() {
    await this.page.locator('#send').click();
  }

  /** The newest message of the open thread, when it is settled. */
  newest() {
    return this.page.locator('.sent').last();
  }

  /** What the newest message shows: its state, its sentences, and the facts of its details. */
  async outcome() {
    const newest = this.newest();
    await newest.and(this.page.locator(':not([data-state=sending])')).waitFor();
    return { state: await newest.getAttribute('data-state'), text: await newest.innerText(), facts: await this.facts() };
  }

  /** @param {string} item */
  async act(item, message = this.newest()) {
    await message.locator('.bubble-menu').click();
    await this.page.getByRole('menuitem', { name: item, exact: true }).click();
  }

  /** The facts of a message's details. */
  async facts(message = this.newest()) {
    await this.act(WORDS.menu.details, message);
    const dialog = this.page.getByRole('dialog', { name: WORDS.details.title });
    const names = await dialog.locator('dt').allTextContents();
    const values = await dialog.locator('dd').allTextContents();
    await dialog.getByRole('button', { name: WORDS.close }).click();
    return Object.fromEntries(names.map((name, index) => [name, values[index]]));
  }

  /** The JSON that the page says will go out. */
  async wire() {
    const folded = this.page.locator('details.wire:not([open]) summary');
    if ((await folded.count()) > 0) await folded.click();
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
    return this.page.locator(`${selector} .sentence[data-code]:visible`).evaluateAll((all) => all.map((one) => one.getAttribute('data-code') ?? ''));
  }

  /** The name of the field where the keyboard is. */
  focused() {
    return this.page.evaluate(() => document.activeElement?.getAttribute('name'));
  }

  /** Fails where the page threw something that nobody caught, or did what its policy forbids. */
  async close() {
    const violations = this.page.isClosed() ? [] : await this.page.evaluate(() => /** @type {any} */ (window).violations ?? []);
    await this.page.context().close();
    const uncaught = this.seen.console.filter((line) => line.startsWith('uncaught: '));
    if (uncaught.length + violations.length > 0) throw new Error([...uncaught, ...violations].join('\n'));
  }
}

/** Runs in the page before anything of it. */
function watchPolicy() {
  /** @type {string[]} */
  const violations = [];
  Object.assign(window, { violations });
  document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => violations.push(`policy: ${violatedDirective} ${blockedURI}`));
}
