//! Over the emulator in this process, with its calls and control paths.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::Request;
use serde_json::{Value, json};

use super::*;
use crate::{
    ACCESS_KEY, Durations, Emulator, InProcess, Options, SECRET_KEY, StartError, VisitsError,
    signature::{canonical_query, encode, hmac_sha1_base64},
};

const GROUP: &str = "aig-hangzhou-fixed";
const USAGE: &str = "aig-hangzhou-usage";
/// A Monday, 21:00 in China: outside the periods of the groups that follow a schedule.
const BEGIN: &str = "2026-03-02T13:00:00Z";
/// Those who may use [`GROUP`].
const PEOPLE: [&str; 12] =
    ["alice", "bob", "carol", "david", "erin", "frank", "grace", "heidi", "ivan", "judy", "kevin", "laura"];

/// An emulator at [`BEGIN`] whose clock moves only when told.
struct Trial {
    emulator: InProcess,
    nonce: AtomicU64,
}

impl Trial {
    /// `seed` is that of everything but the visits.
    async fn new(seed: u64, visits: Option<VisitOptions>) -> Self {
        let options = Options {
            durations: Durations { image_update_seconds: 30 * 60, ..Durations::default() },
            visits,
            ..Options::default()
        };
        let begin: Timestamp = BEGIN.parse().unwrap();
        let emulator = Emulator::in_process(&options, move || begin, seed).unwrap();
        let trial = Self { emulator, nonce: AtomicU64::new(0) };
        let users: serde_json::Map<_, _> = PEOPLE.map(|name| (name.to_owned(), json!([]))).into_iter().collect();
        let groups = json!({
            GROUP: { "authorized_users": users, "node_pool": { "node_amount": 4 } },
            USAGE: { "authorized_users": users },
        });
        trial.ok("PATCH", "state", Some(json!({ "alibaba": { "delivery_groups": groups } }))).await;
        trial
    }

    async fn ok(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let (status, answer) = self.emulator.control(method, path, body.as_ref()).await;
        assert!((200..300).contains(&status), "{method} {path}: {status} {answer}");
        answer
    }

    async fn begin(&self, options: Value) -> Value {
        self.ok("PUT", "visits", Some(options)).await
    }

    async fn patch_group(&self, id: &str, change: Value) {
        self.ok("PATCH", "state", Some(json!({ "alibaba": { "delivery_groups": { id: change } } }))).await;
    }

    async fn patch_session(&self, id: &str, change: Value) {
        self.ok("PATCH", "state", Some(json!({ "alibaba": { "app_instances": { id: change } } }))).await;
    }

    async fn pass(&self, seconds: u64) {
        self.ok("POST", "clock", Some(json!({ "advance_seconds": seconds }))).await;
    }

    /// Lets time pass, a day at most.
    async fn pass_until(&self, name: &str, count: u64) {
        for _ in 0..24 * 60 * 3 {
            if self.total().await[name] == count {
                return;
            }
            self.pass(20).await;
        }
        panic!("{name} never was {count}: {}", self.total().await);
    }

    async fn total(&self) -> Value {
        self.ok("GET", "visits", None).await["total"].take()
    }

    async fn sessions(&self) -> Value {
        self.ok("GET", "state", None).await["alibaba"]["app_instances"].take()
    }

    /// Calls App Streaming, and expects that it does what it is asked.
    async fn call(&self, operation: &str, parameters: &[(&str, &str)]) {
        let nonce = self.nonce.fetch_add(1, Ordering::Relaxed).to_string();
        let fixed = [
            ("Action", operation),
            ("Version", "2021-09-01"),
            ("AccessKeyId", ACCESS_KEY),
            ("SignatureMethod", "HMAC-SHA1"),
            ("SignatureVersion", "1.0"),
            ("SignatureNonce", &nonce),
            ("Timestamp", BEGIN),
        ];
        let pairs = fixed.iter().chain(parameters).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let query = canonical_query(&pairs.collect::<Vec<_>>());
        let signed = format!("POST&{}&{}", encode("/"), encode(&query));
        let signature = hmac_sha1_base64(format!("{SECRET_KEY}&").as_bytes(), signed.as_bytes());
        let uri = format!("http://emulator/?{query}&Signature={}", encode(&signature));
        let response = self.emulator.answer(Request::post(uri).body(Vec::new()).unwrap()).await.unwrap();
        // Some operations answer their errors with status 200.
        let calls = self.ok("GET", "requests", None).await;
        let code = &calls.as_array().unwrap().last().unwrap()["code"];
        assert!(code.is_null(), "{operation}: {code} {}", String::from_utf8_lossy(response.body()));
    }

