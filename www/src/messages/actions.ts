// What can be done with a message of a thread; each is a message of its own, or begins one in the form.
import { messageTypes } from "maytapi";
import { begin } from "../compose/draft.ts";
import { KINDS, type Value } from "../compose/kinds.ts";
import { announce } from "../shell/announce.tsx";
import { go } from "../shell/route.ts";
import { t } from "../words.ts";
import { type Sent, textOf } from "../sent/record.ts";
import { send } from "../sent/send.ts";

/** Puts an emoji onto a message; an empty one takes it back. */
export async function react(sent: Sent, emoji: string): Promise<void> {
  if (sent.msgId === undefined) return;
  await send({ type: "reaction", toNumber: sent.chat, message: emoji, replyTo: sent.msgId });
}

/** Takes a message back. */
export async function takeBack(sent: Sent): Promise<void> {
  if (sent.msgId === undefined) return;
  const outcome = await send({ type: "delete", toNumber: sent.chat, message: sent.msgId });
  if (typeof outcome === "object" && outcome.state === "queued") announce(t.content.deleted);
}

/** Begins a message that sends this one on; who gets it is filled in then. */
export function forward(sent: Sent): void {
  if (sent.msgId === undefined) return;
  begin({ type: "forward", fields: { message: sent.msgId } });
  go("new");
}

/** Brings what failed back into the form, with what was wrong at its field. */
export function editAndSend(sent: Sent): void {
  const info = messageTypes().find(({ type }) => type === sent.message.type);
  if (!info) return;
  const uri = textOf(sent.message.message);
  // Of what was queued, the bytes are gone: the file has to be chosen again.
  const file = sent.file && uri !== "" ? { ...sent.file, uri, faults: [] } : undefined;
  const fields = Object.fromEntries(
    info.fields.filter(({ name }) => sent.message[name] !== undefined).map(({ name, kind }) => [name, KINDS[kind].from(sent.message[name] as Value, file)]),
  );
  const ownsReplyTo = info.fields.some(({ name }) => name === "replyTo");
  begin({ replaces: sent.id, toNumber: sent.message.toNumber, type: info.type, fields, replyTo: ownsReplyTo ? "" : textOf(sent.message.replyTo), faults: sent.failure?.faults ?? [] });
  go("new");
}
