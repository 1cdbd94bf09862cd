// CPU of sends whose `fetch` answers at once: the answers are made before the clock starts, so what is measured is the client alone.
// @ts-check

const ANSWER = JSON.stringify({ success: true, data: { chatId: '12025550123@c.us', msgId: '0f0d1a40-8a0b-11ee-b9d1-0242ac120002' } });
const HEADERS = { 'content-type': 'application/json; charset=utf-8' };

/** How many sends are measured at a time, with answers made beforehand. */
const BATCH = 2000;

/**
 * @param {(fetch: (url: unknown, init?: unknown) => Promise<Response>) => (n: number) => Promise<unknown>} makeSend gets the stub, gives what sends the n-th message
 * @param {(init: unknown) => unknown} [look] what the stub does with a request
 */
export function cpuOf(makeSend, look = () => undefined) {
  /** @type {Response[]} */
  let answers = [];
  const send = makeSend((_, init) => {
    look(init);
    const answer = answers.pop();
    return answer ? Promise.resolve(answer) : Promise.reject(new Error('more requests than sends'));
  });
  let sent = 0;
  /** @param {number} count @returns {Promise<number>} microseconds of CPU per send */
  return async (count) => {
    let total = 0;
    for (let done = 0; done < count; done += BATCH) {
      const size = Math.min(BATCH, count - done);
      answers = Array.from({ length: size }, () => new Response(ANSWER, { headers: HEADERS }));
      // Answers that were made beforehand are not for the collections that the sends themselves cause. A full one would throw away
      // optimized code as well, since no object of a send is alive now.
      globalThis.gc?.({ type: 'minor', execution: 'sync' });
      const before = process.cpuUsage();
      for (let i = 0; i < size; i += 1) await send((sent += 1));
      const { user, system } = process.cpuUsage(before);
      total += user + system;
      if (answers.length > 0) throw new Error(`${answers.length} sends asked nobody`);
    }
    return total / count;
  };
}

/** @param {number} n */
export function textOf(n) {
  return `Your order ${n} is on its way and will arrive tomorrow between 9 and 12.`;
}

export const TO = '12025550123';
export const PHONE = '1150';
export const PRODUCT = '00000000-0000-4000-8000-000000000000';
export const KEY = 'canary-key-0000-0000';

/** @param {any} queued */
export function isQueued(queued) {
  if (queued?.msgId?.length !== 36) throw new Error('the send was not answered');
}
