//! The walk of an apply: each change at a node of its own, a replacement at two.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use super::{
    super::host::{Applied, Error, Planned, PlannedAction, State},
    Change, PlanFile, StateFile, Stored, Walk,
    graph::Graph,
};

/// One node of an apply, with its address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// A creation or a change.
    Make(String),
    /// A destruction of what an address stands for.
    Destroy(String),
    /// A destruction of what was deposed.
    DestroyDeposed(String, Deposed),
    /// The end of what the state knows of an address, without a destruction.
    Forget(String),
}

/// Which deposed object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deposed {
    /// One of an earlier run, by its key.
    Before(String),
    /// The one that this run deposes.
    Now,
}

impl Step {
    /// Its address.
    pub fn address(&self) -> &String {
        match self {
            Self::Make(address) | Self::Destroy(address) | Self::DestroyDeposed(address, _) | Self::Forget(address) => {
                address
            }
        }
    }
}

impl From<Step> for String {
    fn from(step: Step) -> Self {
        step.address().clone()
    }
}

/// An apply that goes on.
struct Work<'p> {
    plan: &'p PlanFile,
    state: RefCell<StateFile>,
    /// What is on the disk.
    file: &'p RefCell<StateFile>,
    /// What this run has deposed, by address: the key.
    deposed: RefCell<BTreeMap<String, String>>,
}

impl PlanFile {
    /// What an apply of it visits, each with what it waits for. Beside that it waits for what those wait for.
    pub fn order(&self) -> BTreeMap<Step, BTreeSet<Step>> {
        graph(self).into_inner()
    }
}

impl Walk<'_> {
    /// Carries a plan out. The state file is written after each change, and at the end.
    ///
    /// Answers whether all of it was done; [`take_told`](Self::take_told) says what was told.
    pub async fn apply(&self, plan: &PlanFile, file: &RefCell<StateFile>) -> bool {
        let work = Work { plan, state: RefCell::new(plan.state.clone()), file, deposed: RefCell::default() };
        let left = self.through(graph(plan), |step| self.apply_node(&work, step)).await;
        self.tell_of(left);
        work.write();
        self.told.borrow().errors.is_empty()
    }

    async fn apply_node(&self, work: &Work<'_>, step: Step) -> bool {
        let address = String::from(step.clone());
        let outcome = match step {
            Step::Make(address) => self.make(work, &address).await,
            Step::Destroy(address) => self.destroy(work, &address).await,
            Step::DestroyDeposed(address, deposed) => self.destroy_deposed(work, &address, &deposed).await,
            Step::Forget(address) => {
                work.state.borrow_mut().instances.remove(&address);
                work.write();
                Ok(())
            }
        };
        self.keep(&address, outcome).is_some()
    }

    async fn make(&self, work: &Work<'_>, address: &str) -> Result<(), Error> {
        let Some(planned) = work.planned(&Change::Configured(address.to_owned())) else { return Ok(()) };
        let declared = &work.plan.configuration.resources[address];
        let config = declared.evaluated(&|address, name| work.state.borrow().attribute(address, name));
        if planned.action == PlannedAction::CreateThenDelete {
            work.depose(address);
        }
        // Where not even the final plan comes about, what was deposed stays so.
        let applied = self.host.apply_creation(planned, &config).await.inspect_err(|error| {
            self.warn(address, error.diagnostics());
            work.write();
        })?;
        let is_made = applied.state.is_some();
        let done = self.done(address, applied, |state| work.store_made(address, state));
        if planned.action == PlannedAction::CreateThenDelete && !is_made {
            // With nothing in its place, it is the resource again.
            work.restore(address);
        }
        work.write();
        done
    }

    async fn destroy(&self, work: &Work<'_>, address: &str) -> Result<(), Error> {
        let of = |change: fn(String) -> Change| work.planned(&change(address.to_owned()));
        let Some(planned) = of(Change::Configured).or_else(|| of(Change::Orphan)) else { return Ok(()) };
        let applied = self.host.apply_destruction(planned).await;
        self.done(address, applied, |state| work.store_left(address, None, state))
    }

    async fn destroy_deposed(&self, work: &Work<'_>, address: &str, deposed: &Deposed) -> Result<(), Error> {
        let key = match deposed {
            Deposed::Before(key) => Some(key.clone()),
            Deposed::Now => work.deposed.borrow().get(address).cloned(),
        };
        let Some((key, stored)) = key.and_then(|key| work.find_deposed(address, &key).map(|stored| (key, stored)))
        else {
            return Ok(());
        };
        // It is planned now, also where the plan has done so before.
        let planned = self.host.plan_destroy(&stored.state).await?;
        self.warn(address, planned.diagnostics.iter());
        let applied = self.host.apply_destruction(&planned).await;
        self.done(address, applied, |state| work.store_left(address, Some(&key), state))
    }

    /// Keeps what is stored of a change, and what it told.
    fn done(&self, address: &str, applied: Applied, store: impl FnOnce(Option<State>)) -> Result<(), Error> {
        self.warn(address, applied.diagnostics.iter());
        store(applied.state);
        applied.outcome
    }
}

