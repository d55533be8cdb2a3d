//! Configuration, plan and state of a server group, and the way between them and the API.

use huawei::{self, CreateServerGroup, ServerGroup, Tag};
use tfplug::prelude::*;

use super::attributes::{self, given, given_id, stands_by_for_another, unreported};
use crate::server_group::{
    self, TagRules,
    parts::{IpVirtual, Product, RoutePolicy, ScalingPolicy, Tags, product_attribute, scaling_policy_attribute},
    tag_rules,
};

/// A server group of Huawei Cloud Workspace: the servers on which applications are streamed to people, described
/// together.
///
/// -> A change of the image, of the system disk's size or of the OU takes effect on new servers only. A change of
/// `route_policy.max_session` resets how new accesses are routed.
#[derive(Clone, Debug, Default, PartialEq, Model)]
pub(crate) struct Model {
    /// The server group's ID.
    #[tf(computed, use_state_for_unknown)]
    pub(crate) id: Attr<String>,
    /// The name: letters, digits, Chinese characters, `_` and `-`, 1 to 64 of them. Unique in the project.
    #[tf(required, validate(
        length(1..=64),
        pattern(
            "[A-Za-z0-9_\\u{4e00}-\\u{9fa5}-]*",
            "letters, digits, Chinese characters, underscores (_) and hyphens (-)",
        ),
    ))]
    pub(super) name: Attr<String>,
    /// What it is for; up to 255 characters. Without it, there is no description.
    #[tf(validate(length(0..=255)))]
    pub(super) description: Attr<String>,
    /// The region. Default: the provider's. A change replaces the server group.
    #[tf(with = given, requires_replace, validate(server_group::region()))]
    pub(crate) region: Attr<String>,
    /// The enterprise project. Default: the provider's. A change replaces the server group.
    #[tf(with = given_id, requires_replace)]
    pub(super) enterprise_project_id: Attr<String>,
    #[tf(attribute = tag_rules::attribute(
        "Tags: at most 20, keys of 1 to 128 characters that do not begin with `_sys_`, values of up to 255. A change \
         adds and removes the difference alone. Without it, there are those of `default_tags` alone."
    ))]
    pub(super) tags: Attr<Tags>,
    /// All tags: `tags`, and those of `default_tags` in the provider's block.
    #[tf(computed)]
    pub(super) tags_all: Attr<Tags>,
    /// Whether people can use it (`server_group_status`). Default `true`.
    #[tf(default = true)]
    pub(super) enabled: Attr<bool>,
    #[tf(timeouts(create = "10m", update = "10m", delete = "10m"))]
    pub(super) timeouts: Attr<Timeouts>,
    /// The operating system: `Linux`, `Windows` or `Other`. A change replaces the server group.
    #[tf(required, requires_replace, validate(one_of(["Linux", "Windows", "Other"])))]
    pub(super) os_type: Attr<String>,
    /// The flavor of the servers, sent as `product_id`; see the data source `appstreaming_server_flavors`. A change
    /// replaces the server group.
    #[tf(required, requires_replace, validate(server_group::id()))]
    pub(super) flavor_id: Attr<String>,
    /// The VPC of the servers. Needed to create a server group; a change replaces it. The service does not report it:
    /// after an import it is empty, and whatever is configured counts as unchanged.
    #[tf(with = unreported, validate(length(0..=128)))]
    pub(super) vpc_id: Attr<String>,
    /// The subnet of the servers. A change replaces the server group.
    #[tf(required, requires_replace, validate(server_group::id()))]
    pub(super) subnet_id: Attr<String>,
    /// The availability zone of the servers. Without it, the service chooses. A change replaces the server group. The
    /// service does not report it: after an import it is empty, and whatever is configured counts as unchanged.
    #[tf(with = unreported, validate(length(0..=255)))]
    pub(super) availability_zone: Attr<String>,
    /// The type of the system disk: `ESSD`, `SSD`, `GPSSD`, `SAS` or `SATA`.
    #[tf(required, validate(one_of(["ESSD", "SSD", "GPSSD", "SAS", "SATA"])))]
    pub(super) system_disk_type: Attr<String>,
    /// The size of the system disk in GB, 10 to 32,768 and not below the image's minimum. A change takes effect on new
    /// servers only.
    #[tf(required, validate(range(10..=32_768)))]
    pub(super) system_disk_size: Attr<i64>,
    /// The organizational unit in Active Directory, up to 255 characters. Without it, none. A change takes effect on
    /// new servers only.
    #[tf(validate(length(0..=255)))]
    pub(super) ou_name: Attr<String>,
    #[tf(attribute = attributes::ip_virtual())]
    pub(super) ip_virtual: Attr<IpVirtual>,
    /// The server group that this one stands by for. Without it, it stands by for none. A standby group has its
    /// primary's operating system, IP virtualization and sessions per server (`is_vdi`), and follows its application
    /// type and mount policy. A change replaces the server group.
    #[tf(
        validate(length(0..=128)),
        requires_replace_if("A change replaces the server group.", stands_by_for_another)
    )]
    pub(super) primary_server_group_id: Attr<String>,
    /// The image's ID. A change takes effect on new servers only.
    #[tf(required, validate(server_group::id()))]
    pub(super) image_id: Attr<String>,
    /// The image's type: `gold` (marketplace), `public`, `private`, `shared` or `other`.
    #[tf(required, validate(one_of(["gold", "public", "private", "shared", "other"])))]
    pub(super) image_type: Attr<String>,
    /// The image's product ID in the marketplace. Required with `image_type = "gold"`; cleared with an image of another
    /// type.
    #[tf(with = given_id)]
    pub(super) image_product_id: Attr<String>,
    /// `true`: a server has one session at a time; `false`: several. Default `false`. A change replaces the server
    /// group.
    #[tf(default = false, requires_replace)]
    pub(super) is_vdi: Attr<bool>,
    /// What is streamed: `COMMON_APP`, applications, or `SESSION_DESKTOP_APP`, session desktops. Default: the
    /// service's.
    #[tf(with = given, validate(one_of(["SESSION_DESKTOP_APP", "COMMON_APP"])))]
    pub(super) app_type: Attr<String>,
    /// Which NAS directories people get: `USER` (personal), `SHARE` (shared) or `ANY` (both). Default: the service's.
    #[tf(with = given, validate(one_of(["USER", "SHARE", "ANY"])))]
    pub(super) storage_mount_policy: Attr<String>,
    #[tf(attribute = attributes::route_policy())]
    pub(super) route_policy: Attr<RoutePolicy>,
    /// What paid extra sessions are for: `GPU` or `CPU`. Required with `extra_session_size`; without both, there are
    /// none. A change replaces the server group.
    #[tf(requires_replace, validate(one_of(["GPU", "CPU"]), required_with(["extra_session_size"])))]
    pub(super) extra_session_type: Attr<String>,
    /// How many paid extra sessions, 1 or more. Required with `extra_session_type`; without both, there are none. A
    /// change replaces the server group.
    #[tf(requires_replace, validate(range(1..=i32::MAX.into()), required_with(["extra_session_type"])))]
    pub(super) extra_session_size: Attr<i64>,
    /// How many servers there are.
    #[tf(computed)]
    pub(super) app_server_count: Attr<i64>,
    /// How many application groups use it.
    #[tf(computed)]
    pub(super) app_group_count: Attr<i64>,
    /// How many flavors its servers have.
    #[tf(computed)]
    pub(super) app_server_flavor_count: Attr<i64>,
    /// The image's name.
    #[tf(informational)]
    pub(super) image_name: Attr<String>,
    /// The least system disk that the image needs, in GB.
    #[tf(informational)]
    pub(super) image_min_disk: Attr<i64>,
    /// When it was created (`create_time`).
    #[tf(computed, use_state_for_unknown)]
    pub(super) created_at: Attr<String>,
    /// When it was last changed (`update_time`).
    #[tf(computed)]
    pub(super) updated_at: Attr<String>,
    /// The project's name.
    #[tf(informational, use_state_for_unknown)]
    pub(super) project_name: Attr<String>,
    /// The subnet's name.
    #[tf(informational, use_state_for_unknown)]
    pub(super) subnet_name: Attr<String>,
    /// The kind of its site.
    #[tf(informational, use_state_for_unknown)]
    pub(super) site_type: Attr<String>,
    /// Its site.
    #[tf(informational, use_state_for_unknown)]
    pub(super) site_id: Attr<String>,
    /// The server groups that stand by for this one.
    #[tf(computed)]
    pub(super) standby_server_group_ids: Attr<Vec<String>>,
    #[tf(attribute = product_attribute(), informational, use_state_for_unknown)]
    pub(super) product: Attr<Product>,
    #[tf(attribute = scaling_policy_attribute())]
    pub(super) scaling_policy: Attr<ScalingPolicy>,
}