    async fn update_image(&self, group: &str, region: &str) {
        let parameters = [
            ("AppInstanceGroupId", group),
            ("AppCenterImageId", "img-office-2"),
            ("ProductType", "CloudApp"),
            ("BizRegionId", region),
        ];
        self.call("UpdateAppInstanceGroupImage", &parameters).await;
    }

    async fn stop_new_users(&self, group: &str) {
        let parameters = [
            ("RegionId", "cn-hangzhou"),
            ("ResourceType", "AppInstanceGroup"),
            ("ResourceId.1", group),
            ("Tag.1.Key", "System/Scheduler/STOP_NEW_USER_CONNECTION"),
            ("Tag.1.Value", "true"),
        ];
        self.call("TagResources", &parameters).await;
    }
}

fn numbers<const N: usize>(counts: &Value, names: [&str; N]) -> [u64; N] {
    names.map(|name| counts[name].as_u64().unwrap_or_else(|| panic!("{name} in {counts}")))
}

/// The sum of what a map counts, which stands beside it.
fn sum(counts: &Value, map: &str) -> u64 {
    counts[map].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum()
}

#[tokio::test]
async fn an_hour_is_the_same_at_once_and_minute_by_minute() {
    let options = json!({ "delivery_group_ids": [GROUP, USAGE], "stay_minutes": 10, "returning_percent": 40 });
    let mut outcomes = Vec::new();
    for (seed, steps) in [(1, 1), (2, 60), (3, 720)] {
        let trial = Trial::new(seed, None).await;
        // In the middle of the hour an update ends all sessions, and for a time nobody is let in.
        let update = json!({ "status": "Approved", "start_time": "2026-03-02T13:30:00Z", "duration_seconds": 300 });
        let update = json!({ "alibaba": { "ota_tasks": { "ota-hangzhou-fixed-1": update } } });
        trial.ok("PATCH", "state", Some(update)).await;
        trial.begin(options.clone()).await;
        for _ in 0..steps {
            trial.pass(3600 / steps).await;
        }
        outcomes.push((trial.ok("GET", "visits", None).await, trial.ok("GET", "state", None).await));
    }
    let [one, sixty, many] = outcomes.try_into().unwrap();
    assert_eq!(one, sixty);
    assert_eq!(one, many);
    let group = &one.0["delivery_groups"][GROUP];
    for name in ["arrived", "returned", "disconnected", "left", "cut_off", "refused"] {
        assert_ne!(group[name], 0, "{name} in {group}");
    }
    assert!(group["refused_by"]["updating"].as_u64() > Some(0), "{group}");
    assert_eq!(group["cut_off"], group["cut_off_by"]["ota_update"]);
    // Two had sessions at the start.
    let [arrived, left, cut_off, present, away] =
        numbers(&one.0["total"], ["arrived", "left", "cut_off", "present", "away"]);
    assert_eq!(2 + arrived - left - cut_off, present + away);
}

#[tokio::test]
async fn another_seed_brings_other_people_at_other_times() {
    let mut outcomes = Vec::new();
    for seed in [1, 1, 2] {
        let trial = Trial::new(1, None).await;
        trial.begin(json!({ "delivery_group_ids": [GROUP], "seed": seed })).await;
        trial.pass(1800).await;
        outcomes.push(trial.sessions().await);
    }
    assert_eq!(outcomes[0], outcomes[1]);
    assert_ne!(outcomes[0], outcomes[2]);
}

