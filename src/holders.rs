//! What the resources of a run hold of one thing, as far as the provider has been told in this run: whom they authorize
//! for a delivery group, which image they give it.
//!
//! Several additive authorizations may be about one delivery group, and one of them must not take away what another
//! gives; of two that give it different images, each undoes the other. Each resource has a name of its own for this, in
//! its private data, since Terraform tells the provider no addresses. What is known comes from reads, plans and applies
//! of this walk; a resource that Terraform has not come to, or that is in another state, is not known here.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    ops::ControlFlow,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use cloud::{Backoff, Bounds, Principal};
use serde::{Deserialize, Serialize};

/// Looks at what others do, for some time at most, until a look says that it is enough. Terraform comes to those that
/// do not depend on each other about now, and whoever looks may be first. Answers with what the last look saw.
pub(crate) async fn watch<T>(bounds: &Bounds, time: Duration, mut look: impl FnMut() -> ControlFlow<T, T>) -> T {
    let short = bounds.clone().with_timeout(time);
    let mut backoff = Backoff::new(Duration::from_millis(20), Duration::from_millis(200));
    loop {
        match look() {
            ControlFlow::Break(seen) => return seen,
            ControlFlow::Continue(seen) if backoff.wait(&short).await.is_err() => return seen,
            ControlFlow::Continue(_) => {}
        }
    }
}

/// Users, by name, and user groups, by ID.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Held {
    pub(crate) users: BTreeSet<Principal>,
    pub(crate) groups: BTreeSet<Principal>,
}

impl Held {
    /// All that some hold.
    pub(crate) fn all<'h>(each: impl Iterator<Item = &'h Self>) -> Self {
        let mut all = Self::default();
        each.cloned().for_each(|held| all.extend(held));
        all
    }

    fn extend(&mut self, more: Self) {
        self.users.extend(more.users);
        self.groups.extend(more.groups);
    }
}

/// What others hold, by each one's own name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Others<T = Held>(BTreeMap<String, T>);

impl<T> Others<T> {
    /// Whether there is nobody.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names of those who do.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Whether it is known what this one holds.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The same without one of them.
    pub(crate) fn without(mut self, name: Option<&str>) -> Self {
        if let Some(name) = name {
            self.0.remove(name);
        }
        self
    }

    /// What each of them holds.
    pub(crate) fn each(&self) -> impl Iterator<Item = &T> {
        self.0.values()
    }
}

impl Others {
    /// These and more.
    pub(crate) fn and(mut self, more: Self) -> Self {
        more.0.into_iter().for_each(|(name, held)| self.0.entry(name).or_default().extend(held));
        self
    }

    /// The same with what is known anew: of whom that says something, it counts alone.
    fn updated(mut self, anew: Self) -> Self {
        self.0.extend(anew.0);
        self
    }

    /// All that some of them hold.
    pub(crate) fn all(&self) -> Held {
        Held::all(self.each())
    }

    /// Only what passes, and only of those who hold some of that.
    pub(crate) fn only(mut self, passes: impl Fn(Held) -> Held) -> Self {
        self.0 = self.0.into_iter().map(|(name, held)| (name, passes(held))).collect();
        self.0.retain(|_, held| *held != Held::default());
        self
    }
}

/// Who holds what, by target and by the resource's own name.
#[derive(Debug)]
pub(crate) struct Holders<T = Held>(Mutex<HashMap<String, BTreeMap<String, Note<T>>>>);

impl<T> Default for Holders<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

#[derive(Debug)]
struct Note<T> {
    held: T,
    /// By a plan alone. The creation that is planned now has another name when it is planned again.
    is_planned: bool,
}

impl<T: Clone> Holders<T> {
    /// Notes what a resource holds in place of what was known of it.
    pub(crate) fn note(&self, target: &str, holder: &str, held: T) {
        self.insert(target, holder, Note { held, is_planned: false });
    }

    /// Notes what a resource is planned to hold. That counts for the other plans of a walk.
    pub(crate) fn plan(&self, target: &str, holder: &str, held: T) {
        self.insert(target, holder, Note { held, is_planned: true });
    }

    /// Begins to change something: what was only planned counts no more. `terraform test` plans and applies many times
    /// with one configuration of the provider, and never says where one walk ends.
    pub(crate) fn begin(&self) {
        let mut targets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        targets.values_mut().for_each(|notes| notes.retain(|_, note| !note.is_planned));
    }

