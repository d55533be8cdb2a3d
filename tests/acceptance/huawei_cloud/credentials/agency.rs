//! Assuming an agency: temporary keys, asked for with whatever else there is.

use serde_json::json;

use super::{DOMAIN, USER, count, reads, token, user, workspace};
use crate::harness::{ACCESS_KEY, Call, Emulator, Replacing, Run, keys};

const AGENCY: &str = "emulator-agency";
const ASSUME: &str = "CreateTemporaryAccessKeyByAgency";

/// The block's lines for an agency that is assumed with the access key pair.
pub fn assumed_with_keys() -> String {
    format!("{}\n    {}", keys(), assume_role(""))
}

fn assume_role(more: &str) -> String {
    format!(
        "assume_role = {{\n      agency_name = \"{AGENCY}\"\n      domain_name = \"{DOMAIN}\"\n      {more}\n    }}"
    )
}

fn caller(call: &Call) -> &str {
    call.record["caller"].as_str().unwrap_or_default()
}

/// The agency was asked for once, by `by`, and the service was called with its keys alone.
#[track_caller]
fn expect_assumed(calls: &[Call], by: &str) {
    let asked: Vec<_> = calls.iter().filter(|call| call.operation == ASSUME).collect();
    let [asked] = asked[..] else { panic!("the agency is asked for once: {calls:?}") };
    assert_eq!((caller(asked), asked.status), (by, Some(201)));
    let used: Vec<_> = calls.iter().filter(|call| call.operation == "ListServerGroups").collect();
    assert!(!used.is_empty() && used.iter().all(|call| call.status == Some(200)), "{calls:?}");
    // The emulator gives its temporary keys this beginning, as the service does.
    assert!(used.iter().all(|call| caller(call).starts_with("HST")), "{used:?}");
}

#[test]
fn an_agency_is_assumed_once_with_whatever_signs_in() {
    let emulator = Emulator::start();
    let token = token(&emulator);
    for (base, by) in [(keys(), ACCESS_KEY), (user(), USER), (format!("auth_token = \"{token}\""), USER)] {
        let workspace = workspace(&emulator, &format!("{base}\n    {}", assume_role("duration_seconds = 1800")));
        workspace.configure(&reads(10));
        let (_, calls) = emulator.calls_during(|| workspace.apply());
        expect_assumed(&calls, by);
        let asked = calls.iter().find(|call| call.operation == ASSUME).expect("it was asked for");
        let role = json!({ "agency_name": AGENCY, "domain_name": DOMAIN, "duration_seconds": 1800 });
        assert_eq!(asked.record["parameters"]["assume_role"], role);
        assert_eq!(count(&calls, "ListServerGroups"), 10);
    }
}

#[test]
fn an_agency_can_come_from_the_environment() {
    let emulator = Emulator::start();
    let mut workspace = workspace(&emulator, &keys());
    workspace.set("HW_ASSUME_ROLE_AGENCY_NAME", AGENCY);
    workspace.set("HW_ASSUME_ROLE_DOMAIN_NAME", DOMAIN);
    let (_, calls) = emulator.calls_during(|| workspace.apply());
    expect_assumed(&calls, ACCESS_KEY);
}

#[test]
fn an_agency_that_may_not_be_assumed_is_named_and_nothing_is_called_without_it() {
    let emulator = Emulator::start();
    let block = assumed_with_keys().replacing(AGENCY, "somebody-elses");
    let workspace = workspace(&emulator, &block);
    let (run, calls): (Run, _) = emulator.calls_during(|| workspace.try_plan().expect(&[1]));
    run.only_error().must_say(&["somebody-elses", "HTTP status 403"]);
    assert_eq!(count(&calls, "ListServerGroups"), 0, "{calls:?}");
}
