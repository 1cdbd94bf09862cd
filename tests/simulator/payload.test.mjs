// What is wrong with a message is told late: the table of every type, right and wrong.
// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chatIdOf, lateFault, MAX_FILE_BYTES, OWN_CODE } from './payload.mjs';
import { call, PHONE, receiver, sent, start } from './testing.mjs';

const TO = '12025550123';
const UUID = '50d8b950-a67f-11eb-91cc-d97af631df95';
const INCOMING = 'false_12025550123@c.us_3EB0A81ECEA6D47F2F13';
const VCARD = 'BEGIN:VCARD\nVERSION:3.0\nFN:John Doe\nEND:VCARD';
const PIXEL = 'data:image/gif;base64,R0lGODlhAQABAAAAACw=';

/** The official examples and what follows from the table of types. */
const RIGHT = [
  { to_number: TO, type: 'text', message: 'Hi', skip_filter: true },
  { to_number: `${TO}@c.us`, type: 'text', message: 'Hi', reply_to: INCOMING },
  { to_number: '+12025550123', type: 'text', message: 'Hi', typing: 'typing', duration: 3 },
  { to_number: `${TO}@c.us`, type: 'media', message: 'https://x.example/a.pdf', filename: 'a.pdf', text: 'caption' },
  { to_number: `${TO}@c.us`, type: 'media', message: PIXEL, text: 'caption', isHd: true },
  { to_number: TO, type: 'image', message: 'http://x.example/a.png' },
  { to_number: TO, type: 'media', message: 'data:audio/ogg;codecs=opus;base64,AAAA' },
  { to_number: TO, type: 'sticker', message: 'https://x.example/s.webp', options: { width: 500, height: 500 } },
  { to_number: TO, type: 'sticker', message: 'https://x.example/s.webp' },
  { to_number: TO, type: 'location', text: 'Bridge', latitude: '41.093292', longitude: '-129.061737' },
  { to_number: TO, type: 'contact', message: `${TO}@c.us` },
  { to_number: TO, type: 'vcard', message: { displayName: 'John Doe', vcard: VCARD } },
  { to_number: TO, type: 'link', message: 'https://x.example/', text: 'optional' },
  { to_number: '120363027326493365@g.us', type: 'poll', message: 'Lunch?', options: ['Yes', 'No'], only_one: true },
  { to_number: `${TO}@c.us`, type: 'reaction', message: '😀', reply_to: INCOMING },
  { to_number: `${TO}@c.us`, type: 'reaction', message: '', reply_to: UUID },
  { to_number: `${TO}@c.us`, type: 'forward', message: UUID, forward_caption: true },
  { to_number: `${TO}@c.us`, type: 'delete', message: UUID },
  { to_number: `${TO}@c.us`, type: 'edit', message: 'new text', reply_to: UUID },
  { to_number: `${TO}@c.us`, type: 'product', productId: '3121315354601301' },
  { to_number: `${TO}@c.us`, type: 'buttons', title: 't', message: 'body', footer: 'f', buttons: [{ id: '!r1', text: 'B1' }, { id: '!r2', text: 'B2' }] },
  { to_number: TO, type: 'buttons', message: 'b', buttons: [{ text: 'a', url: 'https://x.example' }, { text: 'b', phoneNumber: '+12025550123' }, { text: 'c', code: '42' }] },
  { to_number: '120363027326493365@newsletter', type: 'carousel', anything: { goes: true } },
  { to_number: '1234@lid', type: 'text', message: 'x' },
];

