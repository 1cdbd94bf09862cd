// Takes the pictures of the console, in both themes and at the width of a phone: node tests/e2e/pictures.mjs [folder]
// @ts-check
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startStack } from '../stack.mjs';
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

const stack = await startStack({ wrangler: true, proxy: { policy: { reads: ['status', 'queue', 'screen'] } } });
const browser = await startBrowser();
try {
  await mkdir(FOLDER, { recursive: true });
  const card = await menuCard(browser);
  for (const shape of SHAPES) {
    stack.simulator.reset();
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

  await page.show('phones');
  const phone = page.page.locator('.phone-card[data-phone="1150"]');
  await phone.getByText(WORDS.phones.connected).waitFor();
  await page.page.locator('.phone-card[data-phone="1151"]').getByText(WORDS.phones.qr).waitFor();
  await take(page.page, `phones-${name}`);
  await context.close();
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
