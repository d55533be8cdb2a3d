//! Credentials: where they come from, and how they stay good.

mod chain;
mod issuers;
mod profile;
mod source;

use cloud::{
    Bounds, CredentialSource, Endpoint, Error, Hint, InstanceMetadata, Lease, Machine, NetworkOptions, Pipeline,
};

use self::{
    chain::Settings,
    source::{Found, Source},
};
use super::{
    config::Config,
    endpoints::{self, IDENTITY, METADATA, SERVICE},
    sign::Credentials,
};

/// Where the credentials of one client come from.
#[derive(Debug)]
pub(super) struct Sources {
    settings: Settings,
    found: Found,
    network: NetworkOptions,
    auth_url: Option<Endpoint>,
    identity: Pipeline,
    metadata: InstanceMetadata,
}

impl Sources {
    /// # Errors
    /// When the configuration names half of a pair, a profile that is not there, or an endpoint that cannot be used.
    pub fn new(config: Config, machine: &Machine) -> Result<Self, Error> {
        let (settings, found) = chain::find(&config, machine.environment())?;
        let network = config.network;
        let auth_url = settings
            .auth_url
            .as_deref()
            .map(|text| network.parse_endpoint(SERVICE, "auth_url", text))
            .transpose()?
            .map(|endpoint| endpoint.without_path("/v3"));
        let identity = network.pipeline(IDENTITY, machine)?;
        let metadata = InstanceMetadata::new(METADATA, &network, machine)?;
        Ok(Self { settings, found, network, auth_url, identity, metadata })
    }

    /// The region that is configured, or named in the environment or the profile.
    pub fn region(&self) -> Option<&str> {
        self.settings.region.as_deref()
    }

    /// The project that goes with that region.
    pub fn project_id(&self) -> Option<&str> {
        self.settings.project_id.as_deref()
    }

    /// The identity service for a region.
    fn identity_endpoint(&self, region: Option<&str>) -> Result<Endpoint, Error> {
        if let Some(endpoint) = &self.auth_url {
            return Ok(endpoint.clone());
        }
        let region = region.ok_or_else(|| {
            Error::configuration(SERVICE, "neither region nor auth_url is set").hinting(Hint::NoRegion)
        })?;
        self.network.parse_endpoint(SERVICE, "auth_url", &endpoints::identity(region))
    }
}

impl CredentialSource for Sources {
    type Credentials = Credentials;

    async fn obtain(&self, region: Option<&str>, bounds: &Bounds) -> Result<Lease<Credentials>, Error> {
        self.issue(region, bounds).await
    }

    fn is_regional(&self) -> bool {
        // A token is for the one project it was asked for, and a project is in one region.
        matches!(self.found.source, Source::Password(_))
    }
}
