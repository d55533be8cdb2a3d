//! How a pool scales.

use jiff::civil;
use serde_json::Value;

use super::super::{
    errors::Error,
    pool::{BY_SCHEDULE, BY_USAGE},
    rules::bounds,
};
use crate::{
    call::Moment,
    world::{NodePool, RecurrenceSchedule, TimerPeriod},
};

/// Nodes of one pool at most.
pub(super) const MOST_NODES: i64 = 100;

/// A period of a schedule, in minutes.
const SHORTEST_PERIOD: i64 = 15;
/// Between two periods of a day, in minutes.
const SHORTEST_PAUSE: i64 = 5;

/// Takes what is given of a strategy into the pool.
pub(super) fn apply_strategy(pool: &mut NodePool, given: &Value) {
    let number = |name: &str, slot: &mut Option<i64>| {
        if let Some(value) = given[name].as_i64() {
            *slot = Some(value);
        }
    };
    number("MaxIdleAppInstanceAmount", &mut pool.max_idle_app_instance_amount);
    number("MaxScalingAmount", &mut pool.max_scaling_amount);
    number("ScalingDownAfterIdleMinutes", &mut pool.scaling_down_after_idle_minutes);
    number("ScalingStep", &mut pool.scaling_step);
    let text = |name: &str, slot: &mut Option<String>| {
        if let Some(value) = given[name].as_str() {
            *slot = Some(value.to_owned());
        }
    };
    text("ScalingUsageThreshold", &mut pool.scaling_usage_threshold);
    text("StrategyEnableDate", &mut pool.strategy_enable_date);
    text("StrategyDisableDate", &mut pool.strategy_disable_date);
    if let Some(value) = given["NodeAmount"].as_i64() {
        pool.node_amount = value;
    }
    if let Some(value) = given["StrategyType"].as_str() {
        value.clone_into(&mut pool.strategy_type);
    }
    if let Some(value) = given["WarmUp"].as_bool() {
        pool.warm_up = Some(value);
    }
    if let Some(schedules) = given["RecurrenceSchedules"].as_array() {
        pool.recurrence_schedules = schedules.iter().map(schedule).collect();
    }
    tidy(pool);
}

/// A pool has the parameters of its own strategy alone.
fn tidy(pool: &mut NodePool) {
    if pool.strategy_type != BY_USAGE {
        pool.max_idle_app_instance_amount = None;
        pool.max_scaling_amount = None;
        pool.scaling_down_after_idle_minutes = None;
        pool.scaling_step = None;
        pool.scaling_usage_threshold = None;
    }
    if pool.strategy_type != BY_SCHEDULE {
        pool.strategy_enable_date = None;
        pool.strategy_disable_date = None;
        pool.warm_up = None;
        pool.recurrence_schedules.clear();
    }
}

/// Whether the periods of a day are at least a quarter of an hour long, five minutes apart, and end on the same day.
fn are_apart(periods: &[TimerPeriod]) -> bool {
    let minutes = |time: civil::Time| i64::from(time.hour()) * 60 + i64::from(time.minute());
    let Some(mut periods) = periods.iter().map(bounds).collect::<Option<Vec<_>>>() else { return false };
    periods.sort_unstable();
    let are_long = periods.iter().all(|(start, end)| minutes(*end) - minutes(*start) >= SHORTEST_PERIOD);
    are_long && periods.windows(2).all(|pair| minutes(pair[1].0) - minutes(pair[0].1) >= SHORTEST_PAUSE)
}

fn schedule(given: &Value) -> RecurrenceSchedule {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let periods = given["TimerPeriods"].as_array().map(Vec::as_slice).unwrap_or_default();
    RecurrenceSchedule {
        recurrence_type: text(&given["RecurrenceType"]),
        recurrence_values: given["RecurrenceValues"]
            .as_array()
            .map(|days| days.iter().filter_map(Value::as_i64).collect())
            .unwrap_or_default(),
        timer_periods: periods
            .iter()
            .map(|period| TimerPeriod {
                start_time: text(&period["StartTime"]),
                end_time: text(&period["EndTime"]),
                amount: period["Amount"].as_i64().unwrap_or(1),
            })
            .collect(),
    }
}

