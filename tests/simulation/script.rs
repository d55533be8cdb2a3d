//! What is going to happen in a history: all of it, before anything does, so that parts of it can be left out.

use std::{collections::BTreeSet, time::Duration};

use serde_json::json;

use super::weather::Weather;
use crate::estate::{Deed, Dice, Estate};

/// A history, as its seed decides it.
#[derive(Clone, Debug)]
pub struct Script {
    /// What everything else that is random comes from.
    pub seed: u64,
    /// How long an update of an image takes, in seconds.
    pub update_seconds: u64,
    /// How long sessions go on after everybody was logged off, in seconds.
    pub log_off_seconds: u64,
    /// How long a write stays invisible to reads.
    pub lag: Duration,
    /// Whether an older answer may come after a newer one.
    pub lag_varies: bool,
    /// Whether Huawei Cloud is called with a token, which ends after a quarter of an hour.
    pub by_token: bool,
    /// How long a request or an answer is on its way at most.
    pub way: Duration,
    /// How far refreshes share lists: `off`, as usual, or `eager`.
    pub reads: &'static str,
    /// Whether two states hold the estate, which are applied side by side.
    pub is_split: bool,
    /// Whether a delivery group has more people than a page of a list.
    pub is_crowded: bool,
    /// Whether people come to delivery groups and leave them by themselves, and some images wait for them.
    pub is_lively: bool,
    pub steps: Vec<Step>,
}

/// A change of the configuration, and the run that applies it.
#[derive(Clone, Debug)]
pub struct Step {
    /// What is configured from now on.
    pub estate: Estate,
    /// What somebody else does before.
    pub deed: Option<Deed>,
    /// What somebody else does between the plan and the apply of it.
    pub meanwhile: Option<Deed>,
    /// What somebody does in the middle of the run, and after how long.
    pub amid: Option<(Duration, Deed)>,
    /// The resource that `-replace` names.
    pub replace: Option<String>,
    /// The resource that somebody has tainted.
    pub taint: Option<String>,
    /// The resources that `-target` names.
    pub targets: BTreeSet<String>,
    pub weather: Weather,
    /// How long people look at what has happened, before the next step.
    pub pause: Duration,
    /// Decides in which order Terraform begins what can begin.
    pub order: u64,
}

impl Script {
    pub fn of(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let update_seconds = dice.one(&[0, 1, 30, 600]);
        let lag = Duration::from_millis(dice.one(&[0, 0, 200, 1000, 3000]));
        let way = Duration::from_millis(dice.one(&[0, 1, 20, 200]));
        let (lag_varies, by_token) = (dice.percent(30), dice.percent(30));
        let (is_split, is_crowded) = (dice.percent(20), dice.percent(10));
        // Of a die of its own: whoever has been found by a seed is found by it again.
        let is_lively = Dice::new(seed ^ 0x0001_1FE5).percent(30);
        let mut other_dice = Dice::new(seed ^ 0x0005_EC07);
        let (log_off_seconds, reads) =
            (other_dice.one(&[0, 5, 90]), other_dice.one(&["off", "usual", "eager", "eager"]));
        let mut estate = Estate::default();
        estate.is_lively = is_lively;
        for _ in 0..8 {
            estate.change(&mut dice);
        }
        let steps = (0..4 + dice.below(3)).map(|_| {
            let known = estate.clone();
            for _ in 0..2 + dice.below(4) {
                estate.change(&mut dice);
            }
            let mut step = Step {
                estate: estate.clone(),
                deed: dice.percent(40).then(|| Deed::by_chance(&mut dice)),
                meanwhile: dice.percent(10).then(|| Deed::by_chance(&mut dice)),
                amid: dice.percent(30).then(|| {
                    let after = Duration::from_millis(u64::try_from(dice.below(1 << 14)).unwrap_or_default());
                    (after, Deed::of_people_by_chance(&mut dice))
                }),
                replace: if dice.percent(10) { one_of(&estate, &mut dice) } else { None },
                taint: if dice.percent(10) { one_of(&estate, &mut dice) } else { None },
                targets: if dice.percent(8) { some_of(&estate, &mut dice) } else { BTreeSet::new() },
                weather: Weather::by_chance(&mut dice),
                pause: Duration::from_secs(u64::try_from(5 + dice.below(600)).unwrap_or_default()),
                order: u64::try_from(dice.below(1 << 30)).unwrap_or_default(),
            };
            if other_dice.percent(20) {
                step.take_a_name(&known, &mut other_dice);
            }
            step
        });
        let steps = steps.collect();
        Self {
            seed,
            update_seconds,
            log_off_seconds,
            lag,
            lag_varies,
            by_token,
            way,
            reads,
            is_split,
            is_crowded,
            is_lively,
            steps,
        }
    }

