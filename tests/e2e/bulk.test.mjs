// Bulk in a browser: from rows that are pasted to a batch that is paused, reloaded, resumed, cut off and cancelled.
// @ts-check
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { bulkEn as BULK } from '../../www/src/bulk/strings.en.ts';
import { startGate } from '../support/gate.mjs';
import { numberOf } from '../support/batches.mjs';
import { listenTo } from '../worker/following.mjs';
import { begin, choose, csv, goTo, isIn, openNew, prepare, press, saved, WITH_BATCHES } from './bulk-page.mjs';
import { ConsolePage } from './console-page.mjs';
import { longestTask, quiet } from './long-tasks.mjs';
import { suite } from './suite.mjs';

const run = suite(WITH_BATCHES);
beforeEach(() => listenTo(run.stack, run.stack.edge));

const sent = () => run.stack.simulator.sends.map(({ json }) => /** @type {{ to_number: string, message: string }} */ (json));

test('by keyboard alone: rows are pasted, a message is written, and everybody gets theirs once', async (t) => {
  const page = await run.open(t);
  const { keyboard } = page.page;
  const at = () => page.page.evaluate(() => [document.activeElement?.getAttribute('name'), document.activeElement?.textContent?.trim(), document.activeElement?.getAttribute('aria-label')]);
  /** Presses Tab until the keyboard is there. @param {string} what */
  const tabTo = async (what) => {
    for (let presses = 0; presses < 60; presses += 1) {
      if ((await at()).includes(what)) return;
      await keyboard.press('Tab');
    }
    assert.fail(`the keyboard does not come to ${what}`);
  };
  await tabTo('Bulk');
  await keyboard.press('Enter');
  await page.page.getByRole('link', { name: BULK.newBatch }).waitFor();
  await tabTo(BULK.newBatch);
  await keyboard.press('Enter');
  await page.page.locator('.bulk-steps').waitFor();
  await tabTo('paste');
  await keyboard.insertText('+1 202 555 0101\tAda\n+1 202 555 0102\tBen\n+1 202 555 0101\tTwice\nnobody\tNone\n');
  await tabTo(BULK.source.use);
  await keyboard.press('Enter');
  await page.page.getByRole('heading', { name: '2 people' }).waitFor();
  await tabTo(BULK.next);
  await keyboard.press('Enter');
  await page.page.locator('textarea[name=message]').waitFor();
  await tabTo('message');
  await keyboard.type('Hello ');
  await tabTo(BULK.message.insertField('column 2'));
  await keyboard.press('Enter');
  await keyboard.type('!');
  await page.page.locator('#bulk-preview').getByText('Hello Ada!').waitFor();
  await tabTo(BULK.message.next);
  await keyboard.press('Enter');
  await page.page.locator('#bulk-preview').getByText('Hello Ben!').waitFor();
  await tabTo(BULK.next);
  await keyboard.press('Enter');
  await page.page.locator('input[name=quiet]').waitFor();
  await tabTo('quiet');
  await keyboard.press('Space');
  await tabTo(BULK.next);
  await keyboard.press('Enter');
  await page.page.locator('#bulk-start').waitFor();
  await tabTo(BULK.check.start.other.replace('#', '2'));
  await keyboard.press('Enter');
  await page.page.getByText(BULK.check.agreedFault).waitFor();
  assert.equal((await at())[0], 'agreed', 'the keyboard is where something is missing');
  assert.equal(sent().length, 0);
  await keyboard.press('Space');
  await tabTo(BULK.check.start.other.replace('#', '2'));
  await keyboard.press('Enter');
  await isIn(page, 'done');
  assert.deepEqual(sent().map(({ to_number, message }) => [to_number, message]), [['12025550101', 'Hello Ada!'], ['12025550102', 'Hello Ben!']]);
  await page.page.getByRole('cell', { name: '+1 202-555-0102' }).waitFor();
  const { name, text } = await saved(page, BULK.results.csv);
  assert.match(name, /^batch-.*\.csv$/);
  assert.deepEqual(text.trim().split('\r\n').map((line) => line.split(',').slice(0, 2).join(' ')), ['Row Number', '1 +1 202-555-0101', '2 +1 202-555-0102']);
});

test('of whom nobody knows whether they got it stands in a tab of its own, and is not sent again', async (t) => {
  const page = await run.open(t);
  await prepare(page, 2, 3000);
  run.stack.simulator.fail({ kind: 'drop', when: 'after' });
  await begin(page);
  await isIn(page, 'done');
  await page.page.getByRole('button', { name: new RegExp(`^${BULK.results.unknown}`) }).click();
  await page.page.getByText(BULK.results.unknownHint).waitFor();
  await page.page.getByRole('cell', { name: `+1 202-555-3000` }).waitFor();
  assert.equal(sent().length, 2);
});

