//! How a client reaches its services: what is configured alike for every cloud.

use std::{ops::RangeInclusive, time::Duration};

use crate::{
    Endpoint, Error, Machine, People, Pipeline, Role, Service,
    http::{Http, HttpOptions},
    pipeline::{Pacer, RetryPolicy},
    set,
};

/// The ceilings that make sense for all calls of a client together, in calls a second: from one in a quarter of an hour
/// to more than any service takes.
pub const REQUESTS_PER_SECOND: RangeInclusive<f64> = 0.001..=10_000.0;

/// Connecting to instance metadata takes milliseconds where there is one, and so does its answer.
const METADATA_TIMEOUT: Duration = Duration::from_secs(2);

/// The program that calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Application {
    /// Its name, without spaces: services see it in each request, and sessions are named after it.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
}

impl Default for Application {
    /// This crate, where no program says who it is.
    fn default() -> Self {
        Self { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") }
    }
}

/// How a client reaches its services.
#[derive(Debug, Clone)]
pub struct NetworkOptions {
    /// The program that calls.
    pub application: Application,
    /// The service's endpoint; otherwise it follows from the region.
    pub endpoint: Option<String>,
    /// Whether `endpoint` serves other regions than the client's own too. One on this machine does.
    pub endpoint_serves_all_regions: bool,
    /// The endpoint of the instance metadata service, instead of the vendor's.
    pub metadata_endpoint: Option<String>,
    /// Permits plain http to other machines.
    pub allow_http: bool,
    /// Certificates to trust beside the system's: PEM text, or the path of a PEM file.
    pub ca_certificate: Option<String>,
    /// The most calls of the service in a second, within [`REQUESTS_PER_SECOND`].
    pub max_requests_per_second: Option<f64>,
    /// How people are spoken of in what is said of calls.
    pub people: People,
    /// The longest that connecting may take, TLS included.
    pub connect_timeout: Duration,
    /// The longest that one attempt of a call may take, from its start to the end of the answer.
    pub request_timeout: Duration,
}

impl Default for NetworkOptions {
    fn default() -> Self {
        Self {
            application: Application::default(),
            endpoint: None,
            endpoint_serves_all_regions: false,
            metadata_endpoint: None,
            allow_http: false,
            ca_certificate: None,
            max_requests_per_second: None,
            people: People::named(),
            connect_timeout: Duration::from_secs(10),
            request_timeout: RetryPolicy::default().attempt_timeout,
        }
    }
}

impl NetworkOptions {
    /// The way to a service from a machine. Nothing is connected yet.
    ///
    /// # Errors
    /// When a certificate cannot be read, or the ceiling is none.
    pub fn pipeline(&self, service: Service, machine: &Machine) -> Result<Pipeline, Error> {
        let Application { name, version } = self.application;
        let mut http = HttpOptions {
            user_agent: format!("{name}/{version}"),
            connect_timeout: Some(self.connect_timeout),
            ca_certificate: self.ca_certificate.clone(),
            host_addresses: service.vendor.host_addresses,
            door: machine.door(),
        };
        let mut policy = RetryPolicy { attempt_timeout: self.request_timeout, ..RetryPolicy::default() };
        let mut ceiling = None;
        match service.role {
            Role::Api => ceiling = self.ceiling(service)?,
            Role::Identity => {}
            Role::Metadata => {
                http.connect_timeout = Some(METADATA_TIMEOUT);
                http.ca_certificate = None;
                policy.attempt_timeout = METADATA_TIMEOUT;
                policy.max_attempts = 2;
            }
        }
        let http = Http::new(http).map_err(|message| Error::configuration(service, message))?;
        let pipeline = Pipeline::new(service, http, Pacer::new(ceiling), policy);
        Ok(pipeline.speaking_of(self.people.clone()).on(machine.clone()))
    }

    /// The endpoint that a client's setting has, called `setting` in messages about `service`.
    ///
    /// # Errors
    /// When the text cannot be an endpoint, or is plain http to another machine that is not permitted.
    pub fn parse_endpoint(&self, service: Service, setting: &str, text: &str) -> Result<Endpoint, Error> {
        Endpoint::parse(text, self.allow_http)
            .map_err(|message| Error::configuration(service, format!("{setting}: {message}")))
    }

