// A file of this machine: read into a data: URI with progress, looked through once, and drawn small where it is an image.
import { type Fault, validate } from "maytapi";
import { largestFile } from "../session/session.ts";
import { size, t } from "../words.ts";

/** No page should read gigabytes only to be told that they are too many. Above Maytapi's own limit, which the package knows. */
const MOST_BYTES_READ = 100 * 1024 * 1024;

const THUMBNAIL_SIDE = 320;

/** A file that was chosen, and what is wrong with it. */
export interface Picked {
  name: string;
  type: string;
  bytes: number;
  /** The whole of it; empty where it could not be read. */
  uri: string;
  /** A small picture of an image, as a data: URI. */
  thumbnail?: string;
  faults: Fault[];
}

/** Reads a file. Fifty megabytes are looked through here, once, and not again at every keystroke. */
export async function readFile(file: File, onProgress: (done: number) => void): Promise<Picked> {
  const picked = { name: file.name, type: file.type, bytes: file.size };
  const wrong = (code: string, message: string): Picked => ({ ...picked, uri: "", faults: [{ path: "", code, message }] });
  if (file.size > MOST_BYTES_READ) return wrong("too_large", t.file.tooLarge(size(file.size)));
  try {
    const [uri, thumbnail] = await Promise.all([dataUri(file, onProgress), thumbnailOf(file)]);
    if (file.size > largestFile()) return wrong("too_large", largestFile() === 0 ? t.file.noneAllowed : t.file.overProxy(size(largestFile())));
    const checked = validate({ type: "media", toNumber: "12025550123", message: uri });
    return { ...picked, uri, ...(thumbnail === undefined ? {} : { thumbnail }), faults: checked.valid ? [] : checked.faults };
  } catch (error) {
    return wrong("unreadable_file", t.file.unreadable(error instanceof Error ? error.message : String(error)));
  }
}

/** The URI's head with four bytes of base64: the media type is the real one. */
export function sampleOf(uri: string): string {
  const comma = uri.indexOf(",");
  return `${comma < 0 ? "data:application/octet-stream;base64" : uri.slice(0, comma)},AAAA`;
}

function dataUri(file: File, onProgress: (done: number) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("progress", ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0));
    reader.addEventListener("error", () => reject(reader.error ?? new Error(t.file.noReason)));
    reader.addEventListener("load", () => resolve(String(reader.result)));
    reader.readAsDataURL(file);
  });
}

/** Nothing for what is no image, or one that this browser can't draw. */
async function thumbnailOf(file: File): Promise<string | undefined> {
  if (!file.type.startsWith("image/") || file.size === 0) return undefined;
  try {
    const whole = await createImageBitmap(file);
    const scale = Math.min(1, THUMBNAIL_SIDE / Math.max(whole.width, whole.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(whole.width * scale));
    canvas.height = Math.max(1, Math.round(whole.height * scale));
    canvas.getContext("2d")?.drawImage(whole, 0, 0, canvas.width, canvas.height);
    whole.close();
    return canvas.toDataURL("image/webp", 0.8);
  } catch {
    return undefined;
  }
}
