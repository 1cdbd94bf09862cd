// What the Worker asks the runtime for, in one call each: every crossing from WebAssembly to JavaScript costs more than the work here.

const HEADERS = [
  'origin',
  'authorization',
  'x-maytapi-key',
  'content-type',
  'content-length',
  'content-encoding',
  'idempotency-key',
  'access-control-request-method',
  'cf-access-jwt-assertion',
  'cf-connecting-ip',
];

/** All of a request but its body, in lines: no part of it can hold a line break. A header that is not there is a NUL. */
export function head(request) {
  const { headers } = request;
  let text = `${request.method}\n${request.url}\n${crypto.randomUUID()}`;
  for (const name of HEADERS) text += `\n${headers.get(name) ?? '\0'}`;
  return text;
}

/** An answer from its status, its headers (names and values in turn, a line each) and its text. */
export function respond(status, headers, body) {
  return new Response(body ?? null, { status, headers: pairs(headers) });
}

export function respondBytes(status, headers, body) {
  return new Response(body.slice(), { status, headers: pairs(headers) });
}

function pairs(text) {
  const lines = text.split('\n');
  const list = [];
  for (let i = 0; i + 1 < lines.length; i += 2) list.push([lines[i], lines[i + 1]]);
  return list;
}

/** A request's body as bytes; or a number when it is too large (1), broken off (2) or too slow (3). */
export async function readBody(request, limit, sized, ms) {
  if (!request.body) return new Uint8Array(0);
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, ms, 3);
  });
  try {
    // HTTP itself holds a body to its Content-Length, which was checked already.
    const whole = sized ? request.arrayBuffer() : counted(request.body.getReader(), limit);
    whole.catch(() => {});
    const result = await Promise.race([whole, late]);
    if (typeof result === 'number') return result;
    return result.byteLength > limit ? 1 : new Uint8Array(result);
  } catch {
    return 2;
  } finally {
    clearTimeout(timer);
  }
}

async function counted(reader, limit) {
  const chunks = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
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
export function setting(env, name) {
  const value = env[name];
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

export function log(line) {
  console.log(line);
}

/** Asks an object of a namespace; its answer as text, or a number when it did not come in time (3) or failed (2). */
export async function ask(env, name, bytes, ms) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, ms, 3);
  });
  try {
    // The bytes are WebAssembly's memory, which moves: what is sent is a copy.
    const init = bytes.length > 0 ? { method: 'POST', body: bytes.slice() } : undefined;
    const answered = env.PHONES.getByName(name).fetch('https://phone/', init).then(async (answer) => (answer.ok ? await answer.text() : 2));
    answered.catch(() => {});
    return await Promise.race([answered, late]);
  } catch {
    return 2;
  } finally {
    clearTimeout(timer);
  }
}

/** The object's side: the claim as text, the message as bytes that never become text here; nothing when only asked whether it is able. */
export async function asked(request) {
  if (request.method !== 'POST') return [];
  const bytes = new Uint8Array(await request.arrayBuffer());
  const cut = bytes.indexOf(10);
  return [new TextDecoder().decode(bytes.subarray(0, cut)), bytes.subarray(cut + 1)];
}

const LONGEST_TEXT = 1024 * 1024;
const LONGEST_PICTURE = 10 * 1024 * 1024;

/**
 * One exchange over fetch, never redirected: status, Retry-After in milliseconds and text in lines; or only a word when there was no
 * answer. An answer that is longer than any of Maytapi's is left out, and so can't be read.
 */
export async function exchange(method, url, headers, body, ms) {
  const [head, bytes] = await exchanged(method, url, headers, body, ms, LONGEST_TEXT);
  return bytes ? head + new TextDecoder().decode(bytes) : head;
}

/** The same, with the bytes beside the head. */
export function exchangeBytes(method, url, headers, body, ms) {
  return exchanged(method, url, headers, body, ms, LONGEST_PICTURE);
}

async function exchanged(method, url, headers, body, ms, longest) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), ms);
  try {
    const response = await fetch(url, { method, headers: pairs(headers), body: body ?? null, redirect: 'manual', signal: controller.signal });
    const bytes = response.body ? await counted(response.body.getReader(), longest) : new ArrayBuffer(0);
    const head = `${response.status}\n${waitOf(response.headers.get('retry-after'))}\n`;
    return [head, new Uint8Array(typeof bytes === 'number' ? 0 : bytes)];
  } catch {
    return [controller.signal.aborted ? 'timeout' : 'connection'];
  } finally {
    clearTimeout(timer);
  }
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

/** Runs statements of an object's SQLite as one transaction; the rows of each, as JSON. */
export function sql(storage, statements) {
  return storage.transactionSync(() =>
    JSON.stringify(JSON.parse(statements).map(([text, parameters]) => [...storage.sql.exec(text, ...parameters).raw()])),
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
export async function shield(env, key) {
  try {
    return (await env.SHIELD.limit({ key })).success;
  } catch {
    return true;
  }
}

/** Writes a data point where Analytics Engine is bound. */
export function point(env, index, blobs, doubles) {
  env.ANALYTICS.writeDataPoint({ indexes: [index], blobs: blobs.split('\n'), doubles: [...doubles] });
}
