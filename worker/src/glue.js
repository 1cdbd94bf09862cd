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
  const lines = headers.split('\n');
  const pairs = [];
  for (let i = 0; i + 1 < lines.length; i += 2) pairs.push([lines[i], lines[i + 1]]);
  return new Response(body ?? null, { status, headers: pairs });
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

/** A variable or secret as a text: objects as JSON. */
export function setting(env, name) {
  const value = env[name];
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function log(line) {
  console.log(line);
}
