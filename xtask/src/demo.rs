//! The demo: sets up, builds, then hands over to `tests/demo.mjs`, which starts the simulator and the Worker and sends a message.

use crate::build::{Product, build};
use crate::run::{Failure, Result};
use crate::setup::setup;
use crate::tools;

/// Does not come back where the system lets a process be replaced, so that Ctrl-C and the exit code are the demo's own.
pub fn demo(flags: &[&str]) -> Result<()> {
    setup()?;
    build(&Product::ALL)?;
    let mut command = tools::command("node")?;
    command.arg("tests/demo.mjs").args(flags);
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        let error = command.exec();
        Err(Failure::new(format!("cannot start the demo: {error}")))
    }
    #[cfg(not(unix))]
    {
        let status = command.status()?;
        if status.success() { Ok(()) } else { Err(Failure::new(format!("the demo ended with {status}"))) }
    }
}