impl Model {
    /// A state that knows the group's ID and nothing else; reading it fills in the rest.
    pub(crate) fn by_id(id: &str, region: Option<&str>) -> Self {
        Self {
            id: id.into(),
            region: region.map(str::to_owned).into(),
            // See `attributes::unreported`.
            vpc_id: "".into(),
            availability_zone: "".into(),
            ..Self::default()
        }
    }

    /// The body of the creation. Without `storage_mount_policy`, which it does not take.
    pub(super) fn to_create(&self, enterprise_project_id: Option<&str>) -> Result<CreateServerGroup> {
        let text = |attribute: &Attr<String>| attribute.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        Ok(CreateServerGroup {
            name: self.name.require("name")?.clone(),
            image_id: text(&self.image_id),
            image_product_id: text(&self.image_product_id),
            image_type: text(&self.image_type),
            os_type: text(&self.os_type),
            description: text(&self.description),
            route_policy: self
                .route_policy
                .as_known()
                .map(RoutePolicy::to_api)
                .filter(|policy| *policy != huawei::RoutePolicy::default()),
            product_id: text(&self.flavor_id),
            vpc_id: text(&self.vpc_id),
            subnet_id: text(&self.subnet_id),
            system_disk_type: text(&self.system_disk_type),
            system_disk_size: self.system_disk_size.as_known().copied(),
            ou_name: text(&self.ou_name),
            availability_zone: text(&self.availability_zone),
            ip_virtual: self
                .ip_virtual
                .as_known()
                .and_then(|it| it.enable.as_known().copied())
                .map(|enable| huawei::IpVirtual { enable: Some(enable) }),
            is_vdi: self.is_vdi.as_known().copied(),
            app_type: text(&self.app_type),
            extra_session_type: text(&self.extra_session_type),
            extra_session_size: self.extra_session_size.as_known().copied(),
            tags: self.tag_list(),
            enterprise_project_id: text(&self.enterprise_project_id).or_else(|| enterprise_project_id.map(Into::into)),
            primary_server_group_id: text(&self.primary_server_group_id),
            server_group_status: self.enabled.as_known().copied(),
        })
    }

