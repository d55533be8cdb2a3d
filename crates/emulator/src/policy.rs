//! The least permissions for calls, as policies that the services' consoles take.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{alibaba, call::Cloud, huawei};

/// The least policies for these calls: one of RAM for App Streaming, one of IAM for Workspace; `null` where it would
/// allow nothing. `not_known` names the operations of which no permission is known.
pub(super) fn least<'c>(calls: impl Iterator<Item = (Cloud, &'c str)>) -> Value {
    let (mut ram, mut iam, mut not_known) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for (cloud, operation) in calls {
        let (permissions, actions) = match cloud {
            Cloud::Alibaba => (alibaba::permissions(operation), &mut ram),
            Cloud::Huawei => (huawei::permissions(operation), &mut iam),
        };
        match permissions {
            Some(names) => actions.extend(names),
            // A request that is no operation of the service needs none.
            None if operation == "unknown" => {}
            None => {
                not_known.insert(operation);
            }
        }
    }
    // RAM wants to be told that all resources are meant, for IAM this is so where none are named.
    json!({
        "ram": policy(&ram, |actions| json!({
            "Version": "1", "Statement": [{ "Effect": "Allow", "Action": actions, "Resource": "*" }],
        })),
        "iam": policy(&iam, |actions| json!({
            "Version": "5.0", "Statement": [{ "Effect": "Allow", "Action": actions }],
        })),
        "not_known": not_known,
    })
}

fn policy(actions: &BTreeSet<String>, written: impl Fn(&BTreeSet<String>) -> Value) -> Value {
    if actions.is_empty() { Value::Null } else { written(actions) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_action_stands_once_and_what_is_not_known_is_named() {
        let calls = [
            (Cloud::Alibaba, "GetAppInstanceGroup"),
            (Cloud::Alibaba, "GetAppInstanceGroup"),
            (Cloud::Huawei, "ShowServerGroup"),
            (Cloud::Huawei, "KeystoneListProjects"),
            (Cloud::Huawei, "KeystoneCreateToken"),
            (Cloud::Huawei, "CreateTemporaryAccessKeyByAgency"),
            (Cloud::Huawei, "unknown"),
        ];
        let found = least(calls.into_iter());
        assert_eq!(found["ram"]["Statement"][0]["Action"], json!(["appstreaming:GetAppInstanceGroup"]));
        assert_eq!(
            found["iam"]["Statement"][0]["Action"],
            json!(["iam:projects:listProjects", "workspace:serverGroup:get"])
        );
        assert_eq!(found["not_known"], json!(["CreateTemporaryAccessKeyByAgency"]));
    }

    #[test]
    fn the_page_lists_the_operations_of_which_no_permission_is_known() {
        let page = include_str!("../README.md");
        let (_, rest) = page.split_once("### Permissions that are not known").unwrap();
        let section = rest.split("\n## ").next().unwrap();
        let is_operation = |word: &&str| word.starts_with(|letter: char| letter.is_uppercase()) && !word.contains(' ');
        let listed: BTreeSet<&str> = section.split('`').skip(1).step_by(2).filter(is_operation).collect();
        let alibaba = alibaba::operation_names().filter(|name| alibaba::permissions(name).is_none());
        let huawei = huawei::operation_names().filter(|name| huawei::permissions(name).is_none());
        assert_eq!(listed, alibaba.chain(huawei).collect());
    }

    #[test]
    fn a_service_that_nobody_called_needs_no_policy() {
        assert_eq!(least(std::iter::empty()), json!({ "ram": null, "iam": null, "not_known": [] }));
    }
}
