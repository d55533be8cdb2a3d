//! One history: an estate changes, Terraform runs, things go wrong; and in the end there is calm.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    fmt,
    pin::pin,
    time::Duration,
};

use futures_util::future;
use serde_json::{Value, json};
use tfplug::testing::{Error, RunOptions, StateFile};
use tokio::{runtime, time::sleep};

use crate::{
    clouds::Clouds,
    estate::{
        Deed, Dice, Ending, Estate, IMAGES, Judge, Ledger, Object, State, names::GROUP, preparation, seeds::pass,
    },
    judging::{Announced, Log, expect_everybody_spared, secrets},
    run::{Outcome, Terraform},
    script::{Script, Step},
    side::{self, Side},
    tally::Tally,
    weather::{End, Weather},
};

/// More people than a page of a list has.
const CROWD: usize = 120;

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
    /// What Terraform knows: in one state, or in two.
    files: Vec<RefCell<StateFile>>,
    estate: Estate,
    judge: RefCell<Judge>,
    /// The server groups that somebody was told of to be there perhaps, or nobody could be, since the run was killed.
    may_be_made: BTreeSet<String>,
    /// What somebody has tainted.
    tainted: BTreeSet<String>,
    /// What has happened so far, for whoever has to understand a failure.
    story: Vec<String>,
    /// What the provider has written about what it does.
    log: Log,
    is_alone: bool,
}

impl History {
    /// Runs a history. Answers with what it was like, and what is wrong with it, if something is. One that runs alone
    /// tells what happens.
    pub fn run(script: &Script, is_alone: bool) -> (Tally, Option<Failure>) {
        let (history, message) = Self::played(script, is_alone);
        let failure = message.map(|message| Failure { story: history.story.join("\n"), message });
        (history.tally, failure)
    }

    /// What happens in a history, call by call.
    pub fn story(script: &Script) -> Vec<String> {
        Self::played(script, true).0.story
    }

    /// A history as it has ended, and what is wrong with it.
    fn played(script: &Script, is_alone: bool) -> (Self, Option<String>) {
        let runtime = runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        let runtime = runtime.expect("a runtime");
        let mut history = runtime.block_on(Self::begin(script, is_alone));
        let passed = pass(|| {
            runtime.block_on(async {
                tokio::select! {
                    biased;
                    () = history.pass(script) => {}
                    () = sleep(LONGEST) => panic!("it has not ended after {} days", LONGEST.as_secs() / 86_400),
                }
            });
        });
        history.tally.histories = 1;
        history.tally.hours = history.clouds_elapsed_hours(&runtime);
        (history, passed.err())
    }

    fn clouds_elapsed_hours(&self, runtime: &runtime::Runtime) -> f64 {
        let _context = runtime.enter();
        self.clouds.elapsed().as_secs_f64() / 3600.0
    }

    async fn begin(script: &Script, is_alone: bool) -> Self {
        let clouds = Clouds::new(script);
        clouds.change_world(&preparation()).await;
        clouds.leave_schedule().await;
        if script.is_crowded {
            let crowd: serde_json::Map<_, _> = (0..CROWD).map(|at| (format!("crowd-{at:03}"), json!([]))).collect();
            let crowded = json!({ "authorized_users": crowd });
            clouds.change_world(&json!({ "alibaba": { "delivery_groups": { GROUP: crowded } } })).await;
        }
        let judge = RefCell::new(Judge::new(&clouds.world().await));
        let Script { update_seconds, lag, way, seed, .. } = script;
        let story = vec![format!("updates take {update_seconds} s, reads lag {lag:?}, ways {way:?}")];
        let files = (0..if script.is_split { 2 } else { 1 }).map(|_| RefCell::default()).collect();
        let (tally, estate, may_be_made) = (Tally::default(), Estate::default(), BTreeSet::new());
        let (dice, log, tainted) = (Dice::new(*seed), Log::default(), BTreeSet::new());
        Self { tally, dice, clouds, files, estate, judge, may_be_made, tainted, story, log, is_alone }
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
            self.adopt_orphans().await;
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
        self.adopt_orphans().await;
        if script.by_token {
            // A token that is taken back before its time is no bad weather: there is another one.
            self.clouds.fault(&token_is_over()).await;
        }
        for round in 1.. {
            assert!(round <= APPLIES_AT_THE_END, "there is still something to do after {APPLIES_AT_THE_END} applies");
            let outcome = self.apply(&Step::calm(&self.estate)).await;
            assert!(outcome.succeeded, "an apply fails in calm weather: {:#?}", outcome.told.errors);
            sleep(Duration::from_secs(20)).await;
            if self.is_all_done().await {
                break;
            }
        }
        for (name, id) in self.orphans().await {
            if self.may_be_made.contains(&name) {
                self.judge.get_mut().knows_of(id);
            }
        }
        let world = self.clouds.world().await;
        self.expect_no_drain(&world);
        self.judge.borrow().compare(&self.estate, &world, &self.shown());
    }

