// What a device keeps of messages that were sent long ago.
// @ts-check
import { ACCOUNT, PHONE, TO } from './suite.mjs';

/** @typedef {{ at: number, text: string, state?: string }} Once */

/**
 * Puts messages onto the page's device as if they had been sent then; the page shows them once it is loaded again.
 * @param {import('./console-page.mjs').ConsolePage} page
 * @param {Once[]} messages
 */
export function keepSent({ page }, messages, phone = PHONE) {
  const rows = messages.map(({ at, text, state = 'queued' }, n) => ({
    id: `seed-${n}`,
    key: `seed-${n}`,
    account: ACCOUNT,
    phone,
    chat: `${TO}@c.us`,
    at,
    message: { type: 'text', toNumber: TO, message: text },
    state,
    steps: [...new Set(['queued', state])].map((step) => ({ state: step, at })),
    tab: '',
    msgId: `msg-${n}`,
  }));
  return page.evaluate(
    (all) =>
      new Promise((resolve, reject) => {
        indexedDB.open('maytapi-console').onsuccess = ({ target }) => {
          const transaction = /** @type {IDBOpenDBRequest} */ (target).result.transaction('sent', 'readwrite');
          for (const row of all) transaction.objectStore('sent').put(row);
          transaction.oncomplete = () => resolve(undefined);
          transaction.onabort = () => reject(transaction.error);
        };
      }),
    rows,
  );
}
