//! A run of Terraform: a configuration with its state, planned and applied as Terraform walks it.

mod apply;
mod configuration;
mod graph;
mod plan;
mod state;

use std::{
    cell::{Cell, RefCell},
    fmt,
};

pub use self::{
    configuration::{Configuration, Declared, Import, Moved, Removed, reference},
    plan::{Change, PlanFile, RunOptions},
    state::{Instance, StateFile, Stored},
};
use super::host::{Error, Host};
use crate::diagnostic::Diagnostic;

/// How many nodes Terraform visits at the same time, unless `-parallelism` says otherwise.
pub const PARALLELISM: usize = 10;

/// Terraform's part of one walk over a configuration: of a plan, or of an apply. Each has a provider process of its
/// own, which is the [`Host`]; what passes from the one to the other is the [`PlanFile`].
///
/// Nodes are visited side by side, each after those that it waits for. In what order those begin that wait for nothing
/// is Terraform's choice and differs from run to run; here it is that of whoever asks.
///
/// A walk is dropped to kill Terraform and the provider at that moment. What the state file holds then is what was
/// written of it so far.
pub struct Walk<'h> {
    host: &'h Host,
    parallelism: usize,
    choose: RefCell<Box<dyn FnMut(usize) -> usize + 'h>>,
    is_halted: Cell<bool>,
    told: RefCell<Told>,
}

/// What a walk told of its nodes, by address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Warnings.
    pub warnings: Vec<(String, Diagnostic)>,
    /// What went wrong.
    pub errors: Vec<(String, Error)>,
}

impl<'h> Walk<'h> {
    /// A walk with a provider that is configured.
    pub fn new(host: &'h Host) -> Self {
        let first = RefCell::new(Box::new(|_| 0_usize) as Box<dyn FnMut(usize) -> usize>);
        let (is_halted, told) = (Cell::new(false), RefCell::default());
        Self { host, parallelism: PARALLELISM, choose: first, is_halted, told }
    }

    /// With `-parallelism`; at least one node is visited.
    #[must_use]
    pub fn with_parallelism(self, parallelism: usize) -> Self {
        Self { parallelism: parallelism.max(1), ..self }
    }

    /// With an order of one's own: of so many nodes that could begin, which one does.
    #[must_use]
    pub fn in_order(self, choose: impl FnMut(usize) -> usize + 'h) -> Self {
        Self { choose: RefCell::new(Box::new(choose)), ..self }
    }

    /// What an interrupt does: the provider is asked to stop, what has begun is awaited, and nothing more begins.
    ///
    /// # Errors
    /// What the provider answers to that.
    pub async fn interrupt(&self) -> Result<(), Error> {
        self.is_halted.set(true);
        self.host.stop().await
    }

    /// What was told since the walk began, or since this was asked last.
    pub fn take_told(&self) -> Told {
        self.told.take()
    }

    /// Keeps what came of a node. Answers with what it came to, where nothing went wrong.
    fn keep<T>(&self, address: &str, result: Result<T, Error>) -> Option<T> {
        match result {
            Ok(done) => Some(done),
            Err(error) => {
                self.told.borrow_mut().errors.push((address.to_owned(), error));
                None
            }
        }
    }

    fn warn<'d>(&self, address: &str, told: impl IntoIterator<Item = &'d Diagnostic>) {
        let warnings = told.into_iter().filter(|it| it.severity == crate::diagnostic::Severity::Warning);
        let warnings = warnings.map(|it| (address.to_owned(), it.clone()));
        self.told.borrow_mut().warnings.extend(warnings);
    }
}

impl fmt::Debug for Walk<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Walk").field("parallelism", &self.parallelism).field("is_halted", &self.is_halted).finish()
    }
}

#[cfg(test)]
mod tests;
