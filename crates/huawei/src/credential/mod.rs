//! Credentials: where they come from, and how they stay good.

mod chain;
mod profile;
mod sources;

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use cloud::{Bounds, Endpoint, Environment, Error, Http, HttpOptions, Pacer, Pipeline, Renewed, RetryPolicy, Secret};

use self::chain::{Found, Settings, Source};
use super::{SERVICE, config::Config, endpoints};

const IDENTITY: &str = "Huawei Cloud IAM";
const METADATA: &str = "Huawei Cloud instance metadata";
/// Connecting to the metadata service takes milliseconds where there is one.
const METADATA_TIMEOUT: Duration = Duration::from_secs(2);

/// What a request is signed with, or carries in place of a signature.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Credentials {
    Keys {
        access_key: String,
        secret_key: Secret,
        security_token: Option<Secret>,
        /// Whether others can be had when the service does not accept these.
        renewable: bool,
    },
    Token {
        token: Secret,
        renewable: bool,
    },
}

impl Credentials {
    /// What of them no message may hold. The key's id is not secret.
    pub fn secrets(&self) -> Vec<Secret> {
        match self {
            Self::Keys { secret_key, security_token, .. } => {
                std::iter::once(secret_key.clone()).chain(security_token.clone()).collect()
            }
            Self::Token { token, .. } => vec![token.clone()],
        }
    }

    fn is_renewable(&self) -> bool {
        match self {
            Self::Keys { renewable, .. } | Self::Token { renewable, .. } => *renewable,
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keys { access_key, .. } => write!(f, "Keys({access_key})"),
            Self::Token { .. } => f.write_str("Token(..)"),
        }
    }
}

/// The credentials of one client: found at first use, renewed before they end.
#[derive(Debug)]
pub(super) struct CredentialStore {
    settings: Settings,
    found: Found,
    allow_http: bool,
    auth_url: Option<Endpoint>,
    identity: Pipeline,
    metadata: Pipeline,
    metadata_endpoint: Endpoint,
    /// By region where they are good for one region only, else under the empty name.
    current: Mutex<HashMap<String, Arc<Renewed<Credentials>>>>,
}

impl CredentialStore {
    /// # Errors
    /// When the configuration names half of a pair, a profile that is not there, or an endpoint
    /// that cannot be used.
    pub fn new(config: Config, environment: Environment) -> Result<Self, Error> {
        let wrong = |message: String| Error::configuration(SERVICE, message);
        let (settings, found) = chain::find(&config, &environment)?;
        let auth_url = settings
            .auth_url
            .as_deref()
            .map(|text| Endpoint::parse(text, config.allow_http))
            .transpose()
            .map_err(|message| wrong(format!("auth_url: {message}")))?
            .map(|endpoint| endpoint.without_path("/v3"));
        let metadata_endpoint = config.metadata_endpoint.as_deref().unwrap_or("http://169.254.169.254");
        let metadata_endpoint =
            Endpoint::metadata(metadata_endpoint).map_err(|message| wrong(format!("metadata_endpoint: {message}")))?;
        let defaults = HttpOptions::default();
        let options = HttpOptions {
            connect_timeout: config.connect_timeout.unwrap_or(defaults.connect_timeout),
            ca_certificate: config.ca_certificate.clone(),
        };
        let near = HttpOptions { connect_timeout: METADATA_TIMEOUT, ca_certificate: None };
        Ok(Self {
            settings,
            found,
            allow_http: config.allow_http,
            auth_url,
            identity: Pipeline::new(
                IDENTITY,
                Http::new(&options).map_err(wrong)?,
                Pacer::new(None),
                RetryPolicy::default(),
            ),
            metadata: Pipeline::new(
                METADATA,
                Http::new(&near).map_err(wrong)?,
                Pacer::new(None),
                RetryPolicy { max_attempts: 2, attempt_timeout: METADATA_TIMEOUT, ..RetryPolicy::default() },
            ),
            metadata_endpoint,
            current: Mutex::default(),
        })
    }

    /// The region of the provider block, the environment or the profile.
    pub fn region(&self) -> Option<&str> {
        self.settings.region.as_deref()
    }

    /// The project that goes with that region.
    pub fn project_id(&self) -> Option<&str> {
        self.settings.project_id.as_deref()
    }

    /// The present credentials for calls in a region.
    ///
    /// # Errors
    /// When there are none, with all the places that were looked at; or when the service that
    /// issues them says no.
    pub async fn get(&self, region: Option<&str>, bounds: &Bounds) -> Result<Credentials, Error> {
        self.slot(region).get(bounds, || self.obtain(region, bounds)).await
    }

    /// Gives up credentials that the service did not accept; answers whether there can be others.
    pub async fn invalidate(&self, region: Option<&str>, refused: &Credentials) -> bool {
        self.slot(region).invalidate(refused).await;
        refused.is_renewable()
    }

    fn slot(&self, region: Option<&str>) -> Arc<Renewed<Credentials>> {
        // A token is for the one project it was asked for, and a project is in one region.
        let name = match (&self.found.source, region) {
            (Source::Password(_), Some(region)) => region,
            _ => "",
        };
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(current.entry(name.to_owned()).or_default())
    }

    /// The identity service for a region.
    fn identity_endpoint(&self, region: Option<&str>) -> Result<Endpoint, Error> {
        if let Some(endpoint) = &self.auth_url {
            return Ok(endpoint.clone());
        }
        let region = region.ok_or_else(|| {
            Error::configuration(SERVICE, "neither region nor auth_url is set")
                .advise("Set region in the provider's huawei_cloud block, or HW_REGION_NAME.")
        })?;
        Endpoint::parse(&endpoints::identity(region), self.allow_http)
            .map_err(|message| Error::configuration(SERVICE, message))
    }
}
