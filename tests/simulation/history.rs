//! One history: an estate changes, Terraform runs, things go wrong; and in the end there is calm.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    fmt,
    panic::{self, AssertUnwindSafe},
    pin::pin,
    time::Duration,
};

use serde_json::json;
use tfplug::testing::{Configuration, Declared, Error, RunOptions, StateFile, Stored};
use tokio::{runtime, time::sleep};

use crate::{
    announced::Announced,
    clouds::{Clouds, SECRET_KEY},
    estate::{Deed, Dice, Estate, GROUPS, Judge, Ledger, Object, State, names::SCHEDULED},
    run::{self, Outcome},
    script::{Script, Step},
    tally::Tally,
    weather::{End, Weather},
};

/// How often an apply may be needed at the end, when nothing goes wrong any more. A second one gives back whom a
/// removal that could not see everything took away.
const APPLIES_AT_THE_END: usize = 3;

/// How long a run may last: two changes of a resource, one after the other, have an hour each, and what they wait for.
const LONGEST_RUN: Duration = Duration::from_secs(4 * 60 * 60);

/// How long one history may last: whatever takes longer will never end.
const LONGEST: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// What is wrong with a history.
#[derive(Debug)]
pub struct Failure {
    /// What happened until then.
    story: String,
    message: String,
}

impl Failure {
    /// What kind of failure it is: two histories that fail so fail for one reason, as far as that can be told.
    pub fn kind(&self) -> String {
        let line = self.message.lines().next().unwrap_or_default();
        line.chars().filter(|sign| !sign.is_ascii_digit()).take(60).collect()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.story, self.message)
    }
}

/// A history that goes on.
pub struct History {
    tally: Tally,
    dice: Dice,
    clouds: Clouds,
    file: RefCell<StateFile>,
    estate: Estate,
    judge: Judge,
    /// The server groups that somebody was told of to be there perhaps, or nobody could be, since the run was killed.
    may_be_made: BTreeSet<&'static str>,
    /// What has happened so far, for whoever has to understand a failure.
    story: Vec<String>,
    is_alone: bool,
}

impl History {
    /// Runs a history. Answers with what it was like, and what is wrong with it, if something is. One that runs alone
    /// tells what happens.
    pub fn run(script: &Script, is_alone: bool) -> (Tally, Option<Failure>) {
        let runtime = runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        let runtime = runtime.expect("a runtime");
        let mut history = runtime.block_on(Self::begin(script, is_alone));
        let passed = panic::catch_unwind(AssertUnwindSafe(|| {
            runtime.block_on(async {
                tokio::select! {
                    biased;
                    () = history.pass(script) => {}
                    () = sleep(LONGEST) => panic!("it has not ended after {} days", LONGEST.as_secs() / 86_400),
                }
            });
        }));
        history.tally.histories = 1;
        history.tally.hours = history.clouds_elapsed_hours(&runtime);
        let failure = passed.err().map(|panic| {
            let message = panic.downcast_ref::<String>().cloned();
            let message = message.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            Failure { story: history.story.join("\n"), message: message.unwrap_or_default() }
        });
        (history.tally, failure)
    }

    fn clouds_elapsed_hours(&self, runtime: &runtime::Runtime) -> f64 {
        let _context = runtime.enter();
        self.clouds.elapsed().as_secs_f64() / 3600.0
    }

