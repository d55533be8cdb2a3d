//! Values that must never be seen.

use std::fmt;

/// A secret: a secret key, a password, a token. It has no `Display`, its `Debug` shows nothing of it, and it does not
/// serialize; the one way to the text is [`Secret::expose`], which is easy to search for in a review.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself, for signing or sending. Never for a message.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is no text at all; an empty secret counts as not given.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// Replaces every occurrence of the secrets in `text`. Services echo what they were sent (a rejected signature comes
/// back with the request that was signed), and that includes tokens.
pub fn scrub(text: &str, secrets: &[Secret]) -> String {
    // Shorter texts than this are not keys, and replacing them would garble ordinary words.
    const SHORTEST: usize = 6;
    secrets
        .iter()
        .filter(|secret| secret.0.len() >= SHORTEST)
        .fold(text.to_owned(), |text, secret| text.replace(secret.expose(), "***"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_of_the_secret() {
        let shown = format!("{:?}", Some(Secret::new("hunter2-hunter2")));
        assert_eq!(shown, "Some(Secret(***))");
    }

    #[test]
    fn scrubbing_removes_every_occurrence() {
        let secrets = [Secret::new("tok-12345"), Secret::new("")];
        assert_eq!(scrub("got tok-12345, not tok-12345!", &secrets), "got ***, not ***!");
    }

    #[test]
    fn a_word_that_is_too_short_for_a_key_is_left_in_the_text() {
        assert_eq!(scrub("the group abcde", &[Secret::new("abcde")]), "the group abcde");
        assert_eq!(scrub("the group abcdef", &[Secret::new("abcdef")]), "the group ***");
    }

    #[test]
    fn an_empty_secret_is_none() {
        assert!(Secret::new("").is_empty());
        assert!(!Secret::from("x").is_empty());
        assert_eq!(Secret::from("x".to_owned()).expose(), "x");
    }
}
