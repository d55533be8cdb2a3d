//! Who is authorized, and what leads from some people to others.

use std::collections::{BTreeMap, BTreeSet};

use alibaba::MAX_NAMES_PER_CALL;
use cloud::{People, Principal};

use crate::holders::Held;

/// How names are compared: without regard to case, and those of an AD domain with it or without it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Spelling {
    ad_domain: Option<String>,
}

impl Spelling {
    pub(super) fn new(ad_domain: Option<&str>) -> Self {
        Self { ad_domain: ad_domain.map(str::to_lowercase) }
    }

    /// Names that others give, compared as these are.
    pub(super) fn names(&self, names: impl IntoIterator<Item = Principal>) -> Names {
        Names::new(names, self.clone())
    }

    /// Two ways in which one of these users is written, if there are.
    pub(super) fn twice<'a>(&self, names: &'a BTreeSet<Principal>) -> Option<(&'a Principal, &'a Principal)> {
        let mut seen = BTreeMap::new();
        names.iter().find_map(|name| Some((seen.insert(self.normalized(name), name)?, name)))
    }

    /// `EXAMPLE\\alice`, `alice@example.com` and `Alice` are one user of the domain `example.com`. Without a domain
    /// only case is disregarded: two people may have the same name before an `@`.
    fn normalized(&self, name: &Principal) -> Principal {
        self.normalized_text(name.reveal()).into()
    }

    fn normalized_text(&self, name: &str) -> String {
        let name = name.to_lowercase();
        let Some(domain) = &self.ad_domain else { return name };
        if let Some((user, suffix)) = name.split_once('@')
            && suffix == domain
        {
            return user.to_owned();
        }
        if let Some((prefix, user)) = name.split_once('\\')
            && (prefix == domain || domain.split('.').next() == Some(prefix))
        {
            return user.to_owned();
        }
        name
    }
}

/// Names by their normalized form, so that one name written in two ways is one name.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    spelling: Spelling,
    /// How each is written, by its normalized form.
    names: BTreeMap<Principal, Principal>,
}

impl PartialEq for Names {
    fn eq(&self, other: &Self) -> bool {
        self.names.keys().eq(other.names.keys())
    }
}

impl Names {
    pub(super) fn new(names: impl IntoIterator<Item = Principal>, spelling: Spelling) -> Self {
        Self { names: names.into_iter().map(|name| (spelling.normalized(&name), name)).collect(), spelling }
    }

    /// The names as they are written.
    pub(super) fn written(&self) -> impl Iterator<Item = &Principal> {
        self.names.values()
    }

    fn contains(&self, name: &Principal) -> bool {
        self.names.contains_key(&self.spelling.normalized(name))
    }

    fn without(&self, others: &Self) -> Vec<Principal> {
        let missing = self.names.iter().filter(|(key, _)| !others.names.contains_key(*key));
        missing.map(|(_, name)| name.clone()).collect()
    }
}

/// Users and user groups.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Members {
    pub(super) users: Names,
    pub(super) groups: BTreeSet<Principal>,
}

impl Members {
    /// Nobody.
    pub(super) fn none(spelling: Spelling) -> Self {
        Self { users: Names::new([], spelling), groups: BTreeSet::new() }
    }

    /// Those of these who are also among the others, written as here.
    pub(super) fn intersection(&self, others: &Self) -> Self {
        let mut both = self.clone();
        both.users.names.retain(|key, _| others.users.names.contains_key(key));
        both.groups.retain(|id| others.groups.contains(id));
        both
    }

    /// These and the others.
    pub(super) fn union(mut self, others: Self) -> Self {
        for (key, name) in others.users.names {
            self.users.names.entry(key).or_insert(name);
        }
        self.groups.extend(others.groups);
        self
    }

    /// Those of these who are not among the others, written as here.
    pub(super) fn without(&self, others: &Self) -> Self {
        let mut rest = self.clone();
        rest.users.names.retain(|key, _| !others.users.names.contains_key(key));
        rest.groups.retain(|id| !others.groups.contains(id));
        rest
    }

    /// The same for those who ask what others hold.
    pub(super) fn to_held(&self) -> Held {
        Held { users: self.users.written().cloned().collect(), groups: self.groups.clone() }
    }

    /// Whether there are users and user groups.
    pub(super) fn has_both_kinds(&self) -> bool {
        !(self.users.names.is_empty() || self.groups.is_empty())
    }

