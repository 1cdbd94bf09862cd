// What WebCrypto does better than WebAssembly: signatures, and digests of what is large.
import { pending } from './pending.js';

export const sha256 = pending(async (bytes) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes.slice())));

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
