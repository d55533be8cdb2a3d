//! The service, called as tonic calls it, with a small provider behind it.

mod action;
mod apply;
mod configuration;
mod data_source;
mod ephemeral;
mod function;
mod informational;
mod list;
mod plan;
mod provider;
mod read;
mod state_store;
mod stored;
mod validate;

use serde_json::{Value as Json, json};
use tonic::Request;

use self::provider::{Disks, Queries, TestProvider};
use super::Server;
use crate::{
    Resource, Value,
    proto::tfplugin6::{
        self as proto, ClientCapabilities, DynamicValue, attribute_path::step::Selector, diagnostic::Severity,
        provider_server::Provider as Service,
    },
    schema::{Attribute, Schema},
    value::{Type, decode, encode, from_json, to_json},
};

/// Stands for an unknown value in the JSON of the tests.
const UNKNOWN: &str = "(unknown)";

/// A client that knows how to wait for what is not known yet.
const CAN_WAIT: Option<ClientCapabilities> = Some(ClientCapabilities { deferral_allowed: true, ..NO_CAPABILITIES });

const NO_CAPABILITIES: ClientCapabilities = ClientCapabilities {
    deferral_allowed: false,
    write_only_attributes_allowed: false,
    store_planned_private: false,
    computed_blocks_allowed: false,
};

/// What Terraform is, for these tests: it speaks the protocol to a provider in the same process.
struct Host {
    service: Server,
}

impl Host {
    fn new(provider: TestProvider) -> Self {
        Self { service: Server::new(provider) }
    }

    /// With a provider whose disks behave so, configured for the region `north`.
    async fn with_disks(disks: Disks) -> Self {
        let host = Self::new(TestProvider { disks, ..TestProvider::default() });
        assert_eq!(host.configure(json!({"region": "north"}), None).await, [""; 0]);
        host
    }

    /// With a provider whose other parts behave so, configured for the region `north`.
    async fn with_queries(queries: Queries) -> Self {
        let host = Self::new(TestProvider { queries, ..TestProvider::default() });
        assert_eq!(host.configure(json!({"region": "north"}), None).await, [""; 0]);
        host
    }

    /// With a provider whose configuration is not known yet, which Terraform waits for.
    async fn waiting() -> Self {
        let host = Self::new(TestProvider::default());
        assert_eq!(host.configure(json!({"region": UNKNOWN}), CAN_WAIT).await, [""; 0]);
        host
    }

    async fn configure(&self, config: Json, client_capabilities: Option<ClientCapabilities>) -> Vec<String> {
        let request = proto::configure_provider::Request {
            terraform_version: "1.15.5".to_owned(),
            config: wire(&config, &provider_type()),
            client_capabilities,
        };
        let response = self.service.configure_provider(Request::new(request)).await.unwrap().into_inner();
        told(&response.diagnostics)
    }

    /// Asks the service to stop.
    async fn stop(&self) {
        let response = self.service.stop_provider(Request::new(proto::stop_provider::Request {})).await.unwrap();
        assert_eq!(response.into_inner().error, "");
    }
}

fn disk_schema() -> Schema {
    Disks::default().schema()
}

fn disk_type() -> Type {
    disk_schema().ty()
}

fn provider_type() -> Type {
    crate::Provider::schema(&TestProvider::default()).ty()
}

fn query_type() -> Type {
    provider::query_schema().ty()
}

fn identity_type() -> Type {
    Type::object([("id", Type::String), ("zone", Type::String)])
}

/// JSON as a value of a type; what is left out is null, and a block that is left out has no elements.
fn value(json: &Json, ty: &Type) -> Value {
    // A text that stands for an unknown value may stand where none of its type could.
    let mut without = json.clone();
    if let (Json::Object(attributes), Type::Object(types)) = (&mut without, ty) {
        attributes.retain(|_, value| value != UNKNOWN);
        if types.contains_key("mount") {
            attributes.entry("mount").or_insert(json!([]));
        }
    }
    let mut value = from_json(&without, ty).unwrap();
    if let (Value::Object(attributes), Json::Object(given)) = (&mut value, json) {
        for (name, _) in given.iter().filter(|(_, given)| *given == UNKNOWN) {
            attributes.insert(name.clone(), Value::UNKNOWN);
        }
    }
    value
}

/// JSON as Terraform sends it.
fn wire(json: &Json, ty: &Type) -> Option<DynamicValue> {
    let msgpack = encode(&value(json, ty), ty).unwrap();
    Some(DynamicValue { msgpack: msgpack.into(), json: Default::default() })
}

