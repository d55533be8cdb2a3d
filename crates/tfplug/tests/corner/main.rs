//! The provider of terraform-plugin-framework's acceptance tests, without Terraform: that it can be served, and what it
//! needs of tfplug that no other provider of ours does.

#![allow(clippy::unwrap_used, clippy::expect_used)]

// Its `main` starts a process of its own.
#[allow(dead_code)]
#[path = "provider/main.rs"]
mod provider;

use serde_json::{Value as Json, json};
use tfplug::{
    DeferredReason,
    testing::{Host, Kind, MoveFrom, PlannedAction, Terraform, schema_problems, shown, validate},
};

use self::provider::Corner;

async fn host() -> Host {
    let host = Host::in_process(Corner::default()).await.unwrap();
    host.configure(&json!({})).await.unwrap();
    host
}

#[test]
fn its_schemas_can_work() {
    assert_eq!(schema_problems(&Corner::default()), Vec::<String>::new());
}

#[tokio::test]
async fn every_kind_of_attribute_and_block_comes_back_as_it_was() {
    let host = host().await;
    let config = json!({
        "bool_attribute": true, "dynamic_attribute": { "a": [1, "b"] }, "float32_attribute": 1.5,
        "float64_attribute": 0.1, "int32_attribute": -7, "int64_attribute": 7, "list_attribute": ["a"],
        "list_nested_attribute": [{ "list_nested_attribute_attribute": "a" }], "map_attribute": { "k": "a" },
        "map_nested_attribute": { "k": { "map_nested_attribute_attribute": "a" } }, "number_attribute": 12.5,
        "object_attribute": { "object_attribute_attribute": "a" },
        "object_attribute_with_dynamic": { "dynamic_attribute": false }, "set_attribute": ["a", "b"],
        "set_nested_attribute": [{ "set_nested_attribute_attribute": "a" }],
        "single_nested_attribute": { "single_nested_attribute_attribute": "a" },
        "single_nested_attribute_with_dynamic": { "dynamic_attribute": ["a"] }, "string_attribute": "a",
        "list_nested_block": [{ "list_nested_block_attribute": "a" }],
        "set_nested_block": [{ "set_nested_block_attribute": "a" }],
        "single_nested_block": { "single_nested_block_attribute": "a" },
        "single_nested_block_with_dynamic": { "dynamic_attribute": 1 },
    });
    let state = host.create("framework_schema", &config).await.unwrap();
    assert_eq!(state.shown(), config);
    assert_eq!(host.open("framework_schema", &config).await.unwrap().shown(), config);
    host.destroy(&state).await.unwrap();
}

const ADDRESSES: &str = "framework_set_semantic_equality";

fn addresses(unspecified: &str, loopback: &str, first: &str) -> Json {
    let other = "0:0:0:0:0:FFFF:192.168.255.255";
    json!({
        "set_of_ipv6": [unspecified, "2001:0DB8:0000:0000:0008:0800:200C:417A", loopback, other],
        "set_nested_attribute": [{ "ipv6": "2041:0000:140F:0000:0000:0000:875B:131B" }, { "ipv6": first }],
        "set_nested_block": [
            { "ipv6": "FF01:0:0:0:0:0:0:0" }, { "ipv6": "2001:db8::8:800:200c:417a" }, { "ipv6": other },
        ],
    })
}

#[tokio::test]
async fn what_a_provider_gives_back_in_other_words_keeps_those_of_the_configuration() {
    let host = host().await;
    let config = addresses("0:0:0:0:0:0:0:0", "0:0:0:0:0:0:0:101", "2001:0001:0002:0003:0004:0005:0006:0007");
    let state = host.create(ADDRESSES, &config).await.unwrap();
    let refreshed = host.refresh(&state).await.unwrap().state.unwrap();
    assert_eq!(refreshed.value, state.value);
    assert!(state.shown().to_string().contains("0:0:0:0:0:0:0:101"), "{}", state.shown());
    let planned = host.plan(ADDRESSES, Some(&state), &config).await.unwrap();
    assert_eq!(planned.action, PlannedAction::NoOp);
}

#[tokio::test]
async fn where_only_results_may_be_in_other_words_those_of_the_configuration_are_a_change() {
    let host = host().await;
    let config = addresses("0:0:0:0:0:0:0:0", "0:0:0:0:0:0:0:101", "2001:0001:0002:0003:0004:0005:0006:0007");
    let state = host.create(ADDRESSES, &config).await.unwrap();
    let config = addresses("::", "0:0:0:0:0:0:0:101", "2001:1:2:3:4:5:6:7");
    let planned = host.plan(ADDRESSES, Some(&state), &config).await.unwrap();
    assert_eq!(planned.action, PlannedAction::Update);
    let state = host.update(&state, &config).await.unwrap();
    let shown = state.shown();
    assert!(shown["set_of_ipv6"].as_array().unwrap().contains(&json!("::")), "{shown}");
    assert!(shown["set_nested_attribute"].as_array().unwrap().contains(&json!({ "ipv6": "2001:1:2:3:4:5:6:7" })));
    host.check_settled(&state, &config).await.unwrap();
}

