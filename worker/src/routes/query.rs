//! Numbers in a request's query.

use super::call::Call;
use crate::http::problem::{Problem, ProblemType};

/// A whole number; what is above the bound counts as the bound.
///
/// # Errors
/// When it is none.
pub fn number(call: &Call<'_>, name: &str, most: u32) -> Result<Option<u32>, Problem> {
    let Some(text) = call.head.query_value(name) else { return Ok(None) };
    let digits = (1..=9).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    match text.parse::<u32>() {
        Ok(number) if digits => Ok(Some(number.min(most))),
        _ => Err(Problem::new(ProblemType::InvalidQuestion, format!("The query's {name} must be a whole number."))),
    }
}
