//! The wasm32 target of the Rust toolchain in use: from rustup, else std built from Debian's copy of the same release's source.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::run::{Context, Echo, Failure, Result, run, stdout_of};
use crate::setup::Done;
use crate::tools;

pub const TARGET: &str = "wasm32-unknown-unknown";

/// What the sysroot must hold for builds and for `cargo test`.
const PARTS: [&str; 4] = ["libcore-", "libstd-", "libpanic_abort-", "libtest-"];

pub fn install() -> Result<Done> {
    let sysroot = sysroot()?;
    let release = release()?;
    if is_there(&sysroot) {
        return Ok(Done::AlreadyThere(format!("rustc {release}")));
    }
    let mut rustup = Command::new("rustup");
    rustup.args(["target", "add", TARGET]);
    let by_rustup = match run(&mut rustup, "rustup target add", Echo::Quiet) {
        Ok(_) if is_there(&sysroot) => return Ok(Done::Now(format!("rustc {release}, by rustup"))),
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

fn sysroot() -> Result<PathBuf> {
    stdout_of(Command::new("rustc").args(["--print", "sysroot"]).current_dir(tools::root()))
        .map(PathBuf::from)
        .ok_or_else(|| Failure::new("rustc does not run").by_hand("install Rust: https://rustup.rs"))
}

fn release() -> Result<String> {
    let said = stdout_of(Command::new("rustc").arg("--version").current_dir(tools::root())).unwrap_or_default();
    release_of(&said).ok_or_else(|| Failure::new(format!("`rustc --version` said `{said}`")))
}

/// `1.95.0` of `rustc 1.95.0 (59807616e 2026-04-14)`.
fn release_of(said: &str) -> Option<String> {
    said.strip_prefix("rustc ")?.split_whitespace().next().map(str::to_owned)
}

fn library_folder(sysroot: &Path) -> PathBuf {
    sysroot.join("lib/rustlib").join(TARGET).join("lib")
}

fn is_there(sysroot: &Path) -> bool {
    let Ok(entries) = fs::read_dir(library_folder(sysroot)) else { return false };
    let names: Vec<String> = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    PARTS.iter().all(|part| names.iter().any(|name| name.starts_with(part) && name.ends_with(".rlib")))
}

fn build_from_debian(sysroot: &Path, release: &str) -> Result<()> {
    if tools::on_path("apt-get").is_none() || tools::on_path("dpkg-deb").is_none() {
        return Err(Failure::new("no apt-get to fetch Rust's source with"));
    }
    let scratch = tools::cache_folder()?.join(format!("std-{release}"));
    recreate(&scratch)?;
    place_source(sysroot, release, &scratch)?;
    let built = build_std(&scratch)?;
    place_libraries(&built, &library_folder(sysroot))?;
    fs::remove_dir_all(&scratch).context(|| format!("cannot remove {}", scratch.display()))?;
    if is_there(sysroot) { Ok(()) } else { Err(Failure::new("std was built, but parts of it are missing")) }
}

/// Puts `library/` of the release's source where cargo's `build-std` looks for it.
fn place_source(sysroot: &Path, release: &str, scratch: &Path) -> Result<()> {
    let place = sysroot.join("lib/rustlib/src/rust/library");
    if place.join("std/src/lib.rs").is_file() && place.join("Cargo.lock").is_file() {
        return Ok(());
    }
    let apt = Apt::new(scratch)?;
    run(apt.command("apt-get").arg("update"), "reading Debian's package lists", Echo::Quiet)?;
    let versions = run(apt.command("apt-cache").args(["madison", "rust-src"]), "apt-cache madison", Echo::Quiet)?;
    let version = debian_version(&versions, release)
        .ok_or_else(|| Failure::new(format!("Debian has no rust-src {release}")).with_output(&versions))?;
    run(
        apt.command("apt-get").args(["download", &format!("rust-src={version}")]),
        "downloading Rust's source (45 MB)",
        Echo::Quiet,
    )?;
    let package = entries(scratch)?
        .into_iter()
        .find(|path| path.extension().is_some_and(|extension| extension == "deb"))
        .ok_or_else(|| Failure::new("apt-get downloaded no package"))?;

    let folder = format!("./usr/src/rustc-{release}/library");
    let mut unpack = Command::new("dpkg-deb");
    unpack.arg("--fsys-tarfile").arg(&package).stdout(Stdio::piped());
    let mut unpack = unpack.spawn().context(|| "cannot start dpkg-deb".into())?;
    let tarfile = unpack.stdout.take().ok_or_else(|| Failure::new("dpkg-deb has no output"))?;
    let mut tar = Command::new("tar");
    tar.arg("-x").arg("-C").arg(scratch).arg(&folder).stdin(tarfile);
    let unpacked = tar.status().context(|| "cannot start tar".into())?;
    if !unpack.wait()?.success() || !unpacked.success() {
        return Err(Failure::new(format!("cannot unpack {folder} of {}", package.display())));
    }
    let parent = place.parent().unwrap_or(sysroot);
    fs::create_dir_all(parent).context(|| format!("cannot create {}", parent.display()))?;
    move_folder(&scratch.join(folder), &place)
}

/// apt with a source list and state of its own, so that the machine's own set-up stays as it is.
struct Apt {
    options: Vec<String>,
    folder: PathBuf,
}

impl Apt {
    fn new(folder: &Path) -> Result<Self> {
        let keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
        if !Path::new(keyring).is_file() {
            return Err(Failure::new(format!("{keyring} is missing, so Debian's signature cannot be checked")));
        }
        let source_list = folder.join("sources.list");
        let line = format!("deb [signed-by={keyring}] {} trixie-backports main\n", mirror());
        fs::write(&source_list, line).context(|| format!("cannot write {}", source_list.display()))?;
        let lists = folder.join("lists");
        let cache = folder.join("cache");
        for place in [lists.join("partial"), cache.join("archives/partial")] {
            fs::create_dir_all(&place).context(|| format!("cannot create {}", place.display()))?;
        }
        let options = vec![
            format!("Dir::Etc::sourcelist={}", source_list.display()),
            "Dir::Etc::sourceparts=-".into(),
            format!("Dir::State::lists={}", lists.display()),
            format!("Dir::Cache={}", cache.display()),
            // The lists are ours: apt's own user could not write next to them.
            "APT::Sandbox::User=root".into(),
        ];
        Ok(Self { options, folder: folder.to_owned() })
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.folder);
        for option in &self.options {
            command.args(["-o", option]);
        }
        command
    }
}

/// The Debian mirror that this machine already uses, else Debian's own address.
fn mirror() -> String {
    let known =
        stdout_of(Command::new("apt-get").args(["indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]));
    first_debian_mirror(&known.unwrap_or_default()).unwrap_or_else(|| "http://mirror.example/debian/".into())
}

fn first_debian_mirror(addresses: &str) -> Option<String> {
    addresses
        .lines()
        .map(str::trim)
        .find(|address| address.trim_end_matches('/').ends_with("/debian"))
        .map(str::to_owned)
}

/// The full version of the line of `apt-cache madison` that is about `release`.
fn debian_version(madison: &str, release: &str) -> Option<String> {
    let prefix = format!("{release}+");
    madison
        .lines()
        .filter_map(|line| line.split('|').nth(1))
        .map(str::trim)
        .find(|version| version.starts_with(&prefix))
        .map(str::to_owned)
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

fn recreate(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).context(|| format!("cannot remove {}", folder.display()))?;
    }
    fs::create_dir_all(folder).context(|| format!("cannot create {}", folder.display()))
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).context(|| format!("cannot read {}", folder.display()))?;
    Ok(entries.flatten().map(|entry| entry.path()).collect())
}

/// Moves a folder, over what is there, to a place that may be on another file system.
fn move_folder(from: &Path, to: &Path) -> Result<()> {
    if to.exists() {
        fs::remove_dir_all(to).context(|| format!("cannot replace {}", to.display()))?;
    }
    if fs::rename(from, to).is_ok() {
        return Ok(());
    }
    run(Command::new("cp").arg("-R").arg(from).arg(to), "copying into the sysroot", Echo::Quiet)?;
    Ok(())
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
    fn only_the_very_release_is_taken_from_debian() {
        let madison = " rust-src | 1.96.0+dfsg1-1~bpo13+1 | http://mirror.example/debian trixie-backports/main amd64 Packages\n \
                       rust-src | 1.95.0+dfsg1-2~bpo13+1 | http://mirror.example/debian trixie-backports/main amd64 Packages\n";
        assert_eq!(debian_version(madison, "1.95.0").as_deref(), Some("1.95.0+dfsg1-2~bpo13+1"));
        assert_eq!(debian_version(madison, "1.9"), None);
        assert_eq!(debian_version("", "1.95.0"), None);
    }

    #[test]
    fn the_security_archive_is_not_the_mirror() {
        let known =
            "http://mirror.example/debian-security/\nhttps://other.example/ubuntu/\nhttp://mirror.example/debian/\n";
        assert_eq!(first_debian_mirror(known).as_deref(), Some("http://mirror.example/debian/"));
        assert_eq!(first_debian_mirror("https://other.example/ubuntu/"), None);
    }
}
