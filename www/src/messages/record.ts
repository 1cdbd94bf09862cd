// A message that was sent from here: what is kept of it, how it stands, and what may be done about it.
import type { Fault } from "maytapi";
import type { PhoneRef } from "../session/session.ts";

/** How a message stands, as far as is known. `arrived`: nobody knew, and somebody looked. */
export type State = "sending" | "queued" | "failed" | "unknown" | "arrived";

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
