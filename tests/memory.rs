//! A document takes memory in proportion to its text up to the limits on it, and no more than they allow beyond.
#![cfg(not(target_arch = "wasm32"))]
#![allow(unsafe_code, clippy::unwrap_used, clippy::expect_used, clippy::arithmetic_side_effects)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use maytapi::json::text::{self, Floats};
use maytapi::json::{Json, Limits, Rejected};
use maytapi::message::Message;
use serde::de::DeserializeSeed;

/// Counts what this thread holds, and the most that it held.
struct Counting;

thread_local! {
    static HELD: Cell<usize> = const { Cell::new(0) };
    static MOST: Cell<usize> = const { Cell::new(0) };
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn count(taken: usize, given_back: usize) {
    HELD.with(|held| {
        held.set((held.get() + taken).saturating_sub(given_back));
        MOST.with(|most| most.set(most.get().max(held.get())));
    });
}

// SAFETY: every call goes to the system's allocator as it came; what is counted beside it allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 0);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(0, layout.size());
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // Both stand side by side while one is copied into the other.
        count(new_size, 0);
        count(0, layout.size());
        unsafe { System.realloc(pointer, layout, new_size) }
    }
}

/// The most bytes held while `work` ran, beyond those held before.
fn most_held<T>(work: impl FnOnce() -> T) -> (usize, T) {
    let before = HELD.get();
    MOST.set(before);
    let result = work();
    (MOST.get() - before, result)
}

const FLOATS: Floats = Floats { read: |text| text.parse().ok(), write: |number| number.to_string() };

/// Both ways in, with the most bytes that each held.
fn both_ways(document: &str, limits: Limits) -> [(usize, bool); 2] {
    let (ours, by_text) = most_held(|| text::parse(document, FLOATS, limits).is_ok());
    let (serdes, by_serde) =
        most_held(|| limits.deserialize(&mut serde_json::Deserializer::from_str(document)).is_ok());
    [(ours, by_text), (serdes, by_serde)]
}

const MB: usize = 1024 * 1024;

/// Bodies of 5 MB of every shape that takes more memory than text.
fn hostile() -> Vec<(&'static str, String)> {
    let repeat = |piece: &str, open: &str, close: &str| {
        let body = piece.repeat(5 * MB / piece.len());
        format!("{open}{}{close}", body.trim_end_matches(','))
    };
    let members: String = (0..600_000).map(|n| format!("\"{n:x}\":0,")).collect();
    let wide: String = (0..1000).map(|n| format!("\"{n}\":[],")).collect();
    let wide = format!("{{{}}},", wide.trim_end_matches(','));
    vec![
        ("numbers", repeat("0,", "[", "]")),
        ("lists", repeat("[],", "[", "]")),
        ("objects", repeat("{},", "[", "]")),
        ("texts", repeat("\"\",", "[", "]")),
        ("pairs", repeat("{\"a\":0},", "[", "]")),
        ("nested", repeat(&format!("{}{},", "[".repeat(30), "]".repeat(30)), "[", "]")),
        ("members", format!("{{{}}}", members.trim_end_matches(','))),
        ("wide objects", repeat(&wide, "[", "]")),
        ("open lists", "[".repeat(5 * MB)),
        ("long names", repeat(&format!("{{\"{}\":0}},", "n".repeat(90)), "[", "]")),
    ]
}

#[test]
fn a_document_with_too_much_in_it_takes_no_more_than_its_limits_allow() {
    for (shape, document) in hostile() {
        for limits in [Limits::MESSAGE, Limits::WEBHOOK, Limits::BATCH] {
            let most = limits.nodes as usize * 200;
            for (held, read) in both_ways(&document, limits) {
                assert!(!read, "{shape} within {limits:?}");
                assert!(held < most, "{shape} within {limits:?} held {held} bytes");
            }
        }
    }
}

#[test]
fn a_file_takes_little_more_than_its_text() {
    let document = format!(
        r#"{{"type":"media","toNumber":"12025550123","message":"data:image/png;base64,{}"}}"#,
        "AAAA".repeat(2 * MB)
    );
    for (held, read) in both_ways(&document, Limits::MESSAGE) {
        assert!(read && held < document.len() * 5 / 2, "{held} bytes for {}", document.len());
    }
    let tree: Json = serde_json::from_str(&document).unwrap();
    let (held, message) = most_held(|| Message::parse(tree));
    assert!(message.is_ok() && held < MB, "checking held {held} bytes more");
}

#[test]
fn what_a_limit_allows_is_taken() {
    let document = format!("[{}0]", "0,".repeat(9_998));
    for (held, read) in both_ways(&document, Limits::MESSAGE) {
        assert!(read && held < MB, "{held}");
    }
    assert_eq!(text::parse(&"[0,".repeat(40), FLOATS, Limits::MESSAGE), Err(Rejected::TooDeep));
}
