// The public types of templates and batches, the same for every runtime: index.d.ts exports them.
import type { DeliveryState, Fault, JsonValue, MessageId, MessageInput, ReadOptions, Recipient } from "./dist/types.js";

// Without the next line, declarations would export what is not marked so as well.
export {};

/** The same without its recipient. */
type WithoutRecipient<T> = T extends unknown ? Omit<T, "toNumber" | "to_number"> : never;

/**
 * A message without a recipient. In each of its texts, `{{name}}` stands for a field of a row, and `{{name|there}}` says what stands there where the
 * row has none, or nothing to see in it. White space around both doesn't count; names are compared letter by letter.
 */
export type MessageTemplate = WithoutRecipient<MessageInput>;

/** What a row has for a template's placeholders. Numbers are written as JSON writes them. */
export type TemplateFields = { readonly [name: string]: string | number | null | undefined };

/** A template with the fields of a row: the JSON that would go out, without its recipient, or everything that is wrong. */
export type RenderedTemplate = { valid: true; wire: { type: string } & { [name: string]: JsonValue } } | { valid: false; faults: Fault[] };

/** What a template names, and whether every row must have it; or everything that is wrong with the template. */
export type NamedFields = { valid: true; fields: { name: string; required: boolean }[] } | { valid: false; faults: Fault[] };

/** One recipient of a batch. */
export interface BatchRow {
  /** Who receives it. */
  to: Recipient;
  /** What the template's placeholders stand for. */
  fields?: TemplateFields | undefined;
  /** Your own key of the row, by which results name it: at most 64 visible characters, and not a phone number. */
  ref?: string | undefined;
}

/** The hours in which nothing is sent, in an IANA time zone: from 21:00 to 08:00. */
export interface QuietHours {
  from: string;
  to: string;
  zone: string;
}

/** What may be set for one request about a batch. */
export type BatchOptions = ReadOptions;

/** How far an upload has come. */
export interface UploadProgress {
  /** The batch, to continue with: `batches.continue(id, rows)`. */
  id: string;
  /** How many rows are there. */
  rows: number;
  /** In how many pieces. */
  pieces: number;
  /** How many of them name a recipient for a second time; they will be skipped. */
  duplicates: number;
  /** How many have faults and will be skipped, with `skipInvalid`. */
  invalid: number;
}

/** What may be set for an upload. */
export interface BatchUpload extends BatchOptions {
  /** Told when the batch is made, and after each piece. */
  onProgress?: ((progress: UploadProgress) => void) | undefined;
  /** Ends the upload between two pieces or in the middle of one; the reason is thrown. It can be continued. */
  signal?: AbortSignal | undefined;
  /** Starts the batch when the last row is there. Default: false. */
  start?: boolean | undefined;
}

/** What is sent, and how fast. The proxy's policy sets the bounds: a batch may only be slower. */
export interface BatchPlan extends BatchUpload {
  /** The message, with `{{name}}` where rows differ. A file by its address. */
  template: MessageTemplate;
  /** How many a minute. Default: the policy's. */
  perMinute?: number | undefined;
  /** How many a day. Default: the policy's. */
  dailyCap?: number | undefined;
  /** When nothing is sent. Default: the policy's. */
  quiet?: QuietHours | undefined;
  /** Not before; milliseconds since 1970 where it is a number. */
  startAt?: Date | number | undefined;
  /** Not after: what is late by then is not sent. Default: the policy's. */
  expiresAt?: Date | number | undefined;
  /** Takes rows with faults and skips them, in place of refusing the piece. Default: false. */
  skipInvalid?: boolean | undefined;
  /** The same key makes the same batch, so that a `create` that was cut off can be repeated. Default: a random one. */
  idempotencyKey?: string | undefined;
}

/** How a batch stands. `held` waits for a person: `reason` says why. */
export type BatchState = "draft" | "running" | "paused" | "held" | "done" | "cancelled" | "expired";

/** What became of a row. `unknown`: it may have been sent, and nobody heard. */
export type BatchRowState = "waiting" | "posted" | "queued" | "refused" | "unknown" | "skipped" | "cancelled";

/** How far a batch has come. */
export interface BatchProgress {
  id: string;
  state: BatchState;
  /** How many rows are in each state; `failed`: those that were queued and could not be delivered later. */
  counts: Record<BatchRowState, number> & { failed?: number };
  /** Why it is held. */
  reason?: string;
  /** What it waits for at the moment, and until when, in milliseconds since 1970. */
  waiting?: { for: "pace" | "quiet_hours" | "daily_cap" | "limit" | "phone" | "storage" | "start" | (string & {}); until?: number };
  /** How many a minute it sends at present. */
  rate?: number;
}

