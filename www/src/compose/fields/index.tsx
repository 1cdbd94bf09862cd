// From a field's kind to what it looks like: every kind that the package names, or this does not compile.
import type { FieldKind } from "maytapi";
import type { VNode } from "preact";
import { fieldWords } from "../../words.ts";
import { draft, heldOf, info } from "../draft.ts";
import { type Held, isLong } from "../kinds.ts";
import type { Words } from "./field.tsx";
import { Card, Size } from "./group.tsx";
import { LIST_VIEWS } from "./list.tsx";
import { media } from "./media.tsx";
import { Degrees } from "./place.tsx";
import { Emoji, Flag, line, Prose } from "./text.tsx";

export type FieldView<H> = (props: { name: string; held: H; required: boolean; words: Words }) => VNode;

const Line = line();
const VIEWS: { [K in FieldKind]: FieldView<Held[K]> } = {
  text: (props) => (isLong(props.name) ? <Prose {...props} /> : <Line {...props} />),
  question: Prose,
  filename: Line,
  flag: Flag,
  media: media("media"),
  image: media("image", "image/*"),
  sticker: media("sticker", "image/webp"),
  url: line({ inputMode: "url" }),
  contact: line({ inputMode: "tel" }),
  message_id: line({ mono: true }),
  emoji: Emoji,
  latitude: Degrees,
  longitude: Degrees,
  vcard: Card,
  sticker_size: Size,
  ...LIST_VIEWS,
};

/** The chosen type's own fields, in the order in which the package lists them. */
export function OwnFields() {
  const { type } = draft.value;
  return (
    <>
      {info.value.fields.map(({ name, kind, required }) => (
        <One key={`${type}.${name}`} name={name} kind={kind} required={required} words={fieldWords(type, name)} />
      ))}
    </>
  );
}

function One<K extends FieldKind>({ kind, ...props }: { kind: K; name: string; required: boolean; words: Words }) {
  const View = VIEWS[kind] as FieldView<Held[K]>;
  return <View {...props} held={heldOf(props.name, kind)} />;
}
