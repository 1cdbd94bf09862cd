// Messages: what was sent from this device, how it stands, and what can be done about it.
// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headerOf } from '../simulator/simulator.mjs';
import { ConsolePage, WORDS } from './console-page.mjs';
import { PHONE, suite, TO } from './suite.mjs';
import { pickFile, PIXEL } from './types.mjs';

const run = suite();

/** The idempotency keys of the sends that left the page, in order. @param {ConsolePage} page */
function keysOf(page) {
  /** @type {(string | undefined)[]} */
  const keys = [];
  page.page.on('request', (request) => {
    if (request.url().endsWith('/sendMessage')) keys.push(request.headers()['idempotency-key']);
  });
  return keys;
}

test('a thread survives a reload, and Clear leaves nothing of it on the device', async (t) => {
  const page = await run.open(t);
  await page.sendText(TO, 'Your table is booked at *eight*.');
  await page.sendText('+1 202 555 0144', 'The order is on its way.');
  await page.reload();
  assert.deepEqual(await page.page.locator('.conversation-name').allInnerTexts(), ['+1 202-555-0144', '+1 202-555-0123']);
  await page.page.getByRole('link', { name: /555-0123/ }).click();
  // It is drawn once it is in sight, which a busy machine takes a moment for.
  await page.newest().locator('strong', { hasText: /^eight$/ }).waitFor();
  assert.equal(await page.newest().getAttribute('data-state'), 'queued');
  await page.page.getByRole('button', { name: WORDS.messages.options }).click();
  await page.page.getByRole('menuitem', { name: WORDS.messages.clear }).click();
  await page.page.getByRole('button', { name: WORDS.messages.clearYes, exact: true }).click();
  await page.page.getByText(WORDS.messages.none).waitFor();
  await page.reload();
  await page.page.getByText(WORDS.messages.none).waitFor();
});

test('a refused message says why and comes back into the form as it was, to be edited and sent', async (t) => {
  const page = await run.open(t);
  run.stack.simulator.fail({ kind: 'refused', message: 'Phone is not connected', code: 'X17' });
  await page.choose('poll');
  await page.fillAll({ toNumber: TO, message: 'Lunch?', 'options[0]': 'Harbour', 'options[1]': 'Garden' });
  assert.equal((await page.send()).state, 'failed');
  assert.equal(await page.newest().locator('.standing button').count(), 1, 'one button, the safe one');
  await page.newest().getByRole('button', { name: WORDS.failure.act.edit }).click();
  assert.equal(await page.page.locator('#form [name="options[1]"]').inputValue(), 'Garden');
  await page.fill('options[1]', 'Market');
  run.stack.simulator.reset();
  assert.equal((await page.send()).state, 'queued');
  assert.deepEqual(run.arrived().json, { to_number: TO, type: 'poll', message: 'Lunch?', options: ['Harbour', 'Market'] });
  assert.equal(await page.page.locator('.sent').count(), 1, 'the one that failed is the one that was sent');
});

test('what is known not to have gone out is sent again under the same key', async (t) => {
  const page = await run.open(t);
  const keys = keysOf(page);
  run.stack.simulator.fail({ kind: 'rateLimited', retryAfter: 120, times: Infinity });
  assert.equal((await page.sendText(TO, 'hi')).state, 'failed');
  run.stack.simulator.reset();
  await page.newest().getByRole('button', { name: WORDS.failure.act.again }).click();
  await page.page.locator('.sent[data-state=queued]').waitFor();
  assert.equal(new Set(keys).size, 1);
  assert.equal(run.stack.simulator.messages.size, 1);
});

test('of unknown outcome: look at queue and screen first, then it arrived', async (t) => {
  const page = await run.open(t);
  run.stack.simulator.fail({ kind: 'drop', when: 'after', times: Infinity });
  assert.equal((await page.sendText(TO, 'hi')).state, 'unknown');
  run.stack.simulator.reset();
  assert.equal(await page.newest().locator('.standing button').count(), 1);
  await page.newest().getByRole('button', { name: WORDS.failure.act.look }).click();
  const dialog = page.page.getByRole('dialog', { name: WORDS.look.title });
  await dialog.getByText(WORDS.phones.queueEmpty).waitFor();
  await dialog.getByRole('button', { name: WORDS.phones.take }).click();
  await dialog.getByRole('img', { name: WORDS.phones.screenOf(PHONE) }).waitFor();
  await dialog.getByRole('button', { name: WORDS.look.arrived }).click();
  await page.page.locator('.sent[data-state=arrived]').waitFor();
  assert.equal(await page.newest().locator('.standing').count(), 0);
  assert.equal(run.stack.simulator.sends.length, 0, 'looking sends nothing');
});

