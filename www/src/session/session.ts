// Who is signed in, with what, to which phones; and which phone sends.
import { computed, signal } from "@preact/signals";
import { t } from "../words.ts";
import { askToken, askTokenInfo, readSettings, SignInError, type TokenInfo } from "./token.ts";

/** What requests are made with: a token, an address of the app that gives one, or the cookie of Cloudflare Access. */
export type Credential = { kind: "token"; token: string } | { kind: "address"; url: string } | { kind: "access" };

/** A phone of an account of the proxy. */
export interface PhoneRef {
  account: string;
  phone: string;
}

export type Standing =
  | { name: "starting" }
  | { name: "signedOut"; why?: string }
  | { name: "signedIn" }
  /** It was signed in, and what was written is still there. */
  | { name: "ended"; why: string };

export const standing = signal<Standing>({ name: "starting" });
export const info = signal<TokenInfo | undefined>(undefined);
/** The app's own address for tokens, where console.json names one. */
export const tokenAddress = signal<string | undefined>(undefined);
/** The phone that sends. */
export const chosen = signal<PhoneRef | undefined>(undefined);
export const credential = signal<Credential | undefined>(undefined);

/** All phones that the caller may use. */
export const phones = computed<(PhoneRef & { paused: boolean })[]>(() =>
  (info.value?.accounts ?? []).flatMap((account) => account.phones.map(({ id, paused }) => ({ account: account.name, phone: id, paused }))),
);

/** Whether the caller may make this read. */
export function mayRead(name: string): boolean {
  return info.value?.can.reads.includes(name) ?? false;
}

/** Whether the caller may send messages of this type. */
export function maySend(type: string): boolean {
  return info.value?.can.types.includes(type) ?? false;
}

/** The largest file that the proxy takes inside a message, in bytes. */
export function largestFile(): number {
  const { bodyBytes = 0, media } = info.value ?? {};
  const aroundIt = 64 * 1024;
  return Math.min(media?.dataBytes ?? 0, Math.max(0, Math.floor(((bodyBytes - aroundIt) * 3) / 4)));
}

/** A phone as a key. */
export function keyOf({ account, phone }: PhoneRef): string {
  return `${account}/${phone}`;
}

const STORED = "maytapi-console";

interface Kept extends Partial<PhoneRef> {
  token?: string;
}

/** Signs in with what there is: a link's fragment, what the tab knew, the app's own address, Cloudflare Access. */
export async function start(): Promise<void> {
  const kept = { ...stored(), ...fromFragment() };
  wanted = kept;
  if (kept.token) return signIn({ kind: "token", token: kept.token });
  tokenAddress.value = (await readSettings()).tokenUrl;
  return signIn(tokenAddress.value ? { kind: "address", url: tokenAddress.value } : { kind: "access" }, true);
}

/** Signs in with a credential that is shown to the proxy. `quiet`: who was never signed in need not be told that it failed. */
export async function signIn(shown: Credential, quiet = false): Promise<void> {
  try {
    const told = await askTokenInfo(await tokenOf(shown));
    credential.value = shown;
    info.value = told;
    choose(phoneToStartWith());
    standing.value = { name: "signedIn" };
    endInTime(told.expires);
  } catch (error) {
    const why = error instanceof SignInError ? error.message : t.connect.failed;
    const before = standing.value.name;
    if (before === "ended") standing.value = { name: "ended", why };
    else standing.value = quiet && error instanceof SignInError && error.notYet ? { name: "signedOut" } : { name: "signedOut", why };
  }
}

/** Whether the caller is, or was, signed in by Cloudflare Access. */
export function isByAccess(): boolean {
  return credential.value?.kind === "access";
}

/** The proxy no longer takes what is shown to it. Nothing of what was written is touched. */
export function sessionEnded(why: string): void {
  if (standing.value.name === "signedIn") standing.value = { name: "ended", why };
}

/** Forgets the token. A session of Cloudflare Access, which would sign in again by itself, is ended where it is kept. */
export function signOut(): void {
  if (isByAccess()) location.assign("/cdn-cgi/access/logout");
  credential.value = undefined;
  info.value = undefined;
  keep({});
  standing.value = { name: "signedOut" };
}

export function choose(phone: PhoneRef | undefined): void {
  chosen.value = phone;
  keep({ ...phone, ...(credential.value?.kind === "token" ? { token: credential.value.token } : {}) });
}

/** A token to show, or nothing where Access adds its own. */
export function tokenOf(shown: Credential): Promise<string | undefined> {
  if (shown.kind === "token") return Promise.resolve(shown.token);
  return shown.kind === "address" ? askToken(shown.url) : Promise.resolve(undefined);
}

/** Account and phone that a link or this tab named, before anybody chose. */
let wanted: Kept = {};
let ending: ReturnType<typeof setTimeout> | undefined;

function endInTime(expires: number): void {
  clearTimeout(ending);
  // The app's address gives the next token before this one ends.
  if (credential.value?.kind !== "token") return;
  const longest = 2 ** 31 - 1;
  ending = setTimeout(() => sessionEnded(t.connect.ended), Math.min(longest, Math.max(0, expires - Date.now())));
}

function phoneToStartWith(): PhoneRef | undefined {
  const named = chosen.value ?? wanted;
  return phones.value.find((one) => one.account === named.account && one.phone === named.phone) ?? phones.value.find((one) => !one.paused) ?? phones.value[0];
}

/** What a link brought along. It leaves the address bar at once, so that it stays out of bookmarks and screenshots. */
function fromFragment(): Kept {
  const fragment = location.hash.slice(1);
  if (!/(^|&)(account|phone|token)=/.test(fragment)) return {};
  const given = new URLSearchParams(fragment);
  history.replaceState(null, "", location.pathname + location.search);
  return read(Object.fromEntries(given));
}

function keep(kept: Kept): void {
  try {
    sessionStorage.setItem(STORED, JSON.stringify(kept));
  } catch {
    // A tab that keeps nothing asks again after it was loaded again.
  }
}

/** What this tab knew before it was loaded again. */
function stored(): Kept {
  try {
    return read(JSON.parse(sessionStorage.getItem(STORED) ?? "{}"));
  } catch {
    // Refused, not ours, or from another version: then there is nothing to go on from.
    return {};
  }
}

function read(given: unknown): Kept {
  if (typeof given !== "object" || given === null) return {};
  const names = ["account", "phone", "token"];
  return Object.fromEntries(Object.entries(given).filter(([name, value]) => names.includes(name) && typeof value === "string" && value !== ""));
}
