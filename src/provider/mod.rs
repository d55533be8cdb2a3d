//! The provider: its configuration, and one file for each resource, data source, action and list resource.

mod config;

use crate::tfplug::{ConfigureContext, Provider, Registry, Result, schema::Schema};

use self::config::Config;

/// Where Terraform finds the provider.
pub const ADDRESS: &str = "registry.terraform.io/appstreaming/appstreaming";

/// The provider `appstreaming`.
#[derive(Clone, Copy, Debug, Default)]
pub struct AppStreaming;

/// What resources work with: a client for each cloud.
#[derive(Debug)]
pub struct Clouds {}

impl Provider for AppStreaming {
    type Config = Config;
    type Data = Clouds;

    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    fn schema(&self) -> Schema {
        config::schema()
    }

    async fn configure(&self, _cx: &mut ConfigureContext, _config: Config) -> Result<Clouds> {
        Ok(Clouds {})
    }

    fn register(&self, _registry: &mut Registry<Clouds>) {}
}
