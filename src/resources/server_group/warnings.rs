//! What a change of a server group means for people and servers, beyond the attribute's new value.

use tfplug::{Attr, Diagnostic, Path};

use super::{change::changes_policy, model::Model};
use crate::server_group::parts::text_or_empty;

/// The warnings of a change in place.
pub(super) fn warnings(prior: &Model, planned: &Model, config: &Model) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    new_servers_only(prior, planned, config, &mut warnings);
    warnings.extend(routing_reset(prior, planned, config));
    standby_follows(prior, planned, config, &mut warnings);
    warnings
}

fn name(prior: &Model) -> &str {
    text_or_empty(&prior.name)
}

/// Whether an attribute changes, as far as a plan can know.
#[derive(Clone, Copy)]
enum Changes {
    No,
    Yes,
    /// What it is configured to be is only known after apply.
    Perhaps,
}

impl Changes {
    fn of<T: PartialEq>(prior: &Attr<T>, planned: &Attr<T>, config: &Attr<T>) -> Self {
        Self::by(config.is_unknown(), !planned.is_unknown() && prior != planned)
    }

    /// A text that is not set is an empty one.
    fn of_text(prior: &Attr<String>, planned: &Attr<String>, config: &Attr<String>) -> Self {
        Self::by(config.is_unknown(), !planned.is_unknown() && text_or_empty(prior) != text_or_empty(planned))
    }

    fn by(is_unknown: bool, is_another: bool) -> Self {
        match (is_unknown, is_another) {
            (true, _) => Self::Perhaps,
            (false, true) => Self::Yes,
            (false, false) => Self::No,
        }
    }
}

fn new_servers_only(prior: &Model, planned: &Model, config: &Model, warnings: &mut Vec<Diagnostic>) {
    let servers = prior.app_server_count.as_known().copied().unwrap_or_default();
    if servers == 0 {
        return;
    }
    let keep = if servers == 1 {
        "1 server that exists keeps".to_owned()
    } else {
        format!("{servers} servers that exist keep")
    };
    let image = Changes::of(&prior.image_id, &planned.image_id, &config.image_id);
    let disk = Changes::of(&prior.system_disk_size, &planned.system_disk_size, &config.system_disk_size);
    let ou = Changes::of_text(&prior.ou_name, &planned.ou_name, &config.ou_name);
    for (attribute, what, changes) in
        [("image_id", "image", image), ("system_disk_size", "system disk size", disk), ("ou_name", "OU", ou)]
    {
        let detail = match changes {
            Changes::No => continue,
            Changes::Yes => format!("The {keep} the old one until they are rebuilt or replaced."),
            Changes::Perhaps => format!(
                "Which one is only known after apply. If it is another one than today, the {keep} the old one until \
                 they are rebuilt or replaced."
            ),
        };
        let summary = format!("The new {what} of server group {:?} takes effect on new servers only", name(prior));
        warnings.push(Diagnostic::warning(summary, detail).at(Path::attribute(attribute)));
    }
}

fn routing_reset(prior: &Model, planned: &Model, config: &Model) -> Option<Diagnostic> {
    let configured = config.route_policy.as_known();
    let is_unknown = config.route_policy.is_unknown() || configured.is_some_and(|it| it.max_session.is_unknown());
    let max_session =
        |model: &Model| model.route_policy.as_known().and_then(|policy| policy.max_session.as_known().copied());
    let (from, to) = (max_session(prior), max_session(planned));
    let changes = from != to && to.is_some() && changes_policy(&prior.route_policy, &planned.route_policy);
    let from = from.map_or_else(|| "what the service gave".to_owned(), |from| from.to_string());
    let what = match (Changes::by(is_unknown, changes), to) {
        (Changes::Yes, Some(to)) => format!("The most sessions on a server go from {from} to {to}."),
        (Changes::Perhaps, _) => {
            format!("How many sessions a server takes at most is only known after apply; this is for all but {from}.")
        }
        _ => return None,
    };
    let detail = format!("{what} How new accesses are routed is calculated anew; sessions that exist stay.");
    let summary = format!("The routing of server group {:?} is reset", name(prior));
    Some(Diagnostic::warning(summary, detail).at(Path::attribute("route_policy").then_attribute("max_session")))
}

fn standby_follows(prior: &Model, planned: &Model, config: &Model, warnings: &mut Vec<Diagnostic>) {
    let standby = prior.standby_server_group_ids.as_known().map(Vec::as_slice).unwrap_or_default();
    if standby.is_empty() {
        return;
    }
    let app = Changes::of(&prior.app_type, &planned.app_type, &config.app_type);
    let mount = Changes::of(&prior.storage_mount_policy, &planned.storage_mount_policy, &config.storage_mount_policy);
    for (attribute, what, changes) in
        [("app_type", "application type", app), ("storage_mount_policy", "mount policy", mount)]
    {
        let when = match changes {
            Changes::No => continue,
            Changes::Yes => "",
            Changes::Perhaps => "Which one is only known after apply. ",
        };
        let detail = format!("{when}These stand by for it and get the same {what}: {}.", standby.join(", "));
        let summary = format!("The new {what} of server group {:?} follows on its standby groups", name(prior));
        warnings.push(Diagnostic::warning(summary, detail).at(Path::attribute(attribute)));
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
        warnings(prior, &planned, &planned).into_iter().map(|warning| warning.summary).collect()
    }

    #[test]
    fn servers_that_keep_the_old_are_counted() {
        let mut planned = group(1);
        planned.image_id = "image-2".into();
        assert!(warnings(&group(0), &planned, &planned).is_empty());
        assert!(warnings(&group(1), &planned, &planned)[0].detail.starts_with("The 1 server that exists keeps"));
        assert!(warnings(&group(7), &planned, &planned)[0].detail.starts_with("The 7 servers that exist keep"));
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
        // What is configured and not known yet may be another one; what is computed anew is none that somebody wants.
        assert_eq!(summaries(&primary, |group| group.app_type = Attr::Unknown).len(), 1);
        let mut computed = primary.clone();
        computed.app_type = Attr::Unknown;
        assert!(warnings(&primary, &computed, &primary).is_empty());
    }
}
