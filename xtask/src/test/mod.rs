//! Runs everything that CI runs: each check and suite as a named step with its time, and a table of how many tests ran.

mod counts;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::build::{Product, build};
use crate::run::{Echo, Failure, Result, run};
use crate::setup::setup;
use crate::toolchain::TARGET;
use crate::{tidy, tools};

/// A part of the tests that can be run by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Native,
    Wasm,
    Package,
    Worker,
    Page,
}

impl Part {
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "native" => Some(Self::Native),
            "wasm" => Some(Self::Wasm),
            "package" => Some(Self::Package),
            "worker" => Some(Self::Worker),
            "page" => Some(Self::Page),
            _ => None,
        }
    }
}

/// How far the tests go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// What every change has to pass, in minutes.
    Short,
    /// The long forms as well: more kills, longer fuzzing, the toolchains whose install is large.
    All,
}

impl Extent {
    /// What tests ask for in their environment.
    const VARIABLE: &str = "MAYTAPI_TEST_ALL";

    fn tell(self, command: &mut Command) {
        match self {
            Self::Short => command.env_remove(Self::VARIABLE),
            Self::All => command.env(Self::VARIABLE, "1"),
        };
    }

    /// After how long a test of Node's runner counts as hanging.
    fn node_timeout(self) -> Duration {
        match self {
            Self::Short => Duration::from_mins(3),
            Self::All => Duration::from_mins(30),
        }
    }
}

/// What a step does. A check has nothing to count; a suite that runs no test at all has failed.
enum Work {
    Check(fn() -> Result<()>),
    Suite(fn(Extent) -> Result<usize>),
}

struct Step {
    name: &'static str,
    parts: &'static [Part],
    work: Work,
}

const fn check(name: &'static str, parts: &'static [Part], work: fn() -> Result<()>) -> Step {
    Step { name, parts, work: Work::Check(work) }
}

const fn suite(name: &'static str, parts: &'static [Part], work: fn(Extent) -> Result<usize>) -> Step {
    Step { name, parts, work: Work::Suite(work) }
}

/// In the order in which they run: what is quick and often wrong comes first.
const STEPS: &[Step] = &[
    check("tidy", &[Part::Native], tidy::tidy),
    check("node lock file", &[Part::Native], node_lock_file),
    check("rustfmt", &[Part::Native], rustfmt),
    check("clippy, native", &[Part::Native], clippy_native),
    check("clippy, wasm32", &[Part::Wasm], clippy_wasm),
    check("rustdoc", &[Part::Wasm], rustdoc),
    suite("native", &[Part::Native], native),
    suite("wasm in Node", &[Part::Wasm], wasm_in_node),
    suite("wasm in Chromium", &[Part::Wasm], wasm_in_chromium),
    check("build the package", &[Part::Package, Part::Page], || build(&[Product::Package])),
    check("build the Worker", &[Part::Package, Part::Worker, Part::Page], || build(&[Product::Worker])),
    check("build the page", &[Part::Worker, Part::Page], || build(&[Product::Page])),
    check("build the Rust app", &[Part::Page], rust_app),
    check("types", &[Part::Package, Part::Page], types),
    suite("simulator", &[Part::Worker], |extent| node("tests/simulator", extent)),
    suite("package", &[Part::Package], |extent| node("tests/package", extent)),
    suite("Worker in workerd", &[Part::Worker], |extent| node("tests/worker", extent)),
    suite("page in Chromium", &[Part::Page], |extent| node("tests/e2e", extent)),
];

struct Row {
    name: &'static str,
    tests: Option<usize>,
    took: Duration,
}

