//! The source of the standard library, for builds that compile it along: from rustup, else from Debian's copy of the same release.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::files::{entries, move_folder, recreate};
use crate::run::{Context, Echo, Failure, Result, run, stdout_of};
use crate::toolchain::{self, has_std_source};
use crate::tools;

use super::step::Done;

/// Not having it is no failure: what is compiled along with std can also be linked with the std that came with the compiler.
pub fn install() -> Result<Done> {
    let (sysroot, release) = (toolchain::sysroot()?, toolchain::release()?);
    if has_std_source(&sysroot) {
        return Ok(Done::AlreadyThere(format!("rustc {release}")));
    }
    let mut rustup = Command::new("rustup");
    rustup.args(["component", "add", "rust-src"]).current_dir(tools::root());
    if run(&mut rustup, "rustup component add", Echo::Quiet).is_ok() && has_std_source(&sysroot) {
        return Ok(Done::Now(format!("rustc {release}, by rustup")));
    }
    match from_debian(&sysroot, &release) {
        Ok(()) => Ok(Done::Now(format!("rustc {release}, from Debian"))),
        Err(failure) => Ok(Done::Without(failure.by_hand("rustup component add rust-src"))),
    }
}

/// Puts `library/` of the release's source where cargo's `build-std` looks for it.
pub fn from_debian(sysroot: &Path, release: &str) -> Result<()> {
    if has_std_source(sysroot) {
        return Ok(());
    }
    if tools::on_path("apt-get").is_none() || tools::on_path("dpkg-deb").is_none() {
        return Err(Failure::new("no apt-get to fetch Rust's source with"));
    }
    let scratch = tools::cache_folder()?.join(format!("rust-src-{release}"));
    recreate(&scratch)?;
    let package = download(&scratch, release)?;

    let folder = format!("./usr/src/rustc-{release}/library");
    let mut unpack = Command::new("dpkg-deb");
    unpack.arg("--fsys-tarfile").arg(&package).stdout(Stdio::piped());
    let mut unpack = unpack.spawn().context(|| "cannot start dpkg-deb".into())?;
    let tarfile = unpack.stdout.take().ok_or_else(|| Failure::new("dpkg-deb has no output"))?;
    let mut tar = Command::new("tar");
    tar.arg("-x").arg("-C").arg(&scratch).arg(&folder).stdin(tarfile);
    let unpacked = tar.status().context(|| "cannot start tar".into())?;
    if !unpack.wait()?.success() || !unpacked.success() {
        return Err(Failure::new(format!("cannot unpack {folder} of {}", package.display())));
    }
    let place = toolchain::std_source(sysroot);
    let parent = place.parent().unwrap_or(sysroot);
    fs::create_dir_all(parent).context(|| format!("cannot create {}", parent.display()))?;
    move_folder(&scratch.join(folder), &place)?;
    fs::remove_dir_all(&scratch).context(|| format!("cannot remove {}", scratch.display()))
}

fn download(scratch: &Path, release: &str) -> Result<PathBuf> {
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
    entries(scratch)?
        .into_iter()
        .find(|path| path.extension().is_some_and(|extension| extension == "deb"))
        .ok_or_else(|| Failure::new("apt-get downloaded no package"))
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
        let line = format!("deb [signed-by={keyring}] {} trixie-backports main\n", mirror()?);
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

/// The Debian mirror that this machine already uses.
fn mirror() -> Result<String> {
    let known =
        stdout_of(Command::new("apt-get").args(["indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]));
    first_debian_mirror(&known.unwrap_or_default())
        .ok_or_else(|| Failure::new("apt-get knows no mirror of Debian here"))
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

#[cfg(test)]
mod tests {
    use super::*;

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
