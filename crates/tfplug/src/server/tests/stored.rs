//! What was stored elsewhere: by an older version, for another type of resource, or as a state without a configuration.

use super::{
    provider::{Disk, broken},
    *,
};
use crate::Attr;

fn raw(json: &str) -> Option<proto::RawState> {
    Some(proto::RawState { json: json.to_owned().into(), ..Default::default() })
}

impl Host {
    async fn upgrade(&self, version: i64, raw_state: Option<proto::RawState>) -> (Json, Vec<String>) {
        let type_name = "test_disk".to_owned();
        let request = proto::upgrade_resource_state::Request { type_name, version, raw_state };
        let response = self.service.upgrade_resource_state(Request::new(request)).await.unwrap().into_inner();
        (read(response.upgraded_state.as_ref(), &disk_type()), told(&response.diagnostics))
    }

    async fn upgrade_identity(
        &self,
        type_name: &str,
        version: i64,
        raw_identity: Option<proto::RawState>,
    ) -> (Json, Vec<String>) {
        let type_name = type_name.to_owned();
        let request = proto::upgrade_resource_identity::Request { type_name, version, raw_identity };
        let response = self.service.upgrade_resource_identity(Request::new(request)).await.unwrap().into_inner();
        (read_identity(response.upgraded_identity.as_ref()), told(&response.diagnostics))
    }

