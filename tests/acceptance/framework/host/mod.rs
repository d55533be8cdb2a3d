//! The host of `tfplug::testing` against the real Terraform: both are given the same configurations by chance, one
//! after the other, of a resource with attributes and blocks of every kind. Whatever Terraform takes for a change, a
//! replacement or a valid plan, and stores in the end, the host does as well.

mod garden;
mod histories;
mod seen;

use std::fs;

use serde_json::{Value, json};
use tfplug::testing::{Host, Planned, PlannedAction, ProgramOptions, State, shown};
use tokio::runtime::Runtime;

use super::programs;
use crate::harness::{Dice, Workspace};

const RESOURCE: &str = "tfcoremock_garden";
/// What is unknown in a plan turns out to be this.
const LATE: &str = "a";

/// One provider twice: as Terraform has it, and as the host has it.
struct Both {
    workspace: Workspace,
    host: Host,
    runtime: Runtime,
}

/// A resource on its way from one configuration to the next.
#[derive(Default)]
struct Plant {
    config: Option<Value>,
    state: Option<State>,
}

impl Both {
    fn new() -> Self {
        let mut workspace = Workspace::new();
        let programs = programs();
        workspace.write_cli_configuration(&format!(
            "provider_installation {{\n  dev_overrides {{\n    \"hashicorp/tfcoremock\" = {programs:?}\n  }}\n}}\n"
        ));
        let described = workspace.path().join("resources.json");
        fs::write(&described, json!({ RESOURCE: garden::definition() }).to_string()).expect("a file can be written");
        let described = described.to_str().expect("a path of the system's own");
        workspace.set("TFCOREMOCK_DYNAMIC_RESOURCES_FILE", described);
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
        let options = ProgramOptions::new().environment("TFCOREMOCK_DYNAMIC_RESOURCES_FILE", described);
        let program = programs.join("terraform-provider-tfcoremock");
        let host = runtime.block_on(async {
            let host = Host::program(program, &options).await?;
            host.configure(&json!({ "use_only_state": true })).await?;
            Ok::<_, tfplug::testing::Error>(host)
        });
        Self { workspace, host: host.expect("the provider starts"), runtime }
    }

    /// Writes the configurations, with something that is only known after apply in this step.
    fn configure(&self, plants: &[Plant], step: usize) {
        let late = format!("${{terraform_data.late_{step}.output}}");
        let resources: serde_json::Map<_, _> = plants
            .iter()
            .enumerate()
            .filter_map(|(number, plant)| Some((name(number), garden::written(plant.config.as_ref()?, &json!(late)))))
            .collect();
        let config = json!({
            "terraform": { "required_providers": { "tfcoremock": { "source": "hashicorp/tfcoremock" } } },
            "provider": { "tfcoremock": { "use_only_state": true } },
            "resource": {
                "terraform_data": { format!("late_{step}"): { "input": LATE } },
                RESOURCE: resources,
            },
        });
        self.workspace.write("main.tf.json", &config.to_string());
    }

