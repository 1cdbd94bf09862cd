// A message's id names the chat that it stands in: deleting, editing, forwarding, reacting and quoting reach into that chat, so recipients' rules hold for it.
// @ts-check
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CANARY_TEXT, useWorker } from './harness.mjs';

const MINE = '12025550123';
const OTHER = '12025550199';
const GROUP = '120363027326493365@g.us';
const OPAQUE = '11111111-2222-4333-8444-555555555555';
const chat = (/** @type {string} */ jid, end = '') => `true_${jid}_3EB0A81ECEA6D47F2F13${end}`;

/** Each way to name a message, in a message to somebody who may be written to. @type {Record<string, (id: string) => Record<string, unknown>>} */
const WAYS = {
  delete: (id) => ({ type: 'delete', toNumber: MINE, message: id }),
  edit: (id) => ({ type: 'edit', toNumber: MINE, message: CANARY_TEXT, replyTo: id }),
  forward: (id) => ({ type: 'forward', toNumber: MINE, message: id }),
  reaction: (id) => ({ type: 'reaction', toNumber: MINE, message: '👍', replyTo: id }),
  replyTo: (id) => ({ type: 'text', toNumber: MINE, message: CANARY_TEXT, replyTo: id }),
};

/**
 * @param {ReturnType<typeof useWorker>} worker
 * @param {[string, boolean][]} ids each with whether it may be named
 * @param {Record<string, unknown>} [claims]
 */
async function judge(worker, ids, claims) {
  for (const [id, allowed] of ids) {
    for (const [way, message] of Object.entries(WAYS)) {
      const before = worker.stack.simulator.sends.length;
      const answer = await worker.post(message(id), { claims });
      if (allowed) assert.equal(answer.status, 200, `${way} ${id}: ${answer.text}`);
      else worker.problem(answer, 403, 'recipient_not_allowed');
      assert.equal(worker.stack.simulator.sends.length - before, allowed ? 1 : 0, `${way} ${id}`);
    }
  }
}

describe('nobody is left out', () => {
  const worker = useWorker();

  test('people\'s chats may be named, also by an id that does not tell; groups not, since they may not be written to', () =>
    judge(worker, [
      [chat(`${OTHER}@c.us`), true],
      [`false_${OTHER}@c.us_3EB0A81ECEA6D47F2F13`, true],
      [OPAQUE, true],
      [chat(GROUP, `_${MINE}@c.us`), false],
      [chat('120363027326493365@newsletter'), false],
    ]));

  test('a token that names its recipients names these chats too', () =>
    judge(
      worker,
      [
        [chat(`${MINE}@c.us`), true],
        [`false_${MINE}@c.us_3EB0A81ECEA6D47F2F13`, true],
        [chat(`${OTHER}@c.us`), false],
        [chat(GROUP, `_${MINE}@c.us`), false],
        [OPAQUE, false],
        ['true_', false],
        [`true_${MINE}@c.us`, false],
        [`TRUE_${MINE}@c.us_3EB0`, false],
      ],
      { maytapi: { to: [MINE] } },
    ));
});

describe('policy leaves recipients out', () => {
  const worker = useWorker({ proxy: { policy: { recipients: { countryPrefixes: ['1202'], deny: [OTHER] }, rawTypes: ['shortVideo'] } } });

  test('their chats may not be named, nor may an id that does not tell', () =>
    judge(worker, [
      [chat(`${MINE}@c.us`), true],
      [chat(`${OTHER}@c.us`), false],
      [chat('447700900123@c.us'), false],
      [OPAQUE, false],
    ]));

  test('nor in the raw form', async () => {
    const raw = (/** @type {string} */ id) => ({ type: 'shortVideo', toNumber: MINE, message: 'https://files.example/v.mp4', replyTo: id });
    for (const id of [chat(`${OTHER}@c.us`), OPAQUE]) worker.problem(await worker.post(raw(id)), 403, 'recipient_not_allowed');
    assert.equal((await worker.post(raw(chat(`${MINE}@c.us`)))).status, 200);
  });
});

describe('policy takes any id', () => {
  const worker = useWorker({ proxy: { policy: { recipients: { deny: [OTHER] }, messageIds: 'any' } } });

  test('one that does not tell its chat is let through, one that does is judged', () =>
    judge(worker, [
      [OPAQUE, true],
      [chat(`${MINE}@c.us`), true],
      [chat(`${OTHER}@c.us`), false],
    ]));
});
