//! Fuzzes `maytapi_fuzz::piece`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| maytapi_fuzz::piece(bytes));
