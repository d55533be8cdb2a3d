//! The signature `ACS3-HMAC-SHA256`, and the parameters it covers.

use cloud::{
    AccessKey, Answer, ApiRequest, Endpoint, Moment, Outgoing, PageRequest, Principal, Refusal, hmac_sha256_hex,
    host_header, query_string, sha256_hex,
};
use reqwest::Method;

use super::answer;

const ALGORITHM: &str = "ACS3-HMAC-SHA256";
const FORM: &str = "application/x-www-form-urlencoded";

/// What can be a parameter; an `Option` of it is one that may be left out.
pub(super) trait Value: Sized {
    fn text(self) -> Option<String>;

    /// Whom it names.
    fn principal(&self) -> Option<Principal> {
        None
    }
}

macro_rules! values {
    ($($type:ty),*) => {$(
        impl Value for $type {
            fn text(self) -> Option<String> {
                Some(self.to_string())
            }
        }
    )*};
}

values!(&str, &String, String, u32, i32, i64, bool);

impl Value for &Principal {
    fn text(self) -> Option<String> {
        Some(self.reveal().to_owned())
    }

    fn principal(&self) -> Option<Principal> {
        Some((*self).clone())
    }
}

impl<V: Value> Value for Option<V> {
    fn text(self) -> Option<String> {
        self.and_then(Value::text)
    }
}

/// The parameters of an operation, in the part of the request where the API wants each.
#[derive(Debug, Clone, Default)]
pub(super) struct Parameters {
    query: Vec<(String, String)>,
    body: Vec<(String, String)>,
    people: Vec<Principal>,
}

impl Parameters {
    pub fn new() -> Self {
        Self::default()
    }

    /// A parameter of the query; none where there is no value.
    #[must_use]
    pub fn query(mut self, name: &str, value: impl Value) -> Self {
        self.people.extend(value.principal());
        if let Some(value) = value.text() {
            self.query.push((name.to_owned(), value));
        }
        self
    }

    /// A parameter of the form; none where there is no value.
    #[must_use]
    pub fn body(mut self, name: &str, value: impl Value) -> Self {
        self.people.extend(value.principal());
        if let Some(value) = value.text() {
            self.body.push((name.to_owned(), value));
        }
        self
    }

    /// A list of the query: `Name.1`, `Name.2`, …
    #[must_use]
    pub fn query_list<V>(mut self, name: &str, values: impl IntoIterator<Item = V>) -> Self
    where
        V: Value,
    {
        for (at, value) in values.into_iter().enumerate() {
            self = self.query(&format!("{name}.{}", at + 1), value);
        }
        self
    }

    /// A list of the form: `Name.1`, `Name.2`, …
    #[must_use]
    pub fn body_list<V>(mut self, name: &str, values: impl IntoIterator<Item = V>) -> Self
    where
        V: Value,
    {
        for (at, value) in values.into_iter().enumerate() {
            self = self.body(&format!("{name}.{}", at + 1), value);
        }
        self
    }

    /// Whoever is named in them.
    pub fn people(&self) -> &[Principal] {
        &self.people
    }

    /// Which page of a list is asked for, where the operation wants it in the query.
    #[must_use]
    pub fn page_in_query(self, page: PageRequest) -> Self {
        self.query("PageNumber", page.number()).query("PageSize", page.size())
    }

    /// The same, where it wants it in the form.
    #[must_use]
    pub fn page_in_body(self, page: PageRequest) -> Self {
        self.body("PageNumber", page.number()).body("PageSize", page.size())
    }
}

/// A time as the vendor's services are told it: UTC, as `2026-01-02T03:04:05Z`.
pub(super) fn timestamp(time: jiff::Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The request for an operation in RPC style.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub action: &'static str,
    pub version: &'static str,
    pub parameters: Parameters,
}

impl ApiRequest for Request {
    type Credentials = AccessKey;

    fn sign(&self, endpoint: &Endpoint, key: Option<&AccessKey>, moment: Moment) -> Outgoing {
        self.signed(endpoint, key, moment)
    }

    fn refusal(answer: &Answer) -> Option<Refusal> {
        answer::refusal(answer)
    }

    fn request_id(answer: &Answer) -> Option<String> {
        answer::request_id(answer)
    }
}

