// What WebCrypto does better than WebAssembly: signatures, and digests of what is large.
import { pending } from './pending.js';

export const sha256 = pending(async (bytes) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes.slice())));

/** A key for one purpose, by HKDF. What it is derived from is random, so it needs no salt. */
async function derived(secret, info, use) {
  const bytes = new TextEncoder();
  const material = await crypto.subtle.importKey('raw', bytes.encode(secret), 'HKDF', false, ['deriveKey']);
  const how = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: bytes.encode(info) };
  return crypto.subtle.deriveKey(how, material, { name: 'AES-GCM', length: 256 }, false, [use]);
}

const gcm = (iv, additional) => ({ name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(additional) });

/** A text sealed: 12 random bytes, and what AES-GCM gives. */
export const seal = pending(async (secret, info, additional, text) => {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt(gcm(iv, additional), await derived(secret, info, 'encrypt'), new TextEncoder().encode(text));
  const bytes = new Uint8Array(12 + sealed.byteLength);
  bytes.set(iv);
  bytes.set(new Uint8Array(sealed), 12);
  return bytes;
});

/** A sealed text; not a number where another key or row sealed it, or something of it was changed. */
export const open = pending(async (secret, info, additional, sealed) => {
  // WebAssembly's memory moves while this waits.
  const own = sealed.slice();
  const opened = await crypto.subtle.decrypt(gcm(own.subarray(0, 12), additional), await derived(secret, info, 'decrypt'), own.subarray(12));
  return new TextDecoder().decode(opened);
});

/** Random bytes. */
export function fillRandom(bytes) {
  crypto.getRandomValues(bytes);
}

const ALGORITHMS = {
  RS256: [{ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, 'RSASSA-PKCS1-v1_5'],
  ES256: [{ name: 'ECDSA', namedCurve: 'P-256' }, { name: 'ECDSA', hash: 'SHA-256' }],
  EdDSA: [{ name: 'Ed25519' }, 'Ed25519'],
};
const imported = new Map();

/** Whether a public key made a signature; not either when key or signature are malformed. */
export const verify = pending(async (jwk, algorithm, signed, signature) => {
  const [how, check] = ALGORITHMS[algorithm];
  // WebAssembly's memory moves while this waits.
  const own = signature.slice();
  try {
    let key = imported.get(jwk);
    if (!key) {
      key = await crypto.subtle.importKey('jwk', JSON.parse(jwk), how, false, ['verify']);
      if (imported.size >= 100) imported.clear();
      imported.set(jwk, key);
    }
    return await crypto.subtle.verify(check, key, own, new TextEncoder().encode(signed));
  } catch {
    return false;
  }
});
