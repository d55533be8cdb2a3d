//! Sending one request and reading its whole answer.

mod answer;
mod canonical;
mod door;
mod endpoint;

use std::{
    error::Error as StdError,
    fmt, fs,
    net::Ipv4Addr,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use reqwest::{
    Certificate, Client, Method,
    header::{HeaderName, HeaderValue},
    redirect,
};
use url::Url;

use super::{Error, ErrorKind, Outcome};

pub(crate) use self::door::Door;
use self::endpoint::stays_on_host;
pub use self::{
    answer::{Answer, null_is_empty},
    canonical::{hmac_sha256_hex, percent_encoded, query_string, sha256_hex},
    door::{Answering, Lost},
    endpoint::{Endpoint, host_header},
};

/// No answer of an API comes near this; what does is not the service's.
const LARGEST_ANSWER: usize = 64 * 1024 * 1024;

/// Connections that were idle for longer are not used again: a service that closes one at the moment a request goes out
/// leaves it unclear whether the request arrived.
const IDLE: Duration = Duration::from_secs(20);

/// How connections are made.
#[derive(Debug, Clone, Default)]
pub struct HttpOptions {
    /// What goes out as `User-Agent`; none where it is empty.
    pub user_agent: String,
    /// The longest that connecting may take, TLS included; as long as the request may where there is none.
    pub connect_timeout: Option<Duration>,
    /// Certificates to trust beside the system's: PEM text, or the path of a PEM file.
    pub ca_certificate: Option<String>,
    /// Addresses that no proxy must see, beside this machine's own and the link-local ones.
    pub host_addresses: &'static [Ipv4Addr],
    /// What answers in place of the network.
    pub(crate) door: Option<Door>,
}

/// The HTTP client of one cloud. The connection pools are made at first use, because loading the system's certificates
/// takes longer than all the rest of a client's start.
#[derive(Debug)]
pub struct Http {
    options: HttpOptions,
    certificates: Vec<Certificate>,
    /// Through the proxy that the environment names, if any.
    proxied: Mutex<Option<Client>>,
    /// For this host and its metadata service, which no proxy must see.
    direct: Mutex<Option<Client>>,
}

/// A request, signed and ready. It holds credentials, so it has no `Debug`.
#[derive(Clone)]
pub struct Outgoing {
    /// The method.
    pub method: Method,
    /// Where it goes, query included.
    pub url: Url,
    /// Names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// The body; nothing where it is empty.
    pub body: Vec<u8>,
}

impl Http {
    /// Reads the certificates, and connects nowhere.
    ///
    /// # Errors
    /// A sentence that says which certificate cannot be read.
    pub fn new(options: HttpOptions) -> Result<Self, String> {
        let certificates = match &options.ca_certificate {
            Some(source) => certificates(source)?,
            None => Vec::new(),
        };
        Ok(Self { options, certificates, proxied: Mutex::new(None), direct: Mutex::new(None) })
    }

    /// Sends `request` and reads the answer to its end.
    ///
    /// # Errors
    /// [`ErrorKind::Transport`] or [`ErrorKind::Timeout`], with what is known of the outcome.
    pub async fn send(&self, request: Outgoing, timeout: Duration) -> Result<Answer, Error> {
        let target = target(&request.url);
        if let Some(door) = &self.options.door {
            return through(door, request, &target, timeout).await;
        }
        let client = self.client(&request.url)?;
        let reads = request.method == Method::GET;
        let mut outgoing = reqwest::Request::new(request.method, request.url);
        for (name, value) in request.headers {
            let mut value = HeaderValue::try_from(value).map_err(|_| {
                Error::new(
                    ErrorKind::Configuration,
                    Outcome::NotDone,
                    format!("the value for the header {name} holds characters that no header can"),
                )
            })?;
            // Keeps the value out of what lower layers may log.
            value.set_sensitive(true);
            outgoing.headers_mut().insert(HeaderName::from_static(name), value);
        }
        if !request.body.is_empty() {
            *outgoing.body_mut() = Some(request.body.into());
        }
        *outgoing.timeout_mut() = Some(timeout);

        let mut response = client.execute(outgoing).await.map_err(|error| failed(error, &target, timeout))?;
        let mut answer = Answer {
            status: response.status().as_u16(),
            headers: std::mem::take(response.headers_mut()),
            body: Vec::new(),
        };
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if answer.body.len() + chunk.len() <= LARGEST_ANSWER => {
                    answer.body.extend_from_slice(&chunk);
                }
                Ok(Some(_)) => {
                    return Err(Error::new(
                        ErrorKind::UnexpectedAnswer,
                        Outcome::Unknown,
                        format!("{target} answers without end"),
                    ));
                }
                Ok(None) => return Ok(answer),
                // The status of a refusal says enough, also when its explanation was lost; but a read is asked again
                // rather than taken without it.
                Err(_) if (400..500).contains(&answer.status) && !reads => {
                    answer.body.clear();
                    return Ok(answer);
                }
                Err(error) => return Err(failed(error, &target, timeout)),
            }
        }
    }

    fn client(&self, url: &Url) -> Result<Client, Error> {
        let direct = stays_on_host(url, self.options.host_addresses);
        let slot = if direct { &self.direct } else { &self.proxied };
        let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = &*slot {
            return Ok(client.clone());
        }
        let mut builder = Client::builder()
            .pool_idle_timeout(IDLE)
            .tcp_nodelay(true)
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .tls_certs_merge(self.certificates.iter().cloned());
        if !self.options.user_agent.is_empty() {
            builder = builder.user_agent(&self.options.user_agent);
        }
        if let Some(limit) = self.options.connect_timeout {
            builder = builder.connect_timeout(limit);
        }
        if direct {
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|error| {
            Error::new(
                ErrorKind::Configuration,
                Outcome::NotDone,
                format!("no HTTPS client can be made: {}", root_cause(&error)),
            )
            .caused_by(error)
        })?;
        Ok(slot.insert(client).clone())
    }
}

