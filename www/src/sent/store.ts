// The messages that were sent from this device: one place that changes them, kept where the device keeps things, in memory where it doesn't.
import { computed, signal } from "@preact/signals";
import type { Delivery } from "maytapi";
import { chosen, type PhoneRef } from "../session/session.ts";
import { t } from "../words.ts";
import * as db from "./db.ts";
import { keepEarly, takeEarly } from "./early.ts";
import { chatName, hasLeft, isOpen, isUnread, moved, needsLook, type Sent, type State, withoutBytes } from "./record.ts";

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

/** Brings a message to where the change says that it stands: everything that a send comes to. */
export function apply({ id, state, at, news }: Change): void {
  const before = all.value.get(id);
  if (!before) return;
  const { failure: _, ...rest } = before;
  const message = hasLeft(state) ? withoutBytes(before.message) : before.message;
  put({ ...rest, ...news, message, state, tab: TAB, steps: [...before.steps, { state, at }] });
}

/** What the phone tells of its messages, many at once. Gives those that moved on; what is not known yet is kept until it is. */
export function hear(told: readonly Delivery[]): Sent[] {
  const byMsgId = new Map<string, Sent>();
  for (const sent of all.value.values()) if (sent.msgId !== undefined) byMsgId.set(sent.msgId, sent);
  const news = new Map<string, Sent>();
  for (const delivery of told) {
    const before = byMsgId.get(delivery.msgId);
    if (!before) {
      keepEarly(delivery);
      continue;
    }
    const after = moved(before, delivery);
    if (!after) continue;
    byMsgId.set(delivery.msgId, after);
    news.set(after.id, after);
  }
  putAll([...news.values()]);
  return [...news.values()];
}

/** Takes messages that came in. Gives those that were not known yet. */
export function receive(came: readonly Sent[]): Sent[] {
  const news = came.filter(({ id }) => !all.value.has(id));
  putAll(news);
  // One that came late stands where it was said.
  if (news.length > 0) all.value = byTime(all.value);
  return news;
}

/** All that came into a conversation was seen; other tabs are told, and the device keeps it. */
export function see({ messages }: Chat): void {
  putAll(messages.filter(isUnread).map((sent) => ({ ...sent, seen: true })));
}

/** Whether a message is known by its own id here. */
export function isKnown(id: string): boolean {
  return all.value.has(id);
}

function byTime(messages: ReadonlyMap<string, Sent>): ReadonlyMap<string, Sent> {
  return new Map([...messages].sort(([, one], [, other]) => one.at - other.at));
}

/** The ids of the phone's messages of which something is still to be told, the newest first. */
export function openMessages({ account, phone }: PhoneRef): string[] {
  const open = [...all.value.values()].filter((sent) => sent.account === account && sent.phone === phone && isOpen(sent));
  return open.reverse().flatMap(({ msgId }) => msgId ?? []);
}

/** How far the feed was followed, by a name for who follows what. */
export async function cursorOf(name: string): Promise<string | undefined> {
  try {
    return keepsNothing() ? undefined : await db.readCursor(name);
  } catch {
    // Then it begins with what is now, and a look at each message.
    return undefined;
  }
}

/** Keeps how far the feed was followed, once what it told is kept. */
export function keepCursor(name: string, cursor: string): void {
  keep(() => db.writeCursor(name, cursor));
}

/** Whether nothing outlives this tab, so that no other can be told by it either. */
export function keepsNothing(): boolean {
  return notKept.value === t.store.refused;
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
  keep(() => db.remove(id), [id]);
}

/** Throws everything away, here and on the device. */
export function clearAll(): void {
  all.value = new Map();
  keep(db.clear, []);
}

/** A conversation of the phone that is chosen. */
export interface Chat {
  chat: string;
  /** As whoever writes there calls themselves, else the number. */
  name: string;
  /** The number, where that is not the name. */
  number?: string;
  messages: Sent[];
  last: Sent;
  /** How many came in that nobody saw yet. */
  unread: number;
  /** How many failed, or may have. */
  failed: number;
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
    const known = messages.findLast(({ from }) => from?.chat !== undefined)?.from?.chat;
    if (last) list.push({ chat, name: known ?? chatName(chat), ...(known === undefined ? {} : { number: chatName(chat) }), messages, last, unread: messages.filter(isUnread).length, failed: messages.filter(needsLook).length });
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
  tabs?.addEventListener("message", ({ data }: MessageEvent<unknown>) => void reread(Array.isArray(data) ? data.map(String) : []));
}

/** Tells other tabs which messages changed; none by name means all. */
const tabs = typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel("maytapi-console");
let saving: Promise<void> = Promise.resolve();

function put(sent: Sent): void {
  putAll([sent]);
  hearEarly(sent);
}

function putAll(news: Sent[]): void {
  const [first, ...more] = news;
  if (!first) return;
  const next = new Map(all.value);
  for (const sent of news) next.set(sent.id, sent);
  all.value = next;
  keep(() => db.write(first, ...more), news.map(({ id }) => id));
}

function hearEarly({ msgId }: Sent): void {
  const early = msgId === undefined ? undefined : takeEarly(msgId);
  if (early) hear([early]);
}

/** One write after the other: the last one told is the last one kept. */
function keep(write: () => Promise<void>, changed?: string[]): void {
  if (keepsNothing()) return;
  saving = saving.then(write).then(
    () => {
      if (changed) tabs?.postMessage(changed);
    },
    (error: unknown) => {
      notKept.value = error instanceof DOMException && error.name === "QuotaExceededError" ? t.store.full : t.store.refused;
    },
  );
}

async function reread(ids: string[]): Promise<void> {
  try {
    if (ids.length === 0) {
      all.value = new Map((await db.readAll(Date.now() - KEPT_MS)).map((sent) => [sent.id, sent]));
      return;
    }
    const read = await Promise.all(ids.map(async (id) => ({ id, sent: await db.read(id) })));
    const next = new Map(all.value);
    for (const { id, sent } of read) {
      if (sent) next.set(id, sent);
      else next.delete(id);
    }
    all.value = byTime(next);
    for (const { sent } of read) if (sent) hearEarly(sent);
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
