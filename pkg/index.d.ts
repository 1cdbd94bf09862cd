// The public types of the package, the same for every runtime.
/// <reference lib="esnext.disposable" />
import type { BatchProgress, Batches, MessageTemplate, NamedFields, RenderedTemplate, RowFault, TemplateFields } from "./batches.js";
import type {
  CheckedPhone,
  ClientOptions,
  DeliveryState,
  Fault,
  InboundMessage,
  Logs,
  MessageId,
  MessageInput,
  MessageTypeInfo,
  Phone,
  PhoneQueue,
  PhoneStatus,
  Product,
  Queued,
  RawMessage,
  ReadOptions,
  Recipient,
  SendOptions,
  Validation,
  WebhookEvent,
} from "./dist/types.js";

export * from "./batches.js";
export * from "./dist/types.js";

/** A `WebAssembly.Module`, where the program's types know it: those of a backend may not. */
type CompiledModule = typeof globalThis extends { WebAssembly: { Module: { prototype: infer M } } } ? M : never;

/** Where the WebAssembly module comes from: an address, an answer of `fetch`, its bytes, or the compiled module. */
export type ModuleSource = URL | string | Request | Response | ArrayBuffer | ArrayBufferView | CompiledModule;

/**
 * Waits until the WebAssembly module is loaded. Only `validate`, `validateRaw` and `messageTypes` need it, and only in browsers:
 * everything that returns a promise waits by itself, and elsewhere the module is there from the start.
 *
 * @param input Where the module is, for a page that keeps it elsewhere. Default: beside the package's own files.
 * @throws {NotReadyError} When it can't be loaded. Its message says why; `retryable` is `no` where calling again can't help.
 */
export function ready(input?: ModuleSource | Promise<ModuleSource>): Promise<void>;

/**
 * Checks a message without sending it: the message as it can be sent and the JSON that would go out, or every fault at once. Never throws for what the message is.
 *
 * @throws {NotReadyError} When the module is not loaded yet.
 */
export function validate(message: unknown): Validation;

/** The same for the raw form of `sendRaw`: only the recipient, `replyTo` and `skipFilter` are checked. */
export function validateRaw(message: unknown): Validation<RawMessage>;

/** Every message type with its own fields, to build forms from. */
export function messageTypes(): MessageTypeInfo[];

/**
 * Reads the body of one of Maytapi's webhooks, already parsed as JSON. `undefined` where it is none; events that this package does not
 * know come as `unknown`. Maytapi signs nothing: keep the address that it posts to a secret. For servers: a browser's page has it by
 * `maytapi/inline` alone.
 */
export function parseWebhook(body: unknown): WebhookEvent | undefined;

/** The delivery state after another report. Reports repeat and overtake each other, so a state never goes back. */
export function advanceDelivery(state: DeliveryState, report: DeliveryState): DeliveryState;

/** Sends messages through an edge proxy (`baseUrl` and `token`) or straight to Maytapi (`productId` and `apiKey`). */
export class MaytapiClient {
  /**
   * Makes a client. Nothing is sent and no timer started. In a browser `baseUrl` may be relative: `/api/main`.
   *
   * @throws {ConfigurationError} That names the option at fault. While the module is not loaded, or where `baseUrl` is relative, the first call rejects with it.
   */
  constructor(options: ClientOptions);

  /**
   * Puts a message into the phone's queue. Resolves when it is queued, which is before it is sent.
   *
   * @throws {ValidationError} With every fault at once, before anything leaves.
   * @throws {MaytapiError} One of its subclasses otherwise; `retryable` says whether sending again is safe.
   */
  sendMessage(message: MessageInput, options?: SendOptions): Promise<Queued>;

  /** Sends a type or a field that this package does not know yet, as Maytapi names it. Only the recipient is checked. */
  sendRaw(message: RawMessage, options?: SendOptions): Promise<Queued>;

  /**
   * Sends a file. It is checked before anything leaves: at most 50 MB, not empty, of a type that fits.
   *
   * @param to Who receives it.
   * @param file A `File` or `Blob`, its bytes, or in Node and Bun its path.
   */
  sendMedia(to: Recipient, file: FileSource, options?: MediaOptions): Promise<Queued>;

  /**
   * Sends many messages, a few at a time. Await it for all results, or iterate over it for one after the other, in the order of the
   * messages; nothing is sent before. One that fails is told as a result and stops nobody else.
   *
   * @throws {ConfigurationError} That names the option at fault.
   */
  sendMany<M extends MessageInput>(messages: Iterable<M> | AsyncIterable<M>, options?: BulkOptions<M>): Bulk<M>;

