//! What must hold of what a provider answers.

use tfplug::{
    Path,
    proto::tfplugin6::{self as proto, attribute_path::step::Selector, diagnostic::Severity},
    value::{Step, Type, decode, encode},
};

use crate::{assert_leads_into, assert_of_type};

/// What the framework says of a provider that breaks a promise.
const ACCUSATION: &str = "mistake in the provider";

/// Whether an input says itself what only the framework says: an answer that repeats it proves nothing.
pub fn accuses(input: &[u8]) -> bool {
    input.windows(ACCUSATION.len()).any(|it| it == ACCUSATION.as_bytes())
}

/// Whether Terraform takes an answer for a failure.
pub fn has_errors(diagnostics: &[proto::Diagnostic]) -> bool {
    diagnostics.iter().any(|it| it.severity() == Severity::Error)
}

/// Panics where a diagnostic says nothing, or names a place that is none in the schema.
pub fn check_told(diagnostics: &[proto::Diagnostic], ty: Option<&Type>) {
    for told in diagnostics {
        assert!(!told.summary.is_empty(), "{told:?} says nothing");
        assert!(matches!(told.severity(), Severity::Error | Severity::Warning), "{told:?} is neither");
        for text in [&told.summary, &told.detail] {
            assert!(!text.contains(ACCUSATION), "{told:?}: the provider makes none");
        }
        if let (Some(attribute), Some(ty)) = (&told.attribute, ty) {
            assert_leads_into(&path(attribute), ty);
        }
    }
}

fn path(path: &proto::AttributePath) -> Path {
    let steps = path.steps.iter().map(|step| match step.selector.as_ref().expect("a step says where it leads") {
        Selector::AttributeName(name) => Step::Attribute(name.clone()),
        Selector::ElementKeyString(key) => Step::Key(key.clone()),
        Selector::ElementKeyInt(index) => Step::Index(*index),
    });
    steps.collect()
}

/// Panics where an answered value is not of its type; without one, there must be a reason.
pub fn check_dynamic(value: Option<&proto::DynamicValue>, ty: &Type, diagnostics: &[proto::Diagnostic]) {
    let Some(value) = value else { return };
    if value.msgpack.is_empty() {
        assert!(has_errors(diagnostics) || !value.json.is_empty(), "an answer without a value, and without an error");
        return;
    }
    let read = decode(&value.msgpack, ty).expect("the answer is of its type");
    assert_of_type(&read, ty);
    assert_eq!(encode(&read, ty).as_deref(), Ok(&*value.msgpack), "it is written in one way");
}

/// Panics where an identity is not of its type.
pub fn check_identity(identity: Option<&proto::ResourceIdentityData>, ty: &Type) {
    check_dynamic(identity.and_then(|identity| identity.identity_data.as_ref()), ty, &[]);
}
