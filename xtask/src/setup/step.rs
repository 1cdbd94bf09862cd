//! One step of the set-up: what it found or did, told with the time that it took.

use std::time::Instant;

use crate::run::{Failure, Result};

/// What a step found or did, in a few words.
pub enum Done {
    AlreadyThere(String),
    Now(String),
    /// It can't be had, and the tasks can do without.
    Without(Failure),
}

pub fn step(name: &str, work: impl FnOnce() -> Result<Done>) -> Result<()> {
    let started = Instant::now();
    match work() {
        Ok(Done::AlreadyThere(what)) => println!("setup: {name}: already there ({what})"),
        Ok(Done::Now(what)) => println!("setup: {name}: done in {} s ({what})", started.elapsed().as_secs()),
        Ok(Done::Without(failure)) => {
            println!("setup: {name}: going on without it after {} s. {failure}", started.elapsed().as_secs());
        }
        Err(failure) => {
            println!("setup: {name}: FAILED after {} s", started.elapsed().as_secs());
            return Err(failure.within(&format!("set-up of {name}")));
        }
    }
    Ok(())
}
