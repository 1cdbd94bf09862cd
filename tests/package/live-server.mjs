// A proxy's feed in a few lines, for the package's tests: rows with numbers, pages, requests that wait, and a live socket that can be cut.
// @ts-check
import { createHash } from "node:crypto";
import { createServer } from "node:http";

/** @typedef {{ kind: string, seq: number, msgId?: string, state?: string, at?: Record<string, number> }} Item */

const PAGE = 100;

/** @param {{ after(end: () => unknown): void }} test */
export async function startFeed(test) {
  const feed = new ScriptedFeed();
  await feed.listen();
  test.after(() => feed.close());
  return feed;
}

export class ScriptedFeed {
  epoch = "e1";
  seq = 0;
  /** @type {Map<string, Item>} the rows, by what they are about */
  rows = new Map();
  /** Messages that came in, by their ids. @type {Map<string, { id: string, at: number, message: object }>} */
  inbox = new Map();
  /** Every token that was shown, with how. @type {string[]} */
  tokens = [];
  /** Tokens that are refused. @type {Set<string>} */
  refused = new Set();
  /** What becomes of the next sockets: a close code, or `eat` for an upgrade that gets an HTTP answer. @type {(number | "eat")[]} */
  sockets = [];
  /** Whether every upgrade is eaten. */
  noSockets = false;
  /** Answers to the next requests, in place of the feed's. @type {{ status: number, body: object }[]} */
  answers = [];
  /** How many of the next requests lose their connection. */
  breaks = 0;
  /** @type {{ dialled: number, paged: number, polled: number }} */
  counts = { dialled: 0, paged: 0, polled: 0 };
  url = "";
  /** @type {Set<import("node:net").Socket>} */
  #live = new Set();
  /** @type {Set<import("node:net").Socket>} */
  #all = new Set();
  /** @type {Set<() => void>} */
  #waiting = new Set();
  #server = createServer((request, response) => void this.#answer(request, response));

