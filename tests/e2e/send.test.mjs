// Writing and sending in a real browser, through the proxy in workerd, to the simulator of Maytapi.
// @ts-check
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { headerOf } from '../simulator/simulator.mjs';
import { WORDS } from './console-page.mjs';
import { suite, TO } from './suite.mjs';
import { clearMoreOptions, pickFile, PIXEL, TYPES } from './types.mjs';

const run = suite();

test('a text goes from the page through the proxy to Maytapi, as it was shown, and its ids come back', async (t) => {
  const page = await run.open(t);
  await page.fillAll({ toNumber: '+1 (202) 555-0123', message: 'Grüße 👋 "quoted"\nsecond line' });
  assert.equal(await page.page.locator('.used').innerText(), TO, 'the number that will be used stands beside what was typed');
  const shown = await page.wire();
  const outcome = await page.send();
  const record = run.arrived();
  assert.deepEqual(record.json, shown);
  assert.deepEqual(record.json, { to_number: TO, type: 'text', message: 'Grüße 👋 "quoted"\nsecond line' });
  assert.equal(headerOf(record, 'x-maytapi-key'), run.stack.simulator.apiKey);
  assert.equal(outcome.state, 'queued');
  assert.ok(run.stack.simulator.messages.has(outcome.facts.msgId ?? ''), 'the id is the one that Maytapi gave');
  assert.equal(outcome.facts[WORDS.details.to], '+1 202-555-0123');
  assert.ok(outcome.facts[WORDS.details.requestId], 'the request can be found in the log of the proxy');
  assert.match(page.page.url(), new RegExp(`#/messages/${TO}%40c.us$`));
});

test('every type that the page offers can be filled in and arrives as it should', async (t) => {
  const page = await run.open(t);
  await page.page.getByRole('button', { name: WORDS.compose.moreTypes }).click();
  const first = await page.page.locator('#types input').count();
  const rest = await page.page.getByRole('menuitemradio').count();
  assert.equal(first + rest, Object.keys(TYPES).length, 'this table has a row for each type');
  await page.page.keyboard.press('Escape');
  await page.fill('toNumber', TO);
  for (const [type, { fields = {}, act, wire }] of Object.entries(TYPES)) {
    run.stack.simulator.reset();
    await page.choose(type);
    await act?.(page);
    await page.fillAll(fields);
    const outcome = await page.send();
    assert.equal(outcome.state, 'queued', `${type}: ${outcome.text}`);
    assert.deepEqual(run.arrived().json, { to_number: TO, type, ...wire }, type);
    if (type === 'text') await clearMoreOptions(page);
  }
});

test('a file is shown with its size, its base64 shortened, and goes out whole', async (t) => {
  const page = await run.open(t);
  const bytes = Buffer.alloc(123_456, 'maytapi ');
  await page.choose('media');
  await pickFile(page, 'notes.txt', 'text/plain', bytes);
  await page.fillAll({ toNumber: TO, text: 'My notes' });
  assert.match(await page.page.locator('.file').innerText(), /notes\.txt\s+text\/plain, 123 KB/);
  assert.match((await page.wire()).message, /^data:text\/plain;base64,.{100,200}…$/);
  assert.equal((await page.send()).state, 'queued');
  assert.deepEqual(run.arrived().json, { to_number: TO, type: 'media', message: `data:text/plain;base64,${bytes.toString('base64')}`, text: 'My notes' });
});

test('a file can be dropped anywhere on the form and pasted into its field, and an image is drawn', async (t) => {
  const page = await run.open(t);
  await page.choose('media');
  const give = (/** @type {string} */ selector, /** @type {string} */ event, /** @type {string} */ name) =>
    page.page.evaluate(
      ({ selector, event, name, base64 }) => {
        const data = new DataTransfer();
        data.items.add(new File([Uint8Array.from(atob(base64), (one) => one.charCodeAt(0))], name, { type: 'image/png' }));
        const options = { bubbles: true, cancelable: true };
        const given = event === 'drop' ? new DragEvent('drop', { ...options, dataTransfer: data }) : new ClipboardEvent('paste', { ...options, clipboardData: data });
        document.querySelector(selector)?.dispatchEvent(given);
      },
      { selector, event, name, base64: PIXEL.toString('base64') },
    );
  await give('#form', 'drop', 'dropped.png');
  await page.page.locator('.file img.thumbnail').waitFor();
  await page.page.locator('#preview img.picture').waitFor();
  assert.match(await page.page.locator('.file').innerText(), /dropped\.png/);
  await page.page.getByRole('button', { name: WORDS.file.remove('dropped.png') }).click();
  await give('#form [name=message]', 'paste', 'pasted.png');
  await page.fill('toNumber', TO);
  await page.page.getByText('pasted.png', { exact: true }).waitFor();
  assert.equal((await page.send()).state, 'queued');
  assert.equal(/** @type {any} */ (run.arrived().json).message, `data:image/png;base64,${PIXEL.toString('base64')}`);
});

