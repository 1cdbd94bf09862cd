// Says to a screen reader what became of messages: summed up, and never a tick each.
import { announce } from "../shell/announce.tsx";
import { count, t } from "../words.ts";
import type { Sent } from "./record.ts";

/** What is worth to be interrupted for. */
const SAID = ["delivered", "read", "failed"] as const;
const GATHER_MS = 1500;

let gathered = new Map<string, Sent>();

/** Sums up what moved within a moment. */
export function announceMoved(news: readonly Sent[]): void {
  if (news.length === 0) return;
  if (gathered.size === 0) setTimeout(say, GATHER_MS);
  for (const sent of news) gathered.set(sent.id, sent);
}

function say(): void {
  const all = [...gathered.values()];
  gathered = new Map();
  const came = all.filter((sent) => sent.state === "received").length;
  const parts = came === 0 ? [] : [count(came, t.states.came)];
  parts.push(...SAID.flatMap((state) => {
    const n = all.filter((sent) => sent.state === state).length;
    return n === 0 ? [] : [count(n, t.states.moved[state])];
  }));
  if (parts.length > 0) announce(parts.join(", "));
}
