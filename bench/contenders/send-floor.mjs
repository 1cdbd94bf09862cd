// The least that a send can be: `JSON.stringify`, `fetch`, and a look at the answer.
// @ts-check
import { sendByHand } from '../peers/by-hand.js';
import { cpuOf, isQueued, KEY, PHONE, PRODUCT, textOf, TO } from './cpu.mjs';

export function start() {
  const round = cpuOf((fetch) => async (n) => {
    isQueued(await sendByHand(fetch, `https://api.maytapi.com/api/${PRODUCT}/${PHONE}/sendMessage`, KEY, { type: 'text', to_number: TO, message: textOf(n) }));
  });
  return { round };
}