    async fn begin(script: &Script, is_alone: bool) -> Self {
        let clouds = Clouds::new(script);
        for group in &GROUPS[1..] {
            let id = format!("ota-{group}");
            let task = json!({ "delivery_group_id": group, "version": "1.5.0-R-20260301.1" });
            let change = json!({ "alibaba": {
                "ota_tasks": { &id: task },
                "delivery_groups": { *group: { "ota_task_id": &id } },
            } });
            clouds.change_world(&change).await;
        }
        // A group that scales by schedule logs nobody off outside of its hours: those are on another day.
        let hours = json!({ "start_time": "08:00", "end_time": "20:00", "amount": 4 });
        let sundays = json!({ "recurrence_type": "weekly", "recurrence_values": [7], "timer_periods": [hours] });
        let scheduled = json!({ "node_pool": { "recurrence_schedules": [sundays] } });
        clouds.change_world(&json!({ "alibaba": { "delivery_groups": { SCHEDULED: scheduled } } })).await;
        let judge = Judge::new(&clouds.world().await);
        let Script { update_seconds, lag, way, seed, .. } = script;
        let story = vec![format!("updates take {update_seconds} s, reads lag {lag:?}, ways {way:?}")];
        let (tally, file, estate) = (Tally::default(), RefCell::default(), Estate::default());
        let may_be_made = BTreeSet::new();
        Self { tally, dice: Dice::new(*seed), clouds, file, estate, judge, may_be_made, story, is_alone }
    }

    fn tell(&mut self, what: String) {
        if self.is_alone {
            println!("{what}");
        }
        self.story.push(what);
    }

    /// Each step, and at the end calm.
    async fn pass(&mut self, script: &Script) {
        for step in &script.steps {
            self.estate = step.estate.clone();
            self.dice = Dice::new(step.order);
            if let Some(deed) = &step.deed {
                self.work_in_the_console(deed).await;
            }
            if let Some(address) = &step.taint {
                self.taint(address);
            }
            self.run_in_bad_weather(step).await;
            sleep(step.pause).await;
        }
        self.clouds.lift_faults().await;
        // Until what Terraform was not to wait for has come to its end.
        sleep(Duration::from_secs(20 + 2 * script.update_seconds)).await;
        for round in 1.. {
            assert!(round <= APPLIES_AT_THE_END, "there is still something to do after {APPLIES_AT_THE_END} applies");
            let outcome = self.apply(&Step::calm(&self.estate)).await;
            assert!(outcome.succeeded, "an apply fails in calm weather: {:#?}", outcome.told.errors);
            sleep(Duration::from_secs(20)).await;
            let state = self.file.borrow().clone();
            let configuration = configuration(&self.estate);
            let (plan, told) = run::plan(&self.clouds, &mut self.dice, &state, &configuration).await;
            let Some(plan) = plan else { panic!("a plan fails in calm weather: {:#?}", told.errors) };
            if plan.is_empty() {
                // What somebody else has changed beside the configuration comes into the state.
                self.file.replace(plan.state);
                break;
            }
        }
        self.judge.compare(&self.estate, &self.clouds.world().await, &shown(&self.file.borrow()));
    }

    async fn work_in_the_console(&mut self, deed: &Deed) {
        self.tell(format!("somebody {deed:?}"));
        work_in_the_console(&self.clouds, &mut self.judge, deed).await;
        self.tally.deeds += 1;
    }

    /// `terraform taint`.
    fn taint(&mut self, address: &str) {
        let stored = self.file.borrow().current(address).cloned();
        if let Some(mut stored) = stored {
            self.tell(format!("{address} is tainted"));
            stored.state.is_tainted = true;
            self.file.borrow_mut().put(address, None, Some(stored));
        }
    }

    async fn run_in_bad_weather(&mut self, step: &Step) {
        for fault in &step.weather.faults {
            self.clouds.fault(fault).await;
        }
        let outcome = self.apply(step).await;
        self.clouds.lift_faults().await;
        if !outcome.succeeded {
            self.tally.failed += 1;
            // Who looks after a failed run is slower than a read, and than what is on its way.
            sleep(Duration::from_secs(5)).await;
            self.adopt_orphans(&outcome).await;
        }
    }

