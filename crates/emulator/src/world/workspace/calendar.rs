//! When a scheduled task is due: once, or every so many days, on days of the week, or on days of months, at one time of
//! the day in a time zone.

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Time},
    tz::{Offset, TimeZone},
};
use serde::{Deserialize, Serialize};

/// The time zone where none is said.
pub(crate) const TIME_ZONE: &str = "Asia/Shanghai";
/// How far ahead a day is looked for: the 29th of February comes again within eight years.
const MOST_DAYS: i32 = 366 * 9;

/// When a scheduled task is due.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Calendar {
    /// `FIXED_TIME`, `DAY`, `WEEK` or `MONTH`.
    pub scheduled_type: String,
    /// The time of the day, `HH:mm:ss`.
    pub scheduled_time: String,
    /// The day of `FIXED_TIME`, `yyyy-MM-dd`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheduled_date: Option<String>,
    /// The days between two of `DAY`, counted from the day on which it was scheduled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day_interval: Option<i64>,
    /// The days of `WEEK`, 1 for Sunday to 7, with commas between them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub week_list: Option<String>,
    /// The months of `MONTH`, 1 to 12, with commas between them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub month_list: Option<String>,
    /// The days of `MONTH`, 1 to 31 with commas between them, or `L` for the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_list: Option<String>,
    /// The name of a time zone; that of China where it is empty.
    pub time_zone: String,
    /// After this it is due no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expire_time: Option<Timestamp>,
}

