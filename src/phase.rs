//! Whether Terraform plans or applies, as far as a provider can tell.
//!
//! Terraform says neither. It refreshes what it plans, and refreshes nothing while it applies, when it plans once more
//! what it carries out and shows nobody the warnings of that. What is left of a replaced object is planned to be
//! destroyed then for the first time.

use std::{
    collections::BTreeSet,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

/// What one configuration of the provider has seen of it.
#[derive(Debug, Default)]
pub(crate) struct Phase {
    is_applying: AtomicBool,
    /// The images that resources, by their names in this run, have been planned to give back.
    announced: Mutex<BTreeSet<(String, String)>>,
}

impl Phase {
    /// Something is refreshed.
    pub(crate) fn refreshes(&self) {
        self.is_applying.store(false, Ordering::Relaxed);
    }

    /// Something is carried out.
    pub(crate) fn applies(&self) {
        self.is_applying.store(true, Ordering::Relaxed);
    }

    /// A plan with the prior state says that a resource gives an image back. In an apply, the plan that people have
    /// seen has said so too.
    pub(crate) fn announces(&self, resource: &str, image: &str) {
        let mut announced = self.announced.lock().unwrap_or_else(PoisonError::into_inner);
        announced.insert((resource.to_owned(), image.to_owned()));
    }

    /// Whether people see it, or have seen it, when a destruction is planned now that gives this image back.
    pub(crate) fn is_told(&self, resource: &str, image: &str) -> bool {
        let announced = self.announced.lock().unwrap_or_else(PoisonError::into_inner);
        !self.is_applying.load(Ordering::Relaxed) || announced.contains(&(resource.to_owned(), image.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_planned_for_the_first_time_in_an_apply_is_told_to_nobody() {
        let phase = Phase::default();
        assert!(phase.is_told("a", "img-1"));
        phase.applies();
        assert!(!phase.is_told("a", "img-1"));
        phase.announces("a", "img-1");
        assert!(phase.is_told("a", "img-1") && !phase.is_told("a", "img-2") && !phase.is_told("b", "img-1"));
        phase.refreshes();
        assert!(phase.is_told("b", "img-1"));
    }
}