    /// Moves a stored thing of another type here.
    async fn take_over(&self, state: &str) -> proto::move_resource_state::Response {
        let request = proto::move_resource_state::Request {
            source_provider_address: "registry.terraform.io/a/b".to_owned(),
            source_type_name: "b_volume".to_owned(),
            source_schema_version: 5,
            source_state: raw(state),
            target_type_name: "test_disk".to_owned(),
            source_private: r#"{"key":"kept"}"#.into(),
            source_identity: raw(r#"{"volume":"v"}"#),
            source_identity_schema_version: 6,
        };
        self.service.move_resource_state(Request::new(request)).await.unwrap().into_inner()
    }

    async fn generate(&self, state: Json) -> (Json, Vec<String>) {
        let (type_name, state) = ("test_disk".to_owned(), wire(&state, &disk_type()));
        let request = proto::generate_resource_config::Request { type_name, state };
        let response = self.service.generate_resource_config(Request::new(request)).await.unwrap().into_inner();
        (read(response.config.as_ref(), &disk_type()), told(&response.diagnostics))
    }
}

#[tokio::test]
async fn a_state_of_the_present_version_is_read_as_it_is() {
    let host = Host::with_disks(Disks { upgrade: |_, _| panic!("boom"), ..Disks::default() }).await;
    let (state, told) = host.upgrade(2, raw(r#"{"name": "a", "size": 1, "gone": "attribute"}"#)).await;
    assert_eq!((state, told), (json!({"name": "a", "size": 1}), vec![]));
    assert_eq!(host.upgrade(2, None).await, (Json::Null, vec![]));
    // Nothing is nothing in every version.
    assert_eq!(host.upgrade(1, raw("null")).await, (Json::Null, vec![]));
    assert_eq!(host.upgrade(1, Some(proto::RawState::default())).await, (Json::Null, vec![]));
}

#[tokio::test]
async fn a_state_of_another_version_is_rewritten_by_the_resource() {
    let upgrade = |version, mut state: Json| {
        state["name"] = format!("{} of {version}", state["title"].as_str().unwrap_or_default()).into();
        Ok(state)
    };
    let host = Host::with_disks(Disks { upgrade, ..Disks::default() }).await;
    assert_eq!(host.upgrade(1, raw(r#"{"title": "a"}"#)).await, (json!({"name": "a of 1"}), vec![]));
    assert_eq!(host.upgrade(3, raw(r#"{"title": "a"}"#)).await, (json!({"name": "a of 3"}), vec![]));
}

#[tokio::test]
async fn an_upgrade_that_gives_nothing_is_no_upgrade() {
    let host = Host::with_disks(Disks { upgrade: |_, _| Ok(Json::Null), ..Disks::default() }).await;
    let (_, told) = host.upgrade(1, raw(r#"{"name": "a"}"#)).await;
    assert!(told[0].starts_with("error: The stored state of test_disk cannot be upgraded: "), "{told:?}");
}

#[tokio::test]
async fn a_write_only_value_of_an_older_version_or_another_type_is_not_kept() {
    let disks = Disks {
        upgrade: |_, _| Ok(json!({"name": "a", "secret": "s"})),
        move_from: |_| Ok(Some(Disk { id: "1".into(), secret: "s".into(), ..Disk::default() })),
        ..Disks::default()
    };
    let host = Host::with_disks(disks).await;
    assert_eq!(host.upgrade(1, raw("{}")).await, (json!({"name": "a"}), vec![]));
    // It may have been stored before it became write-only.
    assert_eq!(host.upgrade(2, raw(r#"{"name": "a", "secret": "s"}"#)).await, (json!({"name": "a"}), vec![]));
    let response = host.take_over("{}").await;
    assert_eq!(read(response.target_state.as_ref(), &disk_type()), json!({"id": "1"}));
}

#[tokio::test]
async fn a_state_that_cannot_be_used_says_why() {
    let host = Host::with_disks(Disks { upgrade: |_, _| Err(broken()), ..Disks::default() }).await;
    let flatmap = proto::RawState { flatmap: [("name".to_owned(), "a".to_owned())].into(), ..Default::default() };
    for (version, state, expected) in [
        (1, raw("{}"), "error: Broken: It is broken."),
        (2, raw("{"), "error: The stored state cannot be read: It is not JSON: "),
        (2, raw(r#"{"size": "many"}"#), "error size: The stored state cannot be read: size: the value is not a number"),
        (2, Some(flatmap), "error: The stored state is too old: It was written by Terraform 0.11"),
    ] {
        let (state, told) = host.upgrade(version, state).await;
        assert_eq!(state, "(nothing)");
        assert!(told[0].starts_with(expected), "{told:?}");
    }
    let host = Host::with_disks(Disks { upgrade: |_, _| panic!("boom"), ..Disks::default() }).await;
    assert!(host.upgrade(1, raw("{}")).await.1[0].contains("boom"));
    // Where both are written, the newer one counts.
    let both = proto::RawState { json: "{}".into(), flatmap: [("name".to_owned(), "a".to_owned())].into() };
    assert_eq!(host.upgrade(2, Some(both)).await, (json!({}), vec![]));
}

#[tokio::test]
async fn a_stored_identity_is_brought_to_the_present_version() {
    let upgrade_identity = |version, identity: Json| match identity["old"].as_str() {
        Some("panic") => panic!("boom"),
        Some(old) => Ok(json!({"id": format!("{old} of {version}")})),
        None => Err(broken()),
    };
    let host = Host::with_disks(Disks { upgrade_identity, ..Disks::default() }).await;
    let upgrade = async |version, identity: &str| host.upgrade_identity("test_disk", version, raw(identity)).await;
    assert_eq!(upgrade(2, r#"{"id": "1"}"#).await, (json!({"id": "1"}), vec![]));
    assert_eq!(upgrade(1, r#"{"old": "1"}"#).await, (json!({"id": "1 of 1"}), vec![]));
    assert_eq!(upgrade(1, "{}").await, (json!("(nothing)"), vec!["error: Broken: It is broken.".to_owned()]));
    assert!(upgrade(1, r#"{"old": "panic"}"#).await.1[0].contains("boom"));
    let (_, told) = host.upgrade_identity("test_plain", 0, raw("{}")).await;
    assert_eq!(told, ["error: test_plain has no identity: A stored identity cannot be used for it."]);
}

#[test]
fn a_resource_that_says_nothing_about_versions_knows_no_way_from_another() {
    use crate::Resource as _;
    let error = provider::Plain.upgrade(4, json!({})).unwrap_err();
    let told = |errors: &crate::Diagnostics| {
        errors.iter().map(|it| format!("{}: {}", it.summary, it.detail)).collect::<Vec<_>>()
    };
    let detail = "has version 4, from which this version of the provider knows no way.";
    assert_eq!(told(&error), [format!("The stored state cannot be upgraded: The state {detail}")]);
    let error = provider::Plain.upgrade_identity(4, json!({})).unwrap_err();
    assert_eq!(told(&error), [format!("The stored identity cannot be upgraded: The identity {detail}")]);
    assert!(provider::Plain.identity_schema().is_none());
    assert!(matches!(provider::Plain.move_from(&crate::MoveSource::default()), Ok(None)));
}

#[tokio::test]
async fn a_state_of_another_type_is_taken_over_with_all_that_is_known_of_it() {
    let move_from = |source: &crate::MoveSource| {
        assert_eq!(source.provider_address, "registry.terraform.io/a/b");
        assert_eq!((source.type_name.as_str(), source.schema_version), ("b_volume", 5));
        assert_eq!((source.identity.clone(), source.identity_schema_version), (Some(json!({"volume": "v"})), 6));
        assert_eq!(source.private.get::<String>("key").as_deref(), Some("kept"));
        let id = source.state["id"].as_str().ok_or_else(broken)?;
        Ok(Some(Disk { id: id.into(), ..Disk::default() }))
    };
    let host = Host::with_disks(Disks { move_from, ..Disks::default() }).await;
    let response = host.take_over(r#"{"id": "1"}"#).await;
    assert_eq!(told(&response.diagnostics), [""; 0]);
    assert_eq!(read(response.target_state.as_ref(), &disk_type()), json!({"id": "1"}));
    assert_eq!(read_identity(response.target_identity.as_ref()), json!({"id": "1"}));
    let response = host.take_over("{}").await;
    assert_eq!(
        (told(&response.diagnostics), response.target_state),
        (vec!["error: Broken: It is broken.".to_owned()], None)
    );
}

#[tokio::test]
async fn a_state_that_nobody_here_can_take_over_is_named() {
    let response = Host::with_disks(Disks::default()).await.take_over("{}").await;
    let told_it = told(&response.diagnostics);
    assert!(told_it[0].starts_with("error: b_volume cannot become test_disk: "), "{told_it:?}");
    assert!(told_it[0].contains("schema version 5) of registry.terraform.io/a/b"), "{told_it:?}");
    let host = Host::with_disks(Disks { move_from: |_| panic!("boom"), ..Disks::default() }).await;
    assert!(told(&host.take_over("{}").await.diagnostics)[0].contains("boom"));
    assert!(told(&host.take_over("{").await.diagnostics)[0].contains("It is not JSON"));
}

#[tokio::test]
async fn a_generated_configuration_has_what_may_and_should_be_written() {
    let host = Host::with_disks(Disks::default()).await;
    let state = json!({
        "id": "1", "etag": "e", "name": "a", "size": 5, "zone": "z", "label": "l", "former": "b", "secret": "s",
        "mount": [{"path": "/"}],
    });
    let config = json!({"name": "a", "size": 5, "zone": "z", "label": "l", "mount": [{"path": "/"}]});
    assert_eq!(host.generate(state).await, (config, vec![]));
    // What is the default need not be written.
    assert_eq!(host.generate(json!({"name": "a", "size": 1})).await, (json!({"name": "a"}), vec![]));
    assert_eq!(host.generate(Json::Null).await, (Json::Null, vec![]));
}

#[tokio::test]
async fn the_resource_has_the_last_word_on_a_generated_configuration() {
    let generate_config = |config: Disk| Disk { zone: "changed".into(), mount: Attr::Null, ..config };
    let host = Host::with_disks(Disks { generate_config, ..Disks::default() }).await;
    assert_eq!(host.generate(json!({"name": "a"})).await, (json!({"name": "a", "zone": "changed"}), vec![]));
    let host = Host::with_disks(Disks { generate_config: |_| panic!("boom"), ..Disks::default() }).await;
    assert!(host.generate(json!({"name": "a"})).await.1[0].contains("boom"));
}

#[tokio::test]
async fn a_state_that_is_null_is_no_mistake_of_the_provider_that_takes_it_over() {
    #[derive(Clone, serde::Serialize, serde::Deserialize)]
    struct Volume {
        id: Attr<String>,
    }
    impl crate::schema::HasSchema for Volume {
        fn schema() -> Schema {
            Schema::new("A volume.").attribute("id", Attribute::string("Its ID."))
        }
    }
    let move_from =
        |source: &crate::MoveSource| source.read().map(|old: Volume| Some(Disk { id: old.id, ..Disk::default() }));
    let host = Host::with_disks(Disks { move_from, ..Disks::default() }).await;
    let refused = told(&host.take_over("null").await.diagnostics);
    assert_eq!(refused, ["error: The stored state cannot be read: It is null, and says nothing."]);
}
