// Messages that change while somebody looks: ticks, late failures, silence; after a cut, a reload, and with two tabs.
// @ts-check
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { startGate } from '../support/gate.mjs';
import { ConsolePage, WORDS } from './console-page.mjs';
import { acks, hook, HOOK_SECRET, listenTo, send } from '../worker/following.mjs';
import { STORE_KEY } from '../support/batches.mjs';
import { suite, TO } from './suite.mjs';

const run = suite({ proxy: { policy: { reads: ['status', 'queue', 'screen'], delivery: 'phone', inbox: {} } }, secrets: { HOOK_SECRET, STORE_KEY }, simulator: { acks: [] } });
beforeEach(() => listenTo(run.stack, run.stack.edge));

/** What the phone tells of messages. @param {[string, number][]} items */
const tell = async (items) => assert.equal((await hook(run.stack, acks(run.stack, items))).status, 200);

/** What Maytapi tells of a message that it could not send. @param {string} id @param {string} code */
const tellFailed = (id, code) => hook(run.stack, { type: 'error', code, message: 'Options are required.', product_id: run.stack.simulator.productId, phone_id: 1150, data: { id } });

/** @param {ConsolePage} page */
const isLive = (page) => page.page.locator('.live-state[data-state=live]').waitFor();

/** @param {ConsolePage} page @param {string} state @param {number} [times] */
async function shows(page, state, times = 1) {
  await page.page.waitForFunction(([wanted, n]) => document.querySelectorAll(`.sent[data-state=${wanted}]`).length === n, /** @type {const} */ ([state, times]));
}

test('a message goes from the queue to read while somebody looks, and its details have each time', async (t) => {
  const page = await run.open(t);
  const { facts } = await page.sendText(TO, 'Your table is booked.');
  const id = facts.msgId ?? '';
  await isLive(page);
  for (const [code, state] of /** @type {const} */ ([[1, 'sent'], [2, 'delivered'], [3, 'read']])) {
    await tell([[id, code]]);
    await shows(page, state);
  }
  await page.page.locator('.conversation .state-read').waitFor();
  // Nothing goes back.
  await tell([[id, 2]]);
  await page.act(WORDS.menu.details);
  const steps = page.page.getByRole('dialog').locator('.steps li');
  await steps.last().waitFor();
  assert.deepEqual(await steps.evaluateAll((all) => all.map((one) => one.getAttribute('data-step'))), ['sending', 'queued', 'sent', 'delivered', 'read']);
  await page.page.waitForFunction((words) => document.getElementById('announce')?.textContent?.trim() === words, WORDS.states.moved.read.one.replace('#', '1'));
});

