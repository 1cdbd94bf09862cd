// From a field's kind to what it looks like: every kind that the package names, or this does not compile.
import type { FieldKind, MessageTypeInfo } from "maytapi";
import { wordsFor } from "../words.ts";
import type { Control } from "./block.ts";
import { sizeField, vcardField } from "./group.ts";
import { buttonsField, optionsField } from "./list.ts";
import { mediaField } from "./media.ts";
import { emojiField, flagField, type Spec, textField } from "./simple.ts";

/** The fields of these names are written at length; other texts fit on a line. */
const LONG_TEXTS = new Set(["message", "text"]);

const MAKERS: Record<FieldKind, (spec: Spec) => Control> = {
  text: (spec) => textField(spec, { lines: LONG_TEXTS.has(spec.name) }),
  question: (spec) => textField(spec, { lines: true }),
  filename: textField,
  flag: flagField,
  media: (spec) => mediaField(spec),
  image: (spec) => mediaField(spec, "image/*"),
  sticker: (spec) => mediaField(spec, "image/webp"),
  url: (spec) => textField(spec, { inputmode: "url" }),
  contact: textField,
  message_id: (spec) => textField(spec, { mono: true }),
  emoji: emojiField,
  latitude: textField,
  longitude: textField,
  vcard: vcardField,
  poll_options: optionsField,
  sticker_size: sizeField,
  buttons: buttonsField,
};

/** The controls of a type's own fields, in the order in which the package lists them. */
export function fieldsOf({ type, fields }: MessageTypeInfo): Control[] {
  return fields.map(({ name, kind, required }) => MAKERS[kind]({ name, required, words: wordsFor(type, name) }));
}
