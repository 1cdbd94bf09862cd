// What the form holds for each kind of field, and the value that it becomes in the message. Every kind that the package names, or this does not compile.
import type { Fault, FieldKind } from "maytapi";
import { sampleOf, type Picked } from "./file.ts";

/** A value as it goes into the message; `undefined` leaves the field out. */
export type Value = string | number | boolean | undefined | Value[] | { [name: string]: Value };

export interface HeldMedia {
  url: string;
  file?: Picked;
  /** The name of a file that is being read. */
  reading?: { name: string; done: number };
}

export interface HeldCard {
  displayName: string;
  phone: string;
  organisation: string;
  email: string;
  /** The card as text, where somebody wrote it as such. */
  vcard?: string;
}

export interface HeldSize {
  width: string;
  height: string;
}

/** What a button can do: the member of the message that says so. */
export const ACTIONS = ["id", "url", "phoneNumber", "code"] as const;

export interface HeldButton {
  text: string;
  action: (typeof ACTIONS)[number];
  target: string;
}

/** What each kind of field holds. */
export interface Held {
  text: string;
  question: string;
  filename: string;
  flag: boolean;
  media: HeldMedia;
  image: HeldMedia;
  sticker: HeldMedia;
  url: string;
  contact: string;
  message_id: string;
  emoji: string;
  latitude: string;
  longitude: string;
  vcard: HeldCard;
  poll_options: string[];
  sticker_size: HeldSize;
  buttons: HeldButton[];
}

interface Kind<H> {
  /** What an untouched field holds. */
  initial: () => H;
  /** The value as it is sent. */
  read: (held: H, required: boolean) => Value;
  /** What it holds when a message is written again. */
  from: (value: Value, file: Picked | undefined) => H;
  /** The paths of the places in it where faults can stand, besides its own. */
  places?: (held: H, path: string) => string[];
  /** A small stand-in that is checked at every keystroke in place of a large value. */
  sample?: (held: H) => Value;
  /** What is wrong beyond what checking the sample can tell. */
  faults?: (held: H, path: string) => Fault[];
}

const text: Kind<string> = { initial: () => "", read: given, from: textOf };

const media: Kind<HeldMedia> = {
  initial: () => ({ url: "" }),
  read: ({ url, file }) => (file ? file.uri : given(url)),
  from: (value, file) => (file && String(value ?? "").startsWith("data:") ? { url: "", file } : { url: textOf(value) }),
  sample: ({ url, file }) => (file ? sampleOf(file.uri) : given(url)),
  faults: ({ file }, path) => (file?.faults ?? []).map((fault) => ({ ...fault, path })),
};

export const KINDS: { [K in FieldKind]: Kind<Held[K]> } = {
  text,
  question: text,
  filename: text,
  // Unset it is left out, which means the same to Maytapi.
  flag: { initial: () => false, read: (held) => held || undefined, from: (value) => value === true },
  media,
  image: media,
  sticker: media,
  url: text,
  contact: text,
  message_id: text,
  emoji: text,
  latitude: text,
  longitude: text,
  vcard: {
    initial: () => ({ displayName: "", phone: "", organisation: "", email: "" }),
    read: (held) => ({ displayName: given(held.displayName), vcard: given(held.vcard ?? cardOf(held)) }),
    from: (value) => ({ displayName: textOf(member(value, "displayName")), phone: "", organisation: "", email: "", vcard: textOf(member(value, "vcard")) }),
    places: (_, path) => [`${path}.displayName`, `${path}.vcard`],
  },
  poll_options: {
    initial: () => ["", ""],
    read: (held) => held,
    from: (value) => listOf(value).map(textOf),
    places: (held, path) => held.map((_, index) => `${path}[${index}]`),
  },
  sticker_size: {
    initial: () => ({ width: "", height: "" }),
    read: ({ width, height }, required) => (width === "" && height === "" && !required ? undefined : { width: asNumber(width), height: asNumber(height) }),
    from: (value) => ({ width: textOf(member(value, "width")), height: textOf(member(value, "height")) }),
    places: (_, path) => [`${path}.width`, `${path}.height`],
  },
  buttons: {
    initial: () => [{ text: "", action: "id", target: "" }],
    read: (held) => held.map((one) => ({ text: one.text, [one.action]: one.target })),
    from: (value) => listOf(value).map(buttonFrom),
    places: (held, path) => held.flatMap(({ action }, index) => [`${path}[${index}].text`, `${path}[${index}].${action}`, `${path}[${index}]`]),
  },
};

/** Whether a text of this name is written at length; others fit on a line. */
export function isLong(name: string): boolean {
  return name === "message" || name === "text";
}

/** A vCard 3.0 of what is filled in; empty while there is no number. */
export function cardOf({ displayName, phone, organisation, email }: HeldCard): string {
  const digits = phone.replace(/\D/g, "");
  if (digits === "") return "";
  const lines = ["BEGIN:VCARD", "VERSION:3.0", `N:;${escaped(displayName)};;;`, `FN:${escaped(displayName)}`];
  if (organisation !== "") lines.push(`ORG:${escaped(organisation)}`);
  if (email !== "") lines.push(`EMAIL:${escaped(email)}`);
  lines.push(`TEL;TYPE=CELL;waid=${digits}:${escaped(phone)}`, "END:VCARD");
  return lines.join("\n");
}

/** RFC 6350, section 3.4. */
function escaped(value: string): string {
  return value.replace(/[\\,;]/g, (mark) => `\\${mark}`).replace(/\s+/g, " ");
}

function given(held: string): string | undefined {
  return held === "" ? undefined : held;
}

/** A number where it is written as one; else the text itself, whose fault then says what is wrong with it. */
function asNumber(held: string): Value {
  if (held.trim() === "") return given(held);
  const number = Number(held);
  return Number.isFinite(number) ? number : held;
}

function buttonFrom(value: Value): HeldButton {
  const action = ACTIONS.find((one) => member(value, one) !== undefined) ?? "id";
  return { text: textOf(member(value, "text")), action, target: textOf(member(value, action)) };
}

function member(value: Value, name: string): Value {
  return typeof value === "object" && !Array.isArray(value) ? value[name] : undefined;
}

function listOf(value: Value): Value[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: Value): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
