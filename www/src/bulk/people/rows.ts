// The people of a table: each row's recipient and fields, and what is wrong with it. Nothing is repaired behind somebody's back.
import { validate } from "maytapi";
import { inSlices } from "../slices.ts";
import type { Columns } from "./columns.ts";
import type { Table } from "./table.ts";

/** Somebody who can be written to. */
export interface Person {
  /** The row as a spreadsheet counts it. */
  row: number;
  /** As it stood there, with the code that somebody chose to put before it. */
  to: string;
  /** What is used: digits or a JID. */
  used: string;
  fields: Record<string, string>;
}

export interface RowFault {
  row: number;
  /** What stood there. */
  value: string;
  /** The package's code, or `duplicate`. */
  code: string;
  message: string;
}

export interface People {
  people: Person[];
  faults: RowFault[];
}

/** What is wrong with a recipient that a spreadsheet made a quantity of. */
const QUANTITY = /^[+-]?\d+([.,]\d+)?E\+?\d+$|^\d{7,}[.,]0+$/i;

/** Whether a spreadsheet changed a number, so that digits may be lost. */
export function isChangedBySpreadsheet({ value }: RowFault): boolean {
  return QUANTITY.test(value.trim());
}

/**
 * Looks through all rows. `prefix` is a country's code that somebody chose for numbers that have none: those without a plus, a double
 * zero or a zero before them. `words` says what a duplicate is.
 */
export async function peopleOf(
  table: Table,
  { columns, hasHeader }: Columns,
  { prefix, duplicate, isWanted }: { prefix: string; duplicate: (row: number) => string; isWanted?: () => boolean },
): Promise<People | undefined> {
  const to = columns.findIndex(({ role }) => role === "to");
  const fields = columns.flatMap(({ name, role }, at) => (role === "field" ? [{ name, at }] : []));
  const people: Person[] = [];
  const faults: RowFault[] = [];
  const seen = new Map<string, number>();
  const rows = hasHeader ? table.rows.slice(1) : table.rows;
  const done = await inSlices(
    rows.length,
    (index) => {
      const one = rows[index];
      if (!one) return;
      const value = (one.cells[to] ?? "").trim();
      const number = withPrefix(value, prefix);
      const checked = validate({ type: "text", toNumber: number, message: "-" });
      if (!checked.valid) {
        const [fault] = checked.faults;
        faults.push({ row: one.row, value, code: fault?.code ?? "", message: fault?.message ?? "" });
        return;
      }
      const used = String(checked.wire.to_number);
      const first = seen.get(used);
      if (first !== undefined) {
        faults.push({ row: one.row, value, code: "duplicate", message: duplicate(first) });
        return;
      }
      seen.set(used, one.row);
      people.push({ row: one.row, to: number, used, fields: Object.fromEntries(fields.map(({ name, at }) => [name, (one.cells[at] ?? "").trim()])) });
    },
    isWanted,
  );
  return done ? { people, faults } : undefined;
}

/** A number with the code before it that somebody chose, where it has none of its own and no zero that would have to go. */
export function withPrefix(value: string, prefix: string): string {
  const code = prefix.replace(/\D/g, "");
  if (code === "" || !/^[1-9(][\d\s().\-/]*$/.test(value)) return value;
  return `+${code}${value.replace(/\D/g, "")}`;
}
