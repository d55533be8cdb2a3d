//! A storm: an estate of all resources is changed by chance while calls go wrong, reads lag behind, runs are
//! interrupted and killed, and somebody else works in the console. When it is over, the cloud, the state and the
//! configuration say the same, and nothing was done that nobody wanted.
//!
//! Every choice follows from a seed. `make test-storm` runs many, and `make test-storm SEED=7` one of them.

mod weather;

use std::{
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::Duration,
};

use self::weather::{End, Weather};
use crate::{
    estate::{
        Deed, Dice, Ending, Estate, Judge, Ledger, Object, State, preparation,
        seeds::{number, pass, run_each},
    },
    harness::{Emulator, Run, Workspace, world::SCHEDULED},
};

/// How often an apply may be needed at the end, when nothing goes wrong any more. A second one gives back whom a
/// removal that could not see everything took away.
const APPLIES_AT_THE_END: usize = 3;

/// What the storms of a test have been like.
#[derive(Debug, Default)]
struct Tally {
    storms: AtomicU64,
    applies: AtomicU64,
    failed: AtomicU64,
    faults: AtomicU64,
    interrupts: AtomicU64,
    kills: AtomicU64,
    deeds: AtomicU64,
    imports: AtomicU64,
    gaps: AtomicU64,
}

fn count(counter: &AtomicU64, by: usize) {
    counter.fetch_add(u64::try_from(by).expect("a small number"), Ordering::Relaxed);
}

/// One storm.
struct Storm<'t> {
    tally: &'t Tally,
    dice: Dice,
    emulator: Emulator,
    workspace: Workspace,
    estate: Estate,
    judge: Judge,
    /// What has happened so far, for whoever has to understand a failure.
    story: Vec<String>,
}

impl<'t> Storm<'t> {
    fn begin(seed: u64, tally: &'t Tally) -> Self {
        let mut dice = Dice::new(seed);
        let update_seconds = dice.one(&["0", "1"]);
        let lag = dice.one(&["0", "0", "0.2", "1"]);
        let emulator = Emulator::start_with(&["--image-update-seconds", update_seconds, "--consistency-seconds", lag]);
        emulator.leave_schedule(SCHEDULED);
        emulator.change_world(&preparation());
        let workspace = Workspace::with(&emulator, "");
        let judge = Judge::new(&emulator.world());
        let story = vec![format!("image updates take {update_seconds} s, reads lag {lag} s")];
        Self { tally, dice, emulator, workspace, estate: Estate::default(), judge, story }
    }

    /// Some changes with their runs, and at the end calm.
    fn pass(&mut self) {
        for _ in 0..8 {
            self.estate.change(&mut self.dice);
        }
        for _ in 0..4 + self.dice.below(3) {
            for _ in 0..2 + self.dice.below(4) {
                self.estate.change(&mut self.dice);
            }
            if self.dice.percent(40) {
                self.work_in_the_console();
            }
            self.apply_in_bad_weather();
        }
        self.emulator.lift_faults();
        self.emulator.advance(10);
        let calm = Weather { faults: Vec::new(), end: End::ItsOwn, options: Vec::new() };
        for round in 1.. {
            assert!(round <= APPLIES_AT_THE_END, "there is still something to do after {APPLIES_AT_THE_END} applies");
            expect_code(&self.apply(&calm), &[0]);
            let plan = self.workspace.try_plan();
            expect_code(&plan, &[0, 2]);
            if plan.code == 0 {
                break;
            }
        }
        // What somebody else has changed beside the configuration comes into the state, and then that is true as well.
        self.emulator.advance(10);
        self.workspace.refresh();
        let plan = self.workspace.run(&["plan", "-json", "-input=false", "-refresh-only", "-detailed-exitcode"]);
        expect_code(&plan, &[0]);
        self.judge.compare(&self.estate, &self.emulator.world(), &state_of(&self.workspace));
    }

    fn work_in_the_console(&mut self) {
        let deed = Deed::by_chance(&mut self.dice);
        self.story.push(format!("somebody {deed:?}"));
        if let Some((change, removed)) = deed.change(&self.emulator.world()) {
            self.emulator.change_world(&change);
            self.judge.somebody(&deed, removed.as_deref());
        }
        count(&self.tally.deeds, 1);
    }

    fn apply_in_bad_weather(&mut self) {
        let weather = Weather::by_chance(&mut self.dice);
        for fault in &weather.faults {
            self.emulator.fault(fault);
        }
        let run = self.apply(&weather);
        self.emulator.lift_faults();
        if run.code != 0 {
            count(&self.tally.failed, 1);
            // Who looks after a failed run is slower than a read.
            self.emulator.advance(3);
            self.adopt_orphans(&weather);
        }
    }

