//! Mistakes in resources and actions.

use serde_json::json;

use super::{DOMAIN, DURATION, ID, Mistake, NO_WHITE_SPACE, REGION, TIME, it_is, mistakes};

/// What is said of a name of so many characters, one of which cannot be.
fn tidy(length: usize, at: usize, sign: &str) -> String {
    format!("{NO_WHITE_SPACE}; in a name of {length} characters, character {at} is {sign}.")
}

pub(super) fn managed() -> Vec<Mistake> {
    let mut all = Vec::new();
    all.extend(mistakes(
        "resource",
        "appstreaming_delivery_group_authorization",
        [
            (
                json!({"delivery_group_id": null}),
                "delivery_group_id",
                "It or one of \"delivery_group_set_id\" must be set.".into(),
            ),
            (
                json!({"delivery_group_set_id": "set-1"}),
                "delivery_group_id",
                "It cannot be set together with \"delivery_group_set_id\"; remove one of them.".into(),
            ),
            (json!({"delivery_group_id": "aig/1"}), "delivery_group_id", it_is(ID, "aig/1")),
            (
                json!({"delivery_group_id": null, "delivery_group_set_id": "two words"}),
                "delivery_group_set_id",
                it_is(ID, "two words"),
            ),
            // Nobody is named: whether that may be is not known before the provider is configured.
            (json!({"user_names": [""]}), "user_names", "It must have 1 to 256 characters; the value has 0.".into()),
            (
                json!({"user_names": ["a".repeat(257)]}),
                "user_names",
                "It must have 1 to 256 characters; the value has 257.".into(),
            ),
            (
                json!({"user_names": ["alice", ""]}),
                "user_names",
                "It must have 1 to 256 characters; the value has 0.".into(),
            ),
            (json!({"user_names": [" "]}), "user_names", tidy(1, 1, "U+0020")),
            (json!({"user_names": ["car\u{200b}ol"]}), "user_names", tidy(6, 4, "U+200B")),
            (json!({"user_names": ["\u{feff}carol"]}), "user_names", tidy(6, 1, "U+FEFF")),
            (json!({"user_names": ["alice\n"]}), "user_names", tidy(6, 6, "U+000A")),
            (json!({"user_group_ids": [""]}), "user_group_ids", format!("{ID}.")),
            (json!({"user_group_ids": ["ug 1"]}), "user_group_ids", format!("{ID}.")),
            (json!({"user_type": "ldap"}), "user_type", "It must be one of \"simple\", \"ad\"; it is \"ldap\".".into()),
            (json!({"user_type": "AD"}), "user_type", "It must be one of \"simple\", \"ad\"; it is \"AD\".".into()),
            (
                json!({"user_type": "ad"}),
                "user_type",
                "Users of the type \"ad\" belong to a domain: set ad_domain.".into(),
            ),
            (
                json!({"user_type": "simple", "ad_domain": "example.com"}),
                "ad_domain",
                "Users of the type \"simple\" have no AD domain. Remove it, or set user_type to \"ad\".".into(),
            ),
            (json!({"ad_domain": "example.com"}), "ad_domain", "It needs \"user_type\" to be set too.".into()),
            (json!({"user_type": "ad", "ad_domain": ""}), "ad_domain", it_is(DOMAIN, "")),
            (json!({"user_type": "ad", "ad_domain": "not a domain"}), "ad_domain", it_is(DOMAIN, "not a domain")),
            (json!({"persistent_session_id": ""}), "persistent_session_id", it_is(ID, "")),
            (json!({"persistent_session_id": "p 1"}), "persistent_session_id", it_is(ID, "p 1")),
            (
                json!({"product_type": "AndroidCloud"}),
                "product_type",
                "It must be \"CloudApp\"; it is \"AndroidCloud\".".into(),
            ),
            (json!({"timeouts": {"create": "eine Stunde"}}), "timeouts.create", it_is(DURATION, "eine Stunde")),
            (json!({"timeouts": {"delete": "0m"}}), "timeouts.delete", it_is(DURATION, "0m")),
            (json!({"user_names": ["alice "]}), "user_names", tidy(6, 6, "U+0020")),
            (
                json!({"persistent_session_id": "p-1", "user_group_ids": ["ug-1"]}),
                "persistent_session_id",
                "It cannot be set together with \"user_group_ids\"; remove one of them.".into(),
            ),
            (
                json!({
                    "delivery_group_id": null, "delivery_group_set_id": "set-1", "persistent_session_id": "p-1",
                    "user_group_ids": null,
                }),
                "persistent_session_id",
                "It cannot be set together with \"delivery_group_set_id\"; remove one of them.".into(),
            ),
        ],
    ));
    all.extend(mistakes(
        "resource",
        "appstreaming_delivery_group_image",
        [
            (json!({"delivery_group_id": ""}), "delivery_group_id", it_is(ID, "")),
            (json!({"delivery_group_id": "aig 1"}), "delivery_group_id", it_is(ID, "aig 1")),
            (
                json!({"delivery_group_id": "a".repeat(129)}),
                "delivery_group_id",
                it_is(ID, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…"),
            ),
            (json!({"image_id": ""}), "image_id", it_is(ID, "")),
            (json!({"image_id": "img/1"}), "image_id", it_is(ID, "img/1")),
            (
                json!({"rollout": {"max_sessions": -1}}),
                "rollout.max_sessions",
                "It must be a whole number from 0 to 1000000; it is -1.".into(),
            ),
            (
                json!({"rollout": {"wait_for_sessions": "1h"}}),
                "rollout.wait_for_sessions",
                "wait_for_sessions says nothing without max_sessions. Set max_sessions, or remove \
                 wait_for_sessions."
                    .into(),
            ),
            (
                json!({"rollout": {}}),
                "rollout",
                "It holds nothing back. Set max_sessions or window, or remove rollout.".into(),
            ),
            (json!({"region": "China"}), "region", it_is(REGION, "China")),
            (json!({"region": ""}), "region", it_is(REGION, "")),
            (
                json!({"product_type": "CloudBrowser"}),
                "product_type",
                "It must be \"CloudApp\"; it is \"CloudBrowser\".".into(),
            ),
            (
                json!({"on_destroy": "delete"}),
                "on_destroy",
                "It must be one of \"keep\", \"restore\"; it is \"delete\".".into(),
            ),
            (
                json!({"on_destroy": "Keep"}),
                "on_destroy",
                "It must be one of \"keep\", \"restore\"; it is \"Keep\".".into(),
            ),
            (json!({"timeouts": {"create": "soon"}}), "timeouts.create", it_is(DURATION, "soon")),
            (json!({"timeouts": {"update": "0s"}}), "timeouts.update", it_is(DURATION, "0s")),
            (json!({"timeouts": {"delete": "-5m"}}), "timeouts.delete", it_is(DURATION, "-5m")),
            (json!({"timeouts": {"create": "30"}}), "timeouts.create", it_is(DURATION, "30")),
        ],
    ));
    all.extend(mistakes(
        "resource",
        "appstreaming_delivery_group_ota_approval",
        [
            (json!({"delivery_group_id": ""}), "delivery_group_id", it_is(ID, "")),
            (json!({"region": "cn_hangzhou"}), "region", it_is(REGION, "cn_hangzhou")),
            (json!({"ota_type": "fota"}), "ota_type", "It must be \"Fota\"; it is \"fota\".".into()),
            (json!({"start_time": ""}), "start_time", it_is(TIME, "")),
            (json!({"start_time": "tomorrow"}), "start_time", it_is(TIME, "tomorrow")),
            (json!({"start_time": "2026-08-04"}), "start_time", it_is(TIME, "2026-08-04")),
            (json!({"start_time": "2026-08-04T02:00:00"}), "start_time", it_is(TIME, "2026-08-04T02:00:00")),
            (json!({"start_time": "2026-08-04T02:00Z"}), "start_time", it_is(TIME, "2026-08-04T02:00Z")),
            (json!({"start_time": "2026-02-30T02:00:00Z"}), "start_time", it_is(TIME, "2026-02-30T02:00:00Z")),
            (json!({"start_time": "04.08.2026 02:00"}), "start_time", it_is(TIME, "04.08.2026 02:00")),
        ],
    ));
    all.extend(mistakes(
        "resource",
        "appstreaming_delivery_group_session_log_off",
        [
            (json!({"delivery_group_id": "a,b"}), "delivery_group_id", it_is(ID, "a,b")),
            (json!({"region": "EU"}), "region", it_is(REGION, "EU")),
            (json!({"product_type": "Cloud"}), "product_type", "It must be \"CloudApp\"; it is \"Cloud\".".into()),
            (json!({"timeouts": {"create": "never"}}), "timeouts.create", it_is(DURATION, "never")),
        ],
    ));
    all.extend(mistakes(
        "action",
        "appstreaming_delivery_group_approve_ota",
        [
            (json!({"delivery_group_id": ""}), "delivery_group_id", it_is(ID, "")),
            (json!({"region": "cn hangzhou"}), "region", it_is(REGION, "cn hangzhou")),
            (json!({"ota_type": "Sota"}), "ota_type", "It must be \"Fota\"; it is \"Sota\".".into()),
            (json!({"start_time": "at night"}), "start_time", it_is(TIME, "at night")),
        ],
    ));
    all.extend(mistakes(
        "action",
        "appstreaming_delivery_group_log_off_sessions",
        [
            (
                json!({"delivery_group_id": "a".repeat(129)}),
                "delivery_group_id",
                it_is(ID, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…"),
            ),
            (json!({"region": "Hangzhou"}), "region", it_is(REGION, "Hangzhou")),
            (
                json!({"product_type": "cloudapp"}),
                "product_type",
                "It must be \"CloudApp\"; it is \"cloudapp\".".into(),
            ),
            (json!({"timeout": "long"}), "timeout", it_is(DURATION, "long")),
            (json!({"timeout": "0s"}), "timeout", it_is(DURATION, "0s")),
        ],
    ));
    all
}
