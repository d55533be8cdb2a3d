//! What the signature schemes of both services share: RFC 3986 encoding, the fields of a header, digests and a
//! comparison that does not tell by its duration where two signatures differ.

use hmac::{Hmac, KeyInit as _, Mac as _};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest as _, Sha256};

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// How far a request's date may be from this machine's time, in seconds; the same in both services.
pub(super) const MAX_SKEW_SECONDS: i64 = 15 * 60;

/// Percent-encodes everything but letters, digits, `-`, `_`, `.` and `~`.
pub(super) fn encode(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

/// The pairs, encoded, sorted and joined as a query.
pub(super) fn canonical_query(pairs: &[(String, String)]) -> String {
    let mut encoded: Vec<(String, String)> = pairs.iter().map(|(name, value)| (encode(name), encode(value))).collect();
    encoded.sort();
    let joined: Vec<String> = encoded.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    joined.join("&")
}

/// The value after `name` in a comma-separated list.
pub(super) fn field<'a>(list: &'a str, name: &str) -> Option<&'a str> {
    let start = list.find(name)? + name.len();
    list[start..].split(',').next().map(str::trim).filter(|value| !value.is_empty())
}

/// SHA-256 in hexadecimal.
pub(super) fn sha256_hex(data: &[u8]) -> String {
    hex::encode(Sha256::digest(data))
}

/// HMAC-SHA256 in hexadecimal.
pub(super) fn hmac_sha256_hex(key: &[u8], data: &[u8]) -> String {
    // HMAC takes keys of every length, so there is no failure to report.
    Hmac::<Sha256>::new_from_slice(key)
        .map(|mac| hex::encode(mac.chain_update(data).finalize().into_bytes()))
        .unwrap_or_default()
}

/// HMAC-SHA1 in Base64, of Alibaba Cloud's older signature.
pub(super) fn hmac_sha1_base64(key: &[u8], data: &[u8]) -> String {
    use base64::{Engine as _, prelude::BASE64_STANDARD};
    Hmac::<sha1::Sha1>::new_from_slice(key)
        .map(|mac| BASE64_STANDARD.encode(mac.chain_update(data).finalize().into_bytes()))
        .unwrap_or_default()
}

/// Whether two signatures are the same.
pub(super) fn same(expected: &str, given: &str) -> bool {
    let (expected, given) = (expected.as_bytes(), given.as_bytes());
    expected.len() == given.len()
        && !expected.is_empty()
        && expected.iter().zip(given).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoding_keeps_only_the_unreserved_characters() {
        assert_eq!(encode("a b*c~d/é+"), "a%20b%2Ac~d%2F%C3%A9%2B");
    }

    #[test]
    fn a_canonical_query_is_sorted_by_encoded_name_then_value() {
        let pairs = [("b", "2"), ("a.10", "x"), ("a.2", "y z"), ("b", "1")];
        let pairs: Vec<_> = pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        assert_eq!(canonical_query(&pairs), "a.10=x&a.2=y%20z&b=1&b=2");
    }

    #[test]
    fn digests_agree_with_published_vectors() {
        // RFC 4231, test case 2, and RFC 2202, test case 2.
        let (key, data) = (b"Jefe", b"what do ya want for nothing?");
        assert_eq!(hmac_sha256_hex(key, data), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        assert_eq!(hmac_sha1_base64(key, data), "7/zfauXrL6LSdBbV8YTfnCWafHk=");
    }

    #[test]
    fn only_equal_and_non_empty_signatures_are_the_same() {
        assert!(same("abc", "abc"));
        assert!(!same("abc", "abd") && !same("abc", "ab") && !same("", ""));
    }
}
