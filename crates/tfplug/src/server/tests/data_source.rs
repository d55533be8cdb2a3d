//! `ReadDataSource`.

use super::{
    provider::{Query, broken, region},
    *,
};
use crate::{DeferredReason, Diagnostic};

impl Host {
    /// Reads the data source with a configuration: its state, and what a person is told.
    pub(super) async fn read_data(&self, config: Json, client: Option<ClientCapabilities>) -> (Json, Vec<String>) {
        let response = self.read_data_of("test_disk", config, client).await;
        (read(response.state.as_ref(), &query_type()), told(&response.diagnostics))
    }

    async fn read_data_of(
        &self,
        type_name: &str,
        config: Json,
        client_capabilities: Option<ClientCapabilities>,
    ) -> proto::read_data_source::Response {
        let request = proto::read_data_source::Request {
            type_name: type_name.to_owned(),
            config: wire(&config, &query_type()),
            provider_meta: wire(&json!({"module": "m"}), &Type::object([("module", Type::String)])),
            client_capabilities,
        };
        self.service.read_data_source(Request::new(request)).await.unwrap().into_inner()
    }
}

#[tokio::test]
async fn a_data_source_answers_with_its_arguments_and_its_results() {
    let queries = Queries {
        read: |cx, query| {
            let meta: provider::Meta = cx.provider_meta()?.unwrap();
            cx.warn(Diagnostic::warning("Slow", meta.module.require("module")?));
            Ok(Query { result: region(cx).into(), ..query })
        },
        ..Queries::default()
    };
    let host = Host::with_queries(queries).await;
    let (state, told) = host.read_data(json!({"name": "a", "mount": [{"path": "/"}]}), None).await;
    assert_eq!(state, json!({"name": "a", "result": "north", "mount": [{"path": "/"}]}));
    assert_eq!(told, ["warning: Slow: m"]);
}

#[tokio::test]
async fn what_keeps_a_data_source_from_being_read_is_told() {
    let queries = Queries {
        read: |cx, query| {
            cx.warn(Diagnostic::warning("Slow", ""));
            assert!(query.name.as_str() != Some("panic"), "boom");
            Err(broken())
        },
        ..Queries::default()
    };
    let host = Host::with_queries(queries).await;
    let (state, told) = host.read_data(json!({"name": "a"}), None).await;
    assert_eq!(state, "(nothing)");
    assert_eq!(told, ["warning: Slow: ", "error: Broken: It is broken."]);
    let (_, told) = host.read_data(json!({"name": "panic"}), None).await;
    assert!(told[1].contains("boom"), "{told:?}");
}

#[tokio::test]
async fn a_block_that_the_code_leaves_out_is_empty_in_the_answer() {
    let queries = Queries { read: |_, query| Ok(Query { mount: crate::Attr::Null, ..query }), ..Queries::default() };
    let (state, told) = Host::with_queries(queries).await.read_data(json!({"name": "a"}), None).await;
    assert_eq!((state, told), (json!({"name": "a"}), vec![]));
}

#[tokio::test]
async fn a_data_source_waits_for_the_provider_s_configuration() {
    let host = Host::waiting().await;
    let response = host.read_data_of("test_disk", json!({"name": "a"}), CAN_WAIT).await;
    assert_eq!(read(response.state.as_ref(), &query_type()), UNKNOWN);
    assert_eq!(response.deferred.unwrap().reason(), proto::deferred::Reason::ProviderConfigUnknown);
    // A client that cannot wait is answered.
    assert_eq!(host.read_data(json!({"name": "a"}), None).await.0["result"], "found");
}

#[tokio::test]
async fn a_data_source_may_say_itself_that_it_waits_where_the_client_can() {
    let queries = Queries {
        read: |cx, query| {
            let waits = cx.defer(DeferredReason::AbsentPrerequisite);
            Ok(Query { result: waits.to_string().into(), ..query })
        },
        ..Queries::default()
    };
    let host = Host::with_queries(queries).await;
    let response = host.read_data_of("test_disk", json!({"name": "a"}), CAN_WAIT).await;
    assert_eq!(response.deferred.unwrap().reason(), proto::deferred::Reason::AbsentPrereq);
    let response = host.read_data_of("test_disk", json!({"name": "a"}), None).await;
    assert_eq!(response.deferred, None);
    assert_eq!(read(response.state.as_ref(), &query_type())["result"], "false");
}

#[tokio::test]
async fn an_unknown_type_is_named() {
    let host = Host::with_queries(Queries::default()).await;
    let response = host.read_data_of("test_none", json!({}), None).await;
    assert_eq!(
        told(&response.diagnostics),
        ["error: Unknown data source type: The provider has no data source of the type \"test_none\"."]
    );
}

#[tokio::test]
async fn nothing_is_read_where_something_is_null_that_must_not_be() {
    let queries = Queries { read: |_, _| panic!("the data source was read"), ..Queries::default() };
    let host = Host::with_queries(queries).await;
    for (config, expected) in nulls() {
        let (state, told) = host.read_data(config, None).await;
        refused(&told, expected);
        assert_eq!(state, "(nothing)");
    }
}
