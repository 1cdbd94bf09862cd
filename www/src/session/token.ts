// What is asked about tokens: the app's settings of the console, its address for tokens, and the proxy's word on what a token may do.
import { t } from "../words.ts";

/** What `GET /token` tells. */
export interface TokenInfo {
  sub: string;
  /** Milliseconds since the Unix epoch. */
  expires: number;
  accounts: { name: string; phones: { id: string; paused: boolean }[] }[];
  can: { types: string[]; reads: string[]; batch: boolean; watch: "off" | "own" | "phone"; manage: boolean };
  /** What a batch may ask for at most; nothing where none may be made. */
  batches?: { maxRecipients: number; perMinute: number; dailyCap: number | null } | null;
  /** The largest body that the proxy takes. */
  bodyBytes: number;
  /** The largest file that may come inside a message; 0 where none may. */
  media: { dataBytes: number };
}

/** Why somebody is not signed in, in words for them. */
export class SignInError extends Error {
  /** `notYet`: nobody has signed in, which need not be told to who never did. */
  constructor(message: string, readonly notYet: boolean) {
    super(message);
  }
}

const ASK_MS = 15_000;

/** What the operator put beside the page: `{ "tokenUrl": "/session/edge-token" }`, of the page's own origin. */
export async function readSettings(): Promise<{ tokenUrl?: string }> {
  try {
    const answer = await fetch("/console.json", { signal: AbortSignal.timeout(ASK_MS) });
    const settings: unknown = await answer.json();
    const tokenUrl = (settings as { tokenUrl?: unknown } | null)?.tokenUrl;
    return typeof tokenUrl === "string" && tokenUrl !== "" ? { tokenUrl } : {};
  } catch {
    // A page without settings works with pasted tokens.
    return {};
  }
}

/** A token from the app, which knows the user by its cookie. Answers `{ "token": … }`. */
export async function askToken(url: string): Promise<string> {
  const answer = await asked(url, { credentials: "same-origin" });
  if (!answer.ok) throw new SignInError(t.connect.addressRefused, true);
  const body: unknown = await answer.json().catch(() => undefined);
  const token = (body as { token?: unknown } | undefined)?.token;
  if (typeof token !== "string" || token === "") throw new SignInError(t.connect.addressUnreadable, false);
  return token;
}

/** How a request says who makes it: by a token, or by what tells Cloudflare Access to answer 401, not with its page, where its session has ended. */
export function headersOf(token: string | undefined): Record<string, string> {
  return token === undefined ? { "x-requested-with": "XMLHttpRequest" } : { authorization: `Bearer ${token}` };
}

/** What the token may do; without one, what Cloudflare Access lets its user do. */
export async function askTokenInfo(token: string | undefined): Promise<TokenInfo> {
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) throw new SignInError(t.connect.noToken, false);
  const answer = await asked("/token", { headers: headersOf(token) });
  const body: unknown = await answer.json().catch(() => undefined);
  if (answer.ok && isTokenInfo(body)) return body;
  const { message, code } = (body ?? {}) as { message?: unknown; code?: unknown };
  const unsaid = token === undefined && answer.status === 401 ? t.connect.accessEnded : t.connect.failed;
  throw new SignInError(typeof message === "string" ? message : unsaid, code === "missing_token");
}

async function asked(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(ASK_MS), ...init });
  } catch {
    // The browser tells no reason, by design.
    throw new SignInError(navigator.onLine ? t.connect.unreachable : t.connect.offline, false);
  }
}

function isTokenInfo(body: unknown): body is TokenInfo {
  const told = body as Partial<TokenInfo> | null | undefined;
  return typeof told === "object" && told !== null && Array.isArray(told.accounts) && Array.isArray(told.can?.reads) && Array.isArray(told.can.types) && typeof told.media?.dataBytes === "number";
}
