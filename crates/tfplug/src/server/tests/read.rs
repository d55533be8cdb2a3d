//! `ReadResource` and `ImportResourceState`.

use super::{
    provider::{Disk, DiskIdentity, Meta, broken, region},
    *,
};
use crate::{Attr, DeferredReason, Diagnostic, Import, schema::IdentitySchema};

/// What reading came to.
struct Refreshed {
    state: Json,
    told: Vec<String>,
    response: proto::read_resource::Response,
}

impl Host {
    async fn refresh(&self, state: Json) -> Refreshed {
        self.refresh_with(state, |_| {}).await
    }

    /// A read, with what is changed in Terraform's request first.
    async fn refresh_with(&self, state: Json, change: impl FnOnce(&mut proto::read_resource::Request)) -> Refreshed {
        let mut request = proto::read_resource::Request {
            type_name: "test_disk".to_owned(),
            current_state: wire(&state, &disk_type()),
            ..Default::default()
        };
        change(&mut request);
        let response = self.service.read_resource(Request::new(request)).await.unwrap().into_inner();
        Refreshed {
            state: super::read(response.new_state.as_ref(), &disk_type()),
            told: told(&response.diagnostics),
            response,
        }
    }

    async fn import(
        &self,
        id: &str,
        identity: Option<proto::ResourceIdentityData>,
        client_capabilities: Option<ClientCapabilities>,
    ) -> proto::import_resource_state::Response {
        let (type_name, id) = ("test_disk".to_owned(), id.to_owned());
        let request = proto::import_resource_state::Request { type_name, id, client_capabilities, identity };
        self.service.import_resource_state(Request::new(request)).await.unwrap().into_inner()
    }
}

fn state() -> Json {
    json!({"name": "a", "size": 1, "id": "1", "etag": "e"})
}

#[tokio::test]
async fn a_read_answers_with_the_state_as_it_is_now() {
    let disks = Disks { read: |_, state| Ok(Some(Disk { etag: "new".into(), ..state })), ..Disks::default() };
    let read = Host::with_disks(disks).await.refresh(state()).await;
    assert_eq!(read.state, json!({"name": "a", "size": 1, "id": "1", "etag": "new"}));
    assert_eq!((read.told, read_identity(read.response.new_identity.as_ref())), (vec![], json!({"id": "1"})));
}

#[tokio::test]
async fn what_is_gone_has_no_state() {
    let host = Host::with_disks(Disks { read: |_, _| Ok(None), ..Disks::default() }).await;
    let identified =
        |request: &mut proto::read_resource::Request| request.current_identity = identity(&json!({"id": "1"}));
    let read = host.refresh_with(state(), identified).await;
    assert_eq!((read.state, read.told), (Json::Null, vec![]));
    assert_eq!(read_identity(read.response.new_identity.as_ref()), json!({"id": "1"}));
}

#[tokio::test]
async fn nothing_is_read_where_there_is_no_state() {
    let host = Host::with_disks(Disks { read: |_, _| panic!("boom"), ..Disks::default() }).await;
    let read = host.refresh(Json::Null).await;
    assert_eq!((read.state, read.told), (Json::Null, vec![]));
    let empty = |request: &mut proto::read_resource::Request| {
        request.current_state = Some(Default::default());
        request.current_identity = identity(&json!({"id": "1"}));
    };
    let response = host.refresh_with(Json::Null, empty).await.response;
    assert!(response.new_state.is_some_and(|it| !it.msgpack.is_empty()), "an answer has a value");
    assert_eq!(response.new_identity, None, "nothing has no identity");
}

