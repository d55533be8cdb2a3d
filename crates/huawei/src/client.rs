//! The client: where calls go, and how one is made.

use std::{
    collections::HashMap,
    marker::PhantomData,
    sync::{Arc, Mutex, PoisonError},
};

use cloud::{
    Answer, Bounds, Call, Effect, Endpoint, Environment, Error, Exchange, Http, HttpOptions, Lease, Outgoing, Pacer,
    Pipeline, Refusal, Renewed, RetryPolicy, Secret, percent_encoded,
};
use serde::{Deserialize, de::DeserializeOwned};

use super::{
    SERVICE, answer,
    config::Config,
    credential::{CredentialStore, Credentials},
    endpoints,
    sign::{Request, now},
};

/// A client of application streaming. Cheap to clone; all clones share connections, credentials
/// and pace.
#[derive(Debug, Clone)]
pub struct Client {
    shared: Arc<Shared>,
    region: Option<String>,
}

#[derive(Debug)]
struct Shared {
    pipeline: Pipeline,
    credentials: CredentialStore,
    endpoint: Option<Endpoint>,
    /// The project in the client's own region, where it is known without asking.
    project_id: Option<String>,
    own_region: Option<String>,
    enterprise_project_id: Option<String>,
    /// The projects that were looked up, by region.
    projects: Mutex<HashMap<String, Arc<Renewed<String>>>>,
}

impl Client {
    /// Makes a client, and sends nothing: credentials and project are asked for at the first call.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`](cloud::ErrorKind::Configuration), when what is
    /// configured cannot work whatever the network says.
    pub fn new(config: Config, environment: Environment) -> Result<Self, Error> {
        let wrong = |message: String| Error::configuration(SERVICE, message);
        let endpoint = config
            .endpoint
            .as_deref()
            .map(|text| Endpoint::parse(text, config.allow_http))
            .transpose()
            .map_err(|message| wrong(format!("endpoint: {message}")))?;
        let defaults = HttpOptions::default();
        let http = Http::new(&HttpOptions {
            connect_timeout: config.connect_timeout.unwrap_or(defaults.connect_timeout),
            ca_certificate: config.ca_certificate.clone(),
        })
        .map_err(wrong)?;
        let policy = RetryPolicy {
            attempt_timeout: config.request_timeout.unwrap_or(RetryPolicy::default().attempt_timeout),
            ..RetryPolicy::default()
        };
        let pacer = Pacer::new(config.max_requests_per_second);
        let enterprise_project_id = config
            .enterprise_project_id
            .clone()
            .or_else(|| environment.first(&["HW_ENTERPRISE_PROJECT_ID", "OS_ENTERPRISE_PROJECT_ID"]).map(|(_, id)| id));
        let credentials = CredentialStore::new(config, environment)?;
        let region = credentials.region().map(str::to_owned);
        Ok(Self {
            shared: Arc::new(Shared {
                pipeline: Pipeline::new(SERVICE, http, pacer, policy),
                endpoint,
                project_id: credentials.project_id().map(str::to_owned),
                own_region: region.clone(),
                enterprise_project_id,
                projects: Mutex::default(),
                credentials,
            }),
            region,
        })
    }

    /// The region that this client's calls are for, when one is known.
    pub fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    /// The same client for another region; for the provider's own where it is `None`.
    #[must_use]
    pub fn in_region(&self, region: Option<&str>) -> Self {
        Self { shared: Arc::clone(&self.shared), region: region.map(str::to_owned).or_else(|| self.region.clone()) }
    }

    /// The enterprise project for what is created without one of its own.
    pub fn enterprise_project_id(&self) -> Option<&str> {
        self.shared.enterprise_project_id.as_deref()
    }

    /// The id of the project in this client's region: the configured one, else the one that the
    /// identity service knows by the region's name. It is asked for once.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`](cloud::ErrorKind::Configuration), when there is no such
    /// project or no region; and all that a call can meet.
    pub async fn project_id(&self, bounds: &Bounds) -> Result<String, Error> {
        let shared = &self.shared;
        if let Some(id) = &shared.project_id
            && self.region == shared.own_region
        {
            return Ok(id.clone());
        }
        let region = self.known_region()?;
        let project = {
            let mut projects = shared.projects.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(projects.entry(region.to_owned()).or_default())
        };
        let own = self.region == shared.own_region;
        project
            .get(bounds, || async {
                let value = shared.credentials.look_up_project(region, own, bounds).await?;
                Ok(Lease { value, ends: None })
            })
            .await
            .map_err(Error::before_signing)
    }

