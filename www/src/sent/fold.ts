// Reactions, edits and deletions that went out stand on the message that they are about, as a phone shows them.
import { hasLeft, type Sent, textOf } from "./record.ts";

export interface Shown {
  sent: Sent;
  reaction?: string;
  /** The text that replaced its own. */
  edited?: string;
  deleted?: boolean;
}

/** The messages of a thread as they are drawn. What did not go out stands by itself, with its reason. */
export function folded(messages: Sent[]): Shown[] {
  const shown: Shown[] = [];
  const byMessage = new Map<string, Shown>();
  for (const sent of messages) {
    const target = hasLeft(sent.state) ? byMessage.get(targetOf(sent)) : undefined;
    if (target) {
      put(target, sent);
      continue;
    }
    const one: Shown = { sent };
    shown.push(one);
    if (sent.msgId !== undefined) byMessage.set(sent.msgId, one);
  }
  return shown;
}

function targetOf({ message }: Sent): string {
  if (message.type === "reaction" || message.type === "edit") return textOf(message.replyTo);
  return message.type === "delete" ? textOf(message.message) : "";
}

function put(target: Shown, { message }: Sent): void {
  if (message.type === "reaction") target.reaction = textOf(message.message);
  else if (message.type === "edit") target.edited = textOf(message.message);
  else target.deleted = true;
}
