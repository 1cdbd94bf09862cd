// What the proxy itself knows of a phone: when its webhook was heard last, and what is left of the limits.
import { askProxy } from "../session/ask.ts";
import type { PhoneRef } from "../session/session.ts";

/** A limit that the proxy counts, and what is left of it. */
export interface Quota {
  scope: "caller" | "phone";
  window: "minute" | "day" | "month";
  quota: number;
  left: number;
}

/** What `GET …/state` tells, as far as it is shown. */
export interface ProxyState {
  /** Milliseconds since the Unix epoch; `null`: never. */
  heardAt: number | null;
  /** Something should have been heard and was not. */
  silent: boolean;
  limits: Quota[];
}

export async function askState(phone: PhoneRef): Promise<ProxyState> {
  const { webhook, limits } = (await askProxy(phone, "state")) as { webhook?: { heardAt?: unknown; silent?: unknown }; limits?: unknown };
  return {
    heardAt: typeof webhook?.heardAt === "number" ? webhook.heardAt : null,
    silent: webhook?.silent === true,
    limits: Array.isArray(limits) ? limits.filter(isQuota) : [],
  };
}

/** Points Maytapi's phone at the proxy. Another receiver is replaced only where that is said. */
export async function setUpWebhook(phone: PhoneRef, replace: boolean): Promise<void> {
  await askProxy(phone, "webhook", { method: "PUT", json: replace ? { replace } : {} });
}

function isQuota(told: unknown): told is Quota {
  const { scope, window, quota, left } = (told ?? {}) as Partial<Quota>;
  return (scope === "caller" || scope === "phone") && (window === "minute" || window === "day" || window === "month") && typeof quota === "number" && typeof left === "number";
}
