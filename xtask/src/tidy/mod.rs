//! Rules of the repository that no compiler checks, as one check over the files that git knows or would know.

mod circles;
mod folders;
mod paths;
mod tokens;

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use crate::run::{Failure, Result, stdout_of};
use crate::tools;

const LARGEST_FILE: u64 = 300 * 1024;
const LONGEST_SOURCE: usize = 500;

/// Words that mark unfinished work. In two halves, so that this file does not hold them.
const UNFINISHED: [&str; 6] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
    concat!("dbg", "!("),
    concat!(".only", "("),
];

/// What the crate's pure modules may not name: they know nothing of JavaScript, of HTTP or of who uses them.
const OF_HOST: [&str; 6] = ["js_sys", "wasm_bindgen", "web_sys", "gloo_net", "crate::client", "crate::js"];

/// Where the sources of each crate are, for the rule that modules form no circles.
const CRATES: [&str; 3] = ["src/", "worker/src/", "xtask/src/"];

/// Folders that are still too full. One that no longer is may not stand here.
const CROWDED: [&str; 1] = ["pkg"];

/// Reports every fault at once.
pub fn tidy() -> Result<()> {
    let files = tracked_files()?;
    let mut faults = Vec::new();
    for path in &files {
        let full = tools::root().join(path);
        // Deleted in the work tree, or a link to a folder: nothing to read.
        let Ok(metadata) = fs::metadata(&full) else { continue };
        if metadata.len() > LARGEST_FILE && path != "package-lock.json" {
            faults.push(format!("{path}: {} KB, more than {} KB", metadata.len() / 1024, LARGEST_FILE / 1024));
        }
        if path.rsplit('/').next().is_some_and(|name| name == ".dev.vars" || name == ".env") {
            faults.push(format!("{path}: files of secrets stay outside git"));
        }
        if is_source(path) {
            match fs::read_to_string(&full) {
                Ok(text) => faults.extend(faults_of_source(path, &text)),
                Err(error) => faults.push(format!("{path}: {error}")),
            }
        }
    }
    faults.extend(faults_of_folders(&files, &CROWDED));
    for src in CRATES {
        faults.extend(circles::circles(src, &rust_sources(&files, src)?));
    }
    for lock in ["Cargo.lock", "tests/rust-app/Cargo.lock"] {
        faults.extend(faults_of_tools(lock, &read(lock)?));
    }
    faults.extend(faults_of_versions(&read("Cargo.toml")?, &read("pkg/package.json")?));
    faults.extend(faults_of_node_lock(&read("package-lock.json")?));
    if faults.is_empty() {
        println!("{} files, nothing to say", files.len());
        return Ok(());
    }
    Err(Failure::new(format!("{} faults\n{}", faults.len(), faults.join("\n"))))
}

/// Paths from the top folder, of what is in git or not ignored by it.
pub fn tracked_files() -> Result<Vec<String>> {
    let mut git = Command::new("git");
    git.args(["ls-files", "--cached", "--others", "--exclude-standard"]).current_dir(tools::root());
    let mut files: Vec<String> = stdout_of(&mut git)
        .ok_or_else(|| Failure::new("git does not list the files").by_hand("run this in a git clone"))?
        .lines()
        .map(str::to_owned)
        .collect();
    files.sort();
    files.dedup();
    Ok(files)
}

/// What was found about `name`; where it is exempt, only that it need not be.
fn unless_exempt(name: &str, found: Vec<String>, exempt: &[&str], healed: &str) -> Vec<String> {
    match (exempt.contains(&name), found.is_empty()) {
        (false, _) => found,
        (true, false) => Vec::new(),
        (true, true) => vec![format!("xtask/src/tidy/mod.rs: {name} needs no exemption: {healed}")],
    }
}

fn faults_of_folders(files: &[String], exempt: &[&str]) -> Vec<String> {
    let crowded = folders::crowded(files.iter().map(String::as_str).filter(|path| is_source(path)));
    let names: BTreeSet<&str> = crowded.keys().chain(exempt).copied().collect();
    let fault = |folder: &str, count: &usize| format!("{folder}/: {count} sources side by side: folders by subject");
    names
        .into_iter()
        .flat_map(|folder| {
            let found = crowded.get(folder).map(|count| fault(folder, count)).into_iter().collect();
            unless_exempt(folder, found, exempt, "it is not crowded any more")
        })
        .collect()
}

