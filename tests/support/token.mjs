// Mints tokens as a backend would, and as a forger might: with any header, any claims, any secret.
// @ts-check
import { createHmac } from 'node:crypto';

/**
 * @param {unknown} part
 * @returns {string} base64url; a text stays as it is written
 */
export function encode(part) {
  return Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');
}

/**
 * @param {unknown} claims
 * @param {{ secret: string, header?: unknown, hash?: string }} how
 */
export function sign(claims, { secret, header = { alg: 'HS256', typ: 'JWT' }, hash = 'sha256' }) {
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${createHmac(hash, secret).update(signed).digest('base64url')}`;
}

/** Seconds since 1970, as claims count. */
export function now() {
  return Math.floor(Date.now() / 1000);
}
