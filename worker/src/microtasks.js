// Imported before the module's instance: its executor asks for its turn here, and workerd's own queueMicrotask is a call out of the engine.
const turn = Promise.resolve();
globalThis.queueMicrotask = (run) => void turn.then(run);
