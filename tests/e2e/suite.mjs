// What the files of browser tests share: one stack, one browser, pages that are signed in, and an end of it all.
// @ts-check
import assert from 'node:assert/strict';
import { after, before, beforeEach } from 'node:test';
import { startStack } from '../stack.mjs';
import { startBrowser } from './browser.mjs';
import { ConsolePage } from './console-page.mjs';

export const ACCOUNT = 'main';
export const PHONE = '1150';
export const TO = '12025550123';

/** @typedef {Partial<{ token: string, phone: string }> & import('./console-page.mjs').Options} Given */

/**
 * Starts everything before the tests of a file, and ends it after them. The simulator forgets what it got before each test.
 * @param {import('../stack.mjs').Options} [options]
 */
export function suite(options = {}) {
  /** @type {Awaited<ReturnType<typeof startStack>>} */
  let stack;
  /** @type {Awaited<ReturnType<typeof startBrowser>>} */
  let browser;
  let token = '';
  before(async () => {
    [stack, browser] = await Promise.all([startStack({ wrangler: true, proxy: { policy: { reads: ['status', 'queue', 'screen'] } }, ...options }), startBrowser()]);
    token = await stack.token({ sub: 'console-test' });
  });
  after(async () => {
    await browser?.close();
    await stack?.close();
  });
  beforeEach(() => stack.simulator.reset());
  return {
    get stack() {
      return stack;
    },
    get browser() {
      return browser;
    },
    get token() {
      return token;
    },
    /** @param {Given} [given] */
    where({ token: shown = token, phone = PHONE } = {}) {
      return { edge: stack.edge, account: ACCOUNT, phone, token: shown };
    },
    /**
     * A page of its own for a test, closed after it.
     * @param {import('node:test').TestContext} t
     * @param {Given} [given]
     */
    async open(t, { token: shown, phone, ...rest } = {}) {
      const page = await ConsolePage.open(browser, this.where({ ...(shown === undefined ? {} : { token: shown }), ...(phone === undefined ? {} : { phone }) }), rest);
      t.after(() => page.close());
      return page;
    },
    /** The one message that reached the simulator. */
    arrived() {
      assert.equal(stack.simulator.sends.length, 1, 'exactly one message arrives');
      const [record] = stack.simulator.sends;
      assert.ok(record);
      return record;
    },
  };
}
