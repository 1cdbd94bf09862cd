// Which column has the numbers, and what the others are called: told by what stands in them, and by nothing that is only likely.
import { validate } from "maytapi";
import type { Table } from "./table.ts";

/** What is done with a column: whom it names, a field of the template, or nothing. */
export type Role = "to" | "field" | "none";

export interface Column {
  /** As the template names it: unique, without braces and bars. */
  name: string;
  role: Role;
  /** A few of its values, to know it by. */
  samples: string[];
}

export interface Columns {
  columns: Column[];
  /** Whether the first row has names and not somebody. */
  hasHeader: boolean;
}

/** So many rows are looked at. */
const LOOKED_AT = 200;
const SAMPLES = 3;
/** A placeholder's name has at most so many bytes. */
const LONGEST_NAME = 64;
/** What a column of numbers may be called, where several have numbers. */
const NUMBER_NAMES = /phone|mobile|cell|whats ?app|tel|number|handy|m[oó]vil|tel[eé]fono|celular|num[eé]ro/i;

/** The columns of a table as they are taken until somebody says otherwise. */
export function columnsOf(table: Pick<Table, "rows" | "width">, hasHeader = looksLikeHeader(table)): Columns {
  const names = hasHeader ? (table.rows[0]?.cells ?? []) : [];
  const looked = table.rows.slice(hasHeader ? 1 : 0, LOOKED_AT);
  const shares = Array.from({ length: table.width }, (_, at) => shareOfNumbers(looked, at));
  const to = bestOf(shares, names);
  const taken = new Set<string>();
  const columns = shares.map((_, at): Column => {
    const samples = looked.map(({ cells }) => cells[at]?.trim() ?? "").filter((cell) => cell !== "").slice(0, SAMPLES);
    return { name: unique(names[at] ?? "", at, taken), role: at === to ? "to" : samples.length === 0 ? "none" : "field", samples };
  });
  return { columns, hasHeader };
}

/** Whether a cell is a number that somebody could be written to, or would be if a spreadsheet had left it alone. */
export function looksLikeNumber(cell: string): boolean {
  const digits = cell.replace(/\D/g, "").length;
  if (digits < 7 || /^\d{4}-\d\d-\d\d/.test(cell)) return false;
  return /^[+(\d][\d\s().\-/]*$/.test(cell) || /^[+-]?\d[.,]\d+E\+\d+$/i.test(cell) || validate({ type: "text", toNumber: cell, message: "-" }).valid;
}

function looksLikeHeader({ rows, width }: Pick<Table, "rows" | "width">): boolean {
  const [first] = rows;
  if (!first || rows.length < 2) return false;
  const hasNumber = first.cells.some((cell) => looksLikeNumber(cell.trim()));
  const below = Array.from({ length: width }, (_, at) => shareOfNumbers(rows.slice(1, LOOKED_AT), at));
  return !hasNumber && below.some((share) => share > 0);
}

function shareOfNumbers(rows: Table["rows"], at: number): number {
  const cells = rows.map(({ cells }) => cells[at]?.trim() ?? "").filter((cell) => cell !== "");
  return cells.length === 0 ? 0 : cells.filter(looksLikeNumber).length / cells.length;
}

/** The column with most numbers; of those that are alike, the one that is called so. None where hardly any is a number. */
function bestOf(shares: number[], names: string[]): number {
  const scored = shares.map((share, at) => (share < 0.3 ? 0 : share + (NUMBER_NAMES.test(names[at] ?? "") ? 0.5 : 0)));
  const most = Math.max(0, ...scored);
  return most === 0 ? -1 : scored.indexOf(most);
}

function unique(given: string, at: number, taken: Set<string>): string {
  const plain = given.replace(/[{}|]/g, " ").replace(/\s+/g, " ").trim() || `column ${at + 1}`;
  for (let n = 1; ; n += 1) {
    const ending = n === 1 ? "" : ` ${n}`;
    const name = `${shortened(plain, LONGEST_NAME - ending.length)}${ending}`;
    if (taken.has(name)) continue;
    taken.add(name);
    return name;
  }
}

/** At most so many bytes, and no half letter. */
function shortened(text: string, bytes: number): string {
  let short = "";
  for (const letter of text) {
    if (new TextEncoder().encode(short + letter).length > bytes) break;
    short += letter;
  }
  return short.trim();
}
