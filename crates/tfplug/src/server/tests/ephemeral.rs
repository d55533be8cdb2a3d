//! `OpenEphemeralResource`, `RenewEphemeralResource` and `CloseEphemeralResource`.

use std::time::{Duration, SystemTime};

use super::{
    provider::{Query, broken, region},
    *,
};
use crate::{Attr, DeferredReason, Diagnostic, Opened};

const KEY: &str = "test_key";

fn in_a_minute() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(60)
}

impl Host {
    async fn open(
        &self,
        config: Json,
        client_capabilities: Option<ClientCapabilities>,
    ) -> proto::open_ephemeral_resource::Response {
        let (type_name, config) = (KEY.to_owned(), wire(&config, &query_type()));
        let request = proto::open_ephemeral_resource::Request { type_name, config, client_capabilities };
        self.service.open_ephemeral_resource(Request::new(request)).await.unwrap().into_inner()
    }

    async fn renew(&self, type_name: &str, private: &str) -> proto::renew_ephemeral_resource::Response {
        let (type_name, private) = (type_name.to_owned(), Some(private.to_owned().into()));
        let request = proto::renew_ephemeral_resource::Request { type_name, private };
        self.service.renew_ephemeral_resource(Request::new(request)).await.unwrap().into_inner()
    }

    async fn close(&self, type_name: &str, private: &str) -> Vec<String> {
        let (type_name, private) = (type_name.to_owned(), Some(private.to_owned().into()));
        let request = proto::close_ephemeral_resource::Request { type_name, private };
        let response = self.service.close_ephemeral_resource(Request::new(request)).await.unwrap().into_inner();
        told(&response.diagnostics)
    }
}

#[tokio::test]
async fn opening_answers_with_the_values_when_to_renew_them_and_what_to_remember() {
    let queries = Queries {
        open: |cx, query| {
            cx.warn(Diagnostic::warning("Seen", region(cx)));
            cx.private_mut().set("lease", &7)?;
            let result = Query { result: "key".into(), mount: Attr::Null, ..query };
            Ok(Opened { result, renew_at: Some(in_a_minute()) })
        },
        ..Queries::default()
    };
    let response = Host::with_queries(queries).await.open(json!({"name": "a"}), None).await;
    assert_eq!(read(response.result.as_ref(), &query_type()), json!({"name": "a", "result": "key"}));
    assert_eq!(response.renew_at.unwrap().seconds, 60);
    assert_eq!(response.private.unwrap(), r#"{"lease":7}"#);
    assert_eq!(told(&response.diagnostics), ["warning: Seen: north"]);
}

#[tokio::test]
async fn what_keeps_it_from_being_opened_is_told() {
    let queries = Queries {
        open: |cx, query| {
            cx.warn(Diagnostic::warning("Slow", ""));
            assert!(query.name.as_str() != Some("panic"), "boom");
            Err(broken())
        },
        ..Queries::default()
    };
    let host = Host::with_queries(queries).await;
    let response = host.open(json!({"name": "a"}), None).await;
    assert_eq!(told(&response.diagnostics), ["warning: Slow: ", "error: Broken: It is broken."]);
    assert_eq!(response.result, None);
    assert!(told(&host.open(json!({"name": "panic"}), None).await.diagnostics)[1].contains("boom"));
}

#[tokio::test]
async fn nothing_is_opened_where_something_is_null_that_must_not_be() {
    let queries = Queries { open: |_, _| panic!("it was opened"), ..Queries::default() };
    let host = Host::with_queries(queries).await;
    for (config, expected) in nulls() {
        let response = host.open(config, None).await;
        refused(&told(&response.diagnostics), expected);
        assert_eq!((response.result, response.private), (None, None), "there is nothing to close");
    }
}

#[tokio::test]
async fn opening_waits_for_the_provider_s_configuration_or_for_what_the_code_waits_for() {
    let response = Host::waiting().await.open(json!({"name": "a"}), CAN_WAIT).await;
    assert_eq!(response.deferred.unwrap().reason(), proto::deferred::Reason::ProviderConfigUnknown);
    assert_eq!(read(response.result.as_ref(), &query_type()), UNKNOWN);
    let queries = Queries {
        open: |cx, result| {
            cx.defer(DeferredReason::AbsentPrerequisite);
            Ok(Opened { result, renew_at: None })
        },
        ..Queries::default()
    };
    let response = Host::with_queries(queries).await.open(json!({"name": "a"}), CAN_WAIT).await;
    assert_eq!(response.deferred.unwrap().reason(), proto::deferred::Reason::AbsentPrereq);
    assert_eq!(response.renew_at, None);
}

#[tokio::test]
async fn renewing_and_closing_know_what_opening_remembered() {
    let queries = Queries {
        renew: |cx| {
            let lease: i64 = cx.private().get("lease").ok_or_else(broken)?;
            cx.warn(Diagnostic::warning("Seen", region(cx)));
            cx.private_mut().set("lease", &(lease + 1))?;
            Ok(Some(in_a_minute()))
        },
        close: |cx| {
            let lease: i64 = cx.private().get("lease").ok_or_else(broken)?;
            cx.warn(Diagnostic::warning("Closed", lease.to_string()));
            Ok(())
        },
        ..Queries::default()
    };
    let host = Host::with_queries(queries).await;
    let response = host.renew(KEY, r#"{"lease":7}"#).await;
    assert_eq!(told(&response.diagnostics), ["warning: Seen: north"]);
    assert_eq!((response.renew_at.unwrap().seconds, response.private.unwrap().as_ref()), (60, &br#"{"lease":8}"#[..]));
    assert_eq!(host.close(KEY, r#"{"lease":8}"#).await, ["warning: Closed: 8"]);
    // What nobody remembers is told by the code.
    let response = host.renew(KEY, "").await;
    assert_eq!(
        (told(&response.diagnostics), response.renew_at),
        (vec!["error: Broken: It is broken.".to_owned()], None)
    );
    assert_eq!(host.close(KEY, "").await, ["error: Broken: It is broken."]);
}

#[tokio::test]
async fn closing_is_begun_after_a_stop_as_well_and_nothing_else_is() {
    let queries = Queries {
        renew: |cx| {
            let is_stopped = cx.cancellation().is_cancelled();
            cx.warn(Diagnostic::warning("Stopped", is_stopped.to_string()));
            Ok(None)
        },
        close: |cx| {
            let is_stopped = cx.cancellation().is_cancelled();
            cx.warn(Diagnostic::warning("Stopped", is_stopped.to_string()));
            Ok(())
        },
        ..Queries::default()
    };
    let host = Host::with_queries(queries).await;
    host.stop().await;
    assert_eq!(told(&host.renew(KEY, "{}").await.diagnostics), ["warning: Stopped: true"]);
    assert_eq!(host.close(KEY, "{}").await, ["warning: Stopped: false"]);
}

#[tokio::test]
async fn a_panic_while_renewing_or_closing_is_told() {
    let queries = Queries { renew: |_| panic!("boom"), close: |_| panic!("boom"), ..Queries::default() };
    let host = Host::with_queries(queries).await;
    assert!(told(&host.renew(KEY, "{}").await.diagnostics)[0].contains("boom"));
    assert!(host.close(KEY, "{}").await[0].contains("boom"));
}

#[tokio::test]
async fn a_type_that_is_not_served_is_named() {
    let host = Host::new(TestProvider::default());
    let expected =
        ["error: Unknown ephemeral resource type: The provider has no ephemeral resource of the type \"x\"."];
    assert_eq!(told(&host.renew("x", "").await.diagnostics), expected);
    assert_eq!(host.close("x", "").await, expected);
}