  /** The account's phones. */
  listPhones(options?: ReadOptions): Promise<Phone[]>;

  /** Whether the phone is connected and can send. */
  status(options?: ReadOptions): Promise<PhoneStatus>;

  /** How many messages wait in the phone's queue. */
  queue(options?: ReadOptions): Promise<PhoneQueue>;

  /** The account's log, newest first: what came in, went out and failed. */
  logs(options?: ReadOptions): Promise<Logs>;

  /** A picture of the phone's WhatsApp, as the bytes of a PNG. */
  screen(options?: ReadOptions): Promise<OwnBytes>;

  /** The products of the business's catalogue. */
  catalog(options?: ReadOptions): Promise<Product[]>;

  /** Which numbers are on WhatsApp. */
  checkPhones(numbers: readonly Recipient[], options?: ReadOptions): Promise<CheckedPhone[]>;

  /**
   * What has become of a message, as the proxy knows it from Maytapi's webhooks.
   *
   * @throws {RefusedError} With the code `unknown_message` where it is not known, or not the caller's.
   */
  message(msgId: MessageId, options?: ReadOptions): Promise<Delivery>;

  /** The same of many messages at once, as after a page was reloaded. Those that are not known are left out. */
  messages(msgIds: readonly MessageId[], options?: ReadOptions): Promise<Delivery[]>;

  /**
   * A message as it comes along: what is known now, and each state after it. Ends when the message is read (or `until` is reached), when
   * it is deleted, and when it failed and nothing has refuted that for a minute.
   */
  track(msgId: MessageId, options?: TrackOptions): AsyncGenerator<Delivery, void, void>;

  /**
   * Everything that becomes of the phone's messages, from now on or after a cursor of before. One socket is shared by all that is
   * followed; it is dialled again when it breaks and goes on where it was, so that no change is missed and none is told twice. Where there
   * is no socket (Node 20, networks that let none through), requests wait for the next change.
   */
  events(options?: EventOptions): EventStream;

  /** Batches: many recipients, sent by the proxy at a pace that bans nobody, each message at most once. Needs the edge proxy. */
  readonly batches: Batches;

  /**
   * A message that came in, as a change of kind `incoming` names it. The proxy keeps those only where its policy says so.
   *
   * @throws {RefusedError} With the code `unknown_message` where it is not kept, or not any more.
   * @throws {PermissionError} For who may not follow the whole phone.
   */
  incoming(id: string, options?: ReadOptions): Promise<Incoming>;

  /** Gives the client's memory back. What is under way ends as it would have; new calls reject. */
  free(): void;

  /** The same, for `using client = new MaytapiClient(…)`. */
  [Symbol.dispose](): void;
}

/** `Uint8Array<ArrayBuffer>`, and before TypeScript 5.7, which has no such parameter, `Uint8Array`. */
type OwnBytes = ReturnType<Uint8ArrayConstructor["of"]>;

/** `ArrayBufferView<ArrayBuffer>`, for every TypeScript. */
type OwnView = { readonly buffer: ArrayBuffer; readonly byteLength: number; readonly byteOffset: number };

/** Where a file's bytes come from. A path or a `file:` URL is opened in Node and Bun only. */
export type FileSource = Blob | ArrayBuffer | OwnView | string | URL;

/** What may be said about a file and its sending. */
export interface MediaOptions extends SendOptions {
  /** Default: `media`, which takes files of every kind. */
  type?: "media" | "image" | "sticker" | undefined;
  /** The file's MIME type. Default: what the `File` or `Blob` says, else what the name's ending tells. */
  mimeType?: string | undefined;
  /** The name under which a document is shown. Default: the file's own. */
  filename?: string | undefined;
  /** The caption. */
  text?: string | undefined;
  /** Sends an image in high definition. */
  isHd?: boolean | undefined;
  /** Plays a short MP4 in a loop. */
  isGif?: boolean | undefined;
  /** A sticker's size in pixels. */
  options?: { width: number; height: number } | undefined;
  /** The message that it answers. */
  replyTo?: MessageId | undefined;
  /** Passes by Maytapi's filter against repeated messages. Default: false. */
  skipFilter?: boolean | undefined;
  /** Told as the file is read and encoded, in bytes; sending begins when both are the same. */
  onProgress?: ((progress: { loaded: number; total: number }) => void) | undefined;
}

