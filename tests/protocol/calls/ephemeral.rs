//! Ephemeral resources: opened, renewed and closed.

use std::time::{Duration, SystemTime};

use serde_json::json;
use tfplug::proto::tfplugin6 as proto;

use super::{
    session::{CLIENT, Session, WAITING_CLIENT, only},
    values::{UNKNOWN, received, sent, shown, type_of, value},
};

const TOKEN: &str = "tfplugtest_token";

async fn open(
    session: &mut Session,
    config: serde_json::Value,
    client: proto::ClientCapabilities,
) -> proto::open_ephemeral_resource::Response {
    let ty = type_of(session.schemas.ephemeral_resource_schemas[TOKEN].block.as_ref().unwrap());
    let config = Some(sent(&value(&config, &ty), &ty));
    let request =
        proto::validate_ephemeral_resource_config::Request { type_name: TOKEN.to_owned(), config: config.clone() };
    let checked = session.client.validate_ephemeral_resource_config(request).await.unwrap().into_inner();
    assert_eq!(checked.diagnostics, []);
    let request = proto::open_ephemeral_resource::Request {
        type_name: TOKEN.to_owned(),
        config,
        client_capabilities: Some(client),
    };
    session.client.open_ephemeral_resource(request).await.unwrap().into_inner()
}

#[tokio::test]
async fn it_is_opened_renewed_and_closed_with_what_it_remembers() {
    let mut session = Session::configured().await;
    let before = SystemTime::now();
    let opened = open(&mut session, json!({ "name": "ann", "renew_in": 60 }), CLIENT).await;
    assert_eq!(opened.diagnostics, []);
    let ty = type_of(session.schemas.ephemeral_resource_schemas[TOKEN].block.as_ref().unwrap());
    let result = shown(&received(opened.result.as_ref(), &ty));
    assert_eq!(result, json!({ "name": "ann", "renew_in": 60, "token": "token-of-ann" }));
    let renew_at = SystemTime::try_from(opened.renew_at.unwrap()).unwrap();
    assert!(renew_at >= before + Duration::from_secs(60));

    let request = proto::renew_ephemeral_resource::Request { type_name: TOKEN.to_owned(), private: opened.private };
    let renewed = session.client.renew_ephemeral_resource(request).await.unwrap().into_inner();
    assert_eq!(renewed.diagnostics, []);
    let again = SystemTime::try_from(renewed.renew_at.unwrap()).unwrap();
    assert!(again >= renew_at);

    let request = proto::close_ephemeral_resource::Request { type_name: TOKEN.to_owned(), private: renewed.private };
    let closed = session.client.close_ephemeral_resource(request).await.unwrap().into_inner();
    assert_eq!(closed.diagnostics, []);
    assert_eq!(session.log(), ["open ann", "renew ann", "close ann"]);
    session.shutdown().await;
}

#[tokio::test]
async fn one_that_never_ends_is_not_renewed() {
    let mut session = Session::configured().await;
    let opened = open(&mut session, json!({ "name": "ann" }), CLIENT).await;
    assert_eq!(opened.renew_at, None);
    session.shutdown().await;
}

#[tokio::test]
async fn without_its_private_data_closing_fails() {
    let mut session = Session::configured().await;
    let request = proto::close_ephemeral_resource::Request { type_name: TOKEN.to_owned(), private: None };
    let closed = session.client.close_ephemeral_resource(request).await.unwrap().into_inner();
    assert_eq!(only(&closed.diagnostics).0, "The token is not known");
    session.shutdown().await;
}

#[tokio::test]
async fn it_waits_for_an_unknown_provider_configuration_where_the_client_can() {
    let mut session = Session::start().await;
    assert_eq!(session.configure(&json!({ "folder": UNKNOWN }), WAITING_CLIENT).await, []);
    let opened = open(&mut session, json!({ "name": "ann" }), WAITING_CLIENT).await;
    assert_eq!(opened.deferred.unwrap().reason(), proto::deferred::Reason::ProviderConfigUnknown);
    let opened = open(&mut session, json!({ "name": "ann" }), CLIENT).await;
    assert_eq!((only(&opened.diagnostics).0, opened.deferred), ("The provider is not configured", None));
    session.shutdown().await;
}
