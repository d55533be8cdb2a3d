//! What the provider's block says of the tags of all server groups: some that each gets, and some that are others'.

use std::collections::{BTreeMap, BTreeSet};

use huawei::Tag;
use tfplug::{prelude::*, schema::validate, value::Type};

use super::parts::{Tags, tags};

/// The most tags that a server group may have.
pub(crate) const MAX_TAGS: usize = 20;

/// Tags that begin with this are the service's own: nobody can set or remove them.
const RESERVED: &str = "_sys_";

/// Tags that are nobody's of this configuration.
#[derive(Clone, Debug, Default, Model)]
pub(crate) struct Ignored {
    /// Their keys. Default: none.
    #[tf(validate(each(length(1..=128))))]
    keys: Option<BTreeSet<String>>,
    /// What their keys begin with. Default: none.
    #[tf(validate(each(length(1..=128))))]
    key_prefixes: Option<BTreeSet<String>>,
}

/// The tags that every server group gets, and those that are left alone.
#[derive(Clone, Debug, Default)]
pub(crate) struct TagRules {
    defaults: BTreeMap<String, String>,
    ignored: Ignored,
}

impl TagRules {
    pub(crate) fn new(defaults: Option<BTreeMap<String, String>>, ignored: Option<Ignored>) -> Self {
        Self { defaults: defaults.unwrap_or_default(), ignored: ignored.unwrap_or_default() }
    }

    /// What a server group with these tags of its own has in all. Its own come first.
    pub(crate) fn all(&self, own: &Attr<Tags>) -> Attr<Tags> {
        if own.is_unknown() {
            return Attr::Unknown;
        }
        let defaults = self.defaults.iter().map(|(key, value)| (key.clone(), value.clone().into()));
        let own = own.as_known().into_iter().flatten().map(|(key, value)| (key.clone(), value.clone()));
        Attr::Known(defaults.chain(own).collect())
    }

    /// Of the tags that a server group has, those that a configuration can be about: in all, and without what the
    /// provider's block gives. `own` is what is known of its own by now, and `all` of all: what is among these alone,
    /// the provider's block gave when it said something else.
    pub(crate) fn observed(&self, seen: &[Tag], own: &Attr<Tags>, all: &Attr<Tags>) -> (Tags, Tags) {
        let is_own = |key: &str| own.as_known().is_some_and(|own| own.contains_key(key));
        let before = all.as_known();
        let was_given = |key: &str, value: &Attr<String>| before.is_some_and(|all| all.get(key) == Some(value));
        let mut all = tags(seen);
        all.retain(|key, _| {
            !key.starts_with(RESERVED) && (is_own(key) || self.defaults.contains_key(key) || !self.is_ignored(key))
        });
        let mut observed = all.clone();
        observed.retain(|key, value| {
            let is_given = self.defaults.get(key).map(String::as_str) == value.as_str();
            is_own(key) || !(is_given || was_given(key, value))
        });
        (all, observed)
    }

    fn is_ignored(&self, key: &str) -> bool {
        let Ignored { keys, key_prefixes } = &self.ignored;
        keys.as_ref().is_some_and(|keys| keys.contains(key))
            || key_prefixes.iter().flatten().any(|prefix| key.starts_with(prefix))
    }
}

/// A map of tags.
pub(crate) fn attribute(description: &str) -> Attribute {
    Attribute::map(Type::String, description)
        .optional()
        .validate(validate::size(0..=MAX_TAGS))
        .validate(validate::each_key(validate::length(1..=128)))
        .validate(validate::each_key(own_key()))
        .validate(validate::each(validate::length(0..=255)))
}

fn own_key() -> validate::Validator {
    validate::Validator::known("no key of the system", |configured| match configured.value {
        Value::String(key) if key.starts_with(RESERVED) => {
            Err(format!("Keys that begin with {RESERVED} are the system's own; {} does.", configured.shown()))
        }
        Value::String(key) if key.trim() != key => {
            Err(format!("A key must not begin or end with a space; {} does.", configured.shown()))
        }
        _ => Ok(()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(pairs: &[(&str, &str)]) -> Tags {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).into())).collect()
    }

    fn seen(pairs: &[(&str, &str)]) -> Vec<Tag> {
        pairs.iter().map(|(key, value)| Tag { key: (*key).to_owned(), value: (*value).to_owned() }).collect()
    }

    fn rules() -> TagRules {
        let set = |texts: &[&str]| Some(texts.iter().map(|text| (*text).to_owned()).collect());
        let ignored = Ignored { keys: set(&["by"]), key_prefixes: set(&["cost:"]) };
        let defaults = [("team", "desk"), ("stage", "test")].map(|(key, value)| (key.to_owned(), value.to_owned()));
        TagRules::new(Some(defaults.into()), Some(ignored))
    }

    #[test]
    fn own_tags_come_before_those_of_the_provider() {
        let all = rules().all(&Attr::Known(own(&[("team", "hall"), ("floor", "2")])));
        assert_eq!(all, Attr::Known(own(&[("floor", "2"), ("stage", "test"), ("team", "hall")])));
        assert_eq!(rules().all(&Attr::Null), Attr::Known(own(&[("stage", "test"), ("team", "desk")])));
        assert_eq!(rules().all(&Attr::Unknown), Attr::Unknown);
    }

    #[test]
    fn what_is_the_providers_or_nobodys_is_not_a_server_groups_own() {
        let seen = seen(&[
            ("_sys_x", "1"),
            ("by", "policy"),
            ("cost:center", "7"),
            ("floor", "2"),
            ("stage", "test"),
            ("team", "other"),
        ]);
        let (all, observed) = rules().observed(&seen, &Attr::Null, &Attr::Null);
        assert_eq!(all, own(&[("floor", "2"), ("stage", "test"), ("team", "other")]));
        // A value that is not the provider's is somebody's.
        assert_eq!(observed, own(&[("floor", "2"), ("team", "other")]));
        // What is configured is its own, whatever the provider says of it.
        let (all, observed) = rules().observed(&seen, &Attr::Known(own(&[("by", ""), ("stage", "test")])), &Attr::Null);
        assert_eq!(all, own(&[("by", "policy"), ("floor", "2"), ("stage", "test"), ("team", "other")]));
        assert_eq!(observed, all);
    }
}
