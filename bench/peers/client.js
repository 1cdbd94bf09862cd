// A client for browsers as a careful user would write it on zod and libphonenumber-js: the same checks, typed errors, time-outs, retries.
import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import * as z from 'zod';
import { messageSchema, toWire } from './message.js';

const phoneNumber = z.string().transform((value, context) => {
  const text = value.trim().replace(/^00/, '+');
  const parsed = parsePhoneNumberFromString(text.startsWith('+') ? text : `+${text}`);
  if (parsed?.isPossible()) return parsed.number.slice(1);
  context.addIssue({ code: 'custom', message: 'A phone number has only digits, country code first, such as 12025550123.' });
  return z.NEVER;
});
const schema = messageSchema(phoneNumber);
const queued = z.object({ success: z.literal(true), data: z.object({ chatId: z.string().optional(), msgId: z.string() }) });
const refused = z.object({ success: z.literal(false), message: z.string().optional(), code: z.string().optional(), retryable: z.enum(['yes', 'no', 'unknown']).optional() });

export class MessageError extends Error {
  constructor(message, { code, status, retryable = 'no', requestId, retryAfterMs, issues, cause } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    Object.assign(this, { name: new.target.name, code, status, retryable, requestId, retryAfterMs, issues });
  }
}
export class ValidationError extends MessageError {}
export class AuthenticationError extends MessageError {}
export class PermissionError extends MessageError {}
export class RateLimitError extends MessageError {}
export class RefusedError extends MessageError {}
export class ConflictError extends MessageError {}
export class ConnectionError extends MessageError {}
export class TimeoutError extends MessageError {}
export class UnreadableAnswerError extends MessageError {}
export class ServerError extends MessageError {}

/** Checks a message and says everything that is wrong with it. */
export function validate(message) {
  const read = schema.safeParse(message);
  return read.success ? { valid: true, message: read.data } : { valid: false, faults: read.error.issues.map(({ path, code, message }) => ({ path: path.join('.'), code, message })) };
}

export class Client {
  #options;

  constructor(options) {
    this.#options = z
      .object({
        baseUrl: z.url(),
        token: z.union([z.string().min(1), z.function()]),
        phoneId: z.coerce.string().regex(/^\d{1,12}$/),
        timeoutMs: z.number().min(0).default(60_000),
        maxRetries: z.int().min(0).default(2),
        fetch: z.any().optional(),
      })
      .parse(options);
  }

  async sendMessage(message, { signal, idempotencyKey = crypto.randomUUID(), phoneId = this.#options.phoneId } = {}) {
    const checked = schema.safeParse(message);
    if (!checked.success) throw new ValidationError('The message was not sent.', { code: 'invalid_message', issues: checked.error.issues });
    const { baseUrl, maxRetries } = this.#options;
    const url = `${baseUrl}/${phoneId}/sendMessage`;
    const body = JSON.stringify(toWire(checked.data));
    for (let tries = 0, renewed = false; ; tries += 1) {
      try {
        return await this.#exchange(url, body, idempotencyKey, signal);
      } catch (error) {
        if (error instanceof AuthenticationError && typeof this.#options.token === 'function' && !renewed) {
          renewed = true;
          continue;
        }
        const again = error instanceof MessageError && error.retryable !== 'no' && tries < maxRetries;
        if (!again) throw error;
        const backOff = Math.random() * Math.min(500 * 2 ** tries, 8000);
        await sleep(Math.max(error.retryAfterMs ?? 0, backOff), signal);
      }
    }
  }

  async #exchange(url, body, idempotencyKey, signal) {
    const { token, timeoutMs, fetch = globalThis.fetch } = this.#options;
    const bearer = typeof token === 'function' ? await token() : token;
    const timeout = timeoutMs > 0 ? AbortSignal.timeout(timeoutMs) : undefined;
    const signals = [timeout, signal].filter(Boolean);
    let response;
    let text;
    try {
      response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}`, 'idempotency-key': idempotencyKey },
        body,
        redirect: 'manual',
        signal: signals.length > 0 ? AbortSignal.any(signals) : undefined,
      });
      text = await response.text();
    } catch (cause) {
      if (signal?.aborted) throw signal.reason;
      if (timeout?.aborted) throw new TimeoutError('No answer came in time.', { code: 'timeout', retryable: 'unknown', cause });
      throw new ConnectionError('No answer came.', { code: 'connection_failed', retryable: 'unknown', cause });
    }
    return answerOf(response, text);
  }
}

function answerOf(response, text) {
  const { status } = response;
  const requestId = response.headers.get('x-request-id') ?? undefined;
  let json;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const good = queued.safeParse(json);
  if (good.success && response.ok) return { state: 'queued', ...good.data.data };
  const bad = refused.safeParse(json);
  const told = { status, requestId, code: bad.data?.code, retryAfterMs: retryAfterMs(response.headers.get('retry-after')) };
  const sentence = bad.data?.message ?? `The server answered with status ${status}.`;
  if (status === 401) throw new AuthenticationError(sentence, told);
  if (status === 403) throw new PermissionError(sentence, told);
  if (status === 409) throw new ConflictError(sentence, { ...told, retryable: bad.data?.retryable ?? 'unknown' });
  if (status === 429) throw new RateLimitError(sentence, { ...told, retryable: 'yes' });
  if (status >= 500) throw new ServerError(sentence, { ...told, retryable: bad.data?.retryable ?? 'unknown' });
  if (bad.success) throw new RefusedError(sentence, { ...told, retryable: bad.data.retryable ?? (bad.data.code === 'W05' ? 'yes' : 'no') });
  throw new UnreadableAnswerError("The answer can't be read.", { ...told, code: 'unreadable', retryable: 'unknown' });
}

function retryAfterMs(value) {
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(ms, 0) : undefined;
}

function sleep(ms, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    }, { once: true });
  });
}
