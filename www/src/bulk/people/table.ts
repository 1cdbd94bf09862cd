// A table of people, from a file or from what was pasted: in slices, in whatever encoding and with whatever separator it has.
import { breathe } from "../slices.ts";

/** What a table is read into. Cells are as they stood there. */
export interface Table {
  /** Each with its number as a spreadsheet counts it; blank ones are left out. */
  rows: { row: number; cells: string[] }[];
  /** What was noticed on the way. */
  encoding: "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";
  /** How many cells the widest row has. */
  width: number;
}

/** Why something is no table that could be used. */
export type TableFault = "empty" | "too_large" | "too_many_rows" | "no_text" | "spreadsheet" | "open_quote" | "unreadable";

export class TableError extends Error {
  readonly fault: TableFault;
  /** The row at which it went wrong, where there is one. */
  readonly row: number | undefined;

  constructor(fault: TableFault, row?: number, cause?: unknown) {
    super(fault, { cause });
    this.fault = fault;
    this.row = row;
  }
}

export const MOST_BYTES = 50 * 1024 * 1024;
export const MOST_ROWS = 250_000;
/** So much is read at a time. */
const SLICE = 64 * 1024;
/** No row is longer: a quote that is never closed would take all the rest, and each slice would be read again with all before it. */
const LONGEST_ROW = 256 * 1024;

/** Reads a file, or a text that was pasted. `onProgress` is told from 0 to 1. */
export async function readTable(from: Blob, onProgress: (done: number) => void, signal: AbortSignal): Promise<Table> {
  if (from.size === 0) throw new TableError("empty");
  if (from.size > MOST_BYTES) throw new TableError("too_large");
  const { default: Papa } = await import("papaparse");
  const encoding = await encodingOf(from);
  const rows: Table["rows"] = [];
  let [rest, row, width, read] = ["", 0, 0, 0];
  /** A line end of two characters may come in two pieces. */
  let held = "";
  let parser: InstanceType<typeof Papa.Parser> | undefined;
  const take = (last: boolean): void => {
    parser ??= new Papa.Parser({ delimiter: Papa.parse(rest, { preview: 20, newline: "\n", skipEmptyLines: "greedy" }).meta.delimiter, newline: "\n" });
    const { data, meta, errors } = parser.parse(rest, 0, !last) as { data: string[][]; meta: { cursor: number }; errors: { code: string }[] };
    for (const cells of data) {
      row += 1;
      if (cells.every((cell) => cell.trim() === "")) continue;
      rows.push({ row, cells });
      width = Math.max(width, cells.length);
    }
    if (rows.length > MOST_ROWS) throw new TableError("too_many_rows");
    rest = last ? "" : rest.slice(meta.cursor);
    if (rest.length > LONGEST_ROW || errors.some(({ code }) => last && code === "MissingQuotes")) throw new TableError("open_quote", row + (last ? 0 : 1));
  };
  for await (const text of textOf(from, encoding)) {
    for (let at = 0; at < text.length; at += SLICE) {
      const piece = held + text.slice(at, at + SLICE);
      held = piece.endsWith("\r") ? "\r" : "";
      rest += piece.slice(0, piece.length - held.length).replace(/\r\n?/g, "\n");
      take(false);
      await breathe();
      signal.throwIfAborted();
    }
    read += text.length;
    onProgress(Math.min(1, read / from.size));
  }
  take(true);
  if (rows.length === 0) throw new TableError("empty");
  return { rows, encoding, width };
}

/** The texts of a file, piece by piece. */
async function* textOf(from: Blob, encoding: Table["encoding"]): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder(encoding);
  for (let at = 0; at < from.size; at += SLICE * 4) {
    const bytes = await bytesOf(from.slice(at, at + SLICE * 4));
    yield decoder.decode(bytes, { stream: true });
  }
  yield decoder.decode();
}

/** By its first bytes; else UTF-8, where all of it is, and what spreadsheets of the West save where it is not. */
async function encodingOf(from: Blob): Promise<Table["encoding"]> {
  const head = await bytesOf(from.slice(0, 4096));
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  // An archive, which is what spreadsheets save by themselves.
  if (head[0] === 0x50 && head[1] === 0x4b && head[2] === 0x03) throw new TableError("spreadsheet");
  if (head.includes(0)) throw new TableError("no_text");
  const strict = new TextDecoder("utf-8", { fatal: true });
  try {
    for (let at = 0; at < from.size; at += SLICE * 4) {
      strict.decode(await bytesOf(from.slice(at, at + SLICE * 4)), { stream: true });
    }
    strict.decode();
    return "utf-8";
  } catch (error) {
    if (error instanceof TypeError) return "windows-1252";
    throw error;
  }
}

async function bytesOf(part: Blob): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await part.arrayBuffer());
  } catch (cause) {
    // The file was moved, changed or may not be read.
    throw new TableError("unreadable", undefined, cause);
  }
}
