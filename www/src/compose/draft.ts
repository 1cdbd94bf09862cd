// The message that is being written: what is filled in for each type, what is wrong with it, and what would go out.
import { computed, signal } from "@preact/signals";
import { type Fault, type Hint, type MessageType, type MessageTypeInfo, messageTypes, validate, type WireMessage } from "maytapi";
import { t } from "../words.ts";
import { type Held, KINDS, type Value } from "./kinds.ts";

/** Every type keeps what was filled in, so that choosing another and coming back loses nothing. */
export interface Draft {
  type: MessageType;
  toNumber: string;
  replyTo: string;
  skipFilter: boolean;
  own: Partial<Record<MessageType, Record<string, Held[keyof Held]>>>;
  /** The message that did not go out, in whose place this one is sent. */
  replaces?: string | undefined;
}

export interface Checked {
  /** The JSON that would go out, its file still a stand-in. */
  wire?: WireMessage;
  faults: Fault[];
  hints: Hint[];
}

/** The message as the package takes it. */
export type Message = Record<string, Value>;

/** Faults that only say that nothing is there yet: not shown before somebody has been there. */
const NOT_THERE_YET = new Set(["missing", "empty", "too_few", "invalid_button"]);

export const draft = signal<Draft>(blank());
/** Fields that somebody typed into or left, by type and path. */
const touched = signal<ReadonlySet<string>>(new Set());
/** After a try to send, what is missing is shown too. */
const insisted = signal(false);
/** What the proxy found wrong with this very message. */
const refused = signal<{ message: string; faults: Fault[] } | undefined>(undefined);

/** The type that is chosen, with its fields. */
export const info = computed<MessageTypeInfo>(() => infoOf(draft.value.type));

/** Some types are about a message: there `replyTo` is one of the type's own fields. */
export const ownsReplyTo = computed(() => info.value.fields.some(({ name }) => name === "replyTo"));

export const checked = computed<Checked>(() => {
  const sample = readWith(draft.value, "sample");
  const result = validate(sample);
  const more = info.value.fields.flatMap(({ name, kind }) => faultsOfHeld(kind, heldOf(name, kind), name));
  const told = refused.value && refused.value.message === JSON.stringify(sample) ? refused.value.faults : [];
  const faults = [...(result.valid ? [] : result.faults.map(atItsTarget)), ...more, ...told];
  const hints = result.valid ? result.hints : [];
  return result.valid && faults.length === 0 ? { wire: result.wire, faults, hints } : { faults, hints };
});

/** The faults that are shown: what is only missing waits until somebody was there. */
export const shownFaults = computed<Fault[]>(() => {
  const { type } = draft.value;
  return checked.value.faults.filter(({ code, path }) => insisted.value || !NOT_THERE_YET.has(code) || touched.value.has(`${type} ${path}`));
});

/** What a field of the chosen type holds. */
export function heldOf<K extends keyof Held>(name: string, kind: K): Held[K] {
  const { own, type } = draft.value;
  return (own[type]?.[name] ?? KINDS[kind].initial()) as Held[K];
}

export function hold(name: string, held: Held[keyof Held]): void {
  const { own, type } = draft.value;
  draft.value = { ...draft.value, own: { ...own, [type]: { ...own[type], [name]: held } } };
}

export function touch(path: string): void {
  const key = `${draft.value.type} ${path}`;
  if (!touched.value.has(key)) touched.value = new Set([...touched.value, key]);
}

export function chooseType(type: MessageType): void {
  draft.value = { ...draft.value, type };
  insisted.value = false;
}

/** Shows everything that is wrong. */
export function insist(): void {
  insisted.value = true;
}

/** The message, complete: a file with all its bytes. */
export function whole(): Message {
  return readWith(draft.value, "read");
}

/** Begins anew: for the same recipient, with the fields of a message that is written again, or blank. */
export function begin({ toNumber = "", type = "text", fields = {}, replyTo = "", faults = [], replaces }: { replaces?: string;  toNumber?: string; type?: MessageType; fields?: Record<string, Held[keyof Held]>; replyTo?: string; faults?: Fault[] } = {}): void {
  draft.value = { ...blank(), toNumber, type, replyTo, own: { [type]: fields }, replaces };
  touched.value = new Set();
  insisted.value = false;
  refused.value = faults.length > 0 ? { message: JSON.stringify(readWith(draft.value, "sample")), faults } : undefined;
}

/** What was sent leaves the form; the recipient stays, and what was filled in for other types. */
export function clearSent(): void {
  const { own, type } = draft.value;
  draft.value = { ...draft.value, replyTo: "", skipFilter: false, replaces: undefined, own: { ...own, [type]: {} } };
  touched.value = new Set();
  insisted.value = false;
}

/** The form gives each button exactly one thing to do, so one that has none lacks what is filled in for it. */
function atItsTarget(fault: Fault): Fault {
  const [, name = "", index] = /^(\w+)\[(\d+)\]$/.exec(fault.path) ?? [];
  if (fault.code !== "invalid_button" || index === undefined) return fault;
  const button = heldOf(name, "buttons")[Number(index)];
  return button ? { ...fault, path: `${fault.path}.${button.action}`, message: t.buttons.missing } : fault;
}

function blank(): Draft {
  return { type: "text", toNumber: "", replyTo: "", skipFilter: false, own: {} };
}

function infoOf(type: MessageType): MessageTypeInfo {
  return messageTypes().find((one) => one.type === type) ?? { type, fields: [] };
}

function readWith({ type, toNumber, replyTo, skipFilter }: Draft, how: "read" | "sample"): Message {
  const message: Message = { type, toNumber: toNumber === "" ? undefined : toNumber };
  for (const { name, kind, required } of info.value.fields) {
    const held = heldOf(name, kind);
    message[name] = valueOf(kind, held, required, how);
  }
  if (!ownsReplyTo.value) message.replyTo = replyTo === "" ? undefined : replyTo;
  if (skipFilter) message.skipFilter = true;
  return Object.fromEntries(Object.entries(message).filter(([, value]) => value !== undefined));
}

function valueOf<K extends keyof Held>(kind: K, held: Held[K], required: boolean, how: "read" | "sample"): Value {
  const { read, sample } = KINDS[kind];
  return how === "sample" && sample ? sample(held) : read(held, required);
}

function faultsOfHeld<K extends keyof Held>(kind: K, held: Held[K], path: string): Fault[] {
  return KINDS[kind].faults?.(held, path) ?? [];
}
