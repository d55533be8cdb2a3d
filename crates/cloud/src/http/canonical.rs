//! What signatures are made of.

use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};

/// RFC 3986: everything but the unreserved characters is encoded.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// `text`, percent-encoded.
pub fn percent_encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// The parameters, encoded and sorted: the form in which they are signed, and also sent.
pub fn query_string(parameters: &[(String, String)]) -> String {
    let mut sorted: Vec<_> = parameters.iter().collect();
    sorted.sort();
    let pairs: Vec<String> = sorted
        .into_iter()
        .map(|(name, value)| format!("{}={}", percent_encoded(name), percent_encoded(value)))
        .collect();
    pairs.join("&")
}

/// SHA-256, in lower-case hexadecimal.
pub fn sha256_hex(data: impl AsRef<[u8]>) -> String {
    hex::encode(Sha256::digest(data))
}

/// HMAC with SHA-256, in lower-case hexadecimal.
pub fn hmac_sha256_hex(key: &str, text: &str) -> String {
    // HMAC takes keys of any length, so the error of this constructor cannot occur.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.as_bytes()) else {
        return String::new();
    };
    mac.update(text.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_sorted_and_everything_unusual_is_encoded() {
        let parameters =
            [("b", "a b/ü~*"), ("a", "2"), ("a", "1")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(query_string(&parameters), "a=1&a=2&b=a%20b%2F%C3%BC~%2A");
    }

    #[test]
    fn hmac_agrees_with_rfc_4231() {
        assert_eq!(
            hmac_sha256_hex("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }
}
