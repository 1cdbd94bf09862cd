// Follows the phone that is chosen, and tells the store what becomes of its messages: one connection per phone and browser, whatever is open.
import { effect, signal, untracked } from "@preact/signals";
import { AuthenticationError, type Change, type Delivery, type MaytapiClient, MaytapiError, PermissionError } from "maytapi";
import { askHealth } from "../phones/health.ts";
import { withClient } from "../session/client.ts";
import { chosen, info, keyOf, type PhoneRef, standing } from "../session/session.ts";
import { announceMoved } from "./moved.ts";
import { receivedOf } from "./received.ts";
import type { Sent } from "./record.ts";
import { cursorOf, hear, isKnown, keepCursor, keepsNothing, openMessages, receive } from "./store.ts";

/** How the phone is followed. `elsewhere`: by another tab, which tells this one. */
export type Following = "notAllowed" | "connecting" | "live" | "polling" | "elsewhere" | "broken";

export const following = signal<Following>("connecting");
/** Until when everything is known, while nothing is told. */
export const knownUntil = signal<number | undefined>(undefined);

/** Changes that come together are put into the store together. */
const GATHER_MS = 50;
/** The package does not say when its connection changes; it is looked at. */
const LOOK_MS = 250;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
/** Of a phone that was not followed for long, so many messages are looked up. */
const MOST_LOOKED_UP = 1000;
const MOST_RECEIVED = 200;

/** Follows whichever phone is chosen, from now on. */
export function startFollowing(): void {
  effect(() => {
    const phone = chosen.value;
    const caller = info.value;
    if (!phone || !caller || standing.value.name !== "signedIn") return undefined;
    if (caller.can.watch === "off") {
      following.value = "notAllowed";
      return undefined;
    }
    const running = new AbortController();
    // What one caller is told is not what another may know.
    const name = `${caller.sub} ${keyOf(phone)}`;
    untracked(() => void keepFollowing(phone, name, running.signal));
    return () => running.abort();
  });
}

/** Asks how messages stand, and tells the store. */
export async function lookUp(client: MaytapiClient, msgIds: string[], signal?: AbortSignal): Promise<void> {
  if (msgIds.length > 0) announceMoved(hear(await client.messages(msgIds, signal ? { signal } : {})));
}

async function keepFollowing(phone: PhoneRef, name: string, signal: AbortSignal): Promise<void> {
  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      await inTurn(name, signal, () => follow(phone, name, signal));
    } catch (error) {
      // The session has ended, and signing in again begins anew.
      if (signal.aborted || error instanceof AuthenticationError) return;
      if (error instanceof PermissionError) {
        following.value = "notAllowed";
        return;
      }
      following.value = "broken";
    }
    await pause(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures), signal);
  }
}

/** One tab after the other: whoever has the lock follows, and the next takes over when that tab is closed. */
async function inTurn(name: string, signal: AbortSignal, act: () => Promise<void>): Promise<void> {
  const begin = async (): Promise<void> => {
    following.value = "connecting";
    await act();
  };
  // Tabs that can't tell each other anything each follow for themselves.
  if (!navigator.locks || keepsNothing()) return begin();
  following.value = "elsewhere";
  await navigator.locks.request(`maytapi-console-follow ${name}`, { signal }, begin);
}

async function follow(phone: PhoneRef, name: string, signal: AbortSignal): Promise<void> {
  await withClient(phone, async (client) => {
    const after = await cursorOf(name);
    const stream = client.events({ signal, ...(after === undefined ? {} : { after }) });
    let gathered: Change[] = [];
    let flushing: ReturnType<typeof setTimeout> | undefined;
    /** What is not told by the feed is looked up: once without a cursor, and whenever changes were lost. */
    let toLookUp = after === undefined;
    const flush = async (): Promise<void> => {
      flushing = undefined;
      const changes = gathered;
      gathered = [];
      toLookUp ||= changes.some(({ kind }) => kind === "reset");
      announceMoved(hear(changes.filter((change): change is { kind: "message" } & Delivery => change.kind === "message")));
      if (changes.some(({ kind }) => kind === "phone")) void askHealth(phone);
      announceMoved(await received(client, phone, changes, signal));
      const { cursor } = stream;
      if (toLookUp) {
        await lookUp(client, openMessages(phone).slice(0, MOST_LOOKED_UP), signal);
        toLookUp = false;
      }
      if (cursor !== "") keepCursor(name, cursor);
    };
    const gather = (): void => {
      flushing ??= setTimeout(() => void flush().catch(() => stream.close()), GATHER_MS);
    };
    const looking = setInterval(() => {
      const { state } = stream;
      if (state === "closed") return;
      if (following.value === "connecting" && (state === "live" || state === "polling")) gather();
      following.value = state;
      if (state !== "connecting") knownUntil.value = Date.now();
    }, LOOK_MS);
    try {
      for await (const change of stream) {
        gathered.push(change);
        gather();
      }
    } finally {
      clearInterval(looking);
      clearTimeout(flushing);
    }
  });
}

/** What came in, as far as the proxy still keeps it. */
async function received(client: MaytapiClient, phone: PhoneRef, changes: Change[], signal: AbortSignal): Promise<Sent[]> {
  const ids = changes.flatMap((change) => (change.kind === "incoming" && !isKnown(change.id) ? [change.id] : []));
  const came: Sent[] = [];
  for (const id of ids.slice(-MOST_RECEIVED)) {
    try {
      came.push(receivedOf(phone, await client.incoming(id, { signal })));
    } catch (error) {
      // It went before anybody asked.
      if (!(error instanceof MaytapiError) || error.code !== "unknown_message") throw error;
    }
  }
  return receive(came);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      removeEventListener("online", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    addEventListener("online", done);
    signal.addEventListener("abort", done);
  });
}
