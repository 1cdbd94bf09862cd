//! When the next message of a batch may go: rules that know of no storage, no runtime and no time but what they are told.

pub mod clock;
pub mod estimate;
pub mod memory;
pub mod plan;
pub mod quiet;
#[cfg(test)]
mod steps;
#[cfg(test)]
mod transitions;
pub mod verdict;