    /// Applies the estate, and judges what was done.
    async fn apply(&mut self, step: &Step) -> Outcome {
        let before = shown(&self.file.borrow());
        let last = self.clouds.count_of_calls().await;
        let outcome = self.play(step).await;
        if outcome.was_killed {
            // What was on its way arrives all the same.
            sleep(Duration::from_secs(2)).await;
        }
        let ledger = Ledger::new(self.clouds.calls_after(last).await);
        self.count(&ledger, &step.weather, &outcome);
        self.tell_of(&ledger, &outcome);
        outcome.told.errors.iter().for_each(|(address, error)| expect_no_bug(address, error));
        Announced::new(&outcome).expect_all_of(&ledger);
        expect_no_secret(&self.file.borrow(), &outcome);
        let after = shown(&self.file.borrow());
        self.judge.expect_replacement(step.replace.as_deref());
        let is_whole = outcome.succeeded && step.targets.is_empty();
        self.judge.has_run(&self.estate, &before, &ledger, &after, is_whole);
        self.tally.gaps += u64::try_from(self.judge.take_gaps()).unwrap_or_default();
        outcome
    }

    /// Runs Terraform.
    async fn play(&mut self, step: &Step) -> Outcome {
        let weather = &step.weather;
        self.tell(format!("\n{}{weather:?}", self.estate.to_hcl()));
        let options = RunOptions {
            refresh: weather.refresh,
            targets: step.targets.clone(),
            replace: step.replace.iter().cloned().collect(),
        };
        if options != RunOptions::default() || step.meanwhile.is_some() {
            self.tell(format!("{options:?}, and meanwhile {:?}", step.meanwhile));
        }
        let configuration = configuration(&self.estate);
        let began = self.clouds.elapsed();
        let (clouds, judge) = (&self.clouds, &mut self.judge);
        let meanwhile = async {
            if let Some(deed) = &step.meanwhile {
                work_in_the_console(clouds, judge, deed).await;
            }
        };
        let run = run::run(clouds, &mut self.dice, &self.file, &configuration, weather, &options, meanwhile);
        let outcome = match weather.down {
            None => run.await,
            Some((after, lasting)) => {
                let (mut down, mut run) = (pin!(clouds.go_down(after, lasting)), pin!(run));
                tokio::select! {
                    biased;
                    outcome = &mut run => outcome,
                    () = &mut down => run.await,
                }
            }
        };
        let lasted = self.clouds.elapsed() - began;
        assert!(lasted < LONGEST_RUN, "a run lasted {lasted:?}");
        outcome
    }

    fn tell_of(&mut self, ledger: &Ledger, outcome: &Outcome) {
        if self.is_alone {
            ledger.calls.iter().for_each(|call| println!("{}", call.shown()));
        }
        let end = match (outcome.succeeded, outcome.was_killed) {
            (true, _) => "succeeded",
            (_, true) => "was killed",
            _ => "failed",
        };
        self.tell(format!("{end}: {}", ledger.summary()));
        for (address, error) in &outcome.told.errors {
            self.tell(format!("  {address}: {}", first_line(error)));
        }
    }

    fn count(&mut self, ledger: &Ledger, weather: &Weather, outcome: &Outcome) {
        self.tally.runs += 1;
        self.tally.calls += u64::try_from(ledger.calls.len()).unwrap_or_default();
        self.tally.kills += u64::from(outcome.was_killed);
        self.tally.interrupts += u64::from(matches!(weather.end, End::Interrupt { .. }) && !outcome.succeeded);
        for call in &ledger.calls {
            if let Some(kind) = call.record["fault"].as_str() {
                *self.tally.faults.entry(kind.to_owned()).or_default() += 1;
            }
        }
    }

