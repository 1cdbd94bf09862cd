//! Packs what is published, npm's tarball and the crate, and checks that each holds what it should and nothing else.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::build::{self, Product};
use crate::files::{entries, recreate};
use crate::run::{Context, Echo, Failure, Result, run, stdout_of};
use crate::toolchain::TARGET;
use crate::{setup, tidy, tools};

/// The files of the tarball, which the package's tests hold as well.
const TARBALL_FILES: &str = "tests/package/packed/files.snapshot.txt";

/// What the crate holds beside its sources: what `include` names, and what cargo writes.
const CRATE_FILES: [&str; 7] = [
    ".cargo_vcs_info.json",
    "Cargo.lock",
    "Cargo.toml",
    "Cargo.toml.orig",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
];

/// Leaves both under `target/package` and tells where, with their sizes.
pub fn package() -> Result<()> {
    setup::setup()?;
    build::build(&[Product::Package])?;
    if stdout_of(Command::new("git").args(["status", "--porcelain"]).current_dir(tools::root()))
        .is_none_or(|changes| !changes.is_empty())
    {
        println!("package: the work tree differs from its commit; what is published is packed from a clean one");
    }
    tarball()?;
    the_crate()
}

fn tarball() -> Result<()> {
    let folder = tools::root().join("target/package/npm");
    recreate(&folder)?;
    let mut pack = tools::command("npm")?;
    pack.args(["pack", "--pack-destination"]).arg(&folder).current_dir(tools::root().join("pkg"));
    run(&mut pack, "npm pack", Echo::Quiet)?;
    let tarball = only_file(&folder, ".tgz")?;
    let listing = run(Command::new("tar").arg("-tzf").arg(&tarball), "listing the tarball", Echo::Quiet)?;
    let held = listing.lines().map(|line| line.strip_prefix("package/").unwrap_or(line));
    let wanted =
        fs::read_to_string(tools::root().join(TARBALL_FILES)).context(|| format!("cannot read {TARBALL_FILES}"))?;
    compare("npm's tarball", held, wanted.lines())?;
    tell("npm's tarball", &tarball)
}

/// cargo builds the crate from what it packed; for wasm32, since what sends builds only there.
fn the_crate() -> Result<()> {
    let list = ["package", "--locked", "--package", "maytapi", "--allow-dirty", "--list"];
    let listing = stdout_of(tools::command("cargo")?.args(list)).ok_or_else(|| {
        Failure::new("cargo does not list the crate's files").by_hand(format!("cargo {}", list.join(" ")))
    })?;
    let tracked = tidy::tracked_files()?;
    let sources = tracked.iter().filter(|path| path.starts_with("src/")).map(String::as_str);
    compare("the crate", listing.lines(), sources.chain(CRATE_FILES))?;

    let folder = tools::root().join("target/package");
    // Those of former versions.
    for packed in entries(&folder)?.into_iter().filter(|path| path.to_string_lossy().ends_with(".crate")) {
        fs::remove_file(&packed).context(|| format!("cannot remove {}", packed.display()))?;
    }
    let mut pack = tools::command("cargo")?;
    pack.args(["package", "--locked", "--package", "maytapi", "--allow-dirty", "--target", TARGET]);
    // Otherwise the target folder that the environment may name.
    pack.env("CARGO_TARGET_DIR", tools::root().join("target"));
    run(&mut pack, "cargo package", Echo::Through)?;
    tell("the crate", &only_file(&folder, ".crate")?)
}

/// A failure that names what is missing and what is too much.
fn compare<'a>(what: &str, held: impl Iterator<Item = &'a str>, wanted: impl Iterator<Item = &'a str>) -> Result<()> {
    let (held, wanted): (BTreeSet<&str>, BTreeSet<&str>) = (held.collect(), wanted.collect());
    let missing = wanted.difference(&held).map(|path| format!("missing: {path}"));
    let unexpected = held.difference(&wanted).map(|path| format!("unexpected: {path}"));
    let faults: Vec<String> = missing.chain(unexpected).collect();
    if faults.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!("{what} does not hold what it should\n{}", faults.join("\n"))))
}

fn only_file(folder: &Path, ending: &str) -> Result<PathBuf> {
    let mut files = entries(folder)?;
    files.retain(|path| path.to_string_lossy().ends_with(ending));
    match files.as_slice() {
        [file] => Ok(file.clone()),
        _ => Err(Failure::new(format!(
            "{} holds {} files that end with {ending}, not one",
            folder.display(),
            files.len()
        ))),
    }
}

fn tell(what: &str, file: &Path) -> Result<()> {
    let size = fs::metadata(file).context(|| format!("cannot read {}", file.display()))?.len();
    println!("package: {what}: {} ({} KB)", file.display(), size / 1024);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_and_what_is_too_much_is_named() {
        assert!(compare("it", ["a", "b"].into_iter(), ["b", "a"].into_iter()).is_ok());
        let failure = compare("it", ["a", "key.pem"].into_iter(), ["a", "b"].into_iter()).expect_err("they differ");
        let report = failure.to_string();
        assert!(report.contains("missing: b") && report.contains("unexpected: key.pem"), "{report}");
    }
}
