// Takes the pictures of the console, in both themes and at the width of a phone: node tests/e2e/pictures.mjs [folder]
// @ts-check
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startStack } from '../stack.mjs';
import { bulkEn as BULK } from '../../www/src/bulk/strings.en.ts';
import { STORE_KEY } from '../support/batches.mjs';
import { acks, hook, HOOK_SECRET, listenTo } from '../worker/following.mjs';
import { startBrowser } from './browser.mjs';
import { ConsolePage, WORDS } from './console-page.mjs';
import { packed } from './png.mjs';

/** @typedef {import('playwright-core').Browser} Browser */

const FOLDER = process.argv[2] ?? fileURLToPath(new URL('../../www/pictures/', import.meta.url));
const LARGEST = 200_000;
/** Each view as it is taken: the same content, another theme or width. */
const SHAPES = [
  { name: 'light', colorScheme: /** @type {const} */ ('light'), viewport: { width: 1280, height: 800 } },
  { name: 'dark', colorScheme: /** @type {const} */ ('dark'), viewport: { width: 1280, height: 800 } },
  { name: 'phone', colorScheme: /** @type {const} */ ('light'), viewport: { width: 390, height: 780 } },
];
/** Before any token ends, so that the page's clock ends no session. */
const DAY = '2026-03-12';

const stack = await startStack({
  wrangler: true,
  proxy: {
    policy: { reads: ['status', 'queue', 'screen'], delivery: 'phone', manage: true, inbox: {}, batches: { perMinute: 20 } },
    limits: { caller: { minute: 20, day: 500 }, phone: { day: 2000 } },
  },
  secrets: { HOOK_SECRET, STORE_KEY },
  simulator: { acks: [] },
});
const browser = await startBrowser();
try {
  await mkdir(FOLDER, { recursive: true });
  const card = await menuCard(browser);
  for (const shape of SHAPES) {
    stack.simulator.reset();
    listenTo(stack, stack.edge);
    await takeAll(shape, card);
  }
} finally {
  await browser.close();
  await stack.close();
}

/** @param {typeof SHAPES[number]} shape @param {Buffer} card */
async function takeAll({ name, ...options }, card) {
  const token = await stack.token({ sub: 'anna@cafe.example' });
  const context = await browser.newContext({ ...options, timezoneId: 'UTC', locale: 'en-US', reducedMotion: 'reduce' });
  await context.clock.setFixedTime(`${DAY}T09:41:00Z`);
  const connect = await context.newPage();
  await connect.goto(stack.edge);
  await connect.getByLabel(WORDS.connect.token).waitFor();
  await connect.locator('img').evaluate((image) => /** @type {HTMLImageElement} */ (image).decode());
  await take(connect, `connect-${name}`);
  await connect.close();

  const page = await ConsolePage.in(context, { edge: stack.edge, account: 'main', phone: '1150', token });
  await sendAll(page, card);
  await page.page.evaluate(() => (location.hash = `#/messages/12025550123%40c.us`));
  await page.page.locator('.sent').first().waitFor();
  await page.page.locator('.reaction').waitFor();
  await page.page.locator('.sent img').evaluate((image) => /** @type {HTMLImageElement} */ (image).decode());
  await page.page.mouse.move(0, 0);
  // Where nothing has the keyboard, nothing looks as if somebody were about to type.
  await page.page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement)?.blur());
  await take(page.page, `messages-${name}`);

  await page.choose('text');
  await page.fillAll({
    toNumber: '+1 (202) 555-0123',
    message: 'Good morning Ada! ☕\n*Your order 4711 is ready:*\n- 2 flat whites\n- 1 _almond_ croissant\n~$14.50~ $12.90 with your card\nhttps://cafe.example/orders/4711',
  });
  await page.page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement)?.blur());
  await take(page.page, `new-${name}`);

  await takeBulk(page, name);
  await context.route('**/state', async (route) => {
    const response = await route.fetch();
    const told = await response.json();
    // The proxy's clock is the machine's.
    const heardAt = told.webhook.heardAt === null ? null : Date.parse(`${DAY}T09:40:00Z`);
    await route.fulfill({ response, json: { ...told, webhook: { ...told.webhook, heardAt } } });
  });
  await page.show('phones');
  const phone = page.page.locator('.phone-card[data-phone="1150"]');
  await phone.getByText(WORDS.phones.connected).waitFor();
  await page.page.locator('.phone-card[data-phone="1151"]').getByText(WORDS.phones.qr).waitFor();
  await take(page.page, `phones-${name}`);
  await context.close();
}

