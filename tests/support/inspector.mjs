// Asks workerd's inspector what an isolate holds: the process as a whole also holds what V8 has not given back yet.
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
  const tell = (/** @type {string} */ method, /** @type {object} */ params) => {
    const id = (asked += 1);
    socket.send(JSON.stringify({ id, method, params }));
    return id;
  };
  /** @param {string} method @param {object} [params] @returns {Promise<any>} */
  const call = (method, params = {}) =>
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
      const id = tell(method, params);
    });
  await call('HeapProfiler.enable');
  return {
    /**
     * Bytes that are in use after a collection: objects, and what the runtime holds for them. WebAssembly's memory is not among them.
     * @param {() => Promise<unknown>} stir a request or two, with which the isolate runs and so collects; that it did is answered late or never, and not waited for
     */
    async memory(stir) {
      tell('HeapProfiler.collectGarbage', {});
      await stir();
      const { usedSize, embedderHeapUsedSize = 0, backingStorageSize = 0 } = await call('Runtime.getHeapUsage');
      return usedSize + embedderHeapUsedSize + backingStorageSize;
    },
    /** Bytes of all WebAssembly memories of the isolate. They never shrink, so this is also the most that was ever taken. */
    async wasm() {
      /** @type {Promise<number>} */
      const context = new Promise((resolve) => {
        socket.addEventListener('message', ({ data }) => {
          const { method, params } = JSON.parse(String(data));
          if (method === 'Runtime.executionContextCreated') resolve(params.context.id);
        });
      });
      await call('Runtime.enable');
      const { result } = await call('Runtime.evaluate', { expression: 'WebAssembly.Memory.prototype', contextId: await context });
      const { objects } = await call('Runtime.queryObjects', { prototypeObjectId: result.objectId });
      const functionDeclaration = 'function () { return this.reduce((sum, memory) => sum + memory.buffer.byteLength, 0); }';
      const counted = await call('Runtime.callFunctionOn', { objectId: objects.objectId, functionDeclaration, returnByValue: true });
      return Number(counted.result.value);
    },
    close: () => socket.close(),
  };
}