    fn ceiling(&self, service: Service) -> Result<Option<f64>, Error> {
        match self.max_requests_per_second {
            Some(ceiling) if !REQUESTS_PER_SECOND.contains(&ceiling) => {
                let (least, most) = (REQUESTS_PER_SECOND.start(), REQUESTS_PER_SECOND.end());
                let message = format!("max_requests_per_second must be from {least} to {most}; it is {ceiling}");
                Err(Error::configuration(service, message))
            }
            ceiling => Ok(ceiling),
        }
    }

    /// The same options, with every text as [`set`] reads it.
    #[must_use]
    pub fn settled(self) -> Self {
        Self {
            endpoint: set(self.endpoint),
            metadata_endpoint: set(self.metadata_endpoint),
            ca_certificate: set(self.ca_certificate),
            ..self
        }
    }

    /// The service's endpoint, where one is configured.
    ///
    /// # Errors
    /// As [`NetworkOptions::parse_endpoint`].
    pub fn configured_endpoint(&self, service: Service) -> Result<Option<Endpoint>, Error> {
        self.endpoint.as_deref().map(|text| self.parse_endpoint(service, "endpoint", text)).transpose()
    }
}

#[cfg(test)]
mod tests {
    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::{
        Answer, Bounds, Call, Effect, ErrorKind, Outgoing,
        stub::{Reply, SERVICE, Stub},
    };

    const ROLES: [Role; 3] = [Role::Api, Role::Identity, Role::Metadata];

    fn with(role: Role) -> Service {
        Service { role, ..SERVICE }
    }

    fn unbounded() -> Bounds {
        Bounds::new(CancellationToken::new())
    }

    async fn fetch(pipeline: &Pipeline, url: &str) -> Result<u16, Error> {
        fetch_within(pipeline, url, &unbounded()).await
    }

    async fn fetch_within(pipeline: &Pipeline, url: &str, bounds: &Bounds) -> Result<u16, Error> {
        let request =
            Outgoing { method: reqwest::Method::GET, url: url.parse().unwrap(), headers: Vec::new(), body: Vec::new() };
        let read = |answer: &Answer| Ok(answer.status);
        let call = Call::new("Get", "", Effect::Read);
        pipeline.fetch(&call, request, |_| None, read, bounds).await
    }

    #[tokio::test]
    async fn every_service_sees_who_calls() {
        let network = NetworkOptions {
            application: Application { name: "the-program", version: "1.2.3" },
            ..NetworkOptions::default()
        };
        for role in ROLES {
            let stub = Stub::scripted(vec![Reply::json(200, "")]).await;
            assert_eq!(
                fetch(&network.pipeline(with(role), &Machine::default()).unwrap(), &stub.url).await.unwrap(),
                200
            );
            assert_eq!(stub.seen()[0].header("user-agent"), "the-program/1.2.3");
        }
    }

    #[tokio::test]
    async fn an_answer_is_awaited_for_as_long_as_is_configured() {
        let network = NetworkOptions { request_timeout: Duration::from_millis(20), ..NetworkOptions::default() };
        let stub = Stub::scripted(vec![Reply::Hang]).await;
        for role in [Role::Api, Role::Identity] {
            let error =
                fetch(&network.pipeline(with(role), &Machine::default()).unwrap(), &stub.url).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
            assert!(error.message().contains("within 20.0ms"), "{error}");
        }
    }

    #[tokio::test]
    async fn metadata_is_tried_twice_and_other_services_four_times() {
        for (role, attempts) in [(Role::Metadata, 2), (Role::Identity, 4), (Role::Api, 4)] {
            let stub = Stub::scripted(vec![Reply::Close]).await;
            let error = fetch(&NetworkOptions::default().pipeline(with(role), &Machine::default()).unwrap(), &stub.url)
                .await
                .unwrap_err();
            assert_eq!((error.attempts(), stub.count()), (attempts, attempts as usize), "{role:?}");
        }
    }

