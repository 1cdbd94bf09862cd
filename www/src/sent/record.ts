// A message that was sent from here: what is kept of it, how it stands, and what may be done about it.
import { advanceDelivery, type Delivery, type DeliveryState, type Fault } from "maytapi";
import type { PhoneRef } from "../session/session.ts";
import { t } from "../words.ts";

/**
 * How a message stands, as far as is known: what a send came to, then what the phone tells. `arrived`: nobody knew, and somebody looked.
 * `received`: it is somebody else's.
 */
export type State = "sending" | "unknown" | "arrived" | "received" | DeliveryState;

/** The one safe thing to do about a message that failed: the same again under its key, look at the phone first, or write it anew. */
export type Next = "again" | "look" | "edit";

export interface Failure {
  /** The error's class, as the package names it. */
  name: string;
  code: string;
  message: string;
  /** Whether sending the same again is safe, as the error said. */
  retryable: "yes" | "no" | "unknown";
  status?: number;
  retryAfterMs?: number;
  faults?: Fault[];
}

/** A file of a message; its bytes stand in the message until it is queued. */
export interface SentFile {
  name: string;
  type: string;
  bytes: number;
  thumbnail?: string;
}

export interface Sent extends PhoneRef {
  id: string;
  /** Under which the proxy knows the message again. */
  key: string;
  /** The JID of the chat. */
  chat: string;
  /** When it was sent first, in milliseconds. */
  at: number;
  /** The message as the package takes it. */
  message: SentMessage;
  file?: SentFile;
  state: State;
  /** Each step with its time. */
  steps: { state: State; at: number }[];
  /** The tab that waits for the answer. */
  tab: string;
  msgId?: string;
  requestId?: string;
  failure?: Failure;
  /** Who wrote it, where it came in. */
  from?: { chat?: string; person?: string };
  /** Whether somebody saw it here, where it came in. */
  seen?: true;
}

export type SentMessage = { type: string; toNumber: string } & { [name: string]: unknown };

/** The proxy knows a key for 48 hours; a repeat long before that is safe whatever became of the first. */
const KEY_GOOD_MS = 24 * 3600 * 1000;

/** What may be done about a message that failed: the one rule. */
export function nextFor({ failure, at }: { failure: Pick<Failure, "retryable" | "status" | "code">; at: number }, now: number): Next {
  const { retryable, status, code } = failure;
  if (retryable === "yes") return "again";
  if (retryable === "no") return "edit";
  // Where no answer came, the proxy may know the outcome and gives it for the same key; where it says that nobody knows, it would only say so again.
  const mayKnow = status === undefined || code === "in_flight";
  return mayKnow && now - at < KEY_GOOD_MS ? "again" : "look";
}

/** Whether it went out, as far as anybody can say. */
export function hasLeft(state: State): boolean {
  return state !== "sending" && state !== "unknown" && state !== "failed";
}

/** The message as it is after what the phone told of it; nothing where that is no news. A state never goes back. */
export function moved(before: Sent, { state: told, at, code }: Delivery): Sent | undefined {
  const state = isTold(before.state) ? advanceDelivery(before.state, told) : told;
  const queued = before.steps.findLastIndex((step) => step.state === "queued");
  const own = queued < 0 ? before.steps : before.steps.slice(0, queued + 1);
  const later = Object.entries(at).map(([step, when]) => ({ state: step as DeliveryState, at: when }));
  const steps = [...own, ...later.filter((step) => step.state !== "queued").sort((one, other) => one.at - other.at)];
  if (state === before.state && steps.length <= before.steps.length) return undefined;
  const { failure: _, ...rest } = before;
  const failure = state === "failed" ? { failure: { name: "LateFailure", code: code ?? "", message: t.failure.late(code ?? ""), retryable: "no" as const } } : {};
  return { ...rest, state, steps, ...failure };
}

function isTold(state: State): state is DeliveryState {
  return state !== "sending" && state !== "unknown" && state !== "arrived" && state !== "received";
}

/** Whether it came in and nobody saw it yet. A reaction is seen with the message that it is on. */
export function isUnread({ state, seen, message }: Sent): boolean {
  return state === "received" && !seen && message.type !== "reaction";
}

/** Whether it waits for somebody to look: it failed, or nobody knows. */
export function needsLook({ state }: Sent): boolean {
  return state === "failed" || state === "unknown";
}

/** Whether something is still to be told of it: a failure may be refuted, and what was read may at most be played. */
export function isOpen({ msgId, state }: Sent): boolean {
  return msgId !== undefined && (state === "queued" || state === "sent" || state === "delivered" || state === "failed");
}

/** So long a phone that works does not keep a message to itself. */
const SILENT_MS = 10 * 60_000;

/** For how long the phone has said nothing of a message in its queue, where that is longer than it should be. */
export function silentFor({ state, steps }: Sent, now: number): number | undefined {
  const since = state === "queued" ? steps.findLast((step) => step.state === "queued")?.at : undefined;
  return since !== undefined && now - since >= SILENT_MS ? now - since : undefined;
}

/** The chat of a recipient, as Maytapi names it. */
export function chatOf(recipient: string): string {
  return /^\d+$/.test(recipient) ? `${recipient}@c.us` : recipient;
}

/** A chat as people read it: a number with its plus, else the id. */
export function chatName(chat: string): string {
  const digits = /^(\d+)@c\.us$/.exec(chat)?.[1];
  if (digits === undefined) return chat;
  // The one plan whose numbers all have one form.
  const [, area, exchange, line] = /^1(\d{3})(\d{3})(\d{4})$/.exec(digits) ?? [];
  return area === undefined ? `+${digits}` : `+1 ${area}-${exchange}-${line}`;
}

/** A member of the message as text. */
export function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** The same message without what is only large: a file that has left. */
export function withoutBytes(message: SentMessage): SentMessage {
  return textOf(message.message).startsWith("data:") ? { ...message, message: "" } : message;
}