/** @type {[Record<string, unknown>, string][]} */
const WRONG = [
  [{ type: 'text', message: '' }, 'Message is required.'],
  [{ type: 'text', text: 'in the wrong field' }, 'Message is required.'],
  [{ type: 'text', message: 7 }, 'Message is required.'],
  [{ message: 'hi' }, 'Type is required.'],
  [{ type: 'smoke-signal', message: 'hi' }, 'Type is not supported.'],
  [{ type: 'constructor', message: 'hi' }, 'Type is not supported.'],
  [{ type: 'text', message: 'hi', to_number: '(202) 555-0123' }, 'Phone number is not valid.'],
  [{ type: 'text', message: 'hi', to_number: '02025550123' }, 'Phone number is not valid.'],
  [{ type: 'text', message: 'hi', to_number: '12025' }, 'Phone number is not valid.'],
  [{ type: 'text', message: 'hi', to_number: 'a@g.us' }, 'Phone number is not valid.'],
  [{ type: 'text', message: 'hi', to_number: 'a@b@c.us' }, 'Phone number is not valid.'],
  [{ type: 'text', message: 'hi', skip_filter: 'true' }, 'skip_filter must be a boolean.'],
  [{ type: 'text', message: 'hi', reply_to: 3 }, 'reply_to must be a string.'],
  [{ type: 'media', message: 'ftp://x.example/a' }, 'Media url is not valid.'],
  [{ type: 'media', message: 'AAAA' }, 'Media url is not valid.'],
  [{ type: 'media', text: 'no file' }, 'Message is required.'],
  [{ type: 'media', message: 'data:;base64,AAAA' }, 'Media data is not valid.'],
  [{ type: 'media', message: 'data:image/png,AAAA' }, 'Media data is not valid.'],
  [{ type: 'media', message: 'data:image/png;base64,' }, 'Media data is not valid.'],
  [{ type: 'media', message: 'data:image/png;base64,AAA' }, 'Media data is not valid.'],
  [{ type: 'media', message: 'data:image/png;base64,AA*A' }, 'Media data is not valid.'],
  [{ type: 'media', message: 'data:image/png;base64,A===' }, 'Media data is not valid.'],
  [{ type: 'media', message: 'data:image/png;base64' }, 'Media data is not valid.'],
  [{ type: 'image', message: PIXEL, isHd: 1 }, 'isHd must be a boolean.'],
  [{ type: 'sticker', message: PIXEL, options: { width: '5' } }, 'Options are not valid.'],
  [{ type: 'location', latitude: '91', longitude: '0' }, 'Latitude is required.'],
  [{ type: 'location', latitude: '1', longitude: '181' }, 'Longitude is required.'],
  [{ type: 'location', latitude: 41.09, longitude: 29.06 }, 'Latitude is required.'],
  [{ type: 'contact', message: TO }, 'Contact id is not valid.'],
  [{ type: 'vcard', message: VCARD }, 'Vcard is not valid.'],
  [{ type: 'vcard', message: { displayName: 'J', vcard: 'J' } }, 'Vcard is not valid.'],
  [{ type: 'link', message: 'x.example' }, 'Link is not valid.'],
  [{ type: 'reaction', message: '😀' }, 'Reply_to is required.'],
  [{ type: 'forward', message: 'that one' }, 'Message id is not valid.'],
  [{ type: 'delete', message: INCOMING }, 'Message id is not valid.'],
  [{ type: 'edit', message: 'new' }, 'Reply_to is required.'],
  [{ type: 'product', message: '1' }, 'ProductId is required.'],
  [{ type: 'buttons', message: 'b', buttons: [] }, 'Buttons are required.'],
  [{ type: 'buttons', message: 'b', buttons: [{ text: 'a', id: '1', url: 'https://x.example' }] }, 'Buttons are required.'],
  [{ type: 'buttons', message: 'b', buttons: [{ id: '1' }] }, 'Buttons are required.'],
];

test('the official examples have no fault', () => {
  for (const payload of RIGHT) assert.equal(lateFault(payload), undefined, JSON.stringify(payload));
});

test('each malformed message has its fault', () => {
  for (const [payload, message] of WRONG) {
    assert.deepEqual(lateFault({ to_number: TO, ...payload }), { code: OWN_CODE, message }, JSON.stringify(payload));
  }
});

test('a poll without options is the one documented fault, F04', () => {
  for (const options of [undefined, [], 'Yes', [''], [1, 2]]) {
    const fault = lateFault({ to_number: TO, type: 'poll', message: 'Lunch?', options });
    assert.deepEqual(fault, { code: 'F04', message: 'Options are required.' });
  }
});

test('a file of 50 MB passes and one byte more does not', () => {
  const data = (/** @type {number} */ bytes) => ({ to_number: TO, type: 'media', message: `data:a/b;base64,${Buffer.alloc(bytes).toString('base64')}` });
  assert.equal(lateFault(data(MAX_FILE_BYTES)), undefined);
  assert.deepEqual(lateFault(data(MAX_FILE_BYTES + 1)), { code: OWN_CODE, message: 'File is too large.' });
});

test('a number gets no country code and a JID stays', () => {
  assert.equal(chatIdOf('2025550123'), '2025550123@c.us');
  assert.equal(chatIdOf('x@anything'), 'x@anything');
});

test('a malformed message is answered with success, and told by the error webhook and the log afterwards', async (t) => {
  const { url, events } = await receiver(t);
  const simulator = await start(t, { webhook: url, ackDelivery: true });
  const payload = { to_number: '120363238104@g.us', type: 'poll', message: 'Is it a Yes or No?', only_one: true };
  const { success, data } = await sent(simulator, payload);
  assert.equal(success, true);
  await simulator.idle();
  const event = {
    type: 'error',
    code: 'F04',
    message: 'Options are required.',
    product_id: simulator.productId,
    phone_id: PHONE,
    phoneId: PHONE,
    data: { id: data.msgId, ...payload, phone_id: String(PHONE) },
  };
  assert.deepEqual(events, [event]);
  /** @type {any} */
  const log = await (await call(simulator, 'logs')).json();
  const [row] = log.data.list;
  assert.equal(log.data.count, '1');
  assert.deepEqual([row.type, row.pid, row.phone, row.data.webhook], ['error', simulator.productId, PHONE, url]);
  assert.deepEqual(row.data.body, event);
  assert.deepEqual(row.data.response, { body: '', statusCode: 200 });
});

test('a number that is not on WhatsApp fails late', async (t) => {
  const { url, events } = await receiver(t);
  const simulator = await start(t, { webhook: url, ackDelivery: true, notOnWhatsApp: ['12025550199'] });
  const { data } = await sent(simulator, { to_number: '12025550199' });
  await simulator.idle();
  assert.deepEqual(events.map(({ type, message, data: { id } }) => [type, message, id]), [['error', 'NOT_ON_WHATSAPP', data.msgId]]);
});
