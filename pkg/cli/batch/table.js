// A table of recipients: CSV in whatever encoding and with whatever separator spreadsheets write it, row by row, and never repaired.
// @ts-check
import Papa from "../../dist/papaparse.js";
import { EXIT, Stop } from "../exit.js";

/** More than any number can write to. */
export const MOST_ROWS = 1_000_000;
export const MOST_BYTES = 256 << 20;

/** How many letters are parsed at a time; no row is longer. */
const SLICE = 1 << 20;

/**
 * @typedef {object} Row
 * @property {number} line its number as a spreadsheet shows it: the names of the columns stand in row 1
 * @property {string[]} cells
 * @property {string} [fault] why it can't be read
 */

/**
 * @typedef {object} Table
 * @property {string[]} columns
 * @property {string} encoding
 * @property {() => Generator<Row, void, void>} rows from the first on, each time
 */

/**
 * @param {Uint8Array} bytes
 * @returns {Table}
 */
export function tableOf(bytes) {
  const { text, encoding } = decoded(bytes);
  const { delimiter } = Papa.parse(text.slice(0, SLICE), { preview: 20, skipEmptyLines: "greedy" }).meta;
  const all = () => records(text, delimiter);
  const [head] = all();
  const columns = head?.cells.map((name) => name.trim()) ?? [];
  if (head?.fault) throw new Stop(EXIT.usage, `The names of the columns can't be read. ${head.fault}`);
  if (columns.every((name) => name === "")) throw new Stop(EXIT.usage, "The table is empty: its first row has to name the columns.");
  const twice = columns.find((name, index) => name !== "" && columns.indexOf(name) !== index);
  if (twice !== undefined) throw new Stop(EXIT.usage, `Two columns are called ${short(twice)}.`);
  return {
    columns,
    encoding,
    *rows() {
      let count = 0;
      for (const row of all()) {
        const isBlank = row.cells.every((cell) => cell.trim() === "") && !row.fault;
        if (row.line === 1 || isBlank) continue;
        if ((count += 1) > MOST_ROWS) throw new Stop(EXIT.usage, `The table has more than ${MOST_ROWS.toLocaleString("en")} rows: split it.`);
        const { length } = row.cells;
        // A separator too many or too few moves the cells that follow to other columns.
        yield length === columns.length || row.fault ? row : { ...row, fault: `It has ${length} cells, and there are ${columns.length} columns.` };
      }
    },
  };
}

/**
 * @param {string} text
 * @param {string} delimiter
 * @returns {Generator<Row, void, void>}
 */
function* records(text, delimiter) {
  const parser = new Papa.Parser({ delimiter, newline: "\n" });
  let line = 0;
  for (let at = 0; at < text.length; ) {
    const isLast = at + SLICE >= text.length;
    const { data, errors, meta } = parser.parse(text.slice(at, at + SLICE), 0, !isLast);
    const faults = new Map(errors.map(({ row, code }) => [row, code]));
    for (const [index, cells] of /** @type {string[][]} */ (data).entries()) {
      line += 1;
      const code = faults.get(index);
      yield { line, cells, ...(code ? { fault: code === "MissingQuotes" ? UNCLOSED : "A quote stands inside of a cell that begins with one: double it." } : {}) };
    }
    if (isLast) return;
    if (meta.cursor === 0) {
      yield { line: line + 1, cells: [], fault: UNCLOSED };
      return;
    }
    at += meta.cursor;
  }
}

const UNCLOSED = "A quote that opens here never closes; whatever follows may belong to this row.";

/**
 * By its byte order mark; else as UTF-8 where it is that, and as what spreadsheets write in western Europe where it is not.
 * @param {Uint8Array} bytes
 */
function decoded(bytes) {
  const [a, b] = bytes;
  if (a === 0x50 && b === 0x4b) throw new Stop(EXIT.usage, "This is a workbook, not a table: save it as CSV.");
  const encoding = a === 0xff && b === 0xfe ? "utf-16le" : a === 0xfe && b === 0xff ? "utf-16be" : "utf-8";
  let text;
  let used = encoding;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    if (encoding !== "utf-8") throw new Stop(EXIT.usage, "The table is broken UTF-16: save it as CSV in UTF-8.");
    used = "windows-1252";
    text = new TextDecoder(used).decode(bytes);
  }
  if (text.includes("\0")) throw new Stop(EXIT.usage, "This is no text: save the table as CSV.");
  return { text: text.replace(/\r\n?/g, "\n"), encoding: used };
}

/** @param {string} text */
export function short(text) {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
