//! People who come to App Streaming's delivery groups and leave them by themselves, on the emulator's clock.
//!
//! Who comes is let in by the rules of `GetConnectionTicket` ([`people`]). Who is in one of the groups leaves
//! after a while, however the session began: for good, or to come back to the session, which goes on meanwhile. So a
//! group that takes no new users empties: when nobody comes back, within one and a half times the stay that is asked
//! for.
//!
//! Each of these things has its own moment, and what is due in the world by then has happened before it. When it is
//! follows from the seed and from what it is about alone: the number of an arrival in its group, or the user of a
//! session and since when the session is as it is. So it does not matter how often somebody looks at the clock, nor
//! what else is random, and nothing has to be remembered of a session beside what the world says of it, whoever began,
//! changed or restored it.

mod counts;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, convert::Infallible, time::Duration};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use self::counts::Counts;
use crate::{
    alibaba::people,
    clock::milliseconds_later,
    options::VisitOptions,
    random::Random,
    world::{AppInstance, CutOffSession, World},
};

/// In milliseconds.
const MINUTE: u64 = 60 * 1000;
/// Where the clock leaps, nobody arrives in what lies further back than this: a leap of years would take minutes.
const BACKLOG: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The coming and going of people.
#[derive(Debug, Clone)]
pub(crate) struct Visits {
    options: VisitOptions,
    /// Who was there before that counts as having come then.
    began_at: Timestamp,
    groups: BTreeMap<String, Group>,
    /// What is due next, and after which write to the world that was found out.
    next: Option<(u64, Option<Due>)>,
}

/// A delivery group to which people come.
#[derive(Debug, Clone)]
struct Group {
    counts: Counts,
    /// The number of the next arrival.
    arrival: u64,
    /// When it is; `None` where nobody comes.
    arrives_at: Option<Timestamp>,
}

/// When something is due; a session's user goes or comes back before somebody else arrives.
type Due = (Timestamp, Event);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// The user of the session in this instance goes, comes back or stays away for good.
    Turn(String),
    /// Somebody comes to this group.
    Arrival(String),
}

/// What becomes of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// Its user disconnects, to come back.
    Disconnect,
    /// Its user comes back.
    ComeBack,
    /// It ends.
    Leave,
}

/// What a caller is told.
#[derive(Debug, Serialize)]
pub(crate) struct Reading<'v> {
    #[serde(flatten)]
    options: VisitOptions,
    began_at: Timestamp,
    total: Counts,
    delivery_groups: BTreeMap<&'v str, Counts>,
}

impl Visits {
    /// Lets people come and go from `now` on. A group that is not there gets nobody.
    pub(crate) fn begin(options: VisitOptions, world: &World, now: Timestamp) -> Self {
        let published = || {
            let groups = world.alibaba.delivery_groups.iter();
            groups.filter(|(_, group)| group.status == "PUBLISHED").map(|(id, _)| id.to_owned()).collect()
        };
        let ids = options.delivery_group_ids.clone().unwrap_or_else(published);
        let mut visits = Self { options, began_at: now, groups: BTreeMap::new(), next: None };
        for id in ids {
            let arrives_at = visits.arrival_after(now, &id, 0);
            visits.groups.insert(id, Group { counts: Counts::default(), arrival: 0, arrives_at });
        }
        visits
    }

    /// Lets the world and the people in it go on until `now`, each thing at its own moment.
    pub(crate) fn advance(&mut self, world: &mut World, now: Timestamp, keep: Duration) {
        self.pass_over_backlog(now);
        while let Some((at, event)) = self.next(world).filter(|(at, _)| *at <= now) {
            world.advance(at, keep);
            // What was due in the world by then may have ended the very session.
            if self.next(world).as_ref() == Some(&(at, event.clone())) {
                let Ok(()) = world.write(at, keep, |world| {
                    self.happen(world, at, event);
                    Ok::<_, Infallible>(())
                });
            }
        }
        world.advance(now, keep);
        self.count(&world.take_cut_off());
    }

    /// Goes on in another world that was put in place of the one before. Who is in it, and would have left already,
    /// came just now.
    pub(crate) fn enter(&mut self, world: &mut World, now: Timestamp) {
        self.next = None;
        let is_over = |row: &AppInstance| self.turn(world, row).is_some_and(|(at, _)| at <= now);
        let instances = world.alibaba.app_instances.iter();
        let over: Vec<String> = instances.filter(|(_, row)| is_over(row)).map(|(id, _)| id.to_owned()).collect();
        let Ok(()) = world.write(now, Duration::ZERO, |world| {
            for id in over {
                if let Some(instance) = world.alibaba.app_instances.get_mut(&id) {
                    instance.modified_at = now;
                }
            }
            Ok::<_, Infallible>(())
        });
    }

