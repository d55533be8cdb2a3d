//! The side of `tfplug::testing`: its run, the provider and the services in one process, in simulated time.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use serde_json::{Value, json};
use tfplug::{
    Severity,
    testing::{Change, Deposed, PlanFile, PlannedAction, StateFile, Step as Node, Stored, Told},
};
use tokio::{
    runtime::{Builder, Runtime},
    time::sleep,
};

use super::{
    blocks::Step,
    clouds::Clouds,
    form::{Names, Object, asked, in_order, objects, reached},
    run::{Moments, Terraform},
    script::Script,
    side::taint,
    there::A_WHILE,
    weather::{End, Weather},
};
use crate::{
    estate::{Deed, Dice, Ledger, preparation},
    framework::host::{
        actions,
        seen::{paths, sorted},
    },
};

/// Where the world is kept that a step's plan begins with, and that its apply does.
const BEFORE_PLAN: &str = "snapshots/plan";
const BEFORE_APPLY: &str = "snapshots/apply";

pub struct Here {
    runtime: Runtime,
    clouds: Clouds,
    file: RefCell<StateFile>,
    dice: Dice,
    names: Names,
}

impl Here {
    pub fn begin(seed: u64) -> Self {
        let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
        let clouds = runtime.block_on(async {
            let script = Script {
                update_seconds: 0,
                log_off_seconds: 0,
                lag: Duration::ZERO,
                lag_varies: false,
                by_token: false,
                way: Duration::ZERO,
                reads: "usual",
                ..Script::of(seed).quiet()
            };
            let clouds = Clouds::new(&script);
            clouds.change_world(&preparation()).await;
            clouds.leave_schedule().await;
            clouds
        });
        Self { runtime, clouds, file: RefCell::default(), dice: Dice::new(seed), names: Names::default() }
    }

    /// What comes before a step's run.
    pub fn prepare(&mut self, step: &Step) {
        let Self { runtime, clouds, file, .. } = self;
        runtime.block_on(async {
            sleep(A_WHILE).await;
            if let Some(deed) = &step.deed {
                somebody(clouds, deed).await;
            }
            if let Some(address) = &step.taint {
                taint(file, address);
            }
            clouds.control("PUT", BEFORE_PLAN, None).await;
        });
    }

    /// Plans a step, in one of the orders that are possible. Answers with all that is to be compared, and with the
    /// plan: none where it fails.
    pub fn plan(&mut self, step: &Step) -> (Value, Option<PlanFile>) {
        let weather = self.by_chance(step);
        let Self { runtime, clouds, file, dice, names } = self;
        let clouds = &*clouds;
        runtime.block_on(async {
            clouds.control("POST", BEFORE_PLAN, None).await;
            let configuration = step.configuration(&clouds.world().await);
            let last = clouds.count_of_calls().await;
            let before = file.borrow().clone();
            let terraform = Terraform { clouds, is_elsewhere: false };
            let (options, moments) = (&step.options, Moments::until(End::ItsOwn));
            let planned = terraform.plan(dice, &before, &configuration, &weather, options, &moments).await;
            let (planned, said) = planned.expect("nobody kills it");
            let mut seen = planned.as_ref().map_or(json!({}), plan);
            seen["told"] = told(&said);
            seen["asked"] = asked(&Ledger::new(clouds.calls_after(last).await));
            if planned.is_some()
                && let Some(deed) = &step.meanwhile
            {
                somebody(clouds, deed).await;
            }
            clouds.control("PUT", BEFORE_APPLY, None).await;
            (names.common(&seen), planned)
        })
    }

    /// Applies what was planned last, in one of the orders that are possible. Answers with all that is to be compared,
    /// and with where it has led.
    pub fn apply(&mut self, step: &Step, planned: Option<&PlanFile>) -> (Value, Reached) {
        let weather = self.by_chance(step);
        let Self { runtime, clouds, file, dice, names } = self;
        let clouds = &*clouds;
        runtime.block_on(async {
            clouds.control("POST", BEFORE_APPLY, None).await;
            let (file, mut names) = (file.clone(), names.clone());
            let last = clouds.count_of_calls().await;
            let mut said = Told::default();
            if let Some(planned) = planned {
                let terraform = Terraform { clouds, is_elsewhere: false };
                let moments = Moments::until(End::ItsOwn);
                let applied = terraform.apply(dice, planned, &file, &weather, &moments).await;
                (_, said) = applied.expect("nobody kills it");
            }
            let calls = clouds.calls_after(last).await;
            names.learn(&calls);
            let asked = asked(&Ledger::new(calls));
            let stored = stored(&file.borrow());
            let seen = names.common(&json!({ "told": told(&said), "asked": asked, "stored": stored }));
            (seen, Reached { file, names })
        })
    }

