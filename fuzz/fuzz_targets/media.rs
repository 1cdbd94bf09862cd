//! Fuzzes `maytapi_fuzz::media`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| maytapi_fuzz::media(bytes));
