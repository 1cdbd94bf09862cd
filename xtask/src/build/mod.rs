//! Builds what ships: the npm package's WebAssembly, the Worker, the page. What has not changed since the last time is not built again.

pub mod stand_in;

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::run::{Context, Echo, Failure, Result, run};
use crate::{toolchain, tools};

/// What the package's module and its std are compiled with. Clippy denies what can panic in this crate, and nothing would show a
/// panic's text; the code that words it, most of it in std, is an eighth of the download for nothing. So a panic is a bare trap.
/// Nor does anything that ships print a debug form. The middle end's third level merges more before code is generated, but for inlining,
/// which LLVM does better over all crates at once.
const SMALL: &str = "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none -Zmir-opt-level=3 -Zinline-mir=no";

/// The package's module for speed: its own crates alone, so that std and the libraries are compiled once for both modules
/// (docs/decisions/0021-package-for-size.md).
const FAST: [&str; 4] = [
    "--config",
    "profile.release.package.maytapi.opt-level=\"s\"",
    "--config",
    "profile.release.package.maytapi-module.opt-level=\"s\"",
];

/// What the Worker and its std are compiled with, as `worker-build --panic-unwind` does it.
const UNWINDING: &str = "-Cpanic=unwind";

/// Beside that: functions are merged into their callers where they are short, not where they are of middle length, as at `opt-level = 2`. A sixth
/// less to upload, for no more CPU (docs/decisions/0022-the-worker-for-speed.md).
const INLINING: &str = "-Cllvm-args=-inline-threshold=60";

/// Something that is built and ships.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Product {
    /// `pkg/dist`: the crate as WebAssembly with its JavaScript glue.
    Package,
    /// `worker/build`: the edge proxy.
    Worker,
    /// `www/dist`: the console.
    Page,
}

impl Product {
    pub const ALL: [Self; 3] = [Self::Package, Self::Worker, Self::Page];

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|product| product.name() == name)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Package => "package",
            Self::Worker => "worker",
            Self::Page => "page",
        }
    }

    /// Files and folders that the product is made of.
    fn inputs(self) -> &'static [&'static str] {
        match self {
            Self::Package => &[
                "src",
                "pkg/module",
                "Cargo.toml",
                "Cargo.lock",
                "pkg/finish.mjs",
                "pkg/shorten-names.mjs",
                "pkg/slim-glue.mjs",
                "xtask/src/build",
            ],
            Self::Worker => &["src", "Cargo.toml", "Cargo.lock", "worker", "xtask/src/build"],
            Self::Page => &["www", "pkg", "package-lock.json"],
        }
    }

    /// The folder that the build makes, and a file that tells that it was made to the end.
    fn output(self) -> (&'static str, &'static str) {
        match self {
            Self::Package => ("pkg/dist", "maytapi_bg.wasm"),
            Self::Worker => ("worker/build", "index.js"),
            Self::Page => ("www/dist", "index.html"),
        }
    }
}

/// Builds the products in the order given; the page needs the package, so that one goes before it.
pub fn build(products: &[Product]) -> Result<()> {
    let lock_path = scratch_folder()?.join("build.lock");
    let lock = File::create(&lock_path).context(|| format!("cannot create {}", lock_path.display()))?;
    lock.lock().context(|| format!("cannot lock {}", lock_path.display()))?;
    for product in Product::ALL {
        let wanted = products.contains(&product);
        let needed = product == Product::Package && products.contains(&Product::Page);
        if wanted || needed {
            build_one(product)?;
        }
    }
    Ok(())
}

fn build_one(product: Product) -> Result<()> {
    let root = tools::root();
    let (folder, marker) = product.output();
    let stamp = scratch_folder()?.join(format!("{}.stamp", product.name()));
    let std = Std::of(product)?;
    let inputs = format!("{} std {std:?} {}", fingerprint(root, product.inputs())?, toolchain::release()?);
    let built =
        fs::read_to_string(&stamp).is_ok_and(|stamp| stamp == inputs) && root.join(folder).join(marker).is_file();
    if built {
        println!("build: {}: unchanged", product.name());
    } else {
        let started = Instant::now();
        println!("build: {}", product.name());
        match product {
            Product::Package => package(root, std)?,
            Product::Worker => worker(root, std)?,
            Product::Page => {
                run(tools::command("vite")?.arg("build").current_dir(root.join("www")), "vite build", Echo::Through)?;
            }
        }
        if !root.join(folder).join(marker).is_file() {
            return Err(Failure::new(format!("the build of the {} made no {folder}/{marker}", product.name())));
        }
        fs::write(&stamp, inputs).context(|| format!("cannot write {}", stamp.display()))?;
        println!("build: {}: done in {} s", product.name(), started.elapsed().as_secs());
    }
    match product {
        Product::Package => print_sizes(&["pkg/dist/maytapi_page.wasm", "pkg/dist/maytapi.js"]),
        Product::Worker => print_sizes(&["worker/build/index_bg.wasm", "worker/build/index.js"]),
        Product::Page => Ok(()),
    }
}

