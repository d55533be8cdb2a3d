//! A provider that is started and asked, with as little ceremony as a test can bear.

use std::{
    env,
    path::{Path, PathBuf},
};

use serde_json::{Value as Json, json};
use tempfile::TempDir;
use tfplug::{
    proto::tfplugin6::{self as proto, Diagnostic, provider_client::ProviderClient},
    value::Type,
};
use tonic::transport::Channel;

use super::values::{proposed, received, sent, shown, type_of, value, with};
use crate::host::{Exit, Launch, Plugin};

pub const THING: &str = "tfplugtest_thing";
pub const TRIGGER: &str = "tfplugtest_trigger";

/// What Terraform 1.15 allows.
pub const CLIENT: proto::ClientCapabilities = proto::ClientCapabilities {
    deferral_allowed: false,
    write_only_attributes_allowed: true,
    store_planned_private: false,
    computed_blocks_allowed: false,
};

/// A client that knows how to wait.
pub const WAITING_CLIENT: proto::ClientCapabilities = proto::ClientCapabilities { deferral_allowed: true, ..CLIENT };

pub struct Session {
    pub client: ProviderClient<Channel>,
    pub schemas: proto::get_provider_schema::Response,
    pub plugin: Plugin,
    /// The remote service.
    pub folder: TempDir,
}

/// What a plan came to.
#[derive(Clone, Debug)]
pub struct Plan {
    pub planned: Json,
    pub diagnostics: Vec<Diagnostic>,
    pub response: proto::plan_resource_change::Response,
}

/// What an apply came to.
#[derive(Clone, Debug)]
pub struct Applied {
    pub state: Json,
    pub diagnostics: Vec<Diagnostic>,
    pub private: Vec<u8>,
    pub response: proto::apply_resource_change::Response,
}

/// The provider's program, which cargo puts beside the tests.
pub fn provider() -> PathBuf {
    let test = env::current_exe().unwrap();
    let path = test.ancestors().nth(2).unwrap().join("examples/terraform-provider-tfplugtest");
    assert!(path.exists(), "{} is missing: build it with `cargo build --examples`", path.display());
    path
}

impl Session {
    /// Starts the provider; it is not configured yet.
    pub async fn start() -> Self {
        Self::launch(Launch::binary(provider())).await
    }

    pub async fn launch(launch: Launch) -> Self {
        let plugin = launch.start().await;
        let mut client = plugin.provider().await;
        let request = proto::get_provider_schema::Request::default();
        let schemas = client.get_provider_schema(request).await.unwrap().into_inner();
        Self { client, schemas, plugin, folder: tempfile::tempdir().unwrap() }
    }

    /// Starts the provider and configures it with its folder.
    pub async fn configured() -> Self {
        let mut session = Self::start().await;
        let config = json!({ "folder": session.folder.path() });
        let diagnostics = session.configure(&config, CLIENT).await;
        assert_eq!(diagnostics, []);
        session
    }

    pub async fn configure(&mut self, config: &Json, client: proto::ClientCapabilities) -> Vec<Diagnostic> {
        let ty = type_of(self.schemas.provider.as_ref().unwrap().block.as_ref().unwrap());
        let request = proto::configure_provider::Request {
            terraform_version: "1.15.5".to_owned(),
            config: Some(sent(&value(config, &ty), &ty)),
            client_capabilities: Some(client),
        };
        self.client.configure_provider(request).await.unwrap().into_inner().diagnostics
    }

    pub async fn shutdown(self) -> Exit {
        self.plugin.shutdown().await
    }

    /// The file that stands for a thing.
    pub fn thing_file(&self, name: &str) -> PathBuf {
        self.folder.path().join(format!("{name}.json"))
    }

    /// What actions and ephemeral resources did.
    pub fn log(&self) -> Vec<String> {
        read_log(self.folder.path())
    }

    pub fn block(&self, type_name: &str) -> &proto::schema::Block {
        self.schemas.resource_schemas[type_name].block.as_ref().unwrap()
    }

    pub fn ty(&self, type_name: &str) -> Type {
        type_of(self.block(type_name))
    }

    /// A state or configuration of a resource on its way out: lists and sets of blocks are never null.
    pub fn resource(&self, type_name: &str, json: &Json) -> proto::DynamicValue {
        let ty = self.ty(type_name);
        sent(&value(&self.filled(type_name, json), &ty), &ty)
    }

    fn filled(&self, type_name: &str, json: &Json) -> Json {
        if type_name != THING || !json.is_object() {
            return json.clone();
        }
        with(&json!({ "step": [], "port": [] }), json.clone())
    }

    /// What came back of a resource: absent blocks are left out as nulls are, once they are seen to be empty.
    pub fn shown(&self, type_name: &str, dynamic: Option<&proto::DynamicValue>) -> Json {
        let mut json = shown(&received(dynamic, &self.ty(type_name)));
        if let (THING, Some(attributes)) = (type_name, json.as_object_mut()) {
            for block in ["step", "port"] {
                assert!(!attributes[block].is_null(), "{block} is not even empty");
                if attributes[block] == json!([]) {
                    attributes.remove(block);
                }
            }
        }
        json
    }

