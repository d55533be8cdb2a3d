//! Taking over the state of the vendor's own resource, `huaweicloud_workspace_app_server_group`.

use serde_json::Value as Json;

use super::model::{IpVirtual, Model, RoutePolicy, Tags};
use crate::tfplug::{Attr, Diagnostic, MoveSource, Result};

/// The resource of the vendor's own provider whose state can be taken over.
pub(super) const PEER: &str = "huaweicloud_workspace_app_server_group";

/// The state that a move from the vendor's resource leads to; `None` for any other resource.
///
/// The next refresh reads nearly all of it from the service. It is complete all the same: a plan that does not refresh
/// must not replace a server group for what its state does not say.
///
/// # Errors
/// That the state has no ID, so that nobody can know which server group it is.
pub(super) fn from_peer(source: &MoveSource) -> Result<Option<Model>> {
    if source.type_name != PEER {
        return Ok(None);
    }
    let peer = Peer(&source.state);
    let Some(id) = peer.text("id").into_known() else {
        let detail = format!("The state of {PEER} has no ID. Import the server group instead.");
        return Err(Diagnostic::error("Nothing to take over", detail).into());
    };
    let unset = Model::by_id(&id, None);
    let known_or = |given: Attr<String>, unset: &Attr<String>| if given.is_known() { given } else { unset.clone() };
    Ok(Some(Model {
        region: peer.text("region"),
        name: peer.text("name"),
        description: peer.text("description"),
        enterprise_project_id: peer.text("enterprise_project_id"),
        tags: peer.tags(),
        enabled: peer.bool("enabled"),
        os_type: peer.text("os_type"),
        flavor_id: peer.text("flavor_id"),
        vpc_id: known_or(peer.text("vpc_id"), &unset.vpc_id),
        subnet_id: peer.text("subnet_id"),
        availability_zone: known_or(peer.text("availability_zone"), &unset.availability_zone),
        system_disk_type: peer.text("system_disk_type"),
        system_disk_size: peer.number("system_disk_size"),
        ou_name: peer.text("ou_name"),
        ip_virtual: peer.block("ip_virtual").map(|block| IpVirtual { enable: block.bool("enable") }).into(),
        primary_server_group_id: peer.text("primary_server_group_id"),
        image_id: peer.text("image_id"),
        image_type: peer.text("image_type"),
        image_product_id: peer.text("image_product_id"),
        is_vdi: peer.bool("is_vdi").into_known().unwrap_or_default().into(),
        app_type: peer.text("app_type"),
        storage_mount_policy: peer.text("storage_mount_policy"),
        route_policy: peer.block("route_policy").map(|block| block.route_policy()).into(),
        extra_session_type: peer.text("extra_session_type"),
        extra_session_size: peer.number("extra_session_size"),
        project_name: peer.text("project_name"),
        image_min_disk: peer.number("image_min_disk"),
        ..unset
    }))
}

/// An object of the vendor's state. Its SDK writes what is not set as an empty text, 0, or a list without a block.
struct Peer<'s>(&'s Json);

impl<'s> Peer<'s> {
    fn text(&self, name: &str) -> Attr<String> {
        self.0[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned).into()
    }

    /// No number here can be 0.
    fn number(&self, name: &str) -> Attr<i64> {
        self.0[name].as_i64().filter(|number| *number != 0).into()
    }

    fn bool(&self, name: &str) -> Attr<bool> {
        self.0[name].as_bool().into()
    }

