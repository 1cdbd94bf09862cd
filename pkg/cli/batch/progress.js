// How far something has come, in one line that is drawn over and over; where nobody watches, in a line now and then.
// @ts-check
import { shown } from "../terminal.js";

const REDRAW_MS = 100;
/** Where the output is a file or a log. */
const LINE_MS = 30_000;
const NARROWEST_BAR = 10;
const WIDEST_BAR = 40;

/**
 * @param {NodeJS.WriteStream} stream
 * @param {NodeJS.ProcessEnv} env
 * @param {() => number} [now]
 */
export function progressLine(stream, env, now = Date.now) {
  const isWatched = Boolean(stream.isTTY) && env["TERM"] !== "dumb";
  let last = isWatched ? -Infinity : now();
  let lastText = "";
  let isDrawn = false;

  return {
    /**
     * @param {string} what
     * @param {number} done
     * @param {number} total 0 where nobody knows
     */
    show(what, done, total) {
      // What is over in a moment leaves no line in a log.
      const counts = isWatched || total > 0;
      const isDue = now() - last >= (isWatched ? REDRAW_MS : LINE_MS);
      if (!isDue && !(counts && (what !== lastText || done === total))) return;
      last = now();
      lastText = what;
      if (!isWatched) return void stream.write(`${shown(`${what} ${count(done, total)}`)}\n`);
      // Asked each time: the window may have another width by now. The last column stays free, or some terminals go on to the next line.
      stream.write(`\r\u001b[K${line(shown(what), done, total, (stream.columns || 80) - 1)}`);
      isDrawn = true;
    },
    /** Clears the line for what is written next. */
    end() {
      if (isDrawn) stream.write("\r\u001b[K");
      isDrawn = false;
    },
  };
}

/**
 * As much as there is room for: a bar, what it is about, and how many; in the narrowest only how many in a hundred.
 * @param {string} what @param {number} done @param {number} total @param {number} width
 */
export function line(what, done, total, width) {
  const counted = count(done, total);
  const whole = `${what} ${counted}`;
  const room = Math.min(width - whole.length - 3, WIDEST_BAR);
  if (total > 0 && room >= NARROWEST_BAR) {
    const filled = Math.floor((room * Math.min(done, total)) / total);
    return `${what} [${"=".repeat(filled)}${" ".repeat(room - filled)}] ${counted}`;
  }
  if (whole.length <= width) return whole;
  if (counted.length <= width) return counted;
  return `${total > 0 ? Math.floor((100 * done) / total) : done} %`.slice(0, Math.max(width, 0));
}

/** @param {number} done @param {number} total */
function count(done, total) {
  return total > 0 ? `${done.toLocaleString("en")} of ${total.toLocaleString("en")}` : done.toLocaleString("en");
}
