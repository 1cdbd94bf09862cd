// axe on every view, in both themes, at three widths: nothing serious.
// @ts-check
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { beforeEach, test } from 'node:test';
import { listenTo } from '../worker/following.mjs';
import { ConsolePage, WORDS } from './console-page.mjs';
import { suite, TO } from './suite.mjs';
import { EVERYTHING, VIEWS } from './views.mjs';

const run = suite(EVERYTHING);
beforeEach(() => listenTo(run.stack, run.stack.edge));

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Those of its rules that look at colours. */
const COLOURS = ['color-contrast', 'link-in-text-block'];
const WIDTHS = [1280, 800, 320];
/** Floats where its button was when it was opened. */
const PLACED = 'a menu';

test('axe finds nothing serious in any view, light and dark, at any width', async (t) => {
  const page = await run.open(t, { viewport: { width: 1280, height: 800 } });
  await page.sendText(TO, 'Good morning! *Your order* is ready: https://cafe.example/4711');
  run.stack.simulator.fail({ kind: 'refused', message: 'Phone is not connected' });
  await page.sendText(TO, 'Your table is booked.');
  run.stack.simulator.fail({ kind: 'drop', when: 'after', times: Infinity });
  await page.sendText(TO, 'We open at nine.');
  run.stack.simulator.reset();
  await page.page.evaluate(AXE);
  for (const [name, come] of Object.entries(VIEWS)) await look(page, name, come);
  await page.page.keyboard.press('Escape');
  await page.page.getByRole('button', { name: WORDS.settings.name }).click();
  await page.page.getByRole('menuitem', { name: WORDS.settings.signOut }).click();
  await page.page.getByLabel(WORDS.connect.token).waitFor();
  await look(page, 'connect');
});

/**
 * A view as it is at each width in each theme. The themes differ in colours alone, so that the rules that look at colours are all that the second is asked.
 * @param {ConsolePage} page
 * @param {string} name
 * @param {(page: ConsolePage) => Promise<unknown>} [come]
 */
async function look(page, name, come) {
  await come?.(page);
  for (const width of WIDTHS) {
    await page.page.setViewportSize({ width, height: 800 });
    if (name === PLACED) await come?.(page);
    for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
      await page.page.emulateMedia({ colorScheme });
      assert.deepEqual(await violations(page, colorScheme === 'light' ? undefined : COLOURS), [], `${name}, ${colorScheme}, ${width} px`);
    }
  }
}

/** What axe finds that is serious or critical, once everything stands still. @param {ConsolePage} page @param {string[]} [rules] that are asked; all of them without */
function violations({ page }, rules) {
  return page.evaluate(async (only) => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
    const { violations: found, passes } = await /** @type {any} */ (window).axe.run(document, { resultTypes: ['violations'], ...(only ? { runOnly: { type: 'rule', values: only } } : {}) });
    if (passes.length < (only ? 1 : 10)) return ['axe looked at next to nothing'];
    return found
      .filter((/** @type {any} */ one) => one.impact === 'serious' || one.impact === 'critical')
      .map((/** @type {any} */ one) => `${one.id}: ${one.nodes.map((/** @type {any} */ node) => `${node.html} ${node.failureSummary}`).join('\n')}`);
  }, rules);
}
