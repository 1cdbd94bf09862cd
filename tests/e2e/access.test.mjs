// For everyone: axe on every view, theme and width; the keyboard alone; names for screen readers; narrow screens.
// @ts-check
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { beforeEach, test } from 'node:test';
import { bulkEn as BULK } from '../../www/src/bulk/strings.en.ts';
import { STORE_KEY } from '../support/batches.mjs';
import { HOOK_SECRET, listenTo } from '../worker/following.mjs';
import { ConsolePage, WORDS } from './console-page.mjs';
import { suite, TO } from './suite.mjs';
import { TYPES } from './types.mjs';

const run = suite({ proxy: { policy: { reads: ['status', 'queue', 'screen'], manage: true, delivery: 'phone', inbox: {}, batches: { perMinute: 600, jitter: 0 } }, limits: { phone: { day: 2000 } } }, secrets: { HOOK_SECRET, STORE_KEY } });
beforeEach(() => listenTo(run.stack, run.stack.edge));
/** A row that is nobody, so that what is left out is looked at too. */
const PEOPLE = 'name\tphone\nAda\t+1 202-555-0101\nBen\t+1 202-555-0102\nNo one\t0612\nCy\t1.20256E+10\n';
const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What is looked at: how to come there from a page that has sent what can be sent. @type {Record<string, (page: ConsolePage) => Promise<unknown>>} */
const VIEWS = {
  new: (page) => page.choose('text'),
  'new, with faults': async (page) => {
    await page.choose('buttons');
    await page.press();
  },
  'new, a contact card': (page) => page.choose('vcard'),
  'new, a file': (page) => page.choose('media'),
  conversations: async (page) => {
    await page.show('messages');
    await page.page.evaluate(() => (location.hash = '#/messages'));
    await page.page.locator('.conversation').first().waitFor();
  },
  thread: async (page) => {
    await page.page.evaluate((to) => (location.hash = `#/messages/${to}%40c.us`), TO);
    await page.newest().waitFor();
  },
  phones: async (page) => {
    await page.show('phones');
    await page.page.getByText(WORDS.phones.connected).first().waitFor();
  },
  'bulk, nobody yet': async ({ page }) => {
    await page.evaluate(() => (location.hash = '#/bulk/new'));
    await page.locator('.bulk-drop').waitFor();
  },
  'bulk, people': async ({ page }) => {
    await page.locator('textarea[name=paste]').fill(PEOPLE);
    await page.getByRole('button', { name: BULK.source.use }).click();
    await page.getByText(BULK.rows.changed.one.replace('#', '1')).waitFor();
  },
  'bulk, message': async ({ page }) => {
    await page.locator('.bulk-steps').getByRole('button', { name: BULK.steps.message }).click();
    await page.locator('textarea[name=message]').fill('Hello {{name}}, {{oops');
    await page.locator('.fault [data-code]').waitFor();
    await page.locator('textarea[name=message]').fill('Hello {{name}}');
    await page.getByText(BULK.message.noGaps).waitFor();
  },
  'bulk, pace': async ({ page }) => {
    await page.locator('.bulk-steps').getByRole('button', { name: BULK.steps.pace }).click();
    await page.locator('input[name=quiet]').uncheck();
  },
  'bulk, check': async ({ page }) => {
    await page.locator('.bulk-steps').getByRole('button', { name: BULK.steps.check }).click();
    await page.locator('#bulk-start').click();
    await page.getByText(BULK.check.agreedFault).waitFor();
  },
  'a batch': async ({ page }) => {
    await page.locator('input[name=agreed]').check();
    await page.locator('#bulk-start').click();
    await page.locator('.batch-state[data-state=done]').waitFor({ timeout: 20_000 });
    await page.locator('.virtual-row').nth(2).waitFor();
  },
  batches: async ({ page }) => {
    await page.evaluate(() => (location.hash = '#/bulk'));
    await page.locator('.batch-link').first().waitFor();
  },
  'a menu': async (page) => {
    await VIEWS.thread?.(page);
    await page.page.locator('.bubble-menu').first().click();
    await page.page.getByRole('menu').waitFor();
  },
  'a dialog': async (page) => {
    await page.page.keyboard.press('Escape');
    await page.act(WORDS.menu.details, page.page.locator('.sent').first());
    await page.page.getByRole('dialog').waitFor();
  },
};

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  for (const width of [360, 800, 1280]) {
    test(`axe finds nothing serious: ${colorScheme}, ${width} px`, async (t) => {
      const page = await run.open(t, { colorScheme, viewport: { width, height: 800 }, bypassCSP: false });
      await page.sendText(TO, 'Good morning! *Your order* is ready: https://cafe.example/4711');
      run.stack.simulator.fail({ kind: 'refused', message: 'Phone is not connected' });
      await page.sendText(TO, 'Your table is booked.');
      run.stack.simulator.fail({ kind: 'drop', when: 'after', times: Infinity });
      await page.sendText(TO, 'We open at nine.');
      run.stack.simulator.reset();
      await page.page.evaluate(AXE);
      for (const [name, come] of Object.entries(VIEWS)) {
        await come(page);
        await page.page.waitForTimeout(200);
        assert.deepEqual(await violations(page), [], name);
      }
      await page.page.keyboard.press('Escape');
      await page.page.getByRole('button', { name: WORDS.settings.name }).click();
      await page.page.getByRole('menuitem', { name: WORDS.settings.signOut }).click();
      await page.page.getByLabel(WORDS.connect.token).waitFor();
      assert.deepEqual(await violations(page), [], 'connect');
    });
  }
}

