//! Who sends a request: by `SDK-HMAC-SHA256` or by a token.

use jiff::{SignedDuration, Timestamp, civil, tz::TimeZone};

use super::errors::Error;
use crate::{
    call::Arrival,
    keys::Keys,
    signature::{MAX_SKEW_SECONDS, canonical_query, encode, field, hmac_sha256_hex, same, sha256_hex},
};

/// A verified sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sender {
    /// The access key id or the user's name.
    pub name: String,
    /// Whether calls that change something are refused.
    pub read_only: bool,
    /// The project that a token is for.
    pub project_id: Option<String>,
}

const ALGORITHM: &str = "SDK-HMAC-SHA256";
/// What a client puts in place of the body's digest when it does not sign the body.
const UNSIGNED_BODY: &str = "UNSIGNED-PAYLOAD";

/// Verifies who sends `arrival`; `now` is the emulator's clock, by which what was issued expires.
pub(super) fn verify(arrival: &Arrival, keys: &Keys, wall: Timestamp, now: Timestamp) -> Result<Sender, Error> {
    if let Some(token) = arrival.header("x-auth-token") {
        let token = keys.token(token, now).ok_or_else(|| Error::unauthenticated("decrypt token fail"))?;
        return Ok(Sender { name: token.user_name.clone(), read_only: false, project_id: token.project_id.clone() });
    }
    let authorization =
        arrival.header("authorization").ok_or_else(|| Error::unauthenticated("x-auth-token not found"))?;
    verify_signature(arrival, authorization, keys, wall, now)
}

/// The sender that a request names, whether or not it is known.
pub(super) fn named_sender(arrival: &Arrival, keys: &Keys, now: Timestamp) -> Option<String> {
    match (arrival.header("x-auth-token"), arrival.header("authorization")) {
        (Some(token), _) => keys.token(token, now).map(|token| token.user_name.clone()),
        (None, Some(authorization)) => field(authorization, "Access=").map(str::to_owned),
        (None, None) => None,
    }
}

fn verify_signature(
    arrival: &Arrival,
    authorization: &str,
    keys: &Keys,
    wall: Timestamp,
    now: Timestamp,
) -> Result<Sender, Error> {
    let malformed = || Error::unauthenticated("the Authorization header is malformed");
    let parts = authorization.strip_prefix(ALGORITHM).ok_or_else(malformed)?;
    let part = |name| field(parts, name).ok_or_else(malformed);
    let (access_key, signed, signature) = (part("Access=")?, part("SignedHeaders=")?, part("Signature=")?);
    let pair = keys
        .pair(access_key)
        .filter(|pair| pair.expires_at.is_none_or(|end| end > now))
        .ok_or_else(|| Error::unauthenticated(&format!("Get secretKey failed,ak:{access_key},err:ak not exist")))?;
    if pair.security_token.as_deref() != arrival.header("x-security-token") {
        return Err(Error::unauthenticated("verify security token fail"));
    }
    let date = arrival.header("x-sdk-date").ok_or_else(|| Error::unauthenticated("X-Sdk-Date not found"))?;
    check_date(date, wall)?;

    let signed: Vec<&str> = signed.split(';').collect();
    // The vendor's Go client signs the headers that it sets itself: neither the host nor the token of temporary keys.
    // What a client does sign is what counts; without the date the signature would hold for ever.
    if !signed.contains(&"x-sdk-date") {
        return Err(Error::unauthenticated("x-sdk-date is not part of the signature"));
    }
    let mut headers = String::new();
    for name in &signed {
        let value = arrival.header(name).ok_or_else(malformed)?;
        headers.push_str(&format!("{name}:{}\n", value.trim()));
    }
    let digest = match arrival.header("x-sdk-content-sha256") {
        Some(UNSIGNED_BODY) => UNSIGNED_BODY.to_owned(),
        _ => sha256_hex(&arrival.body),
    };
    let canonical = format!(
        "{}\n{}\n{}\n{headers}\n{}\n{digest}",
        arrival.method,
        canonical_path(&arrival.path),
        canonical_query(&arrival.query_pairs()),
        signed.join(";"),
    );
    let string_to_sign = format!("{ALGORITHM}\n{date}\n{}", sha256_hex(canonical.as_bytes()));
    if !same(&hmac_sha256_hex(pair.secret_key.as_bytes(), string_to_sign.as_bytes()), signature) {
        return Err(Error::unauthenticated("verify aksk signature fail"));
    }
    Ok(Sender { name: access_key.to_owned(), read_only: pair.read_only, project_id: None })
}

/// The path decoded and encoded again, with a slash at its end.
fn canonical_path(path: &str) -> String {
    let decoded = percent_encoding::percent_decode_str(path).decode_utf8_lossy().into_owned();
    let mut canonical = decoded.split('/').map(encode).collect::<Vec<_>>().join("/");
    if !canonical.ends_with('/') {
        canonical.push('/');
    }
    canonical
}

