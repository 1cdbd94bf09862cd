// Measures ours beside what people would otherwise use, on the same work in the same run, and prints one table: `cargo xtask bench [row…]`.
// @ts-check
import { cpus } from 'node:os';
import { table } from './table.mjs';

/** The measurements, by the first row that each fills; some fill two, which need the same set-up. */
const MEASUREMENTS = [
  { rows: ['1'], module: './rows/download.mjs' },
  { rows: ['2'], module: './rows/send.mjs' },
  { rows: ['3'], module: './rows/file.mjs' },
  { rows: ['4'], module: './rows/bulk.mjs' },
  { rows: ['5', '6'], module: './rows/entry.mjs' },
  { rows: ['7'], module: './rows/whole.mjs' },
  { rows: ['8'], module: './rows/start.mjs' },
  { rows: ['9'], module: './rows/growth.mjs' },
  { rows: ['10'], module: './rows/memory.mjs' },
  { rows: ['11'], module: './rows/sockets.mjs' },
  { rows: ['12'], module: './rows/batch.mjs' },
];

const wanted = process.argv.slice(2);
const known = MEASUREMENTS.flatMap(({ rows }) => rows);
const unknown = wanted.filter((row) => !known.includes(row));
if (unknown.length > 0) {
  process.stderr.write(`There is no row ${unknown.join(', ')}; there are ${known.join(', ')}.\n`);
  process.exit(2);
}

// By way of `exit`, at which what was started is ended.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

/** @type {import('./table.mjs').Result[]} */
const results = [];
for (const { rows, module } of MEASUREMENTS) {
  if (wanted.length > 0 && !rows.some((row) => wanted.includes(row))) continue;
  const started = performance.now();
  const name = `row ${rows.join(' and ')}`;
  process.stdout.write(`${name}: measuring\n`);
  try {
    /** @type {{ measure(): Promise<import('./table.mjs').Result[]> }} */
    const { measure } = await import(module);
    results.push(...(await measure()));
    process.stdout.write(`${name}: ${((performance.now() - started) / 1000).toFixed(0)} s\n`);
  } catch (error) {
    // The other rows are still worth their while.
    process.exitCode = 1;
    process.stdout.write(`${name}: NOT MEASURED: ${error instanceof Error ? error.stack : error}\n`);
  }
}
process.stdout.write(`\n${table(results)}\n\nNode ${process.versions.node}, ${cpus().length} x ${cpus()[0]?.model}, ${new Date().toISOString().slice(0, 10)}\n`);
