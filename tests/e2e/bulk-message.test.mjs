// What a batch sends and when: texts, polls and buttons with gaps for each person, a test to oneself, a start that is planned.
// @ts-check
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { bulkEn as BULK } from '../../www/src/bulk/strings.en.ts';
import { numberOf } from '../support/batches.mjs';
import { listenTo } from '../worker/following.mjs';
import { begin, choose, csv, goTo, isIn, openNew, prepare, press, WITH_BATCHES } from './bulk-page.mjs';
import { WORDS } from './console-page.mjs';
import { suite } from './suite.mjs';

const run = suite(WITH_BATCHES);
beforeEach(() => listenTo(run.stack, run.stack.edge));

const sent = () => run.stack.simulator.sends.map(({ json }) => /** @type {{ to_number: string } & Record<string, unknown>} */ (json));

test('who has a gap is shown and left out, a test goes to oneself alone, and what Maytapi refuses is told by row', async (t) => {
  const page = await run.open(t);
  await openNew(page);
  await choose(page, 'people.csv', `name,phone\nAda,+${numberOf(2000)}\n,+${numberOf(2001)}\nCleo,+${numberOf(2002)}\n`);
  await goTo(page, 'message');
  await page.page.locator('textarea[name=message]').fill('Hello {{Name}}');
  await page.page.getByText(BULK.message.allGaps).waitFor();
  await page.page.locator('textarea[name=message]').fill('Hello {{name}}');
  await page.page.getByText(BULK.message.gaps.one.replace('#', '1')).waitFor();
  await page.page.getByRole('button', { name: BULK.message.gap }).click();
  await page.page.getByText(BULK.message.for(3)).waitFor();
  await page.page.getByRole('button', { name: BULK.message.longest }).click();
  await page.page.locator('#bulk-preview').getByText('Hello Cleo').waitFor();
  await goTo(page, 'pace');
  await page.page.locator('input[name=perMinute]').fill('601');
  await page.page.getByText(BULK.pace.perMinuteFault('600')).waitFor();
  await page.page.locator('input[name=perMinute]').fill('300');
  await page.page.locator('input[name=quiet]').uncheck();
  await goTo(page, 'check');
  await page.page.locator('input[name=test]').fill('0612');
  await page.page.getByRole('button', { name: BULK.check.send }).click();
  await page.page.getByText(BULK.check.testFault).waitFor();
  await page.page.locator('input[name=test]').fill('+1 202 555 0199');
  await page.page.getByRole('button', { name: BULK.check.send }).click();
  await page.page.getByText(BULK.check.sent).waitFor();
  assert.deepEqual(sent().map(({ to_number, message }) => [to_number, message]), [['12025550199', 'Hello Cleo']]);
  run.stack.simulator.fail({ kind: 'refused', message: 'Phone is not connected', code: 'X17' });
  await begin(page);
  await isIn(page, 'done');
  assert.deepEqual(sent().slice(1).map(({ to_number }) => to_number), [numberOf(2000), numberOf(2002)]);
  await page.page.getByRole('button', { name: new RegExp(`^${BULK.results.failed}`) }).click();
  // Its head and the one row: the list of all had this one too.
  await page.page.waitForFunction(() => document.querySelectorAll('.virtual-row').length === 2);
  await page.page.getByRole('cell', { name: 'X17' }).waitFor();
  await page.page.getByRole('button', { name: new RegExp(`^${BULK.results.unknown}`) }).click();
  await page.page.getByText(BULK.results.none).waitFor();
});

test('a poll by keyboard alone: answers with gaps for each person, a preview per row, and who would get the same answer twice is left out', async (t) => {
  const page = await run.open(t);
  const { keyboard } = page.page;
  await openNew(page);
  await choose(page, 'people.csv', `name,phone,dish,other\nAda,+${numberOf(2100)},Soup,Pie\nBen,+${numberOf(2101)},Pie,Pie\nCleo,+${numberOf(2102)},Fish,Pie\n`);
  await goTo(page, 'message');
  await page.page.locator('select[name=type]').selectOption('poll');
  const preview = page.page.locator('#bulk-preview');
  await preview.getByText(WORDS.preview.empty).waitFor();
  await page.page.locator('textarea[name=message]').focus();
  await keyboard.type('What shall we cook for you, ');
  /** To the chip of a field, from wherever the keyboard is, and back into the text. @param {string} field */
  const insert = async (field) => {
    const wanted = BULK.message.insertField(field);
    for (let presses = 0; presses < 20 && (await page.page.evaluate(() => document.activeElement?.getAttribute('aria-label'))) !== wanted; presses += 1) await keyboard.press('Tab');
    await keyboard.press('Enter');
  };
  await insert('name');
  await keyboard.type('?');
  const focused = () => page.page.evaluate(() => document.activeElement?.getAttribute('name'));
  const tabTo = async (/** @type {string} */ name) => {
    for (let presses = 0; presses < 20 && (await focused()) !== name; presses += 1) await keyboard.press('Tab');
    assert.equal(await focused(), name);
  };
  await tabTo('options[0]');
  await insert('dish');
  assert.equal(await focused(), 'options[0]', 'the chip goes into the answer where the keyboard was, and the keyboard back there');
  await tabTo('options[1]');
  await insert('other');
  await tabTo('onlyOne');
  await keyboard.press('Space');
  await preview.getByText('What shall we cook for you, Ada?').waitFor();
  await preview.getByText('Soup').waitFor();
  await page.page.getByText(BULK.message.gaps.one.replace('#', '1')).waitFor();
  await page.page.getByRole('button', { name: BULK.message.next }).click();
  await preview.getByText(/make each one different/).waitFor();
  await goTo(page, 'pace');
  await page.page.locator('input[name=quiet]').uncheck();
  await goTo(page, 'check');
  await begin(page);
  await isIn(page, 'done');
  assert.deepEqual(sent(), [
    { to_number: numberOf(2100), type: 'poll', message: 'What shall we cook for you, Ada?', options: ['Soup', 'Pie'], only_one: true },
    { to_number: numberOf(2102), type: 'poll', message: 'What shall we cook for you, Cleo?', options: ['Fish', 'Pie'], only_one: true },
  ]);
});

