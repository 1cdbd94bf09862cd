// A file: its public URL, or one from this machine as a data: URI.
import { type Fault, validate } from "maytapi";
import { button, freshId, h } from "../dom.ts";
import { Block, changed, type Control, hint } from "./block.ts";
import type { Spec } from "./simple.ts";

/** No page should read gigabytes only to be told that they are too many. Above Maytapi's own limit, which the package knows. */
const MOST_BYTES_READ = 100 * 1024 * 1024;

/** What was chosen, and what is wrong with it. */
interface Chosen {
  uri: string;
  faults: Fault[];
}

/** `accept` is what the file picker offers first; whether a file fits is the package's to say. */
export function mediaField(spec: Spec, accept?: string): Control {
  const { name, words, required } = spec;
  const url = h("input", { id: freshId("field"), name, type: "text", inputmode: "url", placeholder: "https://example.com/menu.pdf", spellcheck: "false", "aria-required": required });
  url.setAttribute("aria-label", `${words.label}: its public URL`);
  const picker = h("input", { id: freshId("field"), type: "file", accept, class: "visually-hidden", "aria-label": `${words.label}: a file of this machine` });
  const pick = h("label", { class: "pick", for: picker.id }, "Choose a file");
  const source = h("div", { class: "media-source" }, url, h("span", { class: "or" }, "or"), picker, pick);
  const details = h("div", { class: "file", role: "status", hidden: true });
  const hints = hint(words);
  const caption = h("label", { class: "label", for: url.id }, words.label, " ", h("code", {}, name));
  const element = h("div", { class: "field media" }, caption, source, details, ...hints);
  const block = new Block(name, element, url, hints.map((line) => line.id));

  let chosen: Chosen | undefined;
  // Counts choices, so that a file that was read slowly does not replace one chosen after it.
  let choice = 0;

  const clear = (): void => {
    choice += 1;
    chosen = undefined;
    picker.value = "";
    details.hidden = true;
    details.replaceChildren();
    source.hidden = false;
  };
  const take = async (file: File): Promise<void> => {
    clear();
    const mine = choice;
    block.touched = true;
    source.hidden = true;
    details.hidden = false;
    details.replaceChildren(h("span", { class: "file-text" }, `Reading ${file.name} …`));
    const read = await readFile(file, name);
    if (mine !== choice) return;
    chosen = read;
    const remove = button(
      "Remove",
      () => {
        clear();
        url.focus();
        changed(element);
      },
      { class: "small", "aria-label": `Remove ${file.name}` },
    );
    const text = h("span", { class: "file-text" }, h("b", {}, file.name), h("span", {}, `${file.type || "unknown type"}, ${size(file.size)}`));
    details.replaceChildren(...thumbnail(file), text, remove);
    changed(element);
  };

  picker.addEventListener("change", () => {
    const [file] = picker.files ?? [];
    if (file) void take(file);
  });
  element.addEventListener("dragover", (event) => {
    event.preventDefault();
    element.classList.add("dragged");
  });
  element.addEventListener("dragleave", () => element.classList.remove("dragged"));
  element.addEventListener("drop", (event) => {
    event.preventDefault();
    element.classList.remove("dragged");
    const [file] = event.dataTransfer?.files ?? [];
    if (file) void take(file);
  });

  const typed = (): string | undefined => (url.value === "" ? undefined : url.value);
  return {
    element,
    blocks: () => [block],
    value: () => (chosen ? chosen.uri : typed()),
    sample: () => (chosen ? sampleOf(chosen.uri) : typed()),
    faults: () => chosen?.faults ?? [],
  };
}

/** Fifty megabytes are looked through once, when they are chosen, and not again at every keystroke. */
async function readFile(file: File, path: string): Promise<Chosen> {
  const wrong = (code: string, message: string): Chosen => ({ uri: "", faults: [{ path, code, message }] });
  if (file.size > MOST_BYTES_READ) return wrong("too_large", `A file of ${size(file.size)} is too large to send.`);
  try {
    const uri = await dataUri(file);
    const checked = validate({ type: "media", toNumber: "12025550123", message: uri });
    return { uri, faults: checked.valid ? [] : checked.faults.map((fault) => ({ ...fault, path })) };
  } catch (error) {
    return wrong("unreadable_file", `The file can't be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function dataUri(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("error", () => reject(reader.error ?? new Error("no reason given")));
    reader.addEventListener("load", () => resolve(String(reader.result)));
    reader.readAsDataURL(file);
  });
}

/** The URI's head with four bytes of base64: the media type is the real one. */
function sampleOf(uri: string): string {
  const comma = uri.indexOf(",");
  return `${comma < 0 ? "data:application/octet-stream;base64" : uri.slice(0, comma)},AAAA`;
}

/** A small picture of an image; nothing for other files. */
function thumbnail(file: File): HTMLElement[] {
  if (!file.type.startsWith("image/")) return [];
  const address = URL.createObjectURL(file);
  const image = h("img", { class: "thumbnail", src: address, alt: "" });
  const release = (): void => URL.revokeObjectURL(address);
  image.addEventListener("load", release);
  image.addEventListener("error", () => {
    release();
    image.remove();
  });
  return [image];
}

/** Bytes as people read them: `1.4 MB`. */
function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const [value, unit] = bytes < 1_000_000 ? [bytes / 1000, "KB"] : [bytes / 1_000_000, "MB"];
  return `${value.toFixed(value < 10 ? 1 : 0)} ${unit}`;
}