/// Paths and texts of the crate's sources.
fn rust_sources(files: &[String], src: &str) -> Result<Vec<(String, String)>> {
    let sources = files.iter().filter(|path| path.starts_with(src) && path.ends_with(".rs"));
    // Deleted in the work tree, but still in git's index.
    let present = sources.filter(|path| tools::root().join(path).is_file());
    present.map(|path| Ok((path.clone(), read(path)?))).collect()
}

fn read(path: &str) -> Result<String> {
    fs::read_to_string(tools::root().join(path)).map_err(|error| Failure::new(format!("{path}: {error}")))
}

fn is_source(path: &str) -> bool {
    [".rs", ".js", ".mjs", ".cjs", ".ts"].iter().any(|ending| path.ends_with(ending))
}

fn faults_of_source(path: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if !opens_with_its_purpose(path, text) {
        faults.push(format!("{path}:1: the first line does not say what the file is for"));
    }
    let length = text.lines().count();
    if length > LONGEST_SOURCE {
        faults.push(format!("{path}: {length} lines, more than {LONGEST_SOURCE}: two ideas, two files"));
    }
    let forbidden = forbidden_to(path);
    for (number, line) in text.lines().enumerate() {
        for word in UNFINISHED.iter().filter(|word| line.contains(**word)) {
            faults.push(format!("{path}:{}: unfinished: {word}", number + 1));
        }
        let is_code = !line.trim_start().starts_with("//");
        for name in forbidden.iter().filter(|name| is_code && names(line, name)) {
            faults.push(format!("{path}:{}: this layer may not know {name}", number + 1));
        }
    }
    faults
}

/// What a file may not name, by its layer.
fn forbidden_to(path: &str) -> &'static [&'static str] {
    match path.strip_prefix("src/") {
        None | Some("lib.rs") => &[],
        Some(inner) if inner.starts_with("js/") => &[],
        Some(inner) if inner.starts_with("client/") => &["crate::js"],
        Some(_) => &OF_HOST,
    }
}

/// Whether `name` stands in `line` as a whole path, not as the beginning of a longer word.
fn names(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(at, _)| !line[at + name.len()..].starts_with(|c: char| c.is_alphanumeric()))
}

/// A comment in the first line; in JavaScript after an interpreter line or a directive of the type checker.
fn opens_with_its_purpose(path: &str, text: &str) -> bool {
    let mut lines = text.lines().skip_while(|line| line.starts_with("#!/") || line.trim() == "// @ts-check");
    let first = lines.next().unwrap_or_default();
    let marks: &[&str] = if path.ends_with(".rs") { &["//!"] } else { &["//", "/**", "/*"] };
    marks.iter().any(|mark| first.starts_with(mark))
}

/// A command-line tool takes only what its library's very version made.
fn faults_of_tools(path: &str, cargo_lock: &str) -> Vec<String> {
    let mut faults = Vec::new();
    for (library, tool) in [("wasm-bindgen", &tools::WASM_BINDGEN), ("worker", &tools::WORKER_BUILD)] {
        let versions = locked_versions(cargo_lock, library);
        if !versions.is_empty() && versions != [tool.version] {
            faults.push(format!(
                "{path}: {library} {}, but the tool {} is pinned to {}",
                versions.join(" and "),
                tool.package,
                tool.version
            ));
        }
    }
    faults
}

fn faults_of_versions(cargo_toml: &str, package_json: &str) -> Vec<String> {
    let crate_version = value_after(cargo_toml, "version = \"");
    let package_version = value_after(package_json, "\"version\": \"");
    if crate_version == package_version {
        return Vec::new();
    }
    vec![format!("pkg/package.json: version {package_version:?}, but the crate has {crate_version:?}")]
}

fn faults_of_node_lock(lock: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if lock.contains("\"resolved\": \"http") {
        faults.push("package-lock.json: names the address of a registry".to_owned());
    }
    // npm leaves out what it cannot fetch at the moment, and `npm ci` then fails for everybody.
    for platform in ["darwin-64", "darwin-arm64", "linux-64", "linux-arm64", "windows-64"] {
        if !lock.contains(&format!("\"node_modules/@cloudflare/workerd-{platform}\"")) {
            faults.push(format!("package-lock.json: workerd's build for {platform} is missing"));
        }
    }
    faults
}