test('files of 0 bytes and of 60 MB and a sticker that is no WebP are refused on the page, and nothing is sent', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'maytapi-console-'));
  t.after(() => rm(folder, { recursive: true }));
  const page = await run.open(t);
  const large = join(folder, 'large.mp4');
  await writeFile(large, Buffer.alloc(60_000_000));
  await page.choose('media');
  await page.fill('toNumber', TO);
  await page.page.locator('#own-fields input[type=file]').setInputFiles(large);
  await page.page.locator('.sentence[data-code=too_large]').waitFor();
  await page.press();
  await page.page.getByRole('button', { name: WORDS.file.remove('large.mp4') }).click();
  await pickFile(page, 'nothing.txt', 'text/plain', Buffer.alloc(0));
  assert.deepEqual(await page.shownFaults(), ['empty']);
  await page.press();
  await page.choose('sticker');
  await pickFile(page, 'pixel.png', 'image/png', PIXEL);
  assert.deepEqual(await page.shownFaults(), ['unsupported_media_type']);
  await page.press();
  assert.equal(run.stack.simulator.sends.length, 0);
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
  { type: 'vcard', name: 'message.vcard', value: 'Ada', byText: true, code: 'invalid_vcard' },
  { type: 'forward', name: 'message', value: 'two words', code: 'invalid_message_id' },
  { type: 'buttons', name: 'buttons[0].id', value: ' ', code: 'invalid_button' },
];

test('faults stand beside their field while somebody types, and nothing is sent', async (t) => {
  const page = await run.open(t);
  for (const { type, name, value, before, byText, code } of FAULTS) {
    await t.test(`${type}: ${name} = ${JSON.stringify(value)}`, async () => {
      await page.reload();
      await page.choose(type);
      if (byText) await page.page.getByRole('button', { name: WORDS.card.byText }).click();
      assert.deepEqual(await page.shownFaults(), [], 'an untouched form reproaches nobody');
      await page.fillAll(before ?? {});
      const field = page.page.locator(`#form [name="${name}"]:visible`);
      await field.pressSequentially(value);
      assert.deepEqual(await page.faultsAt(name), [code]);
      assert.equal(await field.getAttribute('aria-invalid'), 'true');
      await page.press();
      assert.ok(!page.page.url().includes('#/messages'));
      assert.equal(run.stack.simulator.sends.length, 0);
    });
  }
});

test('Send with gaps shows each of them, brings the keyboard to the first and sends nothing', async (t) => {
  const page = await run.open(t);
  await page.choose('poll');
  await page.press();
  assert.deepEqual(await page.shownFaults(), ['missing', 'missing', 'empty', 'empty']);
  await page.page.waitForFunction(() => document.activeElement?.getAttribute('name') === 'toNumber');
  await page.fillAll({ toNumber: TO, message: 'Lunch?', 'options[0]': 'Harbour' });
  await page.press();
  await page.page.waitForFunction(() => document.activeElement?.getAttribute('name') === 'options[1]');
  assert.equal(run.stack.simulator.sends.length, 0);
});

test('choosing another type and coming back loses nothing', async (t) => {
  const page = await run.open(t);
  await page.fillAll({ toNumber: TO, message: 'not yet' });
  await page.choose('poll');
  await page.fill('message', 'Lunch?');
  await page.choose('text');
  assert.equal(await page.page.locator('#form [name=message]').inputValue(), 'not yet');
  await page.choose('poll');
  assert.equal(await page.page.locator('#form [name=message]').inputValue(), 'Lunch?');
});

