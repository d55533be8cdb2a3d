//! Which region a client's calls are for, and whether the endpoint that is set may be called for it.

use std::sync::Arc;

use crate::{Endpoint, Error, Hint, NetworkOptions, Service};

/// The region of a client's calls, and the endpoint that is set for them, if one is. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Location {
    configured: Arc<Configured>,
    region: Option<String>,
}

/// What a client was made with.
#[derive(Debug)]
struct Configured {
    service: Service,
    region: Option<String>,
    endpoint: Option<Endpoint>,
    endpoint_serves_all_regions: bool,
}

impl Location {
    /// A client's own location: `region`, where one is configured, and the endpoint of `network`.
    ///
    /// # Errors
    /// When the endpoint cannot be used.
    pub fn new(service: Service, network: &NetworkOptions, region: Option<String>) -> Result<Self, Error> {
        let configured = Configured {
            service,
            region: region.clone(),
            endpoint: network.configured_endpoint(service)?,
            endpoint_serves_all_regions: network.endpoint_serves_all_regions,
        };
        Ok(Self { configured: Arc::new(configured), region })
    }

    /// The region, when it is known without asking.
    pub fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    /// Whether it is the region that the client was made with.
    pub fn is_own_region(&self) -> bool {
        self.region == self.configured.region
    }

    /// The endpoint that is set; `None` where the region decides.
    pub fn endpoint(&self) -> Option<&Endpoint> {
        self.configured.endpoint.as_ref()
    }

    /// The same for another region; for the present one where it is `None`. The host of another region would get what
    /// is that region's alone: its project, its groups.
    ///
    /// # Errors
    /// When the endpoint is set for one region, and that is another or not known to be this one.
    pub fn in_region(&self, region: Option<&str>) -> Result<Self, Error> {
        let Some(region) = region else { return Ok(self.clone()) };
        let other = Self { configured: Arc::clone(&self.configured), region: Some(region.to_owned()) };
        let Some(endpoint) = self.endpoint() else { return Ok(other) };
        if other.is_own_region() || self.configured.endpoint_serves_all_regions || endpoint.is_loopback() {
            return Ok(other);
        }
        let endpoint = endpoint.origin();
        let message = match &self.configured.region {
            Some(own) => {
                format!("the endpoint {endpoint} is set for the region {own}, and this is about the region {region}")
            }
            None => format!(
                "the endpoint {endpoint} is set without a region, so that it is not known to serve the region {region}"
            ),
        };
        Err(Error::configuration(self.configured.service, message).hinting(Hint::EndpointOfAnotherRegion))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ErrorKind, stub::SERVICE};

    fn at(endpoint: &str) -> NetworkOptions {
        NetworkOptions { endpoint: Some(endpoint.to_owned()), ..NetworkOptions::default() }
    }

    fn from_to(network: &NetworkOptions, own: Option<&str>, region: &str) -> Result<Location, Error> {
        Location::new(SERVICE, network, own.map(str::to_owned)).unwrap().in_region(Some(region))
    }

    #[test]
    fn an_endpoint_is_for_the_clients_own_region_unless_it_is_said_to_serve_all() {
        let elsewhere = at("https://gateway.example/path");
        assert!(from_to(&elsewhere, Some("north"), "north").unwrap().is_own_region());
        let error = from_to(&elsewhere, Some("north"), "south").unwrap_err();
        assert_eq!((error.kind(), error.hint()), (ErrorKind::Configuration, Some(&Hint::EndpointOfAnotherRegion)));
        assert!(
            ["https://gateway.example ", "north", "south"].iter().all(|it| error.message().contains(it)),
            "{error}"
        );
        assert!(from_to(&elsewhere, None, "south").unwrap_err().message().contains("without a region"));

        let declared = NetworkOptions { endpoint_serves_all_regions: true, ..elsewhere };
        for network in [declared, at("http://127.0.0.1:8787"), at("localhost:1"), NetworkOptions::default()] {
            for own in [Some("north"), None] {
                let location = from_to(&network, own, "south").unwrap();
                assert_eq!((location.region(), location.is_own_region()), (Some("south"), false));
            }
        }
    }

    #[test]
    fn without_another_region_it_stays_where_it_is() {
        let elsewhere = Location::new(SERVICE, &NetworkOptions::default(), Some("north".to_owned())).unwrap();
        let south = elsewhere.in_region(Some("south")).unwrap();
        assert_eq!(south.in_region(None).unwrap().region(), Some("south"));
    }
}
