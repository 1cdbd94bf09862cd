// What a command works on: from a file, or from what is piped in.
// @ts-check
import { readFile, stat } from "node:fs/promises";
import { EXIT, Stop } from "./exit.js";

/** A file of 50 MB as base64, and some more. */
const MOST_BYTES = 80 * 1024 * 1024;

/**
 * @param {string[]} files what stands on the command line
 * @returns {Promise<unknown>}
 */
export async function jsonFrom(files) {
  const text = String(await bytesFrom(files, MOST_BYTES));
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    // The engine's own words would repeat what stands there.
    throw new Stop(EXIT.usage, `What was given is not JSON. A message looks like this: {"type": "text", "toNumber": "+1 202-555-0123", "message": "Hello"}`);
  }
}

/**
 * @param {string[]} files what stands on the command line
 * @param {number} most
 */
export function bytesFrom(files, most) {
  const [file = "-", ...more] = files;
  if (more.length > 0) throw new Stop(EXIT.usage, "Give one file.");
  return file === "-" ? piped(most) : fromFile(file, most);
}

/** @param {number} most */
async function piped(most) {
  if (process.stdin.isTTY) throw new Stop(EXIT.usage, "Give a file, or pipe it in. See --help.");
  const parts = [];
  let bytes = 0;
  for await (const part of process.stdin) {
    bytes += part.length;
    if (bytes > most) throw tooLarge(most);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** @param {number} most */
function tooLarge(most) {
  return new Stop(EXIT.usage, `More was given than the ${most >> 20} MB that are taken.`);
}

/** @param {string} file @param {number} most */
async function fromFile(file, most) {
  try {
    const { size } = await stat(file);
    if (size > most) throw tooLarge(most);
    return await readFile(file);
  } catch (error) {
    if (error instanceof Stop) throw error;
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new Stop(EXIT.usage, `The file can't be read (${code}).`);
  }
}
