//! Whether Terraform plans or applies, as far as a provider can tell.
//!
//! Terraform says neither. It refreshes what it plans, and refreshes nothing while it applies, when it plans once more
//! what it carries out and shows nobody the warnings of that. What is left of a replaced object is planned to be
//! destroyed then for the first time.

use std::sync::atomic::{AtomicBool, Ordering};

/// What one configuration of the provider has seen of it.
#[derive(Debug, Default)]
pub(crate) struct Phase(AtomicBool);

impl Phase {
    /// Something is refreshed.
    pub(crate) fn refreshes(&self) {
        self.0.store(false, Ordering::Relaxed);
    }

    /// Something is carried out.
    pub(crate) fn applies(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether what is planned now is planned in an apply.
    pub(crate) fn is_applying(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_apply_goes_on_until_something_is_refreshed() {
        let phase = Phase::default();
        assert!(!phase.is_applying());
        phase.applies();
        assert!(phase.is_applying());
        phase.refreshes();
        assert!(!phase.is_applying());
    }
}
