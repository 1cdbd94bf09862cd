// Phones: their state in words, their queue, their screen.
// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WORDS } from './console-page.mjs';
import { PHONE, suite } from './suite.mjs';

const run = suite();

test('a phone shows its state in words, its queue and a picture of its screen', async (t) => {
  const page = await run.open(t);
  await page.show('phones');
  const card = page.page.locator(`.phone-card[data-phone="${PHONE}"]`);
  await card.getByText(WORDS.phones.connected).waitFor();
  await card.getByText(WORDS.phones.queueEmpty).waitFor();
  await card.getByRole('button', { name: WORDS.phones.take }).click();
  await card.getByRole('img', { name: WORDS.phones.screenOf(PHONE) }).waitFor();
  assert.equal(await page.page.getByRole('button', { name: WORDS.phones.picker(PHONE, WORDS.phones.connected) }).count(), 1, 'the picker knows it too');
});

test('a question that fails says so at its place, with the request’s id, and what was known stays', async (t) => {
  const page = await run.open(t);
  await page.show('phones');
  const card = page.page.locator(`.phone-card[data-phone="${PHONE}"]`);
  await card.getByText(WORDS.phones.connected).waitFor();
  await page.page.route('**/status', (route) => route.continue({ url: route.request().url().replace('/1150/', '/999999/') }));
  await page.page.getByRole('button', { name: WORDS.phones.refresh }).click();
  await card.locator('.fault .request-id').waitFor();
  assert.equal(await card.getByText(WORDS.phones.connected).count(), 1);
});
