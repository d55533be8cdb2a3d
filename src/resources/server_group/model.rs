//! Configuration, plan and state of a server group, and the way between them and the API.

use huawei::{self, CreateServerGroup, ServerGroup, Tag};
use serde::{Deserialize, Serialize};
use tfplug::{Attr, Result, timeouts::Timeouts};

use crate::server_group::{
    TagRules,
    parts::{IpVirtual, Product, RoutePolicy, ScalingPolicy, Tags},
};

/// Configuration, plan and state.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    pub(crate) id: Attr<String>,
    pub(super) name: Attr<String>,
    pub(super) description: Attr<String>,
    pub(crate) region: Attr<String>,
    pub(super) enterprise_project_id: Attr<String>,
    pub(super) tags: Attr<Tags>,
    pub(super) tags_all: Attr<Tags>,
    pub(super) enabled: Attr<bool>,
    pub(super) timeouts: Attr<Timeouts>,
    pub(super) os_type: Attr<String>,
    pub(super) flavor_id: Attr<String>,
    pub(super) vpc_id: Attr<String>,
    pub(super) subnet_id: Attr<String>,
    pub(super) availability_zone: Attr<String>,
    pub(super) system_disk_type: Attr<String>,
    pub(super) system_disk_size: Attr<i64>,
    pub(super) ou_name: Attr<String>,
    pub(super) ip_virtual: Attr<IpVirtual>,
    pub(super) primary_server_group_id: Attr<String>,
    pub(super) image_id: Attr<String>,
    pub(super) image_type: Attr<String>,
    pub(super) image_product_id: Attr<String>,
    pub(super) is_vdi: Attr<bool>,
    pub(super) app_type: Attr<String>,
    pub(super) storage_mount_policy: Attr<String>,
    pub(super) route_policy: Attr<RoutePolicy>,
    pub(super) extra_session_type: Attr<String>,
    pub(super) extra_session_size: Attr<i64>,
    pub(super) app_server_count: Attr<i64>,
    pub(super) app_group_count: Attr<i64>,
    pub(super) app_server_flavor_count: Attr<i64>,
    pub(super) image_name: Attr<String>,
    pub(super) image_min_disk: Attr<i64>,
    pub(super) created_at: Attr<String>,
    pub(super) updated_at: Attr<String>,
    pub(super) project_name: Attr<String>,
    pub(super) subnet_name: Attr<String>,
    pub(super) site_type: Attr<String>,
    pub(super) site_id: Attr<String>,
    pub(super) standby_server_group_ids: Attr<Vec<String>>,
    pub(super) product: Attr<Product>,
    pub(super) scaling_policy: Attr<ScalingPolicy>,
}

impl Model {
    /// A state that knows the group's ID and nothing else; reading it fills in the rest.
    pub(crate) fn by_id(id: &str, region: Option<&str>) -> Self {
        Self {
            id: id.into(),
            region: region.map(str::to_owned).into(),
            // See `unreported` in the schema.
            vpc_id: "".into(),
            availability_zone: "".into(),
            name: Attr::Null,
            description: Attr::Null,
            enterprise_project_id: Attr::Null,
            tags: Attr::Null,
            tags_all: Attr::Null,
            enabled: Attr::Null,
            timeouts: Attr::Null,
            os_type: Attr::Null,
            flavor_id: Attr::Null,
            subnet_id: Attr::Null,
            system_disk_type: Attr::Null,
            system_disk_size: Attr::Null,
            ou_name: Attr::Null,
            ip_virtual: Attr::Null,
            primary_server_group_id: Attr::Null,
            image_id: Attr::Null,
            image_type: Attr::Null,
            image_product_id: Attr::Null,
            is_vdi: Attr::Null,
            app_type: Attr::Null,
            storage_mount_policy: Attr::Null,
            route_policy: Attr::Null,
            extra_session_type: Attr::Null,
            extra_session_size: Attr::Null,
            app_server_count: Attr::Null,
            app_group_count: Attr::Null,
            app_server_flavor_count: Attr::Null,
            image_name: Attr::Null,
            image_min_disk: Attr::Null,
            created_at: Attr::Null,
            updated_at: Attr::Null,
            project_name: Attr::Null,
            subnet_name: Attr::Null,
            site_type: Attr::Null,
            site_id: Attr::Null,
            standby_server_group_ids: Attr::Null,
            product: Attr::Null,
            scaling_policy: Attr::Null,
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
        let (all, own) = rules.observed(&group.tags, &self.tags);
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
