// @ts-check
// Durable batches in the edge proxy: rows uploaded in pieces that can be sent again, then followed until the last one has its outcome.
import { BatchError, ConflictError, MaytapiError, PermissionError, invalidOption } from "../errors.js";
import { objectOf, refuseUnknown } from "../options.js";
import { checkRows, pieces } from "./pieces.js";
import { Proxy, query } from "../proxy.js";
import { persistently, sleep } from "./retry.js";

/** @typedef {import("../../dist/maytapi.js").ClientOptions} ClientOptions */
/** @typedef {import("../../index.js").Batch} Batch */
/** @typedef {import("../../index.js").BatchProgress} BatchProgress */
/** @typedef {import("../../index.js").BatchResult} BatchResult */
/** @typedef {import("../../index.js").BatchRow} BatchRow */
/** @typedef {import("../../index.js").BatchPlan} BatchPlan */
/** @typedef {import("../../index.js").BatchOptions} BatchOptions */
/** @typedef {import("../../index.js").BatchUpload} BatchUpload */
/** @typedef {Iterable<BatchRow> | AsyncIterable<BatchRow>} Rows */

const COMMON = "phoneId timeoutMs signal maxRetries";
const UPLOAD = `${COMMON} onProgress start`;
const PLAN = "template perMinute dailyCap quiet startAt expiresAt skipInvalid";
const ENDED = ["done", "cancelled", "expired"];
/** States of rows that never were sent, or were refused. */
const AGAIN = ["refused", "skipped", "cancelled"];
/** How often a batch is looked at where its changes can't be followed. */
const POLL_MS = 2000;
const PAGE = 500;

export class Batches {
  #options;
  #live;
  #pollMs;

  /**
   * @param {ClientOptions} options
   * @param {() => Promise<import("../live.js").Live>} live
   * @param {{ pollMs?: number }} [given] for tests, which can't wait that long
   */
  constructor(options, live, { pollMs = POLL_MS } = {}) {
    this.#options = options;
    this.#live = live;
    this.#pollMs = pollMs;
  }

  /**
   * @param {Rows} rows
   * @param {BatchPlan} plan
   * @returns {Promise<Batch>}
   */
  async create(rows, plan) {
    const given = checked(plan, `${UPLOAD} ${PLAN} idempotencyKey`);
    checkRows(rows);
    const { template, perMinute, dailyCap, quiet, startAt, expiresAt, skipInvalid, idempotencyKey = crypto.randomUUID() } = given;
    const body = textOf({ template, perMinute, dailyCap, quiet, startAt: timeOf("startAt", startAt), expiresAt: timeOf("expiresAt", expiresAt), skipInvalid });
    const batch = await this.#ask("batches", given, { body, headers: { "idempotency-key": keyOf(idempotencyKey) } });
    return this.#upload(batch, rows, given);
  }

  /**
   * @param {string} id
   * @param {Rows} rows
   * @param {BatchUpload} [options]
   * @returns {Promise<Batch>}
   */
  async continue(id, rows, options = {}) {
    const given = checked(options, UPLOAD);
    return this.#upload(await this.#ask(of(id), given), checkRows(rows), given);
  }

  /**
   * The rows again: contents are gone from the proxy by then. Under a key that the batch's id gives, so that asking twice makes one batch.
   * @param {string} id
   * @param {Rows} rows
   * @param {BatchPlan & { states?: ("refused" | "skipped" | "cancelled")[] }} options
   * @returns {Promise<Batch | undefined>}
   */
  async retryFailed(id, rows, options) {
    const { states = ["refused"], ...plan } = checked(options, `${UPLOAD} ${PLAN} idempotencyKey states`);
    if (!Array.isArray(states) || !states.every((state) => AGAIN.includes(state))) throw invalidOption("states", `give some of ${AGAIN.join(", ")}: what else may have been sent`);
    checkRows(rows);
    const failed = new Set();
    for await (const { row, ref } of this.results(id, { ...commonOf(plan), states })) {
      if (ref === undefined) throw new BatchError(`Row ${row} has no ref, by which it could be found again.`, { code: "no_ref", batchId: id });
      if (failed.has(ref)) throw new BatchError(`Two rows that failed have the ref ${ref}.`, { code: "duplicate_ref", batchId: id });
      failed.add(ref);
    }
    if (failed.size === 0) return undefined;
    /** @type {Map<string, BatchRow>} */
    const again = new Map();
    for await (const row of rows) {
      const { ref } = row;
      if (ref === undefined || !failed.has(ref)) continue;
      if (again.has(ref)) throw new BatchError(`Two of the rows have the ref ${ref}.`, { code: "duplicate_ref", batchId: id });
      again.set(ref, row);
    }
    const missing = failed.size - again.size;
    if (missing > 0) throw new BatchError(`${missing} of the ${failed.size} rows that failed are not among those given.`, { code: "missing_rows", batchId: id });
    return this.create(again.values(), { idempotencyKey: `retry-of-${id}`, ...plan });
  }

