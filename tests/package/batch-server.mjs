// A proxy's batches in a few lines, for the package's tests: pieces known again by their digest, states, results in pages, and a feed that
// tells of them; over the scripted feed, so that batches can be followed as well.
// @ts-check
import { createHash } from "node:crypto";
import { createServer, request as httpRequest } from "node:http";
import { startFeed } from "./live-server.mjs";

/** @typedef {{ to: unknown, fields?: Record<string, unknown>, ref?: string }} Row */
/** @typedef {{ row: number, ref?: string, state: string, code?: string, msgId?: string, at?: number }} Result */
/** @typedef {{ id: string, key: string, digest: string, state: string, reason?: string, plan: any, pieces: { digest: string, rows: Row[], answer: object }[], results: Result[] }} Batch */

const PAGE = 100;

/** @param {{ after(end: () => unknown): void }} test */
export async function startBatches(test) {
  const feed = await startFeed(test);
  const batches = new ScriptedBatches(feed);
  await batches.listen();
  test.after(() => batches.close());
  return batches;
}

export class ScriptedBatches {
  feed;
  /** @type {Map<string, Batch>} */
  batches = new Map();
  /** Every request, as `PUT batches/b_1/pieces/0`. @type {string[]} */
  requests = [];
  /** What becomes of the next requests that are about batches: a status, `lost` for one that is done and never answered, `cut` for one that is not done, `hold` for one that nobody answers. @type {(number | "lost" | "cut" | "hold" | undefined)[]} */
  fates = [];
  url = "";
  /** What becomes of a row once its batch is started. @type {(row: Row, number: number) => Partial<Result>} */
  outcome = (_row, number) => ({ state: "queued", msgId: `m-${number}` });
  /** Whether started batches go on by themselves, or are done before the start is answered. @type {boolean | "at once"} */
  runs = true;
  /** Who asked to get no more, and since when. @type {Map<string, number>} */
  optOuts = new Map();
  #made = 0;
  #server = createServer((request, response) => void this.#answer(request, response));

  /** @param {import("./live-server.mjs").ScriptedFeed} feed */
  constructor(feed) {
    this.feed = feed;
  }

