//! Where calls go, and what may go there in the clear.

use std::net::{IpAddr, Ipv4Addr};

use url::{Host, Url};

/// The base URL of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint(Url);

impl Endpoint {
    /// Reads an endpoint as people write it: `host`, `host:port`, or a URL. Without a scheme it is https.
    ///
    /// # Errors
    /// A sentence that says what is wrong with `text`, also when it is plain http to another machine and `allow_http`
    /// does not permit that.
    pub fn parse(text: &str, allow_http: bool) -> Result<Self, String> {
        let endpoint = Self::read(text)?;
        if endpoint.0.scheme() == "http" && !allow_http && !endpoint.is_loopback() {
            let shown = shown(&endpoint.0);
            return Err(format!(
                "\"{shown}\" is plain http to another machine: whoever is on the way could read and \
                 replay the calls. Use https, or set allow_http = true where the network is trusted"
            ));
        }
        Ok(endpoint)
    }

    /// As [`Endpoint::parse`], for instance metadata: plain http is also right for link-local addresses and for
    /// `host_addresses`, because nothing that goes there leaves the host.
    ///
    /// # Errors
    /// A sentence that says what is wrong with `text`.
    pub fn metadata(text: &str, host_addresses: &[Ipv4Addr]) -> Result<Self, String> {
        let endpoint = Self::read(text)?;
        Self::parse(text, stays_on_host(&endpoint.0, host_addresses))
    }

    fn read(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let with_scheme = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        // Of what cannot be read, nobody can say which part is a password.
        let mut url = Url::parse(&with_scheme).map_err(|error| format!("what is set is not a URL: {error}"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(format!("\"{}\" is neither http nor https", shown(&url)));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(format!(
                "it holds a user name or password before \"{}\", an endpoint has none",
                url.host_str().unwrap_or_default()
            ));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(format!("it has a query or fragment after \"{}\", an endpoint has none", shown(&url)));
        }
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        Ok(Self(url))
    }

    /// The same endpoint without `path` at its end: identity services are often written with their version.
    #[must_use]
    pub fn without_path(mut self, path: &str) -> Self {
        if let Some(rest) = self.0.path().strip_suffix(path).map(str::to_owned) {
            self.0.set_path(&rest);
        }
        self
    }

    /// The URL of `path` (absolute, already percent-encoded) below this endpoint.
    pub fn url(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        let base = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{base}{path}"));
        url
    }

    /// As a person writes it, without a trailing slash.
    pub fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> String {
        shown(&self.0)
    }

    /// Whether the endpoint is this machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.0)
    }
}

/// What of a URL may be shown whatever else is in it: scheme, host and port. User info, query and path can be secrets.
fn shown(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{}{port}", url.scheme(), url.host_str().unwrap_or_default())
}

fn address(url: &Url) -> Option<IpAddr> {
    match url.host() {
        Some(Host::Ipv4(address)) => Some(address.into()),
        Some(Host::Ipv6(address)) => Some(address.into()),
        _ => None,
    }
}

fn is_loopback(url: &Url) -> bool {
    match address(url) {
        Some(address) => address.is_loopback(),
        None => url.host_str().is_some_and(|host| host == "localhost" || host.ends_with(".localhost")),
    }
}

/// Whether requests to `url` cannot leave this host, at whose own, link-local, or given addresses; then a proxy must
/// not see them.
pub(super) fn stays_on_host(url: &Url, host_addresses: &[Ipv4Addr]) -> bool {
    is_loopback(url)
        || match address(url) {
            Some(IpAddr::V4(address)) => address.is_link_local() || host_addresses.contains(&address),
            Some(IpAddr::V6(address)) => address.is_unicast_link_local(),
            None => false,
        }
}

