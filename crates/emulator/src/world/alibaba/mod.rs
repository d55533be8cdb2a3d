//! Alibaba Cloud App Streaming's part of the world.

mod browsers;
mod builtin;
mod defaults;
mod delivery_groups;
mod images;
mod orders;
mod passing;
mod sessions;
mod tenants;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::table::Table;
pub(crate) use browsers::{AccessRule, Bookmark, Browser, Timer};
pub(crate) use delivery_groups::{
    Authorizations, DeliveryGroup, DeliveryGroupSet, NodePool, Pending, RecurrenceSchedule, TimerPeriod,
};
pub(crate) use images::Image;
pub(crate) use orders::{OrderKind, PlacedOrder};
pub(crate) use sessions::{AppInstance, Connection, CutOff, CutOffSession, OtaTask};
pub(crate) use tenants::{TENANT_ID, Tenant};

/// Everything that App Streaming knows of one account.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct AlibabaWorld {
    /// The regions a delivery group can be in.
    pub regions: Vec<Region>,
    /// Delivery groups (`AppInstanceGroup` in the API) by id.
    pub delivery_groups: Table<DeliveryGroup>,
    /// Sets of delivery groups (`AppInstanceGroupSet` in the API) by id.
    pub delivery_group_sets: Table<DeliveryGroupSet>,
    /// Images by id.
    pub images: Table<Image>,
    /// Users by name.
    pub users: BTreeMap<String, User>,
    /// User groups by id.
    pub user_groups: BTreeMap<String, UserGroup>,
    /// Application instances, each holding one session, by id.
    pub app_instances: Table<AppInstance>,
    /// Over-the-air update tasks by id.
    pub ota_tasks: Table<OtaTask>,
    /// Connections that people have asked for, by the id of the task that makes each.
    pub connections: Table<Connection>,
    /// Orders by id.
    pub orders: Table<PlacedOrder>,
    /// The account's settings, by its id; of one that has none, what the service starts with holds.
    pub tenants: Table<Tenant>,
    /// Tags of resources that nothing else here is kept of, by `TYPE/ID`, such as `AppId/ca-writer`.
    pub resource_tags: Table<BTreeMap<String, String>>,
    /// Resource specifications that can be bought, by id.
    pub node_instance_types: BTreeMap<String, NodeInstanceType>,
    /// The sessions that were cut off since somebody last asked; no part of what is kept.
    #[serde(skip)]
    pub cut_off: Vec<CutOffSession>,
}

/// A region.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Region {
    /// Such as `cn-hangzhou`.
    pub id: String,
    /// The zones that have resources, such as `cn-hangzhou-i`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub zones: Vec<String>,
}

/// A user.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct User {
    /// `simple` (convenience account) or `ad`.
    #[serde(default = "simple")]
    pub account_type: String,
    /// Where notifications go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

/// A user group.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UserGroup {
    /// What people call it.
    pub name: String,
    /// The names of its members.
    #[serde(default)]
    pub members: BTreeSet<String>,
}

/// A resource specification.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NodeInstanceType {
    /// What people call it.
    pub name: String,
    /// Its family.
    pub family: String,
    /// Processor cores.
    pub cpu: String,
    /// GPUs.
    pub gpu: String,
    /// Memory in MiB.
    pub memory: i64,
    /// GPU memory in MiB.
    pub gpu_memory: i64,
    /// Sessions that it carries at most.
    pub max_capacity: i64,
    /// The regions that have it.
    pub region_ids: Vec<String>,
}

fn simple() -> String {
    "simple".to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// Takes the fields out of an object that worlds of earlier builds have not.
    fn without(object: &mut Value, fields: &[&str]) {
        object.as_object_mut().unwrap().retain(|name, _| !fields.contains(&name.as_str()));
    }

    #[test]
    fn a_world_of_an_earlier_build_is_read() {
        let mut old = serde_json::to_value(AlibabaWorld::builtin()).unwrap();
        without(&mut old, &["connections", "orders", "tenants", "resource_tags"]);
        old["regions"].as_array_mut().unwrap().iter_mut().for_each(|region| without(region, &["zones"]));
        for (table, fields) in [
            ("images", ["description", "tags", "ready_at", "arriving"].as_slice()),
            ("app_instances", &["app_id", "persistent_session_id"]),
            ("delivery_groups", &["browser"]),
        ] {
            old[table].as_object_mut().unwrap().values_mut().for_each(|row| without(row, fields));
        }
        let read: AlibabaWorld = serde_json::from_value(old.clone()).unwrap();
        assert_eq!(read.images.iter().count(), old["images"].as_object().unwrap().len());
        let mut again = serde_json::to_value(read).unwrap();
        without(&mut again, &["connections", "orders", "tenants", "resource_tags"]);
        assert_eq!(again, old);
        assert!(serde_json::from_value::<AlibabaWorld>(json!({ "order": {} })).is_err());
    }
}
