//! Makes a machine ready: the wasm32 target, std's source, the cargo tools, the node modules, a browser. Does nothing twice.

mod std_source;
mod step;
mod wasm_target;

use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::process::Command;
use std::thread;

use crate::run::{Context, Echo, Failure, Result, run, stdout_of, succeeds};
use crate::tools::{self, CARGO_TOOLS, CargoTool};

use step::{Done, step};

/// Brings everything here that the other tasks need, and says for each part what was done and how long it took.
pub fn setup() -> Result<()> {
    let _lock = lock()?;
    // Compiling keeps the processor busy and the rest waits for the network, so the two go side by side.
    thread::scope(|scope| {
        let fetched = scope.spawn(|| {
            step("node modules", node_modules)?;
            step("browser", browser)
        });
        let compiled = step("wasm32 target", wasm_target::install)
            .and_then(|()| step("std's source", std_source::install))
            .and_then(|()| step("cargo tools", || cargo_tools(&CARGO_TOOLS)));
        let fetched = fetched.join().unwrap_or_else(|_| Err(Failure::new("set-up: a step panicked")));
        compiled.and(fetched)
    })
}

/// One set-up at a time, over all clones of this user; the lock goes with the file handle.
fn lock() -> Result<File> {
    let folder = tools::cache_folder()?;
    fs::create_dir_all(&folder).context(|| format!("cannot create {}", folder.display()))?;
    let path = folder.join("setup.lock");
    let file = File::create(&path).context(|| format!("cannot create {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            println!("setup: another set-up is running; waiting for it");
            file.lock().context(|| format!("cannot lock {}", path.display()))?;
        }
        Err(TryLockError::Error(error)) => {
            return Err(Failure::new(format!("cannot lock {}: {error}", path.display())));
        }
    }
    Ok(file)
}

/// What mutation testing needs beside; nothing else does, so nobody else waits for it to be built.
pub fn mutation_tool() -> Result<()> {
    let _lock = lock()?;
    step("cargo-mutants", || cargo_tools(&[&tools::MUTANTS]))
}

/// Installs tools that share a folder.
fn cargo_tools(wanted: &[&CargoTool]) -> Result<Done> {
    let missing: Vec<&CargoTool> = wanted.iter().copied().filter(|tool| tool.find().is_none()).collect();
    let [first, ..] = missing.as_slice() else {
        let specs: Vec<String> = wanted.iter().map(|tool| tool.spec()).collect();
        return Ok(Done::AlreadyThere(specs.join(", ")));
    };
    let specs: Vec<String> = missing.iter().map(|tool| tool.spec()).collect();
    let folder = first.folder()?;
    println!("setup: cargo tools: installing {} into {}", specs.join(", "), folder.display());

    let mut binstall = Command::new("cargo");
    binstall.args(["binstall", "--no-confirm", "--disable-strategies", "compile", "--root"]).arg(&folder).args(&specs);
    let fetched = succeeds(Command::new("cargo").args(["binstall", "-V"]))
        && run(&mut binstall, "cargo binstall", Echo::Quiet).is_ok();
    if !fetched {
        compile_tools(&folder, &specs)?;
    }
    if let Some(tool) = missing.iter().find(|tool| tool.find().is_none()) {
        return Err(Failure::new(format!("{} was installed but does not answer `--version` with it", tool.spec())));
    }
    Ok(Done::Now(specs.join(", ")))
}

/// One unoptimised build for all of them, since they share most of their dependencies.
fn compile_tools(folder: &Path, specs: &[String]) -> Result<()> {
    let scratch = tools::cache_folder()?.join("build");
    let mut install = Command::new("cargo");
    install
        .args(["install", "--debug", "--locked", "--root"])
        .arg(folder)
        .args(specs)
        .env("CARGO_TARGET_DIR", &scratch)
        // Debug information of tools that nobody debugs would only take time and a gigabyte of disk.
        .env("CARGO_PROFILE_DEV_DEBUG", "false")
        .env("CARGO_PROFILE_DEV_INCREMENTAL", "false")
        .env_remove("RUSTFLAGS");
    run(&mut install, "building the cargo tools", Echo::Quiet)
        .map_err(|failure| failure.by_hand(format!("cargo install --locked {}", specs.join(" "))))?;
    fs::remove_dir_all(&scratch).context(|| format!("cannot remove {}", scratch.display()))
}

fn node_modules() -> Result<Done> {
    let advice = "install Node.js 20 or later with npm, then run `npm ci` in the top folder";
    if tools::on_path("npm").is_none() {
        return Err(Failure::new("npm is not on PATH").by_hand(advice));
    }
    if !node_modules_are_current() {
        let mut install = Command::new("npm");
        install.args(["ci", "--no-audit", "--no-fund"]).current_dir(tools::root());
        run(&mut install, "npm ci", Echo::Quiet).map_err(|failure| failure.by_hand(advice))?;
        return Ok(Done::Now(node_version()?));
    }
    Ok(Done::AlreadyThere(node_version()?))
}

/// npm writes its own lock into node_modules as the last thing, so one that is as new as ours belongs to it.
fn node_modules_are_current() -> bool {
    let modified = |path: &str| fs::metadata(tools::root().join(path)).and_then(|file| file.modified()).ok();
    match (modified("node_modules/.package-lock.json"), modified("package-lock.json")) {
        (Some(installed), Some(wanted)) => installed >= wanted && tools::node().is_file(),
        _ => false,
    }
}

fn node_version() -> Result<String> {
    let version = stdout_of(Command::new(tools::node()).arg("--version")).ok_or_else(|| {
        Failure::new(format!("{} does not run", tools::node().display())).by_hand(
            "remove node_modules and run `npm ci`; the package `node` must be allowed to run its install script",
        )
    })?;
    Ok(format!("Node {version}"))
}

fn browser() -> Result<Done> {
    if let Some(version) = browser_version() {
        return Ok(Done::AlreadyThere(version));
    }
    let advice = "install Chromium or Chrome and its chromedriver, and set CHROME and CHROMEDRIVER to them if they are not on PATH";
    if tools::on_path("apt-get").is_none() {
        return Err(Failure::new("no Chromium with its driver was found, and there is no apt-get to install it")
            .by_hand(advice));
    }
    let packages = ["install", "-y", "--no-install-recommends", "chromium", "chromium-driver"];
    if run(&mut apt_get(&packages), "installing Chromium", Echo::Quiet).is_err() {
        // The package lists may be absent or name files that are gone.
        run(&mut apt_get(&["update"]), "apt-get update", Echo::Quiet).map_err(|failure| failure.by_hand(advice))?;
        run(&mut apt_get(&packages), "installing Chromium", Echo::Quiet).map_err(|failure| failure.by_hand(advice))?;
    }
    browser_version()
        .map(Done::Now)
        .ok_or_else(|| Failure::new("Chromium was installed but does not run").by_hand(advice))
}

fn browser_version() -> Option<String> {
    tools::browser_driver()?;
    stdout_of(Command::new(tools::browser()?).arg("--version"))
}

fn apt_get(arguments: &[&str]) -> Command {
    let is_root = stdout_of(Command::new("id").arg("-u")).is_some_and(|id| id == "0");
    let mut command = if is_root {
        Command::new("apt-get")
    } else {
        let mut sudo = Command::new("sudo");
        // Never asks for a password: nobody may be there to give it.
        sudo.args(["-n", "apt-get"]);
        sudo
    };
    command.args(["-o", "DPkg::Lock::Timeout=120"]).args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    command
}