    /// Forgets what a resource held.
    pub(crate) fn forget(&self, target: &str, holder: &str) {
        let mut targets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(notes) = targets.get_mut(target) {
            notes.remove(holder);
        }
    }

    /// What all others hold of a target.
    pub(crate) fn others(&self, target: &str, holder: &str) -> Others<T> {
        let targets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let notes = targets.get(target).into_iter().flatten().filter(|(name, _)| *name != holder);
        Others(notes.map(|(name, note)| (name.clone(), note.held.clone())).collect())
    }

    fn insert(&self, target: &str, holder: &str, note: Note<T>) {
        let mut targets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        targets.entry(target.to_owned()).or_default().insert(holder.to_owned(), note);
    }
}

/// Whom the resources of this run authorize, by what each authorization is for.
#[derive(Debug, Default)]
pub(crate) struct Authorized {
    held: Holders,
    /// Whom plans give them beside those.
    coming: Holders,
    /// Whom plans take out of them.
    leaving: Holders,
    /// Whom the exclusive ones list: they are for targets that have no other one.
    exclusive: Holders,
    /// Those whose creation failed. Terraform replaces them, and tells the plan of the new one nothing of the old.
    unfinished: Mutex<HashSet<String>>,
}

impl Authorized {
    /// Notes whom a resource holds: by its state, or by what an apply has done.
    pub(crate) fn hold(&self, thing: &str, holder: &str, held: Held) {
        self.held.note(thing, holder, held);
        self.coming.forget(thing, holder);
    }

    /// Notes that the creation of a resource has failed, and that it will be replaced.
    pub(crate) fn note_unfinished(&self, holder: &str) {
        self.unfinished.lock().unwrap_or_else(PoisonError::into_inner).insert(holder.to_owned());
    }

    /// Of what others authorize, what those do whose creation has not failed.
    pub(crate) fn finished(&self, mut others: Seen) -> Seen {
        for holder in self.unfinished.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            others = others.without(Some(holder));
        }
        others
    }

    /// Notes whom a resource that is there is planned to hold beside those whom it does.
    pub(crate) fn plan_more(&self, thing: &str, holder: &str, coming: Held) {
        self.coming.note(thing, holder, coming);
    }

    /// Notes whom a resource that is to be created is planned to hold.
    pub(crate) fn plan_new(&self, thing: &str, holder: &str, coming: Held) {
        self.coming.plan(thing, holder, coming);
    }

    /// Notes whom a resource is planned to give up, with nobody who takes them.
    pub(crate) fn plan_less(&self, thing: &str, holder: &str, leaving: Held) {
        self.leaving.plan(thing, holder, leaving);
    }

    /// Notes whom a resource lists that is exclusive; `None` of one that is not.
    pub(crate) fn note_exclusive(&self, thing: &str, holder: &str, listed: Option<Held>) {
        match listed {
            Some(listed) => self.exclusive.note(thing, holder, listed),
            None => self.exclusive.forget(thing, holder),
        }
    }

    /// Notes whom a resource is to list that is to be created, and exclusive.
    pub(crate) fn plan_exclusive(&self, thing: &str, holder: &str, listed: Held) {
        self.exclusive.plan(thing, holder, listed);
    }

    /// Whom all others list that are exclusive.
    pub(crate) fn exclusive(&self, thing: &str, holder: &str) -> Others {
        self.exclusive.others(thing, holder)
    }

    /// Begins to change something; see [`Holders::begin`].
    pub(crate) fn begin(&self) {
        [&self.coming, &self.leaving, &self.exclusive].into_iter().for_each(Holders::begin);
    }

    /// Whom all others authorize.
    pub(crate) fn others(&self, thing: &str, holder: &str) -> Seen {
        Seen { held: self.held.others(thing, holder), coming: self.coming.others(thing, holder) }
    }

    /// Whom all others give up.
    pub(crate) fn given_up(&self, thing: &str, holder: &str) -> Others {
        self.leaving.others(thing, holder)
    }
}

/// Whom others authorize, as far as a walk has seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Seen {
    /// Who is theirs: some state says so, or will when its apply has ended.
    #[serde(default)]
    pub(crate) held: Others,
    /// Whom plans give them. An apply that fails, or never begins, gives them nobody.
    #[serde(default)]
    pub(crate) coming: Others,
}