#[tokio::test]
async fn what_was_moved_has_an_identity_that_its_new_state_does_not_tell() {
    let host = host().await;
    let old = host.create("framework_identity", &json!({ "name": "tom" })).await.unwrap();
    let from = MoveFrom {
        provider_address: "registry.terraform.io/hashicorp/framework".to_owned(),
        type_name: old.type_name.clone(),
        attributes: old.stored(),
        identity: Some(old.shown_identity()),
        ..MoveFrom::default()
    };
    let moved = host.move_state(&from, "framework_move_state").await.unwrap();
    assert_eq!(moved.shown(), json!({ "moved_random_string": "tom" }));
    assert_eq!(moved.shown_identity(), json!({ "id": "id-123" }));
    let refreshed = host.refresh(&moved).await.unwrap().state.unwrap();
    assert_eq!(refreshed.shown_identity(), json!({ "id": "id-123" }));
    // Where the source has none, the state is asked.
    let random = MoveFrom {
        type_name: "random_string".to_owned(),
        attributes: json!({ "result": "abc", "length": 3 }),
        identity: None,
        ..from
    };
    let moved = host.move_state(&random, "framework_move_state").await.unwrap();
    assert_eq!(moved.shown_identity(), json!({ "id": "abc" }));
}

/// A host whose provider asks for all to wait, with a Terraform that can or cannot.
async fn waiting(deferral_allowed: bool) -> Host {
    let mut terraform = Terraform::default();
    terraform.deferral_allowed = deferral_allowed;
    let host = Host::in_process(Corner::default()).await.unwrap().with_terraform(terraform);
    host.configure(&json!({ "deferral": true })).await.unwrap();
    host
}

const WAITS: &str = "framework_deferred_action";
const PLANS: &str = "framework_deferred_action_plan_modification";

#[tokio::test]
async fn everything_waits_for_a_provider_that_asks_for_it_where_terraform_can_wait() {
    let host = waiting(true).await;
    // There is no such ID. The plan of the one resource would say so, and is not asked.
    let planned = host.plan(WAITS, None, &json!({ "id": "test", "modify_plan_deferral": true })).await.unwrap();
    assert_eq!(planned.deferred, Some(DeferredReason::ProviderConfigUnknown));
    let host = waiting(false).await;
    let planned = host.plan(WAITS, None, &json!({ "id": "test_id" })).await.unwrap();
    assert_eq!(planned.deferred, None);
}

#[tokio::test]
async fn a_resource_that_plans_without_the_provider_is_asked_although_all_waits() {
    let host = waiting(true).await;
    let refused = host.plan(PLANS, None, &json!({ "id": "test" })).await.unwrap_err();
    assert_eq!(refused.diagnostics()[0].summary, "invalid id value");
    let planned = host.plan(PLANS, None, &json!({ "id": "test_id" })).await.unwrap();
    assert_eq!(planned.deferred, Some(DeferredReason::ProviderConfigUnknown));
    let config = json!({ "id": "test_id", "modify_plan_deferral": true });
    let planned = host.plan(PLANS, None, &config).await.unwrap();
    assert_eq!(planned.deferred, Some(DeferredReason::ResourceConfigUnknown));
}

#[tokio::test]
async fn a_function_of_any_number_of_arguments_of_any_type_gives_back_a_tuple() {
    let host = host().await;
    let arguments = [json!("a"), json!(1), json!([true])];
    let result = host.call_function("dynamic_variadic", &arguments).await.unwrap();
    assert_eq!(shown(&result), json!(["a", 1, [true]]));
}

const STORE: &str = "framework_inmem";

/// Writes, reads, locks and deletes a state in this region.
async fn keeps_states(host: &Host, region: &str) {
    let store = host.open_state_store_in_pieces(STORE, &json!({ "region": region }), 7).await.unwrap();
    assert_eq!((store.states().await, store.read("default").await), (Ok([].into()), Ok(None)));
    let state = b"longer than two pieces";
    store.write("default", state).await.unwrap();
    assert_eq!(store.states().await, Ok(["default".to_owned()].into()));
    assert_eq!(store.read("default").await.unwrap().as_deref(), Some(&state[..]));
    store.write("default", b"short").await.unwrap();
    assert_eq!(store.read("default").await.unwrap().as_deref(), Some(&b"short"[..]));

    let lock = store.lock("default", "OperationTypeApply").await.unwrap().unwrap();
    store.lock("default", "OperationTypePlan").await.unwrap_err();
    store.unlock("default", "another").await.unwrap_err();
    store.unlock("default", &lock).await.unwrap();

    store.delete("default").await.unwrap();
    assert_eq!((store.states().await, store.read("default").await), (Ok([].into()), Ok(None)));
}

#[tokio::test]
async fn states_are_kept_in_pieces() {
    keeps_states(&host().await, "us-east-1").await;
}

#[cfg(feature = "testing")]
#[tokio::test]
async fn states_are_kept_by_a_program() {
    let programs = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("examples");
    let program = programs.join("terraform-provider-framework");
    let host = Host::program(program, &tfplug::testing::ProgramOptions::default()).await.unwrap();
    host.configure(&json!({})).await.unwrap();
    keeps_states(&host, "us-west-2").await;
    host.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_state_store_is_not_opened_with_a_wrong_configuration() {
    let host = host().await;
    let wrong = json!({ "region": "moon" });
    let refused = host.open_state_store(STORE, &wrong).await.err().unwrap();
    assert!(refused.to_string().contains("us-east-1"), "{refused}");
    let refused = host.open_state_store(STORE, &json!({})).await.err().unwrap();
    assert_eq!(refused.diagnostics().len(), 0, "Terraform itself refuses it: {refused}");
    let told = validate(&Corner::default(), Kind::StateStore(STORE), &wrong, &[]).unwrap();
    assert!(told.has_errors());
}
