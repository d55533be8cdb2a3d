//! What a host says before the first call: environment variables, and a certificate in one of them.

#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use tfplug::fuzzing::handshake;

const NAMES: [&str; 5] = [
    "PLUGIN_PROTOCOL_VERSIONS",
    "PLUGIN_CLIENT_CERT",
    "PLUGIN_UNIX_SOCKET_DIR",
    "PLUGIN_UNIX_SOCKET_GROUP",
    "PLUGIN_MULTIPLEX_GRPC",
];

// Each line is a variable: the first byte says which, the rest what it says. A certificate's lines end with `;`.
fuzz_target!(|text: &str| {
    let mut variables = BTreeMap::new();
    for line in text.lines() {
        let Some((choice, value)) = line.split_at_checked(1) else { continue };
        let name = NAMES[usize::from(choice.as_bytes()[0]) % NAMES.len()];
        variables.insert(name, value.replace(';', "\n"));
    }
    let said = |name: &str| variables.get(name).filter(|value| !value.is_empty());
    let answer = handshake(|name| variables.get(name).map(Into::into));
    match &answer {
        Ok(certificate) => {
            let asked = said("PLUGIN_CLIENT_CERT").is_some();
            assert_eq!(certificate.is_some(), asked, "who asks for TLS gets it, or nothing");
            let offered = said("PLUGIN_PROTOCOL_VERSIONS");
            let is_ours = |it: &str| it.trim().parse() == Ok(6);
            assert!(
                offered.is_none_or(|offered| offered.split(',').any(is_ours)),
                "{offered:?} does not offer version 6"
            );
        }
        Err(problem) => assert!(!problem.is_empty()),
    }
});
