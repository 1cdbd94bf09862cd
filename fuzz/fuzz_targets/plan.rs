//! Fuzzes `maytapi_fuzz::plan`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| maytapi_fuzz::plan(bytes));
