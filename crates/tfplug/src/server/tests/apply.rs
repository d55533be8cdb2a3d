//! `ApplyResourceChange`: what was planned is done, and what happened is in the answer.

use super::{
    provider::{Disk, DiskIdentity, Meta, broken, region},
    *,
};
use crate::{Attr, Diagnostic};

/// What applying a plan came to.
struct Applied {
    state: Json,
    told: Vec<String>,
    response: proto::apply_resource_change::Response,
}

impl Host {
    async fn apply(&self, prior: Json, planned: Json) -> Applied {
        self.apply_with(prior, planned, |_| {}).await
    }

    /// An apply, with what is changed in Terraform's request first.
    async fn apply_with(
        &self,
        prior: Json,
        planned: Json,
        change: impl FnOnce(&mut proto::apply_resource_change::Request),
    ) -> Applied {
        let mut request = proto::apply_resource_change::Request {
            type_name: "test_disk".to_owned(),
            prior_state: wire(&prior, &disk_type()),
            planned_state: wire(&planned, &disk_type()),
            config: wire(&planned, &disk_type()),
            ..Default::default()
        };
        change(&mut request);
        let response = self.service.apply_resource_change(Request::new(request)).await.unwrap().into_inner();
        Applied { state: read(response.new_state.as_ref(), &disk_type()), told: told(&response.diagnostics), response }
    }
}

fn planned(name: &str) -> Json {
    json!({"name": name, "size": 1, "id": UNKNOWN, "etag": UNKNOWN})
}

fn prior(name: &str) -> Json {
    json!({"name": name, "size": 1, "id": "1", "etag": "e"})
}

#[tokio::test]
async fn a_creation_answers_with_the_state_and_the_identity() {
    let applied = Host::with_disks(Disks::default()).await.apply(Json::Null, planned("a")).await;
    assert_eq!(applied.state, json!({"name": "a", "size": 1, "id": "disk-1", "etag": "e1"}));
    assert_eq!(applied.told, [""; 0]);
    assert_eq!(read_identity(applied.response.new_identity.as_ref()), json!({"id": "disk-1"}));
}

#[tokio::test]
async fn a_change_is_given_what_was_and_what_is_to_be() {
    let disks = Disks {
        update: |cx, prior, planned| {
            cx.warn(Diagnostic::warning("Was", prior.name.require("name")?));
            Ok(Disk { etag: "e2".into(), ..planned })
        },
        ..Disks::default()
    };
    let plan = json!({"name": "b", "size": 1, "id": "1", "etag": UNKNOWN});
    let applied = Host::with_disks(disks).await.apply(prior("a"), plan).await;
    assert_eq!(applied.state, json!({"name": "b", "size": 1, "id": "1", "etag": "e2"}));
    assert_eq!(applied.told, ["warning: Was: a"]);
}

#[tokio::test]
async fn a_destruction_leaves_no_state() {
    let disks = Disks {
        delete: |cx, state| {
            cx.warn(Diagnostic::warning("Gone", state.name.require("name")?));
            Ok(())
        },
        ..Disks::default()
    };
    let applied = Host::with_disks(disks).await.apply(prior("a"), Json::Null).await;
    assert_eq!((applied.state, applied.told), (Json::Null, vec!["warning: Gone: a".to_owned()]));
    assert_eq!(applied.response.new_identity, None);
}

#[tokio::test]
async fn without_a_checkpoint_an_error_leaves_what_was() {
    let disks = Disks {
        create: |_, _| Err(broken()),
        update: |_, _, _| Err(broken()),
        delete: |_, _| Err(broken()),
        ..Disks::default()
    };
    let host = Host::with_disks(disks).await;
    for (before, planned) in [(Json::Null, planned("b")), (prior("a"), planned("b")), (prior("a"), Json::Null)] {
        let applied = host.apply(before.clone(), planned).await;
        assert_eq!(applied.told, ["error: Broken: It is broken."]);
        assert_eq!(applied.state, before);
    }
}

#[tokio::test]
async fn what_was_reached_is_stored_beside_an_error_and_after_a_panic() {
    let disks = Disks {
        create: |cx, planned| {
            cx.checkpoint(&Disk { id: "half".into(), ..planned.clone() })?;
            assert!(planned.name.as_str() != Some("panic"), "boom");
            Err(broken())
        },
        ..Disks::default()
    };
    let host = Host::with_disks(disks).await;
    // Terraform would refuse a state with something unknown in it, and lose what did happen.
    let half = |name: &str| json!({"name": name, "size": 1, "id": "half"});
    let applied = host.apply(Json::Null, planned("a")).await;
    assert_eq!((applied.state, applied.told), (half("a"), vec!["error: Broken: It is broken.".to_owned()]));
    let applied = host.apply(Json::Null, planned("panic")).await;
    assert_eq!(applied.state, half("panic"));
    assert!(applied.told[0].contains("boom"), "{:?}", applied.told);
}