#[tokio::test]
async fn what_keeps_it_from_being_read_is_told_and_the_state_stays() {
    let disks = Disks {
        read: |cx, state| {
            cx.warn(Diagnostic::warning("Slow", ""));
            cx.private_mut().set("key", &"lost")?;
            assert!(state.name.as_str() != Some("panic"), "boom");
            Err(broken())
        },
        ..Disks::default()
    };
    let host = Host::with_disks(disks).await;
    let private = |request: &mut proto::read_resource::Request| request.private = "{}".into();
    let read = host.refresh_with(state(), private).await;
    assert_eq!((read.state, read.response.private.as_ref()), (state(), &b"{}"[..]));
    assert_eq!(read.told, ["warning: Slow: ", "error: Broken: It is broken."]);
    let panic = json!({"name": "panic", "size": 1, "id": "1", "etag": "e"});
    let read = host.refresh(panic.clone()).await;
    assert_eq!(read.state, panic);
    assert!(read.told[1].contains("boom"), "{:?}", read.told);
}

#[tokio::test]
async fn the_older_words_stay_where_the_service_says_the_same_in_others() {
    let disks = Disks { read: |_, state| Ok(Some(Disk { label: "FAST".into(), ..state })), ..Disks::default() };
    let host = Host::with_disks(disks).await;
    let with_label = |label: &str| json!({"name": "a", "size": 1, "id": "1", "etag": "e", "label": label});
    assert_eq!(host.refresh(with_label("fast")).await.state["label"], "fast");
    assert_eq!(host.refresh(with_label("slow")).await.state["label"], "FAST");
    assert_eq!(host.refresh(state()).await.state["label"], "FAST");
    let gone = Disks { read: |_, state| Ok(Some(Disk { label: Attr::Null, ..state })), ..Disks::default() };
    assert_eq!(Host::with_disks(gone).await.refresh(with_label("fast")).await.state.get("label"), None);
}

#[tokio::test]
async fn a_panic_in_an_equality_is_told_and_the_state_stays() {
    let disks = Disks {
        read: |_, state| Ok(Some(Disk { label: "FAST".into(), ..state })),
        same_label: |_, _| panic!("boom"),
        ..Disks::default()
    };
    let with_label = json!({"name": "a", "size": 1, "id": "1", "etag": "e", "label": "fast"});
    let read = Host::with_disks(disks).await.refresh(with_label.clone()).await;
    assert_eq!(read.state, with_label);
    assert!(read.told[0].contains("boom"), "{:?}", read.told);
}

#[tokio::test]
async fn a_write_only_value_is_never_read_into_the_state() {
    let disks = Disks { read: |_, state| Ok(Some(Disk { secret: "s".into(), ..state })), ..Disks::default() };
    let read = Host::with_disks(disks).await.refresh(state()).await;
    assert_eq!((read.state, read.told), (state(), vec![]));
}

#[tokio::test]
async fn a_write_only_value_is_never_imported_into_the_state() {
    let import = |_: &mut _, _| Ok(Disk { id: "1".into(), secret: "s".into(), ..Disk::default() });
    let response = Host::with_disks(Disks { import, ..Disks::default() }).await.import("1", None, None).await;
    let state = response.imported_resources[0].state.as_ref();
    assert_eq!(super::read(state, &disk_type()), json!({"id": "1"}));
}

#[tokio::test]
async fn something_unknown_after_a_read_is_the_resource_s_mistake() {
    let disks = Disks { read: |_, state| Ok(Some(Disk { etag: Attr::Unknown, ..state })), ..Disks::default() };
    let read = Host::with_disks(disks).await.refresh(state()).await;
    assert!(read.told[0].contains("Provider produced invalid object"), "{:?}", read.told);
}