test('a hand-over that breaks off goes on where it was, and one that is stopped leaves nothing that sends', async (t) => {
  const page = await run.open(t);
  await prepare(page, 1500, 4000);
  let cut = true;
  await page.page.route('**/pieces/1', (route) => (cut ? route.abort() : route.continue()));
  await page.page.locator('input[name=agreed]').check();
  await page.page.locator('#bulk-start').click();
  await page.page.getByRole('button', { name: BULK.check.again }).waitFor({ timeout: 30_000 });
  assert.equal(sent().length, 0);
  cut = false;
  let created = 0;
  page.page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/batches')) created += 1;
  });
  await page.page.getByRole('button', { name: BULK.check.again }).click();
  await page.page.waitForURL(/#\/bulk\/(?!new)/);
  await isIn(page, 'running');
  assert.equal(created, 0, 'the same batch');
  await press(page, BULK.batch.cancel);
  await page.page.getByRole('dialog').getByRole('button', { name: BULK.batch.cancelYes }).click();
  await isIn(page, 'cancelled');
  await page.page.waitForTimeout(300);
  const before = sent().length;
  await prepare(page, 1500, 6000);
  await page.page.route('**/pieces/1', () => {});
  await page.page.locator('input[name=agreed]').check();
  await page.page.locator('#bulk-start').click();
  await page.page.getByText(/Handing over 1,000/).waitFor();
  await page.page.getByRole('button', { name: BULK.check.stop, exact: true }).click();
  await page.page.waitForFunction((words) => document.getElementById('announce')?.textContent?.trim() === words, BULK.check.stopped);
  await page.page.waitForTimeout(300);
  assert.equal(sent().length, before);
  page.seen.console.length = 0;
});