fn check_date(date: &str, wall: Timestamp) -> Result<(), Error> {
    let time = civil::DateTime::strptime("%Y%m%dT%H%M%SZ", date)
        .and_then(|time| time.to_zoned(TimeZone::UTC))
        .map_err(|_| Error::unauthenticated("X-Sdk-Date is malformed"))?;
    if time.timestamp().duration_since(wall).abs() > SignedDuration::from_secs(MAX_SKEW_SECONDS) {
        return Err(Error::unauthenticated("Signature expired"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;

    use super::*;
    use crate::options::{ACCESS_KEY, SECRET_KEY, TEMPORARY_ACCESS_KEY, TEMPORARY_SECURITY_TOKEN};

    // Computed by huaweicloudsdkcore 3.1.219 for these requests.
    const SIGNATURE: &str = "2b30215b18c2ac8de76e660fd5bde1af787b1072a48312aa36990cdb3ea33c46";
    const SIGNATURE_TEMPORARY: &str = "592c23ed9fa77d5f45ca90f1f86b175e802c207e34ac6c6f7ae35e3616205a43";
    // Computed by the rules that the vendor publishes, over the headers that huaweicloud-sdk-go-v3 0.1.207 signs.
    const SIGNATURE_OF_GO: &str = "0780eccc607e6de7714e68be34cd394fa915b78ddc64ee75e1662cbacfcf5af5";
    const SIGNED: &str = "content-type;host;x-project-id;x-sdk-date";

    fn keys() -> Keys {
        Keys::new(ACCESS_KEY.to_owned(), SECRET_KEY.to_owned(), 60)
    }

    fn wall() -> Timestamp {
        "2026-03-02T10:05:00Z".parse().unwrap()
    }

    fn arrival(authorization: &str, more: &[(&'static str, &str)]) -> Arrival {
        let fixed = [
            ("x-sdk-date", "20260302T100000Z"),
            ("content-type", "application/json;charset=utf8"),
            ("x-project-id", "p"),
            ("host", "appstream.cn-north-4.myhuaweicloud.com"),
            ("authorization", authorization),
        ];
        let mut headers = HeaderMap::new();
        for (name, value) in fixed.iter().chain(more) {
            headers.insert(*name, value.parse().unwrap());
        }
        Arrival {
            method: "PATCH".to_owned(),
            path: "/v1/p/app-server-groups/a%20b".to_owned(),
            query: "limit=10&name=a%20b%2Bc%2F~%2A%E4%BD%A0".to_owned(),
            headers,
            body: br#"{"name": "TEST"}"#.to_vec(),
        }
    }

    fn signed(access_key: &str, headers: &str, signature: &str) -> String {
        format!("{ALGORITHM} Access={access_key}, SignedHeaders={headers}, Signature={signature}")
    }

    fn refusal(arrival: &Arrival) -> String {
        verify(arrival, &keys(), wall(), wall()).unwrap_err().message
    }

    #[test]
    fn a_signature_of_the_vendors_client_holds() {
        let arrival = arrival(&signed(ACCESS_KEY, SIGNED, SIGNATURE), &[]);
        assert_eq!(verify(&arrival, &keys(), wall(), wall()).unwrap().name, ACCESS_KEY);
    }

    #[test]
    fn a_temporary_key_holds_with_its_token_alone() {
        let headers = format!("{SIGNED};x-security-token");
        let authorization = signed(TEMPORARY_ACCESS_KEY, &headers, SIGNATURE_TEMPORARY);
        let good = arrival(&authorization, &[("x-security-token", TEMPORARY_SECURITY_TOKEN)]);
        assert!(verify(&good, &keys(), wall(), wall()).is_ok());
        for more in [&[][..], &[("x-security-token", "other")]] {
            assert!(refusal(&arrival(&authorization, more)).contains("security token"));
        }
    }

    #[test]
    fn whatever_is_changed_breaks_the_signature() {
        let authorization = signed(ACCESS_KEY, SIGNED, SIGNATURE);
        let good = || arrival(&authorization, &[]);
        let mut method = good();
        "DELETE".clone_into(&mut method.method);
        let mut path = good();
        path.path.push('c');
        let mut query = good();
        query.query.push('x');
        let mut body = good();
        body.body.push(b'x');
        let header = arrival(&authorization, &[("x-project-id", "q")]);
        for changed in [method, path, query, body, header] {
            assert!(refusal(&changed).contains("verify aksk signature fail"));
        }
    }

    #[test]
    fn the_date_must_be_signed() {
        let headers: Vec<&str> = SIGNED.split(';').filter(|name| *name != "x-sdk-date").collect();
        let arrival = arrival(&signed(ACCESS_KEY, &headers.join(";"), SIGNATURE), &[]);
        assert!(refusal(&arrival).contains("x-sdk-date is not part of the signature"));
    }

    #[test]
    fn a_client_that_signs_neither_host_nor_token_is_let_in() {
        let authorization = signed(TEMPORARY_ACCESS_KEY, "content-type;x-sdk-date", SIGNATURE_OF_GO);
        let good = arrival(&authorization, &[("x-security-token", TEMPORARY_SECURITY_TOKEN)]);
        assert_eq!(verify(&good, &keys(), wall(), wall()).map(|sender| sender.name), Ok(TEMPORARY_ACCESS_KEY.into()));
        assert!(refusal(&arrival(&authorization, &[])).contains("security token"), "the token itself must be right");
        let mut other = arrival(&authorization, &[("x-security-token", TEMPORARY_SECURITY_TOKEN)]);
        other.path.push('c');
        assert!(refusal(&other).contains("verify aksk signature fail"));
    }

    #[test]
    fn a_date_more_than_a_quarter_of_an_hour_away_is_refused() {
        let arrival = arrival(&signed(ACCESS_KEY, SIGNED, SIGNATURE), &[]);
        for wall in ["2026-03-02T10:15:01Z", "2026-03-02T09:44:59Z"] {
            let wall = wall.parse().unwrap();
            assert!(verify(&arrival, &keys(), wall, wall).unwrap_err().message.contains("expired"));
        }
    }
}
