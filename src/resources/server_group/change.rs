//! What a change of a server group comes to: one PATCH with what is different, and the tags that go and come.

use huawei::{self, PatchServerGroup, ServerGroup, Tag};
use tfplug::Attr;

use super::model::Model;
use crate::server_group::parts::{RoutePolicy, text_or_empty};

/// The body of the PATCH from one state to another: exactly the changed attributes.
///
/// A `route_policy` that is repeated unchanged would reset how accesses are routed.
pub(super) fn patch(prior: &Model, planned: &Model) -> PatchServerGroup {
    PatchServerGroup {
        name: changed(&prior.name, &planned.name),
        description: text(&prior.description, &planned.description),
        route_policy: route_policy(&prior.route_policy, &planned.route_policy),
        storage_mount_policy: changed(&prior.storage_mount_policy, &planned.storage_mount_policy),
        image_id: changed(&prior.image_id, &planned.image_id),
        image_product_id: image_product_id(prior, planned),
        image_type: if_told(&prior.image_type, changed(&prior.image_type, &planned.image_type)),
        system_disk_type: changed(&prior.system_disk_type, &planned.system_disk_type),
        system_disk_size: changed(&prior.system_disk_size, &planned.system_disk_size),
        ou_name: text(&prior.ou_name, &planned.ou_name),
        app_type: changed(&prior.app_type, &planned.app_type),
        server_group_status: changed(&prior.enabled, &planned.enabled),
    }
}

fn changed<T: Clone + PartialEq>(prior: &Attr<T>, planned: &Attr<T>) -> Option<T> {
    if prior == planned { None } else { planned.as_known().cloned() }
}

/// A text that is no longer set is cleared by an empty one.
fn text(prior: &Attr<String>, planned: &Attr<String>) -> Option<String> {
    let (prior, value) = (text_or_empty(prior), text_or_empty(planned));
    if planned.is_unknown() || prior == value { None } else { Some(value.to_owned()) }
}

/// What an import could not learn is no difference: it is taken from the configuration without a call.
fn if_told<T, U>(prior: &Attr<T>, change: Option<U>) -> Option<U> {
    change.filter(|_| !prior.is_null())
}

/// A product belongs to an image. One that is not told is sent with another image only.
fn image_product_id(prior: &Model, planned: &Model) -> Option<String> {
    let change = text(&prior.image_product_id, &planned.image_product_id);
    let is_another_image = prior.image_id != planned.image_id
        || if_told(&prior.image_type, changed(&prior.image_type, &planned.image_type)).is_some();
    if is_another_image { change } else { if_told(&prior.image_product_id, change) }
}

/// The routing policy is one object: left out when nothing in it changes, and whole otherwise, because the service does
/// not say what becomes of members that are left out.
fn route_policy(prior: &Attr<RoutePolicy>, planned: &Attr<RoutePolicy>) -> Option<huawei::RoutePolicy> {
    if !changes_policy(prior, planned) {
        return None;
    }
    planned.as_known().map(RoutePolicy::to_api)
}

/// Whether a policy that is told gets another value. A member without one is left to the service.
pub(super) fn changes_policy(prior: &Attr<RoutePolicy>, planned: &Attr<RoutePolicy>) -> bool {
    let (Some(prior), Some(planned)) = (prior.as_known(), planned.as_known()) else { return false };
    let differs = |prior: &Attr<i64>, planned: &Attr<i64>| planned.is_known() && prior != planned;
    differs(&prior.max_session, &planned.max_session)
        || differs(&prior.cpu_threshold, &planned.cpu_threshold)
        || differs(&prior.gpu_threshold, &planned.gpu_threshold)
        || differs(&prior.mem_threshold, &planned.mem_threshold)
}

