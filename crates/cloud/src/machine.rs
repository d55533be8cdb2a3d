//! What a client takes from the machine that it runs on, as a value: nothing of it is global, so that all of it can be
//! something else in a simulation.

use std::{fmt, sync::Arc};

use jiff::Timestamp;
use uuid::Uuid;

use crate::{Answering, Environment, Outgoing, http::Door};

/// The machine: its variables, what it tells as the time, what it draws as random, and its door to the network.
///
/// What waits asks tokio's clock, and not this one: that is about time that passes, and this about dates.
#[derive(Clone)]
pub struct Machine {
    environment: Environment,
    clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    chance: Arc<dyn Fn() -> Uuid + Send + Sync>,
    door: Option<Door>,
}

/// What makes an attempt of a call different from the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// When it is made.
    pub time: Timestamp,
    /// Never used twice.
    pub nonce: String,
}

impl Default for Machine {
    /// This one.
    fn default() -> Self {
        Self {
            environment: Environment::process(),
            clock: Arc::new(Timestamp::now),
            chance: Arc::new(Uuid::new_v4),
            door: None,
        }
    }
}

impl From<Environment> for Machine {
    /// This one, with other variables.
    fn from(environment: Environment) -> Self {
        Self { environment, ..Self::default() }
    }
}

impl Machine {
    /// With another clock.
    #[must_use]
    pub fn with_clock(self, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self { clock: Arc::new(clock), ..self }
    }

    /// With another source of what is random.
    #[must_use]
    pub fn with_chance(self, chance: impl Fn() -> Uuid + Send + Sync + 'static) -> Self {
        Self { chance: Arc::new(chance), ..self }
    }

    /// With a service in the process in place of the network. It is asked whatever the host of a URL is.
    #[must_use]
    pub fn with_service(self, service: impl Fn(Outgoing) -> Answering + Send + Sync + 'static) -> Self {
        Self { door: Some(Door::new(service)), ..self }
    }

    /// Its environment variables.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// What nobody has drawn before.
    pub fn unique(&self) -> Uuid {
        (self.chance)()
    }

    /// The present moment, for one attempt.
    pub fn moment(&self) -> Moment {
        Moment { time: self.now(), nonce: self.unique().simple().to_string() }
    }

    pub(crate) fn door(&self) -> Option<Door> {
        self.door.clone()
    }
}

impl fmt::Debug for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Machine").field("now", &self.now()).field("door", &self.door).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_drawn_twice_and_time_goes_on() {
        let machine = Machine::default();
        let (first, second) = (machine.moment(), machine.moment());
        assert_ne!(first.nonce, second.nonce);
        assert!(second.time >= first.time && first.time.as_second() > 1_767_225_600);
    }

    #[test]
    fn each_part_of_it_can_be_another() {
        let then: Timestamp = "2030-01-02T03:04:05Z".parse().unwrap();
        let machine = Machine::from(Environment::fixed([("A", "a")])).with_clock(move || then).with_chance(Uuid::nil);
        assert_eq!(machine.environment().get("A").as_deref(), Some("a"));
        assert_eq!(machine.moment(), Moment { time: then, nonce: "0".repeat(32) });
    }
}
