//! Whom the resources of a run authorize, as far as the provider has been told in this run.
//!
//! Several additive authorizations may be about one delivery group, and one of them must not take away what another
//! gives. Each resource has a name of its own for this, in its private data, since Terraform tells the provider no
//! addresses. What it knows comes from reads, plans and applies of this walk; a resource that Terraform has not come to,
//! or that is in another state, is not known here.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};

/// Users, by name, and user groups, by ID.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Held {
    pub(crate) users: BTreeSet<String>,
    pub(crate) groups: BTreeSet<String>,
}

impl Held {
    /// All of these and those.
    pub(crate) fn extend(&mut self, others: Self) {
        self.users.extend(others.users);
        self.groups.extend(others.groups);
    }
}

/// Who holds what, by target and by the resource's own name.
#[derive(Debug, Default)]
pub(crate) struct Holders(Mutex<HashMap<String, HashMap<String, Held>>>);

impl Holders {
    /// Notes what a resource holds, or is planned to hold, in place of what was known of it.
    pub(crate) fn note(&self, target: &str, holder: &str, held: Held) {
        let mut targets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        targets.entry(target.to_owned()).or_default().insert(holder.to_owned(), held);
    }

    /// What all others hold of a target.
    pub(crate) fn others(&self, target: &str, holder: &str) -> Held {
        let targets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let others = targets.get(target).into_iter().flatten().filter(|(name, _)| *name != holder);
        let mut all = Held::default();
        for (_, held) in others {
            all.extend(held.clone());
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn users(names: &[&str]) -> Held {
        Held { users: names.iter().map(|name| (*name).to_owned()).collect(), groups: BTreeSet::new() }
    }

    #[test]
    fn what_a_resource_holds_is_what_was_last_known_of_it_and_nothing_of_another_target() {
        let holders = Holders::default();
        holders.note("aig-1", "a", users(&["ann", "bob"]));
        holders.note("aig-1", "b", users(&["carol"]));
        holders.note("aig-2", "c", users(&["dave"]));
        assert_eq!(holders.others("aig-1", "a"), users(&["carol"]));
        assert_eq!(holders.others("aig-1", "new"), users(&["ann", "bob", "carol"]));
        holders.note("aig-1", "a", users(&["ann"]));
        assert_eq!(holders.others("aig-1", "b"), users(&["ann"]));
    }
}