/** A batch as it is made, and one as it runs. @param {ConsolePage} page @param {string} name */
async function takeBulk({ page }, name) {
  await page.evaluate(() => (location.hash = '#/bulk/new'));
  await page.locator('.bulk input[type=file]').setInputFiles({ name: 'guests.csv', mimeType: 'text/csv', buffer: Buffer.from(guests()) });
  await page.getByText(BULK.rows.changed.other.replace('#', '2')).waitFor();
  await page.mouse.move(0, 0);
  await take(page, `bulk-people-${name}`);
  await page.locator('.bulk-steps').getByRole('button', { name: BULK.steps.message }).click();
  await page.locator('textarea[name=message]').fill('Good morning {{Name}}! ☕\nYour order {{Order}} is ready at our {{City|nearest}} counter. *We keep it until eleven.*\nhttps://cafe.example/orders/{{Order}}');
  await page.getByText(BULK.message.gaps.one.replace('#', '1')).waitFor();
  await page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement)?.blur());
  await take(page, `bulk-message-${name}`);
  // One that has run for half an hour, of which nobody wants to wait for the end.
  const at = (/** @type {string} */ time) => Date.parse(`${DAY}T${time}:00Z`);
  const counts = { waiting: 512, posted: 1, queued: 668, refused: 9, unknown: 2, skipped: 12, cancelled: 0, failed: 3 };
  const batch = { id: 'b_morning', state: 'running', size: 1204, counts, rate: 19.4, waiting: { for: 'pace' }, made: at('09:06'), expires: at('23:00'), endsAt: at('10:08'), plan: { perMinute: 20 } };
  const deliveries = ['read', 'read', 'delivered', 'read', 'delivered', 'sent'];
  const results = Array.from({ length: 600 }, (_, row) => {
    const time = { at: at('09:07') + row * 3000 };
    if (row === 4) return { row, ref: 'row-6', state: 'refused', code: 'F04', ...time };
    if (row === 8) return { row, ref: 'row-10', state: 'unknown', ...time };
    return { row, ref: `row-${row + 2}`, state: 'queued', delivery: deliveries[row % 6], ...time };
  });
  await page.route('**/api/**/batches/b_morning', (route) => route.fulfill({ json: batch }));
  await page.route('**/api/**/batches/b_morning/results**', (route) => route.fulfill({ json: { results, cursor: null } }));
  await page.evaluate(
    (people) =>
      new Promise((resolve) => {
        indexedDB.open('maytapi-console').onsuccess = ({ target }) => {
          const table = /** @type {IDBOpenDBRequest} */ (target).result.transaction('batches', 'readwrite').objectStore('batches');
          table.put({ id: 'b_morning', at: Date.now(), people }).onsuccess = resolve;
        };
      }),
    Array.from({ length: 1204 }, (_, n) => ({ row: n + 2, used: `1202555${String(100 + (n % 100)).padStart(4, '0')}` })),
  );
  await page.evaluate(() => (location.hash = '#/bulk/b_morning'));
  await page.locator('.virtual-row').nth(5).waitFor();
  await take(page, `batch-${name}`);
}

/** Guests as a till lists them; one has no name, two were changed by a spreadsheet, two are the same. */
function guests() {
  const names = ['Ada Lovelace', 'Ben Okafor', 'Cleo Lind', 'Dev Patel', 'Eva Moreau', 'Femi Adeyemi', 'Grete Holm', 'Hana Sato'];
  const rows = Array.from({ length: 96 }, (_, n) => [n === 11 ? '' : names[n % names.length], `+1 202-555-${String(100 + n).padStart(4, '0')}`, 4700 + n, ['Harbour', 'Garden', ''][n % 3]]);
  const odd = [['Ida Berg', '1.20256E+10', 4797, 'Garden'], ['Jon Ruiz', '1.20256E+10', 4798, 'Harbour'], ['Kim Li', '(202) 555-0144', 4799, ''], ['Ada Lovelace', '+1 202-555-0100', 4800, 'Garden']];
  return ['Name;Mobile;Order;City', ...[...rows, ...odd].map((row) => row.join(';'))].join('\n');
}

