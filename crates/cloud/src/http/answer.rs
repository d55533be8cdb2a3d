//! A whole answer, and reading what is in it.

use reqwest::header::HeaderMap;
use serde::{Deserialize, Deserializer, de::DeserializeOwned};

use crate::Refusal;

/// A whole answer. It may hold credentials, so it has no `Debug`.
#[derive(Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, whole.
    pub body: Vec<u8>,
}

impl Answer {
    /// A header's value, when it is there and is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Whether the service accepted the request, going by the status alone.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body, as JSON of the type that the API promises. An empty body is `null`: several operations promise
    /// nothing, and answer with `null`, with `{}` or with no body at all.
    ///
    /// # Errors
    /// [`UnexpectedAnswer`](crate::ErrorKind::UnexpectedAnswer), with what does not fit; that can quote the body.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        serde_json::from_slice(self.body_or_null())
            .map_err(|error| Refusal::unexpected(format!("an answer that is not what the API promises: {error}")))
    }

    /// The same where the JSON must also say enough to be the answer to what was asked: an empty object, as a gateway
    /// answers on a bad day, is of many types. `check` says what it lacks.
    ///
    /// # Errors
    /// [`UnexpectedAnswer`](crate::ErrorKind::UnexpectedAnswer), with what does not fit or is lacking.
    pub fn json_that<T: DeserializeOwned>(
        &self,
        check: impl FnOnce(&T) -> std::result::Result<(), String>,
    ) -> Result<T, Refusal> {
        let json = self.json()?;
        check(&json).map_err(Refusal::proves_nothing)?;
        Ok(json)
    }

    /// The same for a body that holds credentials, of which no message may quote anything.
    ///
    /// # Errors
    /// [`UnexpectedAnswer`](crate::ErrorKind::UnexpectedAnswer), which says that the answer is without `expected`.
    pub fn secret_json<T: DeserializeOwned>(&self, expected: &str) -> Result<T, Refusal> {
        serde_json::from_slice(self.body_or_null())
            .map_err(|_| Refusal::unexpected(format!("an answer without {expected}")))
    }

    /// The body as text, without white space around it.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).trim().to_owned()
    }

    fn body_or_null(&self) -> &[u8] {
        if self.body.iter().all(u8::is_ascii_whitespace) { b"null" } else { &self.body }
    }
}

/// Deserializes `null` as nothing: a missing list and `null` are the same to the services.
///
/// # Errors
/// Those of `T`.
pub fn null_is_empty<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ErrorKind, Outcome};

    fn answer(status: u16, body: &str) -> Answer {
        Answer { status, headers: HeaderMap::new(), body: body.as_bytes().to_vec() }
    }

    #[test]
    fn statuses_from_200_to_299_are_success() {
        for (status, expected) in [(199, false), (200, true), (204, true), (299, true), (300, false), (404, false)] {
            assert_eq!(answer(status, "").is_success(), expected, "{status}");
        }
    }

    #[test]
    fn a_header_is_found_when_it_is_text() {
        let mut answer = answer(200, "");
        answer.headers.insert("x-request-id", "R-1".parse().unwrap());
        answer.headers.insert("x-bytes", reqwest::header::HeaderValue::from_bytes(&[0xff]).unwrap());
        assert_eq!(answer.header("X-Request-Id"), Some("R-1"));
        assert_eq!(answer.header("x-bytes"), None);
        assert_eq!(answer.header("x-missing"), None);
    }

    #[test]
    fn an_empty_answer_is_null() {
        for body in ["", " \n", "null"] {
            assert_eq!(answer(200, body).json::<Option<u8>>().unwrap(), None, "{body:?}");
        }
        assert_eq!(answer(200, "7").json::<Option<u8>>().unwrap(), Some(7));
    }

    #[test]
    fn an_answer_that_does_not_fit_says_why_and_leaves_the_outcome_open() {
        let refusal = answer(200, r#"{"count":"many"}"#).json::<u8>().unwrap_err();
        assert_eq!((refusal.kind, refusal.outcome), (ErrorKind::UnexpectedAnswer, Outcome::Unknown));
        assert!(refusal.message.starts_with("an answer that is not what the API promises: invalid type"));
    }

    #[test]
    fn an_answer_with_credentials_is_never_quoted() {
        let body = r#"{"key":"the-secret"}"#;
        assert!(answer(200, body).json::<u8>().is_err());
        let refusal = answer(200, body).secret_json::<u8>("temporary keys").unwrap_err();
        assert_eq!(refusal.message, "an answer without temporary keys");
        assert_eq!(refusal.kind, ErrorKind::UnexpectedAnswer);
        assert_eq!(answer(200, "7").secret_json::<u8>("a number").unwrap(), 7);
    }

    #[test]
    fn a_text_is_read_without_white_space_around_it() {
        assert_eq!(answer(200, " worker\n").text(), "worker");
    }

    #[test]
    fn a_missing_list_and_null_are_empty() {
        #[derive(Deserialize)]
        struct Page {
            #[serde(default, deserialize_with = "null_is_empty")]
            items: Vec<u8>,
        }
        for (body, expected) in [("{}", vec![]), (r#"{"items":null}"#, vec![]), (r#"{"items":[1]}"#, vec![1])] {
            assert_eq!(answer(200, body).json::<Page>().unwrap().items, expected, "{body}");
        }
    }
}