#[tokio::test]
async fn an_update_cuts_off_whoever_has_a_session_and_nobody_else() {
    let trial = Trial::new(1, None).await;
    for (number, user) in (3..).zip(&PEOPLE[2..7]) {
        let session = json!({ "delivery_group_id": GROUP, "user": user, "session_status": "connect" });
        trial.patch_session(&format!("ai-hangzhou-fixed-{number}"), session).await;
    }
    trial.begin(json!({ "delivery_group_ids": [GROUP], "arrivals_per_hour": 0 })).await;
    assert_eq!(numbers(&trial.total().await, ["present", "left"]), [7, 0]);
    trial.pass_until("left", 2).await;
    trial.update_image(GROUP, "cn-hangzhou").await;
    let total = trial.total().await;
    assert_eq!(numbers(&total, ["cut_off", "cut_off_while_away", "present", "away", "left"]), [5, 0, 0, 0, 2]);
    assert_eq!((&total["cut_off_by"]["image_update"], sum(&total, "cut_off_by")), (&json!(5), 5));
}

#[tokio::test]
async fn a_session_that_goes_on_without_its_user_is_cut_off_too() {
    let trial = Trial::new(1, None).await;
    trial.patch_group(GROUP, json!({ "session_timeout": -1 })).await;
    trial.patch_session("ai-hangzhou-fixed-1", json!({ "session_status": "disconnect" })).await;
    trial.begin(json!({ "delivery_group_ids": [GROUP], "arrivals_per_hour": 0 })).await;
    assert_eq!(numbers(&trial.total().await, ["present", "away"]), [1, 1]);
    trial.update_image(GROUP, "cn-hangzhou").await;
    assert_eq!(numbers(&trial.total().await, ["cut_off", "cut_off_while_away", "away"]), [2, 1, 0]);
}

#[tokio::test]
async fn whatever_ends_sessions_is_told_apart() {
    let trial = Trial::new(1, None).await;
    let soon = "2026-03-02T13:10:00Z";
    for group in ["aig-shanghai-schedule", USAGE] {
        let session = json!({ "delivery_group_id": group, "user": "alice", "session_status": "connect" });
        trial.patch_session(&format!("{group}-1"), session).await;
    }
    trial.patch_group(USAGE, json!({ "expires_at": soon })).await;
    let beginning = json!({ "delivery_group_id": GROUP, "user": "carol", "status": "INIT" });
    trial.patch_session("ai-hangzhou-fixed-3", beginning).await;
    trial.patch_session("ai-hangzhou-fixed-4", json!({ "delivery_group_id": GROUP, "status": "IDLE" })).await;
    trial.begin(json!({ "arrivals_per_hour": 0, "stay_minutes": 1440 })).await;

    let group = ("AppInstanceGroupId", GROUP);
    let product = ("ProductType", "CloudApp");
    trial.call("Unbind", &[group, product, ("EndUserId", "bob")]).await;
    let instances = [("AppInstanceIds.1", "ai-hangzhou-fixed-3"), ("AppInstanceIds.2", "ai-hangzhou-fixed-4")];
    trial.call("DeleteAppInstances", &[&[group, product], &instances[..]].concat()).await;
    let region = ("BizRegionId", "cn-hangzhou");
    let task = [group, region, ("TaskId", "ota-hangzhou-fixed-1"), ("OtaType", "Fota"), ("StartTime", soon)];
    trial.call("ApproveOtaTask", &task).await;
    let scheduled = ("AppInstanceGroupId", "aig-hangzhou-schedule");
    trial.call("LogOffAllSessionsInAppInstanceGroup", &[scheduled, product, region]).await;
    trial.call("DeleteAppInstanceGroup", &[("AppInstanceGroupId", "aig-shanghai-fixed"), product]).await;
    trial.update_image("aig-shanghai-schedule", "cn-shanghai").await;
    trial.pass(3600).await;

    let total = trial.total().await;
    let expected = json!({
        "image_update": 1,
        "ota_update": 1,
        "log_off_all": 2,
        "unbind": 1,
        "instance_deletion": 1,
        "group_deletion": 1,
        "expiry": 1,
    });
    assert_eq!(total["cut_off_by"], expected);
    assert_eq!(numbers(&total, ["cut_off", "left", "present", "away"]), [8, 0, 0, 0]);
}

