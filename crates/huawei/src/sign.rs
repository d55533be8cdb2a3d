//! The signature `SDK-HMAC-SHA256`, and tokens in its place.

use cloud::{
    AccessKey, Answer, ApiRequest, Endpoint, Error, ErrorKind, Moment, Outcome, Outgoing, Refusal, Secret,
    hmac_sha256_hex, host_header, percent_encoded, query_string, sha256_hex,
};
use percent_encoding::percent_decode_str;
use reqwest::Method;
use serde::Serialize;
use url::Url;

use super::answer;

const ALGORITHM: &str = "SDK-HMAC-SHA256";

/// What a request is signed with, or carries in place of a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Credentials {
    Key(AccessKey),
    /// A token of the identity service.
    Token(Secret),
}

impl cloud::Credentials for Credentials {
    fn secrets(&self) -> Vec<Secret> {
        match self {
            Self::Key(key) => key.secrets(),
            Self::Token(token) => vec![token.clone()],
        }
    }
}

/// A path of which one segment came from outside.
///
/// # Errors
/// When the id cannot be one: empty, it would address the whole collection.
pub(super) fn path(before: &str, id: &str, after: &str) -> Result<String, Error> {
    if id.trim().is_empty() || id == "." || id == ".." {
        return Err(Error::new(ErrorKind::InvalidParameter, Outcome::NotDone, format!("\"{id}\" cannot be an id")));
    }
    Ok(format!("{before}/{}{after}", percent_encoded(id)))
}

/// A request before it is signed.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub method: Method,
    /// Absolute, with every segment percent-encoded.
    pub path: String,
    pub query: Vec<(String, String)>,
    /// JSON, or nothing.
    pub body: Vec<u8>,
    /// Further headers, names in lower case; they are signed too.
    pub headers: Vec<(&'static str, String)>,
}