    pub async fn validate(&mut self, config: &Json, client: proto::ClientCapabilities) -> Vec<Diagnostic> {
        let request = proto::validate_resource_config::Request {
            type_name: THING.to_owned(),
            config: Some(self.resource(THING, config)),
            client_capabilities: Some(client),
        };
        self.client.validate_resource_config(request).await.unwrap().into_inner().diagnostics
    }

    /// The request that Terraform would make.
    pub fn plan_request(&self, type_name: &str, prior: &Json, config: &Json) -> proto::plan_resource_change::Request {
        let (block, ty) = (self.block(type_name), self.ty(type_name));
        let values = |json: &Json| value(&self.filled(type_name, json), &ty);
        let proposed = proposed(block, &values(config), &values(prior));
        proto::plan_resource_change::Request {
            type_name: type_name.to_owned(),
            prior_state: Some(self.resource(type_name, prior)),
            proposed_new_state: Some(sent(&proposed, &ty)),
            config: Some(self.resource(type_name, config)),
            client_capabilities: Some(CLIENT),
            ..Default::default()
        }
    }

    pub async fn plan_of(&mut self, request: proto::plan_resource_change::Request) -> Plan {
        let type_name = request.type_name.clone();
        let response = self.client.plan_resource_change(request).await.unwrap().into_inner();
        let planned = self.shown(&type_name, response.planned_state.as_ref());
        Plan { planned, diagnostics: response.diagnostics.clone(), response }
    }

    pub async fn plan(&mut self, prior: &Json, config: &Json) -> Plan {
        self.plan_of(self.plan_request(THING, prior, config)).await
    }

    pub async fn apply_of(&mut self, request: proto::apply_resource_change::Request) -> Applied {
        let type_name = request.type_name.clone();
        let response = self.client.apply_resource_change(request).await.unwrap().into_inner();
        let state = self.shown(&type_name, response.new_state.as_ref());
        let (diagnostics, private) = (response.diagnostics.clone(), response.private.to_vec());
        Applied { state, diagnostics, private, response }
    }

    pub fn apply_request(&self, prior: &Json, planned: &Json, config: &Json) -> proto::apply_resource_change::Request {
        proto::apply_resource_change::Request {
            type_name: THING.to_owned(),
            prior_state: Some(self.resource(THING, prior)),
            planned_state: Some(self.resource(THING, planned)),
            config: Some(self.resource(THING, config)),
            ..Default::default()
        }
    }

    /// Plans and applies, with what is private going all the way.
    pub async fn change(&mut self, prior: &Json, config: &Json, private: &[u8]) -> Applied {
        let mut request = self.plan_request(THING, prior, config);
        request.prior_private = private.to_vec().into();
        let plan = self.plan_of(request).await;
        assert_eq!(plan.diagnostics, []);
        let mut request = self.apply_request(prior, &plan.planned, config);
        request.planned_private = plan.response.planned_private;
        request.planned_identity = plan.response.planned_identity;
        self.apply_of(request).await
    }

    /// Creates a thing without trouble.
    pub async fn create(&mut self, config: &Json) -> Applied {
        let applied = self.change(&Json::Null, config, &[]).await;
        assert_eq!(applied.diagnostics, []);
        applied
    }

    pub async fn read_of(&mut self, request: proto::read_resource::Request) -> proto::read_resource::Response {
        self.client.read_resource(request).await.unwrap().into_inner()
    }

    pub fn read_request(&self, state: &Json) -> proto::read_resource::Request {
        proto::read_resource::Request {
            type_name: THING.to_owned(),
            current_state: Some(self.resource(THING, state)),
            client_capabilities: Some(CLIENT),
            ..Default::default()
        }
    }

    /// An identity of a thing as it is sent.
    pub fn identity(&self, json: &Json) -> proto::ResourceIdentityData {
        let ty = identity_type();
        proto::ResourceIdentityData { identity_data: Some(sent(&value(json, &ty), &ty)) }
    }
}

pub fn identity_type() -> Type {
    Type::object([("name", Type::String), ("zone", Type::String)])
}

pub fn shown_identity(identity: Option<&proto::ResourceIdentityData>) -> Json {
    let data = identity.and_then(|identity| identity.identity_data.as_ref());
    data.map_or(Json::Null, |data| shown(&received(Some(data), &identity_type())))
}

fn read_log(folder: &Path) -> Vec<String> {
    let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
    log.lines().map(str::to_owned).collect()
}

/// The one diagnostic: its summary and detail.
#[track_caller]
pub fn only(diagnostics: &[Diagnostic]) -> (&str, &str) {
    assert_eq!(diagnostics.len(), 1, "{diagnostics:#?}");
    (&diagnostics[0].summary, &diagnostics[0].detail)
}

/// A diagnostic's attribute path, as in `policy.kind` or `rules[0]`.
pub fn path(attribute: Option<&proto::AttributePath>) -> String {
    use proto::attribute_path::step::Selector;
    let steps = attribute.map(|path| path.steps.as_slice()).unwrap_or_default();
    let mut text = String::new();
    for step in steps {
        match step.selector.as_ref().unwrap() {
            Selector::AttributeName(name) if text.is_empty() => text.push_str(name),
            Selector::AttributeName(name) => text.push_str(&format!(".{name}")),
            Selector::ElementKeyString(key) => text.push_str(&format!("[{key:?}]")),
            Selector::ElementKeyInt(index) => text.push_str(&format!("[{index}]")),
        }
    }
    text
}
