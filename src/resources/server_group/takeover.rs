//! Taking over the state of the vendor's own resource, `huaweicloud_workspace_app_server_group`.

use serde_json::Value as Json;
use tfplug::{Attr, Diagnostic, MoveSource, Result};

use super::model::Model;
use crate::server_group::parts::{IpVirtual, RoutePolicy, Tags};

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
        // The vendor's provider adds its default tags: which of these are the group's own, a refresh tells.
        tags_all: peer.tags(),
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
            tags.iter().map(|(key, value)| (key.clone(), Attr::from(value.as_str().map(str::to_owned)))).collect()
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
