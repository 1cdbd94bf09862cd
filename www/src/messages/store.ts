// The messages that were sent from this device: one place that changes them, kept where the device keeps things, in memory where it doesn't.
import { computed, signal } from "@preact/signals";
import { chosen } from "../session/session.ts";
import { t } from "../words.ts";
import * as db from "./db.ts";
import { chatName, type Sent, type State, withoutBytes } from "./record.ts";

const KEPT_MS = 30 * 24 * 3600 * 1000;

/** All messages, by id, in the order in which they were sent. */
const all = signal<ReadonlyMap<string, Sent>>(new Map());
/** Why nothing is kept beyond this tab, where that is so. */
export const notKept = signal<string | undefined>(undefined);
/** This tab, for the messages whose answer it waits for. */
export const TAB = crypto.randomUUID();

/** What is told of a message: how it stands now, and what else is known with that. */
export interface Change {
  id: string;
  state: State;
  at: number;
  news?: Partial<Pick<Sent, "key" | "chat" | "msgId" | "requestId" | "failure">>;
}

/** Brings a message to where the change says that it stands. Everything that is learnt of a message comes through here. */
export function apply({ id, state, at, news }: Change): void {
  const before = all.value.get(id);
  if (!before) return;
  const { failure: _, ...rest } = before;
  const settled = state === "queued" || state === "arrived";
  const message = settled ? withoutBytes(before.message) : before.message;
  put({ ...rest, ...news, message, state, tab: TAB, steps: [...before.steps, { state, at }] });
}

/** A message that is about to leave. It is kept before its bytes go, so that its key outlives this tab. */
export async function add(sent: Sent): Promise<void> {
  put(sent);
  await saving;
}

export function get(id: string): Sent | undefined {
  return all.value.get(id);
}

export function forget(id: string): void {
  all.value = new Map([...all.value].filter(([one]) => one !== id));
  keep(() => db.remove(id), id);
}

/** Throws everything away, here and on the device. */
export function clearAll(): void {
  all.value = new Map();
  keep(db.clear, "");
}

/** A conversation of the phone that is chosen. */
export interface Chat {
  chat: string;
  name: string;
  messages: Sent[];
  last: Sent;
}

/** The conversations of the chosen phone, the newest first. */
export const chats = computed<Chat[]>(() => {
  const found = new Map<string, Sent[]>();
  for (const sent of all.value.values()) {
    if (sent.account !== chosen.value?.account || sent.phone !== chosen.value.phone) continue;
    const messages = found.get(sent.chat);
    if (messages) messages.push(sent);
    else found.set(sent.chat, [sent]);
  }
  const list: Chat[] = [];
  for (const [chat, messages] of found) {
    const last = messages.at(-1);
    if (last) list.push({ chat, name: chatName(chat), messages, last });
  }
  return list.sort((one, other) => other.last.at - one.last.at);
});

/** Reads what the device has, and follows what other tabs do. */
export async function openStore(): Promise<void> {
  holdTabLock();
  try {
    const kept = await db.readAll(Date.now() - KEPT_MS);
    // What was sent while the device was still reading stays.
    all.value = new Map([...kept.map((sent): [string, Sent] => [sent.id, sent]), ...all.value]);
  } catch {
    notKept.value = t.store.refused;
    return;
  }
  await settleOrphans();
  tabs?.addEventListener("message", ({ data }: MessageEvent<unknown>) => void reread(String(data)));
}

/** Tells other tabs which message changed; an empty id means all. */
const tabs = typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel("maytapi-console");
let saving: Promise<void> = Promise.resolve();

function put(sent: Sent): void {
  all.value = new Map(all.value).set(sent.id, sent);
  keep(() => db.write(sent), sent.id);
}

/** One write after the other: the last one told is the last one kept. */
function keep(write: () => Promise<void>, id: string): void {
  if (notKept.value === t.store.refused) return;
  saving = saving.then(write).then(
    () => tabs?.postMessage(id),
    (error: unknown) => {
      notKept.value = error instanceof DOMException && error.name === "QuotaExceededError" ? t.store.full : t.store.refused;
    },
  );
}

async function reread(id: string): Promise<void> {
  try {
    if (id === "") {
      all.value = new Map((await db.readAll(Date.now() - KEPT_MS)).map((sent) => [sent.id, sent]));
      return;
    }
    const sent = await db.read(id);
    const next = new Map(all.value);
    if (sent) next.set(id, sent);
    else next.delete(id);
    all.value = new Map([...next].sort(([, one], [, other]) => one.at - other.at));
  } catch {
    // The other tab's news stay unseen here until this one is loaded again.
  }
}

/** A tab holds a lock for as long as it lives, so that others know which answers nobody waits for any more. */
function holdTabLock(): void {
  void navigator.locks?.request(lockOf(TAB), () => new Promise(() => {}));
}

async function settleOrphans(): Promise<void> {
  const waiting = [...all.value.values()].filter(({ state, tab }) => state === "sending" && tab !== TAB);
  if (waiting.length === 0) return;
  const held = new Set((await navigator.locks?.query())?.held?.map(({ name }) => name));
  for (const { id, tab } of waiting) {
    if (held.has(lockOf(tab))) continue;
    const failure = { name: "PageClosed", code: "page_closed", message: t.store.pageClosed, retryable: "unknown" as const };
    apply({ id, state: "unknown", at: Date.now(), news: { failure } });
  }
}

function lockOf(tab: string): string {
  return `maytapi-console-${tab}`;
}