/// Whether a group is as a PATCH wants it: after a lost answer, whether the PATCH took effect.
pub(super) fn is_applied(patch: &PatchServerGroup, group: &ServerGroup) -> bool {
    fn same<T: PartialEq>(wanted: &Option<T>, seen: &Option<T>) -> bool {
        wanted.is_none() || wanted == seen
    }
    fn same_text(wanted: &Option<String>, seen: &Option<String>) -> bool {
        wanted.as_ref().is_none_or(|wanted| wanted.as_str() == seen.as_deref().unwrap_or_default())
    }
    let wanted = patch.route_policy.unwrap_or_default();
    let seen = group.route_policy.unwrap_or_default();
    same(&patch.name, &group.name)
        && same_text(&patch.description, &group.description)
        && same(&wanted.max_session, &seen.max_session)
        && same(&wanted.cpu_threshold, &seen.cpu_threshold)
        && same(&wanted.gpu_threshold, &seen.gpu_threshold)
        && same(&wanted.mem_threshold, &seen.mem_threshold)
        && same(&patch.storage_mount_policy, &group.storage_mount_policy)
        && same(&patch.image_id, &group.image_id)
        && same_text(&patch.image_product_id, &group.image_product_id)
        && same(&patch.image_type, &group.image_type)
        && same(&patch.system_disk_type, &group.system_disk_type)
        && same(&patch.system_disk_size, &group.system_disk_size)
        && same_text(&patch.ou_name, &group.ou_name)
        && same(&patch.app_type, &group.app_type)
        && same(&patch.server_group_status, &group.server_group_status)
}

/// Whether a group shows a PATCH that the service has accepted. What an answer may leave out contradicts nothing.
pub(super) fn is_shown(patch: &PatchServerGroup, group: &ServerGroup) -> bool {
    let mut group = group.clone();
    group.image_type = group.image_type.or_else(|| patch.image_type.clone());
    group.image_product_id = group.image_product_id.or_else(|| patch.image_product_id.clone());
    group.route_policy = group.route_policy.or(patch.route_policy);
    is_applied(patch, &group)
}

/// Tags that go, and tags that come or get another value.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct TagChange {
    pub(super) remove: Vec<Tag>,
    pub(super) add: Vec<Tag>,
}

impl TagChange {
    pub(super) fn between(prior: &Model, planned: &Model) -> Self {
        let (from, to) = (prior.tag_list(), planned.tag_list());
        Self {
            remove: from.iter().filter(|tag| to.iter().all(|other| other.key != tag.key)).cloned().collect(),
            add: to.into_iter().filter(|tag| !from.contains(tag)).collect(),
        }
    }

