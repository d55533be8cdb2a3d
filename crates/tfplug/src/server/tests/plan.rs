//! `PlanResourceChange`: the steps of a plan, in their order.

use super::{
    provider::{Disk, Meta, broken, region},
    *,
};
use crate::{Attr, DeferredReason, Diagnostic, Path};

/// What a plan came to.
struct Plan {
    planned: Json,
    replaces: Vec<String>,
    told: Vec<String>,
    response: proto::plan_resource_change::Response,
}

impl Host {
    async fn plan(&self, prior: Json, config: Json) -> Plan {
        self.plan_with(prior, config, |_| {}).await
    }

    /// A plan, with what is changed in Terraform's request first.
    async fn plan_with(
        &self,
        prior: Json,
        config: Json,
        change: impl FnOnce(&mut proto::plan_resource_change::Request),
    ) -> Plan {
        let mut request = proto::plan_resource_change::Request {
            type_name: "test_disk".to_owned(),
            proposed_new_state: wire(&proposed(&prior, &config), &disk_type()),
            prior_state: wire(&prior, &disk_type()),
            config: wire(&config, &disk_type()),
            ..Default::default()
        };
        change(&mut request);
        let response = self.service.plan_resource_change(Request::new(request)).await.unwrap().into_inner();
        Plan {
            planned: read(response.planned_state.as_ref(), &disk_type()),
            replaces: response.requires_replace.iter().map(place).collect(),
            told: told(&response.diagnostics),
            response,
        }
    }
}

#[tokio::test]
async fn a_creation_has_its_defaults_and_what_is_computed_is_unknown() {
    let plan = Host::with_disks(Disks::default()).await.plan(Json::Null, json!({"name": "a", "zone": "z"})).await;
    assert_eq!(plan.planned, json!({"name": "a", "zone": "z", "size": 1, "id": UNKNOWN, "etag": UNKNOWN}));
    assert_eq!((plan.replaces, plan.told), (vec![], vec![]));
}

#[tokio::test]
async fn a_configured_value_stands_before_a_default() {
    let host = Host::with_disks(Disks::default()).await;
    assert_eq!(host.plan(Json::Null, json!({"name": "a", "size": 5})).await.planned["size"], 5);
    // The default takes the place of what the state holds too.
    let prior = json!({"id": "1", "etag": "e", "name": "a", "size": 5});
    assert_eq!(host.plan(prior, json!({"name": "a"})).await.planned["size"], 1);
}

#[tokio::test]
async fn nothing_is_unknown_where_nothing_changes() {
    let prior = json!({"id": "1", "etag": "e", "name": "a", "size": 1});
    let plan = Host::with_disks(Disks::default()).await.plan(prior.clone(), json!({"name": "a"})).await;
    assert_eq!((plan.planned, plan.replaces, plan.told), (prior, vec![], vec![]));
}

#[tokio::test]
async fn a_change_makes_unknown_what_is_computed_unless_it_is_kept() {
    let prior = json!({"id": "1", "etag": "e", "name": "a", "size": 1});
    let plan = Host::with_disks(Disks::default()).await.plan(prior, json!({"name": "b"})).await;
    assert_eq!(plan.planned, json!({"id": "1", "etag": UNKNOWN, "name": "b", "size": 1}));
    assert_eq!((plan.replaces, plan.told), (vec![], vec![]));
}

#[tokio::test]
async fn a_write_only_value_is_in_no_plan_and_the_code_sees_it() {
    let disks = Disks {
        plan: |cx, change| {
            let config: Disk = cx.config()?.unwrap();
            cx.warn(Diagnostic::warning("Secret", config.secret.require("secret")?));
            assert_eq!(change.planned.as_ref().unwrap().secret, Attr::Null);
            change.planned.as_mut().unwrap().secret = "leaked".into();
            Ok(())
        },
        ..Disks::default()
    };
    let plan = Host::with_disks(disks).await.plan(Json::Null, json!({"name": "a", "secret": "s"})).await;
    assert_eq!(plan.told, ["warning: Secret: s"]);
    assert_eq!(plan.planned.get("secret"), None);
}

