//! `PlanAction` and `InvokeAction`.

use futures_util::StreamExt as _;

use super::{
    provider::{broken, region},
    *,
};
use crate::{DeferredReason, Diagnostic, proto::tfplugin6::invoke_action::event::Type as Event};

impl Host {
    async fn plan_action(
        &self,
        config: Json,
        client_capabilities: Option<ClientCapabilities>,
    ) -> proto::plan_action::Response {
        let (action_type, config) = ("test_format".to_owned(), wire(&config, &query_type()));
        let request = proto::plan_action::Request { action_type, config, client_capabilities };
        self.service.plan_action(Request::new(request)).await.unwrap().into_inner()
    }

    /// Does it, and returns what is told on the way and at the end.
    async fn invoke(&self, action_type: &str, config: Json) -> (Vec<String>, Vec<String>) {
        let request = proto::invoke_action::Request {
            action_type: action_type.to_owned(),
            config: wire(&config, &query_type()),
            client_capabilities: CAN_WAIT,
        };
        let stream = self.service.invoke_action(Request::new(request)).await.unwrap().into_inner();
        let mut events: Vec<_> = stream.map(|event| event.unwrap().r#type.unwrap()).collect().await;
        let Some(Event::Completed(end)) = events.pop() else { panic!("the last event is the end") };
        let progress = events.into_iter().map(|event| match event {
            Event::Progress(progress) => progress.message,
            Event::Completed(_) => panic!("an end before the end"),
        });
        (progress.collect(), told(&end.diagnostics))
    }
}

#[tokio::test]
async fn of_an_action_without_a_config_block_what_is_missing_is_named() {
    let host = Host::with_queries(Queries::default()).await;
    for config in [None, Some(DynamicValue { msgpack: vec![0xc0].into(), json: Default::default() })] {
        let (type_name, action_type) = ("test_format".to_owned(), "test_format".to_owned());
        let request = proto::validate_action_config::Request { type_name, config: config.clone() };
        let checked = host.service.validate_action_config(Request::new(request)).await.unwrap().into_inner();
        let request = proto::plan_action::Request { action_type, config, client_capabilities: None };
        let planned = host.service.plan_action(Request::new(request)).await.unwrap().into_inner();
        for told in [told(&checked.diagnostics), told(&planned.diagnostics)] {
            assert!(told.len() == 1 && told[0].starts_with("error name: Missing name: "), "{told:?}");
        }
    }
}

#[tokio::test]
async fn a_plan_of_an_action_says_whether_it_could_be_done() {
    let queries = Queries {
        plan: |cx, config| {
            cx.warn(Diagnostic::warning("Seen", region(cx)));
            match config.name.as_str() {
                Some("bad") => Err(broken()),
                Some("panic") => panic!("boom"),
                _ => Ok(()),
            }
        },
        ..Queries::default()
    };
    let host = Host::with_queries(queries).await;
    let said = async |name: &str| told(&host.plan_action(json!({"name": name}), None).await.diagnostics);
    assert_eq!(said("good").await, ["warning: Seen: north"]);
    assert_eq!(said("bad").await, ["warning: Seen: north", "error: Broken: It is broken."]);
    assert!(said("panic").await[1].contains("boom"));
}

#[tokio::test]
async fn a_plan_of_an_action_waits_for_the_provider_s_configuration_or_for_what_the_code_waits_for() {
    let response = Host::waiting().await.plan_action(json!({"name": "a"}), CAN_WAIT).await;
    assert_eq!(response.deferred.unwrap().reason(), proto::deferred::Reason::ProviderConfigUnknown);
    assert_eq!(Host::waiting().await.plan_action(json!({"name": "a"}), None).await.deferred, None);
    let queries = Queries {
        plan: |cx, _| {
            cx.defer(DeferredReason::AbsentPrerequisite);
            Ok(())
        },
        ..Queries::default()
    };
    let response = Host::with_queries(queries).await.plan_action(json!({"name": "a"}), CAN_WAIT).await;
    assert_eq!(response.deferred.unwrap().reason(), proto::deferred::Reason::AbsentPrereq);
}

#[tokio::test]
async fn an_action_tells_how_far_it_is_and_at_the_end_how_it_went() {
    let queries = Queries {
        invoke: |cx, config, progress| {
            progress.tell("one");
            progress.tell(config.name.require("name")?.clone());
            cx.warn(Diagnostic::warning("Seen", region(cx)));
            assert!(!cx.defer(DeferredReason::AbsentPrerequisite), "an action that runs cannot wait any more");
            match config.name.as_str() {
                Some("bad") => Err(broken()),
                Some("panic") => panic!("boom"),
                _ => Ok(()),
            }
        },
        ..Queries::default()
    };
    let host = Host::with_queries(queries).await;
    let (progress, told) = host.invoke("test_format", json!({"name": "good"})).await;
    assert_eq!((progress, told), (vec!["one".to_owned(), "good".to_owned()], vec!["warning: Seen: north".to_owned()]));
    let (progress, told) = host.invoke("test_format", json!({"name": "bad"})).await;
    assert_eq!((progress.len(), told.len()), (2, 2));
    assert_eq!(told[1], "error: Broken: It is broken.");
    let (_, told) = host.invoke("test_format", json!({"name": "panic"})).await;
    assert!(told[1].contains("boom"), "{told:?}");
}

#[tokio::test]
async fn an_action_is_over_when_its_code_is_whoever_still_holds_its_progress() {
    let queries = Queries {
        invoke: |_, _, progress| {
            progress.tell("one");
            std::mem::forget(progress.clone());
            progress.tell("two");
            Ok(())
        },
        ..Queries::default()
    };
    let (progress, told) = Host::with_queries(queries).await.invoke("test_format", json!({"name": "a"})).await;
    assert_eq!((progress, told), (vec!["one".to_owned(), "two".to_owned()], vec![]));
}

#[tokio::test]
async fn an_action_that_is_not_served_is_named() {
    let (_, told) = Host::new(TestProvider::default()).invoke("test_none", json!({"name": "a"})).await;
    assert_eq!(told, ["error: Unknown action type: The provider has no action of the type \"test_none\"."]);
}

#[test]
fn progress_that_nobody_listens_to_stops_nothing() {
    let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
    drop(receiver);
    crate::Progress(sender).tell("one");
}

#[tokio::test]
async fn an_action_is_neither_planned_nor_done_where_something_is_null_that_must_not_be() {
    let queries = Queries {
        plan: |_, _| panic!("the plan was called"),
        invoke: |_, _, _| panic!("the action was called"),
        ..Queries::default()
    };
    let host = Host::with_queries(queries).await;
    for (config, expected) in nulls() {
        refused(&told(&host.plan_action(config.clone(), None).await.diagnostics), expected);
        let (progress, told) = host.invoke("test_format", config).await;
        refused(&told, expected);
        assert_eq!(progress, [""; 0]);
    }
}
