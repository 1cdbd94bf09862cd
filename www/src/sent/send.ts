// Sends a message and tells the store what became of it; tries again, under the same key or a new one, only when somebody asks for it.
import { AuthenticationError, MaytapiError, type Message as PackageMessage, validate, ValidationError } from "maytapi";
import { withClient } from "../session/client.ts";
import { chosen } from "../session/session.ts";
import { announce } from "../shell/announce.tsx";
import { t } from "../words.ts";
import { chatName, chatOf, type Failure, type SentFile, type SentMessage, type State } from "./record.ts";
import { lookUp } from "./follow.ts";
import { add, apply, forget, get, TAB } from "./store.ts";

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
    // The answer may be the first one's, of long ago; what came of it since was told when nobody here knew its id.
    if (sent.steps.length > 1) void withClient(sent, (client) => lookUp(client, [queued.msgId])).catch(() => undefined);
    return told(id);
  } catch (error) {
    if (error instanceof AuthenticationError && sent.steps.length === 1) {
      // It never left, and stands in the form as it was written.
      forget(id);
      return "signedOut";
    }
    const { failure, requestId } = failureOf(error);
    const before = sent.steps.at(-2)?.state ?? "failed";
    // A token that is not taken changes nothing about the tries before it; then what is known of them is what counts.
    const known = error instanceof AuthenticationError ? before !== "unknown" : failure.retryable !== "unknown";
    const shown = known ? failure : { ...failure, retryable: "unknown" as const };
    apply({ id, state: known ? "failed" : "unknown", at: Date.now(), news: { failure: shown, ...(requestId === undefined ? {} : { requestId }) } });
    return told(id);
  } finally {
    underWay.delete(id);
  }
}

function told(id: string): Outcome {
  const sent = get(id);
  if (!sent) return "noPhone";
  announce(t.states.announced(chatName(sent.chat), t.states[sent.state]));
  return { id, chat: sent.chat, state: sent.state };
}

function failureOf(error: unknown): { failure: Failure; requestId?: string } {
  if (error instanceof DOMException && error.name === "AbortError") {
    return { failure: { name: error.name, code: "aborted", message: t.failure.stopped, retryable: "unknown" } };
  }
  if (!(error instanceof MaytapiError)) {
    return { failure: { name: "Error", code: "unexpected", message: error instanceof Error ? error.message : String(error), retryable: "unknown" } };
  }
  const { name, code, message, status, retryAfterMs, requestId } = error;
  if (error instanceof AuthenticationError) {
    // Signing in again is what helps, and then the same can be sent; the answer says nothing about the message.
    return { failure: { name, code, message, retryable: "yes" } };
  }
  const failure: Failure = {
    name,
    code,
    message,
    retryable: error.retryable,
    ...(status === undefined ? {} : { status }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(error instanceof ValidationError ? { faults: error.faults } : {}),
  };
  return { failure, ...(requestId === undefined ? {} : { requestId }) };
}