impl Seen {
    /// Whether there is nobody.
    pub(crate) fn is_empty(&self) -> bool {
        self.held.is_empty() && self.coming.is_empty()
    }

    /// All that some of them hold, or are to.
    pub(crate) fn all(&self) -> Held {
        Held::all(self.each())
    }

    /// What each of them holds, and what each is to.
    pub(crate) fn each(&self) -> impl Iterator<Item = &Held> {
        self.held.each().chain(self.coming.each())
    }

    /// The same without one of them.
    pub(crate) fn without(self, name: Option<&str>) -> Self {
        Self { held: self.held.without(name), coming: self.coming.without(name) }
    }

    /// The same with what is known anew: of whom that says something, it counts alone.
    pub(crate) fn updated(self, anew: Self) -> Self {
        let before = anew.held.names().fold(self.coming, |coming, name| coming.without(Some(name)));
        Self { held: self.held.updated(anew.held), coming: before.updated(anew.coming) }
    }

    /// Only what passes, and only of those who have some of that.
    pub(crate) fn only(self, passes: impl Fn(Held) -> Held) -> Self {
        Self { held: self.held.only(&passes), coming: self.coming.only(&passes) }
    }
}

/// The things that are some resource's, by ID.
#[derive(Debug, Default)]
pub(crate) struct Claims(Mutex<HashSet<String>>);

impl Claims {
    /// Notes that something is a resource's. Answers whether it was nobody's before.
    pub(crate) fn claim(&self, id: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned())
    }
}

/// What a resource that was destroyed in this run leaves to the one that takes its place, by thing.
#[derive(Debug, Default)]
pub(crate) struct Predecessors(Mutex<HashMap<String, String>>);

impl Predecessors {
    /// Leaves something for a successor.
    pub(crate) fn leave(&self, thing: &str, what: &str) {
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        left.insert(thing.to_owned(), what.to_owned());
    }

    /// Whether something is left.
    pub(crate) fn has(&self, thing: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains_key(thing)
    }

    /// Takes what was left.
    pub(crate) fn take(&self, thing: &str) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(thing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn users(names: &[&str]) -> Held {
        Held { users: names.iter().map(|name| Principal::from(*name)).collect(), groups: BTreeSet::new() }
    }

    #[test]
    fn what_a_resource_holds_is_what_was_last_known_of_it_and_nothing_of_another_target() {
        let holders = Holders::default();
        holders.note("aig-1", "a", users(&["ann", "bob"]));
        holders.note("aig-1", "b", users(&["carol"]));
        holders.note("aig-2", "c", users(&["dave"]));
        assert_eq!(holders.others("aig-1", "a").all(), users(&["carol"]));
        assert_eq!(holders.others("aig-1", "new").all(), users(&["ann", "bob", "carol"]));
        holders.note("aig-1", "a", users(&["ann"]));
        assert_eq!(holders.others("aig-1", "b").all(), users(&["ann"]));
    }

    #[test]
    fn what_is_only_planned_counts_until_something_is_done() {
        let holders = Holders::default();
        holders.note("aig-1", "a", users(&["ann"]));
        holders.plan("aig-1", "b", users(&["bob"]));
        holders.plan("aig-1", "c", users(&["carol"]));
        holders.note("aig-1", "c", users(&["carol"]));
        assert_eq!(holders.others("aig-1", "me").all(), users(&["ann", "bob", "carol"]));
        holders.begin();
        assert_eq!(holders.others("aig-1", "me").all(), users(&["ann", "carol"]));
        holders.forget("aig-1", "a");
        assert_eq!(holders.others("aig-1", "me").all(), users(&["carol"]));
    }

    #[test]
    fn a_thing_is_claimed_once() {
        let claims = Claims::default();
        assert!(claims.claim("sg-1") && claims.claim("sg-2"));
        assert!(!claims.claim("sg-1"));
    }

    #[test]
    fn what_is_known_anew_of_somebody_counts_alone() {
        let holders = Holders::default();
        holders.note("aig-1", "a", users(&["ann", "bob"]));
        holders.note("aig-1", "b", users(&["carol"]));
        let seen = holders.others("aig-1", "me");
        let now = Holders::default();
        now.note("aig-1", "a", users(&["ann"]));
        assert_eq!(seen.updated(now.others("aig-1", "me")).all(), users(&["ann", "carol"]));
    }
}
