//! Fuzzes `maytapi_fuzz::template`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| maytapi_fuzz::template(bytes));