    /// Those of these who are of a kind of which there is nobody among the others.
    pub(super) fn without_kind_of(&self, others: &Self) -> Self {
        let mut rest = self.clone();
        if !others.users.names.is_empty() {
            rest.users.names.clear();
        }
        if !others.groups.is_empty() {
            rest.groups.clear();
        }
        rest
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.users.names.len() + self.groups.len()
    }

    /// Whether there is nobody.
    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Everybody for a sentence, as they are written where they may be named.
    pub(super) fn listed(&self, people: &People) -> String {
        people.list(self.users.written(), &self.groups)
    }

    /// How many there are, in words.
    pub(super) fn counted(&self) -> String {
        match self.len() {
            1 => "1 user or user group".to_owned(),
            number => format!("{number} users or user groups"),
        }
    }

    /// All of these, each written as among the others where it is there.
    pub(super) fn written_like(mut self, others: &Self) -> Self {
        for (key, name) in &mut self.users.names {
            if let Some(other) = others.users.names.get(key) {
                name.clone_from(other);
            }
        }
        self
    }
}

/// What leads from some members to others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) add_users: Vec<Principal>,
    pub(super) remove_users: Vec<Principal>,
    pub(super) add_groups: Vec<Principal>,
    pub(super) remove_groups: Vec<Principal>,
}

impl Difference {
    pub(super) fn between(from: &Members, to: &Members) -> Self {
        Self {
            add_users: to.users.without(&from.users),
            remove_users: from.users.without(&to.users),
            add_groups: to.groups.difference(&from.groups).cloned().collect(),
            remove_groups: from.groups.difference(&to.groups).cloned().collect(),
        }
    }

    /// What adds these and removes those.
    pub(super) fn new(add: &Members, remove: &Members) -> Self {
        Self {
            add_users: add.users.written().cloned().collect(),
            remove_users: remove.users.written().cloned().collect(),
            add_groups: add.groups.iter().cloned().collect(),
            remove_groups: remove.groups.iter().cloned().collect(),
        }
    }

    /// Whom it removes.
    pub(super) fn removed(&self, spelling: Spelling) -> Members {
        Members {
            users: Names::new(self.remove_users.iter().cloned(), spelling),
            groups: self.remove_groups.iter().cloned().collect(),
        }
    }

    pub(super) fn is_without_removals(&self) -> bool {
        self.remove_users.is_empty() && self.remove_groups.is_empty()
    }

    pub(super) fn is_without_additions(&self) -> bool {
        self.add_users.is_empty() && self.add_groups.is_empty()
    }

    pub(super) fn is_about_users(&self) -> bool {
        !(self.add_users.is_empty() && self.remove_users.is_empty())
    }

    pub(super) fn is_about_groups(&self) -> bool {
        !(self.add_groups.is_empty() && self.remove_groups.is_empty())
    }

    /// The removals alone, and the rest.
    pub(super) fn split(self) -> (Self, Self) {
        let removals = Self {
            remove_users: self.remove_users.clone(),
            remove_groups: self.remove_groups.clone(),
            ..Self::default()
        };
        (removals, Self { remove_users: Vec::new(), remove_groups: Vec::new(), ..self })
    }

