//! The client: where calls go, and how one is made.

use std::sync::Arc;

use cloud::{
    Answer, ApiClient, Bounds, Call, Effect, Endpoint, Environment, Error, Location, Machine, Page, PageAnswer,
    PageRequest, People, Principal, Refusal, all_pages,
};
use jiff::Timestamp;
use serde::{
    Deserialize,
    de::{DeserializeOwned, IgnoredAny},
};

use super::{
    config::Config,
    credential::Sources,
    endpoints::{INTERNATIONAL, MAINLAND, SERVICE, is_mainland},
    sign::{Parameters, Request},
};

const VERSION: &str = "2021-09-01";

/// The largest page that the service's lists have.
pub const PAGE: u32 = 100;

/// A client of App Streaming. Cheap to clone; all clones share connections, credentials and pace.
#[derive(Debug, Clone)]
pub struct Client {
    shared: Arc<Shared>,
    location: Location,
}

#[derive(Debug)]
struct Shared {
    api: ApiClient<Sources>,
    people: People,
    mainland: Endpoint,
    international: Endpoint,
}

impl Client {
    /// Makes a client, and sends nothing: credentials are looked for at the first call.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`](cloud::ErrorKind::Configuration), when what is configured cannot work whatever the
    /// network says.
    pub fn new(config: Config, machine: impl Into<Machine>) -> Result<Self, Error> {
        let machine = machine.into();
        let config = config.settled().map_err(|message| Error::configuration(SERVICE, message))?;
        let network = config.network.clone();
        let region = config.region.clone().or_else(|| environment_region(machine.environment()));
        let location = Location::new(SERVICE, &network, region)?;
        let mainland = network.parse_endpoint(SERVICE, "endpoint", MAINLAND)?;
        let international = network.parse_endpoint(SERVICE, "endpoint", INTERNATIONAL)?;
        let pipeline = network.pipeline(SERVICE, &machine)?;
        let api = ApiClient::new(pipeline, Sources::new(config, machine)?);
        Ok(Self { shared: Arc::new(Shared { api, people: network.people, mainland, international }), location })
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

    /// The region that this client's delivery groups are in, when it is known without asking.
    pub fn region(&self) -> Option<&str> {
        self.location.region()
    }

    /// The same client for delivery groups in `region`; for its own where it is `None`.
    ///
    /// # Errors
    /// When an endpoint is set that is not known to serve that region.
    pub fn in_region(&self, region: Option<&str>) -> Result<Self, Error> {
        Ok(Self { shared: Arc::clone(&self.shared), location: self.location.in_region(region)? })
    }

    /// The endpoint that this client's calls go to.
    pub fn endpoint(&self) -> &str {
        self.target().as_str()
    }

    fn target(&self) -> &Endpoint {
        match (self.location.endpoint(), self.region()) {
            (Some(endpoint), _) => endpoint,
            (None, Some(region)) if !is_mainland(region) => &self.shared.international,
            (None, _) => &self.shared.mainland,
        }
    }

    /// Makes one call that changes something: of the answer only a refusal matters.
    pub(super) async fn change(
        &self,
        operation: &'static str,
        subject: impl Into<String>,
        parameters: Parameters,
        bounds: &Bounds,
    ) -> Result<(), Error> {
        let _: Done =
            self.call((operation, Effect::Change), subject, parameters, |answer| answer.json(), bounds).await?;
        Ok(())
    }

    /// Makes one call that reads. `check` says what the answer lacks to be the one that was asked for.
    pub(super) async fn read<T: DeserializeOwned + Send>(
        &self,
        operation: &'static str,
        subject: impl Into<String>,
        parameters: Parameters,
        check: impl Fn(&T) -> Result<(), String> + Sync,
        bounds: &Bounds,
    ) -> Result<T, Error> {
        self.call((operation, Effect::Read), subject, parameters, |answer| answer.json_that(&check), bounds).await
    }

    async fn call<T: Send>(
        &self,
        (operation, effect): (&'static str, Effect),
        subject: impl Into<String>,
        parameters: Parameters,
        read: impl Fn(&Answer) -> Result<T, Refusal> + Sync,
        bounds: &Bounds,
    ) -> Result<T, Error> {
        self.shared.people.know(parameters.people());
        let call = Call::new(operation, subject, effect);
        let request = Request { action: operation, version: VERSION, parameters };
        self.shared.api.call(&call, &request, self.target(), None, read, bounds).await
    }

    /// All items of a list, over all pages. `ask` says how a page is asked for, and `A` what it holds.
    pub(super) async fn all<A, T>(
        &self,
        operation: &'static str,
        subject: impl Into<String>,
        ask: impl Fn(PageRequest) -> Parameters,
        bounds: &Bounds,
    ) -> Result<Vec<T>, Error>
    where
        A: DeserializeOwned + Into<PageAnswer<T>> + Send,
        T: Item,
    {
        let subject = &*subject.into();
        let ask = |asked| self.page::<A, T>(operation, subject, asked, ask(asked), bounds);
        let items = all_pages(PAGE, ask).await;
        items.map_err(|error| error.during(SERVICE, operation, subject).at(self.endpoint()))
    }

    /// One page of a list. Whoever its items name is known from then on.
    pub(super) async fn page<A, T>(
        &self,
        operation: &'static str,
        subject: &str,
        asked: PageRequest,
        parameters: Parameters,
        bounds: &Bounds,
    ) -> Result<Page<T>, Error>
    where
        A: DeserializeOwned + Into<PageAnswer<T>> + Send,
        T: Item,
    {
        let read = move |answer: &Answer| answer.json::<A>()?.into().prove(asked)?.of_whole(T::lacks);
        let page = self.call((operation, Effect::Read), subject, parameters, read, bounds).await?;
        self.shared.people.know(page.items.iter().flat_map(Item::people));
        Ok(page)
    }
}

/// What a list of the service holds.
pub(super) trait Item: Send {
    /// What it lacks of what all of its kind have, least of all the ID; by the API's name.
    fn lacks(&self) -> Option<&'static str>;

    /// Whom it names.
    fn people(&self) -> Vec<&Principal>;
}

/// The answer to a change, of which only a refusal matters. What does not even have the request's ID, which every
/// answer of the service has, is somebody else's.
#[derive(Deserialize)]
struct Done {
    #[serde(rename = "RequestId", alias = "requestId")]
    _request_id: IgnoredAny,
}

fn environment_region(environment: &Environment) -> Option<String> {
    environment
        .first(&["ALIBABA_CLOUD_REGION", "ALIBABA_CLOUD_REGION_ID", "ALICLOUD_REGION", "ALICLOUD_REGION_ID"])
        .map(|(_, region)| region)
}

#[cfg(test)]
mod tests {
    use cloud::NetworkOptions;

    use super::*;

    fn with_network(network: NetworkOptions) -> Config {
        Config { network, ..Config::default() }
    }

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
            assert_eq!(client.in_region(Some(region)).unwrap().endpoint(), endpoint, "{region}");
        }
    }