    /// What leads to one of the orders that are possible in a step.
    fn by_chance(&mut self, step: &Step) -> Weather {
        // Who is first where two wait for different things, depends on how long a call takes.
        self.clouds.way = Duration::from_millis(self.dice.one(&[0, 1, 5, 20, 100]));
        // What may run side by side, may also run one after the other.
        let parallelism = self.dice.one(&[1, 2, step.weather.parallelism]).min(step.weather.parallelism);
        Weather { parallelism, ..step.weather.clone() }
    }

    /// Goes on from there: it is what was played last.
    pub fn go_on(&mut self, from: Reached) {
        (self.file, self.names) = (from.file, from.names);
    }
}

/// Where a step has led.
pub struct Reached {
    file: RefCell<StateFile>,
    names: Names,
}

fn told(said: &Told) -> Value {
    let told = |address: &str, summary: &str, detail: &str| -> Value {
        json!({ "address": address, "summary": summary, "detail": detail })
    };
    let warnings = said.warnings.iter().map(|(address, it)| told(address, &it.summary, &it.detail));
    let errors = said.errors.iter().flat_map(|(address, error)| {
        let of_provider = error.diagnostics().iter().filter(|it| it.severity == Severity::Error);
        let mut all: Vec<_> = of_provider.map(|it| told(address, &it.summary, &it.detail)).collect();
        if all.is_empty() {
            all.push(told(address, &error.to_string(), ""));
        }
        all
    });
    json!({ "warnings": in_order(warnings.collect()), "errors": in_order(errors.collect()) })
}

fn plan(file: &PlanFile) -> Value {
    let changes = file.changes.iter().map(|(change, planned)| {
        let (address, deposed) = match change {
            Change::Configured(address) | Change::Orphan(address) => (address, None),
            Change::Deposed(address, key) => (address, Some(key.clone())),
        };
        let action = match planned.action {
            PlannedAction::CreateThenDelete => json!(["create", "delete"]),
            other => actions(other),
        };
        let more = json!({ "action": action, "replacing": paths(planned) });
        Object { address: address.clone(), deposed, values: planned.shown(), more }
    });
    let forgotten = file.forgotten.iter().map(|address| Object {
        address: address.clone(),
        deposed: None,
        values: Value::Null,
        more: json!({ "action": ["forget"], "replacing": [] }),
    });
    let changes = objects(changes.chain(forgotten).collect());
    json!({ "changes": changes, "refreshed": refreshed(&file.state), "order": order(file) })
}

fn order(file: &PlanFile) -> Value {
    let name = |node: &Node| match node {
        Node::Make(address) => format!("make {address}"),
        Node::Destroy(address) => format!("destroy {address}"),
        Node::DestroyDeposed(address, Deposed::Before(_) | Deposed::Now) => format!("destroy deposed {address}"),
        Node::Forget(address) => format!("forget {address}"),
    };
    let order = file.order();
    let nodes: BTreeSet<_> = order.keys().map(name).collect();
    let mut graph = BTreeMap::<_, BTreeSet<_>>::new();
    for (node, waits_for) in &order {
        graph.entry(name(node)).or_default().extend(waits_for.iter().map(name));
    }
    reached(&graph, &nodes)
}

/// What a plan knows of a state.
fn refreshed(file: &StateFile) -> Value {
    let more = |stored: &Stored| json!({ "tainted": stored.state.is_tainted, "dependencies": stored.dependencies });
    all_of(file, more)
}

fn stored(file: &StateFile) -> Value {
    let more = |stored: &Stored| {
        json!({
            "tainted": stored.state.is_tainted,
            "identity": sorted(&stored.state.shown_identity()),
            "dependencies": stored.dependencies,
            "create_before_destroy": stored.create_before_destroy,
        })
    };
    all_of(file, more)
}

fn all_of(file: &StateFile, more: impl Fn(&Stored) -> Value) -> Value {
    let object = |address: &str, key: Option<&str>, stored: &Stored| Object {
        address: address.to_owned(),
        deposed: key.map(str::to_owned),
        values: stored.state.shown(),
        more: more(stored),
    };
    let current = file.instances.iter().filter_map(|(address, it)| Some(object(address, None, it.current.as_ref()?)));
    let deposed = file.deposed().map(|(address, key, stored)| object(address, Some(key), stored));
    objects(current.chain(deposed).collect())
}

async fn somebody(clouds: &Clouds, deed: &Deed) {
    if let Some((change, _)) = deed.change(&clouds.world().await) {
        clouds.change_world(&change).await;
    }
}
