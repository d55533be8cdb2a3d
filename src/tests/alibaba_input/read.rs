//! Mistakes in data sources and list resources.

use serde_json::json;

use super::{Mistake, mistakes};

pub(super) fn read() -> Vec<Mistake> {
    let mut all = Vec::new();
    all.extend(mistakes(
        "data source",
        "appstreaming_delivery_group",
        [
            (
                json!({"delivery_group_id": ""}),
                "delivery_group_id",
                "It must consist of 1 to 128 letters, digits, hyphens and the signs _ . :; it is \"\".",
            ),
            (json!({"product_type": "Desktop"}), "product_type", "It must be \"CloudApp\"; it is \"Desktop\"."),
            (
                json!({"region": "!"}),
                "region",
                "It must consist of 1 to 64 lower-case letters, digits and hyphens; it is \"!\".",
            ),
        ],
    ));
    all.extend(mistakes("data source", "appstreaming_delivery_groups", [
        (json!({"delivery_group_id": "aig?1"}), "delivery_group_id", "It must consist of 1 to 128 letters, digits, hyphens and the signs _ . :; it is \"aig?1\"."),
        (json!({"name": ""}), "name", "It must have 1 to 100 characters; \"\" has 0."),
        (json!({"name": "a".repeat(101)}), "name", "It must have 1 to 100 characters; \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…\" has 101."),
        (json!({"image_id": "img 1"}), "image_id", "It must consist of 1 to 128 letters, digits, hyphens and the signs _ . :; it is \"img 1\"."),
        (json!({"region": "cn-Hangzhou"}), "region", "It must consist of 1 to 64 lower-case letters, digits and hyphens; it is \"cn-Hangzhou\"."),
        (json!({"region_id": ""}), "region_id", "It must consist of 1 to 64 lower-case letters, digits and hyphens; it is \"\"."),
        (json!({"node_instance_type": ""}), "node_instance_type", "It must consist of 1 to 128 letters, digits, hyphens and the signs _ . :; it is \"\"."),
        (json!({"office_site_id": ""}), "office_site_id", "It must have 1 to 128 characters; \"\" has 0."),
        (json!({"product_type": "App"}), "product_type", "It must be \"CloudApp\"; it is \"App\"."),
        (json!({"status": ["Published"]}), "status", "It must be one of \"PUBLISHED\", \"MAINTAINING\", \"MAINTAIN_FAILED\", \"DEPLOYING\", \"FAILED\", \"EXPIRED\", \"CEASED\", \"DELETING\", \"UNAVAILABLE\"; it is \"Published\"."),
        (json!({"status": []}), "status", "It must have 1 to 9 elements; it has 0."),
        (json!({"tags": {}}), "tags", "It must have 1 to 20 elements; it has 0."),
        (json!({"tags": {"": "x"}}), "tags", "It must have 1 to 128 characters; \"\" has 0."),
        (json!({"tags": {"k": "a".repeat(129)}}), "tags", "It must have 0 to 128 characters; \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…\" has 129."),
        (json!({"user_group_ids": []}), "user_group_ids", "It must have 1 to 100 elements; it has 0."),
        (json!({"user_group_ids": ["a b"]}), "user_group_ids", "It must consist of 1 to 128 letters, digits, hyphens and the signs _ . :; it is \"a b\"."),
        (json!({"excluded_user_group_ids": [""]}), "excluded_user_group_ids", "It must consist of 1 to 128 letters, digits, hyphens and the signs _ . :; it is \"\"."),
    ]));
    all.extend(mistakes("list resource", "appstreaming_delivery_group_image", [
        (json!({"delivery_group_id": "aig?1"}), "delivery_group_id", "It must consist of 1 to 128 letters, digits, hyphens and the signs _ . :; it is \"aig?1\"."),
        (json!({"status": ["RUNNING"]}), "status", "It must be one of \"PUBLISHED\", \"MAINTAINING\", \"MAINTAIN_FAILED\", \"DEPLOYING\", \"FAILED\", \"EXPIRED\", \"CEASED\", \"DELETING\", \"UNAVAILABLE\"; it is \"RUNNING\"."),
    ]));
    all.extend(mistakes(
        "list resource",
        "appstreaming_delivery_group_authorization",
        [
            (
                json!({"delivery_group_id": "aig?1"}),
                "delivery_group_id",
                "It must consist of 1 to 128 letters, digits, hyphens and the signs _ . :; it is \"aig?1\".",
            ),
            (json!({"name": ""}), "name", "It must have 1 to 100 characters; \"\" has 0."),
        ],
    ));
    all.extend(mistakes(
        "data source",
        "appstreaming_delivery_group_users",
        [
            (
                json!({"delivery_group_id": null}),
                "delivery_group_id",
                "It or one of \"delivery_group_set_id\" must be set.",
            ),
            (
                json!({"delivery_group_set_id": "set-1"}),
                "delivery_group_id",
                "It cannot be set together with \"delivery_group_set_id\"; remove one of them.",
            ),
            (
                json!({"persistent_session_id": ""}),
                "persistent_session_id",
                "It must consist of 1 to 128 letters, digits, hyphens and the signs _ . :; it is \"\".",
            ),
            (json!({"product_type": "x"}), "product_type", "It must be \"CloudApp\"; it is \"x\"."),
            (
                json!({"region": "a b"}),
                "region",
                "It must consist of 1 to 64 lower-case letters, digits and hyphens; it is \"a b\".",
            ),
        ],
    ));
    all.extend(mistakes(
        "data source",
        "appstreaming_delivery_group_sessions",
        [
            (
                json!({"delivery_group_id": ""}),
                "delivery_group_id",
                "It must consist of 1 to 128 letters, digits, hyphens and the signs _ . :; it is \"\".",
            ),
            (json!({"session_ids": []}), "session_ids", "It must have 1 to 100 elements; it has 0."),
            (
                json!({"session_ids": ["a b"]}),
                "session_ids",
                "It must consist of 1 to 128 letters, digits, hyphens and the signs _ . :; it is \"a b\".",
            ),
            (json!({"user_names": [""]}), "user_names", "It must have 1 to 256 characters; \"\" has 0."),
            (
                json!({"status": ["running"]}),
                "status",
                "It must consist of capital letters and underscores, such as RUNNING; it is \"running\".",
            ),
            (json!({"include_deleted": true}), "include_deleted", "It needs \"session_ids\" to be set too."),
        ],
    ));
    all.extend(mistakes("data source", "appstreaming_images", [
        (json!({"image_id": ""}), "image_id", "It must have 1 to 128 characters; \"\" has 0."),
        (json!({"image_name": "a".repeat(129)}), "image_name", "It must have 1 to 128 characters; \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…\" has 129."),
        (json!({"regions": ["China"]}), "regions", "It must consist of 1 to 64 lower-case letters, digits and hyphens; it is \"China\"."),
        (json!({"features": []}), "features", "It must have 1 to 100 elements; it has 0."),
        (json!({"biz_type": 1.5}), "biz_type", "It must be a whole number; it is 1.5."),
        (json!({"biz_types": [1, 2.5]}), "biz_types", "It must be a whole number; it is 2.5."),
        (json!({"tags": {("a".repeat(129)): "x"}}), "tags", "It must have 1 to 128 characters; \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…\" has 129."),
    ]));
    all.extend(mistakes(
        "data source",
        "appstreaming_ota_tasks",
        [
            (
                json!({"delivery_group_id": "*!"}),
                "delivery_group_id",
                "It must consist of 1 to 128 letters, digits, hyphens and the signs _ . :; it is \"*!\".",
            ),
            (json!({"ota_type": "other"}), "ota_type", "It must be \"Fota\"; it is \"other\"."),
            (
                json!({"region": "Region"}),
                "region",
                "It must consist of 1 to 64 lower-case letters, digits and hyphens; it is \"Region\".",
            ),
        ],
    ));
    all.extend(mistakes(
        "data source",
        "appstreaming_regions",
        [(json!({"product_type": "CloudDesktop"}), "product_type", "It must be \"CloudApp\"; it is \"CloudDesktop\".")],
    ));
    all
}
