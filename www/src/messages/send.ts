// Sends a message and tells the store what became of it; tries again, under the same key or a new one, only when somebody asks for it.
import { AuthenticationError, MaytapiError, type Message as PackageMessage, validate, ValidationError } from "maytapi";
import { withClient } from "../session/client.ts";
import { chosen } from "../session/session.ts";
import { announce } from "../shell/announce.tsx";
import { t } from "../words.ts";
import { chatName, chatOf, type Failure, type Next, type Sent, type SentFile, type SentMessage, type State } from "./record.ts";
import { add, apply, forget, get, TAB } from "./store.ts";

/** The proxy knows a key for 48 hours; a repeat long before that is safe whatever became of the first. */
const KEY_GOOD_MS = 24 * 3600 * 1000;

const underWay = new Map<string, AbortController>();

/** What a send came to, for who waits for it. */
export type Outcome = { id: string; chat: string; state: State } | "signedOut" | "noPhone";

/** Sends a message that has been checked; `onStart` is told the id with which it can be stopped. */
export async function send(message: SentMessage, { file, onStart }: { file?: SentFile | undefined; onStart?: (id: string) => void } = {}): Promise<Outcome> {
  const phone = chosen.value;
  if (!phone) return "noPhone";
  const result = validate(message);
  const chat = chatOf(result.valid ? result.wire.to_number : message.toNumber);
  const id = crypto.randomUUID();
  const at = Date.now();
  onStart?.(id);
  await add({ ...phone, id, key: id, chat, at, message, ...(file ? { file } : {}), state: "sending", steps: [{ state: "sending", at }], tab: TAB });
  return attempt(id);
}

/** The same once more under its key: the proxy answers with the first outcome where there is one. */
export function sendAgain(id: string): Promise<Outcome> {
  apply({ id, state: "sending", at: Date.now() });
  return attempt(id);
}

/** Once more as a new message, after somebody looked and it had not arrived. */
export function sendAnew(id: string): Promise<Outcome> {
  apply({ id, state: "sending", at: Date.now(), news: { key: crypto.randomUUID() } });
  return attempt(id);
}

/** Ends a send that is under way. Whether it went out is then not known. */
export function stop(id: string): void {
  underWay.get(id)?.abort();
}

/** What may be done about a failure: the one rule. */
export function nextFor({ retryable, status, code, at }: { retryable: string; status: number | undefined; code: string; at: number }, now: number): Next {
  if (retryable === "yes") return "again";
  if (retryable === "no") return "edit";
  // Where no answer came, the proxy may know the outcome and gives it for the same key; where it says that nobody knows, it would only say so again.
  const mayKnow = status === undefined || code === "in_flight";
  return mayKnow && now - at < KEY_GOOD_MS ? "again" : "look";
}

async function attempt(id: string): Promise<Outcome> {
  const sent = get(id);
  if (!sent) return "noPhone";
  const mine = new AbortController();
  underWay.set(id, mine);
  try {
    // It was checked against the very table that the type is made from.
    const message = sent.message as unknown as PackageMessage;
    const queued = await withClient(sent, (client) => client.sendMessage(message, { idempotencyKey: sent.key, signal: mine.signal }));
    const news = { msgId: queued.msgId, chat: queued.chatId ?? sent.chat, ...(queued.requestId === undefined ? {} : { requestId: queued.requestId }) };
    apply({ id, state: "queued", at: Date.now(), news });
    return told(id);
  } catch (error) {
    if (error instanceof AuthenticationError && sent.steps.length === 1) {
      // It never left, and stands in the form as it was written.
      forget(id);
      return "signedOut";
    }
    const { failure, requestId } = failureOf(error, sent);
    const known = failure.next === "edit" || safeToSay(error);
    // A token that is not taken changes nothing about the tries before it.
    const state = error instanceof AuthenticationError ? (sent.steps.at(-2)?.state ?? "failed") : known ? "failed" : "unknown";
    apply({ id, state, at: Date.now(), news: { failure, ...(requestId === undefined ? {} : { requestId }) } });
    return told(id);
  } finally {
    underWay.delete(id);
  }
}

/** Whether it is known that nothing went out. */
function safeToSay(error: unknown): boolean {
  return error instanceof MaytapiError && error.retryable === "yes";
}

function told(id: string): Outcome {
  const sent = get(id);
  if (!sent) return "noPhone";
  announce(t.states.announced(chatName(sent.chat), t.states[sent.state]));
  return { id, chat: sent.chat, state: sent.state };
}

function failureOf(error: unknown, { at }: Sent): { failure: Failure; requestId?: string } {
  const now = Date.now();
  if (error instanceof DOMException && error.name === "AbortError") {
    return { failure: { name: error.name, code: "aborted", message: t.failure.stopped, next: nextFor({ retryable: "unknown", status: undefined, code: "aborted", at }, now) } };
  }
  if (!(error instanceof MaytapiError)) {
    const message = error instanceof Error ? error.message : String(error);
    return { failure: { name: "Error", code: "unexpected", message, next: "look" } };
  }
  const { name, code, message, status, retryAfterMs, retryable, requestId } = error;
  const failure: Failure = {
    name,
    code,
    message,
    // Signing in again is what helps, and then the same can be sent.
    next: error instanceof AuthenticationError ? "again" : nextFor({ retryable, status, code, at }, now),
    ...(status === undefined ? {} : { status }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(error instanceof ValidationError ? { faults: error.faults } : {}),
  };
  return { failure, ...(requestId === undefined ? {} : { requestId }) };
}
