//! Mistakes in resources and actions.

use serde_json::json;

use super::{Mistake, mistakes};

pub(super) fn managed() -> Vec<Mistake> {
    let mut all = Vec::new();
    all.extend(mistakes("resource", "appstreaming_delivery_group_authorization", [
        (json!({"user_type": "ad", "ad_domain": "example.com", "user_names": ["EXAMPLE\\alice", "alice@example.com"]}), "user_names", "\"EXAMPLE\\\\alice\" and \"alice@example.com\" are one user to the service. Remove one of them."),
        (json!({"delivery_group_id": null}), "delivery_group_id", "It or one of \"delivery_group_set_id\" must be set."),
        (json!({"delivery_group_set_id": "set-1"}), "delivery_group_id", "It cannot be set together with \"delivery_group_set_id\"; remove one of them."),
        (json!({"delivery_group_id": "aig/1"}), "delivery_group_id", "It must consist of 1 to 128 letters, digits, hyphens and the signs _ . :; it is \"aig/1\"."),
        (json!({"delivery_group_id": null, "delivery_group_set_id": "two words"}), "delivery_group_set_id", "It must consist of 1 to 128 letters, digits, hyphens and the signs _ . :; it is \"two words\"."),
        (json!({"user_names": [""]}), "user_names", "It must have 1 to 256 characters; \"\" has 0."),
        (json!({"user_names": ["a".repeat(257)]}), "user_names", "It must have 1 to 256 characters; \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…\" has 257."),
        (json!({"user_names": ["alice", ""]}), "user_names", "It must have 1 to 256 characters; \"\" has 0."),
        (json!({"user_names": [" "]}), "user_names", "It must not begin or end with white space, nor hold line breaks or tabs; it is \" \"."),
        (json!({"user_names": ["alice\n"]}), "user_names", "It must not begin or end with white space, nor hold line breaks or tabs; it is \"alice\\n\"."),
        (json!({"user_names": ["Alice", "alice"]}), "user_names", "\"Alice\" and \"alice\" are one user to the service. Remove one of them."),
        (json!({"user_group_ids": [""]}), "user_group_ids", "It must consist of 1 to 128 letters, digits, hyphens and the signs _ . :; it is \"\"."),
        (json!({"user_group_ids": ["ug 1"]}), "user_group_ids", "It must consist of 1 to 128 letters, digits, hyphens and the signs _ . :; it is \"ug 1\"."),
        (json!({"user_type": "ldap"}), "user_type", "It must be one of \"simple\", \"ad\"; it is \"ldap\"."),
        (json!({"user_type": "AD"}), "user_type", "It must be one of \"simple\", \"ad\"; it is \"AD\"."),
        (json!({"user_type": "ad"}), "user_type", "Users of the type \"ad\" belong to a domain: set ad_domain."),
        (json!({"user_type": "simple", "ad_domain": "example.com"}), "ad_domain", "Users of the type \"simple\" have no AD domain. Remove it, or set user_type to \"ad\"."),
        (json!({"ad_domain": "example.com"}), "ad_domain", "It needs \"user_type\" to be set too."),
        (json!({"user_type": "ad", "ad_domain": ""}), "ad_domain", "It must consist of names joined by dots, such as example.com; it is \"\"."),
        (json!({"user_type": "ad", "ad_domain": "not a domain"}), "ad_domain", "It must consist of names joined by dots, such as example.com; it is \"not a domain\"."),
        (json!({"persistent_session_id": ""}), "persistent_session_id", "It must consist of 1 to 128 letters, digits, hyphens and the signs _ . :; it is \"\"."),
        (json!({"persistent_session_id": "p 1"}), "persistent_session_id", "It must consist of 1 to 128 letters, digits, hyphens and the signs _ . :; it is \"p 1\"."),
        (json!({"product_type": "AndroidCloud"}), "product_type", "It must be \"CloudApp\"; it is \"AndroidCloud\"."),
        (json!({"timeouts": {"create": "eine Stunde"}}), "timeouts.create", "It must be a duration such as \"90s\", \"30m\" or \"1h30m\"; it is \"eine Stunde\"."),
        (json!({"timeouts": {"delete": "0m"}}), "timeouts.delete", "It must be a duration such as \"90s\", \"30m\" or \"1h30m\"; it is \"0m\"."),
        (json!({"user_names": ["alice "]}), "user_names", "It must not begin or end with white space, nor hold line breaks or tabs; it is \"alice \"."),
    ]));
    all.extend(mistakes("resource", "appstreaming_delivery_group_image", [
        (json!({"delivery_group_id": ""}), "delivery_group_id", "It must consist of 1 to 128 letters, digits, hyphens and the signs _ . :; it is \"\"."),
        (json!({"delivery_group_id": "aig 1"}), "delivery_group_id", "It must consist of 1 to 128 letters, digits, hyphens and the signs _ . :; it is \"aig 1\"."),
        (json!({"delivery_group_id": "a".repeat(129)}), "delivery_group_id", "It must consist of 1 to 128 letters, digits, hyphens and the signs _ . :; it is \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…\"."),
        (json!({"image_id": ""}), "image_id", "It must consist of 1 to 128 letters, digits, hyphens and the signs _ . :; it is \"\"."),
        (json!({"image_id": "img/1"}), "image_id", "It must consist of 1 to 128 letters, digits, hyphens and the signs _ . :; it is \"img/1\"."),
        (json!({"region": "China"}), "region", "It must consist of 1 to 64 lower-case letters, digits and hyphens; it is \"China\"."),
        (json!({"region": ""}), "region", "It must consist of 1 to 64 lower-case letters, digits and hyphens; it is \"\"."),
        (json!({"product_type": "CloudBrowser"}), "product_type", "It must be \"CloudApp\"; it is \"CloudBrowser\"."),
        (json!({"on_destroy": "delete"}), "on_destroy", "It must be one of \"keep\", \"restore\"; it is \"delete\"."),
        (json!({"on_destroy": "Keep"}), "on_destroy", "It must be one of \"keep\", \"restore\"; it is \"Keep\"."),
        (json!({"timeouts": {"create": "soon"}}), "timeouts.create", "It must be a duration such as \"90s\", \"30m\" or \"1h30m\"; it is \"soon\"."),
        (json!({"timeouts": {"update": "0s"}}), "timeouts.update", "It must be a duration such as \"90s\", \"30m\" or \"1h30m\"; it is \"0s\"."),
        (json!({"timeouts": {"delete": "-5m"}}), "timeouts.delete", "It must be a duration such as \"90s\", \"30m\" or \"1h30m\"; it is \"-5m\"."),
        (json!({"timeouts": {"create": "30"}}), "timeouts.create", "It must be a duration such as \"90s\", \"30m\" or \"1h30m\"; it is \"30\"."),
    ]));
    all.extend(mistakes("resource", "appstreaming_delivery_group_ota_approval", [
        (json!({"delivery_group_id": ""}), "delivery_group_id", "It must consist of 1 to 128 letters, digits, hyphens and the signs _ . :; it is \"\"."),
        (json!({"region": "cn_hangzhou"}), "region", "It must consist of 1 to 64 lower-case letters, digits and hyphens; it is \"cn_hangzhou\"."),
        (json!({"ota_type": "fota"}), "ota_type", "It must be \"Fota\"; it is \"fota\"."),
        (json!({"start_time": ""}), "start_time", "It must be a time in RFC 3339, such as \"2026-08-04T02:00:00+08:00\" or \"2026-08-03T18:00:00Z\"; it is \"\"."),
        (json!({"start_time": "tomorrow"}), "start_time", "It must be a time in RFC 3339, such as \"2026-08-04T02:00:00+08:00\" or \"2026-08-03T18:00:00Z\"; it is \"tomorrow\"."),
        (json!({"start_time": "2026-08-04"}), "start_time", "It must be a time in RFC 3339, such as \"2026-08-04T02:00:00+08:00\" or \"2026-08-03T18:00:00Z\"; it is \"2026-08-04\"."),
        (json!({"start_time": "2026-08-04T02:00:00"}), "start_time", "It must be a time in RFC 3339, such as \"2026-08-04T02:00:00+08:00\" or \"2026-08-03T18:00:00Z\"; it is \"2026-08-04T02:00:00\"."),
        (json!({"start_time": "2026-08-04T02:00Z"}), "start_time", "It must be a time in RFC 3339, such as \"2026-08-04T02:00:00+08:00\" or \"2026-08-03T18:00:00Z\"; it is \"2026-08-04T02:00Z\"."),
        (json!({"start_time": "2026-02-30T02:00:00Z"}), "start_time", "It must be a time in RFC 3339, such as \"2026-08-04T02:00:00+08:00\" or \"2026-08-03T18:00:00Z\"; it is \"2026-02-30T02:00:00Z\"."),
        (json!({"start_time": "04.08.2026 02:00"}), "start_time", "It must be a time in RFC 3339, such as \"2026-08-04T02:00:00+08:00\" or \"2026-08-03T18:00:00Z\"; it is \"04.08.2026 02:00\"."),
    ]));
    all.extend(mistakes(
        "resource",
        "appstreaming_delivery_group_session_log_off",
        [
            (
                json!({"delivery_group_id": "a,b"}),
                "delivery_group_id",
                "It must consist of 1 to 128 letters, digits, hyphens and the signs _ . :; it is \"a,b\".",
            ),
            (
                json!({"region": "EU"}),
                "region",
                "It must consist of 1 to 64 lower-case letters, digits and hyphens; it is \"EU\".",
            ),
            (json!({"product_type": "Cloud"}), "product_type", "It must be \"CloudApp\"; it is \"Cloud\"."),
            (
                json!({"timeouts": {"create": "never"}}),
                "timeouts.create",
                "It must be a duration such as \"90s\", \"30m\" or \"1h30m\"; it is \"never\".",
            ),
        ],
    ));
    all.extend(mistakes("action", "appstreaming_delivery_group_approve_ota", [
        (json!({"delivery_group_id": ""}), "delivery_group_id", "It must consist of 1 to 128 letters, digits, hyphens and the signs _ . :; it is \"\"."),
        (json!({"region": "cn hangzhou"}), "region", "It must consist of 1 to 64 lower-case letters, digits and hyphens; it is \"cn hangzhou\"."),
        (json!({"ota_type": "Sota"}), "ota_type", "It must be \"Fota\"; it is \"Sota\"."),
        (json!({"start_time": "at night"}), "start_time", "It must be a time in RFC 3339, such as \"2026-08-04T02:00:00+08:00\" or \"2026-08-03T18:00:00Z\"; it is \"at night\"."),
    ]));
    all.extend(mistakes("action", "appstreaming_delivery_group_log_off_sessions", [
        (json!({"delivery_group_id": "a".repeat(129)}), "delivery_group_id", "It must consist of 1 to 128 letters, digits, hyphens and the signs _ . :; it is \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…\"."),
        (json!({"region": "Hangzhou"}), "region", "It must consist of 1 to 64 lower-case letters, digits and hyphens; it is \"Hangzhou\"."),
        (json!({"product_type": "cloudapp"}), "product_type", "It must be \"CloudApp\"; it is \"cloudapp\"."),
        (json!({"timeout": "long"}), "timeout", "It must be a duration such as \"90s\", \"30m\" or \"1h30m\"; it is \"long\"."),
        (json!({"timeout": "0s"}), "timeout", "It must be a duration such as \"90s\", \"30m\" or \"1h30m\"; it is \"0s\"."),
    ]));
    all
}
