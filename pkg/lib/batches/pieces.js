// @ts-check
// Cuts rows into the pieces in which a batch is uploaded. The same rows give the same pieces, so that one which was lost can be sent again.
import { BatchError, invalidOption } from "../errors.js";

/** @typedef {import("../../index.js").BatchRow} BatchRow */
/** @typedef {Iterable<BatchRow> | AsyncIterable<BatchRow>} Rows */

/** What the proxy takes at once. */
const MOST_ROWS = 1000;
const MOST_BYTES = 1_000_000;

const MEMBERS = ["to", "fields", "ref"];

/**
 * @param {Rows} rows
 * @returns {AsyncGenerator<{ body: string, rows: number }, void, void>} requests' bodies
 */
export async function* pieces(rows) {
  const encoder = new TextEncoder();
  const around = '{"rows":[]}'.length;
  /** @type {string[]} */
  let piece = [];
  let bytes = around;
  let number = 0;
  const body = () => ({ body: `{"rows":[${piece.join(",")}]}`, rows: piece.length });
  for await (const row of checkRows(rows)) {
    const text = textOf(row, number);
    const more = encoder.encode(text).length + 1;
    if (around + more > MOST_BYTES) throw fault(number, "", "too_large", "A row has at most 1 MB.");
    if (piece.length === MOST_ROWS || bytes + more > MOST_BYTES) {
      yield body();
      piece = [];
      bytes = around;
    }
    piece.push(text);
    bytes += more;
    number += 1;
  }
  if (piece.length > 0) yield body();
}

/**
 * @param {Rows} rows
 * @returns {Rows}
 */
export function checkRows(rows) {
  if (typeof rows === "object" && rows !== null && (Symbol.asyncIterator in rows || Symbol.iterator in rows)) return rows;
  throw invalidOption("rows", "give an array or another iterable of rows");
}

/**
 * A row as JSON, with nothing else that its object may hold.
 * @param {BatchRow} row
 * @param {number} number
 */
function textOf(row, number) {
  if (typeof row !== "object" || row === null || Array.isArray(row)) throw fault(number, "", "not_an_object", "A row is an object: { to, fields, ref }.");
  const unknown = Object.keys(row).find((name) => !MEMBERS.includes(name));
  if (unknown !== undefined) throw fault(number, unknown.slice(0, 64), "unknown_field", "A row has to, fields and ref; what the template names stands in fields.");
  const { to, fields, ref } = row;
  try {
    return JSON.stringify({ to, fields, ref });
  } catch (cause) {
    throw fault(number, "", "not_json", "The row can't be written as JSON; see the cause.", cause);
  }
}

/**
 * @param {number} row
 * @param {string} path
 * @param {string} code
 * @param {string} message
 * @param {unknown} [cause]
 */
function fault(row, path, code, message, cause) {
  return new BatchError(`Row ${row}: ${message}`, { code: "invalid_batch", faults: [{ row, path, code, message }], ...(cause === undefined ? {} : { cause }) });
}
