//! The part of JSON's texts that is the host's: numbers with a fraction.

/// How numbers with a fraction or an exponent are read and written: by the host in a browser, by the standard library elsewhere.
#[derive(Clone, Copy, Debug)]
pub struct Floats {
    /// The number of a text that is in JSON's form.
    pub read: fn(&str) -> Option<f64>,
    /// The shortest text of a finite number.
    pub write: fn(f64) -> String,
}