    /// Whether something that is configured is not known yet.
    pub(super) fn awaits_values(&self) -> bool {
        let texts = [
            &self.name,
            &self.description,
            &self.image_id,
            &self.image_type,
            &self.image_product_id,
            &self.system_disk_type,
            &self.ou_name,
            &self.app_type,
            &self.storage_mount_policy,
        ];
        let policy = self.route_policy.as_known();
        texts.into_iter().any(Attr::is_unknown)
            || self.enabled.is_unknown()
            || self.system_disk_size.is_unknown()
            || self.route_policy.is_unknown()
            || policy.is_some_and(RoutePolicy::awaits_values)
            || self.tags.is_unknown()
            || self.tags.as_known().is_some_and(|tags| tags.values().any(Attr::is_unknown))
            || self.tags_all.is_unknown()
    }

    /// What a change may bring about beside what it is about is seen afterwards.
    pub(super) fn forget_results(&mut self) {
        self.app_server_count = Attr::Unknown;
        self.app_group_count = Attr::Unknown;
        self.app_server_flavor_count = Attr::Unknown;
        self.updated_at = Attr::Unknown;
        self.standby_server_group_ids = Attr::Unknown;
        self.scaling_policy = Attr::Unknown;
    }

    /// What the service reports stays as it is where it is not called.
    pub(super) fn keep_results(&mut self, prior: &Self) {
        self.app_server_count.resolve(prior.app_server_count);
        self.app_group_count.resolve(prior.app_group_count);
        self.app_server_flavor_count.resolve(prior.app_server_flavor_count);
        self.image_name.resolve(prior.image_name.clone());
        self.image_min_disk.resolve(prior.image_min_disk);
        if let Attr::Known(ip_virtual) = &mut self.ip_virtual {
            // An import could not learn it, and an object without a value says what its absence says.
            let known = prior.ip_virtual.as_known().map(|it| it.enable);
            ip_virtual.enable.resolve(known.unwrap_or(Attr::Known(false)));
        }
        self.updated_at.resolve(prior.updated_at.clone());
        self.standby_server_group_ids.resolve(prior.standby_server_group_ids.clone());
        self.scaling_policy.resolve(prior.scaling_policy.clone());
    }

    /// Whether a tag of this key is the group's own, and not only one that the provider's block gives.
    pub(super) fn has_own_tag(&self, key: &str) -> bool {
        self.tags.as_known().is_some_and(|tags| tags.contains_key(key))
    }

