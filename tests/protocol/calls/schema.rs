//! What the provider says that it serves, and the checks of configurations.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};
use tfplug::proto::tfplugin6 as proto;

use super::{
    session::{CLIENT, Session, THING, TRIGGER, only, path},
    values::{UNKNOWN, sent, type_of, value},
};

const CAPABILITIES: proto::ServerCapabilities = proto::ServerCapabilities {
    plan_destroy: true,
    get_provider_schema_optional: true,
    move_resource_state: true,
    generate_resource_config: true,
};

#[tokio::test]
async fn metadata_and_schemas_name_the_same_things_and_the_capabilities() {
    let mut session = Session::start().await;
    let metadata = session.client.get_metadata(proto::get_metadata::Request {}).await.unwrap().into_inner();
    let schemas = &session.schemas;
    assert_eq!(metadata.server_capabilities, Some(CAPABILITIES));
    assert_eq!(schemas.server_capabilities, Some(CAPABILITIES));

    let names = |names: Vec<String>| names.into_iter().collect::<BTreeSet<_>>();
    let resources = names(metadata.resources.into_iter().map(|it| it.type_name).collect());
    assert_eq!(resources, names(vec!["tfplugtest_share".to_owned(), THING.to_owned(), TRIGGER.to_owned()]));
    assert_eq!(resources, schemas.resource_schemas.keys().cloned().collect());
    let of = |served: Vec<String>| names(served);
    assert_eq!(
        of(metadata.data_sources.into_iter().map(|it| it.type_name).collect()),
        schemas.data_source_schemas.keys().cloned().collect()
    );
    assert_eq!(
        of(metadata.ephemeral_resources.into_iter().map(|it| it.type_name).collect()),
        schemas.ephemeral_resource_schemas.keys().cloned().collect()
    );
    assert_eq!(
        of(metadata.list_resources.into_iter().map(|it| it.type_name).collect()),
        schemas.list_resource_schemas.keys().cloned().collect()
    );
    assert_eq!(
        of(metadata.actions.into_iter().map(|it| it.type_name).collect()),
        schemas.action_schemas.keys().cloned().collect()
    );
    assert_eq!(
        of(metadata.functions.into_iter().map(|it| it.name).collect()),
        schemas.functions.keys().cloned().collect()
    );
    assert!(metadata.state_stores.is_empty() && schemas.state_store_schemas.is_empty());
    session.shutdown().await;
}

