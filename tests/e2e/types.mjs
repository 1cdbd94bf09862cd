// One row per message type that the console offers: what somebody fills in, and the JSON that has to arrive.
// @ts-check
import assert from 'node:assert/strict';

/** @typedef {import('./console-page.mjs').ConsolePage} ConsolePage */

import { WORDS } from './console-page.mjs';

const MESSAGE_ID = '50d8b950-a67f-4eb0-91cc-d97af631df95';

/** A red pixel. */
export const PIXEL = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC', 'base64');

/**
 * One row per message type: what is typed, and the JSON that arrives beside `to_number` and `type`.
 * @type {Record<string, { fields?: Record<string, string>, act?: (page: ConsolePage) => Promise<void>, wire: Record<string, unknown> }>}
 */
export const TYPES = {
  text: { fields: { message: 'hi', replyTo: MESSAGE_ID }, act: moreOptions, wire: { message: 'hi', reply_to: MESSAGE_ID, skip_filter: true } },
  media: { fields: { message: 'https://files.example/menu.pdf', text: 'The menu', filename: 'menu.pdf' }, wire: { message: 'https://files.example/menu.pdf', text: 'The menu', filename: 'menu.pdf' } },
  image: { act: (page) => pickFile(page, 'pixel.png', 'image/png', PIXEL), wire: { message: `data:image/png;base64,${PIXEL.toString('base64')}` } },
  sticker: { fields: { message: 'https://files.example/s.webp', 'options.width': '512', 'options.height': '512' }, wire: { message: 'https://files.example/s.webp', options: { width: 512, height: 512 } } },
  location: { fields: { latitude: '38.8977', longitude: '-77.0365', text: 'Here' }, wire: { latitude: '38.8977', longitude: '-77.0365', text: 'Here' } },
  contact: { fields: { message: '+1 202 555 0199' }, wire: { message: '12025550199@c.us' } },
  vcard: { act: (page) => page.page.getByRole('button', { name: WORDS.card.byText }).click(), fields: { 'message.displayName': 'Ada', 'message.vcard': 'BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nEND:VCARD' }, wire: { message: { displayName: 'Ada', vcard: 'BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nEND:VCARD' } } },
  link: { fields: { message: 'https://example.com/', text: 'A page' }, wire: { message: 'https://example.com/', text: 'A page' } },
  poll: { fields: { message: 'Lunch?' }, act: threeAnswers, wire: { message: 'Lunch?', options: ['Harbour', 'Garden'], only_one: true } },
  reaction: { fields: { replyTo: MESSAGE_ID }, act: (page) => page.page.getByRole('button', { name: 'thumbs up' }).click(), wire: { message: '👍', reply_to: MESSAGE_ID } },
  forward: { fields: { message: MESSAGE_ID }, wire: { message: MESSAGE_ID } },
  edit: { fields: { message: 'better', replyTo: MESSAGE_ID }, wire: { message: 'better', reply_to: MESSAGE_ID } },
  delete: { fields: { message: MESSAGE_ID }, wire: { message: MESSAGE_ID } },
  product: { fields: { productId: '3121315354601301' }, wire: { productId: '3121315354601301' } },
  buttons: {
    fields: { message: 'Confirm?', title: 'Table 4', footer: 'Thanks' },
    act: threeButtons,
    wire: {
      message: 'Confirm?',
      title: 'Table 4',
      footer: 'Thanks',
      buttons: [
        { id: 'yes', text: 'Yes' },
        { url: 'https://example.com/', text: 'Menu' },
        { phoneNumber: '+12025550199', text: 'Call' },
      ],
    },
  },
};

/** @param {ConsolePage} page */
async function moreOptions({ page }) {
  await page.getByText(WORDS.compose.options).click();
  await page.getByLabel('Skip the duplicate filter').check();
}

/** @param {ConsolePage} page */
export async function clearMoreOptions(page) {
  await page.show('new');
  await page.page.locator('details.more:not([open]) summary').click();
  // What was sent has left the form.
  assert.equal(await page.page.inputValue('[name=replyTo]'), '');
  assert.equal(await page.page.getByLabel('Skip the duplicate filter').isChecked(), false);
}

/** A third answer is added, then the second taken out: the third moves up. */
async function threeAnswers(/** @type {ConsolePage} */ page) {
  await page.page.getByRole('button', { name: 'Add an answer' }).click();
  await page.fillAll({ 'options[0]': 'Harbour', 'options[1]': 'Market', 'options[2]': 'Garden' });
  await page.page.getByRole('button', { name: 'Remove answer 2' }).click();
  await page.page.getByLabel('Only one answer').check();
}

/** @param {ConsolePage} page */
async function threeButtons(page) {
  const rows = [
    ['id', 'Yes', 'yes'],
    ['url', 'Menu', 'https://example.com/'],
    ['phoneNumber', 'Call', '+1 202 555 0199'],
  ];
  for (const [index, [action = '', text = '', target = '']] of rows.entries()) {
    if (index > 0) await page.page.getByRole('button', { name: 'Add a button' }).click();
    await page.page.locator(`[name="buttons[${index}].action"]`).selectOption(action);
    await page.fillAll({ [`buttons[${index}].text`]: text, [`buttons[${index}].${action}`]: target });
  }
}

/**
 * @param {ConsolePage} page
 * @param {string} name
 * @param {string} mimeType
 * @param {Buffer} buffer
 */
export async function pickFile({ page }, name, mimeType, buffer) {
  await page.locator('#own-fields input[type=file]').setInputFiles({ name, mimeType, buffer });
  await page.getByRole('button', { name: WORDS.file.remove(name) }).waitFor();
}
