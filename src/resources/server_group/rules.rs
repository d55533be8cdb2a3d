//! What a configuration must keep to beyond the limits of its single attributes.

use tfplug::{Attr, Diagnostic, Diagnostics, Path, Result};

use super::{attributes::MOST_SESSIONS, change::changes_policy, model::Model};
use crate::server_group::parts::is_unset;

/// Checks what the configuration alone can tell. Unknown values are passed over: the plan in which they are known is
/// checked again.
pub(super) fn validate(config: &Model) -> Diagnostics {
    let mut wrong = Diagnostics::NONE;
    let mut add = |path: Path, detail: &str| {
        wrong.push(Diagnostic::error(format!("Invalid {path}"), detail).at(path));
    };
    if config.image_type.as_str() == Some("gold") && is_unset(&config.image_product_id) {
        let detail = "An image of the type \"gold\" comes from the marketplace and is sold as a product: set the \
                      product's ID here.";
        add(Path::attribute("image_product_id"), detail);
    }
    if config.is_vdi == Attr::Known(true) {
        let detail = "It is for multi-session server groups only, and is_vdi = true makes this a single-session one. \
                      Remove it, or set is_vdi to false.";
        if config.route_policy.is_known() {
            add(Path::attribute("route_policy"), detail);
        }
        if config.ip_virtual.as_known().is_some_and(|it| it.enable == Attr::Known(true)) {
            add(Path::attribute("ip_virtual").then_attribute("enable"), detail);
        }
        if config.extra_session_type.is_known() {
            add(Path::attribute("extra_session_type"), detail);
        }
        if config.extra_session_size.is_known() {
            add(Path::attribute("extra_session_size"), detail);
        }
    }
    wrong
}

/// A group that exists may leave its VPC out, because the service does not report it; one that is to be created needs
/// it.
pub(super) fn check_network(planned: &Model, config: &Model) -> Result<()> {
    // After an import the plan keeps what that could not learn, until the creation is planned by itself.
    let is_open = planned.vpc_id.is_unknown() || planned.vpc_id.as_str() == Some("");
    let planned = if is_open { &config.vpc_id } else { &planned.vpc_id };
    if planned.is_unknown() || planned.as_str().is_some_and(|id| !id.is_empty()) {
        return Ok(());
    }
    let detail = "A server group is created in a VPC: set the ID of the one that subnet_id belongs to.";
    Err(Diagnostic::error("Missing vpc_id", detail).at(Path::attribute("vpc_id")).into())
}

/// The most sessions on a server that a PATCH takes; a creation takes [`MOST_SESSIONS`].
const MOST_SESSIONS_IN_A_CHANGE: i64 = 100;

/// A policy is changed whole, and a change takes fewer sessions than a creation.
pub(super) fn check_policy_change(prior: &Model, planned: &Model) -> Result<()> {
    let max_session = planned.route_policy.as_known().and_then(|policy| policy.max_session.as_known().copied());
    let Some(sessions) = max_session.filter(|sessions| *sessions > MOST_SESSIONS_IN_A_CHANGE) else { return Ok(()) };
    if !changes_policy(&prior.route_policy, &planned.route_policy) {
        return Ok(());
    }
    let detail = format!(
        "The service takes up to {MOST_SESSIONS_IN_A_CHANGE} sessions on a server when it changes a routing policy, \
         and up to {MOST_SESSIONS} when it creates a server group; here it is {sessions}. Leave the policy as it is, \
         set {MOST_SESSIONS_IN_A_CHANGE} or less, or take the group out of the configuration, apply, and put it in \
         again."
    );
    let path = Path::attribute("route_policy").then_attribute("max_session");
    Err(Diagnostic::error(format!("The routing policy cannot be changed to {sessions} sessions"), detail)
        .at(path)
        .into())
}