  async listen() {
    await new Promise((resolve) => this.#server.listen(0, "127.0.0.1", () => resolve(undefined)));
    // The feed's own server answers the rest, sockets too.
    this.#server.on("upgrade", (request, socket) => {
      const { hostname, port } = new URL(this.feed.url);
      const on = httpRequest({ hostname, port, path: request.url, headers: request.headers });
      on.on("upgrade", (answer, there) => {
        socket.write(`HTTP/1.1 101 Switching Protocols\r\n${Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}`).join("\r\n")}\r\n\r\n`);
        there.pipe(socket).pipe(there);
        there.on("error", () => socket.destroy());
        socket.on("error", () => there.destroy());
      }).on("response", (answer) => socket.end(`HTTP/1.1 ${answer.statusCode} No\r\ncontent-length: 0\r\n\r\n`)).on("error", () => socket.destroy());
      on.end();
    });
    const address = /** @type {import("node:net").AddressInfo} */ (await new Promise((resolve) => resolve(this.#server.address())));
    this.url = `http://127.0.0.1:${address.port}/api/main`;
  }

  close() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** @param {string} id */
  rows(id) {
    return this.batches.get(id)?.pieces.flatMap(({ rows }) => rows) ?? [];
  }

  /** Moves every row that waits to its outcome, and tells of it. @param {string} id @param {number} [most] */
  run(id, most = Infinity) {
    const batch = /** @type {Batch} */ (this.batches.get(id));
    const rows = this.rows(id);
    for (const result of batch.results.filter(({ state }) => state === "waiting").slice(0, most)) {
      Object.assign(result, this.outcome(/** @type {Row} */ (rows[result.row]), result.row), { at: Date.now() });
    }
    if (batch.results.every(({ state }) => state !== "waiting")) batch.state = "done";
    this.tell(id);
  }

  /** @param {string} id @param {Partial<Batch>} changes */
  set(id, changes) {
    Object.assign(/** @type {Batch} */ (this.batches.get(id)), changes);
    this.tell(id);
  }

  /** @param {string} id */
  tell(id) {
    const { size: _size, made: _made, expires: _expires, plan: _plan, ...progress } = told(/** @type {Batch} */ (this.batches.get(id)));
    this.feed.seq += 1;
    const item = /** @type {any} */ ({ kind: "batch", seq: this.feed.seq, ...progress });
    this.feed.rows.set(`batch ${id}`, item);
    this.feed.tell([item]);
  }

  /** @param {import("node:http").IncomingMessage} request @param {import("node:http").ServerResponse} response */
  async #answer(request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const url = new URL(request.url ?? "/", "http://batches");
    const path = url.pathname.replace("/api/main/1150/", "");
    if (!/^(batches|optouts)/.test(path)) return this.#pass(request, body, response);
    this.requests.push(`${request.method} ${path}`);
    const fate = this.fates.shift();
    if (fate === "cut") return request.socket.destroy();
    if (fate === "hold") return;
    const [status, answer] = typeof fate === "number" ? problem(fate, "scripted") : this.#handle(request, path, url.searchParams, body);
    if (fate === "lost") return request.socket.destroy();
    response.writeHead(status, { "content-type": "application/json", "retry-after": "0" }).end(JSON.stringify(answer));
  }

  /** @param {import("node:http").IncomingMessage} request @param {Buffer} body @param {import("node:http").ServerResponse} response */
  #pass(request, body, response) {
    const { hostname, port } = new URL(this.feed.url);
    const on = httpRequest({ hostname, port, path: request.url, method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    on.on("error", () => response.destroy());
    response.on("close", () => on.destroy());
    on.end(body);
  }

  /**
   * @param {import("node:http").IncomingMessage} request @param {string} path @param {URLSearchParams} given @param {Buffer} body
   * @returns {[number, object]}
   */
  #handle({ method, headers }, path, given, body) {
    if (path === "batches" && method === "POST") return this.#create(String(headers["idempotency-key"] ?? ""), body);
    if (path === "batches") {
      const all = [...this.batches.values()].reverse();
      const from = Number(given.get("after") ?? 0);
      const limit = 2;
      return [200, { batches: all.slice(from, from + limit).map(told), cursor: from + limit < all.length ? String(from + limit) : null }];
    }
    if (path.startsWith("optouts")) return this.#optOut(path, body);
    const [, id = "", what, piece] = path.split("/");
    const batch = this.batches.get(id);
    if (!batch) return problem(404, "unknown_batch");
    if (what === undefined) return [200, told(batch)];
    if (what === "pieces") return this.#piece(batch, Number(piece), body);
    if (what === "results") return this.#results(batch, given);
    return this.#steer(batch, what, body.length > 0 ? JSON.parse(body.toString()) : {});
  }

  /** @param {string} path @param {Buffer} body @returns {[number, object]} */
  #optOut(path, body) {
    if (path === "optouts") return [200, { count: this.optOuts.size }];
    const to = String(JSON.parse(body.toString()).to);
    if (path === "optouts/remove") return [200, { removed: this.optOuts.delete(to) }];
    const at = this.optOuts.get(to);
    return [200, at === undefined ? { optedOut: false } : { optedOut: true, at }];
  }

