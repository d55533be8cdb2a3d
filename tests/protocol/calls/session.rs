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

use super::values::{received, sent, shown, type_of, value, with};
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

pub struct Session {
    pub client: ProviderClient<Channel>,
    pub schemas: proto::get_provider_schema::Response,
    pub plugin: Plugin,
    /// The remote service.
    pub folder: TempDir,
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
}

pub fn read_log(folder: &Path) -> Vec<String> {
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
