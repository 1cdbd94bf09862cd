// @ts-check
// Code that many a page never needs, loaded when it is first used.
import { NotReadyError } from "./errors.js";

/**
 * Where each part comes from, by what it is for.
 * @typedef {object} Parts
 * @property {() => Promise<typeof import("./batches/batches.js")>} batches
 * @property {() => Promise<typeof import("./files.js")>} files
 * @property {() => Promise<typeof import("./live.js")>} following
 * @property {() => Promise<typeof import("./many/run.js")>} sendMany
 */

/** @type {Parts} */
let parts;

/**
 * Says where the parts come from. Called by an entry.
 * @param {Parts} from
 */
export function laterFrom(from) {
  parts = from;
}

/**
 * @template {keyof Parts} N
 * @param {N} name
 * @returns {Promise<Awaited<ReturnType<Parts[N]>>>}
 */
export async function later(name) {
  try {
    return await /** @type {any} */ (parts[name]());
  } catch (cause) {
    throw new NotReadyError(`The code for ${name} could not be loaded; see the cause. A service worker imports from "maytapi/inline", where nothing is loaded later.`, { code: "load_failed", retryable: "yes", cause });
  }
}