    /// What came of it so far.
    pub(crate) fn reading(&self, world: &World) -> Reading<'_> {
        let ids = self.groups.keys().cloned().collect();
        let options = VisitOptions { delivery_group_ids: Some(ids), ..self.options.clone() };
        let mut groups: BTreeMap<_, _> =
            self.groups.iter().map(|(id, group)| (id.as_str(), group.counts.clone())).collect();
        for (_, instance) in world.alibaba.app_instances.iter().filter(|(_, instance)| instance.is_session()) {
            if let Some(counts) = groups.get_mut(instance.delivery_group_id.as_str()) {
                counts.session(instance);
            }
        }
        let mut total = Counts::default();
        groups.values().for_each(|counts| total += counts);
        Reading { options, began_at: self.began_at, total, delivery_groups: groups }
    }

    fn count(&mut self, cut_off: &[CutOffSession]) {
        for session in cut_off {
            if let Some(group) = self.groups.get_mut(&session.delivery_group_id) {
                group.counts.cut_off(session);
            }
        }
    }

    fn pass_over_backlog(&mut self, now: Timestamp) {
        let Ok(earliest) = now.checked_sub(BACKLOG) else { return };
        let late = self.groups.iter().filter(|(_, group)| group.arrives_at.is_some_and(|at| at < earliest));
        let late: Vec<_> =
            late.map(|(id, group)| (id.clone(), self.arrival_after(earliest, id, group.arrival))).collect();
        for (id, arrives_at) in late {
            self.next = None;
            if let Some(group) = self.groups.get_mut(&id) {
                group.arrives_at = arrives_at;
            }
        }
    }

    /// What is due next.
    fn next(&mut self, world: &World) -> Option<Due> {
        let write = world.last_write();
        if let Some((_, next)) = self.next.as_ref().filter(|(known, _)| *known == write) {
            return next.clone();
        }
        let instances = world.alibaba.app_instances.iter();
        let turn = instances.filter_map(|(id, row)| Some((self.turn(world, row)?.0, id))).min();
        let turn = turn.map(|(at, id)| (at, Event::Turn(id.to_owned())));
        let arrivals = self.groups.iter().filter_map(|(id, group)| Some((group.arrives_at?, id))).min();
        let arrival = arrivals.map(|(at, id)| (at, Event::Arrival(id.clone())));
        let next = turn.into_iter().chain(arrival).min();
        self.next = Some((write, next.clone()));
        next
    }

    fn happen(&mut self, world: &mut World, at: Timestamp, event: Event) {
        // Nobody may be there to come, and then the world stays as it is.
        self.next = None;
        match event {
            Event::Arrival(id) => self.arrive(world, at, &id),
            Event::Turn(id) => {
                let Some(instance) = world.alibaba.app_instances.get(&id) else { return };
                let group_id = instance.delivery_group_id.clone();
                let turn = self.turn(world, instance);
                if let (Some((_, turn)), Some(group)) = (turn, self.groups.get_mut(&group_id)) {
                    take_turn(world, at, &id, turn, &mut group.counts);
                }
            }
        }
    }

    fn arrive(&mut self, world: &mut World, at: Timestamp, id: &str) {
        let Some(number) = self.groups.get(id).map(|group| group.arrival) else { return };
        let arrives_at = self.arrival_after(at, id, number + 1);
        let mut dice = Random::named(self.options.seed, &["arrival", id], number);
        let outcome = people::arrive(world, id, at, &mut dice);
        if let Some(group) = self.groups.get_mut(id) {
            group.arrival += 1;
            group.arrives_at = arrives_at;
            if let Some(outcome) = outcome {
                group.counts.arrival(outcome);
            }
        }
    }

    /// When the arrival with this number is, if the one before was at `at`.
    fn arrival_after(&self, at: Timestamp, group_id: &str, number: u64) -> Option<Timestamp> {
        let mean = (60 * MINUTE).checked_div(self.options.arrivals_per_hour.into())?;
        let gap = 1 + Random::named(self.options.seed, &["gap", group_id], number).below(2 * mean);
        Some(milliseconds_later(at, gap))
    }

    /// What the user of a session does next, and when; `None` where nobody has one or people do not come to its group.
    fn turn(&self, world: &World, instance: &AppInstance) -> Option<(Timestamp, Turn)> {
        let group_id = instance.delivery_group_id.as_str();
        let user = instance.user.as_deref().filter(|_| instance.is_session() && self.groups.contains_key(group_id))?;
        let since = instance.modified_at.max(self.began_at);
        let dice = |word, at: Timestamp| {
            Random::named(self.options.seed, &[word, group_id, user], at.as_millisecond().unsigned_abs())
        };
        // Whoever goes at a moment has by that moment decided whether to come back.
        let returns = |at| dice("returns", at).below(100) < u64::from(self.options.returning_percent);
        let stay = u64::from(self.options.stay_minutes) * MINUTE;
        if !instance.is_disconnected() {
            let at = milliseconds_later(since, stay / 2 + dice("stay", since).below(stay + 1));
            return Some((at, if returns(at) { Turn::Disconnect } else { Turn::Leave }));
        }
        let timeout = world.alibaba.delivery_groups.get(group_id)?.session_timeout;
        let timeout = u64::try_from(timeout).ok().map(|minutes| minutes.saturating_mul(MINUTE));
        if returns(since) {
            let longest = timeout.map_or(stay, |timeout| timeout.min(stay));
            return Some((milliseconds_later(since, 1 + dice("away", since).below(longest)), Turn::ComeBack));
        }
        timeout.map(|timeout| (milliseconds_later(since, timeout), Turn::Leave))
    }
}

fn take_turn(world: &mut World, at: Timestamp, instance_id: &str, turn: Turn, counts: &mut Counts) {
    match turn {
        Turn::Disconnect => {
            people::disconnect(world, instance_id, at);
            counts.disconnection();
        }
        Turn::ComeBack => {
            let outcome = people::come_back(world, instance_id, at);
            counts.coming_back(outcome);
            if outcome.is_err() {
                people::leave(world, instance_id, at);
                counts.end();
            }
        }
        Turn::Leave => {
            people::leave(world, instance_id, at);
            counts.end();
        }
    }
}
