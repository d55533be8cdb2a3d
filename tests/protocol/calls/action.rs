//! Actions: checked, planned, and invoked with progress.

use serde_json::{Value as Json, json};
use tfplug::proto::tfplugin6::{
    self as proto,
    invoke_action::event::{Completed, Type},
};

use super::{
    session::{CLIENT, Session, WAITING_CLIENT, only, path, provider},
    values::{UNKNOWN, sent, type_of, value},
};
use crate::host::Launch;

const APPEND: &str = "tfplugtest_append";

fn config(session: &Session, json: &Json) -> Option<proto::DynamicValue> {
    let schema = session.schemas.action_schemas[APPEND].schema.as_ref().unwrap();
    let ty = type_of(schema.block.as_ref().unwrap());
    Some(sent(&value(json, &ty), &ty))
}

/// What an action told, and how it ended.
async fn invoke(session: &mut Session, json: &Json) -> (Vec<String>, Completed) {
    let request = proto::invoke_action::Request {
        action_type: APPEND.to_owned(),
        config: config(session, json),
        client_capabilities: Some(CLIENT),
    };
    let mut stream = session.client.invoke_action(request).await.unwrap().into_inner();
    let mut progress = Vec::new();
    let mut completed = None;
    while let Some(event) = crate::host::within("an event", stream.message()).await.unwrap() {
        assert!(completed.is_none(), "nothing follows the completion");
        match event.r#type.unwrap() {
            Type::Progress(event) => progress.push(event.message),
            Type::Completed(event) => completed = Some(event),
        }
    }
    (progress, completed.expect("a completion"))
}

async fn plan(session: &mut Session, json: &Json, client: proto::ClientCapabilities) -> proto::plan_action::Response {
    let request = proto::plan_action::Request {
        action_type: APPEND.to_owned(),
        config: config(session, json),
        client_capabilities: Some(client),
    };
    session.client.plan_action(request).await.unwrap().into_inner()
}

#[tokio::test]
async fn progress_is_told_and_then_the_completion() {
    let mut session = Session::configured().await;
    let (progress, completed) = invoke(&mut session, &json!({ "text": "hello", "times": 3 })).await;
    assert_eq!(progress, ["line 1 of 3", "line 2 of 3", "line 3 of 3"]);
    assert_eq!(completed.diagnostics, []);
    assert_eq!(session.log(), ["hello", "hello", "hello"]);
    session.shutdown().await;
}

#[tokio::test]
async fn an_action_that_fails_or_panics_completes_with_a_diagnostic() {
    let mut session = Session::configured().await;
    let (progress, completed) = invoke(&mut session, &json!({ "text": "x", "fail": "invoke" })).await;
    assert_eq!(progress, ["line 1 of 1"]);
    assert_eq!(only(&completed.diagnostics).0, "Too much");
    let (progress, completed) = invoke(&mut session, &json!({ "text": "x", "fail": "panic" })).await;
    assert_eq!(progress, ["line 1 of 1"]);
    let (summary, detail) = only(&completed.diagnostics);
    assert!(summary.contains(APPEND) && detail.contains("the action breaks"));
    session.shutdown().await;
}

#[tokio::test]
async fn an_action_is_checked_and_planned() {
    let mut session = Session::configured().await;
    let request = proto::validate_action_config::Request {
        type_name: APPEND.to_owned(),
        config: config(&session, &json!({ "text": "x", "times": 0 })),
    };
    let answer = session.client.validate_action_config(request).await.unwrap().into_inner();
    only(&answer.diagnostics);
    assert_eq!(path(answer.diagnostics[0].attribute.as_ref()), "times");

    let answer = plan(&mut session, &json!({ "text": UNKNOWN }), CLIENT).await;
    assert_eq!((answer.diagnostics.as_slice(), answer.deferred), ([].as_slice(), None));
    let answer = plan(&mut session, &json!({ "text": "x", "fail": "plan" }), CLIENT).await;
    assert_eq!(only(&answer.diagnostics).0, "Not now");
    assert!(session.log().is_empty(), "a plan does nothing");
    session.shutdown().await;
}

#[tokio::test]
async fn an_action_waits_for_an_unknown_provider_configuration() {
    let mut session = Session::start().await;
    assert_eq!(session.configure(&json!({ "folder": UNKNOWN }), WAITING_CLIENT).await, []);
    let answer = plan(&mut session, &json!({ "text": "x" }), WAITING_CLIENT).await;
    assert_eq!(answer.deferred.unwrap().reason(), proto::deferred::Reason::ProviderConfigUnknown);
    let (_, completed) = invoke(&mut session, &json!({ "text": "x" })).await;
    assert_eq!(only(&completed.diagnostics).0, "The provider is not configured");
    session.shutdown().await;
}

#[tokio::test]
async fn what_an_action_logs_says_which_action_it_was() {
    let launch = Launch::binary(provider()).env("TF_LOG_PROVIDER", "INFO");
    let mut session = Session::launch(launch).await;
    invoke(&mut session, &json!({ "text": "x", "times": 7 })).await;
    let line = session.plugin.process.stderr_line("a line of the action", |line| line.contains("appending")).await;
    let line: Json = serde_json::from_str(&line).unwrap();
    assert_eq!((&line["tf_rpc"], &line["tf_type"]), (&json!("InvokeAction"), &json!(APPEND)));
    assert_eq!((&line["times"], &line["@level"]), (&json!(7), &json!("info")));
    session.shutdown().await;
}
