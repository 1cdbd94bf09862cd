// What this device keeps: sent messages, and how far each phone's feed was followed.
import type { Sent } from "./record.ts";

const NAME = "maytapi-console";
const VERSION = 3;
const SENT = "sent";
/** A cursor by who follows which phone: written after the changes before it, so that a page that was closed misses none. */
const CURSORS = "cursors";
/** Whom batches went to, row by row. */
const BATCHES = "batches";

/** A batch that was started here. */
export interface KeptBatch {
  id: string;
  at: number;
  people: { row: number; used: string }[];
}

let opened: Promise<IDBDatabase> | undefined;

/** All messages, oldest first, after those from before `oldest` are thrown away. */
export async function readAll(oldest: number): Promise<Sent[]> {
  await inTable(BATCHES, "readwrite", (table) => throwAway(table, oldest));
  return inTable(SENT, "readwrite", (table) => {
    throwAway(table, oldest);
    return table.index("at").getAll(IDBKeyRange.lowerBound(oldest));
  });
}

function throwAway(table: IDBObjectStore, oldest: number): IDBRequest {
  const old = table.index("at").openKeyCursor(IDBKeyRange.upperBound(oldest, true));
  old.onsuccess = () => {
    const cursor = old.result;
    if (!cursor) return;
    table.delete(cursor.primaryKey);
    cursor.continue();
  };
  return old;
}

export function read(id: string): Promise<Sent | undefined> {
  return inTable(SENT, "readonly", (table) => table.get(id));
}

/** All of them or none. */
export async function write(first: Sent, ...more: Sent[]): Promise<void> {
  await inTable(SENT, "readwrite", (table) => {
    for (const sent of more) table.put(sent);
    return table.put(first);
  });
}

export async function remove(id: string): Promise<void> {
  await inTable(SENT, "readwrite", (table) => table.delete(id));
}

export async function clear(): Promise<void> {
  await inTable(BATCHES, "readwrite", (table) => table.clear());
  await inTable(SENT, "readwrite", (table) => table.clear());
}

export async function keepPeople(batch: KeptBatch): Promise<void> {
  await inTable(BATCHES, "readwrite", (table) => table.put(batch));
}

export function peopleOfBatch(id: string): Promise<KeptBatch | undefined> {
  return inTable(BATCHES, "readonly", (table) => table.get(id));
}

export function readCursor(name: string): Promise<string | undefined> {
  return inTable(CURSORS, "readonly", (table) => table.get(name));
}

export async function writeCursor(name: string, cursor: string): Promise<void> {
  await inTable(CURSORS, "readwrite", (table) => table.put(cursor, name));
}

async function inTable<T>(name: string, mode: IDBTransactionMode, act: (table: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  opened ??= open();
  const database = await opened;
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(name, mode);
    const request = act(transaction.objectStore(name));
    // A full device is told when the transaction ends, not when the request does.
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error ?? new Error("the transaction was aborted"));
    transaction.onerror = () => reject(transaction.error ?? request.error ?? new Error("the transaction failed"));
  });
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = ({ oldVersion }) => {
      if (oldVersion < 1) request.result.createObjectStore(SENT, { keyPath: "id" }).createIndex("at", "at");
      if (oldVersion < 2) request.result.createObjectStore(CURSORS);
      if (oldVersion < 3) request.result.createObjectStore(BATCHES, { keyPath: "id" }).createIndex("at", "at");
    };
    request.onsuccess = () => {
      // Another tab with a newer page: this one reads and writes no more than it has to.
      request.result.onversionchange = () => {
        request.result.close();
        opened = undefined;
      };
      resolve(request.result);
    };
    request.onerror = () => reject(request.error ?? new Error("the database can't be opened"));
  });
}
