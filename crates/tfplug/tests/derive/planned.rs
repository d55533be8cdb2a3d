//! What a plan knows: defaults that are made of the configuration, identities, and what the plan before left.

#![allow(clippy::unwrap_used, reason = "helpers outside of test functions are test code too")]

use serde_json::json;
use tfplug::{
    prelude::*,
    schema::{Nesting, Unset, plan},
    testing::{Host, Terraform, schema_problems, unknown},
};

/// The name in small letters, as far as it is known.
fn host_name(it: &Unset<'_>) -> Value {
    match it.config.attribute("name") {
        Value::String(name) => name.to_lowercase().into(),
        _ => Value::UNKNOWN,
    }
}

/// A machine.
#[derive(Clone, Default, Model)]
struct Machine {
    /// Its name.
    #[tf(required)]
    name: Attr<String>,
    /// Its ID, which the service gives.
    #[tf(computed, use_state_for_unknown)]
    id: Attr<String>,
    /// Its zone.
    #[tf(requires_replace)]
    zone: Attr<String>,
    /// Its host name. Default: the name, in small letters.
    #[tf(default_from = host_name)]
    host_name: Attr<String>,
    /// Who is told of it. Default: nobody, where there is no zone.
    #[tf(default_from = |it| match it.config.attribute("zone") {
        Value::Null => Value::Null,
        _ => "operators".into(),
    })]
    contact: Attr<String>,
    /// Its disks.
    disks: Attr<Vec<Disk>>,
    /// How often its plan has asked the service.
    #[tf(computed, modify_plan(plan::use_state_for_unknown()))]
    asked: Attr<i64>,
}

/// A disk.
#[derive(Clone, Model)]
struct Disk {
    /// Its label. Default: the place, in words.
    #[tf(default_from = |it| it.path.to_string().into())]
    label: Attr<String>,
}

/// Which machine it is.
#[derive(Clone, Identity)]
struct MachineIdentity {
    /// Its zone.
    zone: Attr<String>,
    /// Its ID.
    #[tf(required)]
    id: Attr<String>,
}

#[resource("test_machine")]
impl Resource for Machine {
    type Identity = MachineIdentity;

    fn identity(&self, state: &Machine) -> Option<MachineIdentity> {
        Some(MachineIdentity { zone: state.zone.clone(), id: state.id.clone() })
    }

    fn planned_identity(&self, planned: &Machine) -> Option<MachineIdentity> {
        // One that says something else than before.
        if planned.name.as_str() == Some("liar") {
            return Some(MachineIdentity { zone: planned.zone.clone(), id: "another".to_owned().into() });
        }
        (planned.name.as_str() != Some("silent"))
            .then(|| MachineIdentity { zone: planned.zone.clone(), id: planned.id.clone() })
    }

    async fn plan(&self, cx: &mut Context<()>, change: &mut Change<Machine>) -> Result<()> {
        if let Some(planned) = &mut change.planned {
            let asked = cx.planned_private().and_then(|before| before.get("asked")).unwrap_or(0) + 1;
            cx.private_mut().set("asked", &asked)?;
            if planned.name.as_str() == Some("told") {
                cx.warn(Diagnostic::warning(format!("Asked {asked} times"), "In the plans of this change."));
            }
        }
        Ok(())
    }

    async fn create(&self, _: &mut Context<()>, mut planned: Machine) -> Result<Machine> {
        planned.id.resolve("m-1".to_owned().into());
        planned.asked.resolve(0.into());
        Ok(planned)
    }

    async fn read(&self, _: &mut Context<()>, state: Machine) -> Result<Option<Machine>> {
        Ok(Some(state))
    }

    async fn update(&self, cx: &mut Context<()>, _: Machine, planned: Machine) -> Result<Machine> {
        self.create(cx, planned).await
    }

    async fn delete(&self, _: &mut Context<()>, _: Machine) -> Result<()> {
        Ok(())
    }
}

async fn host() -> Host {
    let host = Host::in_process(Unconfigured::new("1.0.0", |all| all.resource(Machine::default()))).await.unwrap();
    host.configure(&json!({})).await.unwrap();
    host
}

const MACHINE: &str = "test_machine";

