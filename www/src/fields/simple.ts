// Fields of one line or one box: text, numbers, ids, flags, emoji.
import { button, freshId, h } from "../dom.ts";
import type { Words } from "../words.ts";
import { Block, changed, type Control, hint, label } from "./block.ts";

/** What a field is called and whether it must be there. */
export interface Spec {
  name: string;
  required: boolean;
  words: Words;
}

/** A text: a box of several lines where `lines` is set. Left empty it is left out. */
export function textField(spec: Spec, options: { lines?: boolean; inputmode?: string; mono?: boolean } = {}): Control {
  const { words, name, required } = spec;
  const id = freshId("field");
  const shared = { id, name, placeholder: words.placeholder, "aria-required": required, class: options.mono ? "mono" : undefined };
  const input = options.lines
    ? h("textarea", { ...shared, rows: 3 })
    : h("input", { ...shared, type: "text", inputmode: options.inputmode, autocapitalize: "off", spellcheck: "false" });
  const hints = hint(words);
  const element = h("div", { class: "field" }, label(words, name, required, id), input, ...hints);
  const block = new Block(name, element, input, hints.map((line) => line.id));
  return { element, blocks: () => [block], value: () => (input.value === "" ? undefined : input.value) };
}

/** A flag. Unset it is left out, which means the same to Maytapi. */
export function flagField({ name, words }: Spec): Control {
  const id = freshId("field");
  const input = h("input", { id, name, type: "checkbox" });
  const hints = hint(words);
  const text = h("label", { for: id }, words.label, " ", h("code", {}, name));
  const element = h("div", { class: "field flag" }, h("div", { class: "flag-line" }, input, text), ...hints);
  const block = new Block(name, element, input, hints.map((line) => line.id));
  return { element, blocks: () => [block], value: () => (input.checked ? true : undefined) };
}

/** The emoji that WhatsApp itself offers first. */
const QUICK_EMOJI: [emoji: string, name: string][] = [
  ["👍", "thumbs up"],
  ["❤️", "heart"],
  ["😂", "laughing"],
  ["😮", "surprised"],
  ["😢", "crying"],
  ["🙏", "thank you"],
];

/** One emoji, typed or picked. */
export function emojiField(spec: Spec): Control {
  const field = textField(spec);
  const input = field.element.querySelector("input");
  const picks = QUICK_EMOJI.map(([emoji, name]) =>
    button(
      emoji,
      () => {
        if (!input) return;
        input.value = emoji;
        changed(input);
      },
      { "aria-label": name, class: "emoji" },
    ),
  );
  input?.after(h("div", { class: "emoji-row", role: "group", "aria-label": "Often used" }, ...picks));
  return field;
}
