//! The state of a configuration.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::super::host::{State, shown};
use crate::value::{Path, Value};

/// A state file, by the addresses of the resources.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StateFile {
    /// What there is at each address.
    pub instances: BTreeMap<String, Instance>,
}

/// The objects of one address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Instance {
    /// The object that the address stands for.
    pub current: Option<Stored>,
    /// What `create_before_destroy` has put another one in the place of, and not destroyed yet, by a key of its own.
    pub deposed: BTreeMap<String, Stored>,
}

/// An object, with what Terraform remembers of its block, for when that is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stored {
    /// The object.
    pub state: State,
    /// What it depended on, and what that did.
    pub dependencies: BTreeSet<String>,
    /// Whether it is replaced in the order of `create_before_destroy`.
    pub create_before_destroy: bool,
}

impl Instance {
    fn is_empty(&self) -> bool {
        self.current.is_none() && self.deposed.is_empty()
    }
}

impl StateFile {
    /// The object that an address stands for.
    pub fn current(&self, address: &str) -> Option<&Stored> {
        self.instances.get(address).and_then(|instance| instance.current.as_ref())
    }

    /// The objects that wait for their destruction, with their address and key.
    pub fn deposed(&self) -> impl Iterator<Item = (&str, &str, &Stored)> {
        self.instances.iter().flat_map(|(address, instance)| {
            instance.deposed.iter().map(move |(key, stored)| (address.as_str(), key.as_str(), stored))
        })
    }

    /// Puts an object, or none, at an address, or in the place of a deposed one.
    pub fn put(&mut self, address: &str, deposed: Option<&str>, stored: Option<Stored>) {
        let instance = self.instances.entry(address.to_owned()).or_default();
        match (deposed, stored) {
            (None, stored) => instance.current = stored,
            (Some(key), Some(stored)) => drop(instance.deposed.insert(key.to_owned(), stored)),
            (Some(key), None) => drop(instance.deposed.remove(key)),
        }
        if instance.is_empty() {
            self.instances.remove(address);
        }
    }

    /// The attribute of an object, as other configurations refer to it; null where there is none.
    pub(super) fn attribute(&self, address: &str, name: &str) -> Json {
        self.current(address).map_or(Json::Null, |stored| attribute(&stored.state.value, name))
    }
}

/// An attribute of a value, as the JSON of a configuration has it.
pub(super) fn attribute(value: &Value, name: &str) -> Json {
    value.at(&Path::attribute(name)).map_or(Json::Null, shown)
}
