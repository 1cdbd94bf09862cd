// One exchange with another server: sent, bounded in time and size, never redirected.
import { pending } from './pending.js';

const decoder = new TextDecoder();
const LONGEST_TEXT = 1024 * 1024;
const LONGEST_PICTURE = 10 * 1024 * 1024;

/**
 * Status, Retry-After in milliseconds and text in lines; or only a word when there was no response. A response that is longer than any of
 * Maytapi's is left out, and so can't be read.
 */
export const exchange = pending(async (method, url, headers, body, ms) => {
  const [head, bytes] = await exchanged(method, url, headers, body, ms, LONGEST_TEXT);
  return bytes ? head + decoder.decode(bytes) : head;
});

/** The same as bytes, the lines among them. */
export const exchangeBytes = pending(async (method, url, headers, body, ms) => {
  const [head, bytes] = await exchanged(method, url, headers, body, ms, LONGEST_PICTURE);
  const start = new TextEncoder().encode(head);
  const whole = new Uint8Array(start.length + (bytes?.byteLength ?? 0));
  whole.set(start);
  if (bytes) whole.set(new Uint8Array(bytes), start.length);
  return whole;
});

async function exchanged(method, url, headers, body, ms, longest) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), ms);
  try {
    const response = await fetch(url, { method, headers: record(headers), body: body ?? null, redirect: 'manual', signal: controller.signal });
    const bytes = await bodyOf(response, longest);
    return [`${response.status}\n${retryAfterMs(response.headers.get('retry-after'))}\n`, bytes];
  } catch {
    return [controller.signal.aborted ? 'timeout' : 'connection'];
  } finally {
    clearTimeout(timer);
  }
}

/** A response's bytes; none where it is too long. What tells its length, and is not compressed, need not be counted. */
async function bodyOf(response, longest) {
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

const NOTHING = { done: true };

/** All bytes of a stream, or 1 when there are too many; none where there is no stream. */
export async function counted(reader, limit) {
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

/** Headers from lines, names and values in turn, as an object: a list of pairs takes the runtime three times as long. */
export function record(text) {
  const lines = text.split('\n');
  const headers = {};
  for (let i = 0; i + 1 < lines.length; i += 2) headers[lines[i]] = lines[i + 1];
  return headers;
}

/** Retry-After in milliseconds: given in seconds or as a date. */
function retryAfterMs(value) {
  if (value === null) return '';
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? String(Math.min(Math.max(Math.round(ms), 0), 86_400_000)) : '';
}
