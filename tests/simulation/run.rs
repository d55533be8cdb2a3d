//! One run of Terraform: a plan and an apply, each with a provider process of its own.

use std::{
    cell::{Cell, RefCell},
    future::{Future, poll_fn},
    pin::{Pin, pin},
    task::Poll,
};

use appstreaming::AppStreaming;
use tfplug::testing::{Configuration, Error, Host, Import, PlanFile, RunOptions, StateFile, Stored, Told, Walk};

use super::{
    clouds::Clouds,
    weather::{End, Weather},
};
use crate::estate::Dice;

/// What a run came to.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Whether it ended by itself and without an error.
    pub succeeded: bool,
    pub was_killed: bool,
    pub told: Told,
    /// How many of the warnings are the plan's; the others came when it was too late to read them.
    pub warned_before: usize,
    /// What was planned, where that went well.
    pub plan: Option<PlanFile>,
}

impl Outcome {
    /// Of runs side by side.
    pub fn of_all(outcomes: Vec<Self>) -> Self {
        let start = Self { succeeded: true, ..Self::default() };
        outcomes.into_iter().fold(start, |mut all, one| {
            all.succeeded &= one.succeeded;
            all.was_killed |= one.was_killed;
            all.told.warnings.extend(one.told.warnings);
            all.told.errors.extend(one.told.errors);
            all
        })
    }
}

/// Counts what happens in the process, and ends it at a moment.
pub struct Moments {
    passed: Cell<usize>,
    end: End,
}

impl Moments {
    /// Those of a run that ends so.
    pub fn until(end: End) -> Self {
        Self { passed: Cell::new(0), end }
    }

    /// Goes on with a part of a run. `None` where it was killed in it.
    async fn of<T>(&self, part: impl Future<Output = T>, interrupt: impl Future<Output = ()>) -> Option<T> {
        let (mut part, mut interrupt) = (pin!(part), pin!(interrupt));
        let mut is_interrupting = false;
        poll_fn(|cx| {
            let passed = self.passed.replace(self.passed.get() + 1) + 1;
            match self.end {
                End::Kill { at } if passed >= at => return Poll::Ready(None),
                End::Interrupt { at } if passed == at => is_interrupting = true,
                _ => {}
            }
            if is_interrupting && Pin::as_mut(&mut interrupt).poll(cx).is_ready() {
                is_interrupting = false;
            }
            Pin::as_mut(&mut part).poll(cx).map(Some)
        })
        .await
    }
}

/// Terraform with one configuration of the provider.
pub struct Terraform<'c> {
    pub clouds: &'c Clouds,
    /// Whether the provider's region is another one than most delivery groups have.
    pub is_elsewhere: bool,
}

impl Terraform<'_> {
    /// Plans, and applies what is planned.
    pub async fn run(
        &self,
        dice: &mut Dice,
        file: &RefCell<StateFile>,
        configuration: &Configuration,
        weather: &Weather,
        options: &RunOptions,
        meanwhile: impl Future<Output = ()>,
    ) -> Outcome {
        let moments = &Moments::until(weather.end);
        let before = file.borrow().clone();
        let Some((planned, mut told)) = self.plan(dice, &before, configuration, weather, options, moments).await else {
            return Outcome { was_killed: true, ..Outcome::default() };
        };
        let Some(plan) = planned else { return Outcome { told, ..Outcome::default() } };
        let warned_before = told.warnings.len();
        meanwhile.await;
        let Some((succeeded, more)) = self.apply(dice, &plan, file, weather, moments).await else {
            return Outcome { was_killed: true, told, warned_before, plan: Some(plan), ..Outcome::default() };
        };
        told.warnings.extend(more.warnings);
        told.errors.extend(more.errors);
        Outcome { succeeded, told, warned_before, was_killed: false, plan: Some(plan) }
    }

    /// Plans alone, in calm weather.
    pub async fn plan_in_calm(
        &self,
        dice: &mut Dice,
        state: &StateFile,
        configuration: &Configuration,
    ) -> (Option<PlanFile>, Told) {
        let (calm, options, moments) = (Weather::calm(), RunOptions::default(), Moments::until(End::ItsOwn));
        let planned = self.plan(dice, state, configuration, &calm, &options, &moments).await;
        planned.expect("nobody kills it")
    }

    /// The first half of a run. `None` where it was killed in it.
    pub async fn plan(
        &self,
        dice: &mut Dice,
        state: &StateFile,
        configuration: &Configuration,
        weather: &Weather,
        options: &RunOptions,
        moments: &Moments,
    ) -> Option<(Option<PlanFile>, Told)> {
        self.walk(dice, weather, moments, async |walk| walk.plan(state, configuration, options).await).await
    }

    /// The second half, and whether all of it succeeded. `None` where it was killed in it.
    pub async fn apply(
        &self,
        dice: &mut Dice,
        plan: &PlanFile,
        file: &RefCell<StateFile>,
        weather: &Weather,
        moments: &Moments,
    ) -> Option<(bool, Told)> {
        self.walk(dice, weather, moments, async |walk| walk.apply(plan, file).await).await
    }

    /// One walk, with a provider process of its own.
    async fn walk<T>(
        &self,
        dice: &mut Dice,
        weather: &Weather,
        moments: &Moments,
        part: impl AsyncFnOnce(&Walk<'_>) -> T,
    ) -> Option<(T, Told)> {
        let host = self.started().await.expect("a provider that can be configured");
        let walk = Walk::new(&host).with_parallelism(weather.parallelism).in_order(|choices| dice.below(choices));
        let interrupt = async {
            walk.interrupt().await.expect("the provider can be asked to stop");
        };
        let done = moments.of(part(&walk), interrupt).await?;
        Some((done, walk.take_told()))
    }

    /// `terraform import` of a server group.
    pub async fn import(&self, address: &str, id: &str) -> Stored {
        let host = self.started().await.expect("a provider that can be configured");
        let import = Import { to: address.to_owned(), id: id.to_owned() };
        Walk::new(&host).import("appstreaming_server_group", &import).await.expect("a server group that is there")
    }

    async fn started(&self) -> Result<Host, Error> {
        let host = Host::in_process(AppStreaming::on(self.clouds.machine())).await?;
        host.configure(&self.clouds.provider_block(self.is_elsewhere)).await?;
        Ok(host)
    }
}
