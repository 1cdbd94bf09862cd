//! Receives a request's body, within bounds of size and time.

use crate::http::body::{check, too_large};
use crate::http::head::Head;
use crate::http::problem::{Problem, ProblemType};
use crate::platform::http::{BodyError, Exchange};

/// Reads a body.
///
/// # Errors
/// When it is not declared as JSON, too large, too slow, or incomplete.
pub async fn body(exchange: &Exchange<'_>, head: &Head<'_>, limit: usize, ms: u32) -> Result<Vec<u8>, Problem> {
    let sized = check(head, limit)?;
    exchange.body(limit, sized, ms).await.map_err(|error| match error {
        BodyError::TooLarge => too_large(limit),
        BodyError::Timeout => Problem::new(ProblemType::BodyTimeout, "The body did not arrive in time."),
        BodyError::Incomplete => Problem::new(ProblemType::BodyIncomplete, "The body did not arrive to its end."),
    })
}
