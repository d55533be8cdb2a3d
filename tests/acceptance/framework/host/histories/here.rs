//! The side of `tfplug::testing`: its run, the provider and the services in one process, in simulated time.

use std::{cell::RefCell, collections::BTreeSet, time::Duration};

use serde_json::{Value, json};
use tfplug::{
    Diagnostic, Severity,
    testing::{Change, Deposed, Error, PlanFile, PlannedAction, StateFile, Step as Node, Stored},
};
use tokio::{
    runtime::{Builder, Runtime},
    time::sleep,
};

use super::{
    blocks::Step,
    clouds::Clouds,
    form::{Names, Object, asked, in_order, objects, reached},
    run::Terraform,
    script::Script,
    side::taint,
    there::A_WHILE,
    weather::Weather,
};
use crate::{
    estate::{Deed, Dice, Ledger, preparation},
    framework::host::{
        actions,
        seen::{paths, sorted},
    },
};

/// Where the world is kept that a step begins with.
const KEPT: &str = "snapshots/kept";

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
                lag: Duration::ZERO,
                lag_varies: false,
                by_token: false,
                way: Duration::ZERO,
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
            clouds.control("PUT", KEPT, None).await;
        });
    }

    /// Plays a step, in one of the orders that are possible. Answers with all that is to be compared, and with where
    /// it has led.
    pub fn play(&mut self, step: &Step) -> (Value, Reached) {
        let Self { runtime, clouds, file, dice, names } = self;
        // Who is first where two wait for different things, depends on how long a call takes.
        clouds.way = Duration::from_millis(dice.one(&[0, 1, 5, 20, 100]));
        // What may run side by side, may also run one after the other.
        let parallelism = dice.one(&[1, 2, step.weather.parallelism]).min(step.weather.parallelism);
        let weather = &Weather { parallelism, ..step.weather.clone() };
        let clouds = &*clouds;
        runtime.block_on(async {
            clouds.control("POST", KEPT, None).await;
            let (file, mut names) = (file.clone(), names.clone());
            let configuration = step.configuration(&clouds.world().await);
            let last = clouds.count_of_calls().await;
            let meanwhile = async {
                if let Some(deed) = &step.meanwhile {
                    somebody(clouds, deed).await;
                }
            };
            let options = &step.options;
            let terraform = Terraform { clouds, is_elsewhere: false };
            let outcome = terraform.run(dice, &file, &configuration, weather, options, meanwhile).await;
            let calls = clouds.calls_after(last).await;
            names.learn(&calls);
            let (acts, reads) = asked(&Ledger::new(calls));
            let warned = &outcome.told.warnings;
            let in_plan = if outcome.plan.is_some() { outcome.warned_before } else { warned.len() };
            let warned = warned.split_at(in_plan.min(warned.len()));
            let errors = &outcome.told.errors[..];
            let (in_plan, in_apply) = if outcome.plan.is_some() { (&[][..], errors) } else { (errors, &[][..]) };
            let mut plan = outcome.plan.as_ref().map_or(json!({}), plan);
            plan["told"] = told(warned.0, in_plan);
            let seen = names.common(&json!({
                "plan": plan,
                "apply": { "told": told(warned.1, in_apply) },
                "stored": stored(&file.borrow()),
                "acts": acts,
                "reads": reads,
            }));
            (seen, Reached { file, names })
        })
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

fn told(warnings: &[(String, Diagnostic)], errors: &[(String, Error)]) -> Value {
    let told = |address: &str, summary: &str, detail: &str| -> Value {
        json!({ "address": address, "summary": summary, "detail": detail })
    };
    let warnings = warnings.iter().map(|(address, it)| told(address, &it.summary, &it.detail));
    let errors = errors.iter().flat_map(|(address, error)| {
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
    let mut graph = std::collections::BTreeMap::<_, BTreeSet<_>>::new();
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
