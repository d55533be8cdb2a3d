//! What a change of a server group means for people and servers, beyond the attribute's new value.

use tfplug::{Attr, Diagnostic, Path};

use super::{change::changes_policy, model::Model};
use crate::server_group::parts::text_or_empty;

/// The warnings of a change in place.
pub(super) fn warnings(prior: &Model, planned: &Model) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    new_servers_only(prior, planned, &mut warnings);
    warnings.extend(routing_reset(prior, planned));
    standby_follows(prior, planned, &mut warnings);
    warnings
}

fn name(prior: &Model) -> &str {
    text_or_empty(&prior.name)
}

fn changes<T: PartialEq>(prior: &Attr<T>, planned: &Attr<T>) -> bool {
    !planned.is_unknown() && prior != planned
}

/// A text that is not set is an empty one.
fn text_changes(prior: &Attr<String>, planned: &Attr<String>) -> bool {
    !planned.is_unknown() && text_or_empty(prior) != text_or_empty(planned)
}

fn new_servers_only(prior: &Model, planned: &Model, warnings: &mut Vec<Diagnostic>) {
    let servers = prior.app_server_count.as_known().copied().unwrap_or_default();
    if servers == 0 {
        return;
    }
    let keep = if servers == 1 {
        "The 1 server that exists keeps".to_owned()
    } else {
        format!("The {servers} servers that exist keep")
    };
    for (attribute, what, changes) in [
        ("image_id", "image", changes(&prior.image_id, &planned.image_id)),
        ("system_disk_size", "system disk size", changes(&prior.system_disk_size, &planned.system_disk_size)),
        ("ou_name", "OU", text_changes(&prior.ou_name, &planned.ou_name)),
    ] {
        if changes {
            let detail = format!("{keep} the old one until they are rebuilt or replaced.");
            let summary = format!("The new {what} of server group {:?} takes effect on new servers only", name(prior));
            warnings.push(Diagnostic::warning(summary, detail).at(Path::attribute(attribute)));
        }
    }
}

fn routing_reset(prior: &Model, planned: &Model) -> Option<Diagnostic> {
    let max_session =
        |model: &Model| model.route_policy.as_known().and_then(|policy| policy.max_session.as_known().copied());
    let (from, to) = (max_session(prior), max_session(planned)?);
    if from == Some(to) || !changes_policy(&prior.route_policy, &planned.route_policy) {
        return None;
    }
    let from = from.map_or_else(|| "what the service gave".to_owned(), |from| from.to_string());
    let detail = format!(
        "The most sessions on a server go from {from} to {to}. How new accesses are routed is calculated anew; \
         sessions that exist stay."
    );
    let summary = format!("The routing of server group {:?} is reset", name(prior));
    Some(Diagnostic::warning(summary, detail).at(Path::attribute("route_policy").then_attribute("max_session")))
}

fn standby_follows(prior: &Model, planned: &Model, warnings: &mut Vec<Diagnostic>) {
    let standby = prior.standby_server_group_ids.as_known().map(Vec::as_slice).unwrap_or_default();
    if standby.is_empty() {
        return;
    }
    for (attribute, what, changes) in [
        ("app_type", "application type", changes(&prior.app_type, &planned.app_type)),
        ("storage_mount_policy", "mount policy", changes(&prior.storage_mount_policy, &planned.storage_mount_policy)),
    ] {
        if changes {
            let detail = format!("These stand by for it and get the same {what}: {}.", standby.join(", "));
            let summary = format!("The new {what} of server group {:?} follows on its standby groups", name(prior));
            warnings.push(Diagnostic::warning(summary, detail).at(Path::attribute(attribute)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server_group::parts::RoutePolicy;

    fn group(servers: i64) -> Model {
        let mut group = Model::by_id("1", None);
        group.name = "office".into();
        group.image_id = "image-1".into();
        group.app_server_count = Attr::Known(servers);
        group.app_type = "COMMON_APP".into();
        group
    }

    fn summaries(prior: &Model, change: impl FnOnce(&mut Model)) -> Vec<String> {
        let mut planned = prior.clone();
        change(&mut planned);
        warnings(prior, &planned).into_iter().map(|warning| warning.summary).collect()
    }

    #[test]
    fn servers_that_keep_the_old_are_counted() {
        let mut planned = group(1);
        planned.image_id = "image-2".into();
        assert!(warnings(&group(0), &planned).is_empty());
        assert!(warnings(&group(1), &planned)[0].detail.starts_with("The 1 server that exists keeps"));
        assert!(warnings(&group(7), &planned)[0].detail.starts_with("The 7 servers that exist keep"));
    }

    #[test]
    fn an_ou_that_was_empty_and_is_null_is_no_change() {
        assert_eq!(summaries(&group(2), |group| group.ou_name = "".into()), [""; 0]);
        assert_eq!(summaries(&group(2), |group| group.ou_name = "hall".into()).len(), 1);
    }

    #[test]
    fn a_first_limit_of_sessions_resets_the_routing_too() {
        let policy = RoutePolicy { max_session: Attr::Known(3), ..RoutePolicy::default() };
        let mut prior = group(0);
        prior.route_policy = Attr::Known(RoutePolicy::default());
        assert_eq!(summaries(&prior, |group| group.route_policy = Attr::Known(policy.clone())).len(), 1);
        // Nothing is sent for what an import could not learn.
        assert_eq!(summaries(&group(0), |group| group.route_policy = Attr::Known(policy.clone())), [""; 0]);
    }

    #[test]
    fn only_a_primary_has_followers() {
        let mut primary = group(0);
        primary.standby_server_group_ids = Attr::Known(vec!["2".to_owned()]);
        let change = |group: &mut Model| group.app_type = "SESSION_DESKTOP_APP".into();
        assert_eq!(summaries(&primary, change).len(), 1);
        assert!(summaries(&group(0), change).is_empty());
        assert!(summaries(&primary, |group| group.app_type = Attr::Unknown).is_empty());
    }
}
