//! Ephemeral resources: opened, renewed and closed.

use std::time::{Duration, SystemTime};

use serde_json::json;
use tfplug::{
    DeferredReason,
    testing::{Terraform, unknown},
};

use super::terraform::{Hosted, told};

const TOKEN: &str = "tfplugtest_token";

#[tokio::test]
async fn it_is_opened_renewed_and_closed_with_what_it_remembers() {
    let terraform = Hosted::configured().await;
    let before = SystemTime::now();
    let mut opened = terraform.host.open(TOKEN, &json!({ "name": "ann", "renew_in": 60 })).await.unwrap();
    assert_eq!(opened.shown(), json!({ "name": "ann", "renew_in": 60, "token": "token-of-ann" }));
    let renew_at = opened.renew_at.unwrap();
    assert!(renew_at >= before + Duration::from_secs(60));
    assert!(terraform.host.renew(&mut opened).await.unwrap().is_empty());
    assert!(opened.renew_at.unwrap() >= renew_at);
    assert!(terraform.host.close(opened).await.unwrap().is_empty());
    assert_eq!(terraform.log(), ["open ann", "renew ann", "close ann"]);
    terraform.shutdown().await;
}

#[tokio::test]
async fn one_that_never_ends_is_not_renewed() {
    let terraform = Hosted::configured().await;
    let opened = terraform.host.open(TOKEN, &json!({ "name": "ann" })).await.unwrap();
    assert_eq!(opened.renew_at, None);
    terraform.shutdown().await;
}

#[tokio::test]
async fn without_its_private_data_closing_fails() {
    let terraform = Hosted::configured().await;
    let mut opened = terraform.host.open(TOKEN, &json!({ "name": "ann" })).await.unwrap();
    opened.private.clear();
    assert_eq!(told(&terraform.host.close(opened).await.unwrap_err()).summary, "The token is not known");
    terraform.shutdown().await;
}

#[tokio::test]
async fn it_waits_for_an_unknown_provider_configuration_where_the_client_can() {
    let mut terraform = Hosted::start().await.waiting();
    terraform.host.configure(&json!({ "folder": unknown() })).await.unwrap();
    let opened = terraform.host.open(TOKEN, &json!({ "name": "ann" })).await.unwrap();
    assert_eq!((opened.deferred, opened.is_open), (Some(DeferredReason::ProviderConfigUnknown), false));
    terraform.host = terraform.host.with_terraform(Terraform::default());
    let error = terraform.host.open(TOKEN, &json!({ "name": "ann" })).await.unwrap_err();
    assert_eq!(told(&error).summary, "The provider is not configured");
    terraform.shutdown().await;
}