/// Runs the steps of `part`, or all of them, and stops at the first that fails.
pub fn test(part: Option<Part>, extent: Extent) -> Result<()> {
    setup()?;
    let started = Instant::now();
    let mut rows = Vec::new();
    for step in STEPS.iter().filter(|step| part.is_none_or(|part| step.parts.contains(&part))) {
        println!("\n=== {} ===", step.name);
        let began = Instant::now();
        let outcome = match step.work {
            Work::Check(work) => work().map(|()| None),
            Work::Suite(work) => work(extent).and_then(some_tests).map(Some),
        };
        let took = began.elapsed();
        match outcome {
            Ok(tests) => rows.push(Row { name: step.name, tests, took }),
            Err(failure) => {
                print_table(&rows);
                println!("{:<22} FAILED after {:.1} s", step.name, took.as_secs_f64());
                return Err(failure.within(step.name));
            }
        }
    }
    print_table(&rows);
    let passed: usize = rows.iter().filter_map(|row| row.tests).sum();
    println!("{passed} passed, 0 failed, in {} s", started.elapsed().as_secs());
    Ok(())
}

fn some_tests(count: usize) -> Result<usize> {
    if count == 0 { Err(Failure::new("no test ran at all")) } else { Ok(count) }
}

fn print_table(rows: &[Row]) {
    println!("\n{:<22}{:>8}{:>10}", "step", "tests", "seconds");
    for row in rows {
        let tests = row.tests.map_or("-".to_owned(), |count| count.to_string());
        println!("{:<22}{tests:>8}{:>10.1}", row.name, row.took.as_secs_f64());
    }
}

fn cargo(arguments: &[&str], doing: &str, environment: &[(&str, &str)]) -> Result<String> {
    let mut command = tools::command("cargo")?;
    command.args(arguments).envs(environment.iter().copied());
    run(&mut command, doing, Echo::Through)
}

/// Whether `npm ci` would take package-lock.json: a new dependency without its lock entry breaks the next fresh clone.
fn node_lock_file() -> Result<()> {
    let mut npm = tools::command("npm")?;
    npm.args(["ci", "--dry-run", "--offline", "--ignore-scripts"]);
    run(&mut npm, "npm ci --dry-run", Echo::Quiet)
        .map_err(|failure| failure.by_hand("npm install, and commit package-lock.json"))
        .map(drop)
}

fn rustfmt() -> Result<()> {
    cargo(&["fmt", "--all", "--check"], "cargo fmt --check", &[])
        .map_err(|failure| failure.by_hand("cargo fmt --all"))
        .map(drop)
}

/// What is linted and tested natively.
const PACKAGES: [&str; 6] = ["--package", "maytapi", "--package", "maytapi-edge", "--package", "xtask"];

fn clippy_native() -> Result<()> {
    let mut arguments = vec!["clippy", "--locked"];
    arguments.extend(PACKAGES);
    arguments.extend(["--all-targets", "--", "-D", "warnings"]);
    cargo(&arguments, "cargo clippy", &[]).map(drop)
}

fn clippy_wasm() -> Result<()> {
    let packages: [&[&str]; 3] = [
        &["maytapi", "--lib"],
        &["maytapi", "--features", "js-whole", "--lib", "--test", "*"],
        &["maytapi-edge", "--lib"],
    ];
    for package in packages {
        let mut arguments = vec!["clippy", "--locked", "--target", TARGET, "--package"];
        arguments.extend(package);
        arguments.extend(["--", "-D", "warnings"]);
        cargo(&arguments, "cargo clippy for wasm32", &[])?;
    }
    Ok(())
}

/// The crate's documentation as docs.rs makes it, and a link that leads nowhere is an error.
fn rustdoc() -> Result<()> {
    let arguments = ["doc", "--locked", "--package", "maytapi", "--all-features", "--no-deps", "--target", TARGET];
    cargo(&arguments, "cargo doc", &[("RUSTDOCFLAGS", "-D warnings")]).map(drop)
}

fn native(extent: Extent) -> Result<usize> {
    let mut command = tools::command("cargo")?;
    command.args(["test", "--locked"]).args(PACKAGES);
    extent.tell(&mut command);
    run(&mut command, "cargo test", Echo::Through).and_then(|output| counts::cargo(&output))
}

