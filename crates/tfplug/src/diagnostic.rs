//! What a person should read.

use std::fmt;

use super::value::Path;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The operation did not succeed.
    Error,
    /// The operation went on, and there is something to know.
    Warning,
}

/// Something a person should read (`tfplugin6.Diagnostic`).
///
/// The summary names the thing in a few words. The detail says what was asked, what the answer was and what to do next.
/// Neither may hold a secret.
///
/// ```
/// use tfplug::{Diagnostic, Path};
///
/// let error = Diagnostic::error("The group is full", "It has 8 of 8 machines.")
///     .at(Path::attribute("machines").then_index(8));
/// assert_eq!(error.to_string(), "machines[8]: The group is full: It has 8 of 8 machines.");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// One line without a full stop.
    pub summary: String,
    /// Sentences; may be empty.
    pub detail: String,
    /// The attribute at fault, if one is.
    pub path: Option<Path>,
}

impl Diagnostic {
    /// An error.
    pub fn error(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { severity: Severity::Error, summary: summary.into(), detail: detail.into(), path: None }
    }

    /// A warning.
    pub fn warning(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, summary: summary.into(), detail: detail.into(), path: None }
    }

    /// The same, at an attribute.
    #[must_use]
    pub fn at(mut self, path: Path) -> Self {
        self.path = Some(path);
        self
    }
}

/// The attribute, where there is one, the summary and the detail.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.path {
            write!(f, "{path}: ")?;
        }
        write!(f, "{}: {}", self.summary, self.detail)
    }
}

/// Any number of diagnostics; the error type of everything that a provider's author writes.
///
/// ```
/// use tfplug::{Diagnostic, Diagnostics, Result};
///
/// fn check(names: &[&str]) -> Result<()> {
///     let wrong = names.iter().filter(|name| name.is_empty());
///     let told: Diagnostics = wrong.map(|_| Diagnostic::error("A name is empty", "")).collect();
///     if told.has_errors() { Err(told) } else { Ok(()) }
/// }
///
/// assert!(check(&["a"]).is_ok());
/// assert_eq!(check(&["", "a", ""]).unwrap_err().iter().count(), 2);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

/// The result of a provider's methods.
pub type Result<T, E = Diagnostics> = std::result::Result<T, E>;

impl Diagnostics {
    /// None.
    pub const NONE: Self = Self(Vec::new());

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Adds all of another collection.
    pub fn append(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Whether one of them is an error.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One after the other.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }
}

/// Each on lines of its own.
impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let each: Vec<_> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&each.join("\n"))
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(diagnostics: I) -> Self {
        Self(diagnostics.into_iter().collect())
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diagnostic_has_a_severity_and_perhaps_a_place() {
        let error = Diagnostic::error("Summary", "Detail.");
        assert_eq!(
            (error.severity, error.summary.as_str(), error.detail.as_str()),
            (Severity::Error, "Summary", "Detail.")
        );
        assert_eq!(error.path, None);
        let warning = Diagnostic::warning("Summary", "Detail.").at(Path::attribute("name"));
        assert_eq!((warning.severity, warning.path), (Severity::Warning, Some(Path::attribute("name"))));
    }

    #[test]
    fn diagnostics_keep_their_order_and_know_whether_one_is_an_error() {
        let (warning, error) = (Diagnostic::warning("W", ""), Diagnostic::error("E", ""));
        let mut all = Diagnostics::NONE;
        assert!(all.is_empty() && !all.has_errors());
        all.push(warning.clone());
        assert!(!all.is_empty() && !all.has_errors());
        all.append(error.clone().into());
        assert!(all.has_errors());
        let expected = vec![warning, error];
        assert_eq!(all.iter().cloned().collect::<Vec<_>>(), expected);
        assert_eq!((&all).into_iter().cloned().collect::<Diagnostics>(), all);
        assert_eq!(all.into_iter().collect::<Vec<_>>(), expected);
    }
}
