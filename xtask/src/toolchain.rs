//! The Rust toolchain in use: where it is, which release, what it has, and whether it can compile std along with what is built.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::{Failure, Result, stdout_of, succeeds};
use crate::tools;

pub const TARGET: &str = "wasm32-unknown-unknown";

/// What the sysroot must hold of the target for builds and for `cargo test`.
const TARGET_PARTS: [&str; 4] = ["libcore-", "libstd-", "libpanic_abort-", "libtest-"];

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

/// The folder of the wasm32 target's libraries.
pub fn target_libraries(sysroot: &Path) -> PathBuf {
    sysroot.join("lib/rustlib").join(TARGET).join("lib")
}

/// Whether builds and `cargo test` for the target would find their libraries in this sysroot.
pub fn has_target(sysroot: &Path) -> bool {
    let Ok(entries) = fs::read_dir(target_libraries(sysroot)) else { return false };
    let names: Vec<String> = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    TARGET_PARTS.iter().all(|part| names.iter().any(|name| name.starts_with(part) && name.ends_with(".rlib")))
}

/// The folder of the standard library's source.
pub fn std_source(sysroot: &Path) -> PathBuf {
    sysroot.join("lib/rustlib/src/rust/library")
}

/// Whether cargo's `build-std` would find the source in this sysroot.
pub fn has_std_source(sysroot: &Path) -> bool {
    let library = std_source(sysroot);
    library.join("std/src/lib.rs").is_file() && library.join("Cargo.lock").is_file()
}

/// Whether the toolchain in use can compile std along under these flags; a release may not know one of them yet.
pub fn compiles_std(flags: &str) -> Result<bool> {
    let mut probe = Command::new("rustc");
    probe
        .args(["-", "--print", "cfg", "--target", TARGET])
        .args(flags.split_whitespace())
        .current_dir(tools::root())
        .env(BOOTSTRAP.0, BOOTSTRAP.1);
    Ok(has_std_source(&sysroot()?) && succeeds(&mut probe))
}

/// Whether there is a nightly that has all that worker-build would otherwise have rustup fetch.
pub fn nightly_compiles_std() -> bool {
    // `rustup run` fails where a nightly is absent; `rustc +nightly` may install one.
    let mut rustc = Command::new("rustup");
    rustc.args(["run", "nightly", "rustc", "--print", "sysroot"]).current_dir(tools::root());
    stdout_of(&mut rustc).map(PathBuf::from).is_some_and(|sysroot| has_std_source(&sysroot) && has_target(&sysroot))
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
