// An application in Rust, in a real browser, through the proxy in workerd, to the simulator of Maytapi.
// @ts-check
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { serve } from '../package/packed/project.mjs';
import { headerOf } from '../simulator/simulator.mjs';
import { startStack } from '../stack.mjs';
import { startBrowser } from './browser.mjs';

/** @type {Awaited<ReturnType<typeof serve>>} */
let site;
/** @type {Awaited<ReturnType<typeof startStack>>} */
let stack;
/** @type {Awaited<ReturnType<typeof startBrowser>>} */
let browser;

before(async () => {
  site = await serve(fileURLToPath(new URL('../rust-app', import.meta.url)));
  [stack, browser] = await Promise.all([startStack({ proxy: { origins: [site.url] } }), startBrowser()]);
});

after(async () => {
  await browser?.close();
  await stack?.close();
  site?.close();
});

beforeEach(() => stack.simulator.reset());

/**
 * Fills the form in, sends, and tells what the page shows then.
 * @param {{ to: string, text: string, token?: string }} what
 */
async function send({ to, text, token }) {
  const page = await browser.newPage();
  let requests = 0;
  page.on('request', (request) => {
    if (request.url().startsWith(stack.edge)) requests += 1;
  });
  try {
    const settings = { proxy: `${stack.edge}/api/main`, token: token ?? (await stack.token()), phone: '1150' };
    await page.goto(`${site.url}/?${new URLSearchParams(settings)}`);
    await page.locator('html[data-ready]').waitFor({ state: 'attached' });
    await page.fill('#to', to);
    await page.fill('#text', text);
    await page.click('button');
    const outcome = page.locator('#outcome:is(.queued, .fault, .failed)');
    await outcome.waitFor();
    return { state: await outcome.getAttribute('class'), text: (await outcome.textContent()) ?? '', requests };
  } finally {
    await page.close();
  }
}

test('a text goes from the application through the proxy to Maytapi, and its id comes back', async () => {
  const outcome = await send({ to: '+1 202-555-0123', text: 'Grüße 👋' });
  const [record, ...more] = stack.simulator.sends;
  assert.ok(record);
  assert.equal(more.length, 0, 'exactly one message arrives');
  assert.deepEqual(record.json, { to_number: '12025550123', type: 'text', message: 'Grüße 👋' });
  assert.equal(headerOf(record, 'x-maytapi-key'), stack.simulator.apiKey, 'the proxy added the key');
  assert.equal(outcome.state, 'queued');
  assert.ok(stack.simulator.messages.has(outcome.text), 'the id is the one that Maytapi gave');
});

test('a fault is shown with its place, and nothing leaves', async () => {
  const outcome = await send({ to: 'nobody', text: 'Hi' });
  assert.equal(outcome.state, 'fault');
  assert.match(outcome.text, /^to(Number|_number): ./);
  assert.equal(outcome.requests, 0);
});

test('what the proxy refuses is shown with its code and whether sending again is safe', async () => {
  const { requests: _, ...outcome } = await send({ to: '+1 202-555-0123', text: 'Hi', token: 'not-a-token' });
  assert.deepEqual(outcome, { state: 'failed', text: 'invalid_token, retryable: no' });
  assert.equal(stack.simulator.sends.length, 0);
});
