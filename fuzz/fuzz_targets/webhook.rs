//! Fuzzes `maytapi_fuzz::webhook`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| maytapi_fuzz::webhook(bytes));
