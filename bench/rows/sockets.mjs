// Row 11: CPU of telling one change to one live socket, with 500 of them open at a phone: what an event costs with them beside what it
// costs without. First events that are told one by one, then events so close together that several share a frame.
// @ts-check
import { startWorkerd } from '../../tests/support/workerd.mjs';
import { now, sign } from '../../tests/support/token.mjs';
import { contender } from '../contender.mjs';
import { hangUp, post, SECRET, token, variables } from '../load.mjs';
import { median } from '../statistics.mjs';
import { micros } from '../table.mjs';
import { workersFolder } from '../workers.mjs';

const SOCKETS = 500;
const MESSAGES = 20;
const ROUNDS = 3;
/** Longer than frames are gathered. */
const APART_MS = 120;
const HOOK_SECRET = 'canary-hook-secret-0123456789abcdef01';

export async function measure() {
  const { folder, remove } = await workersFolder();
  const upstream = await contender('upstream');
  try {
    const texts = { ...variables({ upstream: `http://127.0.0.1:${upstream.started}/api` }), HOOK_SECRET };
    texts.PROXY = JSON.stringify({ ...JSON.parse(texts.PROXY), policy: { delivery: 'phone' } });
    const object = { object: { binding: 'PHONES', className: 'Phone' }, hosts: { className: 'Phone', stored: true } };
    const workerd = await startWorkerd(folder, [{ name: 'ours', modules: ['index.js', 'index_bg.wasm'], bindings: texts, ...object, socket: true }]);
    try {
      const port = workerd.ports['ours'] ?? 0;
      let n = 0;
      let heard = 0;
      /** Sends messages and has each come to "read": the CPU of an event, once everybody heard of it. @param {number} sockets @param {number} apartMs */
      const round = async (sockets, apartMs) => {
        const ids = [];
        for (let i = 0; i < MESSAGES; i += 1) ids.push(JSON.parse((await post(port, '1150', token(), (n += 1))).text).data.msgId);
        await until(() => heard >= sockets * MESSAGES);
        heard = 0;
        const before = workerd.cpu();
        for (const ackCode of [1, 2, 3]) {
          for (const msgId of ids) {
            await hook(port, msgId, ackCode);
            if (apartMs > 0) await new Promise((resolve) => setTimeout(resolve, apartMs));
          }
        }
        await until(() => heard >= sockets * MESSAGES * 3);
        return (workerd.cpu() - before) / (MESSAGES * 3);
      };
      const rounds = async (/** @type {number} */ sockets, /** @type {number} */ apartMs) => {
        const each = [];
        for (let i = 0; i < ROUNDS; i += 1) {
          heard = 0;
          each.push(await round(sockets, apartMs));
        }
        return median(each);
      };
      const without = [await rounds(0, APART_MS), await rounds(0, 0)];
      const open = await Promise.all(Array.from({ length: SOCKETS }, (_, i) => dial(port, i, (items) => (heard += items))));
      const together = [await rounds(SOCKETS, APART_MS), await rounds(SOCKETS, 0)];
      for (const socket of open) socket.close();
      const [apart = 0, close = 0] = together.map((cpu, n) => (cpu - (without[n] ?? 0)) / SOCKETS);
      const row = (/** @type {string} */ name, /** @type {string} */ what, /** @type {number} */ each) => ({ row: name, what, ours: micros(each), peer: '-', ratio: `${SOCKETS} sockets`, target: '<= 40 µs', met: each <= 40 });
      return [row('11', 'live socket and event, CPU', apart), row('11b', 'the same, events close together', close)];
    } finally {
      await workerd.end();
      hangUp();
    }
  } finally {
    upstream.end();
    remove();
  }
}

/** @param {number} port @param {number} n @param {(items: number) => void} told @returns {Promise<WebSocket>} */
function dial(port, n, told) {
  const bearer = sign({ sub: `watcher-${n % 50}`, aud: 'maytapi-edge', iat: now(), exp: now() + 3000 }, { secret: SECRET });
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/api/main/1150/events`, ['maytapi.v1', `maytapi.bearer.${bearer}`]);
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(data);
      if (frame.t === 'hello') resolve(socket);
      else told(frame.items.length);
    };
    socket.onclose = ({ code }) => reject(new Error(`a socket was closed with ${code}`));
  });
}

/** @param {number} port @param {string} msgId @param {number} ackCode */
async function hook(port, msgId, ackCode) {
  const body = JSON.stringify({ type: 'ack', product_id: '00000000-0000-4000-8000-000000000000', phone_id: 1150, data: [{ msgId, ackCode }] });
  const answer = await fetch(`http://127.0.0.1:${port}/hooks/main/${HOOK_SECRET}`, { method: 'POST', body });
  if (answer.status !== 200) throw new Error(`a webhook was answered with ${answer.status}`);
  await answer.arrayBuffer();
}

/** @param {() => boolean} holds */
async function until(holds) {
  for (let tries = 0; !holds(); tries += 1) {
    if (tries > 6000) throw new Error('not every socket heard of every event');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
