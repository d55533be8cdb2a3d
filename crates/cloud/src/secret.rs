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

/// What stands in the place of a secret.
const HIDDEN: &str = "***";

/// Replaces every occurrence of the secrets in `text`, as they are and percent-encoded, whole or in part, once or
/// twice. Services echo what they were sent (a rejected signature comes back with the request that was signed), and
/// that includes tokens.
pub fn scrub(text: &str, secrets: &[Secret]) -> String {
    // Shorter texts than this are not keys, and replacing them would garble ordinary words.
    const SHORTEST: usize = 6;
    secrets
        .iter()
        .filter(|secret| secret.0.len() >= SHORTEST)
        .fold(text.to_owned(), |text, secret| without_encoded(&text.replace(secret.expose(), HIDDEN), secret.expose()))
}

/// Replaces what would be the secret once percent-encoding is undone.
fn without_encoded(text: &str, secret: &str) -> String {
    if !text.contains(['%', '+']) {
        return text.to_owned();
    }
    let mut scrubbed = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let next = match encoded_length(rest.as_bytes(), secret.as_bytes()).and_then(|length| rest.get(length..)) {
            Some(after) => {
                scrubbed.push_str(HIDDEN);
                after
            }
            None => {
                scrubbed.push(first);
                &rest[first.len_utf8()..]
            }
        };
        rest = next;
    }
    scrubbed
}

/// How much of the beginning of `text` is the whole secret, each of whose bytes may be encoded; `None` where the text
/// begins with something else.
fn encoded_length(text: &[u8], secret: &[u8]) -> Option<usize> {
    secret.iter().try_fold(0, |at, byte| {
        let rest = text.get(at..)?;
        let length = match rest {
            [b'%', b'2', b'5', high, low, ..] if of_hex(*high, *low) == Some(*byte) => 5,
            [b'%', high, low, ..] if of_hex(*high, *low) == Some(*byte) => 3,
            [b'+', ..] if *byte == b' ' => 1,
            [first, ..] if first == byte => 1,
            _ => return None,
        };
        Some(at + length)
    })
}

fn of_hex(high: u8, low: u8) -> Option<u8> {
    let digit = |digit: u8| char::from(digit).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
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
    fn a_secret_that_comes_back_percent_encoded_is_removed_too() {
        let secrets = [Secret::new("a/b+c=d e%f"), Secret::new("p\u{e4}ssword")];
        for (text, expected) in [
            ("?t=a%2Fb%2Bc%3Dd%20e%25f&x=1", "?t=***&x=1"),
            ("?t=a%2fb%2bc%3dd+e%25f", "?t=***"),
            ("half: a/b%2Bc=d e%f.", "half: ***."),
            ("twice: a%252Fb%252Bc%253Dd%2520e%2525f", "twice: ***"),
            ("every byte: %61%2F%62%2B%63%3D%64%20%65%25%66", "every byte: ***"),
            ("p%C3%A4ssword and p\u{e4}ssword", "*** and ***"),
            ("another: a%2Fb%2Bc%3Dd%20e%25g, 100% \u{e4}%", "another: a%2Fb%2Bc%3Dd%20e%25g, 100% \u{e4}%"),
        ] {
            assert_eq!(scrub(text, &secrets), expected);
        }
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