test('what is no list of people says why, and what was there stays', async (t) => {
  const page = await run.open(t);
  await openNew(page);
  const { faults } = BULK.source;
  /** @type {[string, string | Buffer, string][]} */
  const cases = [
    ['empty.csv', '', faults.empty],
    ['open.csv', `phone\n+${numberOf(1)}\n"${'x,y\n'.repeat(200_000)}`, BULK.source.atRow(faults.open_quote, 3)],
    ['book.xlsx', Buffer.from('PK\u0003\u0004'), faults.spreadsheet],
    ['picture.png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 1]), faults.no_text],
  ];
  for (const [name, content, words] of cases) {
    await choose(page, name, content);
    await page.page.getByRole('alert').filter({ hasText: words }).waitFor();
  }
  // Playwright hands over 50 MB at most; a file of 60 is made in the page.
  await page.page.locator('.bulk input[type=file]').evaluate((input) => {
    const files = new DataTransfer();
    files.items.add(new File([new Uint8Array(60_000_000)], 'large.csv'));
    /** @type {HTMLInputElement} */ (input).files = files.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
  });
  await page.page.getByRole('alert').filter({ hasText: faults.too_large }).waitFor();
  await choose(page, 'names.csv', 'a,b\nc,d\n');
  await page.page.getByText(BULK.columns.noTo).waitFor();
  await page.page.getByRole('button', { name: BULK.source.remove }).click();
  await choose(page, 'some.csv', `phone,text\n1.20256E+10,x\n<b>x</b>,=SUM(1)\n+${numberOf(5)},\u202Eevil\n`);
  await page.page.getByText(BULK.rows.changed.one.replace('#', '1')).waitFor();
  const { text } = await saved(page, BULK.rows.download);
  assert.match(text, /^\uFEFFRow,What stood there,Why\r\n2,1\.20256E\+10,/);
  assert.match(text, /3,<b>x<\/b>,/);
});

test('two hundred thousand rows freeze nothing, and their list scrolls without a stutter', { timeout: 120_000 }, async (t) => {
  const page = await run.open(t);
  await openNew(page);
  const rows = csv(200_000);
  const started = Date.now();
  await page.page.evaluate((text) => Object.assign(window, { people: new File([text], 'many.csv') }), rows);
  const give = () =>
    page.page.locator('.bulk input[type=file]').evaluate((input) => {
      const files = new DataTransfer();
      files.items.add(/** @type {any} */ (window).people);
      /** @type {HTMLInputElement} */ (input).files = files.files;
      input.dispatchEvent(new Event('change', { bubbles: true }));
    });
  const longest = await longestTask(run.browser, page, async () => {
    await give();
    await page.page.getByRole('heading', { name: '200,000 people' }).waitFor({ timeout: 60_000 });
  });
  t.diagnostic(`read and looked through in ${Date.now() - started} ms, the longest task took ${longest.toFixed(0)} ms`);
  assert.ok(longest < 200, `a task took ${longest} ms`);
  assert.ok((await page.page.locator('.virtual-row').count()) < 60, 'only what is in sight is drawn');
  const list = page.page.locator('.virtual-scroll').first();
  await list.scrollIntoViewIfNeeded();
  await quiet(run.browser, page, 'scrolling', async () => {
    await list.evaluate((one) => (one.scrollTop = 0));
    await list.hover();
    for (let step = 0; step < 40; step += 1) {
      await page.page.mouse.wheel(0, 700);
      await page.page.waitForTimeout(16);
    }
  });
  await list.evaluate((one) => (one.scrollTop = one.scrollHeight));
  await page.page.getByRole('cell', { name: '200001' }).waitFor();
});

test('who may make no batches is not offered any, and a link to them says what is missing', async (t) => {
  const page = await run.open(t, { token: await run.stack.token({ sub: 'console-test', maytapi: { batch: false } }) });
  assert.equal(await page.page.locator('.rail').getByRole('link', { name: 'Bulk' }).count(), 0);
  await page.page.evaluate(() => (location.hash = '#/bulk'));
  await page.page.getByText(BULK.notAllowed).waitFor();
});

test('what is written stays while somebody looks elsewhere, and starting over throws it away after a question', async (t) => {
  const page = await run.open(t);
  await openNew(page);
  await choose(page, 'customers.csv', csv(3));
  await goTo(page, 'message');
  await page.page.locator('textarea[name=message]').fill('Hello');
  await page.show('new');
  await openNew(page);
  await page.page.locator('.bulk-summary').getByText('3 people').waitFor();
  assert.equal(await page.page.locator('textarea[name=message]').inputValue(), 'Hello');
  await press(page, BULK.startOver);
  await page.page.getByRole('dialog').getByRole('button', { name: BULK.startOver }).click();
  await page.page.locator('.bulk-drop').waitFor();
  assert.equal(await page.page.locator('.bulk-summary').getByText(BULK.summary.none).count(), 1);
});

test('a batch is paused, found again after a reload, resumed, survives the end of the runtime, and is cancelled', { timeout: 120_000 }, async (t) => {
  // The runtime comes back on another port, which the page need not know.
  const gate = await startGate(() => run.stack.edge);
  t.after(gate.close);
  const page = await ConsolePage.open(run.browser, { ...run.where(), edge: gate.url });
  t.after(() => page.close());
  await prepare(page, 200, 1000);
  await begin(page);
  await isIn(page, 'running');
  await page.page.waitForFunction(() => Number(document.querySelector('[role=progressbar]')?.getAttribute('aria-valuenow')) >= 5);
  await press(page, BULK.batch.pause);
  await isIn(page, 'paused');
  await page.page.waitForTimeout(500);
  const paused = sent().length;
  await page.reload();
  await isIn(page, 'paused');
  await page.page.waitForTimeout(500);
  assert.equal(sent().length, paused, 'a batch that is paused sends nothing');
  await press(page, BULK.batch.resume);
  await isIn(page, 'running');
  await page.page.waitForFunction((before) => Number(document.querySelector('[role=progressbar]')?.getAttribute('aria-valuenow')) >= before + 5, paused);
  await run.stack.kill();
  await page.page.getByText(/^Not live/).waitFor({ timeout: 30_000 });
  await run.stack.restart();
  await page.page.getByText(/^Not live/).waitFor({ state: 'detached', timeout: 40_000 });
  await press(page, BULK.batch.cancel);
  await page.page.getByRole('dialog').getByRole('button', { name: BULK.batch.cancelYes }).click();
  await isIn(page, 'cancelled');
  const numbers = sent().map(({ to_number }) => to_number);
  assert.equal(new Set(numbers).size, numbers.length, 'nobody got it twice');
  assert.ok(numbers.length < 200, 'what waited was not sent');
  await page.page.locator('.legend [data-part=cancelled]').waitFor();
  // Killing the runtime in the middle of a send leaves one of unknown outcome, if any.
  await page.page.getByRole('button', { name: new RegExp(`^${BULK.results.failed}`) }).click();
  await page.page.getByRole('cell', { name: BULK.results.states.cancelled ?? '' }).first().waitFor();
  page.seen.console.length = 0;
});
