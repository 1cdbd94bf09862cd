//! The wasm32 target of the Rust toolchain in use: from rustup, else std built from Debian's copy of the same release's source.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::files::{entries, move_folder, recreate};
use crate::run::{Context, Echo, Failure, Result, run};
use crate::toolchain::{self, TARGET, has_target, target_libraries};
use crate::tools;

use super::std_source;
use super::step::Done;

pub fn install() -> Result<Done> {
    let (sysroot, release) = (toolchain::sysroot()?, toolchain::release()?);
    if has_target(&sysroot) {
        return Ok(Done::AlreadyThere(format!("rustc {release}")));
    }
    let mut rustup = Command::new("rustup");
    rustup.args(["target", "add", TARGET]);
    let by_rustup = match run(&mut rustup, "rustup target add", Echo::Quiet) {
        Ok(_) if has_target(&sysroot) => return Ok(Done::Now(format!("rustc {release}, by rustup"))),
        Ok(output) => {
            Failure::new("rustup added the target to another toolchain than the one in use").with_output(&output)
        }
        Err(failure) => failure,
    };
    println!("setup: wasm32 target: rustup could not add it; building std from Debian's source of {release} instead");
    build_from_debian(&sysroot, &release).map_err(|failure| {
        failure.with_note(&format!("rustup failed before: {by_rustup}")).by_hand(format!("rustup target add {TARGET}"))
    })?;
    Ok(Done::Now(format!("rustc {release}, std built from source")))
}

fn build_from_debian(sysroot: &Path, release: &str) -> Result<()> {
    std_source::from_debian(sysroot, release)?;
    let scratch = tools::cache_folder()?.join(format!("std-{release}"));
    recreate(&scratch)?;
    let built = build_std(&scratch)?;
    place_libraries(&built, &target_libraries(sysroot))?;
    fs::remove_dir_all(&scratch).context(|| format!("cannot remove {}", scratch.display()))?;
    if has_target(sysroot) { Ok(()) } else { Err(Failure::new("std was built, but parts of it are missing")) }
}

/// Builds std for the target and returns the folder of its libraries.
fn build_std(scratch: &Path) -> Result<PathBuf> {
    let project = scratch.join("scratch");
    fs::create_dir_all(project.join("src")).context(|| format!("cannot create {}", project.display()))?;
    fs::write(
        project.join("Cargo.toml"),
        "[package]\nname = \"scratch\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n",
    )?;
    fs::write(project.join("src/lib.rs"), "//! Only here to have std built.\n")?;
    let target_folder = scratch.join("target");
    let mut build = Command::new("cargo");
    build
        .args(["build", "--release", "--target", TARGET, "-Zbuild-std=std,panic_abort,test"])
        .current_dir(&project)
        .env("RUSTC_BOOTSTRAP", "1")
        // Without the bitcode a later build with `lto = true` fails.
        .env("RUSTFLAGS", "-Cembed-bitcode=yes")
        .env("CARGO_TARGET_DIR", &target_folder);
    run(&mut build, "building std for wasm32", Echo::Quiet)?;
    Ok(target_folder.join(TARGET).join("release/deps"))
}

/// Copies the libraries next to their place and moves them there at once: what is half copied is never taken for a target.
fn place_libraries(from: &Path, to: &Path) -> Result<()> {
    let partial = to.with_extension("partial");
    recreate(&partial)?;
    for path in entries(from)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libscratch-") {
            fs::copy(&path, partial.join(&name)).context(|| format!("cannot copy {}", path.display()))?;
        }
    }
    move_folder(&partial, to)
}
