// Asks workerd's inspector what an isolate holds: the process as a whole also holds what V8 has not yet given back.
// @ts-check

const ANSWER_MS = 30_000;

/**
 * @param {number} port
 * @param {string} service
 */
export async function inspect(port, service) {
  const listed = await fetch(`http://127.0.0.1:${port}/json`, { signal: AbortSignal.timeout(ANSWER_MS) });
  /** @type {{ webSocketDebuggerUrl: string }[]} */
  const targets = /** @type {any} */ (await listed.json());
  const target = targets.find(({ webSocketDebuggerUrl }) => webSocketDebuggerUrl.endsWith(`/${service}`));
  if (!target) throw new Error(`workerd's inspector knows no ${service}`);
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true });
    socket.addEventListener('error', reject, { once: true });
  });
  let asked = 0;
  /** @param {string} method @returns {Promise<any>} */
  const call = (method) =>
    new Promise((resolve, reject) => {
      const id = (asked += 1);
      const timer = setTimeout(() => reject(new Error(`${method}: no answer in ${ANSWER_MS} ms`)), ANSWER_MS);
      const read = (/** @type {MessageEvent} */ message) => {
        const answer = JSON.parse(String(message.data));
        if (answer.id !== id) return;
        clearTimeout(timer);
        socket.removeEventListener('message', read);
        if (answer.error) reject(new Error(`${method}: ${answer.error.message}`));
        else resolve(answer.result);
      };
      socket.addEventListener('message', read);
      socket.send(JSON.stringify({ id, method }));
    });
  await call('HeapProfiler.enable');
  return {
    /**
     * Bytes that are in use after a collection: objects, and what the runtime holds for them. WebAssembly's memory is not among them.
     * @param {() => Promise<unknown>} stir a request or two: workerd hands out the answer of a collection only when the isolate next runs
     */
    async memory(stir) {
      const collected = call('HeapProfiler.collectGarbage');
      await stir();
      const { usedSize, embedderHeapUsedSize = 0, backingStorageSize = 0 } = await call('Runtime.getHeapUsage');
      await collected;
      return usedSize + embedderHeapUsedSize + backingStorageSize;
    },
    close: () => socket.close(),
  };
}