  /** @param {string} key @param {Buffer} body @returns {[number, object]} */
  #create(key, body) {
    const digest = digestOf(body);
    const plan = JSON.parse(body.toString());
    const known = [...this.batches.values()].find((batch) => batch.key === key);
    if (known) return known.digest === digest ? [201, told(known)] : problem(422, "idempotency_key_reused");
    const id = `b_${(this.#made += 1)}`;
    this.batches.set(id, { id, key, digest, state: "draft", plan, pieces: [], results: [] });
    return [201, told(/** @type {Batch} */ (this.batches.get(id)))];
  }

  /** @param {Batch} batch @param {number} n @param {Buffer} body @returns {[number, object]} */
  #piece(batch, n, body) {
    const digest = digestOf(body);
    const before = batch.pieces[n];
    if (before) return before.digest === digest ? [200, before.answer] : problem(422, "piece_conflict");
    if (n !== batch.pieces.length) return problem(409, "piece_missing");
    if (body.length > 1_000_000) return problem(413, "batch_too_large");
    /** @type {Row[]} */
    const rows = JSON.parse(body.toString()).rows;
    if (rows.length > 1000) return problem(413, "batch_too_large");
    const first = batch.results.length;
    const faults = rows.flatMap(({ to }, index) => (/^\+?[\d ()-]{7,}$/.test(String(to)) ? [] : [{ row: first + index, path: "to", code: "invalid_recipient", message: "Give a number." }]));
    if (faults.length > 0 && !batch.plan.skipInvalid) return problem(422, "invalid_batch", { faults: faults.slice(0, 200), count: faults.length });
    const seen = new Set(this.rows(batch.id).map(({ to }) => String(to)));
    const duplicates = rows.flatMap(({ to }, index) => (seen.size === seen.add(String(to)).size ? [first + index] : []));
    const answer = { piece: n, rows: rows.length, duplicates, invalid: faults.length };
    batch.pieces.push({ digest, rows, answer });
    rows.forEach(({ ref }, index) => {
      const row = first + index;
      const code = duplicates.includes(row) ? "duplicate" : faults.some((fault) => fault.row === row) ? "invalid" : undefined;
      batch.results.push({ row, ...(ref === undefined ? {} : { ref }), state: code ? "skipped" : "waiting", ...(code ? { code } : {}) });
    });
    return [200, answer];
  }

  /** @param {Batch} batch @param {URLSearchParams} given @returns {[number, object]} */
  #results(batch, given) {
    const states = given.get("state")?.split(",");
    const after = Number(given.get("after") ?? -1);
    const wanted = batch.results.filter(({ row, state }) => row > after && (!states || states.includes(state)));
    const page = wanted.slice(0, Math.min(Number(given.get("limit") ?? PAGE), PAGE));
    return [200, { results: page, cursor: page.length < wanted.length ? String(page.at(-1)?.row) : null }];
  }

  /** @param {Batch} batch @param {string} what @param {{ size?: number }} given @returns {[number, object]} */
  #steer(batch, what, { size }) {
    if (what === "start") {
      if (size !== undefined && size !== batch.results.length) return problem(409, "piece_missing");
      if (batch.results.length === 0 || ["done", "cancelled"].includes(batch.state)) return problem(409, "batch_state");
      if (batch.state === "draft") batch.state = "running";
      if (this.runs === "at once") this.run(batch.id);
      else if (this.runs) setTimeout(() => this.run(batch.id), 5);
      return [200, told(batch)];
    }
    const to = { pause: "paused", resume: "running", cancel: "cancelled" }[what];
    if (to === undefined) return problem(404, "unknown_batch");
    batch.state = to;
    if (to === "cancelled") for (const result of batch.results) if (result.state === "waiting") result.state = "cancelled";
    this.tell(batch.id);
    return [200, told(batch)];
  }
}

/** @param {Batch} batch */
function told({ id, state, reason, plan, results }) {
  const counts = { waiting: 0, posted: 0, queued: 0, refused: 0, unknown: 0, skipped: 0, cancelled: 0, failed: 0 };
  for (const result of results) counts[/** @type {keyof typeof counts} */ (result.state)] += 1;
  const { perMinute = 20 } = plan;
  return { id, state, ...(reason && state === "held" ? { reason } : {}), size: results.length, counts, made: 1, expires: 2, plan: { perMinute } };
}

/** @param {Buffer} body */
function digestOf(body) {
  return createHash("sha256").update(body).digest("hex");
}

/** @param {number} status @param {string} code @param {object} [more] @returns {[number, object]} */
function problem(status, code, more = {}) {
  return [status, { status, code, detail: `${code}.`, success: false, retryable: status >= 500 || status === 429 ? "yes" : "no", ...more }];
}
