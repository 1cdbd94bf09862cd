// @ts-check
// Mints short-lived tokens for the edge proxy, in a backend that knows its users and the proxy's shared secret.
import { ConfigurationError } from "./lib/errors.js";
import { withoutLineEnds } from "./lib/secret.js";

const LEAST_SECRET_BYTES = 32;
const LONGEST_S = 86_400;
const PARTS = new Set(["phones", "types", "to", "read", "batch"]);

/**
 * @typedef {object} TokenOptions
 * @property {string} secret
 * @property {string} subject
 * @property {string} [audience]
 * @property {string} [issuer]
 * @property {number} [expiresInSeconds]
 * @property {{ phones?: (string | number)[], types?: string[], to?: string[], read?: boolean | string[], batch?: boolean }} [capability]
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
 * The proxy refuses what it does not understand, since that may be a restriction; better to hear of it here.
 * @param {NonNullable<TokenOptions["capability"]>} capability
 */
function checkCapability(capability) {
  check(typeof capability === "object" && capability !== null && !Array.isArray(capability), "capability", "give an object");
  for (const [name, value] of Object.entries(capability)) {
    check(PARTS.has(name), `capability.${name}`, "is not known");
    if (value === undefined) continue;
    const list = Array.isArray(value) && value.every((item) => typeof item === "string" || (name === "phones" && Number.isSafeInteger(item)));
    const flag = typeof value === "boolean" && (name === "read" || name === "batch");
    check(flag || (list && name !== "batch"), `capability.${name}`, name === "batch" ? "give true or false" : "give a list");
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