fn wasm_in_node(_: Extent) -> Result<usize> {
    wasm_tests(&[("WASM_BINDGEN_TEST_ONLY_NODE", "1")])
}

/// Browser flags are in webdriver.json, where the runner looks for them.
fn wasm_in_chromium(_: Extent) -> Result<usize> {
    wasm_tests(&[("WASM_BINDGEN_USE_BROWSER", "1"), ("WASM_BINDGEN_TEST_ONLY_WEB", "1")])
}

/// The files in `tests/`: the crate's own unit tests are native.
fn wasm_tests(mode: &[(&str, &str)]) -> Result<usize> {
    let runner = ("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner");
    let environment: Vec<(&str, &str)> = mode.iter().copied().chain([runner]).collect();
    let arguments =
        ["test", "--locked", "--target", TARGET, "--package", "maytapi", "--features", "js-whole", "--test", "*"];
    cargo(&arguments, "wasm-bindgen-test", &environment).and_then(|output| counts::cargo(&output))
}

/// The application that `tests/e2e` drives, by its own lock file; unoptimised, since it only has to work.
fn rust_app() -> Result<()> {
    let mut wasm_pack = tools::command("wasm-pack")?;
    wasm_pack
        .args([
            "build",
            "tests/rust-app",
            "--dev",
            "--target",
            "web",
            "--out-dir",
            "dist",
            "--no-pack",
            "--no-typescript",
        ])
        .args(["--", "--locked"])
        .env("CARGO_TARGET_DIR", tools::root().join("target/rust-app"));
    run(&mut wasm_pack, "wasm-pack build tests/rust-app", Echo::Through).map(drop)
}

/// Every TypeScript project of the repository; those of the package's fixtures are checked where they are installed.
fn types() -> Result<()> {
    let projects: Vec<String> = tidy::tracked_files()?
        .into_iter()
        .filter(|path| path.ends_with("tsconfig.json") && !path.contains("/fixtures/"))
        .collect();
    if projects.is_empty() {
        return Err(Failure::new("no tsconfig.json was found"));
    }
    for project in &projects {
        println!("tsc --noEmit --project {project}");
        run(tools::command("tsc")?.args(["--noEmit", "--project", project]), "tsc", Echo::Through)?;
    }
    Ok(())
}

/// So many test files Node runs beside each other: most of their time they wait, and more would make those wait that measure it.
const FILES_AT_ONCE: usize = 2;

fn node(folder: &str, extent: Extent) -> Result<usize> {
    if !tools::root().join(folder).is_dir() {
        return Err(Failure::new(format!("{folder} does not exist")));
    }
    let pattern = Path::new(folder).join("**/*.test.mjs");
    let mut command = tools::command("node")?;
    command
        .args(["--test", "--test-reporter=spec"])
        .arg(format!("--test-concurrency={FILES_AT_ONCE}"))
        // A test that hangs fails.
        .arg(format!("--test-timeout={}", extent.node_timeout().as_millis()))
        .arg(pattern);
    extent.tell(&mut command);
    run(&mut command, &format!("node --test {folder}"), Echo::Through).and_then(|output| counts::node(&output))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_told_how_far_to_go_whatever_stands_in_the_environment() {
        let told = |extent: Extent| {
            let mut command = Command::new("true");
            extent.tell(&mut command);
            let variables = command.get_envs().map(|(name, value)| (name.to_owned(), value.map(ToOwned::to_owned)));
            variables.collect::<Vec<_>>()
        };
        assert_eq!(told(Extent::All), [("MAYTAPI_TEST_ALL".into(), Some("1".into()))]);
        assert_eq!(told(Extent::Short), [("MAYTAPI_TEST_ALL".into(), None)]);
        assert!(Extent::All.node_timeout() > Extent::Short.node_timeout());
    }
}