/** What axe finds that is serious or critical. @param {ConsolePage} page */
function violations({ page }) {
  return page.evaluate(async () => {
    const { violations: found, passes } = await /** @type {any} */ (window).axe.run(document);
    if (passes.length < 10) return ['axe looked at next to nothing'];
    return found
      .filter((/** @type {any} */ one) => one.impact === 'serious' || one.impact === 'critical')
      .map((/** @type {any} */ one) => `${one.id}: ${one.nodes.map((/** @type {any} */ node) => `${node.html} ${node.failureSummary}`).join('\n')}`);
  });
}

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
  assert.equal(run.arrived().body, JSON.stringify({ to_number: TO, type: 'text', message: 'hi' }));
  // Into the thread, to the menu of the bubble, its details, and back to the menu's button.
  await page.page.locator('.conversation').focus();
  await keyboard.press('ArrowDown');
  const menu = page.page.locator('.bubble-menu');
  for (let presses = 0; presses < 12 && !(await menu.evaluate((one) => one === document.activeElement)); presses += 1) await keyboard.press('Tab');
  await keyboard.press('Enter');
  await page.page.getByRole('menu').waitFor();
  for (let presses = 0; presses < 20; presses += 1) {
    if ((await at()) === WORDS.menu.details) break;
    await keyboard.press('ArrowDown');
  }
  await keyboard.press('Enter');
  await page.page.getByRole('dialog', { name: WORDS.details.title }).waitFor();
  await keyboard.press('Escape');
  await page.page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.page.waitForFunction(() => document.activeElement?.classList.contains('bubble-menu'));
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
  for (const width of [320, 360]) {
    const page = await run.open(t, { viewport: { width, height: 740 } });
    for (const type of Object.keys(TYPES)) {
      await page.choose(type);
      await page.press();
      assert.equal(await overflow(page), 0, `${type} with faults at ${width} px`);
    }
    await page.choose('buttons');
    const hidden = await page.page.evaluate(async () => {
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
    assert.deepEqual(hidden, []);
    assert.equal((await page.sendText(TO, 'x'.repeat(500))).state, 'queued');
    assert.equal(await overflow(page), 0, `a thread at ${width} px`);
    const place = await page.newest().locator('.bubble-foot').boundingBox();
    assert.ok(place && place.y >= 0 && place.y < 740, 'the newest message is in sight');
    run.stack.simulator.fail({ kind: 'refused', message: 'Phone is not connected' });
    await page.sendText(TO, 'y'.repeat(500));
    const act = await page.newest().locator('.standing button').boundingBox();
    const bar = await page.page.locator('.reply').boundingBox();
    assert.ok(act && bar && act.y + act.height <= bar.y, 'what can be done about it is in sight');
    await page.show('phones');
    assert.equal(await overflow(page), 0, `phones at ${width} px`);
    for (const [name, come] of Object.entries(VIEWS)) {
      if (!name.startsWith('bulk') && !name.startsWith('a batch')) continue;
      await come(page);
      assert.equal(await overflow(page), 0, `${name} at ${width} px`);
    }
  }
});

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