/** What became of one of many messages. */
export type BulkResult<M = MessageInput> =
  | { index: number; message: M; status: "queued"; queued: Queued }
  | {
      index: number;
      message: M;
      status: "failed";
      /** A `MaytapiError`, or the reason of the signal that was aborted. */
      error: unknown;
    };

/** How far many sends have come. */
export interface BulkProgress<M = MessageInput> {
  /** How many have ended. */
  done: number;
  /** How many of these were queued. */
  queued: number;
  /** How many of these failed. */
  failed: number;
  /** The one that ended just now; not always in order. */
  result: BulkResult<M>;
}

/** What may be set for many sends, and for each of them. */
export interface BulkOptions<M = MessageInput> extends ReadOptions {
  /** How many are under way at a time, 1 to 1000. Default: 4. */
  concurrency?: number | undefined;
  /** How many may start in a second, 0.000001 to 1000000; less than 1 for a slower pace. Default: no bound. */
  perSecond?: number | undefined;
  /** Told when one has ended. Throwing ends the rest like an aborted signal. */
  onProgress?: ((progress: BulkProgress<M>) => void) | undefined;
  /** Makes the key under which the edge proxy knows a message again, for lists that may be sent a second time after a crash. */
  idempotencyKey?: ((message: M, index: number) => string) | undefined;
  /** Starts no more, and ends what is under way. Results that were there are told, then the reason is thrown. */
  signal?: AbortSignal | undefined;
}

/**
 * Many sends, not begun yet. `await` gives all results; `for await` gives one after the other and keeps memory constant, however many
 * there are: items run ahead of a slow one, or of a slow loop, by at most 16 times `concurrency`. Each item is sent once.
 */
