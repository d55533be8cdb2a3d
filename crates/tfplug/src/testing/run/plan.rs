//! The walk of a plan: refresh and plan at each node.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use serde_json::Value as Json;

use super::{
    super::host::{Error, PlanOptions, Planned, PlannedAction, State},
    Configuration, Import, StateFile, Stored, Walk,
    graph::Graph,
    state::attribute,
};
use crate::value::Path;

/// What is said on the command line of `terraform plan`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunOptions {
    /// `-refresh`.
    pub refresh: bool,
    /// `-target`: these, and what they depend on; everything where it is empty.
    pub targets: BTreeSet<String>,
    /// `-replace`.
    pub replace: BTreeSet<String>,
}

impl Default for RunOptions {
    /// Refreshes, and plans everything.
    fn default() -> Self {
        Self { refresh: true, targets: BTreeSet::new(), replace: BTreeSet::new() }
    }
}

/// Terraform has to see both addresses of what it moves.
const MOVED_UNSEEN: &str = "it is moved, and not both of its addresses are among the targets";

/// What a change is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// What is configured at an address.
    Configured(String),
    /// What is at an address and is not configured any more.
    Orphan(String),
    /// What was left behind at an address, by its key.
    Deposed(String, String),
}

impl Change {
    /// Its address.
    pub fn address(&self) -> &str {
        match self {
            Self::Configured(address) | Self::Orphan(address) | Self::Deposed(address, _) => address,
        }
    }
}

/// A plan, as the file of `terraform plan -out` keeps it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PlanFile {
    /// What is going to happen.
    pub changes: BTreeMap<Change, Planned>,
    /// What the state forgets without a destruction.
    pub forgotten: BTreeSet<String>,
    /// The state, refreshed. What is not going to change is in the state file so after an apply.
    pub state: StateFile,
    /// The configuration that it is for.
    pub configuration: Configuration,
    /// What `-target` named.
    pub targets: BTreeSet<String>,
}

impl PlanFile {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.forgotten.is_empty() && self.changes.values().all(|planned| planned.action == PlannedAction::NoOp)
    }
}

/// A plan that is being made.
struct Work<'p> {
    configuration: &'p Configuration,
    options: &'p RunOptions,
    created_first: BTreeSet<String>,
    state: RefCell<StateFile>,
    changes: RefCell<BTreeMap<Change, Planned>>,
}

impl Walk<'_> {
    /// Plans a configuration, with `moved`, `import` and `removed` blocks.
    ///
    /// Answers with nothing where something went wrong: [`take_told`](Self::take_told) says what.
    pub async fn plan(
        &self,
        state: &StateFile,
        configuration: &Configuration,
        options: &RunOptions,
    ) -> Option<PlanFile> {
        let mut state = state.clone();
        for moved in &configuration.moved {
            let is_moved = state.rename(&moved.from, &moved.to);
            let is_target = |address| options.targets.is_empty() || options.targets.contains(address);
            if is_moved && !(is_target(&moved.from) && is_target(&moved.to)) {
                self.told.borrow_mut().errors.push((moved.to.clone(), Error::refused(&Path::ROOT, MOVED_UNSEEN)));
                return None;
            }
        }
        let mut forgotten = BTreeSet::new();
        for removed in &configuration.removed {
            if state.instances.contains_key(&removed.from) && is_meant(configuration, options, &removed.from) {
                forgotten.insert(removed.from.clone());
            }
        }
        let graph = graph(&state, configuration, options, &forgotten);
        let created_first = configuration.created_first_of(|address| is_meant(configuration, options, address));
        let work =
            Work { configuration, options, created_first, state: RefCell::new(state), changes: RefCell::default() };
        let left = self.through(graph, |change| self.plan_node(&work, change)).await;
        self.tell_of(left);
        let Work { state, changes, .. } = work;
        self.told.borrow().errors.is_empty().then(|| PlanFile {
            changes: changes.into_inner(),
            forgotten,
            state: state.into_inner(),
            configuration: configuration.clone(),
            targets: options.targets.clone(),
        })
    }

    /// `terraform import`: what is to be stored at an address.
    ///
    /// # Errors
    /// As [`Host::import`](super::super::Host::import).
    pub async fn import(&self, type_name: &str, import: &Import) -> Result<Stored, Error> {
        let state = self.host.import(type_name, import.id.as_str()).await?;
        Ok(Stored { state, dependencies: BTreeSet::new(), create_before_destroy: false })
    }

    pub(super) fn tell_of(&self, left: Vec<impl Into<String>>) {
        let why = if self.is_halted.get() { "execution halted" } else { "it waits for itself" };
        let left = left.into_iter().map(|it| (it.into(), Error::refused(&Path::ROOT, why)));
        self.told.borrow_mut().errors.extend(left);
    }

    async fn plan_node(&self, work: &Work<'_>, change: Change) -> bool {
        let address = change.address().to_owned();
        let planned = self.planned(work, &change).await;
        let planned = planned.inspect_err(|error| self.warn(&address, error.diagnostics()));
        let Some(planned) = self.keep(&address, planned) else { return false };
        if let Some(planned) = planned {
            self.warn(&address, planned.diagnostics.iter());
            work.changes.borrow_mut().insert(change, planned);
        }
        true
    }

    async fn planned(&self, work: &Work<'_>, change: &Change) -> Result<Option<Planned>, Error> {
        match change {
            Change::Configured(address) => self.plan_configured(work, address).await.map(Some),
            Change::Orphan(address) => match self.refreshed(work, address, None).await? {
                Some(state) => self.host.plan_destroy(&state).await.map(Some),
                None => Ok(None),
            },
            Change::Deposed(address, key) => match self.refreshed(work, address, Some(key)).await? {
                Some(state) => self.host.plan_destroy(&state).await.map(Some),
                None => Ok(None),
            },
        }
    }

    async fn plan_configured(&self, work: &Work<'_>, address: &str) -> Result<Planned, Error> {
        let declared = &work.configuration.resources[address];
        let import = work.configuration.imports.iter().find(|import| import.to == address);
        let is_there = work.state.borrow().current(address).is_some();
        let state = match import.filter(|_| !is_there) {
            Some(import) => {
                let imported = self.import(&declared.type_name, import).await?;
                let state = imported.state.clone();
                work.state.borrow_mut().put(address, None, Some(imported));
                Some(state)
            }
            None => self.refreshed(work, address, None).await?,
        };
        let config = declared.evaluated(&|address, name| work.attribute(address, name));
        let options = PlanOptions {
            create_before_destroy: work.created_first.contains(address),
            replace: work.options.replace.contains(address),
        };
        let planned = self.host.plan_with(&declared.type_name, state.as_ref(), &config, options).await?;
        if planned.action == PlannedAction::NoOp {
            work.know_dependencies(address);
        }
        Ok(planned)
    }

    /// The object of an address, or the deposed one of this key, read anew. `None` where it is gone.
    async fn refreshed(&self, work: &Work<'_>, address: &str, deposed: Option<&str>) -> Result<Option<State>, Error> {
        let Some(stored) = work.stored(address, deposed) else { return Ok(None) };
        let is_configured = deposed.is_none() && work.configuration.resources.contains_key(address);
        let create_before_destroy =
            if is_configured { work.created_first.contains(address) } else { stored.create_before_destroy };
        let mut stored = Stored { create_before_destroy, ..stored };
        let mut is_there = true;
        if work.options.refresh {
            let refreshed = self.host.refresh(&stored.state).await?;
            self.warn(address, refreshed.diagnostics.iter());
            is_there = refreshed.state.is_some();
            stored.state = refreshed.state.unwrap_or(stored.state);
            if is_configured {
                // Until the apply, what it depended on counts beside what it is going to depend on.
                stored.dependencies.extend(work.configuration.waits_for_all(address));
            }
        }
        let stored = Some(stored).filter(|_| is_there);
        let state = stored.as_ref().map(|stored| stored.state.clone());
        work.state.borrow_mut().put(address, deposed, stored);
        Ok(state)
    }
}

