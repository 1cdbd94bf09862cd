// Whom a batch went to, on the device that started it: the proxy keeps no numbers.
import { keepPeople, peopleOfBatch } from "../../sent/db.ts";
import type { Person } from "../people/rows.ts";

/** Whom a row of a batch went to. */
export interface Kept {
  row: number;
  used: string;
}

const inMemory = new Map<string, Kept[]>();

export async function keep(batch: string, people: readonly Person[]): Promise<void> {
  const kept = people.map(({ row, used }) => ({ row, used }));
  inMemory.set(batch, kept);
  try {
    await keepPeople({ id: batch, at: Date.now(), people: kept });
  } catch {
    // Full or refused, which is said above the page: then it is known until the tab is closed.
  }
}

/** By the proxy's number of the row; nothing where this device does not know. */
export async function keptOf(batch: string): Promise<Kept[] | undefined> {
  const known = inMemory.get(batch);
  if (known) return known;
  try {
    return (await peopleOfBatch(batch))?.people;
  } catch {
    return undefined;
  }
}
