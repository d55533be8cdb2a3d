//! When a delivery group scales by schedule, and when it does not.
//!
//! Times of day and dates are those of China (UTC+8), wherever the group is; the service's console shows them so. Days
//! count from 1, Monday, to 7, Sunday.

use std::fmt;

use alibaba::NodePool;
use jiff::{
    Timestamp, ToSpan, Zoned,
    civil::{Date, Time},
    tz::{Offset, TimeZone},
};

/// The scheduled scaling of one node pool (`StrategyEnableDate`, `StrategyDisableDate`, `RecurrenceSchedules`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Schedule {
    first_day: Option<Date>,
    last_day: Option<Date>,
    periods: Vec<Period>,
}

/// A time of day on some days of the week. One that ends no later than it begins runs past midnight.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Period {
    days: Vec<i64>,
    start: Time,
    end: Time,
}

/// How the service means times of day.
fn zone() -> TimeZone {
    Offset::constant(8).to_time_zone()
}

/// A moment as messages show it.
pub(super) fn shown(at: Timestamp) -> String {
    at.to_zoned(zone()).strftime("%Y-%m-%d %H:%M (UTC+8)").to_string()
}

impl Schedule {
    /// What can be read of it. A recurrence of a kind that is not known is passed over: the service has the last word.
    pub(super) fn of(pool: &NodePool) -> Self {
        let date = |text: &Option<String>| text.as_deref().and_then(|text| text.parse().ok());
        let weekly = pool.recurrence_schedules.iter().filter(|recurrence| {
            recurrence.recurrence_type.as_deref().is_none_or(|kind| kind.eq_ignore_ascii_case("weekly"))
        });
        let periods = weekly.flat_map(|recurrence| {
            recurrence.timer_periods.iter().filter_map(|period| {
                let (start, end) = (time(period.start_time.as_deref()?)?, time(period.end_time.as_deref()?)?);
                Some(Period { days: recurrence.recurrence_values.clone(), start, end })
            })
        });
        Self {
            first_day: date(&pool.strategy_enable_date),
            last_day: date(&pool.strategy_disable_date),
            periods: periods.collect(),
        }
    }

    /// Whether a moment lies in one of the periods.
    pub(super) fn covers(&self, at: Timestamp) -> bool {
        let here = at.to_zoned(zone());
        let (day, time) = (here.date(), here.time());
        let in_force = self.first_day.is_none_or(|first| day >= first) && self.last_day.is_none_or(|last| day <= last);
        in_force && self.periods.iter().any(|period| period.covers(day, time))
    }

    /// The first moment from `now` on that lies in none of the periods; `None` when there is none within eight days, in
    /// which every weekly period has come by.
    pub(super) fn next_gap(&self, now: Timestamp) -> Option<Timestamp> {
        if !self.covers(now) {
            return Some(now);
        }
        let today = now.to_zoned(zone()).date();
        let ends = (0..=8_i64).filter_map(|day| today.checked_add(day.days()).ok()).flat_map(|day| {
            let times = self.periods.iter().map(|period| period.end).chain([Time::midnight()]);
            times.filter_map(move |time| at(day, time))
        });
        ends.filter(|end| *end > now && !self.covers(*end)).min()
    }
}

impl Period {
    fn covers(&self, day: Date, time: Time) -> bool {
        let weekday = i64::from(day.weekday().to_monday_one_offset());
        let yesterday = if weekday == 1 { 7 } else { weekday - 1 };
        if self.start < self.end {
            self.days.contains(&weekday) && (self.start..self.end).contains(&time)
        } else {
            (self.days.contains(&weekday) && time >= self.start) || (self.days.contains(&yesterday) && time < self.end)
        }
    }
}

/// `HH:mm`, up to `24:00`.
fn time(text: &str) -> Option<Time> {
    if text == "24:00" { Some(Time::midnight()) } else { Time::strptime("%H:%M", text).ok() }
}