  /** @param {string} id @param {BatchOptions} [options] @returns {Promise<Batch>} */
  async get(id, options = {}) {
    return this.#ask(of(id), checked(options));
  }

  /** @param {BatchOptions & { after?: string }} [options] @returns {Promise<{ batches: Batch[], cursor?: string }>} */
  async list(options = {}) {
    const { after, ...given } = checked(options, `${COMMON} after`);
    return this.#ask(query("batches", { after }), given);
  }

  /** @param {string} id @param {BatchOptions & { size?: number }} [options] @returns {Promise<Batch>} */
  async start(id, options = {}) {
    const { size, ...given } = checked(options, `${COMMON} size`);
    return this.#ask(`${of(id)}/start`, given, size === undefined ? { method: "POST" } : { body: { size } });
  }

  /** @param {string} id @param {BatchOptions} [options] @returns {Promise<Batch>} */
  async pause(id, options = {}) {
    return this.#ask(`${of(id)}/pause`, checked(options), { method: "POST" });
  }

  /** @param {string} id @param {BatchOptions} [options] @returns {Promise<Batch>} */
  async resume(id, options = {}) {
    return this.#ask(`${of(id)}/resume`, checked(options), { method: "POST" });
  }

  /** @param {string} id @param {BatchOptions} [options] @returns {Promise<Batch>} */
  async cancel(id, options = {}) {
    return this.#ask(`${of(id)}/cancel`, checked(options), { method: "POST" });
  }