fn identity(json: &Json) -> Option<proto::ResourceIdentityData> {
    Some(proto::ResourceIdentityData { identity_data: wire(json, &identity_type()) })
}

/// A value from the service as JSON, without what is null or has no elements.
fn read(wire: Option<&DynamicValue>, ty: &Type) -> Json {
    let Some(wire) = wire else { return Json::from("(nothing)") };
    let value = decode(&wire.msgpack, ty).unwrap();
    if let Value::Object(attributes) = &value {
        assert_ne!(attributes.get("mount"), Some(&Value::Null), "Terraform has no null for a block");
    }
    shown(&value)
}

fn read_identity(identity: Option<&proto::ResourceIdentityData>) -> Json {
    read(identity.and_then(|identity| identity.identity_data.as_ref()), &identity_type())
}

fn shown(value: &Value) -> Json {
    match value {
        Value::Unknown(_) => UNKNOWN.into(),
        Value::Object(attributes) => {
            let there = attributes.iter().filter(|(_, it)| !it.is_null() && **it != Value::List(Vec::new()));
            Json::Object(there.map(|(name, value)| (name.clone(), shown(value))).collect())
        }
        Value::List(elements) => elements.iter().map(shown).collect(),
        other => to_json(other).unwrap(),
    }
}

/// What a person is told, each as `severity place: summary: detail`.
fn told(diagnostics: &[proto::Diagnostic]) -> Vec<String> {
    let one = |diagnostic: &proto::Diagnostic| {
        let severity = match diagnostic.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Invalid => "invalid",
        };
        let place = diagnostic.attribute.as_ref().map_or(String::new(), |path| format!(" {}", place(path)));
        format!("{severity}{place}: {}: {}", diagnostic.summary, diagnostic.detail)
    };
    diagnostics.iter().map(one).collect()
}

/// What must not be null is, beside what these blocks need, and how each is told: at its place, and in its words.
fn nulls_beside(needed: &Json) -> Vec<(Json, &'static str)> {
    let rows = [
        (json!({"user": null}), "error parts/user: Missing parts.user: It must be set, and it is null"),
        (
            json!({"user": "u", "routes": [{"path": "/"}, {}]}),
            "error parts/routes/1/path: Missing parts.routes[1].path: ",
        ),
        (json!({"user": "u", "order": ["x", null]}), "error parts/order/1: Null in parts.order: An element is null"),
        (json!({"user": "u", "tags": ["x", null]}), "error parts/tags: Null in parts.tags: An element is null"),
        (json!({"user": "u", "labels": {"k": null}}), "error parts/labels/\"k\": Null in parts.labels: An element is"),
    ];
    let with = |parts| {
        let mut config = needed.clone();
        config["parts"] = parts;
        config
    };
    rows.map(|(parts, expected)| (with(parts), expected)).into()
}

/// The same with what a disk and whatever is asked for one need, and without it.
fn nulls() -> Vec<(Json, &'static str)> {
    let mut rows = nulls_beside(&json!({"name": "a"}));
    rows.push((json!({}), "error name: Missing name: It must be set, and it is null"));
    rows.push((json!({"name": "a", "mount": [{"path": "/"}, {}]}), "error mount/1/path: Missing mount[1].path: "));
    rows
}

/// What is told is this error alone: nobody's code was called, or it would have told of its own.
#[track_caller]
fn refused(told: &[String], expected: &str) {
    assert!(told.len() == 1 && told[0].starts_with(expected), "{told:?} is not {expected:?}");
}

/// A path as its steps, with slashes between them.
fn place(path: &proto::AttributePath) -> String {
    let steps = path.steps.iter().map(|step| match step.selector.as_ref().unwrap() {
        Selector::AttributeName(name) => name.clone(),
        Selector::ElementKeyString(key) => format!("{key:?}"),
        Selector::ElementKeyInt(index) => index.to_string(),
    });
    steps.collect::<Vec<_>>().join("/")
}

fn names<T>(things: &[T], name: impl Fn(&T) -> &str) -> Vec<&str> {
    things.iter().map(name).collect()
}

/// The state that Terraform proposes: what is configured, and what was there where only the provider gives a value.
fn proposed(prior: &Json, config: &Json) -> Json {
    let (Json::Object(prior), Json::Object(config)) = (prior, config) else { return config.clone() };
    let schema = disk_schema();
    let computed = |name: &str| schema.root().attributes().get(name).is_some_and(Attribute::is_computed);
    let kept = prior.iter().filter(|(name, _)| computed(name) && !config.contains_key(*name));
    Json::Object(kept.chain(config).map(|(name, value)| (name.clone(), value.clone())).collect())
}
