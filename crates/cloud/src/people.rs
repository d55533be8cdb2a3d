//! People in what is said: who must not be named where not everybody who reads it may know them.

use std::{
    collections::BTreeSet,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};

/// The name of a user, or the ID of a user group. It has no `Display`, and its `Debug` shows nothing of it: whoever
/// speaks of people does so through [`People`], which knows whether they may be named.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Principal(String);

impl Principal {
    /// The name itself, for sending and for comparing. Never for a message.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Principal(***)")
    }
}

impl From<String> for Principal {
    fn from(name: String) -> Self {
        Self(name)
    }
}

impl From<&str> for Principal {
    fn from(name: &str) -> Self {
        Self(name.to_owned())
    }
}

/// How people are spoken of in messages and logs: by name, or by their number. Cheap to clone; all clones know the same
/// people.
#[derive(Clone, Debug, Default)]
pub struct People(Option<Arc<Unnamed>>);

#[derive(Debug)]
struct Unnamed {
    /// Why they are not named, in the words of the caller's users.
    reason: &'static str,
    /// Whoever has been sent or answered. A service may name them in a message about something else.
    known: Mutex<BTreeSet<Principal>>,
}

/// What stands in the place of a name in a service's message.
const HIDDEN: &str = "(a name)";

impl People {
    /// They are named.
    pub fn named() -> Self {
        Self(None)
    }

    /// They are counted; `reason` is added where a reader would look for the names.
    pub fn counted(reason: &'static str) -> Self {
        Self(Some(Arc::new(Unnamed { reason, known: Mutex::default() })))
    }

    /// Whether they are named.
    pub fn are_named(&self) -> bool {
        self.0.is_none()
    }

    /// Users and user groups for a sentence: their names, or their numbers and why there are no names.
    pub fn list<'p>(
        &self,
        users: impl IntoIterator<Item = &'p Principal>,
        groups: impl IntoIterator<Item = &'p Principal>,
    ) -> String {
        let (users, groups): (Vec<_>, Vec<_>) = (users.into_iter().collect(), groups.into_iter().collect());
        match &self.0 {
            None => users.iter().chain(&groups).map(|name| name.reveal()).collect::<Vec<_>>().join(", "),
            Some(unnamed) => format!("{} (not named: {})", count(users.len(), groups.len()), unnamed.reason),
        }
    }

    /// Two names of one user for a sentence: both in quotes, or that there are two.
    pub fn both(&self, one: &Principal, other: &Principal) -> String {
        match &self.0 {
            None => format!("{:?} and {:?}", one.reveal(), other.reveal()),
            Some(unnamed) => format!("Two of them (not named: {})", unnamed.reason),
        }
    }

    /// Remembers people, so that they are found in messages.
    pub fn know<'p>(&self, people: impl IntoIterator<Item = &'p Principal>) {
        let Some(unnamed) = &self.0 else { return };
        let mut known = unnamed.known.lock().unwrap_or_else(PoisonError::into_inner);
        for person in people {
            if !known.contains(person) {
                known.insert(person.clone());
            }
        }
    }

    /// A text of a service without the names of those who are known, where people are not named: whatever the case of
    /// letters, and with or without the domain that a name has before a `\` or after an `@`.
    pub fn scrub(&self, text: &str) -> String {
        let Some(unnamed) = &self.0 else { return text.to_owned() };
        let known = unnamed.known.lock().unwrap_or_else(PoisonError::into_inner);
        let mut names: Vec<Vec<char>> = known.iter().flat_map(spellings).map(|name| lower(&name)).collect();
        names.retain(|name| !name.is_empty());
        // A name that is part of another must not leave the rest of that behind.
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        let text: Vec<char> = text.chars().collect();
        let mut scrubbed = String::new();
        let mut at = 0;
        while at < text.len() {
            match names.iter().find_map(|name| end_of(&text, at, name)) {
                Some(end) => {
                    scrubbed.push_str(HIDDEN);
                    at = end;
                }
                None => {
                    scrubbed.push(text[at]);
                    at += 1;
                }
            }
        }
        scrubbed
    }

    /// The same for what is said of an answer that cannot be read, which may quote any part of it.
    pub(crate) fn scrub_quotes(&self, text: &str) -> String {
        if self.are_named() {
            return text.to_owned();
        }
        let parts = text.split('"').enumerate().map(|(at, part)| if at % 2 == 0 { part } else { "…" });
        self.scrub(&parts.collect::<Vec<_>>().join("\""))
    }
}

