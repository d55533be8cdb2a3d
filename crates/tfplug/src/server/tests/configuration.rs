//! What the provider serves, and how it gets its configuration.

use std::sync::Mutex;

use tokio_util::sync::CancellationToken;

use super::{provider::region, *};
use crate::{ConfigureContext, Diagnostic};

#[tokio::test]
async fn terraform_is_told_of_everything_that_is_served() {
    let host = Host::new(TestProvider::default());
    let request = Request::new(proto::get_metadata::Request {});
    let metadata = host.service.get_metadata(request).await.unwrap().into_inner();
    assert_eq!(names(&metadata.resources, |it| &it.type_name), ["test_disk", "test_plain", "test_share"]);
    assert_eq!(names(&metadata.data_sources, |it| &it.type_name), ["test_disk"]);
    assert_eq!(names(&metadata.list_resources, |it| &it.type_name), ["test_disk", "test_plain"]);
    assert_eq!(names(&metadata.actions, |it| &it.type_name), ["test_format"]);
    assert_eq!(names(&metadata.ephemeral_resources, |it| &it.type_name), ["test_key"]);
    assert_eq!(names(&metadata.functions, |it| &it.name), ["join"]);
    let capabilities = metadata.server_capabilities.unwrap();
    assert!(capabilities.plan_destroy && capabilities.get_provider_schema_optional);
    assert!(capabilities.move_resource_state && capabilities.generate_resource_config);
}

#[tokio::test]
async fn the_schemas_of_everything_are_served() {
    let host = Host::new(TestProvider::default());
    let request = Request::new(proto::get_provider_schema::Request {});
    let schemas = host.service.get_provider_schema(request).await.unwrap().into_inner();
    let description = |schema: Option<&proto::Schema>| schema.unwrap().block.as_ref().unwrap().description.clone();
    assert_eq!(description(schemas.provider.as_ref()), "A provider for tests.");
    assert_eq!(description(schemas.provider_meta.as_ref()), "What a module says.");
    assert_eq!(description(schemas.resource_schemas.get("test_disk")), "A disk.");
    assert_eq!(description(schemas.resource_schemas.get("test_plain")), "Plain.");
    assert_eq!(description(schemas.data_source_schemas.get("test_disk")), "A query.");
    assert_eq!(description(schemas.list_resource_schemas.get("test_disk")), "A query.");
    assert_eq!(description(schemas.ephemeral_resource_schemas.get("test_key")), "A query.");
    assert_eq!(description(schemas.action_schemas["test_format"].schema.as_ref()), "A query.");
    assert_eq!(schemas.functions["join"].summary, "Joins.");
    assert_eq!(schemas.server_capabilities.map(|it| it.plan_destroy), Some(true));
    assert_eq!(schemas.resource_schemas["test_disk"].version, 2);
}

#[tokio::test]
async fn what_is_wrong_with_a_schema_is_told_as_soon_as_terraform_asks_for_it() {
    let host = Host::new(TestProvider::default());
    let request = Request::new(proto::get_provider_schema::Request {});
    let schemas = host.service.get_provider_schema(request).await.unwrap().into_inner();
    let problem = |problem: &str| format!("error: The provider's schema cannot work: {problem}");
    let no_result = "result: nobody reads a computed value here";
    assert_eq!(
        told(&schemas.diagnostics),
        [
            problem(&format!("list resource test_disk: {no_result}")),
            problem(&format!("list resource test_plain: {no_result}")),
            problem(&format!("action test_format: {no_result}")),
            problem("list resource test_plain: there is no resource of this name with an identity"),
        ]
    );
}

#[tokio::test]
async fn only_resources_with_an_identity_have_its_schema() {
    let host = Host::new(TestProvider::default());
    let request = Request::new(proto::get_resource_identity_schemas::Request {});
    let schemas = host.service.get_resource_identity_schemas(request).await.unwrap().into_inner().identity_schemas;
    assert_eq!(schemas.keys().collect::<Vec<_>>(), ["test_disk"]);
    assert_eq!(names(&schemas["test_disk"].identity_attributes, |it| &it.name), ["id", "zone"]);
}

/// Reads the data source, which answers with what it is told of its surroundings.
async fn seen(host: &Host) -> Json {
    host.read_data(json!({"name": "a"}), None).await.0["result"].clone()
}

fn surroundings() -> Queries {
    Queries {
        read: |cx, query| {
            let result = format!("{} {:?}", region(cx), cx.terraform_version());
            Ok(provider::Query { result: result.into(), ..query })
        },
        ..Queries::default()
    }
}

#[tokio::test]
async fn what_configure_returns_is_there_for_every_later_call() {
    let host = Host::new(TestProvider { queries: surroundings(), ..TestProvider::default() });
    assert_eq!(seen(&host).await, "none \"\"", "before");
    assert_eq!(host.configure(json!({"region": "north"}), None).await, [""; 0]);
    assert_eq!(seen(&host).await, "north \"1.15.5\"");
}