impl Work<'_> {
    fn stored(&self, address: &str, deposed: Option<&str>) -> Option<Stored> {
        let state = self.state.borrow();
        match deposed {
            None => state.current(address).cloned(),
            Some(key) => state.instances.get(address).and_then(|it| it.deposed.get(key)).cloned(),
        }
    }

    /// Of what does not change the state knows at once what it depends on now: no apply is going to say so.
    fn know_dependencies(&self, address: &str) {
        let dependencies = self.configuration.waits_for_all(address);
        let stored = self.stored(address, None).filter(|stored| stored.dependencies != dependencies);
        if let Some(stored) = stored {
            let create_before_destroy = self.created_first.contains(address);
            let stored = Stored { dependencies, create_before_destroy, ..stored };
            self.state.borrow_mut().put(address, None, Some(stored));
        }
    }

    /// An attribute of what is planned at an address, or, where that is not planned in this run, of what is there.
    fn attribute(&self, address: &str, name: &str) -> Json {
        match self.changes.borrow().get(&Change::Configured(address.to_owned())) {
            Some(planned) => attribute(&planned.planned, name),
            None => self.state.borrow().attribute(address, name),
        }
    }
}

impl StateFile {
    /// Gives what is at an address another one, where that is free. Answers whether there was something to move.
    fn rename(&mut self, from: &str, to: &str) -> bool {
        if self.instances.contains_key(to) {
            return false;
        }
        let Some(instance) = self.instances.remove(from) else { return false };
        self.instances.insert(to.to_owned(), instance);
        true
    }
}

/// Whether a run with these options is about an address.
fn is_meant(configuration: &Configuration, options: &RunOptions, address: &str) -> bool {
    let targets = &options.targets;
    targets.is_empty()
        || targets.contains(address)
        || targets.iter().any(|target| configuration.waits_for_all(target).contains(address))
}

fn graph(
    state: &StateFile,
    configuration: &Configuration,
    options: &RunOptions,
    forgotten: &BTreeSet<String>,
) -> Graph<Change> {
    let is_meant = |address: &str| is_meant(configuration, options, address);
    let is_configured = |address: &str| configuration.resources.contains_key(address);
    let configured = configuration.resources.keys().filter(|it| is_meant(it)).cloned().map(Change::Configured);
    let orphans = state.instances.iter().filter(|(address, instance)| {
        instance.current.is_some() && !is_configured(address) && !forgotten.contains(*address) && is_meant(address)
    });
    let orphans = orphans.map(|(address, _)| Change::Orphan(address.clone()));
    let deposed = state.deposed().filter(|(address, ..)| !forgotten.contains(*address) && is_meant(address));
    let deposed = deposed.map(|(address, key, _)| Change::Deposed(address.to_owned(), key.to_owned()));
    let mut graph = Graph::new(configured.chain(orphans).chain(deposed));
    for (address, declared) in &configuration.resources {
        for other in declared.waits_for() {
            graph.wait(&Change::Configured(address.clone()), &Change::Configured(other));
        }
    }
    graph
}

impl From<Change> for String {
    fn from(change: Change) -> Self {
        change.address().to_owned()
    }
}
