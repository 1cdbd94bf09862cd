// Row 9: whether a send costs more when there are more phones, or more records in one phone.
// @ts-check
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { startWorkerd } from '../../tests/support/workerd.mjs';
import { contender } from '../contender.mjs';
import { hangUp, load, variables } from '../load.mjs';
import { alternate, median, ratio, SHORT_ROUNDS } from '../statistics.mjs';
import { micros, spread } from '../table.mjs';
import { workersFolder } from '../workers.mjs';

/** Enough for the 64 phones to send some each. */
const SENDS = 250;
const PHONES = [1, 4, 16, 64];
const RECORDS = 100_000;
const MOST = 1.15;
/** Before any is measured, each phone has sent this often. */
const WARM_UP = 60;

export async function measure() {
  const { folder, remove } = await workersFolder();
  const upstream = await contender('upstream');
  try {
    const all = Array.from({ length: Math.max(...PHONES) + 2 }, (_, n) => String(1150 + n));
    const [full = '', empty = '', ...phones] = all;
    const services = [
      {
        name: 'ours',
        modules: ['index.js', 'index_bg.wasm'],
        bindings: variables({ phones: all, upstream: `http://127.0.0.1:${upstream.started}/api` }),
        object: { binding: 'PHONES', className: 'Phone' },
        hosts: { className: 'Phone', stored: true },
        socket: true,
      },
    ];
    const first = await startWorkerd(folder, services);
    await load(first.ports['ours'] ?? 0, 1, { phones: [full] }).finally(() => first.end());
    hangUp();
    fill(join(folder, 'state'));
    const workerd = await startWorkerd(folder, services);
    try {
      const cost = async (/** @type {string[]} */ used, count = SENDS) => {
        const before = workerd.cpu();
        await load(workerd.ports['ours'] ?? 0, count, { phones: used });
        return (workerd.cpu() - before) / count;
      };
      await cost(all, WARM_UP * all.length);
      const byPhones = await alternate(Object.fromEntries(PHONES.map((count) => [`${count} phones`, () => cost(phones.slice(0, count))])), SHORT_ROUNDS);
      const byRecords = await alternate({ full: () => cost([full]), empty: () => cost([empty]) }, SHORT_ROUNDS);
      const results = PHONES.slice(1).map((count, i) => line(`9${'abc'[i] ?? ''}`, `CPU per send, ${count} phones`, byPhones[`${count} phones`] ?? [], byPhones['1 phones'] ?? [], '1 phone'));
      return [...results, line('9d', `the same, ${RECORDS.toLocaleString('en')} records`, byRecords.full, byRecords.empty, 'few')];
    } finally {
      await workerd.end();
      hangUp();
    }
  } finally {
    upstream.end();
    remove();
  }
}

/** Writes records of earlier sends into the one object that there is. @param {string} state */
function fill(state) {
  const files = readdirSync(state, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.sqlite'));
  const database = files.map((file) => new DatabaseSync(join(state, file))).find((one) => one.prepare("SELECT 1 FROM sqlite_master WHERE name = 'records'").get());
  if (!database) throw new Error(`no object with records among ${files.join(', ')}`);
  const insert = database.prepare('INSERT INTO records (id, state, digest, made, outcome) VALUES (?, 2, ?, ?, ?)');
  const now = Date.now();
  database.exec('BEGIN');
  for (let n = 0; n < RECORDS; n += 1) {
    insert.run(randomBytes(16).toString('hex'), randomBytes(16).toString('hex'), now - n, '{"queued":{"chatId":"=","msgId":"0f0d1a40-8a0b-11ee-b9d1-0242ac120002"}}');
  }
  database.exec('COMMIT');
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
}

/**
 * @param {string} row
 * @param {string} what
 * @param {number[]} more
 * @param {number[]} less
 * @param {string} base
 */
function line(row, what, more, less, base) {
  const compared = ratio(more, less);
  return { row, what, ours: micros(median(more)), peer: `${micros(median(less))} ours, ${base}`, ratio: spread(compared), target: `<= ${MOST}`, met: compared.median <= MOST };
}