impl Request {
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), query: Vec::new(), body: Vec::new(), headers: Vec::new() }
    }

    /// A request with a JSON body.
    ///
    /// # Errors
    /// When the body cannot be written as JSON, which none of the types here can cause.
    pub fn with_body(method: Method, path: impl Into<String>, body: &impl Serialize) -> Result<Self, Error> {
        let mut request = Self::new(method, path);
        request.body = serde_json::to_vec(body).map_err(|error| {
            Error::new(
                ErrorKind::InvalidParameter,
                Outcome::NotDone,
                format!("the request cannot be written as JSON: {error}"),
            )
        })?;
        Ok(request)
    }

    /// A parameter of the query; none where there is no value.
    #[must_use]
    pub fn query<V: ToString>(mut self, name: &str, value: Option<V>) -> Self {
        if let Some(value) = value {
            self.query.push((name.to_owned(), value.to_string()));
        }
        self
    }

    /// The request as it goes to `endpoint`, signed at `date` (`20260102T030405Z`).
    fn signed(&self, endpoint: &Endpoint, credentials: Option<&Credentials>, date: String) -> Outgoing {
        let query = query_string(&self.query);
        let mut url = endpoint.url(&self.path);
        url.set_query(Some(&query).filter(|query| !query.is_empty()).map(String::as_str));
        let mut headers = self.headers.clone();
        headers.push(("host", host_header(&url)));
        if !self.body.is_empty() {
            headers.push(("content-type", "application/json".to_owned()));
        }
        match credentials {
            Some(Credentials::Token(token)) => headers.push(("x-auth-token", token.expose().to_owned())),
            Some(Credentials::Key(key)) => {
                headers.push(("x-sdk-date", date.clone()));
                if let Some(token) = &key.security_token {
                    headers.push(("x-security-token", token.expose().to_owned()));
                }
                headers.sort();
                let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
                let names = names.join(";");
                let canonical = self.canonical(&url, &query, &headers, &names);
                let to_sign = format!("{ALGORITHM}\n{date}\n{}", sha256_hex(canonical));
                let signature = hmac_sha256_hex(key.secret.expose(), &to_sign);
                let authorization =
                    format!("{ALGORITHM} Access={}, SignedHeaders={names}, Signature={signature}", key.id);
                headers.push(("authorization", authorization));
            }
            None => {}
        }
        headers.push(("accept", "application/json".to_owned()));
        Outgoing { method: self.method.clone(), url, headers, body: self.body.clone() }
    }

    fn canonical(&self, url: &Url, query: &str, headers: &[(&'static str, String)], names: &str) -> String {
        // Every segment is encoded anew, and the path always ends in a slash.
        let mut path = String::new();
        for segment in url.path().trim_start_matches('/').split('/') {
            let decoded = percent_decode_str(segment).decode_utf8_lossy();
            path.push('/');
            path.push_str(&percent_encoded(&decoded));
        }
        if !path.ends_with('/') {
            path.push('/');
        }
        let canonical_headers: String =
            headers.iter().map(|(name, value)| format!("{name}:{}\n", value.trim())).collect();
        format!("{}\n{path}\n{query}\n{canonical_headers}\n{names}\n{}", self.method, sha256_hex(&self.body))
    }
}

impl ApiRequest for Request {
    type Credentials = Credentials;

    fn sign(&self, endpoint: &Endpoint, credentials: Option<&Credentials>, moment: Moment) -> Outgoing {
        self.signed(endpoint, credentials, moment.time.strftime("%Y%m%dT%H%M%SZ").to_string())
    }

    fn refusal(answer: &Answer) -> Option<Refusal> {
        answer::refusal(answer)
    }

    fn request_id(answer: &Answer) -> Option<String> {
        answer::request_id(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(token: Option<&str>) -> Credentials {
        Credentials::Key(AccessKey::new("AKID", "SECRET", token.map(Secret::new)))
    }

    fn header(request: &Request, credentials: &Credentials, name: &str) -> Option<String> {
        let endpoint = Endpoint::parse("http://127.0.0.1:8787", false).unwrap();
        request
            .signed(&endpoint, Some(credentials), "20260102T030405Z".to_owned())
            .headers
            .into_iter()
            .find_map(|(header, value)| (header == name).then_some(value))
    }

    // The signatures below were computed by the vendor's own client for Python (huaweicloudsdkcore 3.1.219) from the
    // same requests.

    #[test]
    fn a_query_is_signed_as_the_vendors_client_signs_it() {
        let request = Request::new(Method::GET, "/v1/p1/app-server-groups")
            .query("limit", Some(10))
            .query("server_group_name", Some("a b/ü~"))
            .query("offset", Some(0))
            .query("app_type", None::<&str>);
        assert_eq!(
            header(&request, &keys(None), "authorization").unwrap(),
            "SDK-HMAC-SHA256 Access=AKID, SignedHeaders=host;x-sdk-date, Signature=\
             e7b5c40075ffdb114bbfda480e0759e3b3dfb08713dae29319008661db1e9bbc"
        );
    }

    #[test]
    fn a_body_is_signed_with_its_type() {
        let mut request = Request::new(Method::PATCH, "/v1/p1/app-server-groups/g1");
        request.body = br#"{"name":"TEST"}"#.to_vec();
        assert_eq!(
            header(&request, &keys(None), "authorization").unwrap(),
            "SDK-HMAC-SHA256 Access=AKID, SignedHeaders=content-type;host;x-sdk-date, Signature=\
             63fd14264ffd1f257cf7b8e39374222ac75468eca2961ce83eab9ec7c243e4bc"
        );
    }

    #[test]
    fn a_security_token_a_project_and_an_encoded_path_are_signed() {
        let mut request = Request::new(Method::DELETE, "/v1/p1/app-server-groups/g%201");
        request.headers.push(("x-project-id", "p1".to_owned()));
        assert_eq!(
            header(&request, &keys(Some("TOKEN")), "authorization").unwrap(),
            "SDK-HMAC-SHA256 Access=AKID, SignedHeaders=host;x-project-id;x-sdk-date;\
             x-security-token, Signature=\
             88bb405e0af022f1ea8d733eb83519ec7564a48bff293e38da6835592192813d"
        );
    }

    #[test]
    fn a_token_goes_out_as_it_is_and_nothing_is_signed() {
        let request = Request::new(Method::GET, "/v1/p1/app-server-groups");
        let token = Credentials::Token(Secret::new("T"));
        assert_eq!(header(&request, &token, "x-auth-token").as_deref(), Some("T"));
        assert_eq!(header(&request, &token, "authorization"), None);
    }
}
