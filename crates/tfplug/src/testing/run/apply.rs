//! The walk of an apply: each change at a node of its own, a replacement at two.

use std::{cell::RefCell, collections::BTreeMap};

use super::{
    super::host::{Applied, Error, Planned, PlannedAction, State},
    Change, PlanFile, StateFile, Stored, Walk,
    graph::Graph,
};

/// One node.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    /// A creation or a change; of what does not change, nothing.
    Make(String),
    /// A destruction of what an address stands for.
    Destroy(String),
    /// A destruction of what was deposed.
    DestroyDeposed(String, Deposed),
}

/// Which deposed object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Deposed {
    /// One of an earlier run.
    Before(String),
    /// The one that this run deposes.
    Now,
}

impl From<Step> for String {
    fn from(step: Step) -> Self {
        match step {
            Step::Make(address) | Step::Destroy(address) | Step::DestroyDeposed(address, _) => address,
        }
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

impl Walk<'_> {
    /// Carries a plan out. The state file is written after each change, and at the end.
    ///
    /// Answers whether all of it was done; [`take_told`](Self::take_told) says what was told.
    pub async fn apply(&self, plan: &PlanFile, file: &RefCell<StateFile>) -> bool {
        let work = Work { plan, state: RefCell::new(plan.state.clone()), file, deposed: RefCell::default() };
        let left = self.through(graph(plan), |step| self.apply_node(&work, step)).await;
        self.tell_of(left);
        plan.forgotten.iter().for_each(|address| drop(work.state.borrow_mut().instances.remove(address)));
        work.write();
        self.told.borrow().errors.is_empty()
    }

    async fn apply_node(&self, work: &Work<'_>, step: Step) -> bool {
        let address = String::from(step.clone());
        let outcome = match step {
            Step::Make(address) => self.make(work, &address).await,
            Step::Destroy(address) => self.destroy(work, &address).await,
            Step::DestroyDeposed(address, deposed) => self.destroy_deposed(work, &address, &deposed).await,
        };
        self.keep(&address, outcome).is_some()
    }

    async fn make(&self, work: &Work<'_>, address: &str) -> Result<(), Error> {
        let planned = work.planned(&Change::Configured(address.to_owned()));
        let Some(planned) = planned.filter(|it| it.action != PlannedAction::NoOp) else { return Ok(()) };
        let declared = &work.plan.configuration.resources[address];
        let config = declared.evaluated(&|address, name| work.state.borrow().attribute(address, name));
        if planned.action == PlannedAction::CreateThenDelete {
            work.depose(address);
        }
        let applied = self.host.apply_creation(planned, &config).await;
        let is_made = applied.state.is_some();
        let done = self.done(address, applied, |state| work.store(address, None, state));
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
        self.done(address, applied, |state| work.store(address, None, state))
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
        let planned = match deposed {
            Deposed::Before(key) => work.planned(&Change::Deposed(address.to_owned(), key.clone())).cloned(),
            Deposed::Now => None,
        };
        let planned = match planned {
            Some(planned) => planned,
            None => self.host.plan_destroy(&stored.state).await?,
        };
        let applied = self.host.apply_destruction(&planned).await;
        self.done(address, applied, |state| work.store(address, Some(&key), state))
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

    fn store(&self, address: &str, deposed: Option<&str>, state: Option<State>) {
        let stored = state.map(|state| {
            let configuration = &self.plan.configuration;
            match self.state.borrow().current(address) {
                Some(before) if !configuration.resources.contains_key(address) => Stored { state, ..before.clone() },
                _ => Stored {
                    state,
                    dependencies: configuration.waits_for_all(address),
                    create_before_destroy: configuration.created_first().contains(address),
                },
            }
        });
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
    let mut graph = Graph::new(steps);
    for address in plan.changes.keys().map(Change::address) {
        order(&mut graph, plan, address);
    }
    graph
}

/// What the nodes of an address wait for.
fn order(graph: &mut Graph<Step>, plan: &PlanFile, address: &str) {
    let make = Step::Make(address.to_owned());
    let destroy = Step::Destroy(address.to_owned());
    let deposed: Vec<_> = graph.nodes().filter(|step| is_deposed(step, address)).cloned().collect();
    graph.wait(&make, &destroy);
    for step in &deposed {
        graph.wait(step, &make);
    }
    for other in plan.configuration.resources.get(address).map(|it| it.waits_for()).unwrap_or_default() {
        graph.wait(&make, &Step::Make(other));
    }
    // What depended on something goes before that does, and before that changes.
    let stored = plan.state.current(address);
    for other in stored.map(|stored| &stored.dependencies).into_iter().flatten() {
        graph.wait(&Step::Destroy(other.clone()), &destroy);
        if !graph.has(&Step::Destroy(other.clone())) {
            graph.wait(&Step::Make(other.clone()), &destroy);
        }
        // In the order of `create_before_destroy`, what is left of it goes when those have changed that depended on it.
        let left: Vec<_> = graph.nodes().filter(|step| is_deposed(step, other)).cloned().collect();
        for step in &left {
            graph.wait(step, &make);
            deposed.iter().for_each(|own| graph.wait(step, own));
        }
        if plan.state.current(other).is_some_and(|other| other.create_before_destroy) {
            graph.wait(&Step::Destroy(other.clone()), &make);
        }
    }
}

fn is_deposed(step: &Step, address: &str) -> bool {
    matches!(step, Step::DestroyDeposed(of, _) if of == address)
}