export interface Bulk<M = MessageInput> extends PromiseLike<BulkResult<M>[]> {
  /** As of a promise. */
  catch<B = never>(onError?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<BulkResult<M>[] | B>;
  /** As of a promise. */
  finally(onEnd?: (() => void) | null): Promise<BulkResult<M>[]>;
  [Symbol.asyncIterator](): AsyncIterator<BulkResult<M>, void, void>;
}

/** What has become of a message. */
export interface Delivery {
  /** Maytapi's id, as the send gave it. */
  msgId: MessageId;
  /** How far it has come. `failed` may still be refuted by `delivered`. */
  state: DeliveryState;
  /** When it came to each step, in milliseconds since 1970. Steps that nobody told of are left out. */
  at: Partial<Record<DeliveryState, number>>;
  /** Maytapi's code, where it failed. */
  code?: string;
}

/** A message that came in. */
export interface Incoming {
  /** The proxy's id of it; WhatsApp's own is in the message. */
  id: string;
  /** When it was stored, in milliseconds since 1970. */
  at: number;
  /** It, as `parseWebhook` would give it. */
  message: InboundMessage;
}

/** A change on a phone. Kinds that this version does not know may come as well: leave them alone. */
export type Change =
  | ({ kind: "message" } & Delivery)
  | ({ kind: "batch" } & BatchProgress)
  | {
      kind: "phone";
      /** Maytapi's word: `active`, `idle`, `qr-code`, `phone-error`, `loading`, `disabled`. */
      status: string;
      /** When it was told, in milliseconds since 1970. */
      at: number;
    }
  | {
      /** A message came in, which `client.incoming(id)` gives. Only for who may follow the whole phone, where the proxy keeps such messages. */
      kind: "incoming";
      id: string;
      /** When it was stored, in milliseconds since 1970. */
      at: number;
    }
  | {
      /** Changes were lost (the proxy's storage was set back, or the reader was too slow): look up again what you know. */
      kind: "reset";
    };

/** What may be set to follow one message. */
export interface TrackOptions {
  /** Where it ends. Default: `read`. */
  until?: DeliveryState | undefined;
  /** Ends it; the reason is thrown. */
  signal?: AbortSignal | undefined;
  /** Another phone than the client's. */
  phoneId?: string | number | undefined;
}

/** What may be set to follow a phone. */
export interface EventOptions {
  /** The cursor of an earlier stream, or `start` for everything that is kept. Default: from now on. */
  after?: string | undefined;
  /** Ends it; the reason is thrown. */
  signal?: AbortSignal | undefined;
  /** Another phone than the client's. */
  phoneId?: string | number | undefined;
}

/** The changes of a phone, one after the other. Begins when it is first read. */
export interface EventStream extends AsyncIterableIterator<Change, void, void> {
  /** After this a later stream goes on: `events({ after })`. */
  readonly cursor: string;
  /** How it is connected. */
  readonly state: "connecting" | "live" | "polling" | "closed";
  /** Ends it. */
  close(): void;
}

/** Every code of this package's own errors. Maytapi has more (`W05` is one that counts), and so has the proxy. */
export type ErrorCode =
  | "invalid_message"
  | "invalid_option"
  | "client_freed"
  | "already_started"
  | "not_ready"
  | "load_failed"
  | "no_entry"
  | "not_in_page"
  | "no_token"
  | "token_failed"
  | "invalid_token"
  | "operation_not_allowed"
  | "too_many_sockets"
  | "invalid_batch"
  | "no_ref"
  | "duplicate_ref"
  | "missing_rows"
  | "unauthorized"
  | "forbidden"
  | "conflict"
  | "rate_limited"
  | "refused"
  | "server_error"
  | "redirected"
  | "unreadable_answer"
  | "not_a_response"
  | "connection_failed"
  | "timeout"
  | "aborted"
  | "internal_error"
  | "error"
  | "W05"
  | (string & {});

/** What an error is made of. */
export interface ErrorDetails {
  code?: ErrorCode | undefined;
  retryable?: "yes" | "no" | "unknown" | undefined;
  status?: number | undefined;
  requestId?: string | undefined;
  retryAfterMs?: number | undefined;
  idempotencyKey?: string | undefined;
  faults?: Fault[] | undefined;
  body?: string | undefined;
  cause?: unknown;
}

/** What every error of this package is. None shows a credential or a message, however it is printed. */
export class MaytapiError extends Error {
  constructor(message: string, details?: ErrorDetails);
  /** A stable code: Maytapi's own (`W05`), the proxy's, or one of this package in snake_case. */
  readonly code: ErrorCode;
  /** Whether sending the same again is safe; `unknown`: it may have been queued already. */
  readonly retryable: "yes" | "no" | "unknown";
  /** The HTTP status, where an answer came. */
  readonly status?: number;
  /** The proxy's id of the request, to find it in its log. */
  readonly requestId?: string;
  /** How long to wait before sending again, in milliseconds, where the server said so. */
  readonly retryAfterMs?: number;
  /** The key under which the edge proxy knows this send: give it with the same message to try once more without sending twice. */
  readonly idempotencyKey?: string;
  /** The start of an answer that could not be read. Not shown when the error is printed: it may repeat what was sent. */
  readonly body?: string;
  /** What the runtime threw, where that is the reason. */
  readonly cause?: unknown;
  /** What a logger writes. */
  toJSON(): Record<string, unknown>;
}

/** The message is wrong; nothing was sent. */
export class ValidationError extends MaytapiError {
  /** Everything that is wrong with it. */
  readonly faults: Fault[];
}

/** An option is wrong; nothing was sent. */
export class ConfigurationError extends MaytapiError {}

/** The WebAssembly module is not loaded: `await ready()` first; or it can't be, and the message says why. */
export class NotReadyError extends MaytapiError {}

/** The credential was not accepted. */
export class AuthenticationError extends MaytapiError {}

/** The credential does not allow this. */
export class PermissionError extends MaytapiError {}

/** Too many requests; `retryAfterMs` says when to come back, where the server did. */
export class RateLimitError extends MaytapiError {}

/** Maytapi, or the proxy, said no. */
export class RefusedError extends MaytapiError {}

/** A send with the same idempotency key is under way, or its outcome is not known. */
export class ConflictError extends MaytapiError {}

/** No answer came: no network, no such host, a dropped connection. */
export class ConnectionError extends MaytapiError {}

/** No answer came in time. */
export class TimeoutError extends MaytapiError {}

/** An answer came that can't be read. */
export class UnreadableAnswerError extends MaytapiError {}

/** The server failed. */
export class ServerError extends MaytapiError {}

/** A stream of changes can't go on; `code` says why. */
export class StreamError extends MaytapiError {}

/** A batch could not be made, or its upload broke off; `code`, `retryable` and `cause` say why. */
export class BatchError extends MaytapiError {
  /** What is wrong with the rows: the first 200. */
  readonly faults: RowFault[];
  /** How many faults there are in all. */
  readonly count: number;
  /** The batch, where it is there already: go on with `batches.continue(batchId, rows)`. */
  readonly batchId?: string;
}