    #[test]
    fn an_endpoint_that_was_set_serves_its_own_region_and_others_where_that_is_said() {
        let at = |endpoint: &str, serves_all| {
            let network = NetworkOptions {
                endpoint: Some(endpoint.to_owned()),
                endpoint_serves_all_regions: serves_all,
                ..NetworkOptions::default()
            };
            client(with_network(network)).unwrap()
        };
        let endpoint = |client: &Client, region| client.in_region(region).map(|client| client.endpoint().to_owned());
        for (client, expected) in [
            (at("http://127.0.0.1:8787/", false), "http://127.0.0.1:8787"),
            (at("gateway.example", true), "https://gateway.example"),
        ] {
            assert_eq!(endpoint(&client, Some("ap-southeast-1")).unwrap(), expected);
        }
        let client = at("gateway.example", false);
        for region in [None, Some("cn-beijing")] {
            assert_eq!(endpoint(&client, region).unwrap(), "https://gateway.example", "{region:?}");
        }
        // Also once it has been narrowed: what counts is the configuration's own region.
        let narrowed = client.in_region(None).unwrap();
        for region in ["cn-hangzhou", "ap-southeast-1"] {
            let error = endpoint(&narrowed, Some(region)).unwrap_err();
            assert_eq!(error.hint(), Some(&cloud::Hint::EndpointOfAnotherRegion), "{error}");
        }
    }

    #[test]
    fn what_is_set_to_nothing_is_not_set_and_what_cannot_be_empty_is_refused() {
        let nothing = || Some(" \n".to_owned());
        let network = NetworkOptions { endpoint: nothing(), ca_certificate: nothing(), ..NetworkOptions::default() };
        let empty = Config {
            region: nothing(),
            access_key: nothing(),
            secret_key: Some("\n".into()),
            security_token: Some("".into()),
            profile: nothing(),
            shared_credentials_file: nothing(),
            ecs_role_name: nothing(),
            credentials_uri: nothing(),
            sts_endpoint: nothing(),
            ..with_network(network)
        };
        assert_eq!(client(empty.clone()).unwrap().region(), Some("cn-beijing"));
        let settled = format!("{:?}", empty.settled().unwrap());
        assert_eq!(settled, format!("{:?}", Config::default()));

        let role = crate::AssumeRole { role_arn: "".to_owned(), ..crate::AssumeRole::default() };
        let error = client(Config { assume_role: Some(role), ..Config::default() }).unwrap_err();
        assert!(error.message().contains("role_arn of assume_role is empty"), "{error}");
        let error = client(Config {
            access_key: Some("AKID".to_owned()),
            secret_key: Some("the secret".into()),
            ..Config::default()
        });
        let message = error.unwrap_err().message().to_owned();
        assert!(message.starts_with("secret_key has") && !message.contains("the secret"), "{message}");
    }

    #[test]
    fn a_configuration_that_cannot_work_is_refused_before_any_call() {
        for config in [
            with_network(NetworkOptions {
                endpoint: Some("http://example.com".to_owned()),
                ..NetworkOptions::default()
            }),
            with_network(NetworkOptions {
                ca_certificate: Some("/nowhere.pem".to_owned()),
                ..NetworkOptions::default()
            }),
            Config { access_key: Some("AKID".to_owned()), ..Config::default() },
            Config { sts_endpoint: Some("http://example.com".to_owned()), ..Config::default() },
        ] {
            let error = client(config).unwrap_err();
            assert_eq!(error.kind(), cloud::ErrorKind::Configuration, "{error}");
        }
    }
}