/// Where std comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Std {
    /// As the compiler came with it.
    AsShipped,
    /// Compiled along, under flags of the product's own, by the toolchain in use.
    Along,
    /// Compiled along by nightly, as worker-build means it.
    AlongByNightly,
}

impl Std {
    fn of(product: Product) -> Result<Self> {
        let along = |flags| toolchain::compiles_std(flags).map(|can| if can { Self::Along } else { Self::AsShipped });
        match product {
            Product::Package => along(SMALL),
            Product::Worker if toolchain::nightly_compiles_std() => Ok(Self::AlongByNightly),
            Product::Worker => along(UNWINDING),
            Product::Page => Ok(Self::AsShipped),
        }
    }
}

/// The module twice. For servers with all of the crate and for speed, as the Worker: nobody waits for its download. For pages for size, without
/// what few of them need; that is left out when it is linked, not afterwards: of data, no tool can tell what nothing refers to any more.
fn package(root: &Path, std: Std) -> Result<()> {
    module(root, std, "../dist", &FAST)?;
    module(root, std, "../dist/page", &["--no-default-features"])?;
    run(Command::new(tools::node()).arg("pkg/finish.mjs").current_dir(root), "finishing the package", Echo::Through)?;
    // The package has its own package.json, and npm would leave out what an ignore file beside it names.
    for extra in [".gitignore", "package.json"] {
        let path = root.join("pkg/dist").join(extra);
        if path.exists() {
            fs::remove_file(&path).context(|| format!("cannot remove {}", path.display()))?;
        }
    }
    Ok(())
}

fn module(root: &Path, std: Std, folder: &str, options: &[&str]) -> Result<()> {
    let mut wasm_pack = tools::command("wasm-pack")?;
    wasm_pack.args([
        "build",
        "pkg/module",
        "--release",
        "--target",
        "web",
        "--out-dir",
        folder,
        "--out-name",
        "maytapi",
        "--no-pack",
        "--",
    ]);
    wasm_pack.args(options);
    if std == Std::AsShipped {
        println!(
            "build: package: std's source is missing or rustc is too old for it, so the module gets an eighth larger"
        );
    } else {
        compile_std_along(&mut wasm_pack, root);
        wasm_pack.env("RUSTFLAGS", SMALL).args([
            "-Zbuild-std=std,panic_abort",
            // Another hundredth: std's own choice of small code over fast.
            "-Zbuild-std-features=optimize_for_size",
        ]);
    }
    run(&mut wasm_pack, "wasm-pack build", Echo::Through)?;
    Ok(())
}

/// A panic that aborts takes every request in flight in the isolate down with it; one that unwinds only its own.
fn worker(root: &Path, std: Std) -> Result<()> {
    let mut worker_build = tools::command("worker-build")?;
    // Nobody waits for its download, and at "z" each send takes a tenth more CPU.
    worker_build.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "2").env("RUSTFLAGS", INLINING);
    worker_build.args(["--release", "--out-dir", "../build"]).current_dir(root.join("worker/module"));
    match std {
        Std::AsShipped => println!(
            "build: worker: std's source is missing, so a panic ABORTS: deploy no such build (rustup component add rust-src)"
        ),
        Std::Along => {
            compile_std_along(&mut worker_build, root);
            worker_build.arg("--panic-unwind");
            stand_in::put_first(&mut worker_build)?;
        }
        Std::AlongByNightly => {
            compile_std_along(&mut worker_build, root);
            worker_build.arg("--panic-unwind");
        }
    }
    run(&mut worker_build, "worker-build", Echo::Through)?;
    // Its entry makes a Proxy per request, and a class that can't be called by RPC; ours stands in its place.
    let mut bundle = tools::command("esbuild")?;
    bundle.args(["src/entry.js", "--bundle", "--minify", "--format=esm", "--target=es2022", "--log-level=warning"]);
    bundle.args(["--external:cloudflare:workers", "--external:./index_bg.wasm", "--allow-overwrite"]);
    bundle.arg("--outfile=build/index.js").current_dir(root.join("worker"));
    run(&mut bundle, "esbuild", Echo::Quiet)?;
    // The functions' names are a fifth of what is uploaded and compiled at each start; a panic's place is in the log without them. And once
    // more over all of it, for size.
    let mut strip = tools::command("wasm-opt")?;
    strip.args(["--all-features", "-Os", "--strip-debug", "--strip-producers", "index_bg.wasm", "-o", "index_bg.wasm"]);
    run(strip.current_dir(root.join("worker/build")), "wasm-opt --strip-debug", Echo::Quiet)?;
    Ok(())
}

