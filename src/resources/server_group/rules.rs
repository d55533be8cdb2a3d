//! What a configuration must keep to beyond the limits of its single attributes.

use huawei::ServerGroup;
use tfplug::{Attr, Diagnostic, Diagnostics, Path, Result};

use super::{calls::Calls, change::changes_policy, model::Model};
use crate::server_group::parts::text_or_empty;

/// Checks what the configuration alone can tell. Unknown values are passed over: the plan in which they are known is
/// checked again.
pub(super) fn validate(config: &Model) -> Diagnostics {
    let mut wrong = Diagnostics::NONE;
    let mut add = |path: Path, detail: &str| {
        wrong.push(Diagnostic::error(format!("Invalid {path}"), detail).at(path));
    };
    if config.image_type.as_str() == Some("gold") && config.image_product_id.is_null() {
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
/// The most sessions on a server.
pub(super) const MOST_SESSIONS: i64 = 1_024;

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
         set {MOST_SESSIONS_IN_A_CHANGE} or less, or create the group anew with -replace."
    );
    let path = Path::attribute("route_policy").then_attribute("max_session");
    Err(Diagnostic::error(format!("The routing policy cannot be changed to {sessions} sessions"), detail)
        .at(path)
        .into())
}

/// Checks a standby group that is to be created against its primary, as the service would when it is too late.
///
/// The primary is read only here: an existing standby follows its primary by itself.
///
/// # Errors
/// Each difference at its attribute; that there is no such primary; or that it cannot be read.
pub(super) async fn check_standby(calls: &Calls<'_>, planned: &Model) -> Result<()> {
    let Some(primary_id) = planned.primary_server_group_id.as_str() else { return Ok(()) };
    let name = text_or_empty(&planned.name);
    let summary = || format!("Server group {name:?} cannot stand by for {primary_id:?}");
    let Some(primary) = calls.find(primary_id, calls.bounds).await? else {
        let detail = "There is no server group with this ID in the region and project.";
        return Err(Diagnostic::error(summary(), detail).at(Path::attribute("primary_server_group_id")).into());
    };
    if let Some(first) = primary.primary_server_group_ids.first() {
        let detail = format!(
            "It is a standby group itself, of {first:?}, and a standby group has none of its own. Name {first:?} here, \
             or another group."
        );
        return Err(Diagnostic::error(summary(), detail).at(Path::attribute("primary_server_group_id")).into());
    }
    let differences = differences(planned, &primary).into_iter().map(|(attribute, own, primarys)| {
        let detail = format!(
            "A standby group takes over its primary's sessions, and so {attribute} must be the same: it is {own} here \
             and {primarys} in the primary {:?}. If the primary is about to be changed in this very run, apply that \
             change first.",
            primary.name.as_deref().unwrap_or(primary_id)
        );
        Diagnostic::error(summary(), detail).at(Path::attribute(attribute))
    });
    let differences: Diagnostics = differences.collect();
    if differences.is_empty() { Ok(()) } else { Err(differences) }
}

/// The attributes in which a standby group must equal its primary and does not, with both values.
fn differences(planned: &Model, primary: &ServerGroup) -> Vec<(&'static str, String, String)> {
    let mut differences = Vec::new();
    let texts = [("os_type", &planned.os_type, &primary.os_type), ("app_type", &planned.app_type, &primary.app_type)];
    for (attribute, own, primarys) in texts {
        if let (Some(own), Some(primarys)) = (own.as_str(), primarys)
            && own != primarys
        {
            differences.push((attribute, format!("{own:?}"), format!("{primarys:?}")));
        }
    }
    if let (Some(own), Some(primarys)) = (planned.is_vdi.as_known(), primary.is_vdi)
        && *own != primarys
    {
        differences.push(("is_vdi", own.to_string(), primarys.to_string()));
    }
    differences
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standby_differs_only_in_what_is_known_on_both_sides() {
        let mut planned = Model::by_id("1", None);
        planned.os_type = "Windows".into();
        planned.app_type = Attr::Unknown;
        planned.is_vdi = Attr::Known(true);
        let primary = ServerGroup {
            os_type: Some("Linux".to_owned()),
            app_type: Some("COMMON_APP".to_owned()),
            is_vdi: Some(false),
            ..ServerGroup::default()
        };
        let attributes: Vec<_> = differences(&planned, &primary).into_iter().map(|(name, ..)| name).collect();
        assert_eq!(attributes, ["os_type", "is_vdi"]);
        assert!(differences(&planned, &ServerGroup::default()).is_empty());
    }
}
