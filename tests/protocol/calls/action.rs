//! Actions: checked, planned, and invoked with progress.

use serde_json::{Value as Json, json};
use tfplug::{
    DeferredReason,
    testing::{Error, Invoked, Kind, PlannedInvocation, unknown},
};

use super::terraform::{Hosted, told};
use crate::host::within;

const APPEND: &str = "tfplugtest_append";

async fn plan(terraform: &Hosted, config: &Json) -> Result<PlannedInvocation, Error> {
    terraform.host.plan_action(APPEND, config).await
}

/// What an action came to, and what it told on its way.
async fn invoke(terraform: &Hosted, config: &Json) -> (Vec<String>, Result<Invoked, Error>) {
    let planned = plan(terraform, config).await.unwrap();
    let mut progress = Vec::new();
    let invoked = terraform.host.invoke_action(&planned, |line| progress.push(line.to_owned())).await;
    (progress, invoked)
}

#[tokio::test]
async fn progress_is_told_and_then_the_completion() {
    let terraform = Hosted::configured().await;
    let (progress, invoked) = invoke(&terraform, &json!({ "text": "hello", "times": 3 })).await;
    assert_eq!(progress, ["line 1 of 3", "line 2 of 3", "line 3 of 3"]);
    assert!(invoked.unwrap().diagnostics.is_empty());
    assert_eq!(terraform.log(), ["hello", "hello", "hello"]);
    terraform.shutdown().await;
}

#[tokio::test]
async fn an_action_that_fails_or_panics_completes_with_a_diagnostic() {
    let terraform = Hosted::configured().await;
    let (progress, invoked) = invoke(&terraform, &json!({ "text": "x", "fail": "invoke" })).await;
    assert_eq!(progress, ["line 1 of 1"]);
    assert_eq!(told(&invoked.unwrap_err()).summary, "Too much");
    let (progress, invoked) = invoke(&terraform, &json!({ "text": "x", "fail": "panic" })).await;
    assert_eq!(progress, ["line 1 of 1"]);
    let error = invoked.unwrap_err();
    assert!(told(&error).summary.contains(APPEND) && told(&error).detail.contains("the action breaks"));
    terraform.shutdown().await;
}

#[tokio::test]
async fn an_action_is_checked_and_planned() {
    let terraform = Hosted::configured().await;
    let config = json!({ "text": "x", "times": 0 });
    let error = terraform.host.validate(Kind::Action(APPEND), &config).await.unwrap_err();
    assert_eq!(told(&error).path.as_ref().unwrap().to_string(), "times");
    assert_eq!(plan(&terraform, &json!({ "text": unknown() })).await.unwrap().deferred, None);
    let error = plan(&terraform, &json!({ "text": "x", "fail": "plan" })).await.unwrap_err();
    assert_eq!(told(&error).summary, "Not now");
    assert!(terraform.log().is_empty(), "a plan does nothing");
    terraform.shutdown().await;
}

#[tokio::test]
async fn an_action_waits_for_an_unknown_provider_configuration() {
    let terraform = Hosted::start().await.waiting();
    terraform.host.configure(&json!({ "folder": unknown() })).await.unwrap();
    let planned = plan(&terraform, &json!({ "text": "x" })).await.unwrap();
    assert_eq!(planned.deferred, Some(DeferredReason::ProviderConfigUnknown));
    let error = terraform.host.invoke_action(&planned, |_| ()).await.unwrap_err();
    assert_eq!(told(&error).summary, "The provider is not configured");
    terraform.shutdown().await;
}

#[tokio::test]
async fn what_an_action_logs_says_which_action_it_was() {
    let terraform = Hosted::launch(Hosted::options().environment("TF_LOG_PROVIDER", "INFO")).await;
    // It is not configured, and says so once it has said what it is about to do.
    let (_, invoked) = invoke(&terraform, &json!({ "text": "x", "times": 7 })).await;
    assert!(invoked.is_err());
    let find = || terraform.host.log().into_iter().find(|line| line.contains("appending"));
    let line = within("a line of the action", async {
        loop {
            if let Some(line) = find() {
                return line;
            }
            tokio::task::yield_now().await;
        }
    });
    let line: Json = serde_json::from_str(&line.await).unwrap();
    assert_eq!((&line["tf_rpc"], &line["tf_type"]), (&json!("InvokeAction"), &json!(APPEND)));
    assert_eq!((&line["times"], &line["@level"]), (&json!(7), &json!("info")));
    terraform.shutdown().await;
}