#[tokio::test]
async fn nothing_that_is_unknown_is_left_in_a_state_beside_an_error() {
    let disks = Disks {
        create: |cx, planned| {
            let half_known = vec![provider::Mount { path: Attr::Unknown }, provider::Mount { path: "/".into() }];
            cx.checkpoint(&Disk { mount: Attr::Known(half_known), ..planned })?;
            Err(broken())
        },
        ..Disks::default()
    };
    let applied = Host::with_disks(disks).await.apply(Json::Null, planned("a")).await;
    assert_eq!(applied.state, json!({"name": "a", "size": 1, "mount": [{}, {"path": "/"}]}));
}

#[tokio::test]
async fn a_result_that_terraform_would_refuse_is_the_resource_s_mistake() {
    for (create, expected) in [
        ((|_, planned| Ok(planned)) as fn(&mut _, Disk) -> _, "test_disk.etag: the value is still unknown"),
        (
            |_, planned| Ok(Disk { id: "1".into(), etag: "e".into(), name: "other".into(), ..planned }),
            "test_disk.name: the value is not the one that was planned",
        ),
    ] {
        let applied =
            Host::with_disks(Disks { create, ..Disks::default() }).await.apply(Json::Null, planned("a")).await;
        assert!(applied.told[0].contains("Provider produced inconsistent result after apply"), "{:?}", applied.told);
        assert!(applied.told[0].contains(expected), "{:?}", applied.told);
    }
}

#[tokio::test]
async fn the_planned_words_stay_where_the_service_says_the_same_in_others() {
    let disks = Disks {
        create: |_, planned| Ok(Disk { id: "1".into(), etag: "e".into(), label: "FAST".into(), ..planned }),
        ..Disks::default()
    };
    let host = Host::with_disks(disks).await;
    let with_label = json!({"name": "a", "size": 1, "id": UNKNOWN, "etag": UNKNOWN, "label": "fast"});
    let applied = host.apply(Json::Null, with_label).await;
    assert_eq!((&applied.state["label"], applied.told), (&json!("fast"), vec![]));
}

#[tokio::test]
async fn what_was_done_is_stored_even_when_the_comparison_of_words_panics() {
    let disks = Disks {
        create: |_, planned| Ok(Disk { id: "1".into(), etag: "e".into(), label: "FAST".into(), ..planned }),
        same_label: |_, _| panic!("boom"),
        ..Disks::default()
    };
    let with_label = json!({"name": "a", "size": 1, "id": UNKNOWN, "etag": UNKNOWN, "label": "fast"});
    let applied = Host::with_disks(disks).await.apply(Json::Null, with_label).await;
    assert_eq!(applied.state["id"], "1");
    assert!(applied.told[0].contains("boom"), "{:?}", applied.told);
}

#[tokio::test]
async fn a_write_only_value_is_seen_and_not_stored() {
    let disks = Disks {
        create: |cx, planned| {
            let config: Disk = cx.config()?.unwrap();
            cx.warn(Diagnostic::warning("Secret", config.secret.require("secret")?));
            Ok(Disk { id: "1".into(), etag: "e".into(), secret: config.secret, ..planned })
        },
        ..Disks::default()
    };
    let secret = |request: &mut proto::apply_resource_change::Request| {
        request.config = wire(&json!({"name": "a", "secret": "s"}), &disk_type());
    };
    let applied = Host::with_disks(disks).await.apply_with(Json::Null, planned("a"), secret).await;
    assert_eq!(applied.told, ["warning: Secret: s"]);
    assert_eq!(applied.state, json!({"name": "a", "size": 1, "id": "1", "etag": "e"}));
}

