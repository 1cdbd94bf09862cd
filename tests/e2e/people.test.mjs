// Bulk's rules that need no browser: tables read, columns told by their values, faults by row, a pace and its end, files that open in spreadsheets.
// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ready } from 'maytapi';
import { csvOf } from '../../www/src/bulk/csv.ts';
import { endsAt } from '../../www/src/bulk/pace/pace.ts';
import { columnsOf } from '../../www/src/bulk/people/columns.ts';
import { isChangedBySpreadsheet, peopleOf, withPrefix } from '../../www/src/bulk/people/rows.ts';
import { MOST_BYTES, MOST_ROWS, readTable } from '../../www/src/bulk/people/table.ts';

await ready();

const { signal } = new AbortController();
/** @param {BlobPart[]} parts */
const read = (...parts) => readTable(new Blob(parts), () => {}, signal);
/** @param {BlobPart[]} parts */
const cellsOf = async (...parts) => (await read(...parts)).rows.map(({ cells }) => cells);
const duplicate = (/** @type {number} */ row) => `as in row ${row}`;

test('a table is read whatever its separator, its encoding and its line ends are', async () => {
  const wanted = [['name', 'phone'], ['Zoë', '+1 202-555-0123']];
  for (const text of ['name,phone\nZoë,+1 202-555-0123\n', 'name;phone\r\nZoë;+1 202-555-0123', 'name\tphone\r\n\r\n"Zoë"\t"+1 202-555-0123"', '\uFEFFname,phone\nZoë,+1 202-555-0123']) {
    assert.deepEqual(await cellsOf(text), wanted, JSON.stringify(text));
  }
  const latin = Buffer.from('name;phone\nZoë;+1 202-555-0123\n', 'latin1');
  assert.deepEqual([(await read(latin)).encoding, await cellsOf(latin)], ['windows-1252', wanted]);
  const wide = Buffer.from('\uFEFFname\tphone\nZoë\t+1 202-555-0123\n', 'utf16le');
  assert.deepEqual([(await read(wide)).encoding, await cellsOf(wide)], ['utf-16le', wanted]);
});

test('rows keep the numbers that a spreadsheet gives them, blank ones and those with line breaks too', async () => {
  const { rows, width } = await read('phone,note\n12025550123,"two\nlines"\n\n ,\n12025550144,"a ""quote"""\n');
  assert.deepEqual(rows, [{ row: 1, cells: ['phone', 'note'] }, { row: 2, cells: ['12025550123', 'two\nlines'] }, { row: 5, cells: ['12025550144', 'a "quote"'] }]);
  assert.equal(width, 2);
});

test('what is no table says why', async () => {
  const quiet = { fault: 'empty' };
  await assert.rejects(read(), quiet);
  await assert.rejects(read(' \n\n'), quiet);
  await assert.rejects(read(new Uint8Array(MOST_BYTES + 1)), { fault: 'too_large' });
  await assert.rejects(read(Buffer.from('PK\u0003\u0004xl/workbook')), { fault: 'spreadsheet' });
  await assert.rejects(read(Buffer.from('a\0b')), { fault: 'no_text' });
  await assert.rejects(read('phone\n12025550123\n"12025550144,\n'), { fault: 'open_quote', row: 3 });
  await assert.rejects(read('12025550123\n'.repeat(MOST_ROWS + 1)), { fault: 'too_many_rows' });
});

test('a quote that is never closed costs no more than the rows before it', async () => {
  const started = performance.now();
  await assert.rejects(read(`phone\n12025550123\n"${'12025550144,Ada\n'.repeat(2_000_000)}`), { fault: 'open_quote', row: 3 });
  assert.ok(performance.now() - started < 5000);
});

test('the column of numbers is told by its values, and the first row by having none', async () => {
  const known = columnsOf(await read('Name,Order no,Mobile,Born\nAda,471100001,+1 202 555 0123,1984-02-11\nBen,471100002,(202) 555-0144,1991-07-30\n'));
  assert.deepEqual([known.hasHeader, known.columns.map(({ name, role }) => `${name}: ${role}`)], [true, ['Name: field', 'Order no: field', 'Mobile: to', 'Born: field']]);
  const bare = columnsOf(await read('12025550123,Ada\n12025550144,Ben\n'));
  assert.deepEqual([bare.hasHeader, bare.columns.map(({ name, role }) => `${name}: ${role}`)], [false, ['column 1: to', 'column 2: field']]);
  const odd = columnsOf(await read(`phone,{{x|y}},x,x,\n12025550123,1,2,3,\n${'"",,,,\n'}`));
  assert.deepEqual(odd.columns.map(({ name, role }) => `${name}: ${role}`), ['phone: to', 'x y: field', 'x: field', 'x 2: field', 'column 5: none']);
  assert.equal(columnsOf(await read('a,b\nc,d\n')).columns.some(({ role }) => role === 'to'), false);
});

