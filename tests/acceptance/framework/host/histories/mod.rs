//! The run of `tfplug::testing`, which the simulation has in Terraform's place, against the real Terraform: both are
//! taken through the same random histories of an estate, each with a service of its own that nothing is wrong with.
//! After each step they have planned the same, told the same, asked the same of the service, and stored the same.
//!
//! Every choice follows from a seed. `make test-histories` runs twenty, and `make test-histories SEED=7` one of them.

mod blocks;
mod form;
mod here;
mod there;

#[path = "../../../../simulation/clouds.rs"]
#[allow(dead_code, reason = "the simulation uses all of it")]
mod clouds;
#[path = "../../../../simulation/run.rs"]
#[allow(dead_code, reason = "the simulation uses all of it")]
mod run;
#[path = "../../../../simulation/script.rs"]
#[allow(dead_code, reason = "the simulation uses all of it")]
mod script;
#[path = "../../../../simulation/side.rs"]
#[allow(dead_code, reason = "the simulation uses all of it")]
mod side;
#[path = "../../../../simulation/weather.rs"]
#[allow(dead_code, reason = "the simulation uses all of it")]
mod weather;

use std::collections::BTreeMap;

use serde_json::Value;

use self::{
    blocks::{Step, steps},
    form::differences,
    here::Here,
    there::There,
};
use crate::estate::seeds::pass;

/// How many orders are tried for a plan, and for an apply.
const ORDERS: usize = 1500;
/// How many of them where something differs in all.
const FEW_ORDERS: usize = 600;
/// How many plans that look as Terraform's does are tried for a step.
const PLANS: usize = 3;

/// What was compared, by what it was.
#[derive(Debug, Default)]
struct Tally(BTreeMap<String, usize>);

impl Tally {
    fn count(&mut self, what: &str, many: usize) {
        *self.0.entry(what.to_owned()).or_default() += many;
    }

    fn add(&mut self, other: &Self) {
        other.0.iter().for_each(|(what, many)| self.count(what, *many));
    }

    fn of(&self, what: &str) -> usize {
        self.0.get(what).copied().unwrap_or_default()
    }

    /// Counts what a step came to.
    fn count_step(&mut self, step: &Step, seen: &Value) {
        self.count("steps", 1);
        step.kinds().for_each(|kind| self.count(kind, 1));
        let many = |of: &Value| of.as_array().map_or(0, Vec::len);
        for part in ["plan", "apply"] {
            let seen = &seen[part];
            for kind in ["warnings", "errors"] {
                self.count(&format!("{kind} of {part}"), many(&seen["told"][kind]));
            }
            self.count("calls that change", many(&seen["asked"]["acts"]));
            self.count("calls that read", many(&seen["asked"]["reads"]));
        }
        for change in objects(&seen["plan"]["changes"]) {
            self.count(&format!("action {}", change.1["action"]), 1);
        }
        for waits_for in seen["plan"]["order"].as_object().into_iter().flatten() {
            self.count("waits", many(waits_for.1));
        }
        for (key, object) in objects(&seen["apply"]["stored"]) {
            self.count("deposed", usize::from(key.contains(" deposed ")));
            self.count("tainted", usize::from(object["tainted"] == true));
        }
    }
}

/// Each object with its key.
fn objects(by_key: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let all = by_key.as_object().into_iter().flatten();
    all.flat_map(|(key, all)| all.as_array().into_iter().flatten().map(|it| (key.as_str(), it)))
}

/// Plays a step as Terraform has played it: what begins when, Terraform decides anew in each run, and some of what the
/// provider does depends on it; so one order has to be found that leads to the same, first of the plan and then of its
/// apply. Answers with how many were tried; the error is what differs.
fn follow(here: &mut Here, step: &Step, there: &Value) -> Result<usize, Vec<String>> {
    let mut orders = 0;
    for plan in 1.. {
        let planned = search(&mut orders, "plan", &there["plan"], || here.plan(step))?;
        match search(&mut orders, "apply", &there["apply"], || here.apply(step, planned.as_ref())) {
            Ok(reached) => {
                here.go_on(reached);
                break;
            }
            Err(differences) if plan == PLANS => return Err(differences),
            // What a plan keeps for the apply cannot be seen in it.
            Err(_) => {}
        }
    }
    Ok(orders)
}

/// Looks for an order in which a part of a run comes to what Terraform's came to. The error is what differs in all that
/// were tried, if anything does, else in the last one.
fn search<T>(
    orders: &mut usize,
    part: &str,
    there: &Value,
    mut play: impl FnMut() -> (Value, T),
) -> Result<T, Vec<String>> {
    let mut always: Option<Vec<String>> = None;
    for order in 1.. {
        *orders += 1;
        let (seen, reached) = play();
        let differences = differences(part, there, &seen);
        if differences.is_empty() {
            return Ok(reached);
        }
        let before = always.take().unwrap_or_else(|| differences.clone());
        let still: Vec<_> = before.into_iter().filter(|it| differences.contains(it)).collect();
        if order >= FEW_ORDERS && !still.is_empty() {
            return Err(still);
        }
        if order == ORDERS {
            return Err(differences);
        }
        always = Some(still);
    }
    unreachable!("there are more numbers than orders")
}

/// Plays a history on both sides. Answers with what was compared; the error is where they differ.
fn play(seed: u64, tally: &mut Tally) -> Result<(), String> {
    let mut story = Vec::new();
    let passed = pass(|| {
        let (mut here, mut there) = (Here::begin(seed), There::begin());
        for (number, step) in steps(seed).iter().enumerate() {
            story.push(format!("\nstep {number}: {step}"));
            let there = there.play(step);
            here.prepare(step);
            match follow(&mut here, step, &there) {
                Ok(orders) => tally.count("orders", orders),
                Err(differences) => panic!("\nTerraform | the run of tfplug::testing\n{}", differences.join("\n")),
            }
            tally.count_step(step, &there);
        }
    });
    tally.count("histories", 1);
    passed.map_err(|message| {
        let story = story.join("\n");
        format!("seed {seed} failed; run it alone with `make test-histories SEED={seed}`\n{story}\n{message}")
    })
}

/// What a run keeps in the state beside the objects, and when it plans what, changes from version to version.
mod since_1_15 {
    use std::{sync::Mutex, thread};

    use super::{Tally, play};
    use crate::estate::seeds::{number, run_each};

    #[test]
    #[ignore = "some of what is compared depends on the clock, and a machine that is busy with other tests has another"]
    fn it_runs_through_random_histories_as_terraform_does() {
        let (first, last) = match number("HISTORIES_SEED") {
            Some(seed) => (seed, seed),
            None => {
                let first = number("HISTORIES_FIRST").unwrap_or(1);
                (first, first + number("HISTORIES").unwrap_or(4) - 1)
            }
        };
        let tally = Mutex::new(Tally::default());
        let threads = 2 * thread::available_parallelism().map_or(2, usize::from);
        let failures = run_each(first..=last, threads, |seed| {
            let mut counts = Tally::default();
            let played = play(seed, &mut counts);
            tally.lock().expect("nobody panics with it").add(&counts);
            played
        });
        let tally = tally.into_inner().expect("nobody panics with it");
        println!("{tally:#?}");
        assert!(failures.is_empty(), "these seeds failed: {failures:?}");
        assert!(tally.of("calls that change") > 0 && tally.of("waits") > 0, "nothing was compared: {tally:?}");
    }
}