#[tokio::test]
async fn people_are_refused_by_the_rules_of_the_calls() {
    let trial = Trial::new(1, None).await;
    let options = json!({ "delivery_group_ids": [GROUP], "stay_minutes": 1440 });
    trial.begin(options.clone()).await;
    trial.pass(1800).await;
    let total = trial.total().await;
    assert_eq!(numbers(&total, ["arrived", "present"]), [6, 8], "four nodes have eight places");
    assert!(total["refused"].as_u64() > Some(0));
    assert_eq!(total["refused"], total["refused_by"]["full"]);
    let refused =
        |total: Value, reason: &str| (total["refused"] != 0 && total["refused"] == total["refused_by"][reason], total);

    trial.update_image(GROUP, "cn-hangzhou").await;
    trial.begin(options.clone()).await;
    trial.pass(1200).await;
    let (is_so, total) = refused(trial.total().await, "updating");
    assert!(is_so && total["arrived"] == 0, "{total}");
    trial.pass(1200).await;
    assert!(trial.total().await["arrived"].as_u64() > Some(0), "the update is over");

    trial.stop_new_users(GROUP).await;
    trial.begin(options.clone()).await;
    trial.pass(1200).await;
    let (is_so, total) = refused(trial.total().await, "draining");
    assert!(is_so && total["arrived"] == 0, "{total}");

    trial.patch_group(GROUP, json!({ "status": "MAINTAIN_FAILED", "tags": null })).await;
    trial.begin(options).await;
    trial.pass(1200).await;
    let (is_so, total) = refused(trial.total().await, "unavailable");
    assert!(is_so && total["arrived"] == 0, "{total}");
}

#[tokio::test]
async fn a_group_that_takes_no_new_users_empties_unless_people_come_back() {
    for (returning, is_empty) in [(0, true), (100, false)] {
        let trial = Trial::new(1, None).await;
        let options = json!({ "delivery_group_ids": [GROUP], "stay_minutes": 20, "returning_percent": returning });
        trial.begin(options).await;
        trial.pass(3600).await;
        trial.stop_new_users(GROUP).await;
        let before = trial.total().await;
        trial.pass(30 * 60).await;
        let after = trial.total().await;
        assert_eq!(before["arrived"], after["arrived"]);
        assert!(after["refused_by"]["draining"].as_u64() > Some(0), "{after}");
        let [present, away] = numbers(&after, ["present", "away"]);
        assert_eq!(present + away == 0, is_empty, "{after}");
        if !is_empty {
            trial.pass(10 * 3600).await;
            let long_after = trial.total().await;
            assert!(long_after["returned"].as_u64() > after["returned"].as_u64(), "{long_after}");
            assert_eq!(long_after["left"], 0, "everybody comes back, before the group ends the session");
        }
    }
}

#[tokio::test]
async fn who_comes_back_does_so_before_the_group_would_end_the_session() {
    let trial = Trial::new(1, None).await;
    trial.patch_group(GROUP, json!({ "session_timeout": 3 })).await;
    let options = json!({
        "delivery_group_ids": [GROUP],
        "arrivals_per_hour": 0,
        "stay_minutes": 600,
        "returning_percent": 100,
    });
    trial.begin(options).await;
    trial.pass_until("away", 1).await;
    let [disconnected] = numbers(&trial.total().await, ["disconnected"]);
    trial.pass(3 * 60).await;
    assert!(numbers(&trial.total().await, ["returned"]) >= [disconnected]);
}

