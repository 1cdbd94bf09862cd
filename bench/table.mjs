// The table of results, for a terminal.
// @ts-check

/**
 * @typedef {object} Result one line of the table
 * @property {string} row its number, with a letter where a row has several figures
 * @property {string} what
 * @property {string} ours
 * @property {string} peer
 * @property {string} ratio with its spread over the rounds
 * @property {string} target
 * @property {boolean} [met] not there for a figure that has no target
 */

const HEAD = { row: 'row', what: 'what', ours: 'ours', peer: 'peer', ratio: 'ratio (middle half)', target: 'target', met: 'met' };

/** @param {Result[]} results */
export function table(results) {
  const rows = [HEAD, ...results.map((result) => ({ ...result, met: result.met === undefined ? '-' : result.met ? 'yes' : 'NO' }))];
  const columns = /** @type {(keyof typeof HEAD)[]} */ (Object.keys(HEAD));
  const widths = columns.map((column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => columns.map((column, i) => row[column].padEnd(widths[i] ?? 0)).join('  ').trimEnd()).join('\n');
}

/** @param {{ median: number, from: number, to: number }} figure @param {number} [digits] */
export function spread({ median, from, to }, digits = 2) {
  return `${median.toFixed(digits)} (${from.toFixed(digits)} to ${to.toFixed(digits)})`;
}

/** @param {number} bytes */
export function kilobytes(bytes) {
  return `${(bytes / 1024).toFixed(1)} KB`;
}

/** @param {number} value */
export function micros(value) {
  return `${value < 100 ? value.toFixed(1) : value.toFixed(0)} µs`;
}