impl Calendar {
    /// The field that is missing or makes no sense; `None` where all is well.
    pub(crate) fn problem(&self) -> Option<&'static str> {
        let is_list = |list: &Option<String>, most: i8| {
            let numbers = list.as_deref().unwrap_or_default().split(',');
            numbers.map(str::trim).all(|text| text.parse().is_ok_and(|number: i8| (1..=most).contains(&number)))
        };
        let is_last = self.date_list.as_deref() == Some("L");
        let checks = match self.scheduled_type.as_str() {
            "FIXED_TIME" => vec![("scheduled_date", self.date().is_some())],
            "DAY" => vec![("day_interval", self.day_interval.is_some())],
            "WEEK" => vec![("week_list", is_list(&self.week_list, 7))],
            "MONTH" => vec![
                ("month_list", is_list(&self.month_list, 12)),
                ("date_list", is_last || is_list(&self.date_list, 31)),
            ],
            _ => vec![("scheduled_type", false)],
        };
        let common = [("scheduled_time", self.time().is_some()), ("time_zone", self.zone().is_some())];
        checks.into_iter().chain(common).find(|(_, is_well)| !is_well).map(|(name, _)| name)
    }

    /// Forgets what other types than its own need.
    pub(crate) fn tidy(&mut self) {
        let kind = self.scheduled_type.as_str();
        self.scheduled_date.take_if(|_| kind != "FIXED_TIME");
        self.day_interval.take_if(|_| kind != "DAY");
        self.week_list.take_if(|_| kind != "WEEK");
        self.month_list.take_if(|_| kind != "MONTH");
        self.date_list.take_if(|_| kind != "MONTH");
    }

    /// When it is due next after a point in time; `made` is when it was scheduled.
    pub(crate) fn next(&self, made: Timestamp, after: Timestamp) -> Option<Timestamp> {
        let (zone, time) = (self.zone()?, self.time()?);
        let day_of = |at: Timestamp| at.to_zoned(zone.clone()).date();
        let at = |day: Date| day.to_datetime(time).to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp());
        let is_open = |at: &Timestamp| *at > after && self.expire_time.is_none_or(|end| *at <= end);
        if self.scheduled_type == "FIXED_TIME" {
            return at(self.date()?).filter(is_open);
        }
        let (first, made) = (day_of(after), day_of(made));
        let days = (0..MOST_DAYS).filter_map(|offset| first.checked_add(offset.days()).ok());
        let next = days.filter(|day| self.falls_on(*day, made)).filter_map(at).find(|at| *at > after);
        next.filter(is_open)
    }

    /// A point in time as the service writes when something will happen.
    pub(crate) fn written(&self, at: Timestamp) -> String {
        let zone = self.zone().unwrap_or(TimeZone::UTC);
        let zoned = at.to_zoned(zone);
        let ending =
            if zoned.offset() == Offset::UTC { "GMT".to_owned() } else { zoned.strftime("GMT%:z").to_string() };
        format!("{} {ending}", zoned.strftime("%Y-%m-%d %H:%M:%S"))
    }

    /// The same in the words of Quartz; empty where something is missing.
    pub(crate) fn cron(&self) -> String {
        let Some(time) = self.time() else { return String::new() };
        let list = |list: &Option<String>| list.clone().unwrap_or_default();
        let days = match (self.scheduled_type.as_str(), self.date()) {
            ("FIXED_TIME", Some(date)) => format!("{} {} ? {}", date.day(), date.month(), date.year()),
            ("DAY", _) => format!("1/{} * ?", self.day_interval.unwrap_or(1)),
            ("WEEK", _) => format!("? * {}", list(&self.week_list)),
            ("MONTH", _) => format!("{} {} ?", list(&self.date_list), list(&self.month_list)),
            _ => return String::new(),
        };
        format!("{} {} {} {days}", time.second(), time.minute(), time.hour())
    }

    /// The name of its time zone.
    pub(crate) fn zone_name(&self) -> &str {
        if self.time_zone.is_empty() { TIME_ZONE } else { &self.time_zone }
    }

    fn falls_on(&self, day: Date, made: Date) -> bool {
        let is_among = |list: &Option<String>, number: i8| {
            list.as_deref().unwrap_or_default().split(',').any(|text| text.trim().parse() == Ok(number))
        };
        match self.scheduled_type.as_str() {
            "DAY" => {
                let since = i64::from((day - made).get_days());
                since.checked_rem(self.day_interval.unwrap_or(0)) == Some(0)
            }
            "WEEK" => is_among(&self.week_list, day.weekday().to_sunday_one_offset()),
            "MONTH" => {
                let is_last = self.date_list.as_deref() == Some("L") && day == day.last_of_month();
                is_among(&self.month_list, day.month()) && (is_last || is_among(&self.date_list, day.day()))
            }
            _ => false,
        }
    }

    fn time(&self) -> Option<Time> {
        Time::strptime("%H:%M:%S", &self.scheduled_time).ok()
    }

    fn date(&self) -> Option<Date> {
        self.scheduled_date.as_deref()?.parse().ok()
    }

    fn zone(&self) -> Option<TimeZone> {
        match self.zone_name() {
            "Coordinated Universal Time" | "UTC" | "GMT" => Some(TimeZone::UTC),
            name => TimeZone::get(name).ok().or_else(|| {
                // A small container has no time zones, and nobody there changes the clocks.
                (name == TIME_ZONE).then(|| TimeZone::fixed(Offset::constant(8)))
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(scheduled_type: &str) -> Calendar {
        Calendar {
            scheduled_type: scheduled_type.to_owned(),
            scheduled_time: "02:00:00".to_owned(),
            ..Calendar::default()
        }
    }

    /// The next three times after noon in China on Monday, 2 March 2026.
    fn next(calendar: &Calendar) -> Vec<String> {
        let made: Timestamp = "2026-03-02T04:00:00Z".parse().unwrap();
        let mut at = made;
        let mut found = Vec::new();
        while let Some(next) = calendar.next(made, at).filter(|_| found.len() < 3) {
            found.push(calendar.written(next));
            at = next;
        }
        found
    }

    #[test]
    fn every_other_day_counts_from_the_day_it_was_scheduled() {
        let calendar = Calendar { day_interval: Some(2), ..of("DAY") };
        let days = [4, 6, 8].map(|day| format!("2026-03-0{day} 02:00:00 GMT+08:00"));
        assert_eq!((calendar.problem(), next(&calendar)), (None, days.to_vec()));
        assert_eq!(calendar.cron(), "0 0 2 1/2 * ?");
    }

    #[test]
    fn weeks_begin_on_sunday() {
        let calendar = Calendar { week_list: Some("1,3".to_owned()), ..of("WEEK") };
        let days = ["03", "08", "10"].map(|day| format!("2026-03-{day} 02:00:00 GMT+08:00"));
        assert_eq!((calendar.problem(), next(&calendar)), (None, days.to_vec()));
    }

    #[test]
    fn the_last_day_of_a_month_is_another_one_in_leap_years() {
        let month = |dates: &str| Calendar {
            month_list: Some("2".to_owned()),
            date_list: Some(dates.to_owned()),
            time_zone: "Coordinated Universal Time".to_owned(),
            ..of("MONTH")
        };
        let days = ["2027-02-28", "2028-02-29", "2029-02-28"].map(|day| format!("{day} 02:00:00 GMT"));
        assert_eq!((month("L").problem(), next(&month("L"))), (None, days.to_vec()));
        assert_eq!(next(&month("29"))[..2], ["2028-02-29 02:00:00 GMT", "2032-02-29 02:00:00 GMT"]);
        assert_eq!(next(&month("30")), Vec::<String>::new());
    }

    #[test]
    fn a_fixed_time_comes_once_and_nothing_comes_after_the_end() {
        let once = Calendar { scheduled_date: Some("2026-03-03".to_owned()), ..of("FIXED_TIME") };
        assert_eq!(next(&once), ["2026-03-03 02:00:00 GMT+08:00"]);
        assert_eq!(once.cron(), "0 0 2 3 3 ? 2026");
        let end = Some("2026-03-03T18:00:00Z".parse().unwrap());
        let daily = Calendar { day_interval: Some(1), expire_time: end, ..of("DAY") };
        assert_eq!(next(&daily).len(), 2);
    }

    #[test]
    fn what_is_missing_or_makes_no_sense_is_named() {
        let list = |text: &str| Some(text.to_owned());
        for (calendar, field) in [
            (of("FIXED_TIME"), "scheduled_date"),
            (of("DAY"), "day_interval"),
            (Calendar { week_list: list("1,8"), ..of("WEEK") }, "week_list"),
            (Calendar { month_list: list("1"), date_list: list("L,3"), ..of("MONTH") }, "date_list"),
            (Calendar { scheduled_time: "25:00:00".to_owned(), day_interval: Some(1), ..of("DAY") }, "scheduled_time"),
            (Calendar { time_zone: "Moon/Tycho".to_owned(), day_interval: Some(1), ..of("DAY") }, "time_zone"),
            (of("YEAR"), "scheduled_type"),
        ] {
            assert_eq!(calendar.problem(), Some(field));
        }
    }
}
