// What the Worker asks the runtime for, in one call each: every crossing from WebAssembly to JavaScript costs more than the work here.
import { env } from 'cloudflare:workers';

const decoder = new TextDecoder();

/** Headers that many answers have, by their text. They are made of constants and of an origin that the configuration lists, so there are few. */
const shared = new Map();

/**
 * An answer from its status, its headers (names and values in turn, a line each) and its text. Those that it shares with others are
 * copied inside of the runtime: made anew for each, they took 6 % of a request's CPU.
 */
export function respond(status, common, own, body) {
  let headers = shared.get(common);
  if (!headers) shared.set(common, (headers = new Headers(record(common))));
  const response = new Response(body ?? null, { status, headers });
  const lines = own.split('\n');
  for (let i = 0; i + 1 < lines.length; i += 2) response.headers.append(lines[i], lines[i + 1]);
  return response;
}

export function respondBytes(status, common, own, body) {
  return respond(status, common, own, body.slice());
}

/** As an object: a list of pairs takes the runtime three times as long. */
function record(text) {
  const lines = text.split('\n');
  const headers = {};
  for (let i = 0; i + 1 < lines.length; i += 2) headers[lines[i]] = lines[i + 1];
  return headers;
}

/** A request while it is answered, and the one timer for all that it waits for. */
export class Call {
  #timer;
  #rings = Infinity;
  #deadline = Infinity;
  #late = () => {};

  constructor(request) {
    this.request = request;
  }

  /**
   * What a promise comes to; or a number when it was rejected (2) or takes longer (3). What `begin` throws rejects: an error that is
   * thrown right into WebAssembly ends the instance, and with it all that is under way.
   */
  within(ms, begin) {
    return new Promise((resolve) => {
      this.#deadline = Date.now() + ms;
      this.#late = resolve;
      // The least bound of any wait: it rings once too often rather than being set anew for each.
      if (this.#rings > this.#deadline) this.#wind(Math.min(ms, 10_000));
      begin().then(resolve, () => resolve(2));
    });
  }

  #wind(ms) {
    clearTimeout(this.#timer);
    this.#rings = Date.now() + ms;
    this.#timer = setTimeout(() => this.#ring(), ms);
  }

  #ring() {
    const left = this.#deadline - Date.now();
    this.#rings = Infinity;
    if (left <= 0) this.#late(3);
    else this.#wind(left);
  }

  /** The answer after a trap, when there is nothing left that could give one. Only what the error is called is logged. */
  trapped(error) {
    const request_id = crypto.randomUUID();
    console.log(JSON.stringify({ request_id, event: 'trap', error: error?.name }));
    const type = 'urn:problem-type:maytapi-edge:internal';
    const detail = 'The proxy failed; ask again with the same Idempotency-Key to learn the outcome.';
    const problem = { type, title: 'The proxy failed', status: 500, detail, success: false, message: detail, code: 'internal', retryable: 'unknown', request_id };
    const headers = { 'content-type': 'application/problem+json', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'x-request-id': request_id, vary: 'Origin' };
    // Else a page is not shown that the outcome is unknown.
    const origin = this.request.headers.get('origin');
    if (listed(origin)) Object.assign(headers, { 'access-control-allow-origin': origin, 'access-control-expose-headers': 'X-Request-Id' });
    return new Response(JSON.stringify(problem), { status: 500, headers });
  }

