// The console in a real browser, through the proxy in workerd, to the simulator of Maytapi.
// @ts-check
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { headerOf } from '../simulator/simulator.mjs';
import { startStack } from '../stack.mjs';
import { startBrowser } from './browser.mjs';
import { ConsolePage } from './console-page.mjs';
import { clearMoreOptions, pickFile, PIXEL, TYPES } from './types.mjs';

const ACCOUNT = 'main';
const PHONE = '1150';
const TO = '12025550123';

/** @type {Awaited<ReturnType<typeof startStack>>} */
let stack;
/** @type {Awaited<ReturnType<typeof startBrowser>>} */
let browser;
/** @type {ConsolePage} the page of the tests that need nothing special */
let page;
/** @type {string} */
let token;
/** @type {string} */
let folder;

before(async () => {
  [stack, browser, folder] = await Promise.all([startStack(), startBrowser(), mkdtemp(join(tmpdir(), 'maytapi-console-'))]);
  token = await stack.token({ sub: 'console-test' });
  page = await open();
});

after(async () => {
  await page?.close();
  await browser?.close();
  await stack?.close();
  if (folder) await rm(folder, { recursive: true });
});

beforeEach(() => stack.simulator.reset());

/** @param {Partial<{ token: string, phone: string } & import('playwright-core').BrowserContextOptions>} [given] */
function open({ token: shown = token, phone = PHONE, ...options } = {}) {
  return ConsolePage.open(browser, { edge: stack.edge, account: ACCOUNT, phone, token: shown }, options);
}

/** The one message that reached the simulator. */
function arrived() {
  assert.equal(stack.simulator.sends.length, 1, 'exactly one message arrives');
  const [record] = stack.simulator.sends;
  assert.ok(record);
  return record;
}

test('a text goes from the page through the proxy to Maytapi, as it was shown, and its ids come back', async () => {
  await page.choose('text');
  await page.fillAll({ toNumber: '+1 (202) 555-0123', message: 'Grüße 👋 "quoted"\nsecond line' });
  const shown = await page.wire();
  const answer = await page.send();
  const record = arrived();
  assert.deepEqual(record.json, shown);
  assert.deepEqual(record.json, { to_number: TO, type: 'text', message: 'Grüße 👋 "quoted"\nsecond line' });
  assert.equal(headerOf(record, 'x-maytapi-key'), stack.simulator.apiKey);
  assert.equal(answer.state, 'queued');
  assert.ok(stack.simulator.messages.has(answer.facts.msgId ?? ''), 'the id is the one that Maytapi gave');
  assert.equal(answer.facts.chatId, `${TO}@c.us`);
  assert.ok(answer.facts.request, 'the request can be found in the log of the proxy');
});

test('every type that the page offers can be filled in and arrives as it should', async (t) => {
  const fresh = await open();
  t.after(() => fresh.close());
  const offered = await fresh.page.locator('#types input').evaluateAll((all) => all.map((one) => /** @type {HTMLInputElement} */ (one).value));
  assert.deepEqual(offered.toSorted(), Object.keys(TYPES).toSorted(), 'this table has a row for each type');
  await fresh.fill('toNumber', TO);
  for (const [type, { fields = {}, act, wire }] of Object.entries(TYPES)) {
    stack.simulator.reset();
    await fresh.choose(type);
    await act?.(fresh);
    await fresh.fillAll(fields);
    const answer = await fresh.send();
    assert.equal(answer.state, 'queued', `${type}: ${answer.text}`);
    assert.deepEqual(arrived().json, { to_number: TO, type, ...wire }, type);
    if (type === 'text') await clearMoreOptions(fresh);
  }
});

test('a file is shown with its size, its base64 shortened, and goes out whole', async () => {
  const bytes = Buffer.alloc(123_456, 'maytapi ');
  await page.choose('media');
  await pickFile(page, 'notes.txt', 'text/plain', bytes);
  await page.fillAll({ toNumber: TO, text: 'My notes' });
  assert.match(await page.page.locator('.file').innerText(), /notes\.txt\s+text\/plain, 123 KB/);
  assert.match((await page.wire()).message, /^data:text\/plain;base64,.{100,200}…$/);
  assert.equal((await page.send()).state, 'queued');
  assert.deepEqual(arrived().json, { to_number: TO, type: 'media', message: `data:text/plain;base64,${bytes.toString('base64')}`, text: 'My notes' });
});

