//! The stable toolchain in place of nightly, for worker-build: its unwinding build asks for `cargo +nightly`, but needs of it
//! only unstable options and std's source, which the toolchain in use has too.
//!
//! This program, under the names that worker-build calls and first on its PATH, hands each call on to the real one.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::files::recreate;
use crate::run::{Context, Failure, Result};
use crate::tools;

const PROGRAMS: [&str; 3] = ["cargo", "rustc", "rustup"];

/// Has `command` find the stand-ins before anything else on its PATH.
pub fn put_first(command: &mut Command) -> Result<()> {
    let given = command.get_envs().find(|(name, _)| *name == "PATH").and_then(|(_, path)| path.map(OsStr::to_owned));
    let path = given.or_else(|| env::var_os("PATH")).unwrap_or_default();
    let path = env::join_paths([place()?].into_iter().chain(env::split_paths(&path)))
        .map_err(|error| Failure::new(format!("PATH cannot be extended: {error}")))?;
    command.env("PATH", path);
    Ok(())
}

/// When this program was called by one of those names: does what was asked of it.
pub fn serve() -> Option<ExitCode> {
    let mut arguments = env::args_os();
    let name = PathBuf::from(arguments.next()?);
    let name = name.file_stem()?.to_str()?;
    let program = PROGRAMS.into_iter().find(|program| *program == name)?;
    let arguments: Vec<OsString> = arguments.collect();
    Some(match hand_on(program, &arguments) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("{program}, standing in for nightly's: {failure}");
            ExitCode::FAILURE
        }
    })
}

fn place() -> Result<PathBuf> {
    let folder = tools::root().join("target/xtask/stand-in");
    recreate(&folder)?;
    let this = env::current_exe()?;
    for program in PROGRAMS {
        let copy = folder.join(tools::executable(program));
        fs::copy(&this, &copy).context(|| format!("cannot write {}", copy.display()))?;
    }
    Ok(folder)
}

fn hand_on(program: &str, arguments: &[OsString]) -> Result<ExitCode> {
    if program == "rustup" {
        let words: Vec<&str> = arguments.iter().filter_map(|word| word.to_str()).collect();
        if words != ["component", "list", "--toolchain", "nightly"] {
            // Nothing may be installed into a nightly that is not used.
            return Err(Failure::new(format!("not expected: rustup {}", words.join(" "))));
        }
        println!("rust-src (installed)");
        return Ok(ExitCode::SUCCESS);
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let own = env::current_exe()?.parent().map(Path::to_owned).unwrap_or_default();
    let path = without(env::split_paths(&path), &own);
    let path = env::join_paths(path).map_err(|error| Failure::new(format!("PATH cannot be shortened: {error}")))?;
    let mut real = Command::new(tools::find_in(&path, program.as_ref()));
    real.args(arguments.iter().filter(|argument| *argument != "+nightly")).env("PATH", &path);
    let status = real.status().context(|| format!("cannot start the real {program}"))?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The folders but `own`, by whatever way they name it: with it among them a stand-in would call itself for ever.
fn without(folders: impl Iterator<Item = PathBuf>, own: &Path) -> Vec<PathBuf> {
    let true_path = |folder: &Path| fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let own = true_path(own);
    folders.filter(|folder| true_path(folder) != own).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stand_in_does_not_find_itself() {
        let own = env::temp_dir();
        let folders = [own.join("."), PathBuf::from("/somewhere/else"), own.clone()];
        assert_eq!(without(folders.into_iter(), &own), [PathBuf::from("/somewhere/else")]);
    }

    #[test]
    fn only_the_one_question_to_rustup_is_answered() {
        let words = |text: &str| text.split(' ').map(OsString::from).collect::<Vec<_>>();
        assert!(hand_on("rustup", &words("component list --toolchain nightly")).is_ok());
        assert!(hand_on("rustup", &words("toolchain install nightly")).is_err());
    }
}