#[tokio::test]
async fn somebody_who_may_not_come_back_has_left() {
    let trial = Trial::new(1, None).await;
    let options = json!({ "delivery_group_ids": [GROUP], "arrivals_per_hour": 0, "returning_percent": 100 });
    trial.begin(options).await;
    trial.pass_until("away", 1).await;
    trial.patch_group(GROUP, json!({ "authorized_users": null })).await;
    trial.ok("PATCH", "state", Some(json!({ "alibaba": { "delivery_group_sets": null } }))).await;
    trial.pass(3600).await;
    let total = trial.total().await;
    assert_eq!(numbers(&total, ["left", "refused", "present", "away"]), [2, 2, 0, 0]);
    assert_eq!(total["refused_by"]["unauthorized"], 2);
}

#[tokio::test]
async fn a_session_to_which_nobody_comes_back_ends_when_the_group_keeps_it_no_longer() {
    let trial = Trial::new(1, None).await;
    trial.patch_session("ai-hangzhou-fixed-1", json!({ "session_status": "disconnect" })).await;
    trial.begin(json!({ "delivery_group_ids": [GROUP], "arrivals_per_hour": 0, "stay_minutes": 1440 })).await;
    trial.pass(15 * 60 - 1).await;
    assert_eq!(numbers(&trial.total().await, ["away", "left"]), [1, 0]);
    trial.pass(1).await;
    assert_eq!(numbers(&trial.total().await, ["away", "left"]), [0, 1]);
}

#[tokio::test]
async fn whoever_connects_by_a_call_leaves_as_well() {
    let trial = Trial::new(1, None).await;
    trial.begin(json!({ "delivery_group_ids": [GROUP], "arrivals_per_hour": 0 })).await;
    trial.pass(3600).await;
    let parameters = [
        ("EndUserId", "judy"),
        ("AppId", "ca-writer"),
        ("ProductType", "CloudApp"),
        ("AppInstanceGroupIdList.1", GROUP),
    ];
    trial.call("GetConnectionTicket", &parameters).await;
    assert_eq!(numbers(&trial.total().await, ["away", "arrived", "left"]), [1, 0, 2], "she has no ticket yet");
    trial.pass(3600).await;
    assert_eq!(numbers(&trial.total().await, ["away", "present", "left"]), [0, 0, 3]);
}

#[tokio::test]
async fn ending_it_leaves_sessions_as_they_are() {
    let trial = Trial::new(1, None).await;
    let begun = |answer: (u16, Value)| (answer.0, answer.1["total"]["arrived"].clone());
    let options = json!({ "delivery_group_ids": [GROUP] });
    let put = || trial.emulator.control("PUT", "visits", Some(&options));
    assert_eq!(begun(put().await), (201, json!(0)));
    trial.pass(600).await;
    let (sessions, counts) = (trial.sessions().await, trial.ok("GET", "visits", None).await);
    assert_ne!(counts["total"]["arrived"], 0);
    assert_eq!(trial.ok("DELETE", "visits", None).await, counts);
    trial.pass(24 * 3600).await;
    assert_eq!(trial.sessions().await, sessions);
    for method in ["GET", "DELETE"] {
        assert_eq!(trial.emulator.control(method, "visits", None).await.0, 404);
    }
    assert_eq!(begun(put().await), (201, json!(0)));
    trial.pass(600).await;
    assert_eq!(begun(put().await), (200, json!(0)), "it begins anew");
}

#[tokio::test]
async fn a_reset_goes_back_to_what_the_options_say() {
    let trial = Trial::new(1, None).await;
    trial.begin(json!({})).await;
    trial.ok("POST", "reset", None).await;
    assert_eq!(trial.emulator.control("GET", "visits", None).await.0, 404);

    let options = VisitOptions { delivery_group_ids: Some(vec![USAGE.to_owned()]), ..VisitOptions::default() };
    let trial = Trial::new(1, Some(options)).await;
    let hour = async || {
        trial.pass(3600).await;
        trial.ok("GET", "visits", None).await
    };
    trial.ok("POST", "reset", None).await;
    let first = hour().await;
    assert_ne!(first["total"]["arrived"], 0);
    trial.begin(json!({ "delivery_group_ids": [GROUP] })).await;
    trial.ok("POST", "reset", None).await;
    assert_eq!(hour().await, first);
}

