//! The client: where calls go, and how one is made.

use std::sync::Arc;

use cloud::{
    Answer, ApiClient, Bounds, Call, Effect, Endpoint, Error, Hint, Lease, Location, Machine, Page, PageAnswer,
    PageRequest, Refusal, RenewedByName, all_pages, percent_encoded,
};
use jiff::Timestamp;
use serde::{
    Deserialize,
    de::{DeserializeOwned, IgnoredAny},
};

use super::{
    config::Config,
    credential::Sources,
    endpoints::{self, SERVICE},
    sign::Request,
};

/// The largest page that the service's lists have.
pub const PAGE: u32 = 100;

/// A client of application streaming. Cheap to clone; all clones share connections, credentials and pace.
#[derive(Debug, Clone)]
pub struct Client {
    shared: Arc<Shared>,
    location: Location,
}

#[derive(Debug)]
struct Shared {
    api: ApiClient<Sources>,
    /// The project in the client's own region, where it is known without asking.
    project_id: Option<String>,
    enterprise_project_id: Option<String>,
    /// The projects that were looked up, by region.
    projects: RenewedByName<String>,
}

impl Client {
    /// Makes a client, and sends nothing: credentials and project are asked for at the first call.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`](cloud::ErrorKind::Configuration), when what is configured cannot work whatever the
    /// network says.
    pub fn new(config: Config, machine: impl Into<Machine>) -> Result<Self, Error> {
        let machine = machine.into();
        let environment = machine.environment();
        let mut config = config.settled().map_err(|message| Error::configuration(SERVICE, message))?;
        config.network.ca_certificate = config.network.ca_certificate.or_else(|| environment.get("OS_CACERT"));
        let network = config.network.clone();
        let pipeline = network.pipeline(SERVICE, &machine)?;
        let enterprise_project_id = config
            .enterprise_project_id
            .clone()
            .or_else(|| environment.first(&["HW_ENTERPRISE_PROJECT_ID", "OS_ENTERPRISE_PROJECT_ID"]).map(|(_, id)| id));
        let sources = Sources::new(config, &machine)?;
        let location = Location::new(SERVICE, &network, sources.region().map(str::to_owned))?;
        let shared = Shared {
            project_id: sources.project_id().map(str::to_owned),
            enterprise_project_id,
            projects: RenewedByName::on(machine),
            api: ApiClient::new(pipeline, sources),
        };
        Ok(Self { shared: Arc::new(shared), location })
    }

    /// The time on the machine that it calls from.
    pub fn now(&self) -> Timestamp {
        self.shared.api.machine().now()
    }

    /// How many changes have begun and ended with this client and its clones, in one number: as long as it is the same,
    /// nothing was changed from here.
    pub fn changes(&self) -> u64 {
        self.shared.api.changes()
    }

    /// The region that this client's calls are for, when one is known.
    pub fn region(&self) -> Option<&str> {
        self.location.region()
    }

    /// The same client for another region; for its own where it is `None`.
    ///
    /// # Errors
    /// When an endpoint is set that is not known to serve that region.
    pub fn in_region(&self, region: Option<&str>) -> Result<Self, Error> {
        Ok(Self { shared: Arc::clone(&self.shared), location: self.location.in_region(region)? })
    }

    /// The enterprise project for what is created without one of its own.
    pub fn enterprise_project_id(&self) -> Option<&str> {
        self.shared.enterprise_project_id.as_deref()
    }

    /// What the service's clock showed at a moment of this machine's, by the `Date` of its latest answer: that moment
    /// or up to a second and an answer's way before it. `None` as long as no answer had a date.
    pub fn service_time(&self, moment: Timestamp) -> Option<Timestamp> {
        self.shared.api.service_time(moment)
    }

    /// The id of the project in this client's region: the configured one, else the one that the identity service knows
    /// by the region's name. It is asked for once.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`](cloud::ErrorKind::Configuration), when there is no such project or no region; and
    /// all that a call can meet.
    pub async fn project_id(&self, bounds: &Bounds) -> Result<String, Error> {
        let shared = &self.shared;
        if let Some(id) = &shared.project_id
            && self.location.is_own_region()
        {
            return Ok(id.clone());
        }
        let region = self.known_region()?;
        let is_own = self.location.is_own_region();
        let look_up = async || {
            let credentials = shared.api.credentials();
            let used = credentials.get(Some(region), bounds).await?;
            credentials.source().look_up_project(region, is_own, &used, bounds).await.map(Lease::given)
        };
        shared.projects.named(region).get(bounds, look_up).await.map_err(Error::before_signing)
    }