    /// Imports each server group that a run has made and could not write down, because it was killed, or because nobody
    /// could know of it in time: that one says so, and the next one names it.
    async fn adopt_orphans(&mut self, outcome: &Outcome) {
        let world = self.clouds.world().await;
        let groups = world["huawei"]["server_groups"].as_object().cloned().unwrap_or_default();
        for label in self.estate.server_groups.keys().copied().collect::<Vec<_>>() {
            let address = format!("appstreaming_server_group.{label}");
            let known = shown(&self.file.borrow()).server_group_id(label);
            let name = Estate::server_group_name(label);
            let found = groups.iter().find(|(_, group)| group["name"] == name).map(|(id, _)| id);
            let is_told = |(of, error): &(String, Error)| {
                let text = error.to_string();
                let is_named = found.is_some_and(|id| text.contains(id.as_str()));
                *of == address && (is_named || text.contains("may have taken effect"))
            };
            if outcome.was_killed || outcome.told.errors.iter().any(is_told) {
                self.may_be_made.insert(label);
            }
            let Some(id) = found.filter(|id| known.as_ref() != Some(*id)) else { continue };
            let errors = &outcome.told.errors;
            let is_expected = self.may_be_made.remove(label);
            assert!(is_expected, "{address} was made, and neither state nor error says so: {errors:#?}");
            self.file.borrow_mut().put(&address, None, None);
            let imported = run::import(&self.clouds, &address, id).await;
            self.file.borrow_mut().put(&address, None, Some(imported));
            self.tell(format!("imported {address}"));
            self.tally.imports += 1;
        }
    }
}

async fn work_in_the_console(clouds: &Clouds, judge: &mut Judge, deed: &Deed) {
    if let Some((change, removed)) = deed.change(&clouds.world().await) {
        clouds.change_world(&change).await;
        judge.somebody(deed, removed.as_deref());
    }
}

/// The estate as Terraform's part takes it.
fn configuration(estate: &Estate) -> Configuration {
    let blocks = estate.blocks().into_iter().map(|block| {
        let type_name = format!("appstreaming_{}", block.kind);
        let address = format!("{type_name}.{}", block.label);
        let declared = Declared {
            type_name,
            config: block.arguments,
            create_before_destroy: block.creates_first,
            ..Declared::default()
        };
        (address, declared)
    });
    Configuration { resources: blocks.collect::<BTreeMap<_, _>>(), ..Configuration::default() }
}

/// The state as the judge reads it.
fn shown(file: &StateFile) -> State {
    let object = |address: &str, stored: &Stored, is_deposed| Object {
        address: address.to_owned(),
        attributes: stored.state.stored(),
        is_tainted: stored.state.is_tainted,
        is_deposed,
    };
    let current = file.instances.iter().filter_map(|(address, it)| Some(object(address, it.current.as_ref()?, false)));
    let deposed = file.deposed().map(|(address, _, stored)| object(address, stored, true));
    State::new(current.chain(deposed).collect())
}

/// No secret is in a state, or in what is told.
fn expect_no_secret(file: &StateFile, outcome: &Outcome) {
    let current = file.instances.values().filter_map(|it| it.current.as_ref());
    let stored = current.chain(file.deposed().map(|(_, _, stored)| stored));
    let private = |stored: &Stored| String::from_utf8_lossy(&stored.state.private).into_owned();
    let states = stored.map(|stored| format!("{} {}", stored.state.stored(), private(stored)));
    let told = outcome.told.warnings.iter().map(|(_, it)| format!("{} {}", it.summary, it.detail));
    let errors = outcome.told.errors.iter().map(|(_, error)| error.to_string());
    for text in states.chain(told).chain(errors) {
        for secret in [SECRET_KEY, emulator::PASSWORD] {
            assert!(!text.contains(secret), "it holds a secret: {text}");
        }
    }
}

fn first_line(error: &Error) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}

/// Whatever goes wrong outside, nothing may go wrong inside.
fn expect_no_bug(address: &str, error: &Error) {
    assert!(error.violations().is_empty(), "{address}: {:#?}", error.violations());
    let text = error.to_string();
    for words in ["panicked", "inconsistent", "bug in the provider", "mistake in the provider", SECRET_KEY] {
        assert!(!text.contains(words), "{address}: {text}");
    }
}