impl Work<'_> {
    fn planned(&self, change: &Change) -> Option<&Planned> {
        self.plan.changes.get(change)
    }

    fn put(&self, address: &str, deposed: Option<&str>, stored: Option<Stored>) {
        self.state.borrow_mut().put(address, deposed, stored);
    }

    fn find_deposed(&self, address: &str, key: &str) -> Option<Stored> {
        self.state.borrow().instances.get(address).and_then(|instance| instance.deposed.get(key)).cloned()
    }

    /// Makes place for another object at an address.
    fn depose(&self, address: &str) {
        let Some(current) = self.state.borrow().current(address).cloned() else { return };
        let key = (1..).map(|number| format!("{number:08x}")).find(|key| self.find_deposed(address, key).is_none());
        let Some(key) = key else { return };
        self.put(address, Some(&key), Some(current));
        self.put(address, None, None);
        self.deposed.borrow_mut().insert(address.to_owned(), key);
    }

    /// Makes what was deposed the object of its address again.
    fn restore(&self, address: &str) {
        let Some(key) = self.deposed.borrow_mut().remove(address) else { return };
        let stored = self.find_deposed(address, &key);
        self.put(address, Some(&key), None);
        self.put(address, None, stored);
    }

    /// Stores what was made.
    fn store_made(&self, address: &str, state: Option<State>) {
        let configuration = &self.plan.configuration;
        let stored = state.map(|state| Stored {
            state,
            dependencies: configuration.waits_for_all(address),
            create_before_destroy: configuration.created_first().contains(address),
        });
        self.put(address, None, stored);
        self.write();
    }

    /// Stores what a destruction has left. What it depended on stays known; how it would be replaced does not.
    fn store_left(&self, address: &str, deposed: Option<&str>, state: Option<State>) {
        let before = match deposed {
            Some(key) => self.find_deposed(address, key),
            None => self.state.borrow().current(address).cloned(),
        };
        let dependencies = before.map(|before| before.dependencies).unwrap_or_default();
        let stored = state.map(|state| Stored { state, dependencies, create_before_destroy: false });
        self.put(address, deposed, stored);
        self.write();
    }

    /// Writes the state file.
    fn write(&self) {
        *self.file.borrow_mut() = self.state.borrow().clone();
    }
}

fn graph(plan: &PlanFile) -> Graph<Step> {
    let steps = plan.changes.iter().flat_map(|(change, planned)| {
        let address = change.address().to_owned();
        match (change, planned.action) {
            (Change::Deposed(_, key), _) => vec![Step::DestroyDeposed(address, Deposed::Before(key.clone()))],
            (_, PlannedAction::Delete) => vec![Step::Destroy(address)],
            (_, PlannedAction::DeleteThenCreate) => vec![Step::Destroy(address.clone()), Step::Make(address)],
            (_, PlannedAction::CreateThenDelete) => {
                vec![Step::Make(address.clone()), Step::DestroyDeposed(address, Deposed::Now)]
            }
            _ => vec![Step::Make(address)],
        }
    });
    let forgotten = plan.forgotten.iter().cloned().map(Step::Forget);
    let mut graph = Graph::new(steps.chain(forgotten));
    for (address, declared) in &plan.configuration.resources {
        for other in declared.waits_for() {
            graph.wait(&Step::Make(address.clone()), &Step::Make(other));
        }
    }
    order_destructions(&mut graph, plan);
    if !plan.targets.is_empty() {
        // What nobody asked for and nothing waits for is left out: the end of what a replacement has deposed, too.
        graph.keep(|step| plan.targets.contains(step.address()));
    }
    // What does not change is nothing to wait for: who waits for it, waits for what it waits for.
    let still: Vec<_> = graph.nodes().filter(|step| plan.leaves_alone(step)).cloned().collect();
    still.iter().for_each(|step| graph.bypass(step));
    graph
}

/// Destructions wait for those of what depended on them, and what is made waits for the destruction of what it depended
/// on: by what the state knows, and where that knows nothing, by the configuration. In the order of
/// `create_before_destroy` a destruction waits for what would have waited for it.
fn order_destructions(graph: &mut Graph<Step>, plan: &PlanFile) {
    let (changing, ending): (Vec<_>, Vec<_>) = graph.nodes().cloned().partition(|step| matches!(step, Step::Make(_)));
    let changing = changing.iter().filter(|step| plan.changes_something(step.address()));
    let depended_on = |step: &Step| match plan.state.current(step.address()) {
        Some(stored) => stored.dependencies.clone(),
        None if matches!(step, Step::Make(_)) => plan.configuration.waits_for_all(step.address()),
        None => BTreeSet::new(),
    };
    let mut waits = BTreeSet::new();
    for step in changing {
        let others = depended_on(step);
        let others =
            ending.iter().filter(|other| other.address() == step.address() || others.contains(other.address()));
        waits.extend(others.map(|other| (step, other)));
    }
    for step in &ending {
        for other in depended_on(step) {
            waits.extend(ending.iter().filter(|it| *it.address() == other).map(|it| (it, step)));
        }
    }
    let made: Vec<_> = graph.nodes().filter(|it| matches!(it, Step::Make(_))).cloned().collect();
    for step in &ending {
        for other in depended_on(step) {
            let of_other = made.iter().filter(|it| *it.address() == other && plan.changes_something(&other));
            waits.extend(of_other.map(|it| (it, step)));
        }
    }
    for (step, other) in waits {
        if matches!(step, Step::Make(_)) && plan.is_created_first(other) {
            graph.wait(other, step);
        } else {
            graph.wait(step, other);
        }
    }
}

impl PlanFile {
    fn changes_something(&self, address: &str) -> bool {
        let planned = self.changes.get(&Change::Configured(address.to_owned()));
        planned.is_some_and(|planned| planned.action != PlannedAction::NoOp)
    }

    fn leaves_alone(&self, step: &Step) -> bool {
        matches!(step, Step::Make(address) if !self.changes_something(address))
    }

    /// Whether what a destruction is about is replaced in the order of `create_before_destroy`.
    fn is_created_first(&self, destruction: &Step) -> bool {
        match destruction {
            Step::DestroyDeposed(..) => true,
            Step::Destroy(address) => self.state.current(address).is_some_and(|stored| stored.create_before_destroy),
            Step::Make(_) | Step::Forget(_) => false,
        }
    }
}