#[tokio::test]
async fn it_goes_on_in_another_world_and_nobody_there_has_stayed_too_long() {
    let trial = Trial::new(1, None).await;
    trial.ok("PUT", "snapshots/full", None).await;
    trial.begin(json!({ "delivery_group_ids": [GROUP], "arrivals_per_hour": 0 })).await;
    trial.pass(3600).await;
    assert_eq!(numbers(&trial.total().await, ["present", "left"]), [0, 2]);
    trial.ok("POST", "snapshots/full", None).await;
    assert_eq!(numbers(&trial.total().await, ["present", "left", "cut_off"]), [2, 2, 0]);
    trial.pass(9 * 60).await;
    assert_eq!(numbers(&trial.total().await, ["present", "left"]), [2, 2]);
    trial.pass(21 * 60).await;
    assert_eq!(numbers(&trial.total().await, ["present", "left"]), [0, 4]);
}

#[tokio::test]
async fn a_leap_of_years_brings_a_week_of_arrivals() {
    let trial = Trial::new(1, None).await;
    trial.begin(json!({ "delivery_group_ids": [GROUP], "arrivals_per_hour": 6 })).await;
    trial.ok("POST", "clock", Some(json!({ "set": "2046-03-02T13:00:00Z" }))).await;
    let [arrived, refused] = numbers(&trial.total().await, ["arrived", "refused"]);
    let expected = 7 * 24 * 6;
    assert!((expected * 9 / 10..expected * 11 / 10).contains(&(arrived + refused)), "{arrived} {refused}");
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_and_changes_nothing() {
    let trial = Trial::new(1, None).await;
    trial.begin(json!({ "delivery_group_ids": [GROUP] })).await;
    let before = trial.ok("GET", "visits", None).await;
    for (body, reason) in [
        (json!({ "arrivals_per_hour": 3601 }), "arrivals_per_hour is from 0 to 3600"),
        (json!({ "stay_minutes": 0 }), "stay_minutes is from 1 to 1440"),
        (json!({ "stay_minutes": 1441 }), "stay_minutes is from 1 to 1440"),
        (json!({ "returning_percent": 101 }), "returning_percent is from 0 to 100"),
        (json!({ "delivery_group_ids": [] }), "delivery_group_ids names no delivery group"),
        (json!({ "delivery_group_ids": ["aig-none"] }), "no delivery group has the id \"aig-none\""),
        (json!({ "delivery_group_ids": [GROUP, GROUP] }), "delivery_group_ids names \"aig-hangzhou-fixed\" twice"),
        (json!({ "arrivals_per_hour": -1 }), "expected u32"),
        (json!({ "stay": 5 }), "unknown field `stay`"),
        (json!([]), "invalid"),
    ] {
        let (status, answer) = trial.emulator.control("PUT", "visits", Some(&body)).await;
        assert_eq!(status, 400, "{body}");
        assert!(answer["error"].as_str().unwrap().contains(reason), "{body}: {answer}");
    }
    assert_eq!(trial.ok("GET", "visits", None).await, before);
    let options =
        Options { visits: Some(VisitOptions { stay_minutes: 0, ..VisitOptions::default() }), ..Options::default() };
    let refused = Emulator::in_process(&options, Timestamp::now, 1);
    assert!(matches!(refused, Err(StartError::Visits(VisitsError::OutOfRange { name: "stay_minutes", .. }))));
}

#[tokio::test]
async fn every_published_group_is_meant_where_none_is_named() {
    let trial = Trial::new(1, None).await;
    let ids = trial.begin(json!({})).await["delivery_group_ids"].take();
    let ids = ids.as_array().unwrap();
    assert_eq!(ids.len(), 8);
    assert!(!ids.contains(&json!("aig-hangzhou-expired")), "{ids:?}");
}