  /** It is answered. */
  end() {
    clearTimeout(this.#timer);
  }
}

/** Whether the configuration lists an origin, for when WebAssembly can't tell. */
function listed(origin) {
  try {
    return JSON.parse(setting('PROXY')).origins.some((known) => known === origin);
  } catch {
    return false;
  }
}

/** A request's body as bytes; or a number when it is too large (1), broken off (2) or too slow (3). */
export function readBody(call, limit, sized, ms) {
  const { request } = call;
  // HTTP holds a body to its Content-Length, which was checked already, unless it comes in chunks as well. That `body` is asked for only where it must be counted
  // is not for looks: it makes a stream.
  const whole = () => (sized ? request.arrayBuffer() : counted(request.body?.getReader(), limit));
  const bytes = (result) => (typeof result === 'number' ? result : result.byteLength > limit ? 1 : new Uint8Array(result));
  return call.within(ms, () => whole().then(bytes));
}

const NOTHING = { done: true };

/** All bytes of a stream, or 1 when there are too many; none where there is no stream. */
async function counted(reader, limit) {
  const chunks = [];
  let size = 0;
  for (;;) {
    const { done, value } = (await reader?.read()) ?? NOTHING;
    if (done) break;
    size += value.byteLength;
    if (size > limit) {
      reader.cancel().catch(() => {});
      return 1;
    }
    chunks.push(value);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes.buffer;
}

/** A variable or secret as a text: objects as JSON, a binding that is neither as an empty one. */
export function setting(name) {
  const value = env[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '';
  }
}

export function log(line) {
  console.log(line);
}

/** An argument of a call to an object has 32 MiB at most, and is copied on the way. */
const LARGE = 1024 * 1024;

/** Asks a phone's object to send: what it tells, or a number when that did not come in time (3) or failed (2). */
export function ask(call, name, claim, message, ms) {
  return call.within(ms, () => {
    const phone = env.PHONES.getByName(name);
    // The bytes are WebAssembly's memory, which moves: what is sent is a copy.
    const bytes = message.slice();
    // A call costs half of what a request does.
    if (bytes.length <= LARGE) return phone.send(claim, bytes);
    const answer = phone.fetch('https://phone/', { method: 'POST', headers: { 'x-claim': JSON.stringify(claim) }, body: bytes });
    return answer.then((response) => (response.ok ? response.text() : 2));
  });
}

/** Whether a phone's object answers and its storage is able. */
export function ready(call, name, ms) {
  return call.within(ms, () => env.PHONES.getByName(name).able());
}

const LONGEST_TEXT = 1024 * 1024;
const LONGEST_PICTURE = 10 * 1024 * 1024;

/**
 * One exchange over fetch, never redirected: status, Retry-After in milliseconds and text in lines; or only a word when there was no
 * answer. An answer that is longer than any of Maytapi's is left out, and so can't be read.
 */
export async function exchange(method, url, headers, body, ms) {
  const [head, bytes] = await exchanged(method, url, headers, body, ms, LONGEST_TEXT);
  return bytes ? head + decoder.decode(bytes) : head;
}

/** The same as bytes, the lines among them. */
export async function exchangeBytes(method, url, headers, body, ms) {
  const [head, bytes] = await exchanged(method, url, headers, body, ms, LONGEST_PICTURE);
  const start = new TextEncoder().encode(head);
  const whole = new Uint8Array(start.length + (bytes?.byteLength ?? 0));
  whole.set(start);
  if (bytes) whole.set(new Uint8Array(bytes), start.length);
  return whole;
}

async function exchanged(method, url, headers, body, ms, longest) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), ms);
  try {
    const response = await fetch(url, { method, headers: record(headers), body: body ?? null, redirect: 'manual', signal: controller.signal });
    const bytes = await answered(response, longest);
    return [`${response.status}\n${waitOf(response.headers.get('retry-after'))}\n`, bytes];
  } catch {
    return [controller.signal.aborted ? 'timeout' : 'connection'];
  } finally {
    clearTimeout(timer);
  }
}

/** An answer's bytes; none where it is too long. What tells its length, and is not compressed, need not be counted. */
async function answered(response, longest) {
  const { headers } = response;
  const length = headers.get('content-length');
  if (length !== null && Number(length) <= longest && !headers.has('content-encoding')) {
    const whole = await response.arrayBuffer();
    // Chunks take precedence over a length that comes with them.
    return whole.byteLength <= longest ? whole : new ArrayBuffer(0);
  }
  const bytes = await counted(response.body?.getReader(), longest);
  return typeof bytes === 'number' ? new ArrayBuffer(0) : bytes;
}

/** Retry-After in milliseconds: given in seconds or as a date. */
function waitOf(value) {
  if (value === null) return '';
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? String(Math.min(Math.max(Math.round(ms), 0), 86_400_000)) : '';
}

export function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

