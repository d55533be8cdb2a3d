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
    apply::{Deposed, Step},
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
///
/// ```
/// # use serde::{Deserialize, Serialize};
/// # use tfplug::{Attr, ConfigureContext, Context, NoIdentity, Provider, Registry, Resource, Result};
/// # use tfplug::schema::{Attribute, Schema};
/// # #[derive(Clone, Serialize, Deserialize)]
/// # struct Note { id: Attr<String>, text: Attr<String> }
/// # struct Notes;
/// # impl Resource for Notes {
/// #     type Data = ();
/// #     type Model = Note;
/// #     type Identity = NoIdentity;
/// #     fn type_name(&self) -> &'static str { "notes_note" }
/// #     fn schema(&self) -> Schema {
/// #         Schema::new("A note.")
/// #             .attribute("id", Attribute::string("Its ID.").computed().use_state_for_unknown())
/// #             .attribute("text", Attribute::string("What it says.").required())
/// #     }
/// #     async fn create(&self, _: &mut Context<()>, mut planned: Note) -> Result<Note> {
/// #         planned.id = "note-1".to_owned().into();
/// #         Ok(planned)
/// #     }
/// #     async fn read(&self, _: &mut Context<()>, state: Note) -> Result<Option<Note>> { Ok(Some(state)) }
/// #     async fn update(&self, _: &mut Context<()>, _: Note, planned: Note) -> Result<Note> { Ok(planned) }
/// #     async fn delete(&self, _: &mut Context<()>, _: Note) -> Result<()> { Ok(()) }
/// # }
/// # struct MyProvider;
/// # impl Provider for MyProvider {
/// #     type Config = NoConfig;
/// #     type Data = ();
/// #     fn version(&self) -> &'static str { "1.0.0" }
/// #     fn schema(&self) -> Schema { Schema::new("Notes.") }
/// #     async fn configure(&self, _: &mut ConfigureContext, _: NoConfig) -> Result<()> { Ok(()) }
/// #     fn register(&self, registry: &mut Registry<()>) { registry.resource(Notes); }
/// # }
/// # #[derive(Clone, Serialize, Deserialize)]
/// # struct NoConfig {}
/// use std::cell::RefCell;
///
/// use serde_json::json;
/// use tfplug::testing::{Configuration, Declared, Host, RunOptions, StateFile, Walk, reference};
///
/// # fn main() -> Result<(), tfplug::testing::Error> {
/// # let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
/// # runtime.block_on(async {
/// let note = |config| Declared { type_name: "notes_note".to_owned(), config, ..Declared::default() };
/// let mut configuration = Configuration::default();
/// configuration.resources.insert("notes_note.a".to_owned(), note(json!({ "text": "Buy milk" })));
/// let text = reference("notes_note.a", "id");
/// configuration.resources.insert("notes_note.b".to_owned(), note(json!({ "text": text })));
///
/// let file = RefCell::new(StateFile::default());
/// let planner = Host::in_process(MyProvider).await?;
/// planner.configure(&json!({})).await?;
/// let walk = Walk::new(&planner);
/// let plan = walk.plan(&StateFile::default(), &configuration, &RunOptions::default()).await;
/// let plan = plan.expect("a plan without errors");
/// assert_eq!(plan.changes.len(), 2);
///
/// let applier = Host::in_process(MyProvider).await?;
/// applier.configure(&json!({})).await?;
/// assert!(Walk::new(&applier).apply(&plan, &file).await);
/// let file = file.into_inner();
/// let b = file.current("notes_note.b").expect("it was made");
/// assert_eq!(b.state.shown()["text"], "note-1");
/// # Ok(())
/// # })
/// # }
/// ```
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
