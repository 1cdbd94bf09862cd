// For everyone: the keyboard alone; names for screen readers; narrow screens; forced colours.
// @ts-check
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { listenTo } from '../worker/following.mjs';
import { ConsolePage, WORDS } from './console-page.mjs';
import { suite, TO } from './suite.mjs';
import { TYPES } from './types.mjs';
import { EVERYTHING, VIEWS } from './views.mjs';

const run = suite(EVERYTHING);
beforeEach(() => listenTo(run.stack, run.stack.edge));
const NARROW = [360, 320];

test('the keyboard alone is enough to write, send, look at details and come back', async (t) => {
  const page = await run.open(t);
  const { keyboard } = page.page;
  const at = () => page.page.evaluate(() => document.activeElement?.getAttribute('name') ?? document.activeElement?.textContent?.trim());
  await keyboard.press('Tab');
  assert.equal(await at(), WORDS.skip);
  await keyboard.press('Enter');
  await keyboard.press('Tab');
  assert.equal(await at(), 'toNumber', 'the skip link leads to the form');
  await keyboard.type(TO);
  await keyboard.press('Tab');
  assert.equal(await at(), 'type');
  await keyboard.press('ArrowRight');
  assert.equal(await page.page.locator('#types input:checked').inputValue(), 'media');
  await keyboard.press('ArrowLeft');
  assert.equal(await page.page.locator('#types input:checked').inputValue(), 'text');
  await keyboard.press('Tab');
  await keyboard.press('Enter');
  await page.page.getByRole('menu', { name: WORDS.compose.moreTypes }).waitFor();
  await keyboard.press('ArrowDown');
  await keyboard.press('Escape');
  await page.page.waitForFunction((name) => document.activeElement?.getAttribute('aria-label') === name, WORDS.compose.moreTypes);
  await keyboard.press('Tab');
  await keyboard.type('hi');
  await keyboard.press('Control+Enter');
  await page.page.locator('.sent[data-state=queued]').waitFor();
  assert.equal(await page.page.evaluate(() => document.activeElement?.id), 'main', 'a reader begins at the view that came');
  assert.equal(run.arrived().body, JSON.stringify({ to_number: TO, type: 'text', message: 'hi' }));
  // Into the thread, to the menu of the bubble, its details, and back to the menu's button.
  await page.page.locator('.conversation').focus();
  await keyboard.press('ArrowDown');
  const menu = page.page.locator('.bubble-menu');
  for (let presses = 0; presses < 12 && !(await menu.evaluate((one) => one === document.activeElement)); presses += 1) await keyboard.press('Tab');
  await keyboard.press('Enter');
  await page.page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'menuitem');
  for (let presses = 0; presses < 20; presses += 1) {
    if ((await at()) === WORDS.menu.details) break;
    await keyboard.press('ArrowDown');
  }
  assert.equal(await at(), WORDS.menu.details);
  await keyboard.press('Enter');
  await page.page.getByRole('dialog', { name: WORDS.details.title }).waitFor();
  await keyboard.press('Escape');
  await page.page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.page.waitForFunction(() => document.activeElement?.classList.contains('bubble-menu'));
});

test('a view that comes has the keyboard at its beginning, also one that is loaded then', async (t) => {
  const page = await run.open(t);
  for (const view of /** @type {const} */ (['bulk', 'phones', 'messages', 'new', 'bulk'])) {
    await page.show(view);
    await page.page.locator('main:not([aria-busy=true])').waitFor();
    assert.equal(await page.page.evaluate(() => document.activeElement?.id), 'main', view);
  }
});