  /**
   * @param {string} id
   * @param {BatchOptions} [options]
   * @returns {AsyncGenerator<BatchProgress, void, void>}
   */
  async *follow(id, options = {}) {
    const { signal, phoneId } = checked(options);
    signal?.throwIfAborted();
    // First the stream and then the state, so that nothing comes between them.
    const stream = (await this.#live()).events({ signal, phoneId });
    try {
      await stream.opened;
      let progress = progressOf(await this.get(id, options));
      for (;;) {
        yield progress;
        if (ENDED.includes(progress.state)) return;
        const told = await this.#told(id, stream, options);
        if (!told) return;
        progress = told;
      }
    } finally {
      stream.close();
    }
  }

  /**
   * How a batch stands after its next change; where its changes may not be followed, after a while.
   * @param {string} id
   * @param {AsyncIterator<import("../../index.js").Change>} stream
   * @param {BatchOptions} options
   * @returns {Promise<BatchProgress | undefined>}
   */
  async #told(id, stream, options) {
    try {
      for (;;) {
        const { done, value: change } = await stream.next();
        if (done) break;
        if (change.kind === "batch" && change.id === id) return progressOf(change);
        if (change.kind === "reset") return progressOf(await this.get(id, options));
      }
      // Whoever freed the client has closed the stream; one that failed is told here once, and over afterwards.
      if (!this.#denied.has(stream)) return undefined;
    } catch (error) {
      if (!(error instanceof PermissionError)) throw error;
      this.#denied.add(stream);
    }
    await sleep(this.#pollMs, options.signal);
    return progressOf(await this.get(id, options));
  }

  /** @type {WeakSet<object>} streams that the token does not allow */
  #denied = new WeakSet();

  /**
   * @param {string} id
   * @param {BatchOptions & { states?: string[] }} [options]
   * @returns {AsyncGenerator<BatchResult, void, void>}
   */
  async *results(id, options = {}) {
    const { states, ...given } = checked(options, `${COMMON} states`);
    /** @type {string | number | undefined} */
    let after;
    do {
      const page = await this.#ask(query(`${of(id)}/results`, { after, limit: PAGE, state: states?.join(",") }), given);
      yield* page.results;
      after = page.results.length > 0 ? page.cursor ?? undefined : undefined;
    } while (after !== undefined);
  }

  /** @param {BatchOptions} [options] @returns {Promise<number>} */
  async countOptOuts(options = {}) {
    return (await this.#ask("optouts", checked(options))).count;
  }

  /** @param {string | number} to @param {BatchOptions} [options] @returns {Promise<{ optedOut: boolean, at?: number }>} */
  async getOptOut(to, options = {}) {
    return this.#ask("optouts/lookup", checked(options), { body: { to: person(to) } });
  }

  /** @param {string | number} to @param {BatchOptions} [options] @returns {Promise<boolean>} */
  async removeOptOut(to, options = {}) {
    return (await this.#ask("optouts/remove", checked(options), { body: { to: person(to) } })).removed;
  }

  /**
   * @param {Batch} batch
   * @param {Rows} rows
   * @param {BatchUpload} options
   * @returns {Promise<Batch>}
   */
  async #upload({ id }, rows, options) {
    const { onProgress, signal, start = false } = options;
    const progress = { id, rows: 0, pieces: 0, duplicates: 0, invalid: 0 };
    try {
      onProgress?.({ ...progress });
      for await (const piece of pieces(rows)) {
        const answer = await this.#ask(`${of(id)}/pieces/${progress.pieces}`, options, { method: "PUT", body: piece.body });
        progress.rows += piece.rows;
        progress.pieces += 1;
        progress.duplicates += answer.duplicates?.length ?? 0;
        progress.invalid += answer.invalid ?? 0;
        onProgress?.({ ...progress });
      }
      return await (start ? this.#started(id, progress.rows, commonOf(options)) : this.get(id, commonOf(options)));
    } catch (error) {
      if (signal?.aborted || !(error instanceof MaytapiError)) throw error;
      throw brokenOff(error, id);
    }
  }

  /**
   * Starts a batch, unless it is on its way already: the answer to a start before may have been lost, and the batch be done since.
   * @param {string} id
   * @param {number} size
   * @param {BatchOptions} options
   */
  async #started(id, size, options) {
    try {
      return await this.start(id, { ...options, size });
    } catch (error) {
      if (!(error instanceof ConflictError) || error.code !== "batch_state") throw error;
      const batch = await this.get(id, options);
      if (batch.state === "draft") throw error;
      return batch;
    }
  }

  /**
   * @param {string} path
   * @param {BatchOptions} options
   * @param {{ body?: object | string, method?: string, headers?: Record<string, string> }} [how]
   * @returns {Promise<any>}
   */
  #ask(path, { signal, phoneId, timeoutMs, maxRetries = this.#options.maxRetries ?? 2 }, how = {}) {
    const proxy = new Proxy(this.#options, phoneId);
    return persistently(() => proxy.ask(path, { ...how, signal, timeoutMs, refused: withFaults }), maxRetries, signal);
  }
}

/**
 * What ended an upload, with where to go on.
 * @param {MaytapiError} cause
 * @param {string} batchId
 */
function brokenOff(cause, batchId) {
  const { message, code, retryable, status, requestId, retryAfterMs } = cause;
  const { faults, count } = /** @type {{ faults?: import("../errors.js").RowFault[], count?: number }} */ (cause);
  return new BatchError(message, { code, retryable, status, requestId, retryAfterMs, faults, count, batchId, cause });
}

/** A problem that lists faults. @type {import("../proxy.js").Refused} */
function withFaults({ faults, count, detail, code }, details) {
  return Array.isArray(faults) ? new BatchError(String(detail ?? code), { ...details, faults, count }) : undefined;
}

/** What a change of the feed and a batch have in common. @param {any} batch @returns {BatchProgress} */
function progressOf({ id, state, reason, waiting, counts, rate }) {
  return { id, state, counts, ...(reason === undefined ? {} : { reason }), ...(waiting === undefined ? {} : { waiting }), ...(rate === undefined ? {} : { rate }) };
}

/** @param {BatchOptions} options @returns {BatchOptions} */
function commonOf({ phoneId, timeoutMs, signal, maxRetries }) {
  return { phoneId, timeoutMs, signal, maxRetries };
}

/** @param {unknown} id */
function of(id) {
  if (typeof id !== "string" || !/^[\w-]{1,64}$/.test(id)) throw invalidOption("id", "give the id of a batch");
  return `batches/${id}`;
}

/** @param {object} plan */
function textOf(plan) {
  try {
    return JSON.stringify(plan);
  } catch (cause) {
    throw invalidOption("plan", "it can't be written as JSON; see the cause", { cause });
  }
}

/** @param {unknown} to */
function person(to) {
  if ((typeof to === "string" && to !== "") || Number.isSafeInteger(to)) return to;
  throw invalidOption("to", "give the number of a person");
}

/** @param {string} name @param {unknown} time @returns {number | undefined} */
function timeOf(name, time) {
  if (time === undefined) return undefined;
  const ms = time instanceof Date ? time.getTime() : time;
  if (typeof ms === "number" && Number.isInteger(ms)) return ms;
  throw invalidOption(name, "give a Date, or milliseconds since 1970");
}

/** @param {unknown} key @returns {string} */
function keyOf(key) {
  if (typeof key === "string" && /^[!-~]{1,255}$/.test(key)) return key;
  throw invalidOption("idempotencyKey", "give 1 to 255 visible ASCII characters");
}

/**
 * Options as they were given, with no name in them that means nothing.
 * @template {object} T
 * @param {T} options
 * @param {string} [known]
 */
function checked(options, known = COMMON) {
  const given = objectOf(options);
  refuseUnknown(given, known);
  return given;
}