fn at(day: Date, time: Time) -> Option<Timestamp> {
    day.to_datetime(time).to_zoned(zone()).ok().as_ref().map(Zoned::timestamp)
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = |days: &[i64]| {
            let names = ["Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"];
            let name = |day: &i64| usize::try_from(*day - 1).ok().and_then(|at| names.get(at)).copied();
            match days {
                [1, 2, 3, 4, 5, 6, 7] => "every day".to_owned(),
                [1, 2, 3, 4, 5] => "Mondays to Fridays".to_owned(),
                some => some.iter().filter_map(name).collect::<Vec<_>>().join(", "),
            }
        };
        let mut periods = Vec::new();
        for period in &self.periods {
            let mut sorted = period.days.clone();
            sorted.sort_unstable();
            let (start, end) = (period.start.strftime("%H:%M"), period.end.strftime("%H:%M"));
            periods.push(format!("{} from {start} to {end}", days(&sorted)));
        }
        write!(f, "{} (UTC+8)", periods.join("; "))?;
        match (self.first_day, self.last_day) {
            (Some(first), Some(last)) => write!(f, ", from {first} to {last}"),
            (Some(first), None) => write!(f, ", from {first} on"),
            (None, Some(last)) => write!(f, ", until {last}"),
            (None, None) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use alibaba::{RecurrenceSchedule, TimerPeriod};

    use super::*;

    fn schedule(periods: &[(&[i64], &str, &str)], last_day: Option<&str>) -> Schedule {
        let recurrence = |(days, start, end): &(&[i64], &str, &str)| RecurrenceSchedule {
            recurrence_type: Some("weekly".to_owned()),
            recurrence_values: days.to_vec(),
            timer_periods: vec![TimerPeriod {
                start_time: Some((*start).to_owned()),
                end_time: Some((*end).to_owned()),
                amount: Some(1),
            }],
        };
        Schedule::of(&NodePool {
            strategy_enable_date: Some("2026-03-01".to_owned()),
            strategy_disable_date: last_day.map(str::to_owned),
            recurrence_schedules: periods.iter().map(recurrence).collect(),
            ..NodePool::default()
        })
    }

    fn moment(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    const WEEK: &[i64] = &[1, 2, 3, 4, 5, 6, 7];

    #[test]
    fn the_next_gap_is_the_end_of_the_period_unless_another_goes_on() {
        // 2026-03-02 is a Monday.
        let office = schedule(&[(&[1, 2, 3, 4, 5], "08:00", "20:00")], None);
        let gap = |at: &str| office.next_gap(moment(at));
        assert_eq!(gap("2026-03-02T12:00:00+08:00"), Some(moment("2026-03-02T20:00:00+08:00")));
        assert_eq!(gap("2026-03-02T20:00:00+08:00"), Some(moment("2026-03-02T20:00:00+08:00")));
        assert_eq!(gap("2026-03-01T12:00:00+08:00"), Some(moment("2026-03-01T12:00:00+08:00")));

        let shifts = schedule(&[(&[1], "08:00", "16:00"), (&[1], "16:00", "02:00")], None);
        assert_eq!(shifts.next_gap(moment("2026-03-02T12:00:00+08:00")), Some(moment("2026-03-03T02:00:00+08:00")));
    }

    #[test]
    fn a_schedule_without_a_gap_has_one_when_it_ends() {
        let always = [(WEEK, "00:00", "12:00"), (WEEK, "12:00", "24:00")];
        assert_eq!(schedule(&always, None).next_gap(moment("2026-03-02T12:00:00+08:00")), None);
        assert_eq!(
            schedule(&always, Some("2026-03-04")).next_gap(moment("2026-03-02T12:00:00+08:00")),
            Some(moment("2026-03-05T00:00:00+08:00"))
        );
    }

    #[test]
    fn a_period_past_midnight_belongs_to_the_day_on_which_it_begins() {
        let night = schedule(&[(&[7], "22:00", "06:00")], None);
        assert!(night.covers(moment("2026-03-09T05:59:00+08:00")));
        assert!(!night.covers(moment("2026-03-08T05:59:00+08:00")));
        assert!(night.covers(moment("2026-03-08T15:00:00Z")));
    }

    #[test]
    fn it_is_told_in_words() {
        let text = schedule(&[(&[5, 1, 2, 3, 4], "08:00", "20:00"), (&[6], "09:00", "12:00")], Some("2026-12-31"));
        assert_eq!(
            text.to_string(),
            "Mondays to Fridays from 08:00 to 20:00; Saturdays from 09:00 to 12:00 (UTC+8), from 2026-03-01 to \
             2026-12-31"
        );
        assert_eq!(shown(moment("2026-03-02T12:00:00Z")), "2026-03-02 20:00 (UTC+8)");
    }
}
