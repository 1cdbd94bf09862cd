//! What the fuzz targets do, within bounds and with every run of the tests: changed seeds, always the same, for each reader of what
//! strangers write. None may panic, and none may take more memory than its input accounts for.
// An allocator can only be written so, and it is the only way to see how much a reader takes.
#![allow(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

#[path = "../../fuzz/src/lib.rs"]
mod entries;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use entries::ENTRIES;

/// What a reader may take at most at one time, in bytes: some for each byte of its input, and what a document of as many values as are
/// allowed takes however short its text.
const FOR_EACH_BYTE: usize = 8;
const FOR_VALUES: usize = 6 << 20;

#[test]
fn no_reader_panics_or_takes_more_memory_than_its_input_accounts_for() {
    let long = std::env::var_os("MAYTAPI_TEST_ALL").is_some();
    let (most_inputs, most_time) =
        if long { (usize::MAX, Duration::from_secs(60)) } else { (50_000, Duration::from_secs(5)) };
    for (name, entry) in ENTRIES {
        let seeds = seeds(name);
        let mut random = Random(0x9E37_79B9_7F4A_7C15);
        let started = Instant::now();
        let mut inputs = 0;
        while inputs < most_inputs && started.elapsed() < most_time {
            let input = changed(&seeds, &mut random);
            hold(name, entry, &input, FOR_VALUES + FOR_EACH_BYTE * input.len());
            inputs += 1;
        }
        println!("{name}: {inputs} inputs in {} ms", started.elapsed().as_millis());
    }
}

#[test]
fn every_seed_holds() {
    for (name, entry) in ENTRIES {
        for seed in seeds(name) {
            hold(name, entry, &seed, FOR_VALUES + FOR_EACH_BYTE * seed.len());
        }
    }
}

/// Two bytes of text are a value of some thirty in memory, so what a reader takes is bounded by the number of values, not by the text.
#[test]
fn a_dense_document_takes_no_more_memory_than_the_values_that_are_allowed() {
    const BYTES: usize = 8 << 20;
    for (name, entry) in ENTRIES {
        for piece in ["[],", "0,", "{},", "\"\",", "[[[[]]]],", "{\"a\":[]},"] {
            let values = piece.repeat(BYTES / piece.len());
            for text in [format!("[{values}0]"), format!("{{\"type\":\"ack\",\"data\":[{values}0]}}")] {
                hold(name, entry, text.as_bytes(), FOR_VALUES + text.len());
            }
        }
    }
}

#[test]
fn what_is_held_at_one_time_is_counted() {
    let peak = peak_of(|| drop((vec![0u8; 1000], vec![0u8; 3000])));
    assert!((4000..4100).contains(&peak), "{peak}");
    let peak = peak_of(|| {
        drop(vec![0u8; 3000]);
        drop(vec![0u8; 1000]);
    });
    assert!((3000..3100).contains(&peak), "{peak}");
}

fn hold(name: &str, entry: fn(&[u8]), input: &[u8], most: usize) {
    let mut held = Ok(());
    let peak = peak_of(|| held = catch_unwind(AssertUnwindSafe(|| entry(input))));
    let shown = || String::from_utf8_lossy(&input[..input.len().min(300)]).into_owned();
    assert!(held.is_ok(), "{name} does not hold for {:?}", shown());
    assert!(peak <= most, "{name} takes {peak} bytes, more than {most}, for {} of {:?}", input.len(), shown());
}

fn seeds(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds").join(name);
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    // The same order on every machine.
    files.sort();
    let seeds: Vec<Vec<u8>> = files.iter().map(|file| std::fs::read(file).unwrap()).collect();
    assert!(!seeds.is_empty(), "{name} has no seeds");
    seeds
}

/// What readers stumble over.
const WORDS: [&str; 24] = [
    "[]",
    "{}",
    "\"\"",
    "null",
    "true",
    "0",
    "-1",
    "1e999",
    "0.1",
    "9223372036854775808",
    "\\u0000",
    "\\ud800",
    "\u{202e}",
    "\u{0}",
    "\u{1f469}\u{200d}\u{1f680}",
    "data:",
    "base64,",
    "https://",
    "@c.us",
    "@g.us",
    "%00",
    "..",
    "\r\n",
    "=",
];

/// A seed with some of it taken out, doubled, swapped, or replaced.
fn changed(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut bytes = random.one_of(seeds).clone();
    for _ in 0..=random.below(6) {
        let (from, to) = random.range(bytes.len());
        match random.below(7) {
            0 => drop(bytes.drain(from..to)),
            1 => {
                let piece = bytes[from..to].to_vec();
                bytes.splice(from..from, piece);
            }
            2 => {
                let other = random.one_of(seeds);
                let (start, end) = random.range(other.len());
                bytes.splice(from..to, other[start..end].iter().copied());
            }
            3 => drop(bytes.splice(from..from, random.one_of(&WORDS).bytes())),
            4 => drop(bytes.splice(from..to, random.one_of(&WORDS).bytes())),
            5 => {
                if let Some(byte) = bytes.get_mut(from) {
                    *byte ^= 1 << random.below(8);
                }
            }
            _ => drop(bytes.splice(from..from, random.one_of(&WORDS).repeat(random.below(200)).into_bytes())),
        }
    }
    bytes
}

/// xorshift64*: the same numbers in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % bound
    }

    /// Two places within a text of this length, in order.
    fn range(&mut self, length: usize) -> (usize, usize) {
        let (one, two) = (self.below(length + 1), self.below(length + 1));
        (one.min(two), one.max(two))
    }

    fn one_of<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

/// How many bytes the work held at one time, more than before it.
fn peak_of(work: impl FnOnce()) -> usize {
    HELD.set(0);
    PEAK.set(0);
    work();
    PEAK.get().unsigned_abs()
}

thread_local! {
    // By thread, since tests run side by side. Negative where the work frees what was there before.
    static HELD: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

struct Counting;

impl Counting {
    fn add(bytes: isize) {
        HELD.set(HELD.get() + bytes);
        PEAK.set(PEAK.get().max(HELD.get()));
    }
}

// Sound, since every call goes to the system's allocator unchanged, and the cells neither allocate nor have anything to drop.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        Self::add(layout.size() as isize);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        Self::add(-(layout.size() as isize));
        unsafe { System.dealloc(pointer, layout) }
    }

    // Growing is `alloc`, copy and `dealloc` (the trait's own way): both blocks are there at one time, which is the worst case.
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;
