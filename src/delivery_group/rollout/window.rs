//! When an image update may begin: on some days of the week, at some hours of some place.

use std::{collections::BTreeSet, fmt};

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Time},
    tz::TimeZone,
};
use tfplug::{prelude::*, schema::validate::Validator, value::Value};

/// How many days ahead an opening is looked for: each window opens once a week.
const DAYS_AHEAD: i64 = 8;

/// The nested attribute `window`.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct WindowModel {
    /// The days on which it opens: `monday` to `sunday`. Default: every day.
    #[tf(validate(size(1..=7)))]
    days: Attr<BTreeSet<Day>>,
    /// When it opens, from `00:00` to `23:59`.
    #[tf(required, validate(pattern("([01][0-9]|2[0-3]):[0-5][0-9]", "a time of day from 00:00 to 23:59")))]
    from: Attr<String>,
    /// When it closes, from `00:00` to `24:00`. One that closes no later than it opens does so on the next day.
    #[tf(required, validate(pattern("([01][0-9]|2[0-3]):[0-5][0-9]|24:00", "a time of day from 00:00 to 24:00")))]
    to: Attr<String>,
    /// Whose hours these are: a name of the IANA time zone database, for instance `Asia/Shanghai`, or `UTC`.
    #[tf(required, validate(time_zone()))]
    time_zone: Attr<String>,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Model)]
#[serde(rename_all = "snake_case")]
enum Day {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Day {
    const WEEK: [Self; 7] =
        [Self::Monday, Self::Tuesday, Self::Wednesday, Self::Thursday, Self::Friday, Self::Saturday, Self::Sunday];

    fn of(date: Date) -> Self {
        let weekday = date.weekday().to_monday_zero_offset();
        usize::try_from(weekday).ok().and_then(|at| Self::WEEK.get(at)).copied().unwrap_or(Self::Sunday)
    }
}

fn time_zone() -> Validator {
    Validator::known("a name of the IANA time zone database", |configured| match configured.value {
        Value::String(name) if TimeZone::get(name).is_err() => Err(format!(
            "It must be a name of the IANA time zone database, such as \"Asia/Shanghai\" or \"UTC\"; it is {}.",
            configured.shown()
        )),
        _ => Ok(()),
    })
}

/// A window that is configured and known.
#[derive(Clone, Debug)]
pub(crate) struct Window {
    days: BTreeSet<Day>,
    from: Time,
    /// The end of the day where it is midnight.
    to: Time,
    zone: TimeZone,
    /// As it is configured.
    name: String,
}

impl Window {
    /// `None` where a part of it is not known yet.
    pub(super) fn of(model: &WindowModel) -> Option<Self> {
        let time =
            |text: &str| if text == "24:00" { Some(Time::midnight()) } else { Time::strptime("%H:%M", text).ok() };
        let name = model.time_zone.as_str()?.to_owned();
        let days = match &model.days {
            Attr::Unknown => return None,
            Attr::Null => BTreeSet::from(Day::WEEK),
            Attr::Known(days) => days.clone(),
        };
        let (from, to) = (time(model.from.as_str()?)?, time(model.to.as_str()?)?);
        Some(Self { days, from, to, zone: TimeZone::get(&name).ok()?, name })
    }

    /// Whether it is open.
    pub(super) fn is_open(&self, at: Timestamp) -> bool {
        self.closing(at).is_some()
    }

    /// When it closes, where it is open.
    pub(super) fn closing(&self, at: Timestamp) -> Option<Timestamp> {
        let today = at.to_zoned(self.zone.clone()).date();
        // One that opened yesterday may reach into today, and two that follow each other are one.
        let mut end = None;
        for day in -1..=DAYS_AHEAD {
            let Some((opens, closes)) = today.checked_add(day.days()).ok().and_then(|date| self.on(date)) else {
                continue;
            };
            let reached = end.unwrap_or(at);
            if opens <= reached && closes > reached {
                end = Some(closes);
            }
        }
        end
    }

    /// When it opens next, where it is closed.
    pub(super) fn opening(&self, at: Timestamp) -> Option<Timestamp> {
        let today = at.to_zoned(self.zone.clone()).date();
        let dates = (0..=DAYS_AHEAD).filter_map(|day| today.checked_add(day.days()).ok());
        dates.filter_map(|date| self.on(date)).map(|(opens, _)| opens).filter(|opens| *opens > at).min()
    }

