//! The console's pictures, as they stand in its README: builds what they show, then hands over to `tests/e2e/pictures.mjs`.

use crate::build::{Product, build};
use crate::run::{Echo, Result, run};
use crate::setup::setup;
use crate::tools;

/// Takes them anew, into `www/pictures`.
pub fn pictures() -> Result<()> {
    setup()?;
    build(&Product::ALL)?;
    run(tools::command("node")?.arg("tests/e2e/pictures.mjs"), "taking the pictures", Echo::Through).map(drop)
}
