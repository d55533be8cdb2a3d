//! What several attributes of `appstreaming_server_group` have in common, and those with parts of their own.

use tfplug::{
    Value,
    schema::{Attribute, plan, validate},
};

/// The most sessions on a server that a creation takes.
pub(super) const MOST_SESSIONS: i64 = 1_024;

/// Given by the service where it is not configured, and kept then.
pub(super) fn given(attribute: Attribute) -> Attribute {
    attribute.optional().computed().use_state_for_unknown()
}

/// The same for an ID, where an empty text says what its absence says.
pub(super) fn given_id(attribute: Attribute) -> Attribute {
    given(attribute).validate(validate::length(0..=128)).semantic_equality(|prior, configured| {
        let is_empty = |value: &Value| matches!(value, Value::String(text) if text.is_empty());
        is_empty(prior) || is_empty(configured)
    })
}

/// What the service does not report. What an import could not learn is empty, and equals whatever is configured:
/// otherwise the first plan after an import would replace a server group that is as it should be. A change that the
/// configuration makes replaces the group, where it gives anything: an empty text says what its absence says.
pub(super) fn unreported(attribute: Attribute) -> Attribute {
    let nothing = || Value::String(String::new());
    attribute
        .optional()
        .computed()
        .semantic_equality(move |prior, configured| *prior == nothing() || *configured == nothing())
        .use_state_for_unknown()
        .modify_plan(plan::requires_replace_if("A change in the configuration replaces the resource.", move |it| {
            !(it.config.is_null() || *it.config == nothing())
        }))
}

/// `ip_virtual`.
pub(super) fn ip_virtual() -> Attribute {
    let enable = Attribute::bool("Whether each session has an IP address of its own. Default: the service's.");
    let description = "IP virtualization, for multi-session server groups. Default: the service's. A change replaces \
                       the server group.";
    given(Attribute::object(description, [("enable", given(enable))])).modify_plan(plan::requires_replace_if(
        "Switching it on or off replaces the server group.",
        switches_ip_virtual,
    ))
}

/// Whether IP virtualization is switched. An object without a value says what its absence says, and so does one with
/// the default; what an import could not learn is no difference.
fn switches_ip_virtual(attribute: &plan::AttributePlan<'_>) -> bool {
    match (attribute.prior, attribute.config.attribute("enable")) {
        (None | Some(Value::Null), _) => false,
        (_, Value::Null) => attribute.config.is_unknown(),
        (Some(prior), Value::Bool(enable)) => (*prior.attribute("enable") == Value::Bool(true)) != *enable,
        _ => true,
    }
}

/// Whether a group is to stand by for another one than before, if for any.
pub(super) fn stands_by_for_another(attribute: &plan::AttributePlan<'_>) -> bool {
    let is_set = |value: &Value| !matches!(value, Value::Null) && *value != Value::String(String::new());
    attribute.prior.is_some_and(is_set) || is_set(attribute.planned)
}

/// `route_policy`.
pub(super) fn route_policy() -> Attribute {
    let max_session = "The most sessions on one server: 1 to 1,024 at the creation, 1 to 100 in a change. A group with \
                       more than 100 cannot have its policy changed. A change resets how new accesses are routed. \
                       Default: the service's.";
    let max_session = given(Attribute::number(max_session)).validate(validate::range(1..=MOST_SESSIONS));
    let threshold = |what: &str| {
        given(Attribute::number(format!(
            "Above this much {what}, in percent, a server gets no new sessions; 1 to 100. Default: the service's."
        )))
        .validate(validate::range(1..=100))
    };
    given(Attribute::object(
        "When a server takes new sessions. For multi-session server groups. Default: the service's.",
        [
            ("max_session", max_session),
            ("cpu_threshold", threshold("CPU in use")),
            ("gpu_threshold", threshold("GPU in use")),
            ("mem_threshold", threshold("memory in use")),
        ],
    ))
}