#[tokio::test]
async fn a_default_may_be_made_of_the_rest_of_the_configuration() {
    let host = host().await;
    let planned = async |config| host.plan(MACHINE, None, &config).await.unwrap().shown();
    let one = planned(json!({"name": "Web"})).await;
    assert_eq!((&one["host_name"], &one["contact"]), (&json!("web"), &json!(null)));
    let zone = planned(json!({"name": "Web", "zone": "z", "host_name": "Own"})).await;
    assert_eq!((&zone["host_name"], &zone["contact"]), (&json!("Own"), &json!("operators")));
    let later = planned(json!({"name": unknown()})).await;
    assert_eq!(later["host_name"], unknown());
    let nested = planned(json!({"name": "Web", "disks": [{"label": "root"}, {}]})).await;
    assert_eq!(nested["disks"], json!([{"label": "root"}, {"label": "disks[1].label"}]));
}

#[tokio::test]
async fn such_a_default_follows_the_configuration() {
    let host = host().await;
    let made = host.create(MACHINE, &json!({"name": "Web"})).await.unwrap();
    assert_eq!(made.shown()["host_name"], "web");
    let changed = host.update(&made, &json!({"name": "Db"})).await.unwrap();
    assert_eq!(changed.shown()["host_name"], "db");
    let own = host.update(&changed, &json!({"name": "Db", "host_name": "other"})).await.unwrap();
    let back = host.update(&own, &json!({"name": "Db"})).await.unwrap();
    assert_eq!(back.shown()["host_name"], "db");
    host.check_settled(&back, &json!({"name": "Db"})).await.unwrap();
}

#[test]
fn of_two_defaults_one_does_nothing() {
    struct Both;

    #[resource("test_both")]
    impl Resource for Both {
        type Model = Machine;

        fn schema(&self) -> Schema {
            let name = Attribute::string("Its name.").default("a").default_from(|_| "b".into());
            Schema::of::<Machine>().attribute("name", name)
        }

        async fn create(&self, _: &mut Context<()>, planned: Machine) -> Result<Machine> {
            Ok(planned)
        }

        async fn read(&self, _: &mut Context<()>, state: Machine) -> Result<Option<Machine>> {
            Ok(Some(state))
        }

        async fn delete(&self, _: &mut Context<()>, _: Machine) -> Result<()> {
            Ok(())
        }
    }

    let both = Unconfigured::new("1.0.0", |all| all.resource(Both));
    assert_eq!(schema_problems(&both), ["resource test_both: name: one of two defaults does nothing"]);
    let text =
        || Attribute::nested(Nesting::Single, "It.", [("a", Attribute::string("A.").default_from(|_| "b".into()))]);
    assert!(text().is_optional());
}

/// The identity in a plan, with null for what is not known.
async fn planned_identity(
    host: &Host,
    prior: Option<&tfplug::testing::State>,
    config: serde_json::Value,
) -> Option<Value> {
    host.plan(MACHINE, prior, &config).await.unwrap().identity
}

#[tokio::test]
async fn a_plan_tells_the_identity_as_far_as_it_is_known() {
    let host = host().await;
    let of = |zone: &str, id: Value| Some(Value::object([("zone", zone.into()), ("id", id)]));
    let config = json!({"name": "web", "zone": "z"});
    assert_eq!(planned_identity(&host, None, config.clone()).await, of("z", Value::UNKNOWN));
    assert_eq!(planned_identity(&host, None, json!({"name": "silent"})).await, None);

    let made = host.create(MACHINE, &config).await.unwrap();
    let same = planned_identity(&host, Some(&made), json!({"name": "db", "zone": "z"})).await;
    assert_eq!(same, of("z", "m-1".into()));
    let kept = planned_identity(&host, Some(&made), json!({"name": "silent", "zone": "z"})).await;
    assert_eq!(kept, of("z", "m-1".into()), "a plan that tells nothing leaves it as it is");
    // What comes in the place of another thing has an identity of its own.
    let replaced = planned_identity(&host, Some(&made), json!({"name": "web", "zone": "y"})).await;
    assert_eq!(replaced, of("y", Value::UNKNOWN));
    host.update(&made, &json!({"name": "web", "zone": "y"})).await.unwrap();
}

#[tokio::test]
async fn what_stays_the_same_thing_keeps_its_identity_in_the_plan_too() {
    let host = host().await;
    let made = host.create(MACHINE, &json!({"name": "web", "zone": "z"})).await.unwrap();
    let refused = host.plan(MACHINE, Some(&made), &json!({"name": "liar", "zone": "z"})).await.unwrap_err();
    let told = refused.diagnostics().iter().next().unwrap();
    assert_eq!(told.summary, "Provider changed the identity of a resource");
}

