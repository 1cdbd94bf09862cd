// How the phones are, as the proxy was last asked: connected or not, how much waits, and why that is not known.
import { MaytapiError, type PhoneStatus } from "maytapi";
import { ProxyError } from "../session/ask.ts";
import { signal } from "@preact/signals";
import { withClient } from "../session/client.ts";
import { info, keyOf, mayRead, type PhoneRef, phones } from "../session/session.ts";
import { t } from "../words.ts";
import { askState, type ProxyState } from "./state.ts";

/** What is known of a phone. */
export interface Health {
  status?: PhoneStatus;
  /** How many messages wait in its queue. */
  queue?: number;
  /** What the proxy itself knows. */
  proxy?: ProxyState;
  /** When it was asked, in milliseconds. */
  at?: number;
  asking: boolean;
  fault?: { message: string; requestId?: string } | undefined;
}

export const health = signal<Record<string, Health>>({});

/** The state in words, and how it looks. */
export function healthOf(phone: PhoneRef): { tone: "good" | "warn" | "bad" | "none"; words: string } {
  if (phones.value.some((one) => one.paused && keyOf(one) === keyOf(phone))) return { tone: "warn", words: t.phones.paused };
  const known = health.value[keyOf(phone)];
  const status = known?.status;
  if (!status) return { tone: "none", words: known?.fault ? t.phones.notKnown : t.phones.notAsked };
  if (status.isQr) return { tone: "bad", words: t.phones.qr };
  if (status.loading) return { tone: "warn", words: t.phones.loading };
  if (status.loggedIn === false) return { tone: "bad", words: t.phones.loggedOut };
  if (status.canSend === false) return { tone: "bad", words: t.phones.cannotSend };
  return { tone: "good", words: t.phones.connected };
}

/** Which question about a phone was asked last: what an earlier one comes to is no news any more. */
const latest = new Map<string, symbol>();

/** Asks how a phone is. What was known before stays until the answer is there. */
export async function askHealth(phone: PhoneRef): Promise<void> {
  const follows = info.value?.can.watch !== "off";
  if (!mayRead("status") && !mayRead("queue") && !follows) return;
  const key = keyOf(phone);
  const question = Symbol();
  latest.set(key, question);
  const put = (news: Partial<Health>): void => {
    if (latest.get(key) === question) health.value = { ...health.value, [key]: { asking: false, ...health.value[key], ...news } };
  };
  put({ asking: true });
  try {
    await withClient(phone, async (client) => {
      const [status, queue, proxy] = await Promise.all([
        mayRead("status") ? client.status() : undefined,
        mayRead("queue") ? client.queue() : undefined,
        follows ? askState(phone) : undefined,
      ]);
      put({ ...(status ? { status } : {}), ...(queue ? { queue: queue.sending } : {}), ...(proxy ? { proxy } : {}), at: Date.now(), fault: undefined });
    });
  } catch (error) {
    put({ fault: faultOf(error) });
  } finally {
    put({ asking: false });
  }
}

/** An error of a question, as it is shown: what it says, and the id that the proxy's log has it by. */
export function faultOf(error: unknown): { message: string; requestId?: string } {
  const message = error instanceof Error ? error.message : String(error);
  return (error instanceof MaytapiError || error instanceof ProxyError) && error.requestId !== undefined ? { message, requestId: error.requestId } : { message };
}