    /// Applies the estate, and judges what was done.
    fn apply(&mut self, weather: &Weather) -> Run {
        let configuration = self.estate.to_hcl(&self.emulator.world());
        self.workspace.configure(&configuration);
        self.story.push(format!("\n{configuration}{weather:?}"));
        let before = state_of(&self.workspace);
        let copy = self.workspace.state_file();
        let last = self.emulator.count_of_calls();
        let run = self.run(weather, last);
        if self.workspace.state_file().is_null() && !copy.is_null() {
            // Terraform was killed while it wrote the file, and leaves a copy of what was there before.
            assert!(matches!(weather.end, End::Kill { .. }), "the state is gone");
            self.story.push("the state was cut off, and comes from its copy".to_owned());
            self.workspace.write("terraform.tfstate", &copy.to_string());
        }
        let ledger = Ledger::new(self.emulator.calls_after(last));
        count(&self.tally.applies, 1);
        count(&self.tally.faults, ledger.faults());
        self.story.push(format!("ended with {}: {}", run.code, ledger.summary()));
        self.story.extend(run.errors().iter().map(|error| format!("  {}: {}", error.address, error.summary)));
        expect_no_bug(&run);
        let after = state_of(&self.workspace);
        let ending = match weather.end {
            End::Kill { .. } | End::KillProvider { .. } => Ending::Killed,
            _ if run.code == 0 => Ending::Whole,
            _ => Ending::Partial,
        };
        self.judge.has_run(&self.estate, &before, &ledger, &after, ending);
        count(&self.tally.gaps, self.judge.take_gaps());
        run
    }

    fn run(&self, weather: &Weather, last: u64) -> Run {
        let options: Vec<_> = weather.options.iter().map(String::as_str).collect();
        let mut running = self.workspace.start_apply_in_group(&options);
        let (End::Interrupt { calls } | End::Kill { calls } | End::KillProvider { calls }) = weather.end else {
            return running.wait();
        };
        while self.emulator.count_of_calls() < last + calls {
            if running.has_ended() {
                return running.wait();
            }
            thread::sleep(Duration::from_millis(10));
        }
        match weather.end {
            End::Interrupt { .. } => {
                running.interrupt();
                count(&self.tally.interrupts, 1);
            }
            End::Kill { .. } => {
                running.kill_group();
                count(&self.tally.kills, 1);
            }
            _ => count(&self.tally.kills, usize::from(running.kill_children("terraform-provider-appstreaming"))),
        }
        running.wait()
    }

    /// Imports each server group that a killed run has made and could not write down, as its message advises.
    fn adopt_orphans(&mut self, weather: &Weather) {
        let state = state_of(&self.workspace);
        for (label, group) in &self.estate.server_groups {
            let Some((id, _)) = self.emulator.server_group(&group.name) else { continue };
            let address = format!("appstreaming_server_group.{label}");
            if self.estate.imported.contains(&address) {
                continue;
            }
            if state.objects().iter().any(|it| !it.is_deposed && it.attributes["id"] == *id) {
                continue;
            }
            if state.server_group_id(label).is_some() {
                self.workspace.run(&["state", "rm", &address]).expect(&[0]);
            }
            let killed = matches!(weather.end, End::Kill { .. } | End::KillProvider { .. });
            assert!(killed, "{address} was made and is not in the state, although nobody killed the run");
            self.workspace.import(&address, &id).expect(&[0]);
            self.story.push(format!("imported {address}"));
            count(&self.tally.imports, 1);
        }
    }
}

/// The state as it is on disk.
fn state_of(workspace: &Workspace) -> State {
    let state = workspace.state_file();
    let mut objects = Vec::new();
    for resource in state["resources"].as_array().into_iter().flatten() {
        let text = |name: &str| resource[name].as_str().unwrap_or_default();
        for instance in resource["instances"].as_array().into_iter().flatten() {
            objects.push(Object {
                address: format!("{}.{}", text("type"), text("name")),
                attributes: instance["attributes"].clone(),
                is_tainted: instance["status"] == "tainted",
                is_deposed: instance["deposed"].is_string(),
            });
        }
    }
    State::new(objects)
}

/// Fails with what went wrong unless the exit code is one of these. The whole of a run would hide it.
#[track_caller]
fn expect_code(run: &Run, codes: &[i32]) {
    assert!(codes.contains(&run.code), "ended with {}: {:#?}\n{}", run.code, run.errors(), run.stderr);
}

/// Whatever goes wrong outside, nothing may go wrong inside.
fn expect_no_bug(run: &Run) {
    for error in run.errors() {
        for words in ["panicked", "inconsistent", "bug in the provider", "Invalid planned", "unexpected"] {
            assert!(!error.says(words), "{error:#?}");
        }
    }
}

/// Runs a storm; the error says all that is known of its failure.
fn storm(seed: u64, tally: &Tally) -> Result<(), String> {
    let mut storm = Storm::begin(seed, tally);
    let passed = pass(|| storm.pass());
    count(&tally.storms, 1);
    passed.map_err(|message| {
        let story = storm.story.join("\n");
        format!("seed {seed} failed; run it alone with `make test-storm SEED={seed}`\n{story}\n{message}")
    })
}

#[test]
fn after_any_storm_cloud_state_and_configuration_say_the_same_and_nothing_was_done_twice() {
    let (first, last) = match number("STORM_SEED") {
        Some(seed) => (seed, seed),
        None => (1, number("STORM_SEEDS").unwrap_or(10)),
    };
    let tally = Tally::default();
    // A storm waits most of its time.
    let threads = 3 * thread::available_parallelism().map_or(2, usize::from);
    let failures = run_each(first..=last, threads, |seed| storm(seed, &tally));
    println!("{tally:?}");
    assert!(failures.is_empty(), "these seeds failed: {failures:?}");
    assert!(tally.storms.into_inner() == last + 1 - first, "not every storm has passed");
}