test('buttons with a link for each person; what one lacks is said at its place once somebody wants to start', async (t) => {
  const page = await run.open(t);
  await openNew(page);
  await choose(page, 'orders.csv', csv(2, 2200));
  await goTo(page, 'message');
  await page.page.locator('select[name=type]').selectOption('buttons');
  await page.page.locator('textarea[name=message]').fill('Your order {{order}} is ready, {{name}}.');
  const { buttons } = WORDS;
  await page.page.getByLabel(buttons.text(1)).fill('See {{order}}');
  await page.page.getByLabel(buttons.does(1)).selectOption('url');
  assert.equal(await page.page.locator('.bulk-fields .sentence').count(), 0, 'an untouched place reproaches nobody');
  await goTo(page, 'check');
  await page.page.getByRole('button', { name: BULK.check.missing.message }).click();
  const target = page.page.locator('[name="buttons[0].url"]');
  await page.page.locator('.part', { has: target }).getByText(buttons.missing).waitFor();
  assert.equal(await target.getAttribute('aria-invalid'), 'true');
  await target.fill('https://cafe.example/orders/{{order}}');
  await page.page.getByRole('button', { name: buttons.add }).click();
  await page.page.waitForFunction((name) => document.activeElement?.getAttribute('name') === name, 'buttons[1].text');
  await page.page.keyboard.type('On my way');
  await page.page.getByLabel(buttons.target(2, buttons.actions.id.name)).fill('coming-{{order}}');
  await page.page.locator('#bulk-preview').getByText('See 4700').waitFor();
  await goTo(page, 'pace');
  await page.page.locator('input[name=quiet]').uncheck();
  await goTo(page, 'check');
  await begin(page);
  await isIn(page, 'done');
  assert.deepEqual(sent().map(({ to_number, buttons: of }) => [to_number, of]), [4700, 4701].map((order, n) => [
    numberOf(2200 + n),
    [{ text: `See ${order}`, url: `https://cafe.example/orders/${order}` }, { text: 'On my way', id: `coming-${order}` }],
  ]));
});

test('a start that is planned: nothing leaves before, the batch says when, and one that is over or too far ahead is a fault', async (t) => {
  const page = await run.open(t);
  await prepare(page, 2, 2300);
  await goTo(page, 'pace');
  await page.page.getByLabel(BULK.pace.later).check();
  const start = page.page.getByLabel(BULK.pace.start);
  const inMinutes = (/** @type {number} */ n) => new Date(Date.now() + n * 60_000);
  /** As the field has it: a date and a time of here, without seconds. @param {Date} at */
  const local = (at) => new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  for (const wrong of ['', local(inMinutes(-2)), local(inMinutes(91 * 24 * 60))]) {
    await start.fill(wrong);
    await page.page.getByText(BULK.pace.startFault).waitFor();
    assert.equal(await start.getAttribute('aria-invalid'), 'true');
  }
  const at = inMinutes(3);
  await start.fill(local(at));
  const shown = `${String(at.getHours()).padStart(2, '0')}:${String(at.getMinutes()).padStart(2, '0')}`;
  const today = at.getDate() === new Date().getDate() ? shown : `tomorrow, ${shown}`;
  await page.page.locator('.bulk-summary').getByText(BULK.summary.starts(today)).waitFor();
  await goTo(page, 'check');
  await page.page.getByText(BULK.check.startAt(today)).waitFor();
  await begin(page);
  await isIn(page, 'running');
  await page.page.locator('.batch-note').getByText(BULK.batch.starts(today)).waitFor();
  await page.page.waitForTimeout(500);
  assert.equal(sent().length, 0);
  await press(page, BULK.batch.cancel);
  await page.page.getByRole('dialog').getByRole('button', { name: BULK.batch.cancelYes }).click();
  await isIn(page, 'cancelled');
});