    /// All tags. A state of a version that knew no others has the group's own alone.
    pub(super) fn tag_list(&self) -> Vec<Tag> {
        let all = if self.tags_all.is_known() { &self.tags_all } else { &self.tags };
        let tags = all.as_known().into_iter().flatten();
        tags.filter_map(|(key, value)| Some(Tag { key: key.clone(), value: value.as_str()?.to_owned() })).collect()
    }

    /// Takes over everything that the service reports.
    pub(crate) fn observe(&mut self, group: &ServerGroup, region: Option<&str>, rules: &TagRules) {
        self.observe_results(group, region);
        self.name = group.name.clone().into();
        self.description = cleared(&group.description, &self.description);
        self.enterprise_project_id = group.enterprise_project_id.clone().into();
        let (all, own) = rules.observed(&group.tags, &self.tags, &self.tags_all);
        self.tags_all = Attr::Known(all);
        self.tags = if own.is_empty() && !self.tags.is_known() { Attr::Null } else { Attr::Known(own) };
        self.enabled = group.server_group_status.into();
        self.os_type = group.os_type.clone().into();
        self.flavor_id = group.product_id.clone().into();
        self.subnet_id = group.subnet_id.clone().into();
        self.system_disk_type = group.system_disk_type.clone().into();
        self.system_disk_size = group.system_disk_size.into();
        self.ou_name = cleared(&group.ou_name, &self.ou_name);
        // An answer may leave these out. That says nothing: what is known stays.
        let ip_virtual = group.ip_virtual.filter(|it| it.enable.is_some()).map(IpVirtual::from_api);
        self.ip_virtual = told(ip_virtual, &self.ip_virtual);
        self.primary_server_group_id =
            cleared(&group.primary_server_group_ids.first().cloned(), &self.primary_server_group_id);
        self.image_id = group.image_id.clone().into();
        self.image_type = told(group.image_type.clone(), &self.image_type);
        self.image_product_id = match &group.image_product_id {
            Some(_) => cleared(&group.image_product_id, &self.image_product_id),
            None => told(None, &self.image_product_id),
        };
        self.is_vdi = Attr::Known(group.is_vdi.unwrap_or_default());
        self.app_type = group.app_type.clone().into();
        self.storage_mount_policy = group.storage_mount_policy.clone().into();
        self.route_policy = told(group.route_policy.map(RoutePolicy::from_api), &self.route_policy);
        self.extra_session_type = cleared(&group.extra_session_type, &self.extra_session_type);
        self.extra_session_size =
            group.extra_session_size.filter(|size| *size != 0 || self.extra_session_size.is_known()).into();
    }

    /// What the answers to a creation leave out is then as it was asked for: nothing. An import does not know that.
    pub(super) fn settle(&mut self) {
        if self.ip_virtual.is_null() {
            self.ip_virtual = Attr::Known(IpVirtual { enable: Attr::Known(false) });
        }
        if self.route_policy.is_null() {
            self.route_policy = Attr::Known(RoutePolicy::default());
        }
    }

    /// Takes over what is only computed, and what was left to the service; what was planned stays as planned.
    pub(super) fn resolve(&mut self, group: &ServerGroup, region: Option<&str>) {
        // What the answer leaves out is not resolved by what is unknown itself.
        let mut observed = Self { ip_virtual: Attr::Null, route_policy: Attr::Null, ..self.clone() };
        observed.observe(group, region, &TagRules::default());
        self.observe_results(group, region);
        self.enterprise_project_id.resolve(observed.enterprise_project_id);
        self.enabled.resolve(observed.enabled);
        self.availability_zone.resolve(Attr::Null);
        self.vpc_id.resolve(Attr::Null);
        self.app_type.resolve(observed.app_type);
        self.image_product_id.resolve(observed.image_product_id);
        self.storage_mount_policy.resolve(observed.storage_mount_policy);
        match (&mut self.ip_virtual, observed.ip_virtual) {
            (Attr::Known(planned), observed) => {
                // Where nobody says anything, the service's default is what there is.
                planned.enable.resolve(observed.into_known().map_or(Attr::Known(false), |it| it.enable));
            }
            (planned, observed) => planned.resolve(observed),
        }
        match (&mut self.route_policy, observed.route_policy) {
            (Attr::Known(planned), observed) => planned.resolve(observed.into_known().unwrap_or_default()),
            (planned, observed) => planned.resolve(observed),
        }
    }

