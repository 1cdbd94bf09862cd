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
  const tell = (/** @type {string} */ method) => {
    const id = (asked += 1);
    socket.send(JSON.stringify({ id, method }));
    return id;
  };
  /** @param {string} method @returns {Promise<any>} */
  const call = (method) =>
    new Promise((resolve, reject) => {
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
      const id = tell(method);
    });
  await call('HeapProfiler.enable');
  return {
    /**
     * Bytes that are in use after a collection: objects, and what the runtime holds for them. WebAssembly's memory is not among them.
     * @param {() => Promise<unknown>} stir a request or two, with which the isolate runs and so collects; that it did is answered late or never, and not waited for
     */
    async memory(stir) {
      tell('HeapProfiler.collectGarbage');
      await stir();
      const { usedSize, embedderHeapUsedSize = 0, backingStorageSize = 0 } = await call('Runtime.getHeapUsage');
      return usedSize + embedderHeapUsedSize + backingStorageSize;
    },
    close: () => socket.close(),
  };
}
