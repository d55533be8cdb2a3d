//! What must never be told.

use tfplug::testing::{Error, StateFile, Stored};

use crate::{clouds::SECRET_KEY, run::Outcome};

/// No secret is in a state, in what is told, or in the log.
pub fn expect_none(file: &StateFile, outcome: &Outcome, log: &str) {
    let current = file.instances.values().filter_map(|it| it.current.as_ref());
    let stored = current.chain(file.deposed().map(|(_, _, stored)| stored));
    let private = |stored: &Stored| String::from_utf8_lossy(&stored.state.private).into_owned();
    let states = stored.map(|stored| format!("{} {}", stored.state.stored(), private(stored)));
    let told = outcome.told.warnings.iter().map(|(_, it)| it.to_string());
    let errors = outcome.told.errors.iter().map(|(_, error)| error.to_string());
    for text in states.chain(told).chain(errors).chain([log.to_owned()]) {
        for secret in [SECRET_KEY, emulator::PASSWORD] {
            assert!(!text.contains(secret), "it holds a secret: {text}");
        }
    }
}

/// Whatever goes wrong outside, nothing may go wrong inside.
pub fn expect_no_bug(address: &str, error: &Error) {
    assert!(error.violations().is_empty(), "{address}: {:#?}", error.violations());
    let text = error.to_string();
    for words in ["panicked", "inconsistent", "bug in the provider", "mistake in the provider"] {
        assert!(!text.contains(words), "{address}: {text}");
    }
}