/** A batch as the proxy knows it. Times are milliseconds since 1970. */
export interface Batch extends BatchProgress {
  /** How many rows it has. */
  size: number;
  made: number;
  startAt?: number;
  expires: number;
  ended?: number;
  /** When the last row is likely to be sent. */
  endsAt?: number;
  plan: { perMinute: number; dailyCap?: number; quiet?: QuietHours };
}

/** What became of one row. */
export interface BatchResult {
  /** Its number, from 0. */
  row: number;
  ref?: string;
  state: BatchRowState;
  /** Maytapi's code, or the proxy's, where there is one. */
  code?: string;
  /** Maytapi's id of the message. */
  msgId?: MessageId;
  /** When that was, in milliseconds since 1970. */
  at?: number;
  /** How far the message has come since. */
  delivery?: DeliveryState;
}

/** A fault of a row. */
export interface RowFault extends Fault {
  /** The row's number, from 0. */
  row?: number;
}

/** Batches in the edge proxy. Each message reaches Maytapi at most once; the one whose outcome nobody heard is listed as unknown. */
export interface Batches {
  /**
   * Makes a batch and uploads its rows, in pieces of at most 1,000 that are safely repeated. Nothing is sent before it is started.
   *
   * @throws {BatchError} When the template, the plan or rows have faults, or the upload broke off: `batchId` says where to continue.
   */
  create(rows: Iterable<BatchRow> | AsyncIterable<BatchRow>, plan: BatchPlan): Promise<Batch>;

  /** Goes on with an upload that broke off: the same rows from the first on. What is there already is not stored again. */
  continue(id: string, rows: Iterable<BatchRow> | AsyncIterable<BatchRow>, options?: BatchUpload): Promise<Batch>;

  /** How a batch stands. */
  get(id: string, options?: BatchOptions): Promise<Batch>;

  /** The phone's batches, newest first; `cursor` leads to more. */
  list(options?: BatchOptions & { after?: string | undefined }): Promise<{ batches: Batch[]; cursor?: string | null }>;

  /** Starts a batch whose rows are there; with `size`, only if there are that many. */
  start(id: string, options?: BatchOptions & { size?: number | undefined }): Promise<Batch>;

  /** Sends nothing more until it is resumed; one message may be under way. */
  pause(id: string, options?: BatchOptions): Promise<Batch>;

  /** Goes on with a batch that was paused or held. */
  resume(id: string, options?: BatchOptions): Promise<Batch>;

  /** Sends nothing more. Rows that wait are cancelled. */
  cancel(id: string, options?: BatchOptions): Promise<Batch>;

  /** How a batch stands, now and after each change, until it is done, cancelled or expired. */
  follow(id: string, options?: BatchOptions): AsyncGenerator<BatchProgress, void, void>;

  /** What became of each row, in their order; of those in some states only, where these are given. */
  results(id: string, options?: BatchOptions & { states?: readonly BatchRowState[] | undefined }): AsyncGenerator<BatchResult, void, void>;

  /**
   * Makes a new batch of the rows that were refused, and may be sent again; those in other states that never were sent, where `states` names
   * them. The rows are given again and found by their `ref`, since the proxy has thrown their contents away. Asking twice makes one batch.
   * `undefined` where there is nothing to send again.
   *
   * @throws {BatchError} When a row can't be found again for certain.
   */
  retryFailed(
    id: string,
    rows: Iterable<BatchRow> | AsyncIterable<BatchRow>,
    plan: BatchPlan & { states?: readonly ("refused" | "skipped" | "cancelled")[] | undefined },
  ): Promise<Batch | undefined>;

  /** How many people asked to get no more from batches of the phone. This and what follows need `manage`. */
  countOptOuts(options?: BatchOptions): Promise<number>;

  /** Whether somebody asked to get no more from batches; `at`: since when, in milliseconds since 1970. */
  getOptOut(to: string | number, options?: BatchOptions): Promise<{ optedOut: boolean; at?: number }>;

  /**
   * Takes back that somebody asked to get no more from batches, once they agreed to get some again. Rows that were left out stay so. Resolves to
   * `false` where they had not asked, or it was taken back before.
   */
  removeOptOut(to: string | number, options?: BatchOptions): Promise<boolean>;
}