    /// Whether a group has all that come, and none of those that go.
    pub(super) fn is_shown(&self, group: &ServerGroup) -> bool {
        self.add.iter().all(|tag| group.tags.contains(tag))
            && self.remove.iter().all(|gone| group.tags.iter().all(|tag| tag.key != gone.key))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;

    fn group() -> Model {
        let mut group = Model::by_id("1", None);
        group.name = "reception".into();
        group.description = "Front desk".into();
        group.image_id = "image-1".into();
        group.image_type = "private".into();
        group.image_product_id = "product-1".into();
        group.system_disk_size = Attr::Known(80);
        group.enabled = Attr::Known(true);
        group.route_policy = Attr::Known(RoutePolicy {
            max_session: Attr::Known(5),
            cpu_threshold: Attr::Known(80),
            ..RoutePolicy::default()
        });
        group
    }

    fn body(change: impl FnOnce(&mut Model)) -> Json {
        let mut planned = group();
        change(&mut planned);
        serde_json::to_value(patch(&group(), &planned)).unwrap()
    }

    #[test]
    fn nothing_changed_is_nothing_sent() {
        assert_eq!(body(|_| {}), json!({}));
        assert!(patch(&group(), &group()).is_empty());
    }

    /// One change, and what it adds to the body.
    type Single = (fn(&mut Model), &'static str, Json);

    fn singles() -> Vec<Single> {
        vec![
            (|group| group.name = "lobby".into(), "name", json!("lobby")),
            (|group| group.description = Attr::Null, "description", json!("")),
            (
                |group| {
                    let policy = group.route_policy.clone();
                    group.route_policy = policy.map(|policy| RoutePolicy { max_session: Attr::Known(9), ..policy });
                },
                "route_policy",
                json!({"max_session": 9, "cpu_threshold": 80}),
            ),
            (|group| group.storage_mount_policy = "USER".into(), "storage_mount_policy", json!("USER")),
            (|group| group.image_id = "image-2".into(), "image_id", json!("image-2")),
            (|group| group.image_product_id = "product-2".into(), "image_product_id", json!("product-2")),
            (|group| group.image_type = "gold".into(), "image_type", json!("gold")),
            (|group| group.system_disk_type = "SSD".into(), "system_disk_type", json!("SSD")),
            (|group| group.system_disk_size = Attr::Known(120), "system_disk_size", json!(120)),
            (|group| group.ou_name = "hall".into(), "ou_name", json!("hall")),
            (|group| group.app_type = "SESSION_DESKTOP_APP".into(), "app_type", json!("SESSION_DESKTOP_APP")),
            (|group| group.enabled = Attr::Known(false), "server_group_status", json!(false)),
        ]
    }

    #[test]
    fn each_change_and_each_pair_of_changes_is_sent_and_nothing_else() {
        let singles = singles();
        for (at, (first, name, value)) in singles.iter().enumerate() {
            assert_eq!(body(first), json!({ *name: value }));
            for (second, other, also) in &singles[at + 1..] {
                let pair = body(|group| {
                    first(group);
                    second(group);
                });
                assert_eq!(pair, json!({ *name: value, *other: also }));
            }
        }
    }

    #[test]
    fn whatever_a_patch_holds_is_looked_for_in_the_group_before_it_counts_as_done() {
        for (change, name, _) in singles() {
            let mut planned = group();
            change(&mut planned);
            let patch = patch(&group(), &planned);
            // A group that answers nothing has no description, so that clearing it is done there.
            assert_eq!(is_applied(&patch, &ServerGroup::default()), name == "description", "{name}");
            // Once it was accepted, an answer that leaves out what it may leave out is no reason to go on waiting.
            let may_be_left_out = ["description", "route_policy", "image_product_id", "image_type"].contains(&name);
            assert_eq!(is_shown(&patch, &ServerGroup::default()), may_be_left_out, "{name}");
        }
    }

    #[test]
    fn a_changed_routing_policy_is_sent_whole() {
        let threshold = body(|group| {
            group.route_policy =
                group.route_policy.clone().map(|policy| RoutePolicy { cpu_threshold: Attr::Known(70), ..policy });
        });
        assert_eq!(threshold, json!({"route_policy": {"max_session": 5, "cpu_threshold": 70}}));
    }

    #[test]
    fn a_text_that_is_no_longer_set_is_cleared() {
        assert_eq!(body(|group| group.description = Attr::Null), json!({"description": ""}));
        assert_eq!(body(|group| group.description = "".into()), json!({"description": ""}));
        // It was not set before, and so there is nothing to clear.
        assert_eq!(body(|group| group.ou_name = "".into()), json!({}));
    }

    #[test]
    fn what_is_left_to_the_service_is_not_sent() {
        assert_eq!(body(|group| group.app_type = Attr::Unknown), json!({}));
    }

    #[test]
    fn a_patch_is_recognized_in_the_group_that_it_made() {
        let mut planned = group();
        planned.name = "lobby".into();
        planned.description = Attr::Null;
        let patch = patch(&group(), &planned);
        let seen = |name: &str, description: Option<&str>| ServerGroup {
            name: Some(name.to_owned()),
            description: description.map(str::to_owned),
            ..ServerGroup::default()
        };
        assert!(is_applied(&patch, &seen("lobby", None)));
        assert!(is_applied(&patch, &seen("lobby", Some(""))));
        assert!(!is_applied(&patch, &seen("lobby", Some("Front desk"))));
        assert!(!is_applied(&patch, &seen("reception", None)));
    }

    #[test]
    fn tags_that_stay_are_neither_removed_nor_added() {
        let tagged = |tags: &[(&str, &str)]| {
            let mut model = group();
            model.tags = Attr::Known(tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).into())).collect());
            model
        };
        let tag = |key: &str, value: &str| Tag { key: key.to_owned(), value: value.to_owned() };
        let change = TagChange::between(
            &tagged(&[("stays", "1"), ("changes", "1"), ("goes", "1")]),
            &tagged(&[("stays", "1"), ("changes", "2"), ("comes", "1")]),
        );
        assert_eq!(change.remove, [tag("goes", "1")]);
        assert_eq!(change.add, [tag("changes", "2"), tag("comes", "1")]);
    }
}
