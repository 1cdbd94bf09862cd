//! Folders: made anew, listed, moved.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::{Context, Echo, Result, run};

/// An empty folder, whatever was there.
pub fn recreate(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).context(|| format!("cannot remove {}", folder.display()))?;
    }
    fs::create_dir_all(folder).context(|| format!("cannot create {}", folder.display()))
}

pub fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).context(|| format!("cannot read {}", folder.display()))?;
    Ok(entries.flatten().map(|entry| entry.path()).collect())
}

/// Moves a folder, over what is there, to a place that may be on another file system.
pub fn move_folder(from: &Path, to: &Path) -> Result<()> {
    if to.exists() {
        fs::remove_dir_all(to).context(|| format!("cannot replace {}", to.display()))?;
    }
    if fs::rename(from, to).is_ok() {
        return Ok(());
    }
    run(Command::new("cp").arg("-R").arg(from).arg(to), "copying into the sysroot", Echo::Quiet)?;
    Ok(())
}
