//! `dynamic_resources.json`, from which the example `coremock` makes its schemas.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tfplug::testing::{schema_problems, schemas};

// Its `main` starts a process of its own.
#[allow(dead_code)]
#[path = "../../examples/coremock/main.rs"]
mod coremock;

fuzz_target!(|text: &[u8]| {
    let Ok(definitions) = serde_json::from_slice(text) else { return };
    let provider = coremock::Coremock::new(Ok(definitions));
    // What cannot be served is named, and what is served is sound.
    if !schema_problems(&provider).is_empty() {
        return;
    }
    for ((kind, name), schema) in schemas(&provider) {
        assert!(kind == "provider" || name.starts_with("tfcoremock_") || !name.is_empty());
        schema.ty();
    }
});