test('every field has a name that a screen reader can say', async (t) => {
  const page = await run.open(t);
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

test('what became of a send is announced once, in words', async (t) => {
  const page = await run.open(t);
  await page.sendText(TO, 'hi');
  assert.equal((await page.page.locator('#announce').innerText()).trim(), WORDS.states.announced('+1 202-555-0123', WORDS.states.queued));
});

test('nothing is wider than a narrow screen, whatever is shown, and what has the keyboard is never under the bar', async (t) => {
  const page = await run.open(t, { viewport: { width: 360, height: 740 } });
  for (const type of Object.keys(TYPES)) {
    await page.choose(type);
    await page.press();
    await fits(page, `${type} with faults`);
  }
  await page.choose('buttons');
  await atEach(page, async (width) => assert.deepEqual(await fieldsUnderTheBar(page), [], `${width} px`));
  assert.equal((await page.sendText(TO, 'x'.repeat(500))).state, 'queued');
  await fits(page, 'a thread');
  await atEach(page, async (width) => {
    const place = await page.newest().locator('.bubble-foot').boundingBox();
    assert.ok(place && place.y >= 0 && place.y < 740, `the newest message is in sight at ${width} px`);
  });
  run.stack.simulator.fail({ kind: 'refused', message: 'Phone is not connected' });
  await page.sendText(TO, 'y'.repeat(500));
  await atEach(page, async (width) => {
    const act = await page.newest().locator('.standing button').boundingBox();
    const bar = await page.page.locator('.reply').boundingBox();
    assert.ok(act && bar && act.y + act.height <= bar.y, `what can be done about it is in sight at ${width} px`);
  });
  await page.show('phones');
  await fits(page, 'phones');
  for (const [name, come] of Object.entries(VIEWS)) {
    if (!name.startsWith('bulk') && !name.startsWith('a batch')) continue;
    await come(page);
    await fits(page, name);
  }
});

/** @param {ConsolePage} page @param {(width: number) => Promise<unknown>} look */
async function atEach({ page }, look) {
  for (const width of NARROW) {
    await page.setViewportSize({ width, height: 740 });
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    await look(width);
  }
}

/** @param {ConsolePage} page @param {string} what */
const fits = (page, what) => atEach(page, async (width) => assert.equal(await overflow(page), 0, `${what} at ${width} px`));

/** What lies under the bar at the foot when the keyboard comes to it. */
function fieldsUnderTheBar(/** @type {ConsolePage} */ { page }) {
  return page.evaluate(async () => {
    const bar = /** @type {HTMLElement} */ (document.querySelector('.composer-foot'));
    const fields = [...document.querySelectorAll('#own-fields :is(input, textarea, select, button)')];
    const under = [];
    for (const field of fields) {
      /** @type {HTMLElement} */ (field).focus();
      await new Promise(requestAnimationFrame);
      if (field.getBoundingClientRect().top >= bar.getBoundingClientRect().top) under.push(field.outerHTML);
    }
    return under;
  });
}

/** By how many pixels the page, or what scrolls in it, is wider than its room. */
function overflow(/** @type {ConsolePage} */ { page }) {
  return page.evaluate(() => {
    const boxes = [document.documentElement, ...document.querySelectorAll('.composer, .composer-fields, .thread-scroll, .phones, .bulk, .bulk-part')];
    return Math.max(...boxes.map((box) => box.scrollWidth - box.clientWidth));
  });
}

test('each state has a shape and words of its own, also in forced colours and without motion', async (t) => {
  const page = await run.open(t, { forcedColors: 'active', reducedMotion: 'reduce' });
  await page.sendText(TO, 'one');
  run.stack.simulator.fail({ kind: 'refused', message: 'Phone is not connected' });
  await page.sendText(TO, 'two');
  run.stack.simulator.fail({ kind: 'drop', when: 'after', times: Infinity });
  await page.sendText(TO, 'three');
  const marks = await page.page.locator('.sent .bubble-foot .state').evaluateAll((all) => all.map((one) => [one.querySelector('path')?.getAttribute('d'), one.textContent]));
  assert.equal(new Set(marks.map(([shape]) => shape)).size, 3);
  assert.deepEqual(marks.map(([, words]) => words), [WORDS.states.queued, WORDS.states.failed, WORDS.states.unknown]);
  const moving = await page.page.evaluate(() => [...document.querySelectorAll('*')].filter((one) => !/^(0s|)$/.test(getComputedStyle(one).transitionDuration.split(',')[0] ?? '')).length);
  assert.equal(moving, 0);
});
