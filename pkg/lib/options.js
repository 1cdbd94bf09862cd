// @ts-check
// Options as callers give them: an object that can be read, with no name in it that means nothing.
import { unknownOption } from "../dist/maytapi.js";
import { invalidOption, typed } from "./errors.js";

/**
 * Refuses an option that there is not: what was meant by it would be left undone, and nobody told.
 * @param {object | undefined} options
 * @param {string} known
 */
export function refuseUnknown(options, known) {
  if (typeof options !== "object" || options === null) return;
  for (const [name, value] of Object.entries(objectOf(options))) {
    if (value !== undefined && !known.split(" ").includes(name)) throw typed(unknownOption(name, known));
  }
}

/**
 * @template {object} T
 * @param {T} options
 * @returns {T}
 */
export function objectOf(options) {
  try {
    if (typeof options === "object" && options !== null) return { ...options };
  } catch (cause) {
    throw invalidOption("options", "they throw when read", { cause });
  }
  throw invalidOption("options", "give an object");
}
