//! What histories have been like.

use std::collections::BTreeMap;

use serde::Serialize;

/// Counts over histories.
#[derive(Debug, Default, Serialize)]
pub struct Tally {
    pub histories: u64,
    pub runs: u64,
    /// Runs that ended with an error, or were killed.
    pub failed: u64,
    pub calls: u64,
    /// Calls that a fault struck, by its kind.
    pub faults: BTreeMap<String, u64>,
    pub interrupts: u64,
    pub kills: u64,
    /// What somebody else did.
    pub deeds: u64,
    pub imports: u64,
    /// How often somebody who moved was without access for a moment.
    pub gaps: u64,
    /// Updates of groups that failed between the plan and the apply, so that no plan could say it.
    pub overtaken: u64,
    /// Image updates that have waited until nobody was there.
    pub waited: u64,
    /// Of simulated time.
    pub hours: f64,
}

impl Tally {
    pub fn add(&mut self, other: &Self) {
        let Self {
            histories,
            runs,
            failed,
            calls,
            faults,
            interrupts,
            kills,
            deeds,
            imports,
            gaps,
            overtaken,
            waited,
            hours,
        } = other;
        self.histories += histories;
        self.runs += runs;
        self.failed += failed;
        self.calls += calls;
        faults.iter().for_each(|(kind, count)| *self.faults.entry(kind.clone()).or_default() += count);
        self.interrupts += interrupts;
        self.kills += kills;
        self.deeds += deeds;
        self.imports += imports;
        self.gaps += gaps;
        self.overtaken += overtaken;
        self.waited += waited;
        self.hours += hours;
    }
}
