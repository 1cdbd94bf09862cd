// Questions to the proxy that the package has no call for: how a phone is told of, and setting its webhook up.
import { t } from "../words.ts";
import { credential, type PhoneRef, sessionEnded, tokenOf } from "./session.ts";
import { headersOf } from "./token.ts";

const ASK_MS = 30_000;

/** What the proxy said no with, or that it could not be asked. */
export class ProxyError extends Error {
  constructor(
    message: string,
    readonly code: string,
    readonly requestId?: string,
  ) {
    super(message);
  }
}

/** One request about a phone; its answer as JSON. A token that is no longer taken ends the session. */
export async function askProxy({ account, phone }: PhoneRef, path: string, body?: { method: string; json: object }): Promise<unknown> {
  const shown = credential.value;
  if (!shown) throw new ProxyError(t.connect.ended, "signed_out");
  const token = await tokenOf(shown);
  const answer = await fetch(`/api/${encodeURIComponent(account)}/${encodeURIComponent(phone)}/${path}`, {
    method: body?.method ?? "GET",
    headers: { ...headersOf(token), ...(body ? { "content-type": "application/json" } : {}) },
    ...(body ? { body: JSON.stringify(body.json) } : {}),
    cache: "no-store",
    signal: AbortSignal.timeout(ASK_MS),
  }).catch(() => {
    // The browser tells no reason, by design.
    throw new ProxyError(navigator.onLine ? t.connect.unreachable : t.connect.offline, "connection_failed");
  });
  const told: unknown = await answer.json().catch(() => undefined);
  if (answer.ok && typeof told === "object" && told !== null) return told;
  const { detail, message, code } = (told ?? {}) as { detail?: unknown; message?: unknown; code?: unknown };
  const why = [detail, message].find((words) => typeof words === "string" && words !== "");
  const words = typeof why === "string" ? why : t.connect.failed;
  if (answer.status === 401) sessionEnded(words);
  throw new ProxyError(words, typeof code === "string" ? code : `http_${answer.status}`, answer.headers.get("x-request-id") ?? undefined);
}