#[tokio::test]
async fn the_code_knows_the_provider_the_module_and_what_the_plan_kept_beside_the_state() {
    let disks = Disks {
        create: |cx, planned| {
            let meta: Meta = cx.provider_meta()?.unwrap();
            let before: Option<String> = cx.private().get("key");
            let said = format!("{} {:?} {before:?}", region(cx), meta.module.as_str());
            cx.warn(Diagnostic::warning("Seen", said));
            cx.private_mut().set("key", &"new")?;
            Ok(Disk { id: "1".into(), etag: "e".into(), ..planned })
        },
        ..Disks::default()
    };
    let applied = Host::with_disks(disks)
        .await
        .apply_with(Json::Null, planned("a"), |request| {
            request.planned_private = r#"{"key":"old"}"#.into();
            request.provider_meta = wire(&json!({"module": "m"}), &Type::object([("module", Type::String)]));
        })
        .await;
    assert_eq!(applied.told, ["warning: Seen: north Some(\"m\") Some(\"old\")"]);
    assert_eq!(applied.response.private, r#"{"key":"new"}"#);
}

#[tokio::test]
async fn a_resource_stays_the_one_that_it_is() {
    let disks =
        Disks { identity: |disk| Some(DiskIdentity { id: disk.etag.clone(), zone: Attr::Null }), ..Disks::default() };
    let host = Host::with_disks(disks).await;
    let identified = |request: &mut proto::apply_resource_change::Request| {
        request.planned_identity = identity(&json!({"id": "e"}));
    };
    let plan = json!({"name": "b", "size": 1, "id": "1", "etag": UNKNOWN});
    let applied = host.apply_with(prior("a"), plan, identified).await;
    assert!(
        applied.told[0].starts_with("error: Provider changed the identity of a resource: test_disk: id of "),
        "{:?}",
        applied.told
    );
    assert_eq!(read_identity(applied.response.new_identity.as_ref()), json!({"id": "e"}), "the stored one stays");
    assert_eq!(applied.state["etag"], "e2", "and what was done is stored");
    // What is created, perhaps in place of another, is another thing.
    let applied = host.apply_with(Json::Null, planned("a"), identified).await;
    assert_eq!((applied.told, read_identity(applied.response.new_identity.as_ref())), (vec![], json!({"id": "e1"})));
}

#[tokio::test]
async fn an_identity_that_the_state_does_not_tell_stays_as_it_is_stored() {
    let host = Host::with_disks(Disks { identity: |_| None, ..Disks::default() }).await;
    let identified = |request: &mut proto::apply_resource_change::Request| {
        request.planned_identity = identity(&json!({"id": "stored"}));
    };
    let plan = json!({"name": "b", "size": 1, "id": "1", "etag": UNKNOWN});
    let applied = host.apply_with(prior("a"), plan, identified).await;
    assert_eq!(
        (applied.told, read_identity(applied.response.new_identity.as_ref())),
        (vec![], json!({"id": "stored"}))
    );
    let applied = host.apply_with(prior("a"), Json::Null, identified).await;
    assert_eq!(applied.response.new_identity, None);
}

#[tokio::test]
async fn a_type_that_is_not_served_leaves_the_state_as_it_was() {
    let host = Host::new(TestProvider::default());
    let stranger = |request: &mut proto::apply_resource_change::Request| request.type_name = "test_none".to_owned();
    let applied = host.apply_with(prior("a"), planned("b"), stranger).await;
    assert!(applied.told[0].contains("Unknown resource type"), "{:?}", applied.told);
    assert_eq!(applied.state, prior("a"));
}

#[tokio::test]
async fn what_turns_out_to_be_null_at_the_apply_changes_nothing() {
    let disks = Disks {
        create: |_, _| panic!("the creation was called"),
        update: |_, _, _| panic!("the change was called"),
        ..Disks::default()
    };
    let host = Host::with_disks(disks).await;
    for (config, expected) in nulls() {
        for prior in [Json::Null, prior("a")] {
            let with_null =
                |request: &mut proto::apply_resource_change::Request| request.config = wire(&config, &disk_type());
            let applied = host.apply_with(prior.clone(), planned("a"), with_null).await;
            refused(&applied.told, expected);
            assert_eq!(applied.state, prior);
        }
    }
}

#[tokio::test]
async fn what_a_configuration_lacks_stops_no_destruction() {
    let host = Host::with_disks(Disks::default()).await;
    let lacking = |request: &mut proto::apply_resource_change::Request| request.config = wire(&json!({}), &disk_type());
    for state in [prior("a"), json!({"id": "1"})] {
        let applied = host.apply_with(state, Json::Null, lacking).await;
        assert_eq!((applied.state, applied.told), (Json::Null, vec![]));
    }
}

#[tokio::test]
async fn a_panic_in_a_change_or_a_destruction_is_told_and_leaves_what_was() {
    let disks = Disks { update: |_, _, _| panic!("boom"), delete: |_, _| panic!("boom"), ..Disks::default() };
    let host = Host::with_disks(disks).await;
    for planned in [planned("b"), Json::Null] {
        let applied = host.apply(prior("a"), planned).await;
        assert!(applied.told[0].starts_with("error: test_disk: the provider's code panicked: "), "{:?}", applied.told);
        assert_eq!((applied.told[0].contains("boom"), applied.state), (true, prior("a")));
    }
}

#[tokio::test]
async fn where_nothing_was_and_nothing_is_to_be_nothing_is_done() {
    let disks = Disks { create: |_, _| panic!("boom"), delete: |_, _| panic!("boom"), ..Disks::default() };
    let applied = Host::with_disks(disks).await.apply(Json::Null, Json::Null).await;
    assert_eq!((applied.state, applied.told), (Json::Null, vec![]));
}

#[tokio::test]
async fn a_state_of_which_nothing_is_known_is_refused() {
    let unknown = |request: &mut proto::apply_resource_change::Request| {
        request.planned_state = Some(DynamicValue { msgpack: vec![0xd4, 0, 0].into(), json: Default::default() });
    };
    let applied = Host::with_disks(Disks::default()).await.apply_with(Json::Null, json!({"name": "a"}), unknown).await;
    assert!(applied.told[0].starts_with("error: A value cannot be read: "), "{:?}", applied.told);
}