    /// Plans and applies the next configuration on both sides, and compares.
    fn step(&self, plants: &mut [Plant], step: usize, tally: &mut Tally) {
        self.configure(plants, step);
        let real = self.workspace.plan();
        let planned: Vec<_> = plants.iter().map(|plant| self.planned(plant)).collect();
        for (number, planned) in planned.iter().enumerate() {
            let Some(planned) = planned else { continue };
            let change = real.change(&format!("{RESOURCE}.{}", name(number)));
            let told = || {
                let prior = planned.prior.as_ref().map_or(Value::Null, State::shown);
                format!("step {step}, {}\nprior {prior}\nconfig {}", name(number), shown(&planned.config))
            };
            assert_eq!(change["actions"], actions(planned.action), "{}", told());
            if planned.action != PlannedAction::Delete {
                let (there, here) = (seen::planned(change), seen::sorted(&planned.shown()));
                assert!(there == here, "{}\nTerraform {there}\nthe host  {here}", told());
            }
            assert_eq!(seen::replacing(change), seen::paths(planned), "{}", told());
            tally.count(planned);
        }
        self.workspace.apply_plan();
        let stored = self.workspace.state_file();
        for ((number, plant), planned) in plants.iter_mut().enumerate().zip(planned) {
            let Some(planned) = planned else { continue };
            let known = plant.config.as_ref().map(|config| garden::written(config, &json!(LATE)));
            let applied = match &known {
                Some(config) => self.runtime.block_on(self.host.apply_with(&planned, config)),
                None => self.runtime.block_on(self.host.apply(&planned)),
            };
            let state = applied.into_result().unwrap_or_else(|error| panic!("step {step}, {}: {error}", name(number)));
            let here = state.as_ref().map(|state| seen::sorted(&state.shown()));
            assert_eq!(seen::stored(&stored, RESOURCE, &name(number)), here, "step {step}, {}", name(number));
            *plant = Plant { config: known, state };
        }
        self.workspace.expect_no_changes();
    }

    fn planned(&self, plant: &Plant) -> Option<Planned> {
        let planned = match (&plant.config, &plant.state) {
            (None, None) => return None,
            (None, Some(state)) => self.runtime.block_on(self.host.plan_destroy(state)),
            (Some(config), state) => self.runtime.block_on(async {
                // Terraform reads what there is before it plans.
                let state = match state {
                    Some(state) => self.host.refresh(state).await?.state,
                    None => None,
                };
                self.host.plan(RESOURCE, state.as_ref(), config).await
            }),
        };
        Some(planned.unwrap_or_else(|error| panic!("{error}\n{:?}", plant.config)))
    }
}

fn name(number: usize) -> String {
    format!("plant_{number}")
}

fn actions(action: PlannedAction) -> Value {
    match action {
        PlannedAction::NoOp => json!(["no-op"]),
        PlannedAction::Create => json!(["create"]),
        PlannedAction::Update => json!(["update"]),
        PlannedAction::Delete => json!(["delete"]),
        PlannedAction::DeleteThenCreate => json!(["delete", "create"]),
        other => panic!("nobody asked for {other:?}"),
    }
}

/// What was compared.
#[derive(Debug, Default)]
struct Tally {
    unchanged: usize,
    created: usize,
    updated: usize,
    replaced: usize,
    deleted: usize,
    with_unknown: usize,
}

impl Tally {
    fn count(&mut self, planned: &Planned) {
        *match planned.action {
            PlannedAction::NoOp => &mut self.unchanged,
            PlannedAction::Create => &mut self.created,
            PlannedAction::Update => &mut self.updated,
            PlannedAction::Delete => &mut self.deleted,
            _ => &mut self.replaced,
        } += 1;
        self.with_unknown += usize::from(!planned.config.is_wholly_known());
    }
}

/// So many resources through so many configurations.
fn compare(seed: u64, plants: usize, steps: usize) {
    let both = Both::new();
    let mut dice = Dice::new(seed);
    let mut all: Vec<Plant> = (0..plants).map(|_| Plant::default()).collect();
    let mut tally = Tally::default();
    for step in 0..steps {
        for (number, plant) in all.iter_mut().enumerate() {
            plant.config = if dice.percent(5) {
                None
            } else {
                Some(garden::next(&mut dice, &name(number), plant.config.as_ref()))
            };
        }
        both.step(&mut all, step, &mut tally);
    }
    println!("seed {seed}: {tally:?}");
    assert!(tally.updated > plants && tally.replaced > 0 && tally.unchanged > 0 && tally.with_unknown > 0, "{tally:?}");
}

#[test]
fn it_plans_and_applies_what_terraform_plans_and_applies() {
    compare(1, 40, 5);
}

#[test]
fn so_it_does_with_other_configurations() {
    compare(2, 40, 5);
}