#[tokio::test]
async fn the_same_in_other_words_is_no_change() {
    let host = Host::with_disks(Disks::default()).await;
    let prior = json!({"id": "1", "etag": "e", "name": "a", "size": 1, "label": "Fast"});
    let plan = host.plan(prior.clone(), json!({"name": "a", "label": "FAST"})).await;
    assert_eq!((plan.planned, plan.told), (prior.clone(), vec![]));
    let plan = host.plan(prior.clone(), json!({"name": "a", "label": "slow"})).await;
    assert_eq!((&plan.planned["label"], &plan.planned["etag"]), (&json!("slow"), &json!(UNKNOWN)));
    // What is not there or not known is not the same as anything.
    let plan = host.plan(prior.clone(), json!({"name": "a", "label": UNKNOWN})).await;
    assert_eq!(plan.planned["label"], UNKNOWN);
    let without = json!({"id": "1", "etag": "e", "name": "a", "size": 1});
    assert_eq!(host.plan(without, json!({"name": "a", "label": "Fast"})).await.planned["label"], "Fast");
    assert_eq!(host.plan(prior, json!({"name": "a"})).await.planned.get("label"), None);
}

#[tokio::test]
async fn a_change_that_cannot_be_made_in_place_is_named() {
    let host = Host::with_disks(Disks::default()).await;
    let prior = json!({"id": "1", "etag": "e", "name": "a", "size": 1, "zone": "z"});
    let plan = host.plan(prior, json!({"name": "a", "zone": "y"})).await;
    assert_eq!((plan.replaces, plan.told), (vec!["zone".to_owned()], vec![]));
}

#[tokio::test]
async fn the_resource_s_own_say_comes_last() {
    let disks = Disks {
        plan: |_, change| {
            // What the framework has done by then.
            assert_eq!(change.requires_replace, [Path::attribute("zone")]);
            let (prior, planned) = change.as_update().unwrap();
            assert_eq!(
                (prior.etag.as_str(), &planned.etag, &planned.size),
                (Some("e"), &Attr::Unknown, &Attr::Known(1))
            );
            planned.etag = "foreseen".into();
            assert_eq!(change.config.as_ref().unwrap().size, Attr::Null);
            change.requires_replace = vec![Path::attribute("name")];
            Ok(())
        },
        ..Disks::default()
    };
    let prior = json!({"id": "1", "etag": "e", "name": "a", "size": 1, "zone": "z"});
    let plan = Host::with_disks(disks).await.plan(prior, json!({"name": "a", "zone": "y"})).await;
    assert_eq!((plan.replaces, plan.told), (vec!["name".to_owned()], vec![]));
    assert_eq!(plan.planned, json!({"id": "1", "etag": "foreseen", "name": "a", "size": 1, "zone": "y"}));
}

#[tokio::test]
async fn nothing_is_replaced_in_a_creation_or_a_destruction() {
    let disks = Disks {
        plan: |_, change| {
            change.requires_replace.push(Path::attribute("name"));
            Ok(())
        },
        ..Disks::default()
    };
    let host = Host::with_disks(disks).await;
    assert_eq!(host.plan(Json::Null, json!({"name": "a"})).await.replaces, [""; 0]);
    let prior = json!({"id": "1", "etag": "e", "name": "a", "size": 1});
    assert_eq!(host.plan(prior.clone(), Json::Null).await.replaces, [""; 0]);
    assert_eq!(host.plan(prior, json!({"name": "b"})).await.replaces, ["name"]);
}

#[tokio::test]
async fn a_plan_to_destroy_has_only_the_resource_s_own_step() {
    let disks = Disks {
        plan: |cx, change| {
            assert!(change.config.is_none() && change.as_create().is_none() && change.as_update().is_none());
            let prior = change.as_destroy().unwrap();
            cx.warn(Diagnostic::warning("Goes", prior.name.require("name")?));
            Ok(())
        },
        ..Disks::default()
    };
    let prior = json!({"id": "1", "etag": "e", "name": "a", "size": 1});
    let plan = Host::with_disks(disks).await.plan(prior, Json::Null).await;
    assert_eq!((plan.planned, plan.told), (Json::Null, vec!["warning: Goes: a".to_owned()]));
}

#[tokio::test]
async fn a_change_is_a_creation_an_update_or_a_destruction() {
    let disks = Disks {
        plan: |cx, change| {
            let kinds = [change.as_create().is_some(), change.as_update().is_some(), change.as_destroy().is_some()];
            cx.warn(Diagnostic::warning("Kind", format!("{kinds:?}")));
            Ok(())
        },
        ..Disks::default()
    };
    let host = Host::with_disks(disks).await;
    let (prior, config) = (json!({"id": "1", "etag": "e", "name": "a", "size": 1}), json!({"name": "b"}));
    assert_eq!(host.plan(Json::Null, config.clone()).await.told, ["warning: Kind: [true, false, false]"]);
    assert_eq!(host.plan(prior.clone(), config).await.told, ["warning: Kind: [false, true, false]"]);
    assert_eq!(host.plan(prior, Json::Null).await.told, ["warning: Kind: [false, false, true]"]);
}

