// Promises that Rust waits for: one callback for all of them, called with the promise's id and value.

let settle;
let lastId = 0;

/** Takes the callback of a new instance of the module; the first id that no promise of an earlier instance has. */
export function connect(callback) {
  settle = callback;
  return (lastId + 1) >>> 0;
}

/** A function that returns a promise, as Rust calls it: with an id first. A rejection is not a number. */
export const pending = (begin) => (id, ...given) => {
  const own = settle;
  lastId = id;
  begin(...given).then(
    (value) => own(id, value),
    () => own(id, Number.NaN),
  );
};

/** The timers of waits that have not ended, by the promise's id. */
const timers = new Map();

/** Calls back after as many milliseconds. */
export const sleep = pending(
  (ms) =>
    new Promise((resolve) => {
      const id = lastId;
      const over = () => {
        timers.delete(id);
        resolve(0);
      };
      timers.set(id, setTimeout(over, ms));
    }),
);

/** Nobody waits for this sleep any more: a timer that fires is a turn of its own. */
export function wake(id) {
  clearTimeout(timers.get(id));
  timers.delete(id);
}
