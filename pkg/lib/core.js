// @ts-check
// The WebAssembly module behind everything: loaded once, by itself or when asked, from where the runtime's entry says.
import load, { initSync } from "../dist/maytapi.js";
import { NotReadyError, typed } from "./errors.js";

/** @typedef {import("../dist/maytapi.js").InitInput} InitInput */

/** @type {object | undefined} the module's exports, where it runs */
let loaded;

/** @type {Promise<void> | undefined} the load under way, or the one that succeeded */
let loading;

/** @type {{ cause: unknown } | undefined} why the module did not start at import, where throwing could not be caught by who uses the package */
let failure;

/** @type {() => InitInput | Promise<InitInput>} */
let source = () => {
  throw new NotReadyError("There is no WebAssembly module to load: import an entry of this package first.", { code: "no_entry" });
};

/** Whether the module of `source` has all of the crate: a page's own is without what few pages need. */
let isWhole = false;

/**
 * Says where the module comes from when the caller says nothing. Called by an entry.
 * @param {typeof source} from
 * @param {boolean} [whole] whether it has all of the crate
 */
export function loadFrom(from, whole = false) {
  // Another entry has the bytes, which are nearer than any address, or needs the whole.
  if (failure || (isWhole && !whole)) return;
  source = from;
  isWhole = whole;
}

/**
 * Starts the module at once. Called by the entries of runtimes that can.
 * @param {() => import("../dist/maytapi.js").SyncInitInput} from
 */
export function start(from) {
  if (loaded) return;
  source = from;
  try {
    loaded = initSync({ module: from() });
    loading = Promise.resolve();
  } catch (cause) {
    failure = { cause };
  }
}

/**
 * Waits until the module is loaded, and loads it where nobody did. One load serves all; one that failed can be tried again.
 * @param {InitInput | Promise<InitInput>} [input] where the module is, or the module itself, in place of what the package knows
 * @returns {Promise<void>}
 */
export function ready(input) {
  loading ??= begin(input).then(
    (exports) => {
      loaded = exports;
    },
    (cause) => {
      loading = undefined;
      throw notLoaded(cause);
    },
  );
  return loading;
}

/** @param {InitInput | Promise<InitInput>} [input] */
async function begin(input) {
  const from = await (input ?? known());
  const address = addressOf(from);
  if (!address || !globalThis.WebAssembly) return load({ module_or_path: from });
  const attempt = async () => load({ module_or_path: await fetched(/** @type {RequestInfo | URL} */ (from), address) });
  // Once more: a connection that broke says nothing about the next.
  return attempt().catch((error) => (error instanceof LeftBehind || isForbidden(error) ? Promise.reject(error) : attempt()));
}

/**
 * The address that a module is to be fetched from: a text, a `URL` or a `Request`.
 * @param {any} from
 * @returns {string | undefined}
 */
function addressOf(from) {
  return typeof from === "string" ? from : from.href ?? (from.method && from.url);
}

/** A bundler took the code and left the module. */
class LeftBehind extends Error {}

function known() {
  try {
    const from = source();
    // Until 7 Vite's development server runs an entry from a folder of its own, and leaves the module in the package's.
    // What other bundlers give is not always a URL that can be changed.
    return from instanceof URL ? String(from).replace("/.vite/deps/", "/maytapi/") : from;
  } catch (cause) {
    // In a script that is no module there is no address beside which the module could be.
    throw new LeftBehind(String(cause), { cause });
  }
}

/**
 * @param {RequestInfo | URL} from
 * @param {string} address
 */
async function fetched(from, address) {
  const response = await fetch(from).catch((error) => {
    throw address.startsWith("file:") ? new LeftBehind(`${address} can't be fetched`, { cause: error }) : error;
  });
  const { ok, status, headers } = response;
  const type = headers.get("content-type");
  const told = `${address}: HTTP ${status}, ${type}`;
  // A server that has no such file answers with 404, or with the application's page.
  if (status === 404 || type?.includes("html")) throw new LeftBehind(told);
  if (!ok) throw new Error(told);
  return response;
}

/** @param {unknown} error what a Content-Security-Policy made of compiling */
function isForbidden(error) {
  return /Content.Security|CSP|Wasm code generation/i.test(String(error));
}

/** @param {unknown} cause */
function notLoaded(cause) {
  const [why, retryable] = !globalThis.WebAssembly
    ? [" This runtime has none, as React Native's Hermes: send from a backend.", "no"]
    : cause instanceof LeftBehind
      ? [' The bundler left it behind: import from "maytapi/inline", which has it inside.', "no"]
      : isForbidden(cause)
        ? [" The Content-Security-Policy forbids it: script-src needs 'wasm-unsafe-eval'.", "no"]
        : [" Calling again tries again.", "yes"];
  return new NotReadyError(`The WebAssembly module could not be loaded; see the cause.${why}`, { code: "load_failed", retryable: /** @type {"no" | "yes"} */ (retryable), cause });
}

/** Whether what needs the module can be called without waiting. */
export function isReady() {
  return loaded !== undefined;
}

/**
 * Calls a function of the module's that nothing has to be waited for.
 * @template T
 * @param {string} name as it is called from outside
 * @param {() => T} call
 * @param {string} [exported] its name in the module, where a page's module may be without it
 * @param {string} [advice] where it is to be had
 * @returns {T}
 */
export function sync(name, call, exported, advice) {
  if (!loaded) {
    if (failure) throw notLoaded(failure.cause);
    throw new NotReadyError(`${name} was called before the WebAssembly module was loaded. Do this once before: await ready()`, { code: "not_ready", retryable: "yes" });
  }
  if (exported && !(exported in loaded)) throw new NotReadyError(`${name} is not in the module that this page loaded. ${advice}`, { code: "not_in_page" });
  try {
    return call();
  } catch (error) {
    throw typed(error);
  }
}