    fn known_region(&self) -> Result<&str, Error> {
        self.region.as_deref().ok_or_else(|| {
            Error::configuration(SERVICE, "no region is set")
                .advise("Set region in the provider's huawei_cloud block, or HW_REGION_NAME.")
        })
    }

    fn target(&self) -> Result<Endpoint, Error> {
        if let Some(endpoint) = &self.shared.endpoint {
            return Ok(endpoint.clone());
        }
        endpoints::service(self.known_region()?)
            .and_then(|endpoint| Endpoint::parse(&endpoint, false))
            .map_err(|message| Error::configuration(SERVICE, message))
    }

    /// Makes one call of the service. The request's path is below `/v1/{project_id}`.
    pub(super) async fn call<T: DeserializeOwned + Send>(
        &self,
        (operation, effect): (&'static str, Effect),
        subject: impl Into<String>,
        mut request: Request,
        bounds: &Bounds,
    ) -> Result<T, Error> {
        let subject = subject.into();
        let explain = |error: Error| error.during(SERVICE, operation, subject.clone());
        let endpoint = self.target().map_err(explain)?;
        let project_id = self.project_id(bounds).await.map_err(explain)?;
        request.path = format!("/v1/{}{}", percent_encoded(&project_id), request.path);
        request.headers.push(("x-project-id", project_id));
        let exchange = Rest {
            shared: &self.shared,
            endpoint: &endpoint,
            region: self.region.as_deref(),
            request,
            output: PhantomData,
        };
        let call = Call { operation, subject: subject.clone(), effect };
        self.shared.pipeline.call(&call, bounds, &exchange).await.map_err(|error| error.at(endpoint.as_str()))
    }
}

/// An answer of which only the refusal matters.
pub(super) type Nothing = Option<serde::de::IgnoredAny>;

/// One page of a list.
#[derive(Deserialize)]
pub(super) struct Page<T> {
    #[serde(default)]
    pub count: Option<u32>,
    #[serde(
        default = "Vec::new",
        deserialize_with = "cloud::null_is_empty",
        bound(deserialize = "T: Deserialize<'de>")
    )]
    pub items: Vec<T>,
}

/// The largest page that the service's lists have.
const PAGE: u32 = 100;

impl Client {
    /// All items of a list, over all pages.
    pub(super) async fn all<T: DeserializeOwned + Send>(
        &self,
        operation: &'static str,
        subject: &str,
        request: Request,
        bounds: &Bounds,
    ) -> Result<Vec<T>, Error> {
        let mut items = Vec::new();
        for page in 0.. {
            let offset = page * PAGE;
            let request = request.clone().query("offset", Some(offset)).query("limit", Some(PAGE));
            let answer: Page<T> = self.call((operation, Effect::Read), subject, request, bounds).await?;
            let on_page = answer.items.len();
            items.extend(answer.items);
            let covered = answer.count.is_some_and(|count| offset + PAGE >= count);
            if covered || on_page < PAGE as usize {
                break;
            }
        }
        Ok(items)
    }
}

/// One call of the REST API.
struct Rest<'c, T> {
    shared: &'c Shared,
    endpoint: &'c Endpoint,
    region: Option<&'c str>,
    request: Request,
    output: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned + Send> Exchange for Rest<'_, T> {
    type Credentials = Credentials;
    type Output = T;

    async fn sign(&self, bounds: &Bounds) -> Result<(Outgoing, Credentials), Error> {
        let credentials = self.shared.credentials.get(self.region, bounds).await?;
        let url = self.endpoint.url(&self.request.path);
        Ok((self.request.signed(url, Some(&credentials), now()), credentials))
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
        self.shared.credentials.invalidate(self.region, credentials).await
    }
}