/// The `Host` header of a request to `url`: with the port only where it is not the scheme's own.
pub fn host_header(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_without_a_scheme_is_https() {
        let endpoint = Endpoint::parse("api.north-4.example.com", false).unwrap();
        assert_eq!(endpoint.url("/v1/p").as_str(), "https://api.north-4.example.com/v1/p");
    }

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for text in ["http://127.0.0.1:8787", "http://localhost:1", "http://[::1]:1"] {
            assert!(Endpoint::parse(text, false).is_ok(), "{text}");
        }
        for text in ["http://example.com", "http://10.0.0.1", "http://169.254.169.254"] {
            let refusal = Endpoint::parse(text, false).unwrap_err();
            assert!(refusal.contains("allow_http"), "{text}: {refusal}");
            assert!(Endpoint::parse(text, true).is_ok(), "{text}");
        }
    }

    #[test]
    fn metadata_addresses_may_be_asked_in_the_clear() {
        let own = [Ipv4Addr::new(100, 100, 100, 200)];
        for text in ["http://169.254.169.254", "http://100.100.100.200", "http://[fe80::1]", "http://127.0.0.1:80"] {
            assert!(Endpoint::metadata(text, &own).is_ok(), "{text}");
        }
        for text in ["http://example.com", "http://100.100.100.201", "http://[2001:db8::1]", "http://10.0.0.1"] {
            let refusal = Endpoint::metadata(text, &own).unwrap_err();
            assert!(refusal.contains("allow_http"), "{text}: {refusal}");
        }
        assert!(Endpoint::metadata("http://100.100.100.200", &[]).is_err());
        assert!(Endpoint::metadata("https://example.com", &[]).is_ok());
    }

    #[test]
    fn what_is_no_endpoint_is_refused() {
        for text in ["", "ftp://x", "https://u:p@x", "https://x/?a=b", "https://x/#f"] {
            assert!(Endpoint::parse(text, true).is_err(), "{text}");
        }
    }

    #[test]
    fn a_path_is_kept_and_a_version_can_be_taken_off() {
        let endpoint = Endpoint::parse("https://iam.example.com:443/v3/", false).unwrap();
        assert_eq!(endpoint.as_str(), "https://iam.example.com/v3");
        assert_eq!(endpoint.without_path("/v3").url("/v3/projects").as_str(), "https://iam.example.com/v3/projects");
    }

    #[test]
    fn the_host_header_names_an_unusual_port() {
        let host = |text: &str| host_header(&Url::parse(text).unwrap());
        assert_eq!(host("https://x.example:443/"), "x.example");
        assert_eq!(host("http://127.0.0.1:8787/"), "127.0.0.1:8787");
    }

    #[test]
    fn only_names_of_this_machine_are_loopback() {
        for (text, expected) in [
            ("http://localhost", true),
            ("http://emulator.localhost:8787", true),
            ("http://127.0.0.2", true),
            ("https://[::1]", true),
            ("https://localhost.example.com", false),
            ("https://notlocalhost", false),
            ("https://10.0.0.1", false),
        ] {
            assert_eq!(Endpoint::parse(text, true).unwrap().is_loopback(), expected, "{text}");
        }
    }

    #[test]
    fn what_stays_on_the_host_needs_no_proxy() {
        let stays = |text: &str| stays_on_host(&Url::parse(text).unwrap(), &[Ipv4Addr::new(100, 100, 100, 200)]);
        for text in ["http://localhost:1", "http://169.254.169.254", "http://100.100.100.200/x", "http://[fe80::1]"] {
            assert!(stays(text), "{text}");
        }
        for text in ["http://100.100.100.1", "http://example.com", "http://[2001:db8::1]"] {
            assert!(!stays(text), "{text}");
        }
    }

    #[test]
    fn each_thing_that_an_endpoint_cannot_have_is_named() {
        for (text, reason) in [
            ("ftp://x", "neither http nor https"),
            ("https://u@x", "user name or password"),
            ("https://:p@x", "user name or password"),
            ("https://x/?a=b", "query or fragment"),
            ("https://x/#f", "query or fragment"),
            ("https://x:port", "is not a URL"),
        ] {
            let refusal = Endpoint::parse(text, true).unwrap_err();
            assert!(refusal.contains(reason), "{text}: {refusal}");
        }
    }

    #[test]
    fn of_what_is_no_endpoint_nothing_is_shown_that_can_be_a_secret() {
        for text in [
            "https://u:the-secret@x.example",
            "https://the-secret@x.example",
            "ftp://u:the-secret@x.example",
            "ftp://x.example/the-secret",
            "https://x.example/?token=the-secret",
            "https://x.example/p#the-secret",
            "https://u:the-secret/@x.example:y",
            "https://u:the-secret",
            "u:the-secret@x.example",
            "ftp://x.example/?token=the-secret",
            "https://x.exa mple/?token=the-secret",
            "http://x.example/the-secret",
            "mailto:the-secret@x.example",
            "data://the-secret@x.example",
        ] {
            let refusal = Endpoint::parse(text, false).unwrap_err();
            assert!(!refusal.contains("the-secret"), "{text}: {refusal}");
        }
    }

    #[test]
    fn a_path_that_is_not_at_the_end_stays() {
        let endpoint = Endpoint::parse(" https://iam.example.com/v3/x ", false).unwrap();
        assert_eq!(endpoint.without_path("/v3").as_str(), "https://iam.example.com/v3/x");
    }
}