// The statements of every send. Constant texts: the runtime finds a prepared statement by its text.
const LOOK =
  "SELECT '', state, digest, outcome, 0, 0, 0, 0 FROM records WHERE id = ? UNION ALL " +
  'SELECT name, last, minute, day, month, minute_n, day_n, month_n FROM counters WHERE name IN (?, ?, ?)';
const POST = 'INSERT INTO records (id, state, digest, made) VALUES (?, ?, ?, ?)';
const COUNT = [1, 2, 3].map(
  (rows) =>
    `INSERT OR REPLACE INTO counters (name, last, minute, day, month, minute_n, day_n, month_n) VALUES ${Array(rows).fill('(?, ?, ?, ?, ?, ?, ?, ?)').join(', ')}`,
);
const MARK = 'UPDATE records SET state = ? WHERE id = ?';
const SETTLE = 'UPDATE records SET state = ?, outcome = ? WHERE id = ?';
const FORGET = 'DELETE FROM records WHERE id = ?';

/** Whether a send is under way here, its record and the counters of its names: a line each, columns between tabs. */
export function look(phone, id, caller, recipient, all) {
  let text = phone.inFlight.has(id) ? '1' : '0';
  for (const row of phone.sql.exec(LOOK, id, caller, recipient, all).raw()) text += `\n${row.join('\t')}`;
  return text;
}

/** Records a send and its counters, all or nothing; from then on it is under way, until its task ends. */
export function post(phone, id, state, digest, made, names, numbers) {
  phone.storage.transactionSync(() => {
    phone.sql.exec(POST, id, state, digest ?? null, made);
    if (numbers.length === 0) return;
    const values = [];
    for (const [n, name] of names.split('\n').entries()) values.push(name, ...numbers.subarray(n * 7, n * 7 + 7));
    phone.sql.exec(COUNT[values.length / 8 - 1], ...values);
  });
  phone.inFlight.add(id);
  phone.posted = id;
}

export function mark(phone, id, state) {
  phone.sql.exec(MARK, state, id);
}

/** Records what became of a send, or forgets it. */
export function settle(phone, id, state, outcome) {
  if (outcome === undefined) phone.sql.exec(FORGET, id);
  else phone.sql.exec(SETTLE, state, outcome, id);
}

/** Runs other statements of an object's SQLite as one transaction; the rows of each, as JSON. */
export function sql(phone, statements) {
  return phone.storage.transactionSync(() =>
    JSON.stringify(JSON.parse(statements).map(([text, parameters]) => [...phone.sql.exec(text, ...parameters).raw()])),
  );
}

/** The SHA-256 of bytes, for what is too large to be hashed in WebAssembly. */
export async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes.slice()));
}

const ALGORITHMS = {
  RS256: [{ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, 'RSASSA-PKCS1-v1_5'],
  ES256: [{ name: 'ECDSA', namedCurve: 'P-256' }, { name: 'ECDSA', hash: 'SHA-256' }],
  EdDSA: [{ name: 'Ed25519' }, 'Ed25519'],
};
const imported = new Map();

/** Whether a public key made a signature; not either when key or signature are malformed. */
export async function verify(jwk, algorithm, signed, signature) {
  const [how, check] = ALGORITHMS[algorithm];
  // WebAssembly's memory moves while this waits.
  const own = signature.slice();
  try {
    let key = imported.get(jwk);
    if (!key) {
      key = await crypto.subtle.importKey('jwk', JSON.parse(jwk), how, false, ['verify']);
      if (imported.size >= 100) imported.clear();
      imported.set(jwk, key);
    }
    return await crypto.subtle.verify(check, key, own, new TextEncoder().encode(signed));
  } catch {
    return false;
  }
}

/** Asks Cloudflare's rate limiter; it lets through when it can't be asked, since the object counts exactly. */
export async function shield(key) {
  try {
    return (await env.SHIELD.limit({ key })).success;
  } catch {
    return true;
  }
}

/** Writes a data point where Analytics Engine is bound. */
export function point(index, blobs, doubles) {
  env.ANALYTICS.writeDataPoint({ indexes: [index], blobs: blobs.split('\n'), doubles: [...doubles] });
}
