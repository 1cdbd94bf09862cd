// Rows as a file that spreadsheets open: quoted where needed, and no cell that would be run as a formula.

/** A table as CSV, with the mark by which spreadsheets know its encoding. */
export function csvOf(rows: readonly (readonly (string | number | undefined)[])[]): string {
  return `\uFEFF${rows.map((cells) => cells.map(cellOf).join(",")).join("\r\n")}\r\n`;
}

function cellOf(value: string | number | undefined): string {
  const text = String(value ?? "");
  // A number that begins with a plus is one that people want to see so; everything else that begins so could be a formula.
  const harmless = /^[=+\-@\t\r]/.test(text) && !/^\+?\d[\d\s().-]*$/.test(text) ? `'${text}` : text;
  return /[",\r\n]|^\s|\s$/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** Has the browser save a file. */
export function saveFile(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken it by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
