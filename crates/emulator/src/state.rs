//! What all connections share: the settings, and everything that changes while the emulator runs.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use tokio::sync::Notify;

use crate::{
    clock::Clock,
    faults::Faults,
    keys::Keys,
    options::{Settings, VisitOptions, VisitsError},
    random::Random,
    record::Record,
    throttle::Throttle,
    visits::Visits,
    world::World,
};

/// What all connections share.
pub(crate) struct Shared {
    /// How this emulator was started.
    pub settings: Settings,
    /// Everything that changes.
    state: Mutex<State>,
    /// Told whenever the world may have changed.
    pub changed: Notify,
}

/// Everything that changes while the emulator runs.
pub(crate) struct State {
    pub world: World,
    /// What a reset goes back to.
    pub initial: World,
    /// Worlds that somebody keeps, by the names that they gave them.
    pub snapshots: BTreeMap<String, World>,
    pub clock: Clock,
    pub keys: Keys,
    pub record: Record,
    pub faults: Faults,
    pub throttle: Throttle,
    /// Whether people come and go by themselves.
    pub visits: Option<Visits>,
    /// What ids of requests and what is issued are drawn from.
    pub random: Random,
    /// How often everything started over.
    pub generation: u64,
    /// How often another world was put in place.
    pub replacements: u64,
}

impl Shared {
    /// `kept` is another world to go on in; a reset goes back to `world`.
    ///
    /// # Errors
    /// Where people cannot come and go as the settings say.
    pub(crate) fn new(
        settings: Settings,
        mut world: World,
        kept: Option<World>,
        mut random: Random,
    ) -> Result<Arc<Self>, VisitsError> {
        world.draw_from(Random::from_seed(random.bits()));
        let mut state = State {
            initial: world.clone(),
            snapshots: BTreeMap::new(),
            world,
            clock: Clock::new(settings.wall.clone()),
            keys: keys(&settings),
            record: Record::default(),
            faults: Faults::default(),
            throttle: Throttle::default(),
            visits: None,
            random,
            generation: 0,
            replacements: 0,
        };
        if let Some(kept) = kept {
            state.replace(kept);
        }
        if let Some(options) = settings.visits.clone() {
            state.begin_visits(options)?;
        }
        Ok(Arc::new(Self { settings, state: Mutex::new(state), changed: Notify::new() }))
    }

    /// The state, with everything done that is due.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        // A poisoned lock means that a handler panicked; its write was not committed, and the other calls are better
        // served than refused.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = state.clock.now();
        let before = state.world.last_write();
        state.advance(now, self.settings.consistency_delay);
        if state.world.last_write() != before {
            self.changed.notify_one();
        }
        state
    }
}

impl State {
    /// Back to the start, except that the record's numbers go on and snapshots stay.
    pub(crate) fn reset(&mut self, settings: &Settings) {
        self.world.become_another(self.initial.clone());
        self.clock = Clock::new(settings.wall.clone());
        self.keys = keys(settings);
        self.record.clear();
        self.faults.clear();
        self.throttle = Throttle::default();
        self.visits = settings.visits.clone().map(|options| Visits::begin(options, &self.world, self.clock.now()));
        self.generation += 1;
    }

    /// Lets people come and go from now on, in the place of those who did so before.
    ///
    /// # Errors
    /// Where they cannot as it is asked for.
    pub(crate) fn begin_visits(&mut self, options: VisitOptions) -> Result<(), VisitsError> {
        options.check(|id| self.world.alibaba.delivery_groups.get(id).is_some())?;
        self.visits = Some(Visits::begin(options, &self.world, self.clock.now()));
        Ok(())
    }

    fn advance(&mut self, now: Timestamp, keep: Duration) {
        if let Some(visits) = &mut self.visits {
            visits.advance(&mut self.world, now, keep);
            return;
        }
        self.world.advance(now, keep);
        // Nobody counts them.
        self.world.take_cut_off();
    }

    /// Puts another world in place.
    pub(crate) fn replace(&mut self, world: World) {
        self.world.become_another(world);
        self.replacements += 1;
        if let Some(visits) = &mut self.visits {
            visits.enter(&mut self.world, self.clock.now());
        }
    }
}

/// Who may call at the start.
fn keys(settings: &Settings) -> Keys {
    Keys::new(settings.access_key.clone(), settings.secret_key.clone(), settings.credential_seconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clock::Wall, options::Options};

    #[test]
    fn people_come_to_the_groups_of_the_world_that_was_kept() {
        let mut kept = World::builtin();
        let group = kept.alibaba.delivery_groups.get("aig-hangzhou-fixed").unwrap().clone();
        kept.alibaba.delivery_groups.insert("aig-kept", group);
        let visits =
            |id: &str| VisitOptions { delivery_group_ids: Some(vec![id.to_owned()]), ..VisitOptions::default() };
        let start = |id: &str| {
            let options = Options { visits: Some(visits(id)), ..Options::default() };
            let settings = Settings::of(&options, Wall::default());
            Shared::new(settings, World::builtin(), Some(kept.clone()), Random::from_seed(1))
        };
        let shared = start("aig-kept").unwrap();
        assert!(shared.lock().visits.is_some());
        assert!(matches!(start("aig-none").map(|_| ()), Err(VisitsError::UnknownGroup { id }) if id == "aig-none"));
        // The group is not in the world that a reset goes back to, and nobody comes to it there.
        shared.lock().reset(&shared.settings);
        assert!(shared.lock().world.alibaba.delivery_groups.get("aig-kept").is_none());
    }
}
