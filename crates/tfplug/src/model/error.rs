//! Errors between values and models.

use std::fmt;

use serde::de::{Expected, Unexpected};

use crate::value::{Path, Step};

/// A schema and the struct for it disagree, a value is not one that the struct can hold, or it is not known where the
/// struct needs one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelError {
    // Innermost first, because the way out is the way on which it is learned.
    steps: Vec<Step>,
    problem: String,
    is_about_value: bool,
}

/// Serde hands errors through generic code, which leaves only their text to tell them apart.
const UNKNOWN: &str = "the value is only known after apply";

impl ModelError {
    pub(super) fn new(problem: impl Into<String>) -> Self {
        Self { steps: Vec::new(), problem: problem.into(), is_about_value: false }
    }

    /// The schema's type is the struct's, and the value is one that the struct has no place for.
    pub(super) fn about_value(problem: impl Into<String>) -> Self {
        Self { is_about_value: true, ..Self::new(problem) }
    }

    pub(super) fn unknown() -> Self {
        Self::new(UNKNOWN)
    }

    /// Whether the text of an error is that of [`ModelError::unknown`].
    pub(super) fn is_unknown(text: &str) -> bool {
        text.ends_with(UNKNOWN)
    }

    pub(super) fn within(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// The error of an element of a set. Elements have no path of their own: it ends at the set, and the text says the
    /// rest.
    pub(super) fn within_set(self) -> Self {
        Self { problem: self.to_string(), steps: Vec::new(), is_about_value: self.is_about_value }
    }

    /// Whether schema and struct fit, and only the value does not: a number with a fraction for an integer, a text that
    /// is no variant of an enum. Whoever gave the value can mend that.
    pub fn is_about_value(&self) -> bool {
        self.is_about_value
    }

    /// Where in the value.
    pub fn path(&self) -> Path {
        self.steps.iter().rev().cloned().collect()
    }
}

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.steps.is_empty() { f.write_str(&self.problem) } else { write!(f, "{}: {}", self.path(), self.problem) }
    }
}

impl std::error::Error for ModelError {}

// Serde's own words repeat the value, which may be one that nobody is to see.
impl serde::de::Error for ModelError {
    fn custom<T: fmt::Display>(problem: T) -> Self {
        Self::about_value(problem.to_string())
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!("{expected} is required, and the value is of another type"))
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::about_value(format!("{expected} is required, and the value is another one"))
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::about_value(format!("one of {} is required, and the value is another one", expected.join(", ")))
    }
}

impl serde::ser::Error for ModelError {
    fn custom<T: fmt::Display>(problem: T) -> Self {
        Self::new(problem.to_string())
    }
}