test('a file of 60 MB and a sticker that is no WebP are refused on the page, and nothing is sent', async (t) => {
  const fresh = await open();
  t.after(() => fresh.close());
  const large = join(folder, 'large.mp4');
  await writeFile(large, Buffer.alloc(60_000_000));
  await fresh.choose('media');
  await fresh.fill('toNumber', TO);
  await fresh.page.locator('#own-fields input[type=file]').setInputFiles(large);
  await fresh.page.locator('.sentence[data-code=too_large]').waitFor();
  await fresh.press();
  await fresh.choose('sticker');
  await pickFile(fresh, 'pixel.png', 'image/png', PIXEL);
  assert.deepEqual(await fresh.shownFaults(), ['unsupported_media_type']);
  await fresh.press();
  assert.equal(await fresh.page.locator('.answer').count(), 0);
  assert.equal(stack.simulator.received.length, 0);
});

/** What is typed, and the code that then stands beside the field. */
const FAULTS = [
  { type: 'text', name: 'toNumber', value: '12025', code: 'invalid_recipient' },
  { type: 'text', name: 'toNumber', value: 'call me', code: 'invalid_recipient' },
  { type: 'text', name: 'message', value: '   ', code: 'empty' },
  { type: 'media', name: 'message', value: 'menu.pdf', code: 'invalid_url' },
  { type: 'media', name: 'message', value: 'data:image/png;base64,***', code: 'invalid_base64' },
  { type: 'sticker', name: 'options.width', value: 'wide', code: 'wrong_kind' },
  { type: 'location', name: 'latitude', value: '91', code: 'out_of_range' },
  { type: 'link', name: 'message', value: 'javascript:alert(1)', code: 'invalid_url' },
  { type: 'poll', name: 'options[1]', value: 'same', before: { 'options[0]': 'same' }, code: 'duplicate' },
  { type: 'reaction', name: 'message', value: 'no emoji', code: 'invalid_emoji' },
  { type: 'vcard', name: 'message.vcard', value: 'Ada', code: 'invalid_vcard' },
  { type: 'forward', name: 'message', value: 'two words', code: 'invalid_message_id' },
  { type: 'buttons', name: 'buttons[0].id', value: ' ', code: 'empty' },
];

test('faults stand beside their field while somebody types, and nothing is sent', async (t) => {
  const fresh = await open();
  t.after(() => fresh.close());
  for (const { type, name, value, before, code } of FAULTS) {
    await t.test(`${type}: ${name} = ${JSON.stringify(value)}`, async () => {
      await fresh.reload();
      await fresh.choose(type);
      assert.deepEqual(await fresh.shownFaults(), [], 'an untouched form reproaches nobody');
      await fresh.fillAll(before ?? {});
      const field = fresh.page.locator(`#form [name="${name}"]:visible`);
      await field.pressSequentially(value);
      assert.deepEqual(await fresh.faultsAt(name), [code]);
      assert.equal(await field.getAttribute('aria-invalid'), 'true');
      await fresh.press();
      assert.equal(await fresh.page.locator('.answer').count(), 0);
      assert.equal(stack.simulator.received.length, 0);
    });
  }
});

test('Send with gaps shows each of them, brings the keyboard to the first and sends nothing', async (t) => {
  const fresh = await open();
  t.after(() => fresh.close());
  await fresh.choose('poll');
  await fresh.press();
  assert.deepEqual(await fresh.shownFaults(), ['missing', 'missing', 'empty', 'empty']);
  assert.equal(await fresh.focused(), 'toNumber');
  await fresh.fillAll({ toNumber: TO, message: 'Lunch?', 'options[0]': 'Harbour' });
  await fresh.press();
  assert.equal(await fresh.focused(), 'options[1]');
  assert.equal(stack.simulator.received.length, 0);
});

test('a refusal is shown with its words, its code and whether sending again is safe', async () => {
  await page.choose('text');
  await page.fillAll({ toNumber: TO, message: 'hi' });
  stack.simulator.fail({ kind: 'refused', message: 'Phone is not connected', code: 'X17' });
  const refused = await page.send();
  assert.match(refused.text, /Phone is not connected/);
  assert.match(refused.text, /sending the same again fails the same way/);
  assert.deepEqual([refused.state, refused.facts.error, refused.facts.code], ['failed', 'RefusedError', 'X17']);
  assert.ok(refused.facts.request);
  // Longer than anybody waits by itself.
  stack.simulator.fail({ kind: 'rateLimited', retryAfter: 120, times: Infinity });
  const busy = await page.send();
  assert.equal(busy.state, 'failed');
  assert.match(busy.text, /sending it again is safe\. Wait 120 s first\./);
});