/// How many users and user groups those are, in words.
fn count(users: usize, groups: usize) -> String {
    let of = |number: usize, what: &str| match number {
        0 => None,
        1 => Some(format!("1 {what}")),
        _ => Some(format!("{number} {what}s")),
    };
    let parts: Vec<_> = [of(users, "user"), of(groups, "user group")].into_iter().flatten().collect();
    if parts.is_empty() { "nobody".to_owned() } else { parts.join(" and ") }
}

/// A name as it is, and without its domain.
fn spellings(name: &Principal) -> Vec<String> {
    let name = name.reveal();
    let without_prefix = name.split_once('\\').map(|(_, user)| user);
    let without_suffix = name.split_once('@').map(|(user, _)| user);
    [Some(name), without_prefix, without_suffix].into_iter().flatten().map(str::to_owned).collect()
}

fn lower(text: &str) -> Vec<char> {
    text.chars().map(lower_case).collect()
}

/// One sign for one sign, so that positions stay what they are.
fn lower_case(sign: char) -> char {
    let mut lower = sign.to_lowercase();
    lower.next().filter(|_| lower.next().is_none()).unwrap_or(sign)
}

/// Where a name ends that begins at a place of the text and is no part of a longer word there.
fn end_of(text: &[char], at: usize, name: &[char]) -> Option<usize> {
    let end = at.checked_add(name.len()).filter(|end| *end <= text.len())?;
    let is_word = |sign: Option<&char>| sign.is_some_and(|sign| sign.is_ascii_alphanumeric() || *sign == '_');
    let before = at.checked_sub(1).and_then(|before| text.get(before));
    let goes_on_before = is_word(before) && is_word(name.first());
    let goes_on_after = is_word(text.get(end)) && is_word(name.last());
    let is_it = || text[at..end].iter().zip(name).all(|(sign, of_name)| lower_case(*sign) == *of_name);
    (!goes_on_before && !goes_on_after && is_it()).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn principals(names: &[&str]) -> Vec<Principal> {
        names.iter().map(|name| Principal::from(*name)).collect()
    }

    fn unnamed(names: &[&str]) -> People {
        let people = People::counted("it is so set");
        people.know(&principals(names));
        people
    }

    #[test]
    fn a_name_cannot_be_printed() {
        assert_eq!(format!("{:?}", principals(&["alice"])), "[Principal(***)]");
    }

    #[test]
    fn people_are_listed_by_name_or_counted() {
        let list =
            |people: &People, users: &[&str], groups: &[&str]| people.list(&principals(users), &principals(groups));
        assert_eq!(list(&People::named(), &["alice", "bob"], &["ug-1"]), "alice, bob, ug-1");
        let unnamed = People::counted("it is so set");
        for (users, groups, expected) in [
            (&["alice", "bob"][..], &["ug-1"][..], "2 users and 1 user group"),
            (&["alice"], &[], "1 user"),
            (&[], &["ug-1", "ug-2"], "2 user groups"),
            (&[], &[], "nobody"),
        ] {
            assert_eq!(list(&unnamed, users, groups), format!("{expected} (not named: it is so set)"));
        }
        let [one, other] = ["Alice", "alice"].map(Principal::from);
        assert_eq!(People::named().both(&one, &other), "\"Alice\" and \"alice\"");
        assert_eq!(unnamed.both(&one, &other), "Two of them (not named: it is so set)");
    }

    #[test]
    fn a_service_names_nobody_whom_somebody_has_sent_or_answered() {
        let people = unnamed(&["alice", "al", "EXAMPLE\\Erin", "frank@example.com", "\u{5f20}\u{4e09}", "ug-1", ""]);
        for (text, expected) in [
            ("The user alice is not known.", "The user (a name) is not known."),
            ("[\"Alice\",\"ALICE\"]", "[\"(a name)\",\"(a name)\"]"),
            ("alice@other.example, al.", "(a name)@other.example, (a name)."),
            ("malice and also alicea", "malice and also alicea"),
            ("example\\erin, erin", "(a name), (a name)"),
            ("frank@EXAMPLE.com or Frank", "(a name) or (a name)"),
            (
                "\u{7528}\u{6237}\u{5f20}\u{4e09}\u{4e0d}\u{5b58}\u{5728}",
                "\u{7528}\u{6237}(a name)\u{4e0d}\u{5b58}\u{5728}",
            ),
            ("ug-1 and ug-10", "(a name) and ug-10"),
        ] {
            assert_eq!(people.scrub(text), expected);
            assert_eq!(People::named().scrub(text), text);
        }
    }

    #[test]
    fn an_answer_that_cannot_be_read_is_not_quoted() {
        let text = "invalid type: string \"carol\", expected u64 at line 1";
        assert_eq!(unnamed(&[]).scrub_quotes(text), "invalid type: string \"…\", expected u64 at line 1");
        assert_eq!(People::named().scrub_quotes(text), text);
    }
}
