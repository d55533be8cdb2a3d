//! Everything that a provider serves, by name.

use std::{collections::BTreeMap, fmt};

use super::{AnyAction, AnyDataSource, AnyEphemeralResource, AnyListResource, AnyResource, AnyStateStore};
use crate::{
    function::Function,
    schema::{
        Schema,
        soundness::{Role, identity_problems, problems},
    },
};

#[derive(Default)]
pub(crate) struct Inventory {
    pub(crate) resources: BTreeMap<String, Box<dyn AnyResource>>,
    pub(crate) data_sources: BTreeMap<String, Box<dyn AnyDataSource>>,
    pub(crate) ephemeral_resources: BTreeMap<String, Box<dyn AnyEphemeralResource>>,
    pub(crate) lists: BTreeMap<String, Box<dyn AnyListResource>>,
    pub(crate) actions: BTreeMap<String, Box<dyn AnyAction>>,
    pub(crate) state_stores: BTreeMap<String, Box<dyn AnyStateStore>>,
    pub(crate) functions: BTreeMap<String, Box<dyn Function>>,
    /// What was named a second time.
    pub(crate) twice: Vec<String>,
    /// What the provider itself found.
    pub(crate) problems: Vec<String>,
}

impl Inventory {
    /// What keeps this, and the provider's own block, from working as it is.
    pub(crate) fn problems(&self, schema: &Schema, meta: Option<&Schema>) -> Vec<String> {
        let twice = self.twice.iter().map(|thing| format!("{thing}: there are two of this name"));
        let mut found: Vec<_> = self.problems.iter().cloned().chain(twice).collect();
        let mut check = |role: Role, name: &str, schema: &Schema| {
            let thing = if name.is_empty() { role.to_string() } else { format!("{role} {name}") };
            found.extend(problems(role, schema).into_iter().map(|problem| format!("{thing}: {problem}")));
        };
        check(Role::Provider, "", schema);
        meta.into_iter().for_each(|schema| check(Role::Meta, "", schema));
        self.resources.iter().for_each(|(name, it)| check(Role::Resource, name, it.schema()));
        self.data_sources.iter().for_each(|(name, it)| check(Role::DataSource, name, it.schema()));
        self.ephemeral_resources.iter().for_each(|(name, it)| check(Role::EphemeralResource, name, it.schema()));
        self.lists.iter().for_each(|(name, it)| check(Role::ListResource, name, it.schema()));
        self.actions.iter().for_each(|(name, it)| check(Role::Action, name, it.schema()));
        self.state_stores.iter().for_each(|(name, it)| check(Role::StateStore, name, it.schema()));
        for (name, identity) in self.resources.iter().filter_map(|(name, it)| Some((name, it.identity_schema()?))) {
            let of_identity = identity_problems(identity).into_iter();
            found.extend(of_identity.map(|problem| format!("{} {name}: {problem}", Role::Resource)));
        }
        let has_identity = |name: &String| self.resources.get(name).is_some_and(|it| it.identity_schema().is_some());
        let lists = self.lists.keys().filter(|name| !has_identity(name));
        found.extend(
            lists.map(|name| {
                format!("{} {name}: there is no resource of this name with an identity", Role::ListResource)
            }),
        );
        found
    }
}

/// Adds what is served under a name, and notes where there is something of that name already.
pub(crate) fn add<T: ?Sized>(
    twice: &mut Vec<String>,
    role: impl fmt::Display,
    things: &mut BTreeMap<String, Box<T>>,
    name: String,
    thing: Box<T>,
) {
    if things.contains_key(&name) {
        twice.push(format!("{role} {name}"));
    }
    things.insert(name, thing);
}