    /// Whether a group that a list shows is as this says, and has not been changed since. What a list does not show
    /// stays as it is known.
    pub(super) fn is_as(&self, listed: &ServerGroup, region: Option<&str>, tags: &TagRules) -> bool {
        let mut shown = self.clone();
        shown.observe(listed, region, tags);
        // They follow from the image and the project.
        shown.image_min_disk.clone_from(&self.image_min_disk);
        shown.project_name.clone_from(&self.project_name);
        shown == *self && self.updated_at.is_known()
    }

    fn observe_results(&mut self, group: &ServerGroup, region: Option<&str>) {
        if let Some(id) = &group.id {
            self.id = id.clone().into();
        }
        if !self.region.is_known() {
            self.region = region.map(str::to_owned).into();
        }
        self.app_server_count = group.app_server_count.into();
        self.app_group_count = group.app_group_count.into();
        self.app_server_flavor_count = group.app_server_flavor_count.into();
        self.image_name = group.image_name.clone().into();
        self.image_min_disk = group.image_min_disk.into();
        self.created_at = group.create_time.clone().into();
        self.updated_at = group.update_time.clone().into();
        self.project_name = group.project_name.clone().into();
        self.subnet_name = group.subnet_name.clone().into();
        self.site_type = group.site_type.clone().into();
        self.site_id = group.site_id.clone().into();
        self.standby_server_group_ids = Attr::Known(group.secondary_server_group_ids.clone());
        self.product = group.product_info.as_ref().map(Product::from_api).into();
        self.scaling_policy = group.scaling_policy.as_ref().map(ScalingPolicy::from_api).into();
    }
}

/// The service says "" where nothing is set; that is null, unless the configuration says "" too.
fn cleared(seen: &Option<String>, before: &Attr<String>) -> Attr<String> {
    match seen.as_deref() {
        None | Some("") if before.as_str() == Some("") => "".into(),
        None | Some("") => Attr::Null,
        Some(text) => text.into(),
    }
}

/// What the answer says, else what is known already. Null is what an import could not learn.
fn told<T: Clone>(seen: Option<T>, before: &Attr<T>) -> Attr<T> {
    match seen {
        Some(seen) => Attr::Known(seen),
        None => before.as_known().cloned().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::server_group::change::patch;

    fn group() -> ServerGroup {
        ServerGroup {
            id: Some("sg-1".to_owned()),
            image_type: Some("gold".to_owned()),
            image_product_id: Some("product-1".to_owned()),
            ip_virtual: Some(huawei::IpVirtual { enable: Some(true) }),
            route_policy: Some(huawei::RoutePolicy { max_session: Some(5), ..huawei::RoutePolicy::default() }),
            ..ServerGroup::default()
        }
    }

    /// The same as an answer that leaves out what an answer may leave out.
    fn reticent() -> ServerGroup {
        ServerGroup { image_type: None, image_product_id: None, ip_virtual: None, route_policy: None, ..group() }
    }

    #[test]
    fn what_an_answer_leaves_out_stays_as_it_is_known() {
        let mut state = Model::by_id("sg-1", None);
        state.observe(&group(), None, &TagRules::default());
        let before = serde_json::to_value(&state).unwrap();
        state.observe(&reticent(), None, &TagRules::default());
        assert_eq!(serde_json::to_value(&state).unwrap(), before);
    }

    #[test]
    fn what_an_import_could_not_learn_is_no_change() {
        let mut prior = Model::by_id("sg-1", None);
        prior.observe(&reticent(), None, &TagRules::default());
        assert!(prior.image_type.is_null() && prior.ip_virtual.is_null() && prior.route_policy.is_null());
        let mut planned = Model::by_id("sg-1", None);
        planned.observe(&group(), None, &TagRules::default());
        assert!(patch(&prior, &planned).is_empty(), "{:?}", patch(&prior, &planned));
        // Another image is sent with its product.
        planned.image_id = "image-2".into();
        let patch = patch(&prior, &planned);
        assert_eq!(
            (patch.image_id.as_deref(), patch.image_product_id.as_deref()),
            (Some("image-2"), Some("product-1"))
        );
    }

    #[test]
    fn of_what_was_created_without_a_policy_one_is_a_change() {
        let mut state = Model::by_id("sg-1", None);
        (state.route_policy, state.ip_virtual) = (Attr::Unknown, Attr::Unknown);
        state.resolve(&reticent(), None);
        assert!(state.route_policy.is_null() && state.ip_virtual.is_null());
        state.settle();
        let mut planned = Model::by_id("sg-1", None);
        planned.observe(&group(), None, &TagRules::default());
        assert!(patch(&state, &planned).route_policy.is_some());
        assert_eq!(state.ip_virtual, Attr::Known(IpVirtual { enable: Attr::Known(false) }));
    }
}
