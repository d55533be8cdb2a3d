//! Why something did not come about.

use std::fmt;

use crate::{
    diagnostic::{Diagnostic, Diagnostics, Severity},
    rules::Violation,
    value::Path,
};

/// Why a call of a [`Host`](super::Host) did not come to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// Terraform itself refuses, before it asks the provider: what is written does not fit the schema.
    Refused {
        /// Where.
        path: Path,
        /// What is wrong.
        problem: String,
    },
    /// The provider serves nothing of this name.
    NotServed {
        /// What was asked for, such as `resource`.
        kind: &'static str,
        /// Its name.
        name: String,
    },
    /// The provider answered with errors, or broke rules of Terraform's, which to a user is the same.
    Failed {
        /// All that the provider told, warnings included.
        diagnostics: Diagnostics,
        /// The rules that its answers break.
        violations: Vec<Violation>,
    },
    /// A resource does not stay as it was applied: its refresh differs, or the same configuration plans a change.
    Unsettled {
        /// What shows it: a `refresh` or a `plan`.
        by: &'static str,
        /// Where it differs.
        paths: Vec<Path>,
    },
    /// The program cannot be started or spoken to.
    Program(String),
}

impl Error {
    pub(in crate::testing) fn refused(path: &Path, problem: impl Into<String>) -> Self {
        Self::Refused { path: path.clone(), problem: problem.into() }
    }

    /// What the provider told.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        match self {
            Self::Failed { diagnostics, .. } => diagnostics.iter().as_slice(),
            _ => &[],
        }
    }

    /// The rules that were broken.
    pub fn violations(&self) -> &[Violation] {
        match self {
            Self::Failed { violations, .. } => violations,
            _ => &[],
        }
    }
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { path, problem } if path.is_root() => f.write_str(problem),
            Self::Refused { path, problem } => write!(f, "{path}: {problem}"),
            Self::NotServed { kind, name } => write!(f, "the provider has no {kind} {name:?}"),
            Self::Failed { diagnostics, violations } => {
                let told = diagnostics.iter().filter(|it| it.severity == Severity::Error).map(ToString::to_string);
                let broken = violations.iter().map(|it| format!("a mistake in the provider: {it}"));
                f.write_str(&told.chain(broken).collect::<Vec<_>>().join("\n"))
            }
            Self::Unsettled { by, paths } => {
                let paths: Vec<_> = paths.iter().map(ToString::to_string).collect();
                write!(f, "the {by} after the apply differs at {}", paths.join(", "))
            }
            Self::Program(problem) => f.write_str(problem),
        }
    }
}

/// What has been told and found so far.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) diagnostics: Diagnostics,
    pub(super) violations: Vec<Violation>,
}

impl Findings {
    pub(super) fn has_errors(&self) -> bool {
        self.diagnostics.has_errors() || !self.violations.is_empty()
    }

    /// The warnings, where nothing is wrong.
    pub(super) fn into_result(self) -> Result<Diagnostics, Error> {
        let Self { diagnostics, violations } = self;
        if diagnostics.has_errors() || !violations.is_empty() {
            return Err(Error::Failed { diagnostics, violations });
        }
        Ok(diagnostics)
    }

    /// Ends here where something is wrong.
    pub(super) fn check(&mut self) -> Result<(), Error> {
        if !self.has_errors() {
            return Ok(());
        }
        std::mem::take(self).into_result().map(|_| ())
    }
}
