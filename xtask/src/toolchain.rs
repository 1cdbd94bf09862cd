//! The Rust toolchain in use: where it is, which release, and whether it can compile std along with what is built.

use std::path::PathBuf;
use std::process::Command;

use crate::run::{Failure, Result, stdout_of, succeeds};
use crate::std_source;
use crate::tools;
use crate::wasm_target::{self, TARGET};

/// Lets a stable compiler take unstable options. Compiling std along needs some, and a nightly for them would be a second
/// compiler that nothing here is tested with.
pub const BOOTSTRAP: (&str, &str) = ("RUSTC_BOOTSTRAP", "1");

pub fn sysroot() -> Result<PathBuf> {
    stdout_of(Command::new("rustc").args(["--print", "sysroot"]).current_dir(tools::root()))
        .map(PathBuf::from)
        .ok_or_else(|| Failure::new("rustc does not run").by_hand("install Rust: https://rustup.rs"))
}

pub fn release() -> Result<String> {
    let said = stdout_of(Command::new("rustc").arg("--version").current_dir(tools::root())).unwrap_or_default();
    release_of(&said).ok_or_else(|| Failure::new(format!("`rustc --version` said `{said}`")))
}

/// Whether the toolchain in use can compile std along under these flags; a release may not know one of them yet.
pub fn compiles_std(flags: &str) -> Result<bool> {
    let mut probe = Command::new("rustc");
    probe
        .args(["-", "--print", "cfg", "--target", TARGET])
        .args(flags.split_whitespace())
        .current_dir(tools::root())
        .env(BOOTSTRAP.0, BOOTSTRAP.1);
    Ok(std_source::is_there(&sysroot()?) && succeeds(&mut probe))
}

/// Whether there is a nightly that has all that worker-build would otherwise have rustup fetch.
pub fn nightly_compiles_std() -> bool {
    // `rustup run` fails where a nightly is absent; `rustc +nightly` may install one.
    let mut rustc = Command::new("rustup");
    rustc.args(["run", "nightly", "rustc", "--print", "sysroot"]).current_dir(tools::root());
    stdout_of(&mut rustc)
        .map(PathBuf::from)
        .is_some_and(|sysroot| std_source::is_there(&sysroot) && wasm_target::is_there(&sysroot))
}

/// `1.95.0` of `rustc 1.95.0 (59807616e 2026-04-14)`.
fn release_of(said: &str) -> Option<String> {
    said.strip_prefix("rustc ")?.split_whitespace().next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_release_is_read_from_what_rustc_says() {
        assert_eq!(release_of("rustc 1.95.0 (59807616e 2026-04-14)").as_deref(), Some("1.95.0"));
        assert_eq!(release_of("rustc 1.97.0-nightly (0 2026-06-01)").as_deref(), Some("1.97.0-nightly"));
        assert_eq!(release_of("clippy 0.1.95"), None);
    }

    #[test]
    fn a_flag_that_rustc_does_not_know_is_told() {
        assert!(!compiles_std("-Cpanic=never-heard-of").expect("rustc runs"));
    }
}