/// In a target folder of their own, which both products share: build scripts that look for unstable options would otherwise
/// make cargo compile everything again whenever another task builds without them.
fn compile_std_along(build: &mut Command, root: &Path) {
    let (name, value) = toolchain::BOOTSTRAP;
    build
        .env(name, value)
        .env("CARGO_TARGET_DIR", root.join("target/std-along"))
        // The Worker logs where a panic was: not with the folders of whoever built it.
        .env("CARGO_UNSTABLE_TRIM_PATHS", "true")
        .env("CARGO_PROFILE_RELEASE_TRIM_PATHS", "all");
}

/// Prints how large the files are, as they are and as they travel.
fn print_sizes(files: &[&str]) -> Result<()> {
    const SCRIPT: &str = "
        const { readFileSync } = require('node:fs'), { gzipSync, brotliCompressSync } = require('node:zlib');
        const sum = [0, 0, 0];
        const row = (name, sizes) => console.log('  ' + name.padEnd(30) + sizes.map((n) => String(n).padStart(9)).join(''));
        console.log('  ' + 'bytes'.padEnd(30) + ['raw', 'gzip', 'brotli'].map((word) => word.padStart(9)).join(''));
        for (const file of process.argv.slice(1)) {
          const bytes = readFileSync(file);
          const sizes = [bytes.length, gzipSync(bytes, { level: 9 }).length, brotliCompressSync(bytes).length];
          sizes.forEach((size, i) => { sum[i] += size; });
          row(file, sizes);
        }
        row('together', sum);";
    run(
        Command::new(tools::node()).arg("-e").arg(SCRIPT).args(files).current_dir(tools::root()),
        "measuring",
        Echo::Through,
    )?;
    Ok(())
}

fn scratch_folder() -> Result<PathBuf> {
    let folder = tools::root().join("target/xtask");
    fs::create_dir_all(&folder).context(|| format!("cannot create {}", folder.display()))?;
    Ok(folder)
}

/// A digest over names and contents of the inputs and the versions of the tools.
fn fingerprint(root: &Path, inputs: &[&str]) -> Result<String> {
    let mut files = Vec::new();
    for input in inputs {
        collect(&root.join(input), &mut files)?;
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for tool in tools::CARGO_TOOLS {
        tool.spec().hash(&mut hasher);
    }
    for file in files {
        file.strip_prefix(root).unwrap_or(&file).hash(&mut hasher);
        fs::read(&file).context(|| format!("cannot read {}", file.display()))?.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// All files below `path`, without what builds and npm put there (except the package's own build, which the page is made of).
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_file() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path).context(|| format!("cannot read {}", path.display()))? {
        let child = entry?.path();
        let name = child.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let made = ["node_modules", "build", ".wrangler", "target"].contains(&name.as_str())
            || name == "dist" && path.file_name().is_none_or(|parent| parent != "pkg");
        if !made {
            collect(&child, files)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprint_follows_contents_and_ignores_what_is_made() {
        let root = std::env::temp_dir().join(format!("xtask-fingerprint-{}", std::process::id()));
        fs::create_dir_all(root.join("www/dist")).expect("a temporary folder");
        fs::write(root.join("www/main.ts"), "one").expect("a file");
        let first = fingerprint(&root, &["www"]).expect("a digest");
        fs::write(root.join("www/dist/index.html"), "made").expect("a file");
        assert_eq!(fingerprint(&root, &["www"]).expect("a digest"), first);
        fs::write(root.join("www/main.ts"), "two").expect("a file");
        assert_ne!(fingerprint(&root, &["www"]).expect("a digest"), first);
        fs::remove_dir_all(&root).expect("removed");
    }

    #[test]
    fn every_product_is_found_by_its_name() {
        for product in Product::ALL {
            assert_eq!(Product::named(product.name()), Some(product));
        }
        assert_eq!(Product::named("everything"), None);
    }
}
