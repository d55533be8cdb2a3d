//! Credentials: where they come from, and how they stay good.

mod chain;
mod profile;
mod sources;

use std::{fmt, time::Duration};

use cloud::{Bounds, Endpoint, Environment, Error, Http, HttpOptions, Pacer, Pipeline, Renewed, RetryPolicy, Secret};

use super::config::{Config, SERVICE};

const STS: &str = "Alibaba Cloud Security Token Service";
const METADATA: &str = "Alibaba Cloud instance metadata";
/// Connecting to the metadata service takes milliseconds where there is one.
const METADATA_TIMEOUT: Duration = Duration::from_secs(2);

/// What a request is signed with.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Credentials {
    pub access_key: String,
    pub secret_key: Secret,
    pub security_token: Option<Secret>,
    /// Whether others can be had when the service does not accept these.
    pub renewable: bool,
}

impl Credentials {
    /// What of them no message may hold. The key's id is not secret.
    pub fn secrets(&self) -> Vec<Secret> {
        let token = self.security_token.clone();
        std::iter::once(self.secret_key.clone()).chain(token).collect()
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("access_key", &self.access_key)
            .field("temporary", &self.security_token.is_some())
            .finish_non_exhaustive()
    }
}

/// The credentials of one client: found at first use, renewed before they end.
#[derive(Debug)]
pub(super) struct CredentialStore {
    config: Config,
    environment: Environment,
    sts: Pipeline,
    metadata: Pipeline,
    metadata_endpoint: Endpoint,
    current: Renewed<Credentials>,
}

impl CredentialStore {
    /// # Errors
    /// When the configuration names half of a pair, or an endpoint that cannot be used.
    pub fn new(config: Config, environment: Environment) -> Result<Self, Error> {
        let wrong = |message: String| Error::configuration(SERVICE, message);
        chain::check(&config).map_err(wrong)?;
        if let Some(endpoint) = &config.sts_endpoint {
            Endpoint::parse(endpoint, config.allow_http)
                .map_err(|message| wrong(format!("sts_endpoint: {message}")))?;
        }
        let metadata_endpoint = config.metadata_endpoint.as_deref().unwrap_or("http://100.100.100.200");
        let metadata_endpoint =
            Endpoint::metadata(metadata_endpoint).map_err(|message| wrong(format!("metadata_endpoint: {message}")))?;
        let defaults = HttpOptions::default();
        let options = HttpOptions {
            connect_timeout: config.connect_timeout.unwrap_or(defaults.connect_timeout),
            ca_certificate: config.ca_certificate.clone(),
        };
        let near = HttpOptions { connect_timeout: METADATA_TIMEOUT, ca_certificate: None };
        Ok(Self {
            sts: Pipeline::new(STS, Http::new(&options).map_err(wrong)?, Pacer::new(None), RetryPolicy::default()),
            metadata: Pipeline::new(
                METADATA,
                Http::new(&near).map_err(wrong)?,
                Pacer::new(None),
                RetryPolicy { max_attempts: 2, attempt_timeout: METADATA_TIMEOUT, ..RetryPolicy::default() },
            ),
            metadata_endpoint,
            config,
            environment,
            current: Renewed::default(),
        })
    }

    /// The present credentials.
    ///
    /// # Errors
    /// When there are none, with all the places that were looked at; or when the service that
    /// issues them says no.
    pub async fn get(&self, bounds: &Bounds) -> Result<Credentials, Error> {
        self.current
            .get(bounds, || async {
                let found = chain::find(&self.config, &self.environment)?;
                self.obtain(found, bounds).await
            })
            .await
    }

    /// Gives up credentials that the service did not accept; answers whether there can be others.
    pub async fn invalidate(&self, refused: &Credentials) -> bool {
        self.current.invalidate(refused).await;
        refused.renewable
    }
}

#[cfg(test)]
mod tests;
