//! The causes of a failure that a caller tells apart.

named_enum! {
    /// The causes that a caller tells apart. Their names are those of the `Error` subclasses that JavaScript has.
    pub enum ErrorKind {
        /// The message is wrong; nothing was sent.
        Validation = "ValidationError",
        /// An option of the client is wrong; nothing was sent.
        Configuration = "ConfigurationError",
        /// The credential was not accepted.
        Authentication = "AuthenticationError",
        /// The credential does not allow this.
        Permission = "PermissionError",
        /// Too many requests.
        RateLimit = "RateLimitError",
        /// Maytapi, or the proxy, said no.
        Refused = "RefusedError",
        /// Another request with the same idempotency key is under way, or its outcome is not known.
        Conflict = "ConflictError",
        /// No answer came: no network, no such host, connection dropped.
        Connection = "ConnectionError",
        /// No answer came in time.
        Timeout = "TimeoutError",
        /// The caller aborted it.
        Aborted = "AbortError",
        /// An answer came that can't be read.
        UnreadableAnswer = "UnreadableAnswerError",
        /// The server failed.
        Server = "ServerError",
    }
}
