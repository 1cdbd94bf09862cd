//! Which tools the tasks use, in which version, where they are kept, and the environment that makes them find each other.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::{Failure, Result, stdout_of};

/// A program that comes from a crate.
#[derive(Debug, PartialEq, Eq)]
pub struct CargoTool {
    pub package: &'static str,
    pub program: &'static str,
    pub version: &'static str,
    /// The arguments that have it print its version.
    ask: &'static [&'static str],
    /// Whether set-up installs it always, or only when a task asks for it.
    pub installed: Installed,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Installed {
    Always,
    WhenAsked,
}

pub const WASM_PACK: CargoTool = CargoTool {
    package: "wasm-pack",
    program: "wasm-pack",
    version: "0.15.1",
    ask: &["--version"],
    installed: Installed::Always,
};
/// Must be the version of the library `wasm-bindgen` in Cargo.lock; `tidy` checks it.
pub const WASM_BINDGEN: CargoTool = CargoTool {
    package: "wasm-bindgen-cli",
    program: "wasm-bindgen",
    version: "0.2.129",
    ask: &["--version"],
    installed: Installed::Always,
};
pub const WORKER_BUILD: CargoTool = CargoTool {
    package: "worker-build",
    program: "worker-build",
    version: "0.8.7",
    ask: &["--version"],
    installed: Installed::Always,
};
pub const MUTANTS: CargoTool = CargoTool {
    package: "cargo-mutants",
    program: "cargo-mutants",
    version: "27.1.0",
    ask: &["mutants", "--version"],
    installed: Installed::WhenAsked,
};

/// Those that set-up installs always, together.
pub const CARGO_TOOLS: [&CargoTool; 3] = [&WASM_PACK, &WASM_BINDGEN, &WORKER_BUILD];

impl CargoTool {
    pub fn spec(&self) -> String {
        format!("{}@{}", self.package, self.version)
    }

    /// Where set-up puts it: all that are always there share a folder, which one build fills.
    pub fn folder(&self) -> Result<PathBuf> {
        let together: &[&CargoTool] = match self.installed {
            Installed::Always => &CARGO_TOOLS,
            Installed::WhenAsked => &[self],
        };
        let versions: Vec<String> = together.iter().map(|tool| format!("{}-{}", tool.package, tool.version)).collect();
        Ok(cache_folder()?.join(versions.join("_")))
    }

    /// The program in this very version: the one that set-up installed, else the one on PATH.
    pub fn find(&self) -> Option<PathBuf> {
        let kept = self.folder().ok()?.join("bin").join(executable(self.program));
        let candidates = [Some(kept), on_path(self.program)];
        candidates.into_iter().flatten().find(|path| {
            stdout_of(Command::new(path).args(self.ask)).is_some_and(|said| names_version(&said, self.version))
        })
    }
}

/// The top folder of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// The per-user folder in which everything lives that set-up makes outside the repository, so that the next clone finds it.
pub fn cache_folder() -> Result<PathBuf> {
    let base = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| env::home_dir().map(|home| home.join(".cache")))
        .ok_or_else(|| Failure::new("no home folder is known").by_hand("set XDG_CACHE_HOME to a folder for caches"))?;
    Ok(base.join("maytapi-tools"))
}

/// A command whose environment has every tool: the cargo tools, what npm installed (Node 24 among it), the browser.
pub fn command(program: impl AsRef<OsStr>) -> Result<Command> {
    let modules = root().join("node_modules");
    let mut path = vec![modules.join(".bin")];
    for tool in CARGO_TOOLS {
        if let Some(folder) = tool.find().as_deref().and_then(Path::parent) {
            path.push(folder.to_owned());
        }
    }
    path.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    path.dedup();
    let path = env::join_paths(path).map_err(|error| Failure::new(format!("PATH cannot be extended: {error}")))?;

    let mut command = Command::new(find_in(&path, program.as_ref()));
    command.current_dir(root()).env("PATH", &path);
    // worker-build asks these and not PATH.
    for (variable, program) in
        [("WASM_BINDGEN_BIN", "wasm-bindgen"), ("WASM_OPT_BIN", "wasm-opt"), ("ESBUILD_BIN", "esbuild")]
    {
        command.env(variable, find_in(&path, OsStr::new(program)));
    }
    if let (Some(browser), Some(driver)) = (browser(), browser_driver()) {
        command.env("CHROME", browser).env("CHROMEDRIVER", driver);
    }
    // wrangler neither reports nor asks anybody anything while tests run.
    command.env("WRANGLER_SEND_METRICS", "false").env("CLOUDFLARE_CF_FETCH_ENABLED", "false");
    Ok(command)
}

/// Node in the version that the repository pins.
pub fn node() -> PathBuf {
    root().join("node_modules").join("node").join("bin").join(executable("node"))
}

/// A Chromium or Chrome: `CHROME` when set, else the first known name on PATH.
pub fn browser() -> Option<PathBuf> {
    const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    const MAC: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";
    from_environment("CHROME")
        .or_else(|| NAMES.into_iter().find_map(on_path))
        .or_else(|| Some(PathBuf::from(MAC)).filter(|path| path.is_file()))
}

/// The browser's WebDriver: `CHROMEDRIVER` when set, else the one on PATH.
pub fn browser_driver() -> Option<PathBuf> {
    from_environment("CHROMEDRIVER").or_else(|| on_path("chromedriver"))
}

pub fn on_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    search(&path, OsStr::new(program))
}

fn from_environment(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).map(PathBuf::from).filter(|path| path.is_file())
}

/// The program's place on this PATH; its bare name when it has none.
pub fn find_in(path: &OsString, program: &OsStr) -> PathBuf {
    search(path, program).unwrap_or_else(|| PathBuf::from(program))
}

fn search(path: &OsStr, program: &OsStr) -> Option<PathBuf> {
    let name = executable(&program.to_string_lossy());
    env::split_paths(path).map(|folder| folder.join(&name)).find(|candidate| candidate.is_file())
}

pub fn executable(program: &str) -> String {
    format!("{program}{}", env::consts::EXE_SUFFIX)
}

/// Whether one word of what `--version` printed is exactly `version`.
fn names_version(said: &str, version: &str) -> bool {
    said.split_whitespace().any(|word| word == version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_version_is_taken() {
        assert!(names_version("wasm-bindgen 0.2.129", "0.2.129"));
        assert!(names_version("0.8.7", "0.8.7"));
        assert!(names_version("wasm-pack 0.15.1 (abc 2026-01-01)", "0.15.1"));
        assert!(!names_version("wasm-bindgen 0.2.12", "0.2.129"));
        assert!(!names_version("wasm-bindgen 0.2.1290", "0.2.129"));
    }

    #[test]
    fn the_tools_folder_changes_with_every_version() {
        for tool in CARGO_TOOLS {
            let folder = tool.folder().expect("a home folder");
            for shared in CARGO_TOOLS {
                assert!(folder.to_string_lossy().contains(shared.version), "{folder:?}");
            }
            assert_ne!(folder, MUTANTS.folder().expect("a home folder"));
        }
    }
}