test('of unknown outcome: sent again only after a question, and then as a new message', async (t) => {
  const page = await run.open(t);
  const keys = keysOf(page);
  run.stack.simulator.fail({ kind: 'drop', when: 'after', times: Infinity });
  await page.sendText(TO, 'hi');
  run.stack.simulator.reset();
  await page.newest().getByRole('button', { name: WORDS.failure.act.look }).click();
  await page.page.getByRole('button', { name: WORDS.look.again }).click();
  const question = page.page.getByRole('dialog', { name: WORDS.look.againTitle });
  await question.getByRole('button', { name: WORDS.cancel }).click();
  assert.equal(await page.newest().getAttribute('data-state'), 'unknown');
  await page.newest().getByRole('button', { name: WORDS.failure.act.look }).click();
  await page.page.getByRole('button', { name: WORDS.look.again }).click();
  await question.getByRole('button', { name: WORDS.look.again }).click();
  await page.page.locator('.sent[data-state=queued]').waitFor();
  run.arrived();
  assert.equal(new Set(keys).size, 2, 'a new key, or the proxy would only repeat that it does not know');
});

test('a page that is closed in the middle of a send finds it again, and the same key keeps it from going out twice', async (t) => {
  const page = await run.open(t);
  const context = page.page.context();
  let hold = true;
  await context.route('**/sendMessage', async (route) => {
    const answer = await route.fetch();
    if (!hold) await route.fulfill({ response: answer });
  });
  await page.fillAll({ toNumber: TO, message: 'hi' });
  await page.press();
  await page.page.waitForFunction(async () => (await indexedDB.databases()).length > 0);
  while (run.stack.simulator.messages.size === 0) await page.page.waitForTimeout(20);
  const next = await ConsolePage.in(context, run.where());
  await next.show('messages');
  await next.page.getByRole('link', { name: /555-0123/ }).click();
  assert.equal(await next.newest().getAttribute('data-state'), 'sending', 'the other tab still waits for the answer');
  await page.page.close();
  await next.reload();
  await next.page.locator('.sent[data-state=unknown]').waitFor();
  hold = false;
  await next.newest().getByRole('button', { name: WORDS.failure.act.again }).click();
  await next.page.locator('.sent[data-state=queued]').waitFor();
  assert.equal(run.stack.simulator.messages.size, 1);
  assert.deepEqual(next.seen.console.filter((line) => line.startsWith('uncaught')), []);
});

test('from a bubble: reply, react, edit, forward, delete, copy the id', async (t) => {
  const page = await run.open(t, { permissions: ['clipboard-read', 'clipboard-write'] });
  const { facts } = await page.sendText(TO, 'We open at eight.');
  const id = facts.msgId ?? '';
  const first = page.page.locator('.sent').first();
  const sentNow = async () => {
    await page.page.waitForFunction(() => !document.querySelector('.sent[data-state=sending]'));
    return run.stack.simulator.sends.at(-1)?.json;
  };

  await page.act(WORDS.menu.copyId, first);
  await page.page.waitForFunction(async (wanted) => (await navigator.clipboard.readText()) === wanted, id);

  await page.act(WORDS.menu.reply, first);
  await page.page.getByLabel(WORDS.reply.label, { exact: true }).fill('Sorry: at nine.');
  await page.page.keyboard.press('Enter');
  await page.page.locator('.sent[data-state=queued]').nth(1).waitFor();
  assert.deepEqual(await sentNow(), { to_number: `${TO}@c.us`, type: 'text', message: 'Sorry: at nine.', reply_to: id });

  await page.act(WORDS.menu.reactWith('thumbs up'), first);
  await first.locator('.reaction').waitFor();
  assert.deepEqual(await sentNow(), { to_number: `${TO}@c.us`, type: 'reaction', message: '👍', reply_to: id });

  await page.act(WORDS.menu.edit, first);
  await page.page.getByLabel(WORDS.reply.label, { exact: true }).fill('We open at nine.');
  await page.page.keyboard.press('Enter');
  await first.getByText('We open at nine.').waitFor();
  assert.deepEqual(await sentNow(), { to_number: `${TO}@c.us`, type: 'edit', message: 'We open at nine.', reply_to: id });

  await page.act(WORDS.menu.delete, first);
  await page.page.getByRole('dialog', { name: WORDS.menu.delete }).getByRole('button', { name: WORDS.menu.delete }).click();
  await first.getByText(WORDS.content.deleted).waitFor();
  assert.deepEqual(await sentNow(), { to_number: `${TO}@c.us`, type: 'delete', message: id });

  await page.act(WORDS.menu.forward, page.newest());
  await page.fill('toNumber', '12025550177');
  assert.equal((await page.send()).state, 'queued');
  assert.equal(/** @type {any} */ (run.stack.simulator.sends.at(-1)?.json).type, 'forward');
});