    /// From when to when it is open that opens on this day. Where clocks are set forward over one of the hours, the
    /// next one counts, and where they are set back, the first.
    fn on(&self, date: Date) -> Option<(Timestamp, Timestamp)> {
        if !self.days.contains(&Day::of(date)) {
            return None;
        }
        let last = if self.to > self.from { date } else { date.tomorrow().ok()? };
        let at = |date: Date, time: Time| date.to_datetime(time).to_zoned(self.zone.clone()).ok();
        Some((at(date, self.from)?.timestamp(), at(last, self.to)?.timestamp()))
    }

    /// A moment as messages show it.
    pub(super) fn shown(&self, at: Timestamp) -> String {
        format!("{} ({})", at.to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M"), self.name)
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.days.len() == Day::WEEK.len() {
            f.write_str("every day")?;
        } else {
            let days: Vec<_> = self.days.iter().map(|day| format!("{day:?}")).collect();
            f.write_str(&days.join(", "))?;
        }
        let to = if self.to == Time::midnight() { "24:00".to_owned() } else { self.to.strftime("%H:%M").to_string() };
        write!(f, " from {} to {to} ({})", self.from.strftime("%H:%M"), self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(days: &[Day], from: &str, to: &str, zone: &str) -> Window {
        let days = if days.is_empty() { Attr::Null } else { Attr::Known(days.iter().copied().collect()) };
        Window::of(&WindowModel { days, from: from.into(), to: to.into(), time_zone: zone.into() }).expect("a window")
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn it_is_open_at_its_hours_on_its_days_in_its_place() {
        // 2026-03-07 is a Saturday.
        let nights = window(&[Day::Saturday], "22:00", "05:00", "Asia/Shanghai");
        for (moment, closes) in [
            ("2026-03-07T21:59:59+08:00", None),
            ("2026-03-07T22:00:00+08:00", Some("2026-03-08T05:00:00+08:00")),
            ("2026-03-08T04:59:59+08:00", Some("2026-03-08T05:00:00+08:00")),
            ("2026-03-08T05:00:00+08:00", None),
            ("2026-03-08T22:30:00+08:00", None),
            ("2026-03-07T14:00:00Z", Some("2026-03-08T05:00:00+08:00")),
        ] {
            assert_eq!(nights.closing(at(moment)), closes.map(at), "{moment}");
            assert_eq!(nights.is_open(at(moment)), closes.is_some(), "{moment}");
        }
        assert_eq!(nights.opening(at("2026-03-08T05:00:00+08:00")), Some(at("2026-03-14T22:00:00+08:00")));
        assert_eq!(nights.opening(at("2026-03-07T20:00:00+08:00")), Some(at("2026-03-07T22:00:00+08:00")));
    }

    #[test]
    fn one_that_ends_when_the_next_begins_goes_on() {
        let always = window(&[], "00:00", "24:00", "UTC");
        assert!(always.closing(at("2026-03-07T12:00:00Z")) > Some(at("2026-03-12T00:00:00Z")));
        let same = window(&[Day::Monday], "06:00", "06:00", "UTC");
        assert_eq!(same.closing(at("2026-03-03T05:00:00Z")), Some(at("2026-03-03T06:00:00Z")), "it lasts a day");
    }

    #[test]
    fn an_hour_that_clocks_leave_out_opens_it_later() {
        // On 2026-03-29, 02:00 becomes 03:00 in Berlin.
        let night = window(&[Day::Sunday], "02:30", "05:00", "Europe/Berlin");
        assert_eq!(night.opening(at("2026-03-28T12:00:00Z")), Some(at("2026-03-29T01:30:00Z")));
        assert_eq!(night.closing(at("2026-03-29T02:00:00Z")), Some(at("2026-03-29T03:00:00Z")));
    }

    #[test]
    fn it_is_told_in_words() {
        let nights = window(&[Day::Sunday, Day::Saturday], "22:00", "24:00", "Asia/Shanghai");
        assert_eq!(nights.to_string(), "Saturday, Sunday from 22:00 to 24:00 (Asia/Shanghai)");
        assert_eq!(window(&[], "01:00", "05:30", "UTC").to_string(), "every day from 01:00 to 05:30 (UTC)");
        assert_eq!(nights.shown(at("2026-03-07T14:00:00Z")), "2026-03-07 22:00 (Asia/Shanghai)");
    }
}
