// What this device keeps of sent messages: one table in IndexedDB.
import type { Sent } from "./record.ts";

const NAME = "maytapi-console";
const TABLE = "sent";

let opened: Promise<IDBDatabase> | undefined;

/** All of them, oldest first, after those from before `oldest` are thrown away. */
export async function readAll(oldest: number): Promise<Sent[]> {
  return inTable("readwrite", (table) => {
    const old = table.index("at").openKeyCursor(IDBKeyRange.upperBound(oldest, true));
    old.onsuccess = () => {
      const cursor = old.result;
      if (!cursor) return;
      table.delete(cursor.primaryKey);
      cursor.continue();
    };
    return table.index("at").getAll(IDBKeyRange.lowerBound(oldest));
  });
}

export function read(id: string): Promise<Sent | undefined> {
  return inTable("readonly", (table) => table.get(id));
}

export async function write(sent: Sent): Promise<void> {
  await inTable("readwrite", (table) => table.put(sent));
}

export async function remove(id: string): Promise<void> {
  await inTable("readwrite", (table) => table.delete(id));
}

export async function clear(): Promise<void> {
  await inTable("readwrite", (table) => table.clear());
}

async function inTable<T>(mode: IDBTransactionMode, act: (table: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  opened ??= open();
  const database = await opened;
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(TABLE, mode);
    const request = act(transaction.objectStore(TABLE));
    // A full device is told when the transaction ends, not when the request does.
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error ?? new Error("the transaction was aborted"));
    transaction.onerror = () => reject(transaction.error ?? request.error ?? new Error("the transaction failed"));
  });
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(TABLE, { keyPath: "id" }).createIndex("at", "at");
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
