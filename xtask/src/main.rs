//! Every task of this repository, the same for people and for CI: `cargo xtask <task>`.

mod run;
mod setup;
mod tools;
mod wasm_target;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <task>

  setup    make this machine ready: wasm32 target, cargo tools, node modules, browser
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        ["setup"] => setup::setup(),
        [] | ["help" | "-h" | "--help", ..] => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprint!("cargo xtask: cannot read `{}`\n\n{USAGE}", arguments.join(" "));
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\ncargo xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}
