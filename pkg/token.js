// @ts-check
// For a backend: mints short-lived tokens for the edge proxy, whose shared secret it knows, and verifies what the proxy passes on to it.
import { AuthenticationError, ConfigurationError } from "./lib/errors.js";
import { withoutLineEnds } from "./lib/secret.js";

const LEAST_SECRET_BYTES = 32;
const LONGEST_S = 86_400;
const PARTS = new Set(["phones", "types", "to", "read", "batch", "watch", "manage"]);

/**
 * @typedef {object} TokenOptions
 * @property {string} secret
 * @property {string} subject
 * @property {string} [audience]
 * @property {string} [issuer]
 * @property {number} [expiresInSeconds]
 * @property {{ phones?: (string | number)[], types?: string[], to?: string[], read?: boolean | string[], batch?: boolean, watch?: false | "own" | "phone", manage?: boolean }} [capability]
 * @property {Date} [now]
 */

/**
 * @param {TokenOptions} options
 * @returns {Promise<string>}
 */
export async function mintToken(options) {
  const { secret, subject, audience = "maytapi-edge", issuer, expiresInSeconds = 600, capability, now = new Date() } = options ?? {};
  const bytes = typeof secret === "string" ? new TextEncoder().encode(withoutLineEnds(secret)) : new Uint8Array();
  check(bytes.length >= LEAST_SECRET_BYTES, "secret", `give the proxy's TOKEN_SECRET, at least ${LEAST_SECRET_BYTES} bytes`);
  check(typeof subject === "string" && /^[^\s\p{Cc}]{1,256}$/u.test(subject), "subject", "say whose token it is: 1 to 256 visible characters");
  check(typeof audience === "string" && audience !== "", "audience", "give the text that the proxy expects in aud");
  check(issuer === undefined || (typeof issuer === "string" && issuer !== ""), "issuer", "give a text, or leave it out");
  check(Number.isInteger(expiresInSeconds) && expiresInSeconds >= 1 && expiresInSeconds <= LONGEST_S, "expiresInSeconds", `give whole seconds from 1 to ${LONGEST_S}`);
  check(now instanceof Date && !Number.isNaN(now.getTime()), "now", "give a Date");
  if (capability !== undefined) checkCapability(capability);

  const issued = Math.floor(now.getTime() / 1000);
  const claims = { sub: subject, aud: audience, ...(issuer ? { iss: issuer } : {}), iat: issued, exp: issued + expiresInSeconds, ...(capability ? { maytapi: capability } : {}) };
  const signed = `${base64url({ alg: "HS256", typ: "JWT" })}.${base64url(claims)}`;
  const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const signature = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(signed));
  return `${signed}.${encode(new Uint8Array(signature))}`;
}

/**
 * @typedef {object} VerifyOptions
 * @property {string | readonly string[]} secret
 * @property {number} [toleranceSeconds]
 * @property {Date} [now]
 */

/**
 * @param {string | Uint8Array} body
 * @param {import("./token.js").WebhookHeaders} headers
 * @param {VerifyOptions} options
 * @returns {Promise<{ id: string, timestamp: Date, event: unknown }>}
 */
export async function verifyWebhook(body, headers, options) {
  const { secret, toleranceSeconds = 300, now = new Date() } = options ?? {};
  const secrets = typeof secret === "string" ? [secret] : Array.isArray(secret) ? secret : [];
  const keys = secrets.map(signingKey);
  check(keys.length > 0 && keys.every(Boolean), "secret", "give the secret that the proxy signs with: whsec_ and base64, or a list of such");
  check(typeof toleranceSeconds === "number" && toleranceSeconds > 0, "toleranceSeconds", "give seconds");
  check(now instanceof Date && !Number.isNaN(now.getTime()), "now", "give a Date");
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  check(bytes instanceof Uint8Array, "body", "give the request's body as it came, a text or bytes: parsed and written again it is another");

  const [id, timestamp, signatures] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) => headerOf(headers, name));
  if (!id || !timestamp || !signatures) throw unverified("missing_signature", "The webhook-id, webhook-timestamp or webhook-signature header is missing.");
  const seconds = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) : Number.NaN;
  if (!(Math.abs(now.getTime() / 1000 - seconds) <= toleranceSeconds)) throw unverified("stale_signature", "The webhook was signed too long ago, or in the future: it may be a replay.");
  const head = new TextEncoder().encode(`${id}.${timestamp}.`);
  const signed = new Uint8Array(head.length + bytes.length);
  signed.set(head);
  signed.set(bytes, head.length);
  for (const raw of keys) {
    const key = await crypto.subtle.importKey("raw", /** @type {Uint8Array<ArrayBuffer>} */ (raw), { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
    for (const signature of signatures.split(" ")) {
      const given = signature.startsWith("v1,") ? decode(signature.slice(3)) : undefined;
      // `verify` compares in constant time.
      if (given && (await crypto.subtle.verify("HMAC", key, given, signed))) return { id, timestamp: new Date(seconds * 1000), event: parsed(bytes) };
    }
  }
  throw unverified("invalid_signature", "The signature is not of this body and secret.");
}

/** What the standard asks a secret to have: 24 to 64 bytes. @param {unknown} text */
function signingKey(text) {
  const bytes = typeof text === "string" ? decode(text.replace(/^whsec_/, "")) : undefined;
  return bytes && bytes.length >= 24 && bytes.length <= 64 ? bytes : undefined;
}

/**
 * @param {import("./token.js").WebhookHeaders} headers
 * @param {string} name
 */
function headerOf(headers, name) {
  if (typeof headers?.get === "function") return headers.get(name) ?? undefined;
  const found = Object.entries(headers ?? {}).find(([given]) => given.toLowerCase() === name)?.[1];
  return typeof found === "string" ? found : undefined;
}

/** @param {Uint8Array} bytes */
function parsed(bytes) {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw unverified("unreadable_webhook", "The body is signed, but is no JSON.", cause);
  }
}

/** @param {string} code @param {string} message @param {unknown} [cause] */
function unverified(code, message, cause) {
  return new AuthenticationError(message, { code, retryable: "no", ...(cause === undefined ? {} : { cause }) });
}

/** Base64 as bytes; nothing where it is none. @param {string} text */
function decode(text) {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/**
 * The proxy refuses what it does not understand, since that may be a restriction; better to hear of it here.
 * @param {NonNullable<TokenOptions["capability"]>} capability
 */
function checkCapability(capability) {
  check(typeof capability === "object" && capability !== null && !Array.isArray(capability), "capability", "give an object");
  for (const [name, value] of Object.entries(capability)) {
    check(PARTS.has(name), `capability.${name}`, "is not known");
    if (value === undefined) continue;
    if (name === "watch") {
      check([false, "own", "phone"].includes(/** @type {any} */ (value)), "capability.watch", 'give false, "own" or "phone"');
      continue;
    }
    const list = Array.isArray(value) && value.every((item) => typeof item === "string" || (name === "phones" && Number.isSafeInteger(item)));
    const single = name === "batch" || name === "manage";
    const flag = typeof value === "boolean" && (name === "read" || single);
    check(flag || (list && !single), `capability.${name}`, single ? "give true or false" : "give a list");
  }
}

/**
 * @param {boolean} holds
 * @param {string} option
 * @param {string} advice
 */
function check(holds, option, advice) {
  if (!holds) throw new ConfigurationError(`${option}: ${advice}`, { code: "invalid_option" });
}

/** @param {object} value */
function base64url(value) {
  return encode(new TextEncoder().encode(JSON.stringify(value)));
}

/** @param {Uint8Array} bytes */
function encode(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
