//! Every task of this repository, the same for people and for CI: `cargo xtask <task>`.

mod bench;
mod build;
mod demo;
mod files;
mod mutants;
mod package;
mod pictures;
mod run;
mod setup;
mod test;
mod tidy;
mod toolchain;
mod tools;

use std::process::ExitCode;

use build::Product;
use test::{Extent, Part};

const USAGE: &str = "\
usage: cargo xtask <task>

  setup    make this machine ready: wasm32 target, std's source, cargo tools, node modules, browser
  build    build what ships, or only: package, worker, page
  test     run everything that CI runs, or only: native, wasm, package, worker, page
             --all    the long forms as well: more kills, longer fuzzing, the toolchains whose install is large
  bench    measure beside what people would otherwise use, all rows of bench/README.md or only those named
  package  pack npm's tarball and the crate into target/package, and check what they hold
  mutants  change the rules of Worker and crate, one thing at a time, and see whether a test notices; all files with
             rules, or only those named
  tidy     check the rules of the repository that no compiler checks
  demo     send a message from the package through the Worker to a simulator of Maytapi, then serve the console
             --once   end after the message
             --live   send to the real Maytapi, with the account's credentials from the environment
  pictures take the console's pictures anew, for its README

`build`, `test`, `bench`, `package`, `demo` and `pictures` set the machine up first.
";

fn main() -> ExitCode {
    if let Some(code) = build::stand_in::serve() {
        return code;
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let Some(outcome) = perform(&arguments) else {
        eprint!("cargo xtask: cannot read `{}`\n\n{USAGE}", arguments.join(" "));
        return ExitCode::from(2);
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\ncargo xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// Does the task; `None` when the words name none.
fn perform(arguments: &[&str]) -> Option<run::Result<()>> {
    match arguments {
        [] | ["help" | "-h" | "--help", ..] => {
            print!("{USAGE}");
            Some(Ok(()))
        }
        ["setup"] => Some(setup::setup()),
        ["build"] => Some(setup::setup().and_then(|()| build::build(&Product::ALL))),
        ["build", name] => Product::named(name).map(|product| setup::setup().and_then(|()| build::build(&[product]))),
        ["test", words @ ..] => test_words(words).map(|(part, extent)| test::test(part, extent)),
        ["bench", rows @ ..] => Some(bench::bench(rows)),
        ["mutants", files @ ..] => Some(mutants::mutants(files)),
        ["package"] => Some(package::package()),
        ["pictures"] => Some(pictures::pictures()),
        ["tidy"] => Some(tidy::tidy()),
        ["demo", flags @ ..] if flags.iter().all(|flag| ["--once", "--live"].contains(flag)) => Some(demo::demo(flags)),
        _ => None,
    }
}

/// `[part] [--all]`, in any order.
fn test_words(words: &[&str]) -> Option<(Option<Part>, Extent)> {
    let (flags, parts): (Vec<&str>, Vec<&str>) = words.iter().partition(|word| word.starts_with('-'));
    let extent = match flags.as_slice() {
        [] => Extent::Short,
        ["--all"] => Extent::All,
        _ => return None,
    };
    match parts.as_slice() {
        [] => Some((None, extent)),
        [name] => Part::named(name).map(|part| (Some(part), extent)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_and_the_extent_are_read_in_any_order() {
        assert_eq!(test_words(&[]), Some((None, Extent::Short)));
        assert_eq!(test_words(&["--all"]), Some((None, Extent::All)));
        assert_eq!(test_words(&["worker"]), Some((Some(Part::Worker), Extent::Short)));
        assert_eq!(test_words(&["worker", "--all"]), test_words(&["--all", "worker"]));
        for wrong in [&["everything"][..], &["--al"], &["worker", "page"], &["--all", "--all"]] {
            assert_eq!(test_words(wrong), None, "{wrong:?}");
        }
    }
}