/** What a café sends in a morning. @param {ConsolePage} page @param {Buffer} card */
async function sendAll(page, card) {
  const { clock } = page.page.context();
  const at = (/** @type {string} */ time) => clock.setFixedTime(`${DAY}T${time}:00Z`);
  await at('08:05');
  await page.choose('location');
  await page.fillAll({ toNumber: '12025550168', latitude: '38.8977', longitude: '-77.0365', text: 'We are on the corner, the green door' });
  await page.send();
  await at('08:52');
  await page.choose('poll');
  await page.fillAll({ toNumber: '12025550144', message: 'Which cake for Friday?', 'options[0]': 'Carrot', 'options[1]': 'Lemon' });
  await page.send();
  stack.simulator.fail({ kind: 'rateLimited', retryAfter: 120, times: Infinity });
  await page.sendText('12025550177', 'Your table for four is booked at eight.');
  stack.simulator.reset();
  listenTo(stack, stack.edge);
  await at('09:12');
  await page.choose('image');
  await page.page.locator('#own-fields input[type=file]').setInputFiles({ name: 'menu.png', mimeType: 'image/png', buffer: card });
  await page.page.getByRole('button', { name: WORDS.file.remove('menu.png') }).waitFor();
  await page.fillAll({ toNumber: '12025550123', text: 'Today at the counter' });
  await page.send();
  await at('09:30');
  await page.sendText('12025550123', 'Good morning Ada! *Your order 4711 is ready.* It waits for you until eleven: https://cafe.example/orders/4711');
  await page.act(WORDS.menu.reactWith('heart'));
  await page.page.locator('.reaction').waitFor();
  const sent = [...stack.simulator.messages.values()].filter(({ chatId }) => chatId === '12025550123@c.us');
  await hook(stack, acks(stack, sent.map(({ msgId }) => [msgId, 3])));
  await page.page.waitForFunction(() => !document.querySelector('.bubble-foot .state-queued'));
  await at('09:34');
  const message = { type: 'text', text: 'Wonderful, I am there at ten!', id: `false_12025550123@c.us_3EB0${Date.now()}`, fromMe: false };
  const from = { user: { id: '12025550123@c.us', name: 'Ada Lovelace', phone: '12025550123' }, conversation: '12025550123@c.us', conversation_name: 'Ada Lovelace' };
  await hook(stack, { type: 'message', product_id: stack.simulator.productId, phone_id: 1150, phoneId: 1150, message, ...from, timestamp: Date.parse(`${DAY}T09:34:00Z`) / 1000 });
  await page.page.locator('.received').waitFor();
  await at('09:38');
  stack.simulator.fail({ kind: 'drop', when: 'after', times: Infinity });
  await page.sendText('12025550123', 'And we kept the last almond croissant for you 🥐');
  stack.simulator.reset();
  await at('09:41');
}

/** The picture that the café sends: its card of the day. @param {Browser} from */
async function menuCard(from) {
  const page = await from.newPage({ viewport: { width: 560, height: 400 } });
  await page.setContent(`<body style="margin:0;display:grid;place-content:center;gap:18px;height:100vh;background:#20392f;color:#f6ead2;font:22px Georgia,serif;text-align:center">
    <div style="font-size:44px;letter-spacing:2px">Café Corner</div><div style="border-top:1px solid #f6ead277"></div>
    <div>Flat white · 4.20</div><div>Almond croissant · 3.80</div><div>Carrot cake · 4.50</div><div>Lemon tart · 4.90</div></body>`);
  const card = await page.screenshot();
  await page.close();
  return card;
}

/** @param {import('playwright-core').Page} page @param {string} name */
async function take(page, name) {
  const picture = packed(await page.screenshot({ animations: 'disabled', caret: 'hide' }));
  if (picture.length > LARGEST) throw new Error(`${name}: ${picture.length} bytes are too many for a README`);
  await writeFile(join(FOLDER, `${name}.png`), picture);
  process.stdout.write(`${name}.png: ${picture.length} bytes\n`);
}