test('two tabs show the same, and what is written in one is not lost by the other', async (t) => {
  const one = await run.open(t);
  const two = await ConsolePage.in(one.page.context(), run.where());
  await two.fillAll({ toNumber: TO, message: 'still writing' });
  await one.sendText('12025550144', 'from the first');
  await two.show('messages');
  await two.page.getByRole('link', { name: /555-0144/ }).click();
  await two.page.locator('.sent[data-state=queued]').waitFor();
  await two.show('new');
  assert.equal(await two.page.inputValue('#form [name=message]'), 'still writing');
});

test('a device that keeps nothing says so, and everything goes on in memory', async (t) => {
  const page = await run.open(t, {
    init: () => {
      const refuse = () => {
        throw new DOMException('private mode', 'SecurityError');
      };
      Object.defineProperty(IDBFactory.prototype, 'open', { value: refuse });
      for (const method of ['getItem', 'setItem']) Object.defineProperty(Storage.prototype, method, { value: refuse });
    },
  });
  await page.page.getByText(WORDS.store.refused).waitFor();
  assert.equal((await page.sendText(TO, 'hi')).state, 'queued');
  assert.equal((await page.sendText(TO, 'and again')).state, 'queued');
  assert.equal(await page.page.locator('.sent').count(), 2);
});

test('a device that is full says so, and everything goes on in memory', async (t) => {
  const page = await run.open(t, {
    init: () => {
      Object.defineProperty(IDBObjectStore.prototype, 'put', {
        value() {
          throw new DOMException('full', 'QuotaExceededError');
        },
      });
    },
  });
  assert.equal((await page.sendText(TO, 'hi')).state, 'queued');
  await page.page.getByText(WORDS.store.full).waitFor();
  assert.equal(await page.page.locator('.sent').count(), 1);
});

test('an image is kept small and without its bytes once it has left', async (t) => {
  const page = await run.open(t);
  await page.choose('image');
  await pickFile(page, 'pixel.png', 'image/png', PIXEL);
  await page.fill('toNumber', TO);
  assert.equal((await page.send()).state, 'queued');
  await page.reload();
  await page.page.locator('.sent img.picture').waitFor();
  const kept = await page.page.evaluate(
    () =>
      new Promise((resolve) => {
        const request = indexedDB.open('maytapi-console');
        request.onsuccess = () => {
          const all = request.result.transaction('sent').objectStore('sent').getAll();
          all.onsuccess = () => resolve(all.result[0].message);
        };
      }),
  );
  assert.deepEqual(kept, { type: 'image', toNumber: TO, message: '' });
});

test('texts with markup, bidi and zero-width characters are drawn as text, and go out as they are', async (t) => {
  const page = await run.open(t);
  const texts = ['<img src=x onerror="document.title=\'broken\'"><script>document.title="broken"</script>', '\u202Eevil\u202C \u200Bzero\u200Dwidth\uFEFF', 'שלום *עולם*', `${'*'.repeat(5000)} ${'_'.repeat(5000)}`, `${'a'.repeat(60_000)}`];
  for (const text of texts) {
    run.stack.simulator.reset();
    const outcome = await page.sendText(TO, text);
    assert.equal(outcome.state, 'queued', text.slice(0, 40));
    assert.equal(/** @type {any} */ (run.arrived().json).message, text);
  }
  assert.equal(await page.page.locator('.sent img, .sent script').count(), 0);
  assert.doesNotMatch(await page.page.title(), /broken/);
  assert.equal(await page.page.locator('.sent').nth(2).locator('.prose-text').evaluate((one) => getComputedStyle(one).direction), 'rtl');
  assert.equal(headerOf(run.arrived(), 'x-maytapi-key'), run.stack.simulator.apiKey);
});