impl Request {
    fn signed(&self, endpoint: &Endpoint, key: Option<&AccessKey>, moment: Moment) -> Outgoing {
        let query = query_string(&self.parameters.query);
        let body = query_string(&self.parameters.body);
        let mut url = endpoint.url("/");
        url.set_query(Some(&query).filter(|query| !query.is_empty()).map(String::as_str));
        let payload = sha256_hex(&body);
        let mut headers: Vec<(&'static str, String)> = vec![
            ("host", host_header(&url)),
            ("x-acs-action", self.action.to_owned()),
            ("x-acs-version", self.version.to_owned()),
            ("x-acs-date", timestamp(moment.time)),
            ("x-acs-signature-nonce", moment.nonce),
            ("x-acs-content-sha256", payload.clone()),
        ];
        if !body.is_empty() {
            headers.push(("content-type", FORM.to_owned()));
        }
        if let Some(key) = key {
            if let Some(token) = &key.security_token {
                headers.push(("x-acs-accesskey-id", key.id.clone()));
                headers.push(("x-acs-security-token", token.expose().to_owned()));
            }
            headers.sort();
            let authorization = authorization(key, url.path(), &query, &headers, &payload);
            headers.push(("authorization", authorization));
        }
        headers.push(("accept", "application/json".to_owned()));
        Outgoing { method: Method::POST, url, headers, body: body.into_bytes() }
    }
}

/// The `Authorization` header; `headers` are sorted by name, which is in lower case.
fn authorization(
    key: &AccessKey,
    path: &str,
    query: &str,
    headers: &[(&'static str, String)],
    payload: &str,
) -> String {
    let canonical_headers: String = headers.iter().map(|(name, value)| format!("{name}:{}\n", value.trim())).collect();
    let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    let names = names.join(";");
    let canonical = format!("POST\n{path}\n{query}\n{canonical_headers}\n{names}\n{payload}");
    let to_sign = format!("{ALGORITHM}\n{}", sha256_hex(canonical));
    let signature = hmac_sha256_hex(key.secret.expose(), &to_sign);
    format!("{ALGORITHM} Credential={},SignedHeaders={names},Signature={signature}", key.id)
}

#[cfg(test)]
mod tests {
    use cloud::{Machine, Secret};

    use super::*;

    fn signed(parameters: &Parameters, token: Option<&str>) -> Outgoing {
        let request = Request { action: "ListAppInstanceGroup", version: "2021-09-01", parameters: parameters.clone() };
        request.signed(
            &Endpoint::parse("http://127.0.0.1:8787", false).unwrap(),
            Some(&AccessKey::new("AKID", "SECRET", token.map(Secret::new))),
            Moment { time: "2026-01-02T03:04:05Z".parse().unwrap(), nonce: "nonce-1".to_owned() },
        )
    }

    fn authorization_of(request: &Outgoing) -> &str {
        let (_, value) = request.headers.iter().find(|(name, _)| *name == "authorization").unwrap();
        value
    }

    // The signatures below were computed by the vendor's own client for Python (alibabacloud-tea-openapi 0.4.6) from
    // the same requests.

    #[test]
    fn a_query_is_signed_as_the_vendors_client_signs_it() {
        let parameters = Parameters::new().query("ProductType", "CloudApp").query("AppInstanceGroupName", "a b/ü~*");
        let request = signed(&parameters, None);
        assert_eq!(
            authorization_of(&request),
            "ACS3-HMAC-SHA256 Credential=AKID,SignedHeaders=host;x-acs-action;\
             x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature=\
             13c609a949040d9d8e570fae25616bc17534cf71379e6185e295b74f2a9d144e"
        );
        assert_eq!(request.url.query(), Some("AppInstanceGroupName=a%20b%2F%C3%BC~%2A&ProductType=CloudApp"));
    }

    #[test]
    fn a_form_and_a_security_token_are_signed_too() {
        let parameters = Parameters::new()
            .query("ProductType", "CloudApp")
            .body_list("Status", ["PUBLISHED", "FAILED"])
            .body_list("UserIds", ["tom"]);
        assert_eq!(
            authorization_of(&signed(&parameters, Some("TOKEN"))),
            "ACS3-HMAC-SHA256 Credential=AKID,SignedHeaders=content-type;host;x-acs-accesskey-id;x-acs-action;\
             x-acs-content-sha256;x-acs-date;x-acs-security-token;x-acs-signature-nonce;x-acs-version,Signature=\
             be437409f73c6840bb3f95f8dce8389410141238584cc2dc3975104dc9b45206"
        );
        assert_eq!(
            authorization_of(&signed(&parameters, None)),
            "ACS3-HMAC-SHA256 Credential=AKID,SignedHeaders=content-type;host;x-acs-action;\
             x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature=\
             7f88962e3be8037b9229f694d4983c872d0d647f5a1b98ce78a8d85bb2a57100"
        );
    }

    #[test]
    fn an_unsigned_request_carries_no_authorization() {
        let request = Request {
            action: "AssumeRoleWithOIDC",
            version: "2015-04-01",
            parameters: Parameters::new().body("OIDCToken", "t"),
        };
        let outgoing = request.sign(
            &Endpoint::parse("https://sts.aliyuncs.com", false).unwrap(),
            None,
            Machine::default().moment(),
        );
        assert!(outgoing.headers.iter().all(|(name, _)| *name != "authorization"));
        assert_eq!(outgoing.body, b"OIDCToken=t");
    }
}
