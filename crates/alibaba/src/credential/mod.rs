//! Credentials: where they come from, and how they stay good.

mod chain;
mod issuers;
mod profile;
mod source;

use cloud::{AccessKey, Bounds, CredentialSource, Error, InstanceMetadata, Lease, Machine, Pipeline};

use super::{
    config::Config,
    endpoints::{METADATA, SERVICE, STS},
};

/// Where the credentials of one client come from.
#[derive(Debug)]
pub(super) struct Sources {
    config: Config,
    machine: Machine,
    sts: Pipeline,
    metadata: InstanceMetadata,
}

impl Sources {
    /// # Errors
    /// When the configuration names half of a pair, or an endpoint that cannot be used.
    pub fn new(config: Config, machine: Machine) -> Result<Self, Error> {
        chain::check(&config).map_err(|message| Error::configuration(SERVICE, message))?;
        if let Some(endpoint) = &config.sts_endpoint {
            config.network.parse_endpoint(SERVICE, "sts_endpoint", endpoint)?;
        }
        let sts = config.network.pipeline(STS, &machine)?;
        let metadata = InstanceMetadata::new(METADATA, &config.network, &machine)?;
        Ok(Self { config, machine, sts, metadata })
    }
}

impl CredentialSource for Sources {
    type Credentials = AccessKey;

    async fn obtain(&self, _region: Option<&str>, bounds: &Bounds) -> Result<Lease<AccessKey>, Error> {
        let found = chain::find(&self.config, self.machine.environment())?;
        self.issue(found, bounds).await
    }
}

#[cfg(test)]
mod tests;
