//! A provider that answers what it is told to, however wrong.

use serde_json::{Value as Json, json};
use tokio_stream::iter;
use tonic::{Request, Response, Status, codegen::BoxStream};

use super::super::{Host, config};
use crate::{
    proto::tfplugin6::{self as proto, provider_server},
    schema::{Attribute, Block, IdentitySchema, NestedBlock, Nesting, Schema},
    value::{Type, Value, encode},
};

/// Its one type, of everything that has types.
pub(super) const THING: &str = "it_thing";

/// What it answers; what is not said is empty.
#[derive(Clone, Default)]
pub(super) struct Scripted {
    /// The plans, one after the other; the last one again and again.
    pub(super) plans: Vec<proto::plan_resource_change::Response>,
    pub(super) asked: std::sync::Arc<std::sync::atomic::AtomicUsize>,
    pub(super) apply: proto::apply_resource_change::Response,
    pub(super) read: proto::read_resource::Response,
    pub(super) import: proto::import_resource_state::Response,
    pub(super) moved: proto::move_resource_state::Response,
    pub(super) upgrade: proto::upgrade_resource_state::Response,
    pub(super) data: proto::read_data_source::Response,
    pub(super) open: proto::open_ephemeral_resource::Response,
    pub(super) list: Vec<proto::list_resource::Event>,
    pub(super) chunk_size: i64,
    pub(super) pieces: Vec<proto::read_state_bytes::Response>,
    /// Whether the plugin breaks instead of answering an apply.
    pub(super) breaks: bool,
}

pub(super) fn schema() -> Schema {
    let inner = [("a", Attribute::string("A leaf.").required()), ("b", Attribute::string("A result.").computed())];
    let content = Block::new("Content.").attribute("path", Attribute::string("Where.").required());
    Schema::new("A thing.")
        .attribute("name", Attribute::string("Its name.").required())
        .attribute("id", Attribute::string("Its ID.").computed())
        .attribute("note", Attribute::string("A note."))
        .attribute("secret", Attribute::string("Never stored.").write_only())
        .attribute("set", Attribute::nested(Nesting::Set, "A set.", inner))
        .block("step", NestedBlock::list(content))
}

pub(super) fn identity_type() -> Type {
    Type::object([("id", Type::String)])
}

/// A value of the thing, where unknown stands for unknown and what is left out is null.
pub(super) fn value(json: &Json) -> Value {
    if json.is_null() {
        return Value::Null;
    }
    let mut json = json.clone();
    let all = json.as_object_mut().unwrap();
    all.entry("step").or_insert(json!([]));
    for name in ["name", "id", "note", "secret", "set"] {
        all.entry(name).or_insert(Json::Null);
    }
    config::value(&schema().ty(), &json).unwrap()
}

pub(super) fn sent(json: &Json) -> Option<proto::DynamicValue> {
    let msgpack = encode(&value(json), &schema().ty()).unwrap();
    Some(proto::DynamicValue { msgpack: msgpack.into(), ..Default::default() })
}

pub(super) fn identity(json: &Json) -> Option<proto::ResourceIdentityData> {
    let value = config::value(&identity_type(), json).unwrap();
    let msgpack = encode(&value, &identity_type()).unwrap();
    let data = proto::DynamicValue { msgpack: msgpack.into(), ..Default::default() };
    Some(proto::ResourceIdentityData { identity_data: Some(data) })
}

impl Scripted {
    pub(super) async fn host(self) -> Host {
        Host::new(std::sync::Arc::new(self)).await.unwrap()
    }

