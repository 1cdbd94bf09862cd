// What the phone told of messages that this page does not know yet: an ack can be quicker than the answer to the send.
import type { Delivery } from "maytapi";

/** A phone that others send from tells of many that never become known here. */
const MOST = 1000;

const waiting = new Map<string, Delivery>();

/** Keeps what was told, until the message is known. */
export function keepEarly(delivery: Delivery): void {
  waiting.delete(delivery.msgId);
  waiting.set(delivery.msgId, delivery);
  const [oldest] = waiting.keys();
  if (waiting.size > MOST && oldest !== undefined) waiting.delete(oldest);
}

/** What was told of a message before, once. */
export function takeEarly(msgId: string): Delivery | undefined {
  const delivery = waiting.get(msgId);
  waiting.delete(msgId);
  return delivery;
}