#[tokio::test]
async fn an_attribute_says_on_the_wire_what_its_author_said() {
    let session = Session::start().await;
    let schema = &session.schemas.resource_schemas[THING];
    assert_eq!(schema.version, 1);
    let block = schema.block.as_ref().unwrap();
    let attribute = |name: &str| block.attributes.iter().find(|attribute| attribute.name == name).unwrap();
    let flags = |name: &str| {
        let it = attribute(name);
        (it.required, it.optional, it.computed)
    };
    assert_eq!(flags("name"), (true, false, false));
    assert_eq!(flags("note"), (false, true, false));
    assert_eq!(flags("id"), (false, false, true));
    assert_eq!(flags("zone"), (false, true, true));
    assert_eq!(flags("size"), (false, true, true), "a default is only allowed where a value may be computed");
    assert!(attribute("secret").sensitive && !attribute("note").sensitive);
    assert!(attribute("password").write_only && !attribute("secret").write_only);
    assert!(attribute("old_note").deprecated);
    assert_eq!(attribute("old_note").deprecation_message, "Use `note`.");
    assert_eq!(attribute("anything").r#type.as_ref(), b"\"dynamic\"");
    assert_eq!(attribute("name").description_kind(), proto::StringKind::Markdown);
    let step = block.block_types.iter().find(|nested| nested.type_name == "step").unwrap();
    assert_eq!((step.min_items, step.max_items), (0, 3));
    session.shutdown().await;
}

#[tokio::test]
async fn identity_schemas_say_what_an_import_must_give() {
    let mut session = Session::start().await;
    let request = proto::get_resource_identity_schemas::Request {};
    let answer = session.client.get_resource_identity_schemas(request).await.unwrap().into_inner();
    assert_eq!(
        answer.identity_schemas.keys().collect::<Vec<_>>(),
        [THING],
        "a resource without identity has no schema"
    );
    let schema = &answer.identity_schemas[THING];
    assert_eq!(schema.version, 1);
    let attributes: Vec<_> = schema
        .identity_attributes
        .iter()
        .map(|it| (it.name.as_str(), it.required_for_import, it.optional_for_import))
        .collect();
    assert_eq!(attributes, [("name", true, false), ("zone", false, true)]);
    session.shutdown().await;
}

#[tokio::test]
async fn a_state_store_that_the_provider_does_not_have_is_an_error_that_names_it() {
    let mut session = Session::start().await;
    let client = &mut session.client;
    let type_name = || "elsewhere_store".to_owned();
    let validate = proto::validate_state_store::Request { type_name: type_name(), ..Default::default() };
    let configure = proto::configure_state_store::Request { type_name: type_name(), ..Default::default() };
    let states = proto::get_states::Request { type_name: type_name() };
    let delete = proto::delete_state::Request { type_name: type_name(), ..Default::default() };
    let lock = proto::lock_state::Request { type_name: type_name(), ..Default::default() };
    let unlock = proto::unlock_state::Request { type_name: type_name(), ..Default::default() };
    let read = proto::read_state_bytes::Request { type_name: type_name(), ..Default::default() };
    let told = [
        client.validate_state_store_config(validate).await.unwrap().into_inner().diagnostics,
        client.configure_state_store(configure).await.unwrap().into_inner().diagnostics,
        client.get_states(states).await.unwrap().into_inner().diagnostics,
        client.delete_state(delete).await.unwrap().into_inner().diagnostics,
        client.lock_state(lock).await.unwrap().into_inner().diagnostics,
        client.unlock_state(unlock).await.unwrap().into_inner().diagnostics,
        client.read_state_bytes(read).await.unwrap().into_inner().message().await.unwrap().unwrap().diagnostics,
    ];
    for diagnostics in told {
        only(&diagnostics);
        let text = format!("{} {}", diagnostics[0].summary, diagnostics[0].detail);
        assert!(text.contains("elsewhere_store"), "{text}");
    }
    session.shutdown().await;
}

#[tokio::test]
async fn validators_give_the_attribute_s_path() {
    let mut session = Session::start().await;
    for (config, place) in [
        (json!({ "name": "much-too-long" }), "name"),
        (json!({ "name": "a", "size": 101 }), "size"),
        (json!({ "name": "a", "policy": { "kind": "medium" } }), "policy.kind"),
        (json!({ "name": "a", "users": ["far-too-long-a-name"] }), "users"),
        (json!({ "name": "a", "timeouts": { "create": "soon" } }), "timeouts.create"),
        (json!({ "name": "bad" }), "name"),
    ] {
        let diagnostics = session.validate(&config, CLIENT).await;
        only(&diagnostics);
        assert_eq!(path(diagnostics[0].attribute.as_ref()), place, "{config}");
    }
    session.shutdown().await;
}

#[tokio::test]
async fn validators_pass_over_what_is_unknown() {
    let mut session = Session::start().await;
    let unknown = json!({
        "name": UNKNOWN, "size": UNKNOWN, "note": UNKNOWN, "users": [UNKNOWN], "secret": UNKNOWN,
        "policy": { "kind": UNKNOWN }, "rules": UNKNOWN, "step": UNKNOWN, "timeouts": { "create": UNKNOWN },
    });
    assert_eq!(session.validate(&unknown, CLIENT).await, []);
    session.shutdown().await;
}

#[tokio::test]
async fn a_sensitive_value_is_not_repeated_in_a_diagnostic() {
    let mut session = Session::start().await;
    let diagnostics = session.validate(&json!({ "name": "a", "secret": "hunter2" }), CLIENT).await;
    let (summary, detail) = only(&diagnostics);
    assert!(!summary.contains("hunter2") && !detail.contains("hunter2"), "{summary}: {detail}");
    session.shutdown().await;
}

#[tokio::test]
async fn two_attributes_that_conflict_and_one_that_is_deprecated_are_told() {
    let mut session = Session::start().await;
    let diagnostics = session.validate(&json!({ "name": "a", "note": "x", "old_note": "y" }), CLIENT).await;
    let told: Vec<_> = diagnostics.iter().map(|it| (it.severity(), path(it.attribute.as_ref()))).collect();
    use proto::diagnostic::Severity;
    assert_eq!(told, [(Severity::Error, "note".to_owned()), (Severity::Warning, "old_note".to_owned())]);
    session.shutdown().await;
}

#[tokio::test]
async fn a_write_only_value_needs_a_client_that_knows_them() {
    let mut session = Session::start().await;
    let config = json!({ "name": "a", "password": "swordfish" });
    assert_eq!(session.validate(&config, CLIENT).await, []);
    let older = proto::ClientCapabilities { write_only_attributes_allowed: false, ..CLIENT };
    let diagnostics = session.validate(&config, older).await;
    assert!(only(&diagnostics).0.contains("newer Terraform"));
    assert_eq!(path(diagnostics[0].attribute.as_ref()), "password");
    session.shutdown().await;
}

#[tokio::test]
async fn the_provider_block_is_checked_and_configured() {
    let mut session = Session::start().await;
    let ty = type_of(session.schemas.provider.as_ref().unwrap().block.as_ref().unwrap());
    let config = Some(sent(&value(&json!({ "folder": "" }), &ty), &ty));
    let request = proto::validate_provider_config::Request { config };
    let diagnostics = session.client.validate_provider_config(request).await.unwrap().into_inner().diagnostics;
    assert_eq!(only(&diagnostics).0, "No folder");
    assert_eq!(path(diagnostics[0].attribute.as_ref()), "folder");

    let diagnostics = session.configure(&json!({ "warning": "beware" }), CLIENT).await;
    assert_eq!(only(&diagnostics), ("A warning", "beware"));
    session.shutdown().await;
}

#[tokio::test]
async fn a_type_that_is_not_served_is_an_error() {
    let mut session = Session::configured().await;
    let request = proto::read_resource::Request { type_name: "tfplugtest_nothing".to_owned(), ..Default::default() };
    let answer = session.read_of(request).await;
    let (summary, detail) = only(&answer.diagnostics);
    assert_eq!(summary, "Unknown resource type");
    assert!(detail.contains("tfplugtest_nothing"));
    session.shutdown().await;
}

#[tokio::test]
async fn a_panic_in_a_validation_is_a_diagnostic_with_the_resource_s_name() {
    let mut session = Session::start().await;
    let diagnostics = session.validate(&json!({ "name": "panic" }), CLIENT).await;
    let (summary, detail) = only(&diagnostics);
    assert!(summary.contains(THING) && detail.contains("the validation breaks"), "{summary}: {detail}");
    assert_eq!(session.validate(&json!({ "name": "fine" }), CLIENT).await, [], "the plugin lives on");
    session.shutdown().await;
}

#[tokio::test]
async fn provider_meta_has_a_schema() {
    let session = Session::start().await;
    let meta = session.schemas.provider_meta.as_ref().unwrap().block.as_ref().unwrap();
    assert_eq!(type_of(meta).to_json()[1], json!({ "module": "string" }));
    assert_ne!(type_of(meta).to_json(), Json::Null);
    session.shutdown().await;
}