/// Scaling by schedule is for pay-as-you-go alone, and each strategy has parameters it cannot do without.
pub(super) fn check_strategy(parameter: &str, pool: &NodePool, charge_type: &str, moment: Moment) -> Result<(), Error> {
    let wrong = |name: &str| Err(Error::invalid(&format!("{parameter}.{name}")));
    let within = |value: Option<i64>, low, high| value.is_some_and(|value| (low..=high).contains(&value));
    match pool.strategy_type.as_str() {
        "NODE_FIXED" if !within(Some(pool.node_amount), 1, MOST_NODES) => wrong("NodeAmount"),
        "NODE_FIXED" => Ok(()),
        BY_USAGE if !within(Some(pool.node_amount), 1, MOST_NODES) => wrong("NodeAmount"),
        BY_USAGE if !within(pool.max_scaling_amount, 1, MOST_NODES) => wrong("MaxScalingAmount"),
        BY_USAGE if !within(pool.scaling_step, 1, 10) => wrong("ScalingStep"),
        BY_USAGE => {
            let threshold = pool.scaling_usage_threshold.as_deref().and_then(|text| text.parse().ok());
            if within(threshold, 0, 100) { Ok(()) } else { wrong("ScalingUsageThreshold") }
        }
        BY_SCHEDULE if charge_type != "PostPaid" => wrong("StrategyType"),
        BY_SCHEDULE => {
            let date = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<civil::Date>().ok());
            let today = moment.now.to_zoned(jiff::tz::Offset::constant(8).to_time_zone()).date();
            let Some(first) = date(&pool.strategy_enable_date).filter(|first| *first >= today) else {
                return wrong("StrategyEnableDate");
            };
            let days = date(&pool.strategy_disable_date).map(|last| i64::from((last - first).get_days()));
            if !within(days, 7, 366) {
                return wrong("StrategyDisableDate");
            }
            let is_whole = |schedule: &RecurrenceSchedule| {
                schedule.recurrence_type == "weekly"
                    && !schedule.recurrence_values.is_empty()
                    && schedule.recurrence_values.iter().all(|day| (1..=7).contains(day))
                    && !schedule.timer_periods.is_empty()
                    && are_apart(&schedule.timer_periods)
            };
            if pool.recurrence_schedules.is_empty() || !pool.recurrence_schedules.iter().all(is_whole) {
                return wrong("RecurrenceSchedules");
            }
            if pool.warm_up.is_none() { wrong("WarmUp") } else { Ok(()) }
        }
        _ => wrong("StrategyType"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn periods(of: &[(&str, &str)]) -> Vec<TimerPeriod> {
        let period = |(start, end): &(&str, &str)| TimerPeriod {
            start_time: (*start).to_owned(),
            end_time: (*end).to_owned(),
            amount: 1,
        };
        of.iter().map(period).collect()
    }

    #[test]
    fn periods_of_a_day_are_long_enough_apart_and_end_on_it() {
        assert!(are_apart(&periods(&[("14:00", "14:15"), ("08:00", "13:55")])));
        for wrong in [
            &[("08:00", "08:14")][..],
            &[("08:00", "12:00"), ("12:04", "13:00")],
            &[("08:00", "12:00"), ("09:00", "10:00")],
            &[("22:00", "06:00")],
            &[("8 o'clock", "12:00")],
        ] {
            assert!(!are_apart(&periods(wrong)), "{wrong:?}");
        }
    }

    #[test]
    fn a_pool_that_changes_its_strategy_keeps_nothing_of_the_other() {
        let mut pool =
            NodePool { max_scaling_amount: Some(3), strategy_type: BY_USAGE.to_owned(), ..NodePool::default() };
        let schedules = serde_json::json!([{"RecurrenceType": "weekly", "RecurrenceValues": [1], "TimerPeriods": []}]);
        let given =
            serde_json::json!({"StrategyType": "NODE_FIXED", "NodeAmount": 2, "RecurrenceSchedules": schedules});
        apply_strategy(&mut pool, &given);
        assert_eq!((pool.node_amount, pool.max_scaling_amount, pool.recurrence_schedules), (2, None, vec![]));
    }
}