  async listen() {
    this.#server.on("upgrade", (request, socket) => this.#upgrade(request, /** @type {import("node:net").Socket} */ (socket)));
    this.#server.on("connection", (socket) => {
      this.#all.add(socket);
      socket.on("close", () => this.#all.delete(socket)).on("error", () => {});
    });
    await new Promise((resolve) => this.#server.listen(0, "127.0.0.1", () => resolve(undefined)));
    const address = /** @type {import("node:net").AddressInfo} */ (this.#server.address());
    this.url = `http://127.0.0.1:${address.port}/api/main`;
  }

  close() {
    for (const socket of this.#all) socket.destroy();
    this.#server.close();
  }

  /** How many sockets are open. */
  get open() {
    return this.#live.size;
  }

  /** Moves a message on. @param {string} msgId @param {string} state */
  move(msgId, state) {
    this.seq += 1;
    const at = { ...this.rows.get(msgId)?.at, [state]: this.seq };
    const item = { kind: "message", seq: this.seq, msgId, state, at };
    this.rows.set(msgId, item);
    this.tell([item]);
  }

  /** Has a message come in. @param {string} id @param {string} text */
  comeIn(id, text) {
    this.seq += 1;
    this.inbox.set(id, { id, at: this.seq, message: { fromMe: false, type: "text", text } });
    const item = { kind: "incoming", seq: this.seq, id, at: this.seq };
    this.rows.set(id, /** @type {any} */ (item));
    this.tell(/** @type {any} */ ([item]));
  }

  /** @param {Item[]} items */
  tell(items) {
    for (const socket of this.#live) socket.write(frame(JSON.stringify({ t: "changes", cursor: this.cursor, items })));
    for (const wake of this.#waiting) wake();
  }

  /** Says hello once more. */
  hello() {
    for (const socket of this.#live) socket.write(frame(JSON.stringify({ t: "hello", cursor: this.cursor, heartbeatMs: 30_000 })));
  }

  get cursor() {
    return `${this.epoch}.${this.seq}`;
  }

  /** Cuts every socket, in the middle of whatever it does. */
  cut() {
    for (const socket of this.#live) socket.destroy();
    this.#live.clear();
  }

  /** Closes every socket with a code. @param {number} code */
  shut(code) {
    for (const socket of this.#live) socket.end(closing(code));
    this.#live.clear();
  }

  /** As when the storage was set back: other numbers, and none of the old cursors is known. */
  startAnew() {
    this.epoch = `e${Math.random()}`.replace(".", "");
    this.seq = 0;
    for (const item of this.rows.values()) item.seq = this.seq += 1;
    this.cut();
  }

  /** @param {string | null} after */
  #since(after) {
    if (after === null) return { items: [], cursor: this.cursor, more: false };
    const [epoch, seq] = after === "start" ? [this.epoch, 0] : [after.split(".")[0], Number(after.split(".")[1])];
    if (epoch !== this.epoch || seq > this.seq) return undefined;
    const items = [...this.rows.values()].filter((item) => item.seq > seq).sort((a, b) => a.seq - b.seq);
    const page = items.slice(0, PAGE);
    const more = page.length < items.length;
    return { items: page, cursor: more ? `${this.epoch}.${page.at(-1)?.seq}` : this.cursor, more };
  }

  /** @param {import("node:http").IncomingMessage} request @param {import("node:http").ServerResponse} response */
  async #answer(request, response) {
    const send = (/** @type {number} */ status, /** @type {object} */ body) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    const problem = (/** @type {number} */ status, /** @type {string} */ code) => send(status, { status, code, detail: `${code}.`, success: false, retryable: "no" });
    const token = (request.headers.authorization ?? "").replace("Bearer ", "");
    this.tokens.push(`http ${token}`);
    if (this.breaks > 0) {
      this.breaks -= 1;
      request.socket.destroy();
      return undefined;
    }
    const scripted = this.answers.shift();
    if (scripted) return send(scripted.status, scripted.body);
    if (this.refused.has(token)) return problem(401, "expired_token");
    const url = new URL(request.url ?? "/", "http://feed");
    const path = url.pathname.replace("/api/main/1150/", "");
    if (path === "events") {
      this.counts.paged += 1;
      const after = url.searchParams.get("after");
      const waits = url.searchParams.has("wait") && after !== null;
      if (waits) this.counts.polled += 1;
      if (waits && this.#since(after)?.items.length === 0) {
        await new Promise((resolve) => {
          const wake = () => {
            this.#waiting.delete(wake);
            resolve(undefined);
          };
          this.#waiting.add(wake);
          response.on("close", wake);
        });
      }
      const page = this.#since(after);
      return page ? send(200, page) : problem(410, "cursor_reset");
    }
    if (path === "messages/lookup") {
      let text = "";
      for await (const chunk of request) text += chunk;
      const items = JSON.parse(text).msgIds.flatMap((/** @type {string} */ id) => this.rows.get(id) ?? []);
      return send(200, { items, cursor: this.cursor });
    }
    if (path.startsWith("inbox/")) {
      const message = this.inbox.get(decodeURIComponent(path.slice("inbox/".length)));
      return message ? send(200, message) : problem(404, "unknown_message");
    }
    const row = path.startsWith("messages/") ? this.rows.get(decodeURIComponent(path.slice("messages/".length))) : undefined;
    return row ? send(200, row) : problem(404, "unknown_message");
  }

  /** @param {import("node:http").IncomingMessage} request @param {import("node:net").Socket} socket */
  #upgrade(request, socket) {
    this.counts.dialled += 1;
    const [protocol, bearer] = (request.headers["sec-websocket-protocol"] ?? "").split(", ");
    const token = (bearer ?? "").replace("maytapi.bearer.", "");
    this.tokens.push(`socket ${token}`);
    const fate = this.sockets.shift();
    if (this.noSockets || fate === "eat") return socket.end("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
    const accept = createHash("sha1").update(`${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${accept}\r\nsec-websocket-protocol: ${protocol}\r\n\r\n`);
    const code = this.refused.has(token) ? 4401 : fate;
    if (typeof code === "number") return socket.end(closing(code));
    this.#live.add(socket);
    socket.on("close", () => this.#live.delete(socket)).on("data", (bytes) => {
      // A client that closes is let go; what else it says is nothing to a feed.
      if ((bytes[0] ?? 0) === 0x88) socket.destroy();
    });
    const after = new URL(request.url ?? "/", "http://feed").searchParams.get("after");
    let page = this.#since(after);
    socket.write(frame(JSON.stringify({ t: "hello", cursor: after ?? this.cursor, heartbeatMs: 30_000 })));
    if (!page) socket.write(frame(JSON.stringify({ t: "reset", cursor: this.cursor })));
    for (; page && page.items.length > 0; page = this.#since(page.cursor)) socket.write(frame(JSON.stringify({ t: "changes", ...page })));
  }
}

/** @param {string} text */
function frame(text) {
  const bytes = Buffer.from(text);
  const head = bytes.length < 126 ? Buffer.from([0x81, bytes.length]) : Buffer.from([0x81, 126, bytes.length >> 8, bytes.length & 255]);
  return Buffer.concat([head, bytes]);
}

/** @param {number} code */
function closing(code) {
  return Buffer.from([0x88, 2, code >> 8, code & 255]);
}
