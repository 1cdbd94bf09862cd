//! Measures the package and the Worker beside what people would otherwise use.

use std::process::Command;

use crate::build::{self, Product};
use crate::run::{Echo, Result, run};
use crate::{setup, tools};

/// Measures the rows named, or all of them, and prints one table.
pub fn bench(rows: &[&str]) -> Result<()> {
    setup::setup()?;
    build::build(&[Product::Package, Product::Worker])?;
    let mut measure = Command::new(tools::node());
    measure.arg("bench/run.mjs").args(rows).current_dir(tools::root());
    run(&mut measure, "measuring", Echo::Through)?;
    Ok(())
}