    /// Of what a creation has done that was killed, and is not configured any more, nobody can know; and whoever was
    /// told that a drain could not be ended can still take the group out of the configuration.
    fn expect_no_drain(&self, world: &Value) {
        let groups = world["alibaba"]["delivery_groups"].as_object().into_iter().flatten();
        for (id, group) in groups.filter(|(_, it)| it["tags"]["terraform-drained-by"].is_string()) {
            let is_managed = self.estate.images.values().any(|it| it.group == id);
            assert!(!is_managed && self.tally.failed > 0, "{id} is still drained: {group:#}");
        }
    }

    async fn work_in_the_console(&mut self, deed: &Deed) {
        self.tell(format!("somebody {deed:?}"));
        work_in_the_console(&self.clouds, &self.judge, deed).await;
        self.tally.deeds += 1;
        // Until each read shows it.
        sleep(self.clouds.lag()).await;
    }

    /// `terraform taint`.
    fn taint(&mut self, address: &str) {
        self.files.iter().for_each(|file| side::taint(file, address));
        self.judge.get_mut().is_tainted(address);
        self.tainted.insert(address.to_owned());
        self.tell(format!("{address} is tainted, if it is there"));
    }

    /// The state, or what two of them say together.
    fn shown(&self) -> State {
        State::new(self.files.iter().flat_map(|file| side::shown(&file.borrow())).collect())
    }

