//! Tries a request again as often as the rule on repeating allows, and waits in between.

use std::future::pending;

use web_sys::AbortSignal;

use super::error::Error;
use super::retry::{Repeat, next_delay_ms};
use super::stop::{Stop, Stopper};
use super::transport::{Failure, stopped};

/// How a request is repeated.
#[derive(Clone, Copy, Debug)]
pub struct Attempts<'a> {
    /// What makes repeating safe.
    pub repeat: Repeat,
    /// How many tries may follow the first.
    pub max_retries: u32,
    /// Ends a wait at once.
    pub signal: Option<&'a AbortSignal>,
}

impl Attempts<'_> {
    /// Runs `attempt` until it succeeds or may not be repeated. `waiting` is told of each failure that will be repeated and of the
    /// wait before it, in milliseconds.
    ///
    /// # Errors
    /// The last failure, or the abort of the caller's signal.
    pub async fn run<T>(
        &self,
        mut attempt: impl AsyncFnMut() -> Result<T, Failure>,
        mut waiting: impl FnMut(&Error, u32),
    ) -> Result<T, Failure> {
        let mut retries = 0_u32;
        loop {
            let failure = match attempt().await {
                Ok(value) => return Ok(value),
                Err(failure) => failure,
            };
            let random = js_sys::Math::random();
            let Some(ms) = next_delay_ms(&failure.error, self.repeat, retries, self.max_retries, random) else {
                return Err(failure);
            };
            waiting(&failure.error, ms);
            sleep(ms, self.signal).await?;
            retries = retries.saturating_add(1);
        }
    }
}

/// Waits, and leaves neither timer nor listener behind when the signal ends it.
async fn sleep(ms: u32, signal: Option<&AbortSignal>) -> Result<(), Failure> {
    let Ok(stopper) = Stopper::new(Some(ms), signal) else { return Ok(()) };
    match stopper.guard(pending::<()>()).await {
        Err(Stop::Aborted(reason)) => Err(stopped(Stop::Aborted(reason))),
        Err(Stop::TimedOut) | Ok(()) => Ok(()),
    }
}
