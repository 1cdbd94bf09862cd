// The JSON that a command works on: from a file, or from what is piped in.
// @ts-check
import { readFile } from "node:fs/promises";
import { EXIT, Stop } from "./exit.js";

/** A file of 50 MB as base64, and some more. */
const MOST_BYTES = 80 * 1024 * 1024;

/**
 * @param {string[]} files what stands on the command line
 * @returns {Promise<unknown>}
 */
export async function jsonFrom(files) {
  const [file = "-", ...more] = files;
  if (more.length > 0) throw new Stop(EXIT.usage, "Give one file.");
  const text = file === "-" ? await piped() : await fromFile(file);
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    // The engine's own words would repeat what stands there.
    throw new Stop(EXIT.usage, `What was given is not JSON. A message looks like this: {"type": "text", "toNumber": "+1 202-555-0123", "message": "Hello"}`);
  }
}

async function piped() {
  if (process.stdin.isTTY) throw new Stop(EXIT.usage, "Give a file, or pipe the message's JSON in. See --help.");
  const parts = [];
  let bytes = 0;
  for await (const part of process.stdin) {
    bytes += part.length;
    if (bytes > MOST_BYTES) throw new Stop(EXIT.usage, "More was piped in than any message has.");
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

/** @param {string} file */
async function fromFile(file) {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new Stop(EXIT.usage, `The file can't be read (${code}).`);
  }
}