#[tokio::test]
async fn before_it_is_configured_a_provider_has_nothing_to_work_with() {
    let queries = Queries {
        read: |cx, query| {
            cx.data()?;
            Ok(query)
        },
        ..Queries::default()
    };
    let host = Host::new(TestProvider { queries, ..TestProvider::default() });
    let (_, told) = host.read_data(json!({"name": "a"}), None).await;
    assert!(told[0].starts_with("error: The provider is not configured: This needs the remote service"), "{told:?}");
}

#[tokio::test]
async fn what_configure_says_is_told_and_its_error_leaves_the_provider_as_it_was() {
    let configure = |cx: &mut ConfigureContext, config: provider::Config| {
        cx.warn(Diagnostic::warning("Far away", cx.terraform_version.clone()));
        match config.region.as_str() {
            Some("north") => Ok("north".to_owned()),
            _ => Err(Diagnostic::error("No such region", "").into()),
        }
    };
    let queries = surroundings();
    let host = Host::new(TestProvider { configure, queries, ..TestProvider::default() });
    let warning = "warning: Far away: 1.15.5".to_owned();
    assert_eq!(host.configure(json!({"region": "north"}), None).await, std::slice::from_ref(&warning));
    let told = host.configure(json!({"region": "south"}), None).await;
    assert_eq!(told, [warning, "error: No such region: ".to_owned()]);
    assert_eq!(seen(&host).await, "north \"1.15.5\"");
}

#[tokio::test]
async fn a_panic_while_configuring_is_told() {
    let configure = |_: &mut ConfigureContext, _: provider::Config| panic!("boom");
    let host = Host::new(TestProvider { configure, ..TestProvider::default() });
    let told = host.configure(json!({}), None).await;
    assert!(told[0].starts_with("error: the provider block: the provider's code panicked: "), "{told:?}");
    assert!(told[0].contains("boom"), "{told:?}");
}

#[tokio::test]
async fn a_provider_is_not_configured_where_something_is_null_that_must_not_be() {
    let configure = |_: &mut ConfigureContext, _: provider::Config| panic!("it was configured");
    let host = Host::new(TestProvider { configure, queries: surroundings(), ..TestProvider::default() });
    for (config, expected) in nulls_beside(&json!({"region": "north"})) {
        refused(&host.configure(config, None).await, expected);
        assert_eq!(seen(&host).await, "none \"\"");
    }
}

#[tokio::test]
async fn an_unknown_configuration_is_waited_for_where_terraform_can_and_used_where_it_cannot() {
    let host = Host::new(TestProvider { queries: surroundings(), ..TestProvider::default() });
    host.configure(json!({"region": UNKNOWN}), CAN_WAIT).await;
    assert_eq!(seen(&host).await, "none \"\"");
    host.configure(json!({"region": UNKNOWN}), None).await;
    assert_eq!(seen(&host).await, "nowhere \"1.15.5\"");
    host.configure(json!({"region": "north"}), CAN_WAIT).await;
    assert_eq!(seen(&host).await, "north \"1.15.5\"");
}

#[tokio::test]
async fn a_provider_that_can_do_without_what_is_unknown_is_configured_where_others_wait() {
    let waits_for = |config: &provider::Config| config.region.is_unknown();
    let provider = TestProvider { queries: surroundings(), waits_for, ..TestProvider::default() };
    let host = Host::new(provider);
    host.configure(json!({"region": "north", "token": UNKNOWN}), CAN_WAIT).await;
    assert_eq!(seen(&host).await, "north \"1.15.5\"");
    host.configure(json!({"region": UNKNOWN}), CAN_WAIT).await;
    assert_eq!(seen(&host).await, "none \"\"");
    // What is wholly known is waited for by nobody.
    let host = Host::new(TestProvider { queries: surroundings(), waits_for: |_| true, ..TestProvider::default() });
    host.configure(json!({"region": "north"}), CAN_WAIT).await;
    assert_eq!(seen(&host).await, "north \"1.15.5\"");
}

#[tokio::test]
async fn a_stop_reaches_every_call_and_is_forgotten_by_the_next_host() {
    let queries = Queries {
        read: |cx, query| {
            let stopped = cx.cancellation().is_cancelled().to_string();
            Ok(provider::Query { result: stopped.into(), ..query })
        },
        ..Queries::default()
    };
    let host = Host::with_queries(queries).await;
    assert_eq!(seen(&host).await, "false");
    host.stop().await;
    assert_eq!(seen(&host).await, "true");
    host.configure(json!({}), None).await;
    assert_eq!(seen(&host).await, "false");
}

#[tokio::test]
async fn what_runs_while_the_provider_is_configured_again_can_still_be_stopped() {
    static RUNNING: Mutex<Vec<CancellationToken>> = Mutex::new(Vec::new());
    let configure = |cx: &mut ConfigureContext, _: provider::Config| {
        RUNNING.lock().unwrap().push(cx.cancellation.clone());
        Ok(String::new())
    };
    let host = Host::new(TestProvider { configure, ..TestProvider::default() });
    host.configure(json!({}), None).await;
    host.configure(json!({}), None).await;
    assert!(!RUNNING.lock().unwrap().iter().any(CancellationToken::is_cancelled));
    host.stop().await;
    assert!(RUNNING.lock().unwrap().iter().all(CancellationToken::is_cancelled));
}
