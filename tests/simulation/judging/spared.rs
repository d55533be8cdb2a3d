//! Whether an image update cuts nobody off for whom it was to wait.

use std::{collections::BTreeSet, time::Duration};

use jiff::Timestamp;
use serde_json::Value;

use crate::estate::{Call, Estate, Ledger, State, changes, waits_for_people};

const UPDATE: &str = "UpdateAppInstanceGroupImage";
const LOOK: &str = "ListAppInstances";

/// Answers with how many updates have waited.
///
/// Somebody who came after the last look may be cut off: the update goes out within seconds of it. A read that lags
/// shows those who were there a little before.
pub fn expect_everybody_spared(ledger: &Ledger, estate: &Estate, before: &State, world: &Value, lag: Duration) -> u64 {
    let mut waited = 0;
    for (at, update) in ledger.calls.iter().enumerate() {
        let group = update.parameter("AppInstanceGroupId");
        let ended: Vec<_> = ended(update).collect();
        if update.operation != UPDATE
            || update.record["changes"] == serde_json::json!([])
            || !waits(group, estate, before)
        {
            continue;
        }
        waited += 1;
        let is_look = |call: &&Call| {
            call.operation == LOOK && call.parameter("AppInstanceGroupId") == group && call.status == Some(200)
        };
        let Some(look) = ledger.calls[..at].iter().rev().find(is_look) else {
            panic!("nobody has looked who is there: {:#}", update.record);
        };
        // An older answer than the service ever gives by itself.
        if !look.record["fault"].is_null() {
            continue;
        }
        let looked = time(&look.record["emulated_time"]).expect("a time") - lag;
        for (id, user) in ended {
            let instance = &world["alibaba"]["app_instances"][id];
            let came = time(&instance["bound_at"]).or_else(|| time(&instance["created_at"])).expect("a time");
            assert!(
                came >= looked,
                "{user} came at {came}, was there at the last look ({looked}) and was cut off: {:#}",
                update.record
            );
        }
    }
    waited
}

/// The instances that an update has ended, and who had them.
fn ended(update: &Call) -> impl Iterator<Item = (&str, &str)> {
    let ended = changes(update, "app_instances").filter(|(_, change)| change["fields"]["status"][1] == "DELETED");
    ended.filter_map(|(id, change)| Some((id, change["fields"]["user"][0].as_str()?)))
}

/// Whether everything waits that gives the group an image, by the configuration and by the state.
fn waits(group: &str, estate: &Estate, before: &State) -> bool {
    let configured = estate.images.iter().filter(|(_, it)| it.group == group).map(|(label, _)| waits_for_people(label));
    let known = before.objects().iter().filter(|it| it.attributes["delivery_group_id"] == group);
    let known = known.filter(|it| it.address.starts_with("appstreaming_delivery_group_image."));
    let known = known.map(|it| !it.attributes["rollout"].is_null());
    let all: BTreeSet<_> = configured.chain(known).collect();
    estate.is_lively && all == BTreeSet::from([true])
}

fn time(value: &Value) -> Option<Timestamp> {
    value.as_str()?.parse().ok()
}
