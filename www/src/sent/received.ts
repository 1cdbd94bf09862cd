// A message that came in, as the proxy keeps it, in the shape of those that were sent.
import type { Incoming } from "maytapi";
import type { PhoneRef } from "../session/session.ts";
import type { Sent, SentMessage } from "./record.ts";

/** Maytapi's words for messages whose content is a file. */
const FILES: Record<string, "image" | "media"> = { image: "image", video: "media", document: "media", ptt: "media", audio: "media", sticker: "media" };

export function receivedOf({ account, phone }: PhoneRef, { id, at: stored, message }: Incoming): Sent {
  const { type = "", text = "", conversation = "", conversationName, senderName, timestamp, content, id: msgId } = message;
  // Seconds of WhatsApp's; what came late still stands where it was said.
  const at = timestamp === undefined ? stored : Math.min(timestamp * 1000, stored);
  const name = conversation.endsWith("@g.us") ? conversationName : (senderName ?? conversationName);
  return {
    account,
    phone,
    id,
    key: "",
    chat: conversation,
    at,
    message: shown(type, text, conversation, content),
    state: "received",
    steps: [{ state: "received", at }],
    tab: "",
    ...(msgId === undefined ? {} : { msgId }),
    from: { ...(name === undefined ? {} : { chat: name }), ...(senderName === undefined ? {} : { person: senderName }) },
  };
}

/** By the type that a sent one of its kind would have; what is of no such kind keeps Maytapi's word. */
function shown(type: string, text: string, toNumber: string, content: unknown): SentMessage {
  const file = FILES[type];
  if (file) return { type: file, toNumber, message: member(content, "url"), text, filename: member(content, "filename") };
  if (type === "location") return { type, toNumber, latitude: member(content, "latitude"), longitude: member(content, "longitude"), text };
  return text === "" ? { type: type || "message", toNumber } : { type: "text", toNumber, message: text };
}

function member(of: unknown, name: string): string {
  const value = typeof of === "object" && of !== null ? (of as Record<string, unknown>)[name] : undefined;
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
