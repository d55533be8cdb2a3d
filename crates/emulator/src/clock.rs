//! The emulator's clock: the machine's time, which a test can move or stop.
//!
//! Everything in the world that takes time reads this clock. Request signatures do not: their dates are checked against
//! the machine's own time, so that moving the clock by a week does not lock every client out.

use std::{fmt, sync::Arc};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// What tells the time of this machine: its clock, unless something else steers the emulator.
#[derive(Clone)]
pub(crate) struct Wall(Arc<dyn Fn() -> Timestamp + Send + Sync>);

/// The clock of one emulator.
#[derive(Debug, Clone)]
pub(crate) struct Clock {
    wall: Wall,
    offset: SignedDuration,
    frozen: Option<Timestamp>,
}

/// The body of `POST /_emulator/clock`. Time stops before it is set and runs again after.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClockChange {
    /// The time it shall be now.
    pub set: Option<Timestamp>,
    /// Seconds to move on; negative moves back.
    pub advance_seconds: Option<i64>,
    /// Whether time shall stand still from here.
    pub freeze: Option<bool>,
    /// Whether to be the machine's time again.
    #[serde(default)]
    pub reset: bool,
}

/// What `GET` and `POST /_emulator/clock` answer.
#[derive(Debug, Clone, Serialize)]
pub(super) struct ClockReading {
    /// The time on the emulator's clock.
    pub now: Timestamp,
    /// Whether time stands still.
    pub frozen: bool,
}

impl Default for Wall {
    /// The machine's clock.
    fn default() -> Self {
        Self(Arc::new(Timestamp::now))
    }
}

impl fmt::Debug for Wall {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Wall").field(&self.now()).finish()
    }
}

impl Wall {
    /// Another clock than the machine's.
    pub(crate) fn new(clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(clock))
    }

    /// The time.
    pub(crate) fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl Clock {
    /// A clock that shows what `wall` shows.
    pub(crate) fn new(wall: Wall) -> Self {
        Self { wall, offset: SignedDuration::ZERO, frozen: None }
    }

    /// The time on this clock, in whole milliseconds: the services show no more of it.
    pub(super) fn now(&self) -> Timestamp {
        let now = self.frozen.unwrap_or_else(|| shifted(self.wall.now(), self.offset));
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    /// Moves, stops or resets the clock.
    pub(super) fn apply(&mut self, change: &ClockChange) {
        if change.reset {
            *self = Self::new(self.wall.clone());
        }
        if change.freeze == Some(true) {
            self.frozen = Some(self.now());
        }
        if let Some(time) = change.set {
            self.set(time);
        }
        if let Some(seconds) = change.advance_seconds {
            self.set(shifted(self.now(), SignedDuration::from_secs(seconds)));
        }
        if change.freeze == Some(false) {
            let now = self.now();
            self.frozen = None;
            self.set(now);
        }
    }

    /// What a caller is told.
    pub(super) fn reading(&self) -> ClockReading {
        ClockReading { now: self.now(), frozen: self.frozen.is_some() }
    }

    fn set(&mut self, time: Timestamp) {
        if self.frozen.is_some() {
            self.frozen = Some(time);
        } else {
            self.offset = time.duration_since(self.wall.now());
        }
    }
}

/// `time` moved by `by`, or `time` itself where that leaves the range of years that exist.
fn shifted(time: Timestamp, by: SignedDuration) -> Timestamp {
    time.checked_add(by).unwrap_or(time)
}

/// `time` moved on by milliseconds.
pub(super) fn milliseconds_later(time: Timestamp, milliseconds: u64) -> Timestamp {
    shifted(time, SignedDuration::from_millis(i64::try_from(milliseconds).unwrap_or(i64::MAX)))
}

/// `time` moved on by whole seconds.
pub(super) fn later(time: Timestamp, seconds: u64) -> Timestamp {
    shifted(time, SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frozen_clock_moves_only_when_told() {
        let mut clock = Clock::new(Wall::default());
        let start: Timestamp = "2026-03-02T10:00:00Z".parse().unwrap();
        clock.apply(&ClockChange { set: Some(start), freeze: Some(true), ..Default::default() });
        assert_eq!(clock.now(), start);
        clock.apply(&ClockChange { advance_seconds: Some(90), ..Default::default() });
        assert_eq!(clock.now(), later(start, 90));
        assert!(clock.reading().frozen);
    }

    #[test]
    fn a_clock_shows_whole_milliseconds() {
        let mut clock = Clock::new(Wall::default());
        clock.apply(&ClockChange {
            set: "2026-03-02T10:00:00.123456789Z".parse().ok(),
            freeze: Some(true),
            ..Default::default()
        });
        assert_eq!(clock.now().to_string(), "2026-03-02T10:00:00.123Z");
    }

    #[test]
    fn a_running_clock_keeps_its_distance_and_can_be_reset() {
        let mut clock = Clock::new(Wall::default());
        clock.apply(&ClockChange { advance_seconds: Some(86_400), ..Default::default() });
        assert!(clock.now() >= later(Timestamp::now(), 86_300));
        clock.apply(&ClockChange { reset: true, ..Default::default() });
        assert!(clock.now() < later(Timestamp::now(), 10));
    }
}
