// Chromium for the page's tests, and a record of everything that it received.
// @ts-check
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

/** @typedef {import('playwright-core').Page} Page */

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

export function startBrowser() {
  return chromium.launch({ executablePath: browserPath(), args: FLAGS });
}

/**
 * Chromium with an extension, and the extension's background worker. Only a profile of its own has extensions.
 * @param {string} folder the extension
 * @param {string} profile an empty folder
 */
export async function startExtension(folder, profile) {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: browserPath(),
    // Playwright's own headless mode has no extensions; Chromium's has.
    headless: false,
    ignoreDefaultArgs: ['--disable-extensions'],
    args: ['--headless=new', ...FLAGS, `--disable-extensions-except=${folder}`, `--load-extension=${folder}`],
  });
  const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker', { timeout: 20_000 }));
  return { worker, close: () => context.close() };
}

/**
 * Everything that a page received from the moment on that this is called: headers and bodies of all answers, and what it wrote to its console.
 * @param {Page} page
 */
export function record(page) {
  /** @type {Promise<{ url: string, text: string, error?: unknown }>[]} */
  const answers = [];
  /** @type {string[]} */
  const console = [];
  page.on('response', (response) => {
    const read = async () => {
      const [headers, body] = await Promise.all([response.headersArray(), response.body()]);
      const lines = headers.map(({ name, value }) => `${name}: ${value}`);
      return { url: response.url(), text: [...lines, '', body.toString('latin1')].join('\n') };
    };
    // A body that could not be read matters to who asks for the answers, and to nobody else.
    answers.push(read().catch((error) => ({ url: response.url(), text: '', error })));
  });
  page.on('console', (message) => console.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => console.push(`uncaught: ${error.stack ?? error.message}`));
  const all = async () => {
    const read = await Promise.all(answers);
    for (const { error } of read) if (error) throw error;
    return read;
  };
  return { console, answers: all };
}

/** `CHROME` when set, else the first known name on PATH. */
function browserPath() {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const folders = (process.env.PATH ?? '').split(delimiter);
  const candidates = [process.env.CHROME, ...names.flatMap((name) => folders.map((folder) => join(folder, name)))];
  const found = candidates.find((path) => path && existsSync(path));
  if (!found) throw new Error('no Chromium or Chrome was found on PATH; set CHROME to one');
  return found;
}