    #[tokio::test]
    async fn a_ceiling_is_for_the_service_itself_alone() {
        let network = NetworkOptions { max_requests_per_second: Some(0.001), ..NetworkOptions::default() };
        let stub = Stub::scripted(vec![Reply::json(200, "")]).await;
        let pipeline = network.pipeline(with(Role::Api), &Machine::default()).unwrap();
        fetch(&pipeline, &stub.url).await.unwrap();
        // The second turn is a quarter of an hour later.
        let soon = unbounded().with_timeout(Duration::from_millis(20));
        let error = fetch_within(&pipeline, &stub.url, &soon).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome_unknown(), stub.count()), (ErrorKind::Timeout, false, 1));

        for role in [Role::Identity, Role::Metadata] {
            let pipeline = network.pipeline(with(role), &Machine::default()).unwrap();
            for _ in 0..2 {
                fetch(&pipeline, &stub.url).await.unwrap();
            }
        }
    }

    #[test]
    fn a_ceiling_that_is_none_is_refused_and_everything_else_keeps_its_pace() {
        let pipeline = |ceiling| {
            NetworkOptions { max_requests_per_second: Some(ceiling), ..NetworkOptions::default() }
                .pipeline(with(Role::Api), &Machine::default())
        };
        for ceiling in [
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::MAX,
            f64::MIN_POSITIVE,
            1e-300,
            1e-4,
            0.0,
            -0.0,
            -1.0,
            10_001.0,
        ] {
            let error = pipeline(ceiling).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration, "{ceiling}: {error}");
            assert!(error.message().contains("max_requests_per_second must be from 0.001 to 10000"), "{error}");
        }
        for ceiling in [0.001, 1.0, 10_000.0] {
            assert!(pipeline(ceiling).is_ok(), "{ceiling}");
        }
    }

    #[test]
    fn options_that_are_set_to_nothing_are_not_set() {
        let text = |text: &str| Some(text.to_owned());
        let network = NetworkOptions {
            endpoint: text(""),
            metadata_endpoint: text(" \n"),
            ca_certificate: text("ca.pem\n"),
            ..NetworkOptions::default()
        }
        .settled();
        assert_eq!((network.endpoint, network.metadata_endpoint), (None, None));
        assert_eq!(network.ca_certificate, text("ca.pem"));
    }

    #[test]
    fn a_certificate_that_cannot_be_read_is_told_of_the_service_that_would_show_it() {
        let network = NetworkOptions { ca_certificate: Some("/nowhere.pem".to_owned()), ..NetworkOptions::default() };
        for role in [Role::Api, Role::Identity] {
            let error = network.pipeline(with(role), &Machine::default()).unwrap_err();
            assert_eq!((error.kind(), error.service()), (ErrorKind::Configuration, Some(with(role))));
            assert!(error.message().contains("/nowhere.pem"));
        }
        assert!(
            network.pipeline(with(Role::Metadata), &Machine::default()).is_ok(),
            "metadata is never asked by https"
        );
    }

    #[test]
    fn an_endpoint_is_read_with_the_rules_that_are_configured() {
        let strict = NetworkOptions { endpoint: Some("http://example.com".to_owned()), ..NetworkOptions::default() };
        let error = strict.configured_endpoint(SERVICE).unwrap_err();
        assert_eq!((error.kind(), error.service()), (ErrorKind::Configuration, Some(SERVICE)));
        assert!(error.message().starts_with("endpoint: \"http://example.com\" is plain http"), "{error}");

        let lax = NetworkOptions { allow_http: true, ..strict };
        assert_eq!(lax.configured_endpoint(SERVICE).unwrap().unwrap().as_str(), "http://example.com");
        assert_eq!(NetworkOptions::default().configured_endpoint(SERVICE).unwrap(), None);
        let error = NetworkOptions::default().parse_endpoint(SERVICE, "auth_url", "ftp://x").unwrap_err();
        assert!(error.message().starts_with("auth_url: "), "{error}");
    }

    #[test]
    fn who_does_not_say_so_is_this_crate() {
        assert_eq!(NetworkOptions::default().application.name, "appstreaming-cloud");
        assert_eq!(NetworkOptions::default().connect_timeout, Duration::from_secs(10));
        assert_eq!(NetworkOptions::default().request_timeout, Duration::from_secs(60));
    }
}