fn certificates(source: &str) -> Result<Vec<Certificate>, String> {
    let (pem, origin) = if source.contains("-----BEGIN") {
        (source.as_bytes().to_vec(), "ca_certificate".to_owned())
    } else {
        let pem = fs::read(source).map_err(|error| format!("ca_certificate: cannot read \"{source}\": {error}"))?;
        (pem, format!("ca_certificate: \"{source}\""))
    };
    match Certificate::from_pem_bundle(&pem) {
        Ok(found) if found.is_empty() => Err(format!("{origin} holds no PEM certificate")),
        Ok(found) => Ok(found),
        Err(_) => Err(format!("{origin} holds a certificate that is not valid PEM")),
    }
}

/// Scheme, host and port: what a person recognizes as the endpoint.
fn target(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// The same through a door: what it says to be lost is what a broken connection is.
async fn through(door: &Door, request: Outgoing, target: &str, timeout: Duration) -> Result<Answer, Error> {
    match tokio::time::timeout(timeout, door.ask(request)).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(lost)) => Err(broken(target, lost).at(target)),
        Err(_) => Err(late(target, timeout).at(target)),
    }
}

fn late(target: &str, timeout: Duration) -> Error {
    Error::new(ErrorKind::Timeout, Outcome::Unknown, format!("{target} did not answer within {timeout:.1?}"))
}

fn broken(target: &str, cause: impl fmt::Display) -> Error {
    let message = format!("the connection to {target} broke before its answer was complete: {cause}");
    Error::new(ErrorKind::Transport, Outcome::Unknown, message)
}

fn failed(error: reqwest::Error, target: &str, timeout: Duration) -> Error {
    // The URL says nothing that the operation does not, and queries are long.
    let error = error.without_url();
    let cause = root_cause(&error);
    let failure = if error.is_connect() && error.is_timeout() {
        Error::new(ErrorKind::Timeout, Outcome::NotDone, format!("no connection to {target} could be made in time"))
    } else if error.is_connect() {
        Error::new(ErrorKind::Transport, Outcome::NotDone, format!("cannot connect to {target}: {cause}"))
    } else if error.is_timeout() {
        late(target, timeout)
    } else if error.is_builder() {
        Error::new(ErrorKind::Configuration, Outcome::NotDone, format!("no request to {target} can be made: {cause}"))
    } else {
        broken(target, cause)
    };
    failure.at(target).caused_by(error)
}

fn root_cause(error: &dyn StdError) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests;