test('a refusal is shown with its words, its code and whether sending again is safe', async (t) => {
  const page = await run.open(t);
  run.stack.simulator.fail({ kind: 'refused', message: 'Phone is not connected', code: 'X17' });
  const refused = await page.sendText(TO, 'hi');
  assert.match(refused.text, /Phone is not connected/);
  assert.match(refused.text, /sending the same again fails the same way/);
  assert.deepEqual([refused.state, refused.facts[WORDS.details.error]], ['failed', 'RefusedError (X17)']);
  assert.ok(refused.facts[WORDS.details.requestId]);
  // Longer than anybody waits by itself.
  run.stack.simulator.fail({ kind: 'rateLimited', retryAfter: 120, times: Infinity });
  const busy = await page.sendText(TO, 'hi again');
  assert.equal(busy.state, 'failed');
  assert.match(busy.text, /sending it again is safe\. Wait 120 s first\./);
});

test('a phone that is still loading is asked again, and the page has one answer', async (t) => {
  const page = await run.open(t);
  run.stack.simulator.fail({ kind: 'w05' });
  const outcome = await page.sendText(TO, 'hi');
  assert.equal(outcome.state, 'queued', outcome.text);
  assert.equal(run.stack.simulator.sends.length, 2);
  assert.equal(run.stack.simulator.messages.size, 1);
});

test('a failing upstream leaves it open whether the message went out, and the page says so', async (t) => {
  const page = await run.open(t);
  run.stack.simulator.fail({ kind: 'drop', when: 'after', times: Infinity });
  const outcome = await page.sendText(TO, 'hi');
  assert.equal(outcome.state, 'unknown');
  assert.match(outcome.text, /It may have gone out/);
});