test('an ack that is quicker than the answer to the send is not lost', async (t) => {
  const page = await run.open(t);
  await page.show('messages');
  await page.show('new');
  /** @type {(id: string) => void} */
  let known = () => {};
  const id = new Promise((resolve) => (known = resolve));
  await page.page.route('**/sendMessage', async (route) => {
    const response = await route.fetch();
    const { data } = await response.json();
    await tell([[data.msgId, 1], [data.msgId, 2]]);
    known(data.msgId);
    // The feed has it well before the answer is let through.
    await new Promise((resolve) => setTimeout(resolve, 800));
    await route.fulfill({ response });
  });
  await page.fillAll({ toNumber: TO, message: 'hi' });
  await page.press();
  await id;
  await page.page.waitForURL(/#\/messages\//);
  await shows(page, 'delivered');
});

test('a late failure says so and can be edited and sent; a delivery refutes it', async (t) => {
  const page = await run.open(t);
  const one = (await page.sendText(TO, 'one')).facts.msgId ?? '';
  await isLive(page);
  await tell([[one, 1]]);
  await tellFailed(one, 'F04');
  await shows(page, 'failed');
  await page.page.getByText(WORDS.failure.late('F04')).waitFor();
  assert.equal(await page.page.locator('.rail-badge').innerText(), '1');
  assert.deepEqual(await page.newest().locator('.standing button').allInnerTexts(), [WORDS.failure.act.edit]);
  await tell([[one, 2]]);
  await shows(page, 'delivered');
  assert.equal(await page.newest().locator('.standing').count(), 0);
});

test('a connection that is cut for ten seconds amid twenty acks loses none of them', { timeout: 60_000 }, async (t) => {
  const gate = await startGate(() => run.stack.edge);
  t.after(gate.close);
  const page = await ConsolePage.open(run.browser, { ...run.where(), edge: gate.url });
  t.after(() => page.close());
  const ids = [];
  for (let n = 0; n < 20; n += 1) {
    if (n === 0) ids.push((await page.sendText(TO, 'message 0')).facts.msgId ?? '');
    else {
      await page.page.getByLabel(WORDS.reply.label, { exact: true }).fill(`message ${n}`);
      await page.page.keyboard.press('Enter');
    }
  }
  await shows(page, 'queued', 20);
  ids.splice(0, 1, ...[...run.stack.simulator.messages.keys()]);
  await isLive(page);
  await tell(ids.slice(0, 7).map((id) => [id, 2]));
  await shows(page, 'delivered', 7);
  gate.cut();
  const cut = Date.now();
  await page.page.locator('.live-state:not([data-state=live])').waitFor();
  for (const id of ids.slice(7, 14)) {
    await tell([[id, 2]]);
    await page.page.waitForTimeout(300);
  }
  await page.page.waitForTimeout(Math.max(0, cut + 10_000 - Date.now()));
  assert.equal(await page.page.locator('.sent[data-state=delivered]').count(), 7, 'nothing got through while it was cut');
  gate.mend();
  await tell(ids.slice(14).map((id) => [id, 2]));
  // The longest wait before another try is half a minute, by chance less.
  await page.page.waitForFunction(() => document.querySelectorAll('.sent[data-state=delivered]').length === 20, undefined, { timeout: 35_000 });
  // After two sockets that never spoke, requests that wait are as good.
  await page.page.locator('.live-state:is([data-state=live], [data-state=polling])').waitFor();
});

test('what was told while the page was shut is there when it opens again, from the cursor that was kept', async (t) => {
  const page = await run.open(t);
  const id = (await page.sendText(TO, 'hi')).facts.msgId ?? '';
  await isLive(page);
  await tell([[id, 1]]);
  await shows(page, 'sent');
  await page.page.waitForTimeout(200);
  await page.page.goto('about:blank');
  await tell([[id, 2], [id, 3]]);
  const asked = page.page.waitForRequest((request) => /\/events\?after=/.test(request.url()));
  await page.page.goBack();
  await asked;
  await shows(page, 'read');
});

test('a cursor of another storage has every open message looked up', async (t) => {
  const page = await run.open(t);
  const id = (await page.sendText(TO, 'hi')).facts.msgId ?? '';
  await isLive(page);
  await page.page.waitForTimeout(300);
  await page.page.evaluate(
    () =>
      new Promise((resolve) => {
        indexedDB.open('maytapi-console').onsuccess = ({ target }) => {
          const table = /** @type {IDBOpenDBRequest} */ (target).result.transaction('cursors', 'readwrite').objectStore('cursors');
          table.getAllKeys().onsuccess = (event) => {
            const [name] = /** @type {IDBRequest<IDBValidKey[]>} */ (event.target).result;
            table.put('elsewhere.1', name).onsuccess = resolve;
          };
        };
      }),
  );
  await page.page.goto('about:blank');
  await tell([[id, 3]]);
  const looked = page.page.waitForRequest((request) => request.url().endsWith('/messages/lookup'));
  await page.page.goBack();
  await looked;
  await shows(page, 'read');
});

test('two tabs have one connection, both change, and the second takes over when the first is shut', async (t) => {
  const one = await run.open(t);
  const sockets = { count: 0 };
  one.page.context().on('page', (page) => page.on('websocket', () => (sockets.count += 1)));
  const id = (await one.sendText(TO, 'hi')).facts.msgId ?? '';
  await isLive(one);
  const two = await ConsolePage.in(one.page.context(), run.where());
  await two.show('messages');
  await two.page.getByRole('link', { name: /555-0123/ }).click();
  await two.page.locator('.live-state[data-state=elsewhere]').waitFor();
  await tell([[id, 2]]);
  await Promise.all([shows(one, 'delivered'), shows(two, 'delivered')]);
  assert.equal(sockets.count, 0, 'the second dials nothing');
  await one.page.close();
  await isLive(two);
  await tell([[id, 3]]);
  await shows(two, 'read');
  assert.equal(sockets.count, 1);
  assert.deepEqual(two.seen.console, []);
});

test('what comes in stands in its thread, is answered there, survives a reload, and is nobody’s but who may follow the phone', async (t) => {
  const page = await run.open(t);
  await page.sendText(TO, 'Your table is booked.');
  await isLive(page);
  run.stack.simulator.emit('message', { from: TO, name: 'Ada', message: { type: 'text', text: '<b>Thank you!</b> *See you*' } });
  const came = page.page.locator('.received');
  await came.getByText('<b>Thank you!</b>').waitFor();
  assert.equal(await page.page.locator('.pane-title', { hasText: 'Ada' }).count(), 1);
  assert.equal(await came.locator('.bubble-foot .state').count(), 0, 'no tick of one’s own');
  await page.act(WORDS.menu.reply, came);
  await page.page.getByLabel(WORDS.reply.label, { exact: true }).fill('With pleasure');
  await page.page.keyboard.press('Enter');
  await shows(page, 'queued', 2);
  assert.match(String(/** @type {any} */ (run.stack.simulator.sends.at(-1)?.json).reply_to), /^false_12025550123@c\.us_/);
  await page.page.waitForTimeout(300);
  await page.reload();
  await came.getByText('See you').waitFor();
  assert.equal(await came.count(), 1, 'once');
  const own = await run.open(t, { token: await run.stack.token({ sub: 'console-test', maytapi: { watch: 'own' } }) });
  await own.sendText(TO, 'hi');
  await isLive(own);
  run.stack.simulator.emit('message', { from: TO, name: 'Ada', message: { type: 'text', text: 'a second' } });
  await came.getByText('a second').waitFor();
  assert.equal(await own.page.locator('.received').count(), 0);
});

test('what came in is counted until its thread was seen, also after a reload, and two tabs agree', async (t) => {
  const one = await run.open(t);
  await one.sendText(TO, 'Your table is booked.');
  await isLive(one);
  await one.show('new');
  const says = (/** @type {string} */ text) => run.stack.simulator.emit('message', { from: TO, name: 'Ada', message: { type: 'text', text } });
  const unreadIn = (/** @type {ConsolePage} */ { page }) => page.locator('.conversation .badge-news');
  const shows = (/** @type {ConsolePage} */ page, /** @type {number} */ n) => unreadIn(page).getByText(WORDS.messages.unread[n === 1 ? 'one' : 'other'].replace('#', String(n)), { exact: true }).waitFor({ state: 'attached' });
  says('Thank you!');
  says('See you at eight.');
  await one.page.locator('.rail-badge', { hasText: /^2$/ }).waitFor();
  await one.page.evaluate(() => (location.hash = '#/messages'));
  await shows(one, 2);
  await one.reload();
  await shows(one, 2);
  const two = await ConsolePage.in(one.page.context(), run.where());
  await two.show('messages');
  await shows(two, 2);
  await two.page.getByRole('link', { name: /Ada/ }).click();
  for (const { page } of [two, one]) await page.locator('.badge').first().waitFor({ state: 'detached' });
  // An open thread that nobody can see is not seen.
  await two.page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  says('May we be six?');
  await Promise.all([shows(one, 1), shows(two, 1)]);
  await two.page.evaluate(() => {
    Reflect.deleteProperty(document, 'visibilityState');
    document.dispatchEvent(new Event('visibilitychange'));
  });
  for (const { page } of [two, one]) await page.locator('.badge').first().waitFor({ state: 'detached' });
  await one.reload();
  await one.page.locator('.conversation').waitFor();
  assert.equal(await unreadIn(one).count(), 0);
});

test('a message of which the phone says nothing for ten minutes says so, and no other does', async (t) => {
  const page = await run.open(t);
  await page.page.clock.install();
  await page.reload();
  const told = (await page.sendText(TO, 'told')).facts.msgId ?? '';
  await page.sendText(TO, 'untold');
  await isLive(page);
  await tell([[told, 1]]);
  await shows(page, 'sent');
  await page.page.clock.fastForward('09:00');
  assert.equal(await page.page.locator('.standing').count(), 0);
  await page.page.clock.fastForward('02:00');
  await page.newest().getByText(WORDS.states.silent('11 minutes')).waitFor();
  assert.equal(await page.page.locator('.standing').count(), 1);
});

test('who may not follow is told so, and nothing is asked in vain', async (t) => {
  const page = await run.open(t, { token: await run.stack.token({ sub: 'console-test', maytapi: { watch: false } }) });
  await page.sendText(TO, 'hi');
  await page.page.locator('.live-state[data-state=notAllowed]').getByText(WORDS.live.notAllowed).waitFor();
  const answers = await page.seen.answers();
  assert.equal(answers.filter(({ url }) => url.includes('/events')).length, 0);
});

test('where no socket gets through, requests that wait bring the same', async (t) => {
  const page = await run.open(t, {
    init: () => {
      Reflect.deleteProperty(window, 'WebSocket');
    },
  });
  const id = (await page.sendText(TO, 'hi')).facts.msgId ?? '';
  await page.page.locator('.live-state[data-state=polling]').waitFor();
  await tell([[id, 2]]);
  await shows(page, 'delivered');
});

test('what another sends from the same phone is not taken for one’s own', async (t) => {
  const page = await run.open(t);
  await page.sendText(TO, 'hi');
  await isLive(page);
  const other = await send(run.stack, {}, { claims: { sub: 'somebody-else' } });
  await tell([[other, 2]]);
  await page.page.waitForTimeout(300);
  await shows(page, 'queued');
});
