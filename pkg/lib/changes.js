// @ts-check
// Changes on their way to one reader: in order, each once, and in memory that a slow reader can't make grow.

/** @typedef {import("../index.js").Change} Change */
/** @typedef {Change & { seq?: number }} Numbered */

/** How many changes wait for a reader at most. */
const MOST = 10_000;

/**
 * @implements {AsyncIterableIterator<Change>}
 */
export class Changes {
  /** @type {{ change: Change, seq: number }[]} */
  #waiting = [];
  /** @type {{ resolve(result: IteratorResult<Change>): void, reject(error: unknown): void }[]} who asked before there was something, in order */
  #asked = [];
  /** @type {{ error?: unknown } | undefined} */
  #ended;
  #leave;
  #most;
  /** The number up to which everything was put here, and what the reader took last. */
  #seq = 0;
  #taken = 0;
  #epoch = "";

  /**
   * @param {() => void} leave called once, when nothing more is wanted
   * @param {number} [most]
   */
  constructor(leave, most = MOST) {
    this.#leave = leave;
    this.#most = most;
  }

  /**
   * Changes up to a cursor; those that were put here before are left out.
   * @param {readonly Numbered[]} items
   * @param {string} cursor
   */
  add(items, cursor) {
    for (const { seq = Infinity, ...change } of items) {
      if (seq > this.#seq) this.#put(/** @type {Change} */ (change), seq);
    }
    this.#epoch = epochOf(cursor);
    this.#seq = Math.max(this.#seq, seqOf(cursor));
  }

  /**
   * What the reader knows has to be looked up again: the numbers go on from another one.
   * @param {string} cursor
   */
  reset(cursor) {
    this.#epoch = epochOf(cursor);
    this.#seq = this.#taken = seqOf(cursor);
    this.#waiting.length = 0;
    this.#put({ kind: "reset" }, this.#seq);
  }

  /** From where a later stream goes on after what the reader has taken; empty as long as nothing is known. */
  get cursor() {
    return this.#epoch && `${this.#epoch}.${this.#waiting.length > 0 ? this.#taken : this.#seq}`;
  }

  /** @param {{ error?: unknown }} [how] */
  end(how = {}) {
    if (this.#ended) return;
    this.#ended = how;
    this.#leave();
    for (const { resolve, reject } of this.#asked.splice(0)) this.#over().then(resolve, reject);
  }

  /**
   * What is told after the last change. An error is told once, as a generator does.
   * @returns {Promise<IteratorResult<Change>>}
   */
  #over() {
    const how = this.#ended ?? {};
    this.#ended = {};
    return "error" in how ? Promise.reject(how.error) : Promise.resolve({ done: true, value: undefined });
  }

  /** @param {Change} change @param {number} seq */
  #put(change, seq) {
    if (this.#ended) return;
    const asked = this.#asked.shift();
    if (asked) {
      this.#taken = seq;
      asked.resolve({ done: false, value: change });
    } else if (this.#waiting.length < this.#most) this.#waiting.push({ change, seq });
    // A reader that is so far behind looks up how things stand now.
    else this.#waiting = [{ change: { kind: "reset" }, seq }];
  }

  /** @returns {Promise<IteratorResult<Change>>} */
  next() {
    const first = this.#waiting.shift();
    if (first) {
      this.#taken = first.seq;
      return Promise.resolve({ done: false, value: first.change });
    }
    if (this.#ended) return this.#over();
    return new Promise((resolve, reject) => {
      this.#asked.push({ resolve, reject });
    });
  }

  /** @returns {Promise<IteratorResult<Change>>} */
  return() {
    this.#waiting.length = 0;
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator]() {
    return this;
  }
}

/** A cursor's number. @param {string} cursor */
export function seqOf(cursor) {
  const seq = Number(cursor.slice(cursor.lastIndexOf(".") + 1));
  return Number.isSafeInteger(seq) ? seq : 0;
}

/** Which storage a cursor belongs to. @param {string} cursor */
export function epochOf(cursor) {
  return cursor.slice(0, Math.max(cursor.lastIndexOf("."), 0));
}
