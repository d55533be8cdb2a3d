//! What came of people's coming and going.

use std::{collections::BTreeMap, ops::AddAssign};

use serde::Serialize;

use crate::{
    alibaba::people::Refusal,
    world::{AppInstance, CutOff, CutOffSession},
};

/// What happened in a delivery group since people come and go, and who is in it now.
///
/// The sessions that there were at the start, `arrived` less `left` and less `cut_off` are those that are `present` or
/// `away`, but for those that calls and changes of the world have begun or taken away meanwhile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Counts {
    /// People who came and got a session.
    arrived: u64,
    /// People who came back to the session that went on without them.
    returned: u64,
    /// People who came, or came back, and were not let in.
    refused: u64,
    /// The same by the reason.
    refused_by: BTreeMap<Refusal, u64>,
    /// People who went and whose session went on, for them to come back to.
    disconnected: u64,
    /// Sessions that ended by themselves: their user logged off, or did not come back.
    left: u64,
    /// Sessions that somebody had and that something else ended, whoever had begun them.
    cut_off: u64,
    /// The same by what ended them.
    cut_off_by: BTreeMap<CutOff, u64>,
    /// How many of these went on without their users.
    cut_off_while_away: u64,
    /// People who are connected now.
    present: u64,
    /// People whose session goes on without them now.
    away: u64,
}

impl Default for Counts {
    fn default() -> Self {
        Self {
            arrived: 0,
            returned: 0,
            refused: 0,
            // What has not happened is said too.
            refused_by: Refusal::ALL.map(|reason| (reason, 0)).into(),
            disconnected: 0,
            left: 0,
            cut_off: 0,
            cut_off_by: CutOff::ALL.map(|by| (by, 0)).into(),
            cut_off_while_away: 0,
            present: 0,
            away: 0,
        }
    }
}

impl Counts {
    pub(super) fn arrival(&mut self, outcome: Result<(), Refusal>) {
        match outcome {
            Ok(()) => self.arrived += 1,
            Err(reason) => self.refusal(reason),
        }
    }

    pub(super) fn coming_back(&mut self, outcome: Result<(), Refusal>) {
        match outcome {
            Ok(()) => self.returned += 1,
            Err(reason) => self.refusal(reason),
        }
    }

    pub(super) fn disconnection(&mut self) {
        self.disconnected += 1;
    }

    pub(super) fn end(&mut self) {
        self.left += 1;
    }

    pub(super) fn cut_off(&mut self, session: &CutOffSession) {
        self.cut_off += 1;
        *self.cut_off_by.entry(session.by).or_default() += 1;
        self.cut_off_while_away += u64::from(session.was_disconnected);
    }

    /// Counts a session that there is.
    pub(super) fn session(&mut self, instance: &AppInstance) {
        let count = if instance.is_disconnected() { &mut self.away } else { &mut self.present };
        *count += 1;
    }

    fn refusal(&mut self, reason: Refusal) {
        self.refused += 1;
        *self.refused_by.entry(reason).or_default() += 1;
    }
}

impl AddAssign<&Self> for Counts {
    fn add_assign(&mut self, other: &Self) {
        self.arrived += other.arrived;
        self.returned += other.returned;
        self.refused += other.refused;
        self.disconnected += other.disconnected;
        self.left += other.left;
        self.cut_off += other.cut_off;
        self.cut_off_while_away += other.cut_off_while_away;
        self.present += other.present;
        self.away += other.away;
        for (reason, count) in &other.refused_by {
            *self.refused_by.entry(*reason).or_default() += count;
        }
        for (by, count) in &other.cut_off_by {
            *self.cut_off_by.entry(*by).or_default() += count;
        }
    }
}
