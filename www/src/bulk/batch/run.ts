// What is done with batches, by way of the package: handing one over and starting it, and how those that are there stand.
import { signal } from "@preact/signals";
import { type Batch, BatchError, type BatchRow, type MaytapiClient, type MessageTemplate } from "maytapi";
import { withClient } from "../../session/client.ts";
import type { PhoneRef } from "../../session/session.ts";
import type { Pace } from "../pace/pace.ts";
import type { Person } from "../people/rows.ts";
import { keep } from "./kept.ts";

/** A batch that is handed over. */
export interface Upload {
  done: number;
  all: number;
  stop: AbortController;
}

export const upload = signal<Upload | undefined>(undefined);

/** What is handed over, kept as it is for as long as it may have to be done again: the same key makes the same batch. */
export interface Order {
  phone: PhoneRef;
  template: MessageTemplate;
  people: readonly Person[];
  pace: Pace;
  key: string;
  /** The batch, once it is known. */
  id?: string;
}

/** Hands a batch over and starts it. One that broke off before goes on where it was. */
export async function start(order: Order): Promise<Batch> {
  const { phone, template, people, pace, key } = order;
  const stop = new AbortController();
  upload.value = { done: 0, all: people.length, stop };
  const options = {
    signal: stop.signal,
    start: true,
    onProgress: ({ id, rows }: { id: string; rows: number }) => {
      order.id = id;
      upload.value = { done: rows, all: people.length, stop };
    },
  };
  try {
    return await withClient(phone, async (client) => {
      const batch =
        order.id === undefined
          ? await client.batches.create(rowsOf(people), { template, ...pace, skipInvalid: true, idempotencyKey: key, ...options })
          : await client.batches.continue(order.id, rowsOf(people), options);
      await keep(batch.id, people);
      return batch;
    });
  } catch (error) {
    if (error instanceof BatchError && error.batchId !== undefined) order.id = error.batchId;
    if (stop.signal.aborted && order.id !== undefined) await drop(phone, order.id);
    throw error;
  } finally {
    upload.value = undefined;
  }
}

/** What somebody stopped before it started is not left lying there. */
async function drop(phone: PhoneRef, id: string): Promise<void> {
  await withClient(phone, (client) => client.batches.cancel(id)).catch(() => {
    // It is a draft, sends nothing, and is thrown away by the proxy in time.
  });
}

/** The row's number in the file is what results name it by. */
function* rowsOf(people: readonly Person[]): Generator<BatchRow> {
  for (const { row, to, fields } of people) yield { to, fields, ref: `row-${row}` };
}

/** The row's number in the file, of what a result names it by. */
export function rowOf(ref: string | undefined): number | undefined {
  const digits = /^row-(\d+)$/.exec(ref ?? "")?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** One thing that can be done with a batch that is there. */
export function act(phone: PhoneRef, id: string, what: "pause" | "resume" | "cancel"): Promise<Batch> {
  return withClient(phone, (client: MaytapiClient) => client.batches[what](id));
}
