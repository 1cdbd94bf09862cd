// Signing in by Cloudflare Access: nothing is pasted, and a session that ends in the middle loses nothing.
// @ts-check
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { afterScript } from '../support/edge.mjs';
import { startAccess } from '../support/access.mjs';
import { scratchFolder } from '../support/workerd.mjs';
import { acks, hook, HOOK_SECRET } from '../worker/following.mjs';
import { ConsolePage, WORDS } from './console-page.mjs';
import { suite, TO } from './suite.mjs';

const access = await startAccess(() => run.stack.edge);
const scratch = scratchFolder('access');
after(() => {
  access.close();
  scratch.remove();
});
const worker = fileURLToPath(new URL('../../worker/build/index.js', import.meta.url));
for (const [name, source] of Object.entries(afterScript(access.script))) writeFileSync(join(scratch.folder, name), source.replaceAll('./index.js', worker));

const run = suite({
  proxy: { auth: access.settings, policy: { reads: ['status', 'queue', 'screen'], delivery: 'phone' } },
  secrets: { TOKEN_SECRET: undefined, HOOK_SECRET },
  bindings: { main: join(scratch.folder, 'entry.js') },
});

/** Somebody who comes to the console and is asked by Access who it is. @param {import('node:test').TestContext} t */
async function come(t) {
  const context = await run.browser.newContext({ viewport: { width: 1280, height: 900 } });
  const tab = await ConsolePage.blank(context);
  t.after(() => tab.close());
  await tab.page.goto(access.url);
  await tab.page.getByRole('link', { name: 'Sign in' }).click();
  return tab;
}

test('nobody pastes anything: who is signed in there writes, and sees what becomes of it', async (t) => {
  const page = await come(t);
  assert.equal((await page.sendText(TO, 'hi')).state, 'queued');
  const id = [...run.stack.simulator.messages.keys()][0] ?? '';
  // A page can give a socket no cookie's token: requests that wait bring the same.
  await page.page.locator('.live-state[data-state=polling]').waitFor();
  assert.equal((await hook(run.stack, acks(run.stack, [[id, 2]]))).status, 200);
  await page.page.locator('.sent[data-state=delivered]').waitFor();
  await page.show('phones');
  await page.page.getByText(WORDS.phones.connected).first().waitFor();
  await page.reload();
  await page.page.getByText(WORDS.phones.connected).first().waitFor();
});

test('a session that ends while somebody writes loses nothing, and goes on once they signed in in another tab', async (t) => {
  const page = await come(t);
  await page.fillAll({ toNumber: TO, message: 'half a sentence' });
  access.endSessions();
  // Whichever request is told first, this one or the one that waits for changes, opens the dialog over the form.
  await page.page.locator('#form').evaluate((form) => /** @type {HTMLFormElement} */ (form).requestSubmit());
  const dialog = page.page.getByRole('dialog', { name: WORDS.connect.again });
  const there = dialog.getByRole('link', { name: WORDS.connect.withAccess });
  await there.waitFor();
  assert.equal(run.stack.simulator.sends.length, 0);
  const [login] = await Promise.all([page.page.context().waitForEvent('page'), there.click()]);
  // Not yet, and told why.
  await dialog.getByRole('button', { name: WORDS.connect.accessDone }).click();
  await dialog.getByText(WORDS.connect.accessEnded).waitFor();
  await login.getByRole('link', { name: 'Sign in' }).click();
  await login.locator('#form').waitFor();
  await login.close();
  await dialog.getByRole('button', { name: WORDS.connect.accessDone }).click();
  await dialog.waitFor({ state: 'detached' });
  assert.equal(await page.page.locator('#form [name=message]').inputValue(), 'half a sentence');
  assert.equal((await page.send()).state, 'queued');
  run.arrived();
});

test('signing out ends the session where it is kept', async (t) => {
  const page = await come(t);
  await page.page.getByRole('button', { name: WORDS.settings.name }).click();
  await page.page.getByRole('menuitem', { name: WORDS.settings.signOut }).click();
  await page.page.waitForURL(`${access.url}/cdn-cgi/access/logout`);
  await page.page.goto(access.url);
  await page.page.getByRole('link', { name: 'Sign in' }).waitFor();
});

test('who is signed in for another application is told what is wrong, and may show a token', async (t) => {
  access.serve('another-application');
  t.after(() => access.serve(access.settings.access.audience));
  const page = await come(t);
  await page.page.getByLabel(WORDS.connect.token).waitFor();
  await page.page.getByRole('alert').filter({ hasText: 'aud' }).waitFor();
  assert.equal(run.stack.simulator.received.length, 0);
});
