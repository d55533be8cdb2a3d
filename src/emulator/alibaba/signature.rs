//! Who signed a request, by `ACS3-HMAC-SHA256` in its headers or by the older `HMAC-SHA1` in its
//! query.

use jiff::{SignedDuration, Timestamp};

use super::{
    super::{
        call::{Arrival, pairs},
        keys::{KeyPair, Keys},
        signature::{MAX_SKEW_SECONDS, canonical_query, encode, hmac_sha1_base64, hmac_sha256_hex, same, sha256_hex},
    },
    errors::Error,
};

/// A verified signer.
#[derive(Debug)]
pub(super) struct Signer<'a> {
    /// The key pair.
    pub pair: &'a KeyPair,
    /// The number used once that came with the request.
    pub nonce: String,
}

/// Verifies the signature of `arrival` against this machine's time.
pub(super) fn verify<'a>(arrival: &Arrival, keys: &'a Keys, wall: Timestamp) -> Result<Signer<'a>, Error> {
    match arrival.header("authorization") {
        Some(authorization) => verify_headers(arrival, authorization, keys, wall),
        None => verify_query(arrival, keys, wall),
    }
}

/// The access key id that a request names, whether or not it is known.
pub(super) fn named_access_key(arrival: &Arrival) -> Option<String> {
    match arrival.header("authorization") {
        Some(authorization) => field(authorization, "Credential=").map(str::to_owned),
        None => arrival.query_pairs().into_iter().find(|(name, _)| name == "AccessKeyId").map(|(_, value)| value),
    }
}

fn verify_headers<'a>(
    arrival: &Arrival,
    authorization: &str,
    keys: &'a Keys,
    wall: Timestamp,
) -> Result<Signer<'a>, Error> {
    let parts = authorization.strip_prefix("ACS3-HMAC-SHA256").ok_or_else(Error::incomplete_signature)?;
    let part = |name| field(parts, name).ok_or_else(Error::incomplete_signature);
    let (access_key, signed, signature) = (part("Credential=")?, part("SignedHeaders=")?, part("Signature=")?);
    let pair = keys.pair(access_key).ok_or_else(Error::unknown_access_key)?;
    check_token(pair, arrival.header("x-acs-security-token"))?;
    check_date(arrival.header("x-acs-date").ok_or_else(|| Error::missing("Timestamp"))?, wall)?;
    let nonce = arrival.header("x-acs-signature-nonce").ok_or_else(|| Error::missing("SignatureNonce"))?;

    let signed: Vec<&str> = signed.split(';').collect();
    let must_be_signed = arrival
        .headers
        .keys()
        .map(axum::http::HeaderName::as_str)
        .filter(|name| name.starts_with("x-acs-") || matches!(*name, "host" | "content-type"));
    for name in must_be_signed {
        // A body's type may stay unsigned when there is no body: some clients send it regardless.
        let may_stay_unsigned = name == "content-type" && arrival.body.is_empty();
        if !may_stay_unsigned && !signed.contains(&name) {
            return Err(Error::unsigned(name));
        }
    }
    let digest = sha256_hex(&arrival.body);
    if arrival.header("x-acs-content-sha256") != Some(&digest) {
        return Err(Error::wrong_signature("x-acs-content-sha256 is not the digest of the body"));
    }
    let mut headers = String::new();
    for name in &signed {
        let value = arrival.header(name).ok_or_else(Error::incomplete_signature)?;
        headers.push_str(&format!("{name}:{}\n", value.trim()));
    }
    let canonical = format!(
        "{}\n{}\n{}\n{headers}\n{}\n{digest}",
        arrival.method,
        arrival.path,
        canonical_query(&arrival.query_pairs()),
        signed.join(";"),
    );
    let string_to_sign = format!("ACS3-HMAC-SHA256\n{}", sha256_hex(canonical.as_bytes()));
    if !same(&hmac_sha256_hex(pair.secret_key.as_bytes(), string_to_sign.as_bytes()), signature) {
        // The service also repeats the canonical request. The emulator does not: a security token
        // stands in it, and the message ends up in clients' logs.
        return Err(Error::wrong_signature(&string_to_sign));
    }
    Ok(Signer { pair, nonce: nonce.to_owned() })
}

fn verify_query<'a>(arrival: &Arrival, keys: &'a Keys, wall: Timestamp) -> Result<Signer<'a>, Error> {
    let mut all = arrival.query_pairs();
    if arrival.has_form() {
        all.extend(pairs(&arrival.body));
    }
    let get = |name: &str| all.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let need = |name: &str| get(name).ok_or_else(|| Error::missing(name));
    let access_key = need("AccessKeyId")?;
    let signature = need("Signature")?;
    if (need("SignatureMethod")?, need("SignatureVersion")?) != ("HMAC-SHA1", "1.0") {
        return Err(Error::incomplete_signature());
    }
    let nonce = need("SignatureNonce")?.to_owned();
    let pair = keys.pair(access_key).ok_or_else(Error::unknown_access_key)?;
    check_token(pair, get("SecurityToken"))?;
    check_date(need("Timestamp")?, wall)?;
    let signed: Vec<(String, String)> = all.iter().filter(|(name, _)| name != "Signature").cloned().collect();
    let string_to_sign = format!("{}&{}&{}", arrival.method, encode("/"), encode(&canonical_query(&signed)));
    let key = format!("{}&", pair.secret_key);
    if !same(&hmac_sha1_base64(key.as_bytes(), string_to_sign.as_bytes()), signature) {
        let shown =
            if pair.security_token.is_some() { "(not shown: it holds the security token)" } else { &string_to_sign };
        return Err(Error::wrong_signature(shown));
    }
    Ok(Signer { pair, nonce })
}

fn check_token(pair: &KeyPair, given: Option<&str>) -> Result<(), Error> {
    match (pair.security_token.as_deref(), given) {
        (Some(_), None) => Err(Error::missing("SecurityToken")),
        (Some(expected), Some(given)) if expected != given => Err(Error::wrong_security_token()),
        (None, Some(_)) => Err(Error::wrong_security_token()),
        _ => Ok(()),
    }
}

fn check_date(date: &str, wall: Timestamp) -> Result<(), Error> {
    let date: Timestamp = date.parse().map_err(|_| Error::malformed_date())?;
    if date.duration_since(wall).abs() > SignedDuration::from_secs(MAX_SKEW_SECONDS) {
        return Err(Error::expired_date());
    }
    Ok(())
}

/// The value after `name` in a comma-separated list.
fn field<'a>(list: &'a str, name: &str) -> Option<&'a str> {
    let start = list.find(name)? + name.len();
    list[start..].split(',').next().map(str::trim).filter(|value| !value.is_empty())
}