test('a phone that is still loading is asked again, and the page has one answer', async () => {
  await page.choose('text');
  await page.fillAll({ toNumber: TO, message: 'hi' });
  stack.simulator.fail({ kind: 'w05' });
  const answer = await page.send();
  assert.equal(answer.state, 'queued', answer.text);
  assert.equal(stack.simulator.sends.length, 2);
  assert.equal(stack.simulator.messages.size, 1);
});

test('a failing upstream leaves it open whether the message went out, and the page says so', async () => {
  await page.choose('text');
  await page.fillAll({ toNumber: TO, message: 'hi' });
  stack.simulator.fail({ kind: 'drop', when: 'after', times: Infinity });
  const answer = await page.send();
  assert.equal(answer.state, 'failed');
  assert.match(answer.text, /It may have gone out/);
});

test('Abort ends a send that hangs, at once', async () => {
  await page.choose('text');
  await page.fillAll({ toNumber: TO, message: 'hi' });
  stack.simulator.fail({ kind: 'hang', times: Infinity });
  await page.press();
  const started = Date.now();
  await page.page.locator('#abort').click();
  await page.page.locator('.answer').first().and(page.page.locator('[data-state=aborted]')).waitFor();
  assert.ok(Date.now() - started < 2000);
  assert.ok(await page.page.locator('#abort').isHidden());
  stack.simulator.reset();
  assert.equal((await page.send()).state, 'queued', 'the next send goes through');
});

test('a token that the proxy does not take is asked for again, and nothing reaches Maytapi', async (t) => {
  const fresh = await open({ token: `${token.slice(0, -4)}AAAA` });
  t.after(() => fresh.close());
  await fresh.fillAll({ toNumber: TO, message: 'hi' });
  const answer = await fresh.send();
  assert.deepEqual([answer.state, answer.facts.error, answer.facts.status], ['failed', 'AuthenticationError', '401']);
  assert.equal(await fresh.focused(), 'token');
  assert.equal(await fresh.page.locator('#connection .fault:visible').count(), 1);
  assert.equal(stack.simulator.received.length, 0);
  await fresh.fill('token', token);
  assert.equal(await fresh.page.locator('#connection .fault:visible').count(), 0);
  assert.equal((await fresh.send()).state, 'queued');
});

test('a phone that the proxy does not know is refused', async (t) => {
  const fresh = await open({ phone: '999999' });
  t.after(() => fresh.close());
  await fresh.fillAll({ toNumber: TO, message: 'hi' });
  const answer = await fresh.send();
  assert.equal(answer.state, 'failed');
  assert.match(answer.facts.status ?? '', /^40[34]$/);
  assert.equal(stack.simulator.received.length, 0);
});

test('without a network the page says that there is none', async (t) => {
  const fresh = await open();
  t.after(() => fresh.close());
  await fresh.fillAll({ toNumber: TO, message: 'hi' });
  await fresh.page.context().setOffline(true);
  const answer = await fresh.send();
  assert.equal(answer.facts.error, 'ConnectionError');
});

test('the token leaves the address bar at once and survives a reload in its tab', async (t) => {
  const fresh = await open();
  t.after(() => fresh.close());
  assert.equal(fresh.page.url(), `${stack.edge}/`);
  await fresh.reload();
  await fresh.fillAll({ toNumber: TO, message: 'hi' });
  assert.equal((await fresh.send()).state, 'queued');
  const other = await fresh.page.context().newPage();
  await other.goto(stack.edge);
  assert.match(await other.locator('#connection-summary').innerText(), /no token/);
});

test('the keyboard alone is enough', async (t) => {
  const fresh = await open();
  t.after(() => fresh.close());
  const { keyboard } = fresh.page;
  await fresh.page.locator('#types input:checked').focus();
  await keyboard.press('ArrowLeft');
  assert.equal(await fresh.page.locator('#types input:checked').inputValue(), 'buttons');
  await keyboard.press('ArrowRight');
  await keyboard.press('Tab');
  await keyboard.type(TO);
  await keyboard.press('Tab');
  await keyboard.type('hi');
  await keyboard.press('Control+Enter');
  await fresh.page.locator('.answer[data-state=queued]').waitFor();
  assert.equal(arrived().body, JSON.stringify({ to_number: TO, type: 'text', message: 'hi' }));
});