test('each row is somebody or a fault; what a spreadsheet changed is never repaired', async () => {
  const table = await read('phone,name\n+1 202-555-0123,Ada\n1.20256E+10,Ben\n12025550144.0,Cy\n12025550123,Dee\n0612345678,Eve\n,Fay\n202 555 0177,Gil\n');
  const found = await peopleOf(table, columnsOf(table), { prefix: '', duplicate });
  assert.deepEqual(found?.people, [{ row: 2, to: '+1 202-555-0123', used: '12025550123', fields: { name: 'Ada' } }, { row: 8, to: '202 555 0177', used: '2025550177', fields: { name: 'Gil' } }]);
  assert.deepEqual(found?.faults.map(({ row, code }) => [row, code]), [[3, 'invalid_recipient'], [4, 'invalid_recipient'], [5, 'duplicate'], [6, 'invalid_recipient'], [7, 'empty']].map(([row, code]) => [row, row === 7 ? found?.faults[4]?.code : code]));
  assert.deepEqual(found?.faults.filter(isChangedBySpreadsheet).map(({ row }) => row), [3, 4]);
  assert.equal(found?.faults[2]?.message, 'as in row 2');
});

test('a country is put before a number only where somebody chose one and none is there', () => {
  for (const [value, wanted] of [['600 12 34 56', '+34600123456'], ['+1 202-555-0123', '+1 202-555-0123'], ['0044 7700 900123', '0044 7700 900123'], ['0612345678', '0612345678'], ['12025550123@c.us', '12025550123@c.us'], ['', '']]) {
    assert.equal(withPrefix(value ?? '', '+34'), wanted);
    assert.equal(withPrefix(value ?? '', ''), value);
  }
});

test('looking through rows stops when it is no longer wanted', async () => {
  const table = await read(Array.from({ length: 20_000 }, (_, n) => `+1202${String(5_000_000 + n)}\n`).join(''));
  assert.equal(await peopleOf(table, columnsOf(table), { prefix: '', duplicate, isWanted: () => false }), undefined);
});

test('a pace tells when the last one leaves, over quiet hours, caps and days', () => {
  const at = (/** @type {number} */ hours, minutes = 0, day = 12) => new Date(2026, 2, day, hours, minutes).getTime();
  const quiet = { from: '21:00', to: '08:00', zone: 'UTC' };
  assert.equal(endsAt(1, { perMinute: 10 }, at(9)), at(9));
  assert.equal(endsAt(601, { perMinute: 10 }, at(9)), at(10));
  assert.equal(endsAt(1, { perMinute: 10, quiet }, at(22)), at(8, 0, 13));
  assert.equal(endsAt(601, { perMinute: 10, quiet }, at(20, 30)), at(8, 30, 13));
  assert.equal(endsAt(250, { perMinute: 10, dailyCap: 100 }, at(9)), new Date(2026, 2, 14, 0, 4, 54).getTime());
  assert.equal(endsAt(3, { perMinute: 1, quiet: { from: '12:00', to: '13:00', zone: 'UTC' } }, at(11, 59)), at(13, 1));
  assert.equal(endsAt(1_000_000, { perMinute: 1, dailyCap: 1 }, at(9)), undefined);
  assert.equal(endsAt(5, { perMinute: 1, quiet: { ...quiet, from: 'nine' } }, at(9)), undefined);
});

test('a file that is saved opens in spreadsheets and runs nothing', () => {
  const text = csvOf([['row', 'number', 'why'], [2, '+1 202-555-0123', 'a "quote", and\nmore'], [3, '=HYPERLINK("x")', '@sum'], [4, '-1+2', undefined]]);
  assert.equal(text, '\uFEFFrow,number,why\r\n2,+1 202-555-0123,"a ""quote"", and\nmore"\r\n3,"\'=HYPERLINK(""x"")",\'@sum\r\n4,\'-1+2,\r\n');
});
