// Timers that never keep the process alive and can all be cleared at once.
// @ts-check

export class Timers {
  /** @type {Set<NodeJS.Timeout>} */
  #running = new Set();

  /** How many timers have not fired yet. */
  get size() {
    return this.#running.size;
  }

  /**
   * Runs `action` once after `ms` milliseconds, unless `clear` comes first.
   * @param {number} ms
   * @param {() => void} action
   */
  after(ms, action) {
    const timer = setTimeout(() => {
      this.#running.delete(timer);
      action();
    }, ms);
    timer.unref();
    this.#running.add(timer);
  }

  clear() {
    for (const timer of this.#running) clearTimeout(timer);
    this.#running.clear();
  }
}