    fn known_region(&self) -> Result<&str, Error> {
        self.region().ok_or_else(|| Error::configuration(SERVICE, "no region is set").hinting(Hint::NoRegion))
    }

    fn target(&self) -> Result<Endpoint, Error> {
        if let Some(endpoint) = self.location.endpoint() {
            return Ok(endpoint.clone());
        }
        endpoints::service(self.known_region()?)
            .and_then(|endpoint| Endpoint::parse(&endpoint, false))
            .map_err(|message| Error::configuration(SERVICE, message).hinting(Hint::UnknownRegion))
    }

    /// Makes one call that changes something: of the answer only a refusal matters.
    pub(super) async fn change(
        &self,
        operation: &'static str,
        subject: impl Into<String>,
        request: Request,
        bounds: &Bounds,
    ) -> Result<(), Error> {
        let _: Option<IgnoredAny> =
            self.call((operation, Effect::Change), subject, request, |answer| answer.json(), bounds).await?;
        Ok(())
    }

    /// Makes one call that reads. `check` says what the answer lacks to be the one that was asked for.
    pub(super) async fn read<T: DeserializeOwned + Send>(
        &self,
        operation: &'static str,
        subject: impl Into<String>,
        request: Request,
        check: impl Fn(&T) -> Result<(), String> + Sync,
        bounds: &Bounds,
    ) -> Result<T, Error> {
        self.call((operation, Effect::Read), subject, request, |answer| answer.json_that(&check), bounds).await
    }

    /// Makes one call of the service; `read` says what is in its answer. The request's path is below
    /// `/v1/{project_id}`.
    pub(super) async fn call<T: Send>(
        &self,
        (operation, effect): (&'static str, Effect),
        subject: impl Into<String>,
        mut request: Request,
        read: impl Fn(&Answer) -> Result<T, Refusal> + Sync,
        bounds: &Bounds,
    ) -> Result<T, Error> {
        let subject = subject.into();
        let explain = |error: Error| error.during(SERVICE, operation, subject.clone());
        let endpoint = self.target().map_err(explain)?;
        let project_id = self.project_id(bounds).await.map_err(explain)?;
        request.path = format!("/v1/{}{}", percent_encoded(&project_id), request.path);
        request.headers.push(("x-project-id", project_id));
        let call = Call::new(operation, subject.clone(), effect);
        self.shared.api.call(&call, &request, &endpoint, self.region(), read, bounds).await
    }
}

/// What a list of the service holds.
pub(super) trait Item: Send {
    /// What it lacks of what all of its kind have, least of all the ID; by the API's name.
    fn lacks(&self) -> Option<&'static str>;
}

#[derive(Deserialize)]
struct ListAnswer<T> {
    count: Option<u64>,
    items: Option<Vec<T>>,
}

impl Client {
    /// All items of a list, over all pages.
    pub(super) async fn all<T: DeserializeOwned + Item>(
        &self,
        operation: &'static str,
        subject: &str,
        request: Request,
        bounds: &Bounds,
    ) -> Result<Vec<T>, Error> {
        let ask = |asked| self.page(operation, subject, asked, request.clone(), bounds);
        all_pages(PAGE, ask).await.map_err(|error| error.during(SERVICE, operation, subject))
    }

    /// One page of a list.
    pub(super) async fn page<T: DeserializeOwned + Item>(
        &self,
        operation: &'static str,
        subject: &str,
        asked: PageRequest,
        request: Request,
        bounds: &Bounds,
    ) -> Result<Page<T>, Error> {
        let request = request.query("offset", Some(asked.offset())).query("limit", Some(asked.size()));
        let read = move |answer: &Answer| {
            let ListAnswer { items, count } = answer.json()?;
            PageAnswer { items, count, number: None }.prove(asked)?.of_whole(T::lacks)
        };
        self.call((operation, Effect::Read), subject, request, read, bounds).await
    }
}