    /// With these plans, one after the other.
    pub(super) fn planning<const N: usize>(plans: [Json; N]) -> Self {
        let plan = |json: &Json| proto::plan_resource_change::Response {
            planned_state: sent(json),
            planned_private: b"planned".to_vec().into(),
            ..Default::default()
        };
        Self { plans: plans.iter().map(plan).collect(), ..Default::default() }
    }
}

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl provider_server::Provider for Scripted {
    async fn get_provider_schema(
        &self,
        _: Request<proto::get_provider_schema::Request>,
    ) -> Answer<proto::get_provider_schema::Response> {
        let of = || [(THING.to_owned(), proto::Schema::from(&schema()))].into();
        Ok(Response::new(proto::get_provider_schema::Response {
            provider: Some((&Schema::new("A provider.")).into()),
            resource_schemas: of(),
            data_source_schemas: of(),
            ephemeral_resource_schemas: of(),
            list_resource_schemas: of(),
            state_store_schemas: of(),
            server_capabilities: Some(proto::ServerCapabilities { plan_destroy: true, ..Default::default() }),
            ..Default::default()
        }))
    }

    async fn get_resource_identity_schemas(
        &self,
        _: Request<proto::get_resource_identity_schemas::Request>,
    ) -> Answer<proto::get_resource_identity_schemas::Response> {
        let schema = IdentitySchema::new().required("id", Type::String, "Its ID.");
        let identity_schemas = [(THING.to_owned(), (&schema).into())].into();
        Ok(Response::new(proto::get_resource_identity_schemas::Response { identity_schemas, ..Default::default() }))
    }

    async fn validate_resource_config(
        &self,
        _: Request<proto::validate_resource_config::Request>,
    ) -> Answer<proto::validate_resource_config::Response> {
        Ok(Response::new(Default::default()))
    }

    async fn validate_data_resource_config(
        &self,
        _: Request<proto::validate_data_resource_config::Request>,
    ) -> Answer<proto::validate_data_resource_config::Response> {
        Ok(Response::new(Default::default()))
    }

    async fn validate_ephemeral_resource_config(
        &self,
        _: Request<proto::validate_ephemeral_resource_config::Request>,
    ) -> Answer<proto::validate_ephemeral_resource_config::Response> {
        Ok(Response::new(Default::default()))
    }

    async fn validate_list_resource_config(
        &self,
        _: Request<proto::validate_list_resource_config::Request>,
    ) -> Answer<proto::validate_list_resource_config::Response> {
        Ok(Response::new(Default::default()))
    }

    async fn plan_resource_change(
        &self,
        _: Request<proto::plan_resource_change::Request>,
    ) -> Answer<proto::plan_resource_change::Response> {
        let number = self.asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Ok(Response::new(self.plans.get(number).or(self.plans.last()).cloned().unwrap_or_default()))
    }

    async fn apply_resource_change(
        &self,
        _: Request<proto::apply_resource_change::Request>,
    ) -> Answer<proto::apply_resource_change::Response> {
        if self.breaks { Err(Status::unavailable("it broke")) } else { Ok(Response::new(self.apply.clone())) }
    }

    async fn read_resource(&self, _: Request<proto::read_resource::Request>) -> Answer<proto::read_resource::Response> {
        Ok(Response::new(self.read.clone()))
    }

    async fn import_resource_state(
        &self,
        _: Request<proto::import_resource_state::Request>,
    ) -> Answer<proto::import_resource_state::Response> {
        Ok(Response::new(self.import.clone()))
    }

    async fn move_resource_state(
        &self,
        _: Request<proto::move_resource_state::Request>,
    ) -> Answer<proto::move_resource_state::Response> {
        Ok(Response::new(self.moved.clone()))
    }

    async fn upgrade_resource_state(
        &self,
        _: Request<proto::upgrade_resource_state::Request>,
    ) -> Answer<proto::upgrade_resource_state::Response> {
        Ok(Response::new(self.upgrade.clone()))
    }

    async fn read_data_source(
        &self,
        _: Request<proto::read_data_source::Request>,
    ) -> Answer<proto::read_data_source::Response> {
        Ok(Response::new(self.data.clone()))
    }

    async fn open_ephemeral_resource(
        &self,
        _: Request<proto::open_ephemeral_resource::Request>,
    ) -> Answer<proto::open_ephemeral_resource::Response> {
        Ok(Response::new(self.open.clone()))
    }

    async fn list_resource(
        &self,
        _: Request<proto::list_resource::Request>,
    ) -> Answer<BoxStream<proto::list_resource::Event>> {
        Ok(Response::new(Box::pin(iter(self.list.clone().into_iter().map(Ok)))))
    }

    async fn validate_state_store_config(
        &self,
        _: Request<proto::validate_state_store::Request>,
    ) -> Answer<proto::validate_state_store::Response> {
        Ok(Response::new(Default::default()))
    }

    async fn configure_state_store(
        &self,
        _: Request<proto::configure_state_store::Request>,
    ) -> Answer<proto::configure_state_store::Response> {
        let capabilities = Some(proto::StateStoreServerCapabilities { chunk_size: self.chunk_size });
        Ok(Response::new(proto::configure_state_store::Response { capabilities, ..Default::default() }))
    }

    async fn read_state_bytes(
        &self,
        _: Request<proto::read_state_bytes::Request>,
    ) -> Answer<BoxStream<proto::read_state_bytes::Response>> {
        Ok(Response::new(Box::pin(iter(self.pieces.clone().into_iter().map(Ok)))))
    }
}