    /// A block that is there once at most.
    fn block(&self, name: &str) -> Option<Peer<'s>> {
        self.0[name].get(0).filter(|block| block.is_object()).map(Peer)
    }

    fn tags(&self) -> Attr<Tags> {
        let tags = self.0["tags"].as_object().filter(|tags| !tags.is_empty());
        tags.map(|tags| {
            tags.iter().map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().into())).collect()
        })
        .into()
    }

    fn route_policy(&self) -> RoutePolicy {
        RoutePolicy {
            max_session: self.number("max_session"),
            cpu_threshold: self.number("cpu_threshold"),
            gpu_threshold: self.number("gpu_threshold"),
            mem_threshold: self.number("mem_threshold"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;

    /// A state with a value for every argument and attribute of the vendor's schema.
    fn full() -> Json {
        json!({
            "id": "g1", "region": "cn-north-4", "name": "reception", "os_type": "Windows",
            "flavor_id": "workspace.app.x86.4c8g", "vpc_id": "vpc-office", "subnet_id": "subnet-office-1",
            "system_disk_type": "SAS", "system_disk_size": 80, "image_id": "image-1", "image_type": "gold",
            "image_product_id": "product-1", "is_vdi": true, "app_type": "COMMON_APP",
            "availability_zone": "cn-north-4a", "description": "Front desk", "tags": { "team": "desk" },
            "enterprise_project_id": "7", "ip_virtual": [{ "enable": true }],
            "route_policy": [{ "max_session": 10, "cpu_threshold": 80, "mem_threshold": 70 }],
            "ou_name": "hall", "extra_session_type": "CPU", "extra_session_size": 5,
            "primary_server_group_id": "g2", "enabled": false, "storage_mount_policy": "USER",
            "project_name": "cn-north-4", "image_min_disk": 40, "flavors": [{ "id": "g6.4u.8g", "links": [] }],
        })
    }

    fn moved(state: Json) -> Result<Option<Json>> {
        let source = MoveSource {
            provider_address: "registry.terraform.io/huaweicloud/huaweicloud".to_owned(),
            type_name: PEER.to_owned(),
            schema_version: 0,
            state,
            ..MoveSource::default()
        };
        Ok(from_peer(&source)?.map(|model| as_json(&model)))
    }

    /// The attributes that are set.
    fn as_json(model: &Model) -> Json {
        /// `Attr` writes itself as a Rust enum where the framework's own format is not asked for.
        fn plain(value: Json) -> Json {
            match value {
                Json::Object(mut fields) => match fields.remove("Known") {
                    Some(known) => plain(known),
                    None => fields
                        .into_iter()
                        .map(|(name, value)| (name, plain(value)))
                        .filter(|(_, value)| !value.is_null())
                        .collect(),
                },
                Json::String(text) if text == "Null" => Json::Null,
                value => value,
            }
        }
        plain(serde_json::to_value(model).unwrap())
    }

    #[test]
    fn every_attribute_of_the_vendors_schema_is_taken_over() {
        let mut expected = full();
        expected["ip_virtual"] = expected["ip_virtual"][0].take();
        expected["route_policy"] = expected["route_policy"][0].take();
        // What the flavor consists of is read with `product`.
        expected.as_object_mut().unwrap().remove("flavors");
        assert_eq!(moved(full()).unwrap().unwrap(), expected);
    }

    #[test]
    fn what_the_vendors_state_leaves_empty_is_not_set() {
        let mut empty = full();
        for (name, value) in empty.as_object_mut().unwrap() {
            *value = match value {
                _ if name == "id" => json!("g1"),
                Json::String(_) => json!(""),
                Json::Number(_) => json!(0),
                Json::Array(_) => json!([]),
                Json::Object(_) => json!({}),
                _ => Json::Null,
            };
        }
        let state = moved(empty).unwrap().unwrap();
        let set: BTreeSet<_> = state.as_object().unwrap().keys().map(String::as_str).collect();
        // These two are empty where the service would have to report them and does not.
        assert_eq!(set, BTreeSet::from(["id", "is_vdi", "vpc_id", "availability_zone"]));
        assert_eq!(state["is_vdi"], false);
    }

    #[test]
    fn a_state_without_an_id_is_nobodys() {
        let error = moved(json!({ "id": "", "name": "reception" })).unwrap_err();
        assert!(error.iter().any(|error| error.detail.contains("Import the server group")), "{error:?}");
    }

    #[test]
    fn other_resources_are_left_to_others() {
        let source = MoveSource {
            provider_address: String::new(),
            type_name: "huaweicloud_workspace_app_group".to_owned(),
            schema_version: 0,
            state: full(),
            ..MoveSource::default()
        };
        assert!(from_peer(&source).unwrap().is_none());
    }
}
