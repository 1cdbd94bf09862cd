// Takes the README's picture of the console: node tests/e2e/screenshot.mjs [file]
// @ts-check
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { startStack } from '../stack.mjs';
import { startBrowser } from './browser.mjs';
import { ConsolePage } from './console-page.mjs';
import { packed } from './png.mjs';

const FILE = process.argv[2] ?? fileURLToPath(new URL('../../www/screenshot.png', import.meta.url));
const LARGEST = 150_000;

const stack = await startStack();
const browser = await startBrowser();
try {
  const token = await stack.token({ sub: 'screenshot' });
  const where = { edge: stack.edge, account: 'main', phone: '1150', token };
  const page = await ConsolePage.open(browser, where, { viewport: { width: 1120, height: 1000 }, colorScheme: 'light' });
  const to = { toNumber: '+1 (202) 555-0123' };
  stack.simulator.fail({ kind: 'refused', message: 'Phone is not connected' });
  await page.fillAll({ ...to, message: 'Good morning! Your table for four is booked at eight.' });
  await page.send();
  await page.choose('poll');
  await page.page.getByRole('button', { name: 'Add an answer' }).click();
  await page.fillAll({ message: 'Where shall we have lunch?', 'options[0]': 'At the harbour', 'options[1]': 'On the market', 'options[2]': 'In the garden' });
  await page.page.getByLabel('Only one answer').check();
  await page.send();
  const picture = packed(await page.page.screenshot({ fullPage: true }));
  if (picture.length > LARGEST) throw new Error(`${picture.length} bytes are too many for a README`);
  await writeFile(FILE, picture);
  process.stdout.write(`${FILE}: ${picture.length} bytes\n`);
} finally {
  await browser.close();
  await stack.close();
}
