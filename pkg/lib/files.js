// @ts-check
// Files as messages: checked first, then made into base64 in pieces that never enter the WebAssembly module's memory.
import { validate } from "../dist/maytapi.js";
import { ValidationError, invalidOption } from "./errors.js";

/** The largest file that Maytapi takes, in bytes. */
export const MAX_FILE_BYTES = 50 * 1024 * 1024;

/** Bytes that are made into base64 at a time. A multiple of three, so that only the last piece is padded. */
const PIECE_BYTES = 3 * 128 * 1024;

/** The message types whose message is a file. */
const KINDS = ["media", "image", "sticker"];

/** What a file's name says about its type, for files that don't say themselves. */
const TYPES = {
  aac: "audio/aac",
  csv: "text/csv",
  doc: "application/msword",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  gif: "image/gif",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  m4a: "audio/mp4",
  mp3: "audio/mpeg",
  mp4: "video/mp4",
  ogg: "audio/ogg",
  pdf: "application/pdf",
  png: "image/png",
  ppt: "application/vnd.ms-powerpoint",
  pptx: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
  txt: "text/plain",
  vcf: "text/vcard",
  wav: "audio/wav",
  webp: "image/webp",
  xls: "application/vnd.ms-excel",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  zip: "application/zip",
};

/**
 * @typedef {object} MediaOptions
 * @property {"media" | "image" | "sticker"} [type]
 * @property {string} [filename]
 * @property {string} [mimeType]
 * @property {(progress: { loaded: number, total: number }) => void} [onProgress]
 * @property {AbortSignal} [signal]
 */

/** @typedef {Blob | Uint8Array} Source where the bytes are: in what is read piece by piece, or in memory already */
/** @typedef {{ source: Source, size: number, name?: string, mimeType: string }} Opened */
/** @typedef {(path: string | URL) => Promise<Blob>} OpenPath */

/**
 * A message with a file, ready to be sent: in place of the file stands a small stand-in, which `body` swaps for the base64.
 *
 * @param {string} to
 * @param {unknown} file
 * @param {MediaOptions} options
 * @param {OpenPath} [openPath] how this runtime opens a file by its path
 */
export async function fileMessage(to, file, options, openPath) {
  const { mimeType, onProgress, signal, ...fields } = options;
  if (onProgress !== undefined && typeof onProgress !== "function") throw invalidOption("onProgress", "give a function");
  if (fields.type !== undefined && !KINDS.includes(fields.type)) {
    throw invalid([{ path: "type", code: "unknown_type", message: "A file is sent as media, image or sticker." }]);
  }
  const opened = await open(file, fields.filename, mimeType, openPath);
  // Of no size that counts: what is checked is everything but the base64, which is right by construction.
  const standIn = `data:${opened.mimeType};base64,${btoa(`stand-in ${crypto.randomUUID()}`)}`;
  const { type = "media", filename = type === "media" ? opened.name : undefined } = fields;
  const message = withoutUndefined({ ...fields, type, filename, toNumber: to, message: standIn });
  const checked = validate(message);
  if (!checked.valid) throw invalid(checked.faults);
  const base64 = await encode(opened.source, opened.size, onProgress, signal);
  return {
    message,
    /**
     * @param {unknown} text the request's JSON with the stand-in in it
     * @returns {Blob}
     */
    body(text) {
      const json = String(text);
      const at = json.indexOf(standIn);
      if (at < 0) throw new TypeError("The request does not hold the file.");
      const payload = at + standIn.indexOf(",") + 1;
      return new Blob([json.slice(0, payload), ...base64, json.slice(at + standIn.length)]);
    },
  };
}

/**
 * @param {unknown} file
 * @param {string | undefined} filename
 * @param {string | undefined} mimeType
 * @param {OpenPath | undefined} openPath
 * @returns {Promise<Opened>}
 */
async function open(file, filename, mimeType, openPath) {
  const { name, source } = await look(file, openPath);
  const { size, type: ownType } = source instanceof Blob ? source : { size: source.length, type: "" };
  if (size === 0) throw fault("empty", "The file is empty.");
  if (size > MAX_FILE_BYTES) throw fault("too_large", "The file is larger than the 50 MB that Maytapi takes.");
  const type = mimeType ?? (ownType || typeByName(filename ?? name));
  if (type === undefined) throw fault("unsupported_media_type", "What kind of file it is can't be told: give mimeType, such as application/pdf.");
  // Parameters (`; charset=utf-8`) are no part of what Maytapi looks at.
  return { source, size, mimeType: String(type).split(";")[0]?.trim() ?? "", ...(name === undefined ? {} : { name }) };
}

/**
 * @param {unknown} file
 * @param {OpenPath | undefined} openPath
 */
async function look(file, openPath) {
  try {
    return { name: nameOf(file), source: await sourceOf(file, openPath) };
  } catch (cause) {
    if (cause instanceof ValidationError) throw cause;
    throw fault("wrong_kind", "The file can't be looked at; see the cause.", cause);
  }
}

/**
 * @param {unknown} file
 * @param {OpenPath | undefined} openPath
 * @returns {Promise<Source>}
 */