/// Every version of a package in a Cargo.lock.
fn locked_versions<'a>(lock: &'a str, package: &str) -> Vec<&'a str> {
    let name = format!("name = \"{package}\"");
    lock.split("[[package]]")
        .filter(|entry| entry.lines().any(|line| line == name))
        .filter_map(|entry| value_after(entry, "version = \""))
        .collect()
}

fn value_after<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    text.split_once(key)?.1.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_what_it_is_for() {
        let purpose = |path, text| opens_with_its_purpose(path, text);
        assert!(purpose("a.rs", "//! Answers.\n"));
        assert!(!purpose("a.rs", "// Answers.\n"));
        assert!(!purpose("a.rs", "use std::fs;\n"));
        assert!(!purpose("a.rs", ""));
        assert!(purpose("a.mjs", "#!/usr/bin/env node\n// The demo.\n"));
        assert!(purpose("a.js", "// @ts-check\n/** The loader. */\n"));
        assert!(!purpose("a.js", "// @ts-check\nimport x from \"x\";\n"));
        assert!(!purpose("a.ts", "import x from \"x\";\n"));
    }

    #[test]
    fn unfinished_work_and_mixed_layers_are_named_with_their_line() {
        let text = format!("//! Text.\nfn a() {{ {}) }}\nuse js_sys::Date;\n// like js_sys\n", UNFINISHED[2]);
        let faults = faults_of_source("src/message/text.rs", &text);
        assert_eq!(faults.len(), 2, "{faults:?}");
        assert!(faults[0].starts_with("src/message/text.rs:2:"));
        assert!(faults[1].starts_with("src/message/text.rs:3:"));
        assert!(faults_of_source("src/message/a.rs", "//! A.\nuse crate::json::Value;\n").is_empty());
        assert_eq!(faults_of_source("src/template/mod.rs", "//! A.\nuse crate::client::Error;\n").len(), 1);
        assert!(faults_of_source("src/client/mod.rs", "//! Sending.\nuse js_sys::Date;\n").is_empty());
        assert_eq!(faults_of_source("src/client/mod.rs", "//! Sending.\nuse crate::js::host;\n").len(), 1);
        assert!(faults_of_source("worker/src/lib.rs", "//! A.\nuse js_sys::Date;\n").is_empty());
    }

    #[test]
    fn an_exemption_holds_only_as_long_as_it_is_needed() {
        let crowd: Vec<String> = (0..13).map(|number| format!("full/{number}.rs")).collect();
        assert_eq!(faults_of_folders(&crowd, &[]).len(), 1);
        assert!(faults_of_folders(&crowd, &["full"]).is_empty());
        let faults = faults_of_folders(&[], &["full"]);
        assert!(matches!(faults.as_slice(), [fault] if fault.contains("full needs no exemption")), "{faults:?}");
    }

    #[test]
    fn versions_of_a_library_are_all_found() {
        let lock = "[[package]]\nname = \"worker\"\nversion = \"0.8.7\"\n\n[[package]]\nname = \"worker-macros\"\nversion = \"1.0.0\"\n\n\
                    [[package]]\nname = \"worker\"\nversion = \"0.8.6\"\n";
        assert_eq!(locked_versions(lock, "worker"), ["0.8.7", "0.8.6"]);
        assert!(locked_versions(lock, "absent").is_empty());
        let faults = faults_of_tools("a/Cargo.lock", lock);
        assert!(
            matches!(faults.as_slice(), [fault] if fault.starts_with("a/Cargo.lock: worker 0.8.7 and 0.8.6")),
            "{faults:?}"
        );
        assert_eq!(faults_of_versions("version = \"0.1.0\"", "\"version\": \"0.1.1\"").len(), 1);
        assert!(faults_of_versions("version = \"0.1.0\"", "\"version\": \"0.1.0\"").is_empty());
    }

    #[test]
    fn a_lock_with_a_registry_address_or_without_a_platform_is_a_fault() {
        let whole: String = ["darwin-64", "darwin-arm64", "linux-64", "linux-arm64", "windows-64"]
            .map(|platform| format!("\"node_modules/@cloudflare/workerd-{platform}\": {{}},\n"))
            .concat();
        assert!(faults_of_node_lock(&whole).is_empty());
        assert_eq!(faults_of_node_lock(&format!("{whole}\"resolved\": \"http://registry.example/x\"")).len(), 1);
        assert_eq!(faults_of_node_lock("").len(), 5);
    }
}
