//! How many tests ran, read from what the test runners print when they end.

use crate::run::{Failure, Result};

/// The sum over `test result: ok. 3 passed; 0 failed; …`, which cargo's harness and wasm-bindgen's both print once per binary.
pub fn cargo(output: &str) -> Result<usize> {
    let mut passed = 0;
    for line in output.lines() {
        let Some((_, result)) = line.split_once("test result: ") else { continue };
        passed += number_before(result, " passed").ok_or_else(|| unreadable(line))?;
    }
    Ok(passed)
}

/// `pass 12` of the closing lines of Node's spec reporter. A skipped test is a failure: nobody would notice that it never runs.
pub fn node(output: &str) -> Result<usize> {
    let count = |word: &str| {
        output.lines().rev().find_map(|line| {
            let line = line.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
            line.strip_prefix(word)?.trim().parse::<usize>().ok()
        })
    };
    let passed = count("pass ").ok_or_else(|| Failure::new("Node's runner did not say how many tests passed"))?;
    match count("skipped ").unwrap_or(0) + count("todo ").unwrap_or(0) {
        0 => Ok(passed),
        left_out => Err(Failure::new(format!("{left_out} tests were skipped"))),
    }
}

fn number_before(text: &str, word: &str) -> Option<usize> {
    let (before, _) = text.split_once(word)?;
    before.rsplit(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

fn unreadable(line: &str) -> Failure {
    Failure::new(format!("cannot read how many tests passed from `{line}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_counts_add_up_over_binaries() {
        let output = "\
running 3 tests
test a ... ok

test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s

test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 7 filtered out; finished in 0.10s
";
        assert_eq!(cargo(output).expect("a count"), 15);
        assert_eq!(cargo("no tests to run!").expect("a count"), 0);
        assert!(cargo("test result: something else").is_err());
    }

    #[test]
    fn node_counts_come_from_the_closing_lines() {
        let output = "✔ pass 99 bottles (1ms)\nℹ tests 5\nℹ suites 0\nℹ pass 5\nℹ fail 0\nℹ cancelled 0\nℹ skipped 0\nℹ todo 0\n";
        assert_eq!(node(output).expect("a count"), 5);
        assert!(node("nothing").is_err());
    }

    #[test]
    fn a_skipped_node_test_is_a_failure() {
        assert!(node("ℹ pass 5\nℹ skipped 1\nℹ todo 0\n").is_err());
        assert!(node("ℹ pass 5\nℹ skipped 0\nℹ todo 2\n").is_err());
    }
}
