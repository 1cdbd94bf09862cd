// What arrived: every request as it came over the wire, within a bound on count and on bytes.
// @ts-check

/**
 * @typedef {object} Received
 * @property {number} order 1 for the first request that arrived, then 2, 3, …; counted when its headers came
 * @property {number} connection which TCP connection it came on, counted from 1
 * @property {{ address: string, port: number }} remote
 * @property {number} time milliseconds since the Unix epoch
 * @property {string} method
 * @property {string} path without the query
 * @property {string} query with its leading `?`, or empty
 * @property {[string, string][]} headers as they came: order, spelling and repetitions kept
 * @property {string} body
 * @property {unknown} json the parsed body, undefined when it is no JSON
 * @property {boolean} complete whether the whole body arrived
 * @property {string} [endpoint] Maytapi's name for it, such as `sendMessage`
 * @property {string} [phoneId] as it stood in the path
 * @property {string} [fault] the kind of fault it was answered with
 * @property {number} [status] the HTTP status it was answered with
 */

/**
 * The first value of a header, by its name in any spelling.
 * @param {Received} record
 * @param {string} name
 */
export function headerOf(record, name) {
  return record.headers.find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

export class Recorder {
  /** @type {Received[]} oldest first; the same array for the life of the recorder */
  received = [];
  /** How many old records were let go to stay within the bounds. */
  forgotten = 0;
  /** How many requests stood open at once, at most. */
  mostOpen = 0;

  /** @type {Set<Received>} */
  #open = new Set();
  #bytes = 0;
  #order = 0;
  #connections = 0;
  /** @type {WeakMap<object, number>} */
  #connectionOf = new WeakMap();
  #bounds;

  /** @param {{ maxRecords: number, maxRecordedBytes: number }} bounds */
  constructor(bounds) {
    this.#bounds = bounds;
  }

  /**
   * @param {import('./listener.mjs').Request} request
   * @returns {Received}
   */
  begin(request) {
    const { socket } = request;
    let connection = this.#connectionOf.get(socket);
    if (connection === undefined) {
      connection = ++this.#connections;
      this.#connectionOf.set(socket, connection);
    }
    const target = request.url ?? '/';
    const mark = target.indexOf('?');
    /** @type {Received} */
    const record = {
      order: ++this.#order,
      connection,
      remote: { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 },
      time: Date.now(),
      method: request.method ?? '',
      path: mark < 0 ? target : target.slice(0, mark),
      query: mark < 0 ? '' : target.slice(mark),
      headers: pairs(request.rawHeaders),
      body: '',
      json: undefined,
      complete: false,
    };
    this.received.push(record);
    this.#open.add(record);
    this.mostOpen = Math.max(this.mostOpen, this.#open.size);
    this.#trim();
    return record;
  }

  /** A request was answered, or its connection is gone. @param {Received} record */
  end(record) {
    this.#open.delete(record);
  }

  /**
   * Adds the body to a record that `begin` made.
   * @param {Received} record
   * @param {{ bytes: Buffer, complete: boolean }} body
   */
  finish(record, body) {
    record.body = body.bytes.toString('utf8');
    record.complete = body.complete;
    record.json = parse(record.body);
    if (this.received.includes(record)) this.#bytes += record.body.length;
    this.#trim();
  }

  reset() {
    this.received.length = 0;
    this.forgotten = 0;
    this.mostOpen = 0;
    this.#open.clear();
    this.#bytes = 0;
    this.#order = 0;
  }

  #trim() {
    const { maxRecords, maxRecordedBytes } = this.#bounds;
    while (this.received.length > maxRecords || (this.#bytes > maxRecordedBytes && this.received.length > 1)) {
      this.#bytes -= this.received.shift()?.body.length ?? 0;
      this.forgotten += 1;
    }
  }
}

/**
 * @param {string[]} flat names and values in turn
 * @returns {[string, string][]}
 */
function pairs(flat) {
  /** @type {[string, string][]} */
  const list = [];
  for (let i = 0; i + 1 < flat.length; i += 2) list.push([flat[i] ?? '', flat[i + 1] ?? '']);
  return list;
}

/** @param {string} text */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