#[tokio::test]
async fn a_read_knows_the_provider_the_module_and_what_is_kept_beside_the_state() {
    let disks = Disks {
        read: |cx, state| {
            let meta: Meta = cx.provider_meta()?.unwrap();
            let before: Option<String> = cx.private().get("key");
            let config: Option<Disk> = cx.config()?;
            let said = format!("{} {:?} {before:?} {}", region(cx), meta.module.as_str(), config.is_none());
            cx.warn(Diagnostic::warning("Seen", said));
            cx.private_mut().remove("key");
            Ok(Some(state))
        },
        ..Disks::default()
    };
    let read = Host::with_disks(disks)
        .await
        .refresh_with(state(), |request| {
            request.private = r#"{"key":"old"}"#.into();
            request.provider_meta = wire(&json!({"module": "m"}), &Type::object([("module", Type::String)]));
        })
        .await;
    assert_eq!(read.told, ["warning: Seen: north Some(\"m\") Some(\"old\") true"]);
    assert!(read.response.private.is_empty(), "nothing is kept any more");
}

#[tokio::test]
async fn a_changed_identity_is_the_resource_s_mistake() {
    let host = Host::with_disks(Disks::default()).await;
    let other = |request: &mut proto::read_resource::Request| request.current_identity = identity(&json!({"id": "2"}));
    let read = host.refresh_with(state(), other).await;
    assert!(read.told[0].contains("Provider changed the identity of a resource"), "{:?}", read.told);
    // What an import was given may be another name of the same thing; that is asked once.
    let imported = |request: &mut proto::read_resource::Request| {
        request.current_identity = identity(&json!({"id": "2"}));
        request.private = r#"{"key":"kept","tfplug:imported":true}"#.into();
    };
    let read = host.refresh_with(state(), imported).await;
    assert_eq!((read.told, read_identity(read.response.new_identity.as_ref())), (vec![], json!({"id": "1"})));
    assert_eq!(read.response.private, r#"{"key":"kept"}"#);
    // What no identity said before may come to be known.
    let partial =
        |request: &mut proto::read_resource::Request| request.current_identity = identity(&json!({"id": "1"}));
    let zoned = json!({"name": "a", "size": 1, "id": "1", "etag": "e", "zone": "z"});
    let read = host.refresh_with(zoned, partial).await;
    assert_eq!(
        (read.told, read_identity(read.response.new_identity.as_ref())),
        (vec![], json!({"id": "1", "zone": "z"}))
    );
}

#[tokio::test]
async fn an_identity_that_can_change_does() {
    let host = Host::with_disks(Disks { identity_schema: IdentitySchema::mutable, ..Disks::default() }).await;
    let other = |request: &mut proto::read_resource::Request| request.current_identity = identity(&json!({"id": "2"}));
    let read = host.refresh_with(state(), other).await;
    assert_eq!((read.told, read_identity(read.response.new_identity.as_ref())), (vec![], json!({"id": "1"})));
}

#[tokio::test]
async fn a_read_waits_for_the_provider_s_configuration_or_for_what_the_code_waits_for() {
    let can_wait = |request: &mut proto::read_resource::Request| request.client_capabilities = CAN_WAIT;
    let read = Host::waiting().await.refresh_with(state(), can_wait).await;
    assert_eq!(read.response.deferred.unwrap().reason(), proto::deferred::Reason::ProviderConfigUnknown);
    assert_eq!(read.state, state());
    let disks = Disks {
        read: |cx, state| {
            cx.defer(DeferredReason::AbsentPrerequisite);
            Ok(Some(state))
        },
        ..Disks::default()
    };
    let read = Host::with_disks(disks).await.refresh_with(state(), can_wait).await;
    assert_eq!(read.response.deferred.unwrap().reason(), proto::deferred::Reason::AbsentPrereq);
}

fn imported(response: &proto::import_resource_state::Response) -> (Json, Json, Vec<String>) {
    let [imported] = response.imported_resources.as_slice() else { panic!("{response:?}") };
    assert_eq!(imported.type_name, "test_disk");
    let state = super::read(imported.state.as_ref(), &disk_type());
    (state, read_identity(imported.identity.as_ref()), told(&response.diagnostics))
}

#[tokio::test]
async fn an_import_starts_from_an_id_or_an_identity() {
    let host = Host::with_disks(Disks::default()).await;
    let response = host.import("7", None, None).await;
    assert_eq!(imported(&response), (json!({"id": "7"}), json!({"id": "7"}), vec![]));
    let given = json!({"id": "7", "zone": "z"});
    let response = host.import("", identity(&given), None).await;
    assert_eq!(imported(&response), (given.clone(), given, vec![]));
}

#[tokio::test]
async fn what_an_import_leaves_to_the_provider_is_filled_in_and_what_it_gives_stands() {
    let disks = Disks {
        import: |cx, source| {
            let Import::Identity(identity) = source else { return Err(broken()) };
            cx.private_mut().set("key", &"kept")?;
            cx.warn(Diagnostic::warning("Seen", region(cx)));
            Ok(Disk { id: identity.id, ..Disk::default() })
        },
        identity: |disk| Some(DiskIdentity { id: "found".into(), zone: disk.id.clone() }),
        ..Disks::default()
    };
    let host = Host::with_disks(disks).await;
    let response = host.import("", identity(&json!({"id": "7"})), None).await;
    let expected = (json!({"id": "7"}), json!({"id": "7", "zone": "7"}), vec!["warning: Seen: north".to_owned()]);
    assert_eq!(imported(&response), expected);
    assert_eq!(response.imported_resources[0].private, r#"{"key":"kept","tfplug:imported":true}"#);
    // Neither of them knows an identity.
    let disks = Disks { identity: |_| None, ..Disks::default() };
    let response = Host::with_disks(disks).await.import("7", None, None).await;
    assert_eq!(response.imported_resources[0].identity, None);
}

#[tokio::test]
async fn what_is_found_to_be_unknown_completes_no_identity() {
    let disks =
        Disks { identity: |disk| Some(DiskIdentity { id: disk.id.clone(), zone: Attr::Unknown }), ..Disks::default() };
    let response = Host::with_disks(disks).await.import("", identity(&json!({"id": "7"})), None).await;
    assert_eq!(imported(&response).1, json!({"id": "7"}));
}

#[tokio::test]
async fn what_keeps_it_from_being_imported_is_told() {
    let disks = Disks { import: |_, _| Err(broken()), ..Disks::default() };
    let response = Host::with_disks(disks).await.import("7", None, None).await;
    assert_eq!(told(&response.diagnostics), ["error: Broken: It is broken."]);
    assert!(response.imported_resources.is_empty());
    let disks = Disks { import: |_, _| panic!("boom"), ..Disks::default() };
    let response = Host::with_disks(disks).await.import("7", None, None).await;
    assert!(told(&response.diagnostics)[0].contains("boom"));
}

#[tokio::test]
async fn an_import_waits_for_the_provider_s_configuration_or_for_what_the_code_waits_for() {
    let response = Host::waiting().await.import("7", None, CAN_WAIT).await;
    assert_eq!(response.deferred.unwrap().reason(), proto::deferred::Reason::ProviderConfigUnknown);
    assert_eq!(imported(&response).0, UNKNOWN);
    let disks = Disks {
        import: |cx, _| {
            cx.defer(DeferredReason::AbsentPrerequisite);
            Ok(Disk::default())
        },
        ..Disks::default()
    };
    let response = Host::with_disks(disks).await.import("7", None, CAN_WAIT).await;
    assert_eq!(response.deferred.unwrap().reason(), proto::deferred::Reason::AbsentPrereq);
}

#[tokio::test]
async fn a_resource_that_says_nothing_about_imports_cannot_be_imported() {
    let request = proto::import_resource_state::Request {
        type_name: "test_plain".to_owned(),
        id: "7".to_owned(),
        ..Default::default()
    };
    let host = Host::new(TestProvider::default());
    let response = host.service.import_resource_state(Request::new(request)).await.unwrap().into_inner();
    assert!(told(&response.diagnostics)[0].starts_with("error: test_plain cannot be imported: "));
}