#[tokio::test]
async fn what_makes_a_change_impossible_is_told_and_the_plan_stays_as_proposed() {
    let disks = Disks {
        plan: |cx, change| {
            cx.warn(Diagnostic::warning("Slow", ""));
            assert!(change.planned.as_ref().unwrap().name.as_str() != Some("panic"), "boom");
            Err(broken())
        },
        ..Disks::default()
    };
    let host = Host::with_disks(disks).await;
    let plan = host.plan(Json::Null, json!({"name": "a"})).await;
    assert_eq!(plan.told, ["warning: Slow: ", "error: Broken: It is broken."]);
    assert_eq!(plan.planned, json!({"name": "a"}));
    let plan = host.plan(Json::Null, json!({"name": "panic"})).await;
    assert!(plan.told[1].contains("panicked") && plan.told[1].contains("boom"), "{:?}", plan.told);
}

#[tokio::test]
async fn a_panic_in_an_equality_is_told() {
    let host = Host::with_disks(Disks { same_label: |_, _| panic!("boom"), ..Disks::default() }).await;
    let prior = json!({"id": "1", "etag": "e", "name": "a", "size": 1, "label": "a"});
    let plan = host.plan(prior, json!({"name": "a", "label": "b"})).await;
    assert!(plan.told[0].contains("boom"), "{:?}", plan.told);
}

#[tokio::test]
async fn a_plan_that_terraform_would_refuse_is_the_resource_s_mistake() {
    let disks = Disks {
        plan: |_, change| {
            change.planned.as_mut().unwrap().name = "other".into();
            Ok(())
        },
        ..Disks::default()
    };
    let plan = Host::with_disks(disks).await.plan(Json::Null, json!({"name": "a"})).await;
    assert!(
        plan.told[0].starts_with("error name: Provider produced invalid plan: test_disk.name: planned value"),
        "{:?}",
        plan.told
    );
}

