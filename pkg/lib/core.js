// @ts-check
// The WebAssembly module behind everything: loaded once, by itself or when asked, from where the runtime's entry says.
import load, { initSync } from "../dist/maytapi.js";
import { NotReadyError } from "./errors.js";

/** @typedef {import("../dist/maytapi.js").InitInput} InitInput */

/** Whether the module runs. */
let loaded = false;

/** @type {Promise<void> | undefined} the load under way, or the one that succeeded */
let loading;

/** @type {() => InitInput | Promise<InitInput>} */
let source = () => {
  throw new NotReadyError("There is no WebAssembly module to load: import an entry of this package first.", { code: "no_entry" });
};

/**
 * Says where the module comes from when the caller says nothing. Called by an entry.
 * @param {typeof source} from
 */
export function loadFrom(from) {
  source = from;
}

/**
 * Starts the module at once. Called by the entries of runtimes that can.
 * @param {import("../dist/maytapi.js").SyncInitInput} bytesOrModule
 */
export function start(bytesOrModule) {
  if (loaded) return;
  initSync({ module: bytesOrModule });
  loaded = true;
  loading = Promise.resolve();
}

/**
 * Waits until the module is loaded, and loads it where nobody did. One load serves all; one that failed can be tried again.
 * @param {InitInput | Promise<InitInput>} [input] where the module is, or the module itself, in place of what the package knows
 * @returns {Promise<void>}
 */
export function ready(input) {
  loading ??= begin(input).then(
    () => {
      loaded = true;
    },
    (error) => {
      loading = undefined;
      throw new NotReadyError("The WebAssembly module could not be loaded; see the cause. Calling again tries again.", { code: "load_failed", retryable: "yes", cause: error });
    },
  );
  return loading;
}

/** @param {InitInput | Promise<InitInput>} [input] */
async function begin(input) {
  await load({ module_or_path: input ?? (await source()) });
}

/** Whether what needs the module can be called without waiting. */
export function isReady() {
  return loaded;
}

/**
 * Throws where the module is not there yet.
 * @param {string} what the function that needs it
 */
export function requireReady(what) {
  if (loaded) return;
  throw new NotReadyError(`${what} was called before the WebAssembly module was loaded. Do this once before: await ready()`, { code: "not_ready", retryable: "yes" });
}
