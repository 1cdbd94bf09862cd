//! Runs everything that CI runs: each check and suite as a named step with its time, and a table of how many tests ran.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::build::{Product, build};
use crate::run::{Echo, Failure, Result, run};
use crate::setup::setup;
use crate::wasm_target::TARGET;
use crate::{counts, tidy, tools};

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

/// What a step does. A check has nothing to count; a suite that runs no test at all has failed.
enum Work {
    Check(fn() -> Result<()>),
    Suite(fn() -> Result<usize>),
}

struct Step {
    name: &'static str,
    parts: &'static [Part],
    work: Work,
}

const fn check(name: &'static str, parts: &'static [Part], work: fn() -> Result<()>) -> Step {
    Step { name, parts, work: Work::Check(work) }
}

const fn suite(name: &'static str, parts: &'static [Part], work: fn() -> Result<usize>) -> Step {
    Step { name, parts, work: Work::Suite(work) }
}

/// In the order in which they run: what is quick and often wrong comes first.
const STEPS: &[Step] = &[
    check("tidy", &[Part::Native], tidy::tidy),
    check("node lock file", &[Part::Native], node_lock_file),
    check("rustfmt", &[Part::Native], rustfmt),
    check("clippy, native", &[Part::Native], clippy_native),
    check("clippy, wasm32", &[Part::Wasm], clippy_wasm),
    suite("native", &[Part::Native], native),
    suite("wasm in Node", &[Part::Wasm], wasm_in_node),
    suite("wasm in Chromium", &[Part::Wasm], wasm_in_chromium),
    check("build the package", &[Part::Package, Part::Page], || build(&[Product::Package])),
    check("build the Worker", &[Part::Package, Part::Worker, Part::Page], || build(&[Product::Worker])),
    check("build the page", &[Part::Worker, Part::Page], || build(&[Product::Page])),
    check("types", &[Part::Package, Part::Page], types),
    suite("simulator", &[Part::Worker], || node("tests/simulator")),
    suite("package", &[Part::Package], || node("tests/package")),
    suite("Worker in workerd", &[Part::Worker], || node("tests/worker")),
    suite("page in Chromium", &[Part::Page], || node("tests/e2e")),
];

struct Row {
    name: &'static str,
    tests: Option<usize>,
    took: Duration,
}

/// Runs the steps of `part`, or all of them, and stops at the first that fails.
pub fn test(part: Option<Part>) -> Result<()> {
    setup()?;
    let started = Instant::now();
    let mut rows = Vec::new();
    for step in STEPS.iter().filter(|step| part.is_none_or(|part| step.parts.contains(&part))) {
        println!("\n=== {} ===", step.name);
        let began = Instant::now();
        let outcome = match step.work {
            Work::Check(work) => work().map(|()| None),
            Work::Suite(work) => work().and_then(some_tests).map(Some),
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

fn clippy_native() -> Result<()> {
    let arguments =
        ["clippy", "--locked", "--package", "maytapi", "--package", "xtask", "--all-targets", "--", "-D", "warnings"];
    cargo(&arguments, "cargo clippy", &[]).map(drop)
}

fn clippy_wasm() -> Result<()> {
    let packages: [&[&str]; 3] =
        [&["maytapi", "--lib"], &["maytapi", "--features", "js", "--lib", "--test", "*"], &["maytapi-edge", "--lib"]];
    for package in packages {
        let mut arguments = vec!["clippy", "--locked", "--target", TARGET, "--package"];
        arguments.extend(package);
        arguments.extend(["--", "-D", "warnings"]);
        cargo(&arguments, "cargo clippy for wasm32", &[])?;
    }
    Ok(())
}

fn native() -> Result<usize> {
    let arguments = ["test", "--locked", "--package", "maytapi", "--package", "maytapi-edge", "--package", "xtask"];
    cargo(&arguments, "cargo test", &[]).and_then(|output| counts::cargo(&output))
}

fn wasm_in_node() -> Result<usize> {
    wasm_tests(&[("WASM_BINDGEN_TEST_ONLY_NODE", "1")])
}

/// Browser flags are in webdriver.json, where the runner looks for them.
fn wasm_in_chromium() -> Result<usize> {
    wasm_tests(&[("WASM_BINDGEN_USE_BROWSER", "1"), ("WASM_BINDGEN_TEST_ONLY_WEB", "1")])
}

/// The files in `tests/`: the crate's own unit tests are native.
fn wasm_tests(mode: &[(&str, &str)]) -> Result<usize> {
    let runner = ("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner");
    let environment: Vec<(&str, &str)> = mode.iter().copied().chain([runner]).collect();
    let arguments = ["test", "--locked", "--target", TARGET, "--package", "maytapi", "--features", "js", "--test", "*"];
    cargo(&arguments, "wasm-bindgen-test", &environment).and_then(|output| counts::cargo(&output))
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

fn node(folder: &str) -> Result<usize> {
    if !tools::root().join(folder).is_dir() {
        return Err(Failure::new(format!("{folder} does not exist")));
    }
    let pattern = Path::new(folder).join("**/*.test.mjs");
    let mut command = tools::command("node")?;
    command
        // One file at a time: each may start a browser or workerd. A test that hangs fails.
        .args(["--test", "--test-reporter=spec", "--test-concurrency=1", "--test-timeout=180000"])
        .arg(pattern);
    run(&mut command, &format!("node --test {folder}"), Echo::Through).and_then(|output| counts::node(&output))
}
