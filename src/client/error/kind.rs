//! The causes of a failure that a caller tells apart.

/// The causes that a caller tells apart. JavaScript has an `Error` subclass for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The message is wrong; nothing was sent.
    Validation,
    /// An option of the client is wrong; nothing was sent.
    Configuration,
    /// The credential was not accepted.
    Authentication,
    /// The credential does not allow this.
    Permission,
    /// Too many requests.
    RateLimit,
    /// Maytapi, or the proxy, said no.
    Refused,
    /// Another request with the same idempotency key is under way, or its outcome is not known.
    Conflict,
    /// No answer came: no network, no such host, connection dropped.
    Connection,
    /// No answer came in time.
    Timeout,
    /// The caller aborted it.
    Aborted,
    /// An answer came that can't be read.
    UnreadableAnswer,
    /// The server failed.
    Server,
}

impl ErrorKind {
    /// The name of the JavaScript class.
    #[must_use]
    pub fn class_name(self) -> &'static str {
        match self {
            ErrorKind::Validation => "ValidationError",
            ErrorKind::Configuration => "ConfigurationError",
            ErrorKind::Authentication => "AuthenticationError",
            ErrorKind::Permission => "PermissionError",
            ErrorKind::RateLimit => "RateLimitError",
            ErrorKind::Refused => "RefusedError",
            ErrorKind::Conflict => "ConflictError",
            ErrorKind::Connection => "ConnectionError",
            ErrorKind::Timeout => "TimeoutError",
            ErrorKind::Aborted => "AbortError",
            ErrorKind::UnreadableAnswer => "UnreadableAnswerError",
            ErrorKind::Server => "ServerError",
        }
    }
}
