// @ts-check
// Requests that may be made again: repeated where the error says that it is safe, after a back-off with full jitter.
import { MaytapiError } from "../errors.js";

const FIRST_MS = 500;
const LONGEST_MS = 8000;
/** A longer `Retry-After` is the caller's to decide. */
const LONGEST_RETRY_AFTER_MS = 60_000;

/**
 * @template T
 * @param {() => Promise<T>} request
 * @param {number} maxRetries
 * @param {AbortSignal} [signal]
 * @returns {Promise<T>}
 */
export async function persistently(request, maxRetries, signal) {
  for (let retries = 0; ; retries += 1) {
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof MaytapiError) || error.retryable !== "yes" || retries >= maxRetries) throw error;
      const { retryAfterMs = 0 } = error;
      if (retryAfterMs > LONGEST_RETRY_AFTER_MS) throw error;
      await sleep(retryAfterMs + Math.random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** retries), signal);
    }
  }
}

/**
 * @param {number} ms
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 */
export function sleep(ms, signal) {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, ms);
    if (signal?.aborted) abort();
    else signal?.addEventListener("abort", abort, { once: true });
  });
}
