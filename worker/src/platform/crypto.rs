//! WebCrypto: signatures of public keys, and digests of what is large.

use wasm_bindgen::prelude::*;

use super::pending::pending;

#[wasm_bindgen(module = "/src/platform/crypto.js")]
extern "C" {
    #[wasm_bindgen(js_name = sha256)]
    fn begin_sha256(id: u32, bytes: &[u8]);

    #[wasm_bindgen(js_name = verify)]
    fn begin_verify(id: u32, jwk: &str, algorithm: &str, signed: &str, signature: &[u8]);
}

/// The SHA-256 of bytes; nothing where the runtime fails.
pub async fn sha256(bytes: &[u8]) -> Option<Vec<u8>> {
    pending(|id| begin_sha256(id, bytes)).await.bytes()
}

/// Whether a public key, a JWK, made a signature.
pub async fn verify(jwk: &str, algorithm: &str, signed: &str, signature: &[u8]) -> bool {
    pending(|id| begin_verify(id, jwk, algorithm, signed, signature)).await.is_true()
}