    /// Whether it puts user groups in the place of users, or the other way round.
    pub(super) fn changes_kind(&self) -> bool {
        let (gives_users, gives_groups) = (!self.add_users.is_empty(), !self.add_groups.is_empty());
        let (takes_users, takes_groups) = (!self.remove_users.is_empty(), !self.remove_groups.is_empty());
        gives_groups && takes_users || gives_users && takes_groups
    }

    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The parts for one call each: additions and removals travel together, a hundred of each.
    pub(super) fn batches(&self) -> impl Iterator<Item = Self> + '_ {
        let lists = [&self.add_users, &self.remove_users, &self.add_groups, &self.remove_groups];
        let calls = lists.iter().map(|list| list.len().div_ceil(MAX_NAMES_PER_CALL)).max().unwrap_or(0);
        let part = |list: &[Principal], call: usize| -> Vec<Principal> {
            list.iter().skip(call * MAX_NAMES_PER_CALL).take(MAX_NAMES_PER_CALL).cloned().collect()
        };
        (0..calls).map(move |call| Self {
            add_users: part(&self.add_users, call),
            remove_users: part(&self.remove_users, call),
            add_groups: part(&self.add_groups, call),
            remove_groups: part(&self.remove_groups, call),
        })
    }

    /// What of this the members show to be still to be done.
    pub(super) fn left(&self, members: &Members) -> Self {
        let users = |list: &[Principal], present: bool| {
            list.iter().filter(|name| members.users.contains(name) == present).cloned().collect()
        };
        let groups = |list: &[Principal], present: bool| {
            list.iter().filter(|id| members.groups.contains(*id) == present).cloned().collect()
        };
        Self {
            add_users: users(&self.add_users, false),
            remove_users: users(&self.remove_users, true),
            add_groups: groups(&self.add_groups, false),
            remove_groups: groups(&self.remove_groups, true),
        }
    }

    /// Makes the members as this wants them.
    pub(super) fn carry_out(&self, members: &mut Members) {
        let Names { spelling, names } = &mut members.users;
        names.extend(self.add_users.iter().map(|name| (spelling.normalized(name), name.clone())));
        for name in &self.remove_users {
            names.remove(&spelling.normalized(name));
        }
        members.groups.extend(self.add_groups.iter().cloned());
        members.groups.retain(|id| !self.remove_groups.contains(id));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(names: &[&str], domain: Option<&str>) -> Members {
        let names = names.iter().map(|name| Principal::from(*name));
        Members { users: Names::new(names, Spelling::new(domain)), groups: BTreeSet::new() }
    }

    fn numbered(count: usize, prefix: &str) -> Vec<Principal> {
        (0..count).map(|number| format!("{prefix}{number:05}").into()).collect()
    }

    #[test]
    fn one_user_of_a_domain_may_be_written_in_several_ways() {
        let domain = Some("example.com");
        for written in ["alice@example.com", "EXAMPLE\\Alice", "example.com\\alice", "ALICE"] {
            assert_eq!(members(&[written], domain), members(&["alice"], domain), "{written}");
        }
    }

    #[test]
    fn people_with_the_same_name_in_two_domains_are_two_people() {
        assert_eq!(members(&["a@one.com", "a@two.com"], None).users.written().count(), 2);
        assert_ne!(members(&["a@two.com"], Some("one.com")), members(&["a"], Some("one.com")));
    }

    #[test]
    fn additions_and_removals_travel_together_a_hundred_of_each() {
        for (add, remove, calls) in [
            (0, 0, 0),
            (1, 0, 1),
            (0, 1, 1),
            (100, 100, 1),
            (101, 1, 2),
            (1, 101, 2),
            (250, 30, 3),
            (10_000, 5_000, 100),
        ] {
            let difference = Difference {
                add_users: numbered(add, "new"),
                remove_users: numbered(remove, "old"),
                ..Difference::default()
            };
            let batches: Vec<_> = difference.batches().collect();
            assert_eq!(batches.len(), calls, "{add} additions, {remove} removals");
            assert!(batches.iter().all(|batch| batch.add_users.len() <= 100 && batch.remove_users.len() <= 100));
            assert_eq!(
                batches.iter().flat_map(|batch| batch.add_users.clone()).collect::<Vec<_>>(),
                difference.add_users
            );
            assert_eq!(
                batches.iter().flat_map(|batch| batch.remove_users.clone()).collect::<Vec<_>>(),
                difference.remove_users
            );
        }
    }

    #[test]
    fn what_the_lists_show_already_is_left_out_of_what_is_sent_again() {
        let text = |names: &[&str]| names.iter().map(|name| Principal::from(*name)).collect::<Vec<_>>();
        let change = Difference {
            add_users: text(&["ann", "bob"]),
            remove_users: text(&["carol", "dave"]),
            add_groups: text(&["ug-1", "ug-2"]),
            remove_groups: text(&["ug-3", "ug-4"]),
        };
        let mut listed = members(&["Ann", "dave"], None);
        listed.groups = ["ug-1", "ug-4"].map(Principal::from).into();
        let left = change.left(&listed);
        assert_eq!((left.add_users.clone(), left.remove_users.clone()), (text(&["bob"]), text(&["dave"])));
        assert_eq!((left.add_groups.clone(), left.remove_groups.clone()), (text(&["ug-2"]), text(&["ug-4"])));
        left.carry_out(&mut listed);
        assert!(change.left(&listed).is_empty());
    }
}
