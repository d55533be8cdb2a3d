//! The client: where calls go, and how one is made.

use std::{marker::PhantomData, sync::Arc};

use cloud::{
    Answer, Bounds, Call, Effect, Endpoint, Environment, Error, Exchange, Http, HttpOptions, Outgoing, Pacer, Pipeline,
    Refusal, RetryPolicy, Secret,
};
use serde::de::DeserializeOwned;

use super::{
    answer,
    config::{Config, SERVICE},
    credential::{CredentialStore, Credentials},
    sign::{Moment, Parameters, request},
};

const VERSION: &str = "2021-09-01";
/// Serves the regions of the Chinese mainland.
const MAINLAND: &str = "https://appstream-center.cn-shanghai.aliyuncs.com";
/// Serves all other regions.
const INTERNATIONAL: &str = "https://appstream-center.ap-southeast-1.aliyuncs.com";

/// A client of App Streaming. Cheap to clone; all clones share connections, credentials and pace.
#[derive(Debug, Clone)]
pub struct Client {
    shared: Arc<Shared>,
    region: Option<String>,
}

#[derive(Debug)]
struct Shared {
    pipeline: Pipeline,
    credentials: CredentialStore,
    /// The endpoint that was set, for all regions.
    endpoint: Option<Endpoint>,
    mainland: Endpoint,
    international: Endpoint,
}

impl Client {
    /// Makes a client, and sends nothing: credentials are looked for at the first call.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`](cloud::ErrorKind::Configuration), when what is
    /// configured cannot work whatever the network says.
    pub fn new(config: Config, environment: Environment) -> Result<Self, Error> {
        let wrong = |message: String| Error::configuration(SERVICE, message);
        let endpoint = |text: &str| Endpoint::parse(text, config.allow_http);
        let given = config
            .endpoint
            .as_deref()
            .map(endpoint)
            .transpose()
            .map_err(|message| wrong(format!("endpoint: {message}")))?;
        let http = || {
            Http::new(&HttpOptions {
                connect_timeout: config.connect_timeout.unwrap_or(HttpOptions::default().connect_timeout),
                ca_certificate: config.ca_certificate.clone(),
            })
            .map_err(wrong)
        };
        let policy = RetryPolicy {
            attempt_timeout: config.request_timeout.unwrap_or(RetryPolicy::default().attempt_timeout),
            ..RetryPolicy::default()
        };
        let region =
            config.region.clone().filter(|region| !region.is_empty()).or_else(|| environment_region(&environment));
        let shared = Shared {
            pipeline: Pipeline::new(SERVICE, http()?, Pacer::new(config.max_requests_per_second), policy),
            endpoint: given,
            mainland: endpoint(MAINLAND).map_err(wrong)?,
            international: endpoint(INTERNATIONAL).map_err(wrong)?,
            credentials: CredentialStore::new(config, environment)?,
        };
        Ok(Self { shared: Arc::new(shared), region })
    }

    /// The region that this client's delivery groups are in, when it is known without asking.
    pub fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    /// The same client for delivery groups in `region`; for the provider's own where it is `None`.
    #[must_use]
    pub fn in_region(&self, region: Option<&str>) -> Self {
        Self { shared: Arc::clone(&self.shared), region: region.map(str::to_owned).or_else(|| self.region.clone()) }
    }

    /// The endpoint that this client's calls go to.
    pub fn endpoint(&self) -> &str {
        self.target().as_str()
    }

    fn target(&self) -> &Endpoint {
        match (&self.shared.endpoint, &self.region) {
            (Some(endpoint), _) => endpoint,
            (None, Some(region)) if !is_mainland(region) => &self.shared.international,
            (None, _) => &self.shared.mainland,
        }
    }

    /// Makes one call of the service.
    pub(super) async fn call<T: DeserializeOwned + Send>(
        &self,
        (operation, effect): (&'static str, Effect),
        subject: impl Into<String>,
        parameters: Parameters,
        bounds: &Bounds,
    ) -> Result<T, Error> {
        let call = Call { operation, subject: subject.into(), effect };
        let exchange =
            Rpc { shared: &self.shared, endpoint: self.target(), operation, parameters, output: PhantomData };
        self.shared.pipeline.call(&call, bounds, &exchange).await.map_err(|error| error.at(self.target().as_str()))
    }
}

/// Whether a region is in the Chinese mainland, which has an endpoint of its own.
pub fn is_mainland(region: &str) -> bool {
    region.starts_with("cn-") && region != "cn-hongkong"
}

fn environment_region(environment: &Environment) -> Option<String> {
    environment
        .first(&["ALIBABA_CLOUD_REGION", "ALIBABA_CLOUD_REGION_ID", "ALICLOUD_REGION", "ALICLOUD_REGION_ID"])
        .map(|(_, region)| region)
}

/// One call in the service's RPC style.
struct Rpc<'c, T> {
    shared: &'c Shared,
    endpoint: &'c Endpoint,
    operation: &'static str,
    parameters: Parameters,
    output: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned + Send> Exchange for Rpc<'_, T> {
    type Credentials = Credentials;
    type Output = T;

    async fn sign(&self, bounds: &Bounds) -> Result<(Outgoing, Credentials), Error> {
        let credentials = self.shared.credentials.get(bounds).await?;
        let outgoing = request(
            self.endpoint.url("/"),
            (self.operation, VERSION),
            &self.parameters,
            Some(&credentials),
            Moment::now(),
        );
        Ok((outgoing, credentials))
    }

    fn read(&self, answer: &Answer) -> Result<T, Refusal> {
        answer::read(answer)
    }

    fn request_id(&self, answer: &Answer) -> Option<String> {
        answer::request_id(answer)
    }

    fn secrets(&self, credentials: &Credentials) -> Vec<Secret> {
        credentials.secrets()
    }

    async fn invalidate(&self, credentials: &Credentials) -> bool {
        self.shared.credentials.invalidate(credentials).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(config: Config) -> Result<Client, Error> {
        Client::new(config, Environment::fixed([("ALICLOUD_REGION", "cn-beijing")]))
    }

    #[test]
    fn the_endpoint_follows_the_region_of_the_delivery_group() {
        let client = client(Config::default()).unwrap();
        assert_eq!(client.region(), Some("cn-beijing"));
        for (region, endpoint) in
            [("cn-hangzhou", MAINLAND), ("cn-hongkong", INTERNATIONAL), ("ap-southeast-1", INTERNATIONAL)]
        {
            assert_eq!(client.in_region(Some(region)).endpoint(), endpoint, "{region}");
        }
    }

    #[test]
    fn an_endpoint_that_was_set_serves_every_region() {
        let client =
            client(Config { endpoint: Some("http://127.0.0.1:8787/".to_owned()), ..Config::default() }).unwrap();
        assert_eq!(client.in_region(Some("ap-southeast-1")).endpoint(), "http://127.0.0.1:8787");
    }

    #[test]
    fn a_configuration_that_cannot_work_is_refused_before_any_call() {
        for config in [
            Config { endpoint: Some("http://example.com".to_owned()), ..Config::default() },
            Config { access_key: Some("AKID".to_owned()), ..Config::default() },
            Config { ca_certificate: Some("/nowhere.pem".to_owned()), ..Config::default() },
        ] {
            let error = client(config).unwrap_err();
            assert_eq!(error.kind(), cloud::ErrorKind::Configuration, "{error}");
        }
    }
}
