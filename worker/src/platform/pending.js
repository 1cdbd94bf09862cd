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

export const sleep = pending((ms) => new Promise((resolve) => setTimeout(resolve, ms)));