async function sourceOf(file, openPath) {
  if (file instanceof Blob) return file;
  if (file instanceof ArrayBuffer) return new Uint8Array(file);
  if (ArrayBuffer.isView(file)) return new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
  if (typeof file === "string" || file instanceof URL) {
    if (!openPath) throw fault("wrong_kind", "Files can't be opened by their path here: give a File, a Blob or bytes.");
    try {
      return await openPath(file);
    } catch (cause) {
      throw fault("not_found", "The file can't be opened; see the cause.", cause);
    }
  }
  throw fault("wrong_kind", "Give a File, a Blob, an ArrayBuffer, bytes, or in Node a path.");
}

/**
 * @param {Source} source
 * @param {number} size
 * @param {MediaOptions["onProgress"]} onProgress
 * @param {AbortSignal} [signal]
 * @returns {Promise<Blob[]>} base64 in pieces, which the runtime may keep outside the program's memory
 */
async function encode(source, size, onProgress, signal) {
  const pieces = [];
  const into = new Uint8Array(4 * Math.ceil(Math.min(size, PIECE_BYTES) / 3));
  for (let start = 0; start < size; start += PIECE_BYTES) {
    signal?.throwIfAborted();
    const end = Math.min(start + PIECE_BYTES, size);
    // Bytes in memory are not waited for: they stay as they are meanwhile, and need not be copied first.
    const bytes = source instanceof Blob ? await read(source, start, end) : source.length === size && source.subarray(start, end);
    // A file that shrank meanwhile would make base64 with padding in its middle.
    if (!bytes || bytes.length !== end - start) throw fault("changed", "The file changed while it was read.");
    pieces.push(new Blob([base64(bytes, into)]));
    onProgress?.({ loaded: end, total: size });
  }
  signal?.throwIfAborted();
  return pieces;
}

/**
 * @param {Blob} blob
 * @param {number} start
 * @param {number} end
 */
async function read(blob, start, end) {
  try {
    return new Uint8Array(await blob.slice(start, end).arrayBuffer());
  } catch (cause) {
    throw fault("not_found", "The file can't be read; see the cause.", cause);
  }
}

const ALPHABET = Uint8Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", (letter) => letter.charCodeAt(0));
const PADDING = 61;

/** Two digits for each twelve bits, as they lie in memory. */
const PAIRS = new Uint16Array(Uint8Array.from({ length: 2 * 4096 }, (_, i) => ALPHABET[i % 2 ? (i >> 1) & 63 : i >> 7] ?? 0).buffer);

/**
 * Writes base64 as bytes. As text, each piece would be garbage that browsers let pile up to more than the file.
 * @param {Uint8Array} bytes
 * @param {Uint8Array<ArrayBuffer>} into
 */
function base64(bytes, into) {
  const { length } = bytes;
  // What the types can't tell: no index is beyond the end. To check each takes a quarter longer.
  const [from, pairs] = /** @type {any[]} */ ([bytes, PAIRS]);
  const out = new Uint16Array(into.buffer);
  const whole = length - (length % 3);
  let at = 0;
  for (let i = 0; i < whole; i += 3) {
    const triple = (from[i] << 16) | (from[i + 1] << 8) | from[i + 2];
    out[at++] = pairs[triple >> 12];
    out[at++] = pairs[triple & 4095];
  }
  if (whole < length) {
    const last = (from[whole] << 16) | ((from[whole + 1] ?? 0) << 8);
    out[at++] = pairs[last >> 12];
    out[at++] = pairs[last & 4095];
    into[2 * at - 1] = PADDING;
    if (length - whole === 1) into[2 * at - 2] = PADDING;
  }
  return into.subarray(0, 2 * at);
}

/** @param {unknown} file */
function nameOf(file) {
  if (file instanceof URL) return decodeURIComponent(file.pathname.split("/").at(-1) ?? "") || undefined;
  if (typeof file === "string") return file.split(/[\\/]/).at(-1) || undefined;
  return file instanceof Blob && "name" in file && typeof file.name === "string" && file.name !== "" ? file.name : undefined;
}

/** @param {string | undefined} name */
function typeByName(name) {
  const ending = name?.split(".").at(-1)?.toLowerCase() ?? "";
  return Object.hasOwn(TYPES, ending) ? TYPES[/** @type {keyof typeof TYPES} */ (ending)] : undefined;
}

/** @param {Record<string, unknown>} object */
function withoutUndefined(object) {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

/**
 * @param {string} code
 * @param {string} message
 * @param {unknown} [cause]
 */
function fault(code, message, cause) {
  return invalid([{ path: "file", code, message }], cause);
}

/**
 * @param {import("../dist/maytapi.js").Fault[]} faults
 * @param {unknown} [cause]
 */
function invalid(faults, cause) {
  // A fault of the stand-in is one of the file.
  const told = faults.map((one) => (one.path === "message" ? { ...one, path: "file" } : one));
  const text = told.map(({ path, message }) => `${path || "message"}: ${message}`).join(" ");
  return new ValidationError(`The message was not sent. ${text}`, { code: "invalid_message", faults: told, ...(cause === undefined ? {} : { cause }) });
}
