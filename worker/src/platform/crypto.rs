//! WebCrypto: signatures of public keys, digests of what is large, and texts that are sealed.

use wasm_bindgen::prelude::*;

use super::pending::pending;

#[wasm_bindgen(module = "/src/platform/crypto.js")]
extern "C" {
    #[wasm_bindgen(js_name = sha256)]
    fn begin_sha256(id: u32, bytes: &[u8]);

    #[wasm_bindgen(js_name = seal)]
    fn begin_seal(id: u32, secret: &str, info: &str, additional: &str, text: &str);

    #[wasm_bindgen(js_name = open)]
    fn begin_open(id: u32, secret: &str, info: &str, additional: &str, sealed: &[u8]);

    #[wasm_bindgen(js_name = fillRandom)]
    fn fill_random(bytes: &mut [u8]);

    #[wasm_bindgen(js_name = verify)]
    fn begin_verify(id: u32, jwk: &str, algorithm: &str, signed: &str, signature: &[u8]);
}

/// The SHA-256 of bytes; nothing where the runtime fails.
pub async fn sha256(bytes: &[u8]) -> Option<Vec<u8>> {
    pending(|id| begin_sha256(id, bytes)).await.bytes()
}

/// A text sealed with AES-256-GCM, by a key derived from a secret for one purpose; nothing where the runtime fails.
pub async fn seal(secret: &str, info: &str, additional: &str, text: &str) -> Option<Vec<u8>> {
    pending(|id| begin_seal(id, secret, info, additional, text)).await.bytes()
}

/// The text that was sealed; nothing where the secret, the purpose or the bytes are others.
pub async fn open(secret: &str, info: &str, additional: &str, sealed: &[u8]) -> Option<String> {
    pending(|id| begin_open(id, secret, info, additional, sealed)).await.text()
}

/// Random bytes.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    fill_random(&mut bytes);
    bytes
}

/// Whether a public key, a JWK, made a signature.
pub async fn verify(jwk: &str, algorithm: &str, signed: &str, signature: &[u8]) -> bool {
    pending(|id| begin_verify(id, jwk, algorithm, signed, signature)).await.is_true()
}