test('Stop ends a send that hangs, at once', async (t) => {
  const page = await run.open(t);
  await page.fillAll({ toNumber: TO, message: 'hi' });
  run.stack.simulator.fail({ kind: 'hang', times: Infinity });
  await page.press();
  const started = Date.now();
  await page.page.locator('#abort').click();
  await page.page.waitForURL(/#\/messages\//);
  assert.equal((await page.outcome()).state, 'unknown');
  assert.ok(Date.now() - started < 2000);
  run.stack.simulator.reset();
  assert.equal((await page.sendText(TO, 'hi')).state, 'queued', 'the next send goes through');
});

test('a phone that the proxy does not know is refused', async (t) => {
  const page = await run.open(t);
  await page.page.route('**/sendMessage', (route) => route.continue({ url: route.request().url().replace('/1150/', '/999999/') }));
  const outcome = await page.sendText(TO, 'hi');
  assert.equal(outcome.state, 'failed');
  assert.match(outcome.facts[WORDS.details.status] ?? '', /^40[34]$/);
  assert.equal(run.stack.simulator.sends.length, 0);
});

test('without a network the page says so, sends nothing, and sends when it is back', async (t) => {
  const page = await run.open(t);
  await page.fillAll({ toNumber: TO, message: 'hi' });
  await page.page.context().setOffline(true);
  // What it says beside depends on whether the phone was followed by then.
  const bar = page.page.locator('.bar', { hasText: /^Offline/ });
  await bar.waitFor();
  await page.page.locator('#form [name=message]').press('Control+Enter');
  assert.equal(await page.page.locator('#form-state').innerText(), WORDS.bars.sendOff);
  assert.equal(await page.page.locator('#send').getAttribute('aria-disabled'), 'true');
  await page.page.context().setOffline(false);
  await bar.waitFor({ state: 'detached' });
  assert.equal((await page.send()).state, 'queued');
  run.arrived();
});

test('a network that fails without notice leaves the outcome open, and the same key makes sending again safe', async (t) => {
  const page = await run.open(t);
  // One route for the whole test: a page that loads while a route is taken away may wait for ever for what it asked.
  let cut = true;
  await page.page.route('**/sendMessage', async (route) => {
    if (!cut) return route.continue();
    await route.fetch();
    await route.abort();
  });
  await page.fillAll({ toNumber: TO, message: 'hi' });
  const outcome = await page.send();
  assert.equal(outcome.state, 'unknown');
  assert.match(outcome.facts[WORDS.details.error] ?? '', /^ConnectionError/);
  // The proxy forgets keys: long after, the same would be a second message.
  await page.page.clock.setFixedTime(Date.now() + 25 * 3_600_000);
  await page.page.reload();
  await page.newest().getByRole('button', { name: WORDS.failure.act.look }).waitFor();
  await page.page.clock.setFixedTime(Date.now());
  await page.page.reload();
  cut = false;
  await page.newest().getByRole('button', { name: WORDS.failure.act.again }).click();
  await page.page.locator('.sent[data-state=queued]').waitFor();
  assert.equal(run.stack.simulator.messages.size, 1, 'it went out once');
});

test('a map’s link fills in both coordinates, and the formatting bar marks what is selected', async (t) => {
  const page = await run.open(t);
  await page.choose('location');
  await page.page.locator('[name=latitude]').evaluate((field) => {
    const data = new DataTransfer();
    data.setData('text', 'https://www.google.com/maps/@38.8977,-77.0365,17z');
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  });
  assert.deepEqual([await page.page.inputValue('[name=latitude]'), await page.page.inputValue('[name=longitude]')], ['38.8977', '-77.0365']);
  await page.choose('text');
  await page.fill('message', 'ready now');
  await page.page.locator('#form textarea').evaluate((box) => /** @type {HTMLTextAreaElement} */ (box).setSelectionRange(0, 5));
  await page.page.getByRole('button', { name: WORDS.format.bold }).click();
  assert.equal(await page.page.inputValue('[name=message]'), '*ready* now');
  assert.equal(await page.page.locator('#preview strong').innerText(), 'ready');
  await page.page.getByRole('button', { name: WORDS.format.bold }).click();
  assert.equal(await page.page.inputValue('[name=message]'), 'ready now', 'pressed again, the marks are gone');
  await page.page.locator('#form textarea').press('End');
  await page.page.getByRole('toolbar').getByRole('button', { name: WORDS.emoji.choose }).click();
  await page.page.getByRole('searchbox', { name: WORDS.emoji.search }).fill('hot beverage');
  await page.page.getByRole('button', { name: 'hot beverage' }).click();
  assert.equal(await page.page.inputValue('[name=message]'), 'ready now☕');
});

test('a recipient, a text and a file’s name of a megabyte each leave the page as it is, and say what is wrong', async (t) => {
  const page = await run.open(t);
  const megabyte = 'x'.repeat(1_000_000);
  await page.fill('toNumber', megabyte);
  assert.deepEqual(await page.faultsAt('toNumber'), ['invalid_recipient']);
  await page.fillAll({ toNumber: TO, message: megabyte });
  await page.page.getByRole('button', { name: WORDS.readMore }).waitFor();
  await page.fill('message', 'short again');
  assert.equal(await page.page.locator('#preview .prose-text').innerText(), 'short again');
  await page.choose('media');
  await page.page.locator('#own-fields input[type=file]').setInputFiles({ name: `${megabyte}.txt`, mimeType: 'text/plain', buffer: Buffer.from('hi') });
  await page.page.locator('.file-text b').waitFor();
  assert.equal(await page.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0);
  assert.equal((await page.send()).state, 'queued');
});

test('what is valid but will probably disappoint is said at its field, and blocks nothing', async (t) => {
  const page = await run.open(t);
  await page.choose('buttons');
  await page.fillAll({ toNumber: TO, message: 'Confirm?', 'buttons[0].text': 'Yes, please, for all of us', 'buttons[0].id': 'yes' });
  const field = page.page.locator('#form [name="buttons[0].text"]');
  const described = ((await field.getAttribute('aria-describedby')) ?? '').split(' ').map((id) => `[id="${id}"] [data-hint]`);
  assert.deepEqual(await page.page.locator(described.join(', ')).evaluateAll((all) => all.map((one) => one.getAttribute('data-hint'))), ['long_button_text']);
  assert.equal(await field.getAttribute('aria-invalid'), null);
  await page.choose('media');
  await page.fill('message', 'https://192.168.0.4/menu.pdf');
  await page.page.locator('#form [data-hint=unreachable_address]').waitFor();
  await page.choose('buttons');
  assert.equal((await page.send()).state, 'queued');
});
