//! What random histories have found: each in the shortest history that showed it, so that it stays found.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    estate::{
        Deed, Estate,
        names::{GROUP, NEXT_IMAGE, OTHER_GROUP},
    },
    history::History,
    script::{Script, Step},
    tally::Tally,
    weather::{End, Spell, Weather},
};

/// A history in which nothing goes wrong but what is put into it.
pub fn calm(seed: u64, steps: Vec<Step>) -> Script {
    Script {
        seed,
        update_seconds: 30,
        log_off_seconds: 0,
        lag: Duration::ZERO,
        lag_varies: false,
        by_token: false,
        way: Duration::ZERO,
        reads: "usual",
        is_split: false,
        is_crowded: false,
        is_lively: false,
        steps,
    }
}

/// Answers with how many runs have failed in it.
fn expect_to_hold(script: &Script) -> u64 {
    held(script).failed
}

fn held(script: &Script) -> Tally {
    let (tally, failure) = History::run(script, false);
    assert!(failure.is_none(), "{}", failure.map(|it| it.to_string()).unwrap_or_default());
    tally
}

/// No read is answered for a minute, which begins in the middle of an update.
fn for_a_minute(fault: Value) -> Weather {
    let (after, lasting) = (Duration::from_secs(47), Duration::from_secs(60));
    Weather { spell: Some(Spell { after, lasting, fault }), ..Weather::calm() }
}

fn with_an_image() -> Estate {
    let mut estate = Estate::default();
    estate.give_image("a", GROUP, NEXT_IMAGE);
    estate
}

#[test]
fn an_update_whose_answer_was_lost_and_which_fails_is_not_made_again_by_the_same_run() {
    let lost = json!({ "kind": "close_after", "operation": "UpdateAppInstanceGroupImage", "next": 1 });
    let weather = Weather { faults: vec![lost], breaks: true, ..Weather::calm() };
    expect_to_hold(&calm(1, vec![Step { weather, ..Step::calm(&with_an_image()) }]));
}

#[test]
fn reads_from_before_an_update_are_not_taken_for_its_end() {
    for seed in 1..=20 {
        let script = calm(seed, vec![Step::calm(&with_an_image())]);
        expect_to_hold(&Script { lag: Duration::from_secs(3), lag_varies: true, ..script });
    }
}

#[test]
fn a_creation_whose_answer_is_lost_and_which_cannot_be_looked_for_is_said_to_have_happened_perhaps() {
    let mut estate = Estate::default();
    estate.make_server_group("a", "ANY");
    let faults = vec![
        json!({ "kind": "close_after", "operation": "CreateServerGroup", "next": 1 }),
        json!({
            "kind": "error", "status": 403, "code": "Forbidden.RAM", "message": "No.", "operation": "ListServerGroups",
            "every": 1,
        }),
    ];
    let weather = Weather { faults, ..Weather::calm() };
    expect_to_hold(&calm(1, vec![Step { weather, ..Step::calm(&estate) }]));
}

#[test]
fn the_wait_for_a_long_update_leaves_an_approval_of_the_same_group_its_time() {
    let mut estate = with_an_image();
    estate.approve("a", GROUP);
    // Which of the two comes first is for the network to say.
    for seed in 1..=8 {
        let (script, way) = (calm(seed, vec![Step::calm(&estate)]), Duration::from_millis(200));
        assert_eq!(expect_to_hold(&Script { update_seconds: 1200, way, ..script }), 0);
    }
}

#[test]
fn what_a_creation_left_that_failed_and_moves_to_another_group_gives_nothing_back_without_a_word() {
    let mut estate = Estate::default();
    estate.give_image_first("a", OTHER_GROUP, NEXT_IMAGE);
    let mut moved = Estate::default();
    moved.give_image_first("a", GROUP, NEXT_IMAGE);
    let weather = for_a_minute(json!({
        "kind": "error", "status": 403, "code": "Forbidden.RAM", "message": "No.", "operation": "GetAppInstanceGroup",
        "every": 1,
    }));
    let script = calm(1, vec![Step { weather, ..Step::calm(&estate) }, Step::calm(&moved)]);
    assert_eq!(expect_to_hold(&Script { update_seconds: 600, ..script }), 1);
}

#[test]
fn a_service_that_is_down_for_a_minute_does_not_end_the_wait_for_an_update() {
    let down = for_a_minute(json!({ "kind": "html", "status": 503, "every": 1 }));
    let script = calm(1, vec![Step { weather: down, ..Step::calm(&with_an_image()) }]);
    let tally = held(&Script { update_seconds: 600, ..script });
    assert_eq!(tally.failed, 0);
    assert!(tally.faults.values().sum::<u64>() > 3, "it was down: {:?}", tally.faults);
}

#[test]
fn an_update_of_a_failed_group_that_fails_at_once_is_not_awaited_for_an_hour() {
    let breaking = || Weather { breaks: true, ..Weather::calm() };
    let step = || Step { weather: breaking(), ..Step::calm(&with_an_image()) };
    let tally = held(&Script { update_seconds: 0, ..calm(1, vec![step(), step()]) });
    assert!(tally.hours < 0.5, "{} hours", tally.hours);
}

#[test]
fn the_repair_of_a_group_is_not_sent_again_although_it_looks_as_before() {
    let lost = json!({ "kind": "close_after", "operation": "UpdateAppInstanceGroupImage", "next": 1 });
    let breaking = |faults| Weather { faults, breaks: true, ..Weather::calm() };
    let step = |faults| Step { weather: breaking(faults), ..Step::calm(&with_an_image()) };
    expect_to_hold(&Script { update_seconds: 0, ..calm(1, vec![step(Vec::new()), step(vec![lost])]) });
}

#[test]
fn a_request_that_the_service_takes_up_late_is_not_sent_again_before() {
    let slow = json!({ "kind": "slow", "operation": "UpdateAppInstanceGroupImage", "next": 1, "seconds": 90 });
    let weather = Weather { faults: vec![slow], ..Weather::calm() };
    expect_to_hold(&calm(1, vec![Step { weather, ..Step::calm(&with_an_image()) }]));
}

#[test]
fn a_log_off_is_not_repeated_where_its_replacement_cannot_look_at_the_group() {
    let mut estate = Estate::default();
    estate.log_off = Some(142);
    let interrupted = Weather { end: End::Interrupt { at: 57 }, parallelism: 1, ..Weather::calm() };
    // It begins when the replacement is planned, and what it replaces is destroyed.
    let down = |after| {
        let fault = json!({ "kind": "html", "status": 503, "every": 1 });
        let (after, lasting) = (Duration::from_millis(after), Duration::from_secs(600));
        Weather { spell: Some(Spell { after, lasting, fault }), ..Weather::calm() }
    };
    for after in (0..2000).step_by(40) {
        let steps = vec![
            Step { weather: interrupted.clone(), ..Step::calm(&estate) },
            Step { deed: Some(Deed::Returns), weather: down(after), ..Step::calm(&estate) },
        ];
        let script = Script { log_off_seconds: 90, way: Duration::from_millis(200), ..calm(1, steps) };
        assert!(expect_to_hold(&script) >= 1);
    }
}
