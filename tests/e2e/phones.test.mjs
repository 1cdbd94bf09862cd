// Phones: their state in words, their queue, their screen, what is left of the limits, and their webhook.
// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acks, hook, HOOK_SECRET } from '../worker/following.mjs';
import { WORDS } from './console-page.mjs';
import { keepSent } from './device.mjs';
import { PHONE, suite, TO } from './suite.mjs';

const run = suite({
  proxy: { policy: { reads: ['status', 'queue', 'screen'], manage: true }, limits: { phone: { day: 2000 }, caller: { minute: 20 } } },
  secrets: { HOOK_SECRET },
});

/** @param {import('./console-page.mjs').ConsolePage} page */
const cardOf = (page) => page.page.locator(`.phone-card[data-phone="${PHONE}"]`);

test('a phone shows its state in words, its queue, what is left of its limits, and a picture of its screen', async (t) => {
  const page = await run.open(t);
  await page.sendText(TO, 'hi');
  await page.show('phones');
  const card = cardOf(page);
  await card.getByText(WORDS.phones.connected).waitFor();
  await card.getByText(WORDS.phones.queueEmpty).waitFor();
  await card.getByText(WORDS.phones.heardNever).waitFor();
  await card.getByText(WORDS.phones.left('1,999', '2,000')).waitFor();
  await card.getByRole('meter', { name: WORDS.phones.limit.caller.minute }).waitFor();
  await card.getByRole('button', { name: WORDS.phones.take }).click();
  await card.getByRole('img', { name: WORDS.phones.screenOf(PHONE) }).waitFor();
  assert.equal(await page.page.getByRole('button', { name: WORDS.phones.picker(PHONE, WORDS.phones.connected) }).count(), 1, 'the picker knows it too');
});

test('a question that fails says so at its place, with the request’s id, and what was known stays', async (t) => {
  const page = await run.open(t);
  await page.show('phones');
  const card = cardOf(page);
  await card.getByText(WORDS.phones.connected).waitFor();
  await page.page.route('**/status', (route) => route.continue({ url: route.request().url().replace('/1150/', '/999999/') }));
  await page.page.getByRole('button', { name: WORDS.phones.refresh }).click();
  await card.locator('.fault .request-id').waitFor();
  assert.equal(await card.getByText(WORDS.phones.connected).count(), 1);
});

test('one button sets the webhook up; then news are heard', async (t) => {
  const page = await run.open(t);
  await page.show('phones');
  const card = cardOf(page);
  await card.getByRole('button', { name: WORDS.phones.setUp }).click();
  await page.page.waitForFunction((words) => document.getElementById('announce')?.textContent?.trim() === words, WORDS.phones.setUpDone);
  await hook(run.stack, acks(run.stack, [['somebody', 1]]));
  await page.page.getByRole('button', { name: WORDS.phones.refresh }).click();
  await card.getByText(/^At \d\d:\d\d$/).waitFor();
  await card.getByRole('button', { name: WORDS.phones.setUpAgain }).waitFor();
});

test('a phone that tells nothing: each message stands in its queue, one sentence says of how many and since when, and the button is there', async (t) => {
  // One that no other test has tell anything.
  const phone = '1151';
  const page = await run.open(t, { phone });
  // The first is three hours old, the last half an hour; the phone told of two.
  const minutesAgo = (/** @type {number} */ n) => Date.now() - (180 - 2 * n) * 60_000;
  await keepSent(page, Array.from({ length: 76 }, (_, n) => ({ at: minutesAgo(n), text: `Order ${n} is ready`, state: n === 20 || n === 50 ? 'sent' : 'queued' })), phone);
  await page.reload();
  await page.show('messages');
  await page.page.getByRole('link', { name: /555-0123/ }).click();
  const word = page.page.locator('.standing').filter({ hasText: WORDS.states.silentAll('74', '3 hours') });
  await word.getByText(WORDS.states.silentNever).waitFor();
  await page.page.getByRole('button', { name: /earlier/ }).click();
  await page.page.waitForFunction(() => document.querySelectorAll('.sent').length === 76);
  assert.equal(await page.page.locator('.standing').count(), 1, 'said once');
  assert.deepEqual([await page.page.locator('.sent[data-state=queued]').count(), await page.page.locator('.sent[data-state=sent]').count()], [74, 2]);
  await word.getByRole('button', { name: WORDS.phones.setUp }).click();
  await page.page.waitForFunction((words) => document.getElementById('announce')?.textContent?.trim() === words, WORDS.phones.setUpDone);
});

test('another receiver is named and asked about before it is replaced', async (t) => {
  const page = await run.open(t);
  const { simulator } = run.stack;
  simulator.setPhone(1150, { webhook: 'https://crm.example/hook/canary' });
  await page.show('phones');
  const button = cardOf(page).getByRole('button', { name: /Set up/ });
  const dialog = page.page.getByRole('dialog', { name: WORDS.phones.takeOver });
  const posts = () => simulator.received.filter(({ method, endpoint }) => method === 'POST' && endpoint === 'config').length;
  await button.click();
  await dialog.getByText(/crm\.example/).waitFor();
  assert.doesNotMatch(await dialog.innerText(), /canary|replace/);
  await dialog.getByRole('button', { name: WORDS.cancel }).click();
  assert.equal(posts(), 0, 'nothing is replaced without a word');
  await button.click();
  await dialog.getByRole('button', { name: WORDS.phones.takeOverYes }).click();
  await page.page.waitForFunction((words) => document.getElementById('announce')?.textContent?.trim() === words, WORDS.phones.setUpDone);
  assert.equal(posts(), 1);
});

test('what may not be read or managed is named, and nothing is offered that would be refused', async (t) => {
  const page = await run.open(t, { token: await run.stack.token({ sub: 'console-test', maytapi: { read: ['queue'], manage: false } }) });
  await page.show('phones');
  await page.page.getByText(WORDS.phones.shut(`${WORDS.phones.reads.status}, ${WORDS.phones.reads.screen}`, 'status, screen')).waitFor();
  const card = cardOf(page);
  await card.getByText(WORDS.phones.queueEmpty).waitFor();
  assert.deepEqual(await card.getByRole('button').allInnerTexts(), []);
  run.stack.simulator.fail({ kind: 'drop', when: 'after', times: Infinity });
  await page.sendText(TO, 'hi');
  run.stack.simulator.reset();
  await page.newest().getByRole('button', { name: WORDS.failure.act.look }).click();
  await page.page.getByRole('dialog').getByText(WORDS.look.noScreen).waitFor();
});
