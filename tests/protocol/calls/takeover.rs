//! What the provider itself takes over from the vendor's own.

use serde_json::{Value as Json, json};
use tfplug::proto::tfplugin6 as proto;

use super::session::{Session, only};
use crate::host::Launch;

const GROUP: &str = "appstreaming_server_group";
const PEER: &str = "huaweicloud_workspace_app_server_group";

async fn moved(session: &mut Session, type_name: &str, state: &Json) -> proto::move_resource_state::Response {
    let request = proto::move_resource_state::Request {
        source_provider_address: "registry.terraform.io/huaweicloud/huaweicloud".to_owned(),
        source_type_name: type_name.to_owned(),
        source_schema_version: 0,
        source_state: Some(proto::RawState { json: state.to_string().into_bytes().into(), ..Default::default() }),
        target_type_name: GROUP.to_owned(),
        ..Default::default()
    };
    session.client.move_resource_state(request).await.unwrap().into_inner()
}

/// A state with a value for every argument and attribute of the vendor's schema.
fn peers() -> Json {
    json!({
        "id": "g1", "region": "cn-north-4", "name": "reception", "os_type": "Windows",
        "flavor_id": "workspace.app.x86.4c8g", "vpc_id": "vpc-office", "subnet_id": "subnet-office-1",
        "system_disk_type": "SAS", "system_disk_size": 80, "image_id": "image-1", "image_type": "gold",
        "image_product_id": "product-1", "is_vdi": false, "app_type": "COMMON_APP",
        "availability_zone": "cn-north-4a", "description": "Front desk", "tags": { "team": "desk", "floor": "" },
        "enterprise_project_id": "7", "ip_virtual": [{ "enable": true }],
        "route_policy": [{ "max_session": 10, "cpu_threshold": 80, "mem_threshold": 0 }], "ou_name": "hall",
        "extra_session_type": "CPU", "extra_session_size": 5, "primary_server_group_id": "", "enabled": false,
        "storage_mount_policy": "USER", "project_name": "cn-north-4", "image_min_disk": 40,
        "flavors": [{ "id": "g6.4u.8g", "links": [{ "href": "", "rel": "self" }] }],
    })
}

#[tokio::test]
async fn a_server_group_of_the_vendors_provider_comes_with_all_that_is_known_of_it() {
    let mut session = Session::launch(Launch::provider()).await;
    let answer = moved(&mut session, PEER, &peers()).await;
    assert_eq!(answer.diagnostics, []);
    let mut expected = peers();
    expected["ip_virtual"] = json!({ "enable": true });
    // What the vendor's SDK writes where nothing is set is null here.
    expected["route_policy"] = json!({ "max_session": 10, "cpu_threshold": 80 });
    let attributes = expected.as_object_mut().unwrap();
    attributes.remove("primary_server_group_id");
    // What the flavor consists of is read with `product`.
    attributes.remove("flavors");
    // Which tags are its own, and which the vendor's provider has added, a refresh tells.
    let tags = attributes.remove("tags").unwrap();
    attributes.insert("tags_all".to_owned(), tags);
    assert_eq!(session.shown(GROUP, answer.target_state.as_ref()), expected);
    assert!(answer.target_identity.is_some());

    session.shutdown().await;
}

#[tokio::test]
async fn what_the_vendors_state_leaves_empty_is_not_set() {
    let mut session = Session::launch(Launch::provider()).await;
    let mut empty = peers();
    for (name, value) in empty.as_object_mut().unwrap() {
        *value = match value {
            _ if name == "id" => json!("g1"),
            Json::String(_) => json!(""),
            Json::Number(_) => json!(0),
            Json::Array(_) => json!([]),
            Json::Object(_) => json!({}),
            _ => Json::Null,
        };
    }
    let answer = moved(&mut session, PEER, &empty).await;
    assert_eq!(answer.diagnostics, []);
    // The service reports neither the VPC nor the zone: empty stands for whatever is configured.
    let expected = json!({ "id": "g1", "is_vdi": false, "vpc_id": "", "availability_zone": "" });
    assert_eq!(session.shown(GROUP, answer.target_state.as_ref()), expected);
    session.shutdown().await;
}

#[tokio::test]
async fn what_is_no_server_group_of_the_vendors_is_not_taken_over() {
    let mut session = Session::launch(Launch::provider()).await;
    let answer = moved(&mut session, PEER, &json!({ "id": "", "name": "reception" })).await;
    assert_eq!(only(&answer.diagnostics).0, "Nothing to take over");
    assert!(answer.target_state.is_none());

    let answer = moved(&mut session, "huaweicloud_workspace_app_group", &peers()).await;
    assert!(!answer.diagnostics.is_empty() && answer.target_state.is_none());
    session.shutdown().await;
}