test('every field has a name that a screen reader can say', async () => {
  for (const type of Object.keys(TYPES)) {
    await page.choose(type);
    const nameless = await page.page.locator('#form :is(input, textarea, select, button):visible').evaluateAll((all) =>
      all
        .filter((one) => {
          const { labels } = /** @type {HTMLInputElement} */ (one);
          return !one.getAttribute('aria-label') && ![...(labels ?? [])].some((label) => label.textContent?.trim()) && !one.textContent?.trim();
        })
        .map((one) => one.outerHTML),
    );
    assert.deepEqual(nameless, [], type);
  }
});

test('nothing is wider than a narrow screen, whatever is shown', async (t) => {
  for (const width of [320, 360]) {
    const fresh = await open({ viewport: { width, height: 740 } });
    t.after(() => fresh.close());
    for (const type of Object.keys(TYPES)) {
      await fresh.choose(type);
      await fresh.press();
      assert.equal(await overflow(fresh), 0, `${type} with faults at ${width} px`);
    }
    await fresh.page.getByText('Connection', { exact: true }).click();
    await fresh.choose('text');
    await fresh.fillAll({ toNumber: TO, message: 'x'.repeat(500) });
    assert.equal((await fresh.send()).state, 'queued');
    assert.equal(await overflow(fresh), 0, `an answer at ${width} px`);
    const place = await fresh.page.locator('.answer .answer-head').boundingBox();
    assert.ok(place && place.y >= 0 && place.y < 740, 'the answer is in sight');
  }
});

/** By how many pixels the page is wider than its window. */
function overflow(/** @type {ConsolePage} */ { page }) {
  return page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth));
}

test('the page loads its module once, from its own origin only, under a strict policy that nothing violates', async (t) => {
  const fresh = await open();
  t.after(() => fresh.close());
  await fresh.fillAll({ toNumber: TO, message: 'hi' });
  await fresh.send();
  await fresh.choose('poll');
  const answers = await fresh.seen.answers();
  assert.equal(answers.filter(({ url }) => url.endsWith('.wasm')).length, 1);
  assert.deepEqual([...new Set(answers.map(({ url }) => new URL(url).origin))], [stack.edge]);
  assert.deepEqual(fresh.seen.console, []);
  const [document] = answers;
  const policy = /content-security-policy: (.*)/i.exec(document?.text ?? '')?.[1] ?? '';
  assert.match(policy, /default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self';/);
  assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'/);
  const blocked = await fresh.page.evaluate(() => fetch('https://api.maytapi.com/').then(() => 'sent', () => 'blocked'));
  assert.equal(blocked, 'blocked');
});

test('the key is in nothing that the browser received, and not in what the page is made of', async (t) => {
  const fresh = await open();
  t.after(() => fresh.close());
  await fresh.fillAll({ toNumber: TO, message: 'hi' });
  const queued = await fresh.send();
  const outcomes = [queued];
  for (const kind of ['refused', 'html', 'http4xx', 'redirect']) {
    stack.simulator.fail({ kind, ...(kind === 'refused' ? { message: `key ${stack.simulator.apiKey} is wrong` } : {}), times: Infinity });
    outcomes.push(await fresh.send());
    stack.simulator.reset();
  }
  assert.deepEqual(outcomes.map(({ state }) => state), ['queued', 'failed', 'failed', 'failed', 'failed']);

  const answers = await fresh.seen.answers();
  const kept = await fresh.page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
  const received = [...answers.map(({ text }) => text), ...fresh.seen.console, await fresh.page.content(), kept].join('\n');
  // What would find the key finds what is there: the search is not blind.
  for (const present of [queued.facts.msgId ?? '', token, 'Maytapi console']) assert.ok(received.includes(present), present);

  const assets = await readdir(new URL('../../www/dist/', import.meta.url), { recursive: true, withFileTypes: true });
  const files = assets.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const made = (await Promise.all(files.map((file) => readFile(file, 'latin1')))).join('\n');
  assert.ok(files.some((file) => file.endsWith('.wasm')));
  for (const form of spellings(stack.simulator.apiKey)) {
    assert.ok(!received.includes(form), 'nothing received has the key');
    assert.ok(!made.includes(form), 'no asset has the key');
  }
});

/** A secret as it could be hidden: plain, in base64 at each offset, backwards. */
function spellings(/** @type {string} */ secret) {
  // The first and last characters of base64 depend on what stands beside.
  const inBase64 = ['', 'x', 'xx'].map((before) => Buffer.from(before + secret).toString('base64').slice(4, -4));
  return [secret, encodeURIComponent(secret), [...secret].reverse().join(''), ...inBase64];
}
