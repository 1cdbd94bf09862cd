// Signing in, and what becomes of what was written when a session ends.
// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WORDS } from './console-page.mjs';
import { suite, TO } from './suite.mjs';

const run = suite();

test('the token leaves the address bar at once and survives a reload in its tab, and in no other', async (t) => {
  const page = await run.open(t);
  assert.equal(page.page.url(), `${run.stack.edge}/`);
  await page.reload();
  assert.equal((await page.sendText(TO, 'hi')).state, 'queued');
  const other = await page.page.context().newPage();
  await other.goto(run.stack.edge);
  await other.getByLabel(WORDS.connect.token).waitFor();
});

test('a token that ends while somebody types loses nothing, and a new one goes on where it was', async (t) => {
  const page = await run.open(t, { token: await run.stack.token({ sub: 'console-test', exp: Math.floor(Date.now() / 1000) + 3 }) });
  await page.fillAll({ toNumber: TO, message: 'half a sen' });
  const dialog = page.page.getByRole('dialog', { name: WORDS.connect.again });
  await dialog.waitFor();
  assert.equal(await page.page.getByText(WORDS.bars.ended).count(), 1);
  assert.equal(await page.focused(), 'token', 'the keyboard is where the token goes');
  await page.page.keyboard.press('Escape');
  await page.page.locator('#form [name=message]').press('End');
  await page.page.keyboard.type('tence');
  await page.press();
  await dialog.waitFor();
  assert.equal(run.stack.simulator.sends.length, 0, 'nothing is sent without a token');
  await dialog.getByLabel(WORDS.connect.token).fill(run.token);
  await page.page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  assert.equal(await page.page.getByText(WORDS.bars.ended).count(), 0);
  assert.equal((await page.send()).state, 'queued');
  assert.deepEqual(run.arrived().json, { to_number: TO, type: 'text', message: 'half a sentence' });
});

test('a token that the proxy no longer takes is asked for again, the form stays, and nothing reaches Maytapi', async (t) => {
  const page = await run.open(t);
  let forged = true;
  await page.page.route('**/sendMessage', (route) => route.continue(forged ? { headers: { ...route.request().headers(), authorization: `Bearer ${run.token.slice(0, -4)}AAAA` } } : {}));
  await page.fillAll({ toNumber: TO, message: 'hi' });
  await page.press();
  const dialog = page.page.getByRole('dialog', { name: WORDS.connect.again });
  await dialog.waitFor();
  assert.equal(await page.focused(), 'token');
  assert.equal(await page.page.locator('#form [name=message]').inputValue(), 'hi');
  assert.equal(run.stack.simulator.sends.length, 0);
  forged = false;
  await dialog.getByLabel(WORDS.connect.token).fill(run.token);
  await dialog.getByRole('button', { name: WORDS.connect.signIn }).click();
  await dialog.waitFor({ state: 'detached' });
  assert.equal((await page.send()).state, 'queued');
  await page.show('messages');
  assert.equal(await page.page.locator('.sent').count(), 1, 'what never left is no message');
});

test('the app’s own address gives tokens, and gives the next one by itself', async (t) => {
  const context = await run.browser.newContext();
  const page = await context.newPage();
  t.after(() => context.close());
  let asked = 0;
  await page.route('**/console.json', (route) => route.fulfill({ json: { tokenUrl: '/session/edge-token' } }));
  await page.route('**/session/edge-token', async (route) => {
    asked += 1;
    await route.fulfill(asked === 1 ? { status: 401, json: {} } : { json: { token: run.token } });
  });
  await page.goto(run.stack.edge);
  // Who is not signed in with the app gets a button, and may paste a token.
  await page.getByRole('button', { name: WORDS.connect.withApp }).click();
  await page.locator('#form').waitFor();
  assert.ok(asked >= 2);
  assert.deepEqual(await page.evaluate(() => sessionStorage.getItem('maytapi-console')?.includes('eyJ')), false, 'the tab keeps no token that the app gives');
});

test('signing out forgets the token', async (t) => {
  const page = await run.open(t);
  await page.page.getByRole('button', { name: WORDS.settings.name }).click();
  await page.page.getByRole('menuitem', { name: WORDS.settings.signOut }).click();
  await page.page.getByLabel(WORDS.connect.token).waitFor();
  assert.ok(!(await page.page.evaluate(() => JSON.stringify({ ...sessionStorage }))).includes(run.token));
  await page.page.reload();
  await page.page.getByLabel(WORDS.connect.token).waitFor();
});

test('a fragment of nonsense is a page like any other', async (t) => {
  const page = await run.open(t);
  for (const fragment of ['#%E0%A4%A', '#/messages/%E0%A4%A', '#/phones/a/b/c/d', '#/nothing', `#${'x'.repeat(50_000)}`, '#<img src=x onerror=alert(1)>', '#__proto__', '#/messages/__proto__']) {
    await page.page.goto(`${run.stack.edge}/${fragment}`);
    await page.page.locator('#main').waitFor();
  }
  await page.show('new');
  assert.equal((await page.sendText(TO, 'hi')).state, 'queued');
});
