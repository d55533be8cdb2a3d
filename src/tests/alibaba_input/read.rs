//! Mistakes in data sources and list resources.

use serde_json::json;

use super::{ID, Mistake, REGION, it_is, mistakes};

pub(super) fn read() -> Vec<Mistake> {
    let mut all = Vec::new();
    all.extend(mistakes(
        "data source",
        "appstreaming_delivery_group",
        [
            (json!({"delivery_group_id": ""}), "delivery_group_id", it_is(ID, "")),
            (json!({"product_type": "Desktop"}), "product_type", "It must be \"CloudApp\"; it is \"Desktop\".".into()),
            (json!({"region": "!"}), "region", it_is(REGION, "!")),
        ],
    ));
    all.extend(mistakes(
        "data source",
        "appstreaming_delivery_groups",
        [
            (json!({"delivery_group_id": "aig?1"}), "delivery_group_id", it_is(ID, "aig?1")),
            (json!({"name": ""}), "name", "It must have 1 to 100 characters; \"\" has 0.".into()),
            (
                json!({"name": "a".repeat(101)}),
                "name",
                "It must have 1 to 100 characters; \
             \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…\" has 101."
                    .into(),
            ),
            (json!({"image_id": "img 1"}), "image_id", it_is(ID, "img 1")),
            (json!({"region": "cn-Hangzhou"}), "region", it_is(REGION, "cn-Hangzhou")),
            (json!({"region_id": ""}), "region_id", it_is(REGION, "")),
            (json!({"node_instance_type": ""}), "node_instance_type", it_is(ID, "")),
            (json!({"office_site_id": ""}), "office_site_id", "It must have 1 to 128 characters; \"\" has 0.".into()),
            (json!({"product_type": "App"}), "product_type", "It must be \"CloudApp\"; it is \"App\".".into()),
            (
                json!({"status": ["Published"]}),
                "status",
                "It must be one of \"PUBLISHED\", \"MAINTAINING\", \"MAINTAIN_FAILED\", \"DEPLOYING\", \"FAILED\", \
             \"EXPIRED\", \"CEASED\", \"DELETING\", \"UNAVAILABLE\"; it is \"Published\"."
                    .into(),
            ),
            (json!({"status": []}), "status", "It must have 1 to 9 elements; it has 0.".into()),
            (json!({"tags": {}}), "tags", "It must have 1 to 20 elements; it has 0.".into()),
            (json!({"tags": {"": "x"}}), "tags[\"\"]", "It must have 1 to 128 characters; \"\" has 0.".into()),
            (
                json!({"tags": {"k": "a".repeat(129)}}),
                "tags[\"k\"]",
                "It must have 0 to 128 characters; \
             \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…\" has 129."
                    .into(),
            ),
            (json!({"user_group_ids": []}), "user_group_ids", "It must have 1 to 100 elements; it has 0.".into()),
            (json!({"user_group_ids": ["a b"]}), "user_group_ids", format!("{ID}.")),
            (json!({"excluded_user_group_ids": [""]}), "excluded_user_group_ids", format!("{ID}.")),
        ],
    ));
    all.extend(mistakes(
        "list resource",
        "appstreaming_delivery_group_image",
        [
            (json!({"delivery_group_id": "aig?1"}), "delivery_group_id", it_is(ID, "aig?1")),
            (
                json!({"status": ["RUNNING"]}),
                "status",
                "It must be one of \"PUBLISHED\", \"MAINTAINING\", \"MAINTAIN_FAILED\", \"DEPLOYING\", \"FAILED\", \
             \"EXPIRED\", \"CEASED\", \"DELETING\", \"UNAVAILABLE\"; it is \"RUNNING\"."
                    .into(),
            ),
        ],
    ));
    all.extend(mistakes(
        "list resource",
        "appstreaming_delivery_group_authorization",
        [
            (json!({"delivery_group_id": "aig?1"}), "delivery_group_id", it_is(ID, "aig?1")),
            (json!({"name": ""}), "name", "It must have 1 to 100 characters; \"\" has 0.".into()),
        ],
    ));
    all.extend(mistakes(
        "data source",
        "appstreaming_delivery_group_users",
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
            (json!({"persistent_session_id": ""}), "persistent_session_id", it_is(ID, "")),
            (json!({"product_type": "x"}), "product_type", "It must be \"CloudApp\"; it is \"x\".".into()),
            (json!({"region": "a b"}), "region", it_is(REGION, "a b")),
        ],
    ));
    all.extend(mistakes(
        "data source",
        "appstreaming_delivery_group_sessions",
        [
            (json!({"delivery_group_id": ""}), "delivery_group_id", it_is(ID, "")),
            (json!({"session_ids": []}), "session_ids", "It must have 1 to 100 elements; it has 0.".into()),
            (json!({"session_ids": ["a b"]}), "session_ids", it_is(ID, "a b")),
            (json!({"user_names": [""]}), "user_names", "It must have 1 to 256 characters; the value has 0.".into()),
            (
                json!({"status": ["running"]}),
                "status",
                "It must consist of capital letters and underscores, such as RUNNING; it is \"running\".".into(),
            ),
            (json!({"include_deleted": true}), "include_deleted", "It needs \"session_ids\" to be set too.".into()),
        ],
    ));
    all.extend(mistakes(
        "data source",
        "appstreaming_images",
        [
            (json!({"image_id": ""}), "image_id", "It must have 1 to 128 characters; \"\" has 0.".into()),
            (
                json!({"image_name": "a".repeat(129)}),
                "image_name",
                "It must have 1 to 128 characters; \
             \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…\" has 129."
                    .into(),
            ),
            (json!({"regions": ["China"]}), "regions", it_is(REGION, "China")),
            (json!({"features": []}), "features", "It must have 1 to 100 elements; it has 0.".into()),
            (json!({"biz_type": 1.5}), "biz_type", "It must be a whole number; it is 1.5.".into()),
            (json!({"biz_types": [1, 2.5]}), "biz_types", "It must be a whole number; it is 2.5.".into()),
            (
                json!({"tags": {("a".repeat(129)): "x"}}),
                format!("tags[{:?}]", "a".repeat(129)).leak(),
                "It must have 1 to 128 characters; \
             \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…\" has 129."
                    .into(),
            ),
        ],
    ));
    all.extend(mistakes(
        "data source",
        "appstreaming_ota_tasks",
        [
            (json!({"delivery_group_id": "*!"}), "delivery_group_id", it_is(ID, "*!")),
            (json!({"ota_type": "other"}), "ota_type", "It must be \"Fota\"; it is \"other\".".into()),
            (json!({"region": "Region"}), "region", it_is(REGION, "Region")),
        ],
    ));
    all.extend(mistakes(
        "data source",
        "appstreaming_regions",
        [(
            json!({"product_type": "CloudDesktop"}),
            "product_type",
            "It must be \"CloudApp\"; it is \"CloudDesktop\".".into(),
        )],
    ));
    all
}