    /// The estate, or its halves, each with its state.
    fn sides(&self) -> Vec<Side<'_>> {
        let estates = match self.files.len() {
            1 => vec![self.estate.clone()],
            _ => self.estate.halves().into(),
        };
        estates.into_iter().zip(&self.files).map(|(estate, file)| Side { estate, file }).collect()
    }

    /// Whether a plan has nothing to do. What somebody else has changed beside the configuration comes into the state.
    async fn is_all_done(&mut self) -> bool {
        let world = self.clouds.world().await;
        let terraform = Terraform { clouds: &self.clouds, is_elsewhere: self.estate.is_elsewhere };
        let mut dice = Dice::new(self.tally.runs);
        for side in self.sides() {
            let state = side.file.borrow().clone();
            let (plan, told) = terraform.plan_in_calm(&mut dice, &state, &side.configuration(&world, None)).await;
            let Some(plan) = plan else { panic!("a plan fails in calm weather: {:#?}", told.errors) };
            if !plan.is_empty() {
                return false;
            }
            side.file.replace(plan.state);
        }
        true
    }

    async fn run_in_bad_weather(&mut self, step: &Step) {
        for fault in &step.weather.faults {
            self.clouds.fault(fault).await;
        }
        self.clouds.break_images(&IMAGES, step.weather.breaks).await;
        let outcome = self.apply(step).await;
        self.clouds.lift_faults().await;
        self.clouds.break_images(&IMAGES, false).await;
        for deed in step.deed.iter().chain(&step.meanwhile) {
            if let Some(change) = deed.end() {
                self.clouds.change_world(&change).await;
            }
        }
        if !outcome.succeeded {
            self.tally.failed += 1;
            // Who looks after a failed run is slower than a read, and than what is on its way.
            sleep(Duration::from_secs(5)).await;
            self.note_told(&outcome, &step.weather);
            self.adopt_orphans().await;
        }
    }

    /// What is given back by resources that somebody has tainted: the group, and the image.
    fn given_back_by_tainted(&self, state: &State) -> BTreeSet<(String, String)> {
        let tainted = state.objects().iter().filter(|it| self.tainted.contains(&it.address));
        let text = |object: &Object, name: &str| object.attributes[name].as_str().unwrap_or_default().to_owned();
        tainted.map(|it| (text(it, "delivery_group_id"), text(it, "previous_image_id"))).collect()
    }

    /// Applies the estate, and judges what was done.
    async fn apply(&mut self, step: &Step) -> Outcome {
        let before = self.shown();
        let world = self.clouds.world().await;
        let quiet = quiet_groups(&world);
        let last = self.clouds.count_of_calls().await;
        let began = self.clouds.elapsed();
        let outcomes = self.play(step, &world).await;
        let lasted = self.clouds.elapsed() - began;
        assert!(lasted < LONGEST_RUN, "a run lasted {lasted:?}");
        if outcomes.iter().any(|it| it.was_killed) {
            // What was on its way arrives all the same.
            sleep(Duration::from_secs(2)).await;
        }
        let ledger = Ledger::new(self.clouds.calls_after(last).await);
        let mut announced = Announced::new(&outcomes, quiet, self.given_back_by_tainted(&before), step);
        let outcome = Outcome::of_all(outcomes);
        self.count(&ledger, &step.weather, &outcome);
        self.tell_of(&ledger, &outcome);
        outcome.told.errors.iter().for_each(|(address, error)| secrets::expect_no_bug(address, error));
        announced.expect_all_of(&ledger);
        self.tally.overtaken += announced.overtaken;
        self.expect_order(&ledger, lasted);
        if self.estate.is_lively {
            let (world, lag) = (self.clouds.world().await, self.clouds.lag());
            self.tally.waited += expect_everybody_spared(&ledger, &self.estate, &before, &world, lag);
        }
        let log = self.log.take();
        self.files.iter().for_each(|file| secrets::expect_none(&file.borrow(), &outcome, &log));
        let after = self.shown();
        self.judge.get_mut().expect_replacement(step.replace.as_deref());
        let ending = match (outcome.was_killed, outcome.succeeded && step.targets.is_empty()) {
            (true, _) => Ending::Killed,
            (_, true) => Ending::Whole,
            _ => Ending::Partial,
        };
        self.judge.get_mut().has_run(&self.estate, &before, &ledger, &after, ending);
        self.tally.gaps += u64::try_from(self.judge.get_mut().take_gaps()).unwrap_or_default();
        if !step.weather.refresh {
            let warnings = outcome.told.warnings.iter().map(|(_, it)| format!("{} {}", it.summary, it.detail));
            let stays = warnings.filter(|warning| warning.contains("keep access to"));
            stays.for_each(|warning| self.judge.get_mut().knows_who_stays(&warning));
        }
        outcome
    }

    /// Runs Terraform, for two states side by side.
    async fn play(&mut self, step: &Step, world: &Value) -> Vec<Outcome> {
        let weather = &step.weather;
        self.tell(format!("\n{}{weather:?}", self.estate.to_hcl(world)));
        let options = RunOptions {
            refresh: weather.refresh,
            targets: step.targets.clone(),
            replace: step.replace.iter().cloned().collect(),
        };
        if options != RunOptions::default() || step.meanwhile.is_some() || step.amid.is_some() {
            self.tell(format!("{options:?}, and meanwhile {:?}, amid {:?}", step.meanwhile, step.amid));
        }
        let clouds = &self.clouds;
        let terraform = Terraform { clouds, is_elsewhere: self.estate.is_elsewhere };
        let judge = &self.judge;
        let runs = self.sides().into_iter().enumerate().map(|(at, side)| {
            let (terraform, options) = (&terraform, &options);
            let mut dice = Dice::new(step.order + u64::from(at > 0));
            async move {
                let configuration = side.configuration(world, step.replace.as_deref());
                let meanwhile = async {
                    if let Some(deed) = step.meanwhile.as_ref().filter(|_| at == 0) {
                        work_in_the_console(clouds, judge, deed).await;
                    }
                };
                terraform.run(&mut dice, side.file, &configuration, weather, options, meanwhile).await
            }
        });
        let outcomes = {
            let runs = pin!(future::join_all(runs));
            let spell = async {
                if let Some(spell) = &weather.spell {
                    clouds.pass_through(spell).await;
                }
            };
            let amid = async {
                if let Some((after, deed)) = &step.amid {
                    sleep(*after).await;
                    work_in_the_console(clouds, judge, deed).await;
                }
            };
            let others = pin!(future::join(spell, amid));
            match future::select(runs, others).await {
                future::Either::Left((outcomes, _)) => outcomes,
                future::Either::Right((_, runs)) => runs.await,
            }
        };
        self.tally.deeds += u64::from(step.meanwhile.is_some()) + u64::from(step.amid.is_some());
        outcomes
    }

    /// Nobody calls without an end, and with other credentials than those that are configured.
    fn expect_order(&mut self, ledger: &Ledger, lasted: Duration) {
        let resources = self.estate.addresses().len() + self.shown().objects().len();
        let calls = u64::try_from(ledger.calls.len()).unwrap_or_default();
        let most = bound(u64::try_from(resources).unwrap_or_default(), lasted);
        assert!(calls <= most, "{calls} calls in {lasted:?} for {resources} resources; at most {most} are expected");
        for call in &ledger.calls {
            let caller = &call.record["caller"];
            let is_signing_in = caller.is_null() && call.is_sign_in();
            assert!(is_signing_in || self.clouds.may_call(&call.cloud, caller), "{caller} calls: {:#}", call.record);
        }
    }

    fn tell_of(&mut self, ledger: &Ledger, outcome: &Outcome) {
        if self.is_alone {
            ledger.calls.iter().for_each(|call| self.tell(call.shown()));
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

    /// Remembers of which server groups a run says that they may be there, because nobody could know of them in time,
    /// or could not, since it was killed.
    fn note_told(&mut self, outcome: &Outcome, weather: &Weather) {
        let is_late = weather.faults.iter().any(makes_late);
        for (label, group) in &self.estate.server_groups {
            let address = format!("appstreaming_server_group.{label}");
            let is_told = |(of, error): &(String, Error)| {
                let text = error.to_string();
                let is_unseen = is_late || text.contains("could not be looked at");
                *of == address
                    && (text.contains("may have taken effect") && is_unseen || text.contains("got no answer"))
            };
            if outcome.was_killed || outcome.told.errors.iter().any(is_told) {
                self.may_be_made.insert(group.name.clone());
            }
        }
    }

    /// The server groups that are there and in no state, by name. What a request makes that was slow comes late.
    async fn orphans(&self) -> BTreeMap<String, String> {
        let (world, shown) = (self.clouds.world().await, self.shown());
        let groups = world["huawei"]["server_groups"].as_object().into_iter().flatten();
        let is_known = |id: &str| shown.objects().iter().any(|it| !it.is_deposed && it.attributes["id"] == id);
        let unknown = groups.filter(|(id, _)| !is_known(id));
        unknown.map(|(id, group)| (group["name"].as_str().unwrap_or_default().to_owned(), id.clone())).collect()
    }

    /// Imports each server group that a run has made and could not write down.
    async fn adopt_orphans(&mut self) {
        let orphans = self.orphans().await;
        for (label, group) in self.estate.server_groups.clone() {
            let address = format!("appstreaming_server_group.{label}");
            if self.estate.imported.contains(&address) {
                continue;
            }
            let Some(id) = orphans.get(&group.name) else { continue };
            let is_expected = self.may_be_made.contains(&group.name);
            assert!(is_expected, "{address} was made, and neither state nor error says so");
            let terraform = Terraform { clouds: &self.clouds, is_elsewhere: self.estate.is_elsewhere };
            let imported = terraform.import(&address, id).await;
            let sides = self.sides();
            let side = sides.iter().find(|side| side.estate.addresses().contains(&address));
            side.expect("one of them has it").file.borrow_mut().put(&address, None, Some(imported));
            self.tell(format!("imported {address}"));
            self.tally.imports += 1;
        }
    }
}

/// Huawei Cloud does not know a token any more that it has given out.
fn token_is_over() -> Value {
    json!({
        "kind": "error", "status": 401, "code": "APIGW.0307", "message": "The token must be updated.",
        "operation": "ShowServerGroup", "next": 1,
    })
}

/// Whether a fault lets a creation come to the service late, so that whoever looks for it may look too early.
fn makes_late(fault: &Value) -> bool {
    fault["kind"] == "slow" && (fault["operation"].is_null() || fault["operation"] == "CreateServerGroup")
}

/// The delivery groups in which nothing goes on, and their images.
fn quiet_groups(world: &Value) -> BTreeMap<String, String> {
    let groups = world["alibaba"]["delivery_groups"].as_object().into_iter().flatten();
    let quiet = groups.filter(|(_, group)| group["status"] == "PUBLISHED");
    quiet.map(|(id, group)| (id.clone(), group["image_id"].as_str().unwrap_or_default().to_owned())).collect()
}

async fn work_in_the_console(clouds: &Clouds, judge: &RefCell<Judge>, deed: &Deed) {
    if let Some((change, removed)) = deed.change(&clouds.world().await) {
        clouds.change_world(&change).await;
        judge.borrow_mut().somebody(deed, removed.as_deref());
    }
}

/// How many calls a run may make at most: each resource looks, changes and looks again, some times where answers are
/// lost, and what lasts is asked about at a pace.
fn bound(resources: u64, lasted: Duration) -> u64 {
    let resources = resources.max(1);
    resources * (100 + 12 * (lasted.as_secs() / 60))
}

fn first_line(error: &Error) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}
