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
    read(exchange, limit, sized, ms).await
}

/// Reads a body that may be left out, and is empty then. One that nothing declares would say in vain what it says.
///
/// # Errors
/// As [`body`].
pub async fn optional_body(
    exchange: &Exchange<'_>,
    head: &Head<'_>,
    limit: usize,
    ms: u32,
) -> Result<Vec<u8>, Problem> {
    if head.content_type.is_some() {
        return body(exchange, head, limit, ms).await;
    }
    let bytes = read(exchange, limit, false, ms).await?;
    if !bytes.is_empty() {
        check(head, limit)?;
    }
    Ok(bytes)
}

async fn read(exchange: &Exchange<'_>, limit: usize, sized: bool, ms: u32) -> Result<Vec<u8>, Problem> {
    exchange.body(limit, sized, ms).await.map_err(|error| match error {
        BodyError::TooLarge => too_large(limit),
        BodyError::Timeout => Problem::new(ProblemType::BodyTimeout, "The body did not arrive in time."),
        BodyError::Incomplete => Problem::new(ProblemType::BodyIncomplete, "The body did not arrive to its end."),
    })
}
