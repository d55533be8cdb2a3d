//! Instance metadata: what a machine of a cloud can ask about itself, the credentials of its role among that.
//!
//! The vendors agree on the way: a token is asked for, and shown with each question; machines from before tokens answer
//! without.

use reqwest::Method;

use crate::{
    Answer, Bounds, Call, Effect, Endpoint, Error, Machine, NetworkOptions, Outgoing, Pipeline, Refusal, Secret,
    Service,
};

/// How long a token is good for, in seconds. One is asked for each time, which is a few times an hour.
const TOKEN_SECONDS: &str = "60";

/// A vendor's metadata service.
#[derive(Debug, Clone, Copy)]
pub struct MetadataService {
    /// What it is called.
    pub service: Service,
    /// Where it is, unless the configuration says otherwise.
    pub endpoint: &'static str,
    /// The path that gives tokens.
    pub token_path: &'static str,
    /// The header with a token's lifetime, in lower case.
    pub lifetime_header: &'static str,
    /// The header with the token, in lower case.
    pub token_header: &'static str,
    /// How it says no; `None` for an answer that is none.
    pub refusal: fn(&Answer) -> Option<Refusal>,
}

/// The metadata service, for the client of one configuration.
#[derive(Debug)]
pub struct InstanceMetadata {
    vendors: MetadataService,
    endpoint: Endpoint,
    pipeline: Pipeline,
}

/// Questions with one token; none where the machine gives no tokens.
#[derive(Debug)]
pub struct MetadataSession<'m> {
    metadata: &'m InstanceMetadata,
    token: Option<Secret>,
}

impl InstanceMetadata {
    /// Connects nowhere.
    ///
    /// # Errors
    /// When the configured endpoint cannot be one.
    pub fn new(vendors: MetadataService, network: &NetworkOptions, machine: &Machine) -> Result<Self, Error> {
        let text = network.metadata_endpoint.as_deref().unwrap_or(vendors.endpoint);
        let endpoint = Endpoint::metadata(text, vendors.service.vendor.host_addresses)
            .map_err(|message| Error::configuration(vendors.service, format!("metadata_endpoint: {message}")))?;
        Ok(Self { vendors, endpoint, pipeline: network.pipeline(vendors.service, machine)? })
    }

    /// Asks for a token. A machine that gives none is asked without one, unless it has to be `hardened`.
    ///
    /// # Errors
    /// When nobody answers, who would not without a token either; or when there is no token and there has to be one.
    pub async fn session(&self, hardened: bool, bounds: &Bounds) -> Result<MetadataSession<'_>, Error> {
        let call = Call::new("token", "instance metadata", Effect::Read);
        let request = self.request(Method::PUT, self.vendors.token_path, self.vendors.lifetime_header, TOKEN_SECONDS);
        let token =
            match self.pipeline.fetch(&call, request, self.vendors.refusal, |answer| Ok(answer.text()), bounds).await {
                Ok(token) => Some(token.into()),
                Err(error) if hardened || error.status().is_none() => return Err(error),
                Err(_) => None,
            };
        Ok(MetadataSession { metadata: self, token })
    }

    fn request(&self, method: Method, path: &str, header: &'static str, value: &str) -> Outgoing {
        let headers = if value.is_empty() { Vec::new() } else { vec![(header, value.to_owned())] };
        Outgoing { method, url: self.endpoint.url(path), headers, body: Vec::new() }
    }
}

impl MetadataSession<'_> {
    /// Asks for what is at `path`, called `what`; `read` reads it from the answer.
    ///
    /// # Errors
    /// All that a call can meet.
    pub async fn get<T: Send>(
        &self,
        what: &'static str,
        path: &str,
        read: fn(&Answer) -> Result<T, Refusal>,
        bounds: &Bounds,
    ) -> Result<T, Error> {
        let InstanceMetadata { vendors, pipeline, .. } = self.metadata;
        let token = self.token.as_ref();
        let call = Call::new(what, "instance metadata", Effect::Read).with_secrets(token.cloned());
        let shown = token.map_or("", Secret::expose);
        let request = self.metadata.request(Method::GET, path, vendors.token_header, shown);
        pipeline.fetch(&call, request, vendors.refusal, read, bounds).await
    }
}