#[tokio::test]
async fn the_code_knows_the_provider_the_module_and_what_was_kept_beside_the_state() {
    let disks = Disks {
        plan: |cx, _| {
            let meta: Meta = cx.provider_meta()?.unwrap();
            let before: Option<String> = cx.private().get("key");
            let said = format!("{} {:?} {before:?} {}", region(cx), meta.module.as_str(), cx.terraform_version());
            cx.warn(Diagnostic::warning("Seen", said));
            cx.private_mut().set("key", &"new")
        },
        ..Disks::default()
    };
    let plan = Host::with_disks(disks)
        .await
        .plan_with(Json::Null, json!({"name": "a"}), |request| {
            request.prior_private = r#"{"key":"old"}"#.into();
            request.provider_meta = wire(&json!({"module": "m"}), &Type::object([("module", Type::String)]));
        })
        .await;
    assert_eq!(plan.told, ["warning: Seen: north Some(\"m\") Some(\"old\") 1.15.5"]);
    assert_eq!(plan.response.planned_private, r#"{"key":"new"}"#);
}

#[tokio::test]
async fn a_plan_waits_for_the_provider_s_configuration() {
    let host = Host::waiting().await;
    let can_wait = |request: &mut proto::plan_resource_change::Request| request.client_capabilities = CAN_WAIT;
    let plan = host.plan_with(Json::Null, json!({"name": "a"}), can_wait).await;
    assert_eq!(plan.response.deferred.unwrap().reason(), proto::deferred::Reason::ProviderConfigUnknown);
    assert_eq!(plan.planned["etag"], UNKNOWN, "what the framework knows is planned");
    assert_eq!(host.plan(Json::Null, json!({"name": "a"})).await.response.deferred, None);
}

#[tokio::test]
async fn a_resource_may_say_itself_that_it_waits() {
    let disks = Disks {
        plan: |cx, change| {
            cx.defer(DeferredReason::ResourceConfigUnknown);
            // Nobody holds it to a plan that is not one yet.
            change.planned.as_mut().unwrap().name = Attr::Unknown;
            Ok(())
        },
        ..Disks::default()
    };
    let can_wait = |request: &mut proto::plan_resource_change::Request| request.client_capabilities = CAN_WAIT;
    let plan = Host::with_disks(disks).await.plan_with(Json::Null, json!({"name": "a"}), can_wait).await;
    assert_eq!(plan.response.deferred.unwrap().reason(), proto::deferred::Reason::ResourceConfigUnknown);
    assert_eq!(plan.told, [""; 0]);
}

#[tokio::test]
async fn the_identity_of_what_does_not_exist_yet_is_not_known() {
    let host = Host::with_disks(Disks::default()).await;
    let identified = |request: &mut proto::plan_resource_change::Request| {
        request.prior_identity = identity(&json!({"id": "1"}));
    };
    let plan = host.plan_with(Json::Null, json!({"name": "a"}), identified).await;
    assert_eq!(plan.response.planned_identity, None);
    let prior = json!({"id": "1", "etag": "e", "name": "a", "size": 1});
    let plan = host.plan_with(prior.clone(), json!({"name": "b"}), identified).await;
    assert_eq!(read_identity(plan.response.planned_identity.as_ref()), json!({"id": "1"}));
    let plan = host.plan_with(prior, Json::Null, identified).await;
    assert_eq!(read_identity(plan.response.planned_identity.as_ref()), json!({"id": "1"}));
}

#[tokio::test]
async fn what_a_struct_cannot_say_is_kept_as_terraform_sent_it() {
    // That the unknown path is certainly not null is more than an `Attr` can say.
    let disks = Disks {
        plan: |_, change| {
            change.planned.as_mut().unwrap().etag = "foreseen".into();
            Ok(())
        },
        ..Disks::default()
    };
    let mount = Value::List(vec![
        Value::object([("path", Value::from("/a"))]),
        Value::object([(
            "path",
            Value::Unknown(crate::value::Refinement { null: Some(false), ..Default::default() }.into()),
        )]),
    ]);
    let state = |mount: &Value| {
        let Value::Object(mut attributes) = value(&json!({"name": "a"}), &disk_type()) else { unreachable!() };
        attributes.insert("mount".to_owned(), mount.clone());
        let msgpack = encode(&Value::Object(attributes), &disk_type()).unwrap();
        Some(DynamicValue { msgpack: msgpack.into(), json: Default::default() })
    };
    let refined = |request: &mut proto::plan_resource_change::Request| {
        request.config = state(&mount);
        request.proposed_new_state = state(&mount);
    };
    let plan = Host::with_disks(disks).await.plan_with(Json::Null, json!({"name": "a"}), refined).await;
    let planned = decode(&plan.response.planned_state.unwrap().msgpack, &disk_type()).unwrap();
    assert_eq!(planned.attribute("mount"), &mount, "with what is known of the unknown path");
    assert_eq!((planned.attribute("etag"), plan.told), (&"foreseen".into(), vec![]));
}

#[tokio::test]
async fn a_resource_without_a_plan_of_its_own_is_planned() {
    let ty = Type::object([("name", Type::String)]);
    let request = proto::plan_resource_change::Request {
        type_name: "test_plain".to_owned(),
        config: wire(&json!({"name": "a"}), &ty),
        proposed_new_state: wire(&json!({"name": "a"}), &ty),
        ..Default::default()
    };
    let host = Host::new(TestProvider::default());
    let response = host.service.plan_resource_change(Request::new(request)).await.unwrap().into_inner();
    assert_eq!((read(response.planned_state.as_ref(), &ty), response.diagnostics), (json!({"name": "a"}), vec![]));
}

#[tokio::test]
async fn nothing_is_planned_where_something_turns_out_to_be_null() {
    let disks = Disks { plan: |_, _| panic!("the plan was called"), ..Disks::default() };
    let host = Host::with_disks(disks).await;
    for (config, expected) in nulls() {
        for prior in [Json::Null, json!({"id": "1", "etag": "e", "name": "a", "size": 1})] {
            let plan = host.plan(prior, config.clone()).await;
            refused(&plan.told, expected);
            assert_eq!(plan.replaces, [""; 0]);
        }
    }
}

#[tokio::test]
async fn what_only_an_apply_will_show_to_be_null_is_planned() {
    let host = Host::with_disks(Disks::default()).await;
    for (name, config) in [("name", json!({"name": UNKNOWN})), ("parts", json!({"name": "a", "parts": UNKNOWN}))] {
        let plan = host.plan(Json::Null, config).await;
        assert_eq!((&plan.planned[name], plan.told), (&json!(UNKNOWN), vec![]));
    }
}

#[tokio::test]
async fn a_panic_in_a_step_of_an_attribute_is_told() {
    let host = Host::with_disks(Disks::default()).await;
    let plan = host.plan(Json::Null, json!({"name": "a", "label": "unplanned"})).await;
    assert!(plan.told[0].starts_with("error: test_disk: the provider's code panicked: "), "{:?}", plan.told);
    assert!(plan.told[0].contains("boom"), "{:?}", plan.told);
}

#[tokio::test]
async fn a_destruction_needs_no_configuration() {
    let prior = json!({"id": "1", "etag": "e", "name": "a", "size": 1});
    assert_eq!(Host::with_disks(Disks::default()).await.plan(prior, Json::Null).await.told, [""; 0]);
}