#[tokio::test]
async fn the_plan_at_the_apply_knows_what_the_first_one_left_since_terraform_1_16() {
    for (stored, times) in [(false, 1), (true, 2)] {
        let mut terraform = Terraform::default();
        terraform.planned_private_stored = stored;
        let host = host().await.with_terraform(terraform);
        let first = host.plan(MACHINE, None, &json!({"name": "told"})).await.unwrap();
        assert_eq!(first.diagnostics.iter().next().unwrap().summary, "Asked 1 times");
        let last = host.replan(&first, &json!({"name": "told"})).await.unwrap();
        assert_eq!(last.diagnostics.iter().next().unwrap().summary, format!("Asked {times} times"));
    }
}

/// A machine with addresses, which the service gives where none are written.
#[derive(Clone, Default, Model)]
struct Connected {
    /// Its name.
    #[tf(required)]
    name: Attr<String>,
    /// Its addresses.
    #[tf(block, computed)]
    address: Attr<Vec<Address>>,
    /// Its routes, which stay as they are.
    #[tf(block, computed, modify_plan(use_state_for_unknown()))]
    route: Attr<Vec<Address>>,
}

/// An address.
#[derive(Clone, Model)]
struct Address {
    /// As digits.
    ip: Attr<String>,
}

#[resource("test_connected")]
impl Resource for Connected {
    async fn create(&self, _: &mut Context<()>, mut planned: Connected) -> Result<Connected> {
        let address = || Address { ip: format!("10.0.0.{}", planned.name.as_str().map_or(0, str::len)).into() };
        let (one, other) = (vec![address()], vec![address()]);
        planned.address.resolve(one.into());
        planned.route.resolve(other.into());
        Ok(planned)
    }

    async fn read(&self, _: &mut Context<()>, state: Connected) -> Result<Option<Connected>> {
        Ok(Some(state))
    }

    async fn update(&self, cx: &mut Context<()>, _: Connected, planned: Connected) -> Result<Connected> {
        self.create(cx, planned).await
    }

    async fn delete(&self, _: &mut Context<()>, _: Connected) -> Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn where_no_block_is_written_the_provider_gives_them() {
    let host = Host::in_process(Unconfigured::new("1.0.0", |all| all.resource(Connected::default()))).await.unwrap();
    host.configure(&json!({})).await.unwrap();
    let mut terraform = Terraform::default();
    terraform.computed_blocks_allowed = true;
    let host = host.with_terraform(terraform);
    let planned = host.plan("test_connected", None, &json!({"name": "a"})).await.unwrap();
    assert_eq!(planned.shown(), json!({"name": "a", "address": unknown(), "route": unknown()}));
    let made = host.create("test_connected", &json!({"name": "a"})).await.unwrap();
    assert_eq!(made.shown()["address"], json!([{"ip": "10.0.0.1"}]));
    host.check_settled(&made, &json!({"name": "a"})).await.unwrap();

    let changed = host.update(&made, &json!({"name": "ab"})).await.unwrap();
    assert_eq!(changed.shown()["address"], json!([{"ip": "10.0.0.2"}]));
    assert_eq!(changed.shown()["route"], json!([{"ip": "10.0.0.1"}]), "a plan modifier keeps what was there");
    let written = json!({"name": "ab", "address": [{"ip": "1.2.3.4"}]});
    let own = host.update(&changed, &written).await.unwrap();
    assert_eq!(own.shown()["address"], json!([{"ip": "1.2.3.4"}]));
    host.check_settled(&own, &written).await.unwrap();
}

#[test]
fn only_a_managed_resource_plans_its_blocks() {
    struct Found;

    #[data_source("test_found")]
    impl DataSource for Found {
        type Model = Connected;

        async fn read(&self, _: &mut Context<()>, config: Connected) -> Result<Connected> {
            Ok(config)
        }
    }

    let found = Unconfigured::new("1.0.0", |all: &mut Registry<()>| all.data_source(Found));
    let alone = "does something in a managed resource alone";
    assert_eq!(
        schema_problems(&found),
        [
            format!("data source test_found: address: computed() {alone}"),
            format!("data source test_found: route: computed() {alone}"),
            format!("data source test_found: route: a plan modifier {alone}"),
        ]
    );
}