    /// The same in which nobody comes by, and nothing waits for anybody.
    pub fn quiet(&self) -> Self {
        let mut script = Self { is_lively: false, ..self.clone() };
        script.steps.iter_mut().for_each(|step| step.estate.is_lively = false);
        script
    }

    /// The same with less: each way to leave one thing out, the larger ones first.
    pub fn shorter(&self) -> impl Iterator<Item = Self> + '_ {
        let without_a_step = (0..self.steps.len()).map(|at| {
            let mut script = self.clone();
            script.steps.remove(at);
            script
        });
        let simpler = (0..self.steps.len()).flat_map(move |at| {
            self.steps[at].simpler().into_iter().map(move |step| {
                let mut script = self.clone();
                script.steps[at] = step;
                script
            })
        });
        let without_a_resource = self.steps.iter().flat_map(|step| step.estate.addresses()).map(|address| {
            let mut script = self.clone();
            script.steps.iter_mut().for_each(|step| step.estate.remove(&address));
            script
        });
        let plainer = [
            Self { update_seconds: 0, ..self.clone() },
            Self { log_off_seconds: 0, ..self.clone() },
            Self { lag: Duration::ZERO, ..self.clone() },
            Self { way: Duration::ZERO, ..self.clone() },
            Self { reads: "off", ..self.clone() },
            Self { lag_varies: false, ..self.clone() },
            Self { by_token: false, ..self.clone() },
            Self { is_split: false, ..self.clone() },
            Self { is_crowded: false, ..self.clone() },
            self.quiet(),
        ];
        let plainer = plainer.into_iter().filter(|script| {
            let flags = |it: &Self| (it.lag_varies, it.by_token, it.is_split, it.is_crowded, it.is_lively);
            let parts = |it: &Self| (it.update_seconds, it.log_off_seconds, it.lag, it.way, it.reads, flags(it));
            parts(script) != parts(self)
        });
        without_a_step.chain(without_a_resource).chain(simpler).chain(plainer)
    }
}

fn one_of(estate: &Estate, dice: &mut Dice) -> Option<String> {
    dice.any(&estate.addresses().into_iter().collect::<Vec<_>>())
}

fn some_of(estate: &Estate, dice: &mut Dice) -> BTreeSet<String> {
    (0..2).filter_map(|_| one_of(estate, dice)).collect()
}

impl Step {
    /// A run in which nothing goes wrong.
    pub fn calm(estate: &Estate) -> Self {
        Self {
            estate: estate.clone(),
            deed: None,
            meanwhile: None,
            amid: None,
            replace: None,
            taint: None,
            targets: BTreeSet::new(),
            weather: Weather::calm(),
            pause: Duration::ZERO,
            order: 0,
        }
    }

    /// Lets somebody else make a server group under the name of one that this run makes, whose creation may be lost.
    fn take_a_name(&mut self, known: &Estate, dice: &mut Dice) {
        let names: BTreeSet<_> = known.server_groups.values().map(|it| &it.name).collect();
        let made = self.estate.server_groups.values().filter(|it| !names.contains(&it.name)).cloned();
        let Some(made) = dice.any(&made.collect::<Vec<_>>()) else { return };
        self.deed = Some(Deed::Takes(made));
        if dice.percent(50) {
            self.weather.faults.push(json!({ "kind": "close_before", "operation": "CreateServerGroup", "next": 1 }));
        }
    }

    fn simpler(&self) -> Vec<Self> {
        let mut all = Vec::new();
        if self.deed.is_some() {
            all.push(Self { deed: None, ..self.clone() });
        }
        if self.meanwhile.is_some() {
            all.push(Self { meanwhile: None, ..self.clone() });
        }
        if self.amid.is_some() {
            all.push(Self { amid: None, ..self.clone() });
        }
        if self.replace.is_some() || self.taint.is_some() {
            all.push(Self { replace: None, taint: None, ..self.clone() });
        }
        if !self.targets.is_empty() {
            all.push(Self { targets: BTreeSet::new(), ..self.clone() });
        }
        all.extend(self.weather.calmer().into_iter().map(|weather| Self { weather, ..self.clone() }));
        all
    }
}
