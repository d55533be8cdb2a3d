//! Server groups: the servers that applications run on, described together.

mod model;
mod tags;

use std::collections::BTreeMap;

use cloud::{Answer, Bounds, Effect, Error, Page, PageRequest, lacking};
use reqwest::Method;
use serde::Deserialize;

use super::{
    Client,
    client::Item,
    sign::{Request, path},
};

pub use model::{
    CreateServerGroup, IpVirtual, PatchServerGroup, ProductInfo, RoutePolicy, ScalingPolicy, ScalingPolicyByResource,
    ScalingPolicyBySession, ServerGroup, ServerGroupFilter,
};
pub use tags::Tag;

const COLLECTION: &str = "/app-server-groups";
const LIST: &str = "list_server_groups";

#[derive(Deserialize)]
struct StateAnswer {
    aps_status: BTreeMap<String, i64>,
}

/// How messages name a server group.
pub(super) fn named(id: &str) -> String {
    format!("server group \"{id}\"")
}

impl Item for ServerGroup {
    fn lacks(&self) -> Option<&'static str> {
        lacking([
            ("id", self.id.is_some()),
            ("name", self.name.is_some()),
            ("os_type", self.os_type.is_some()),
            ("product_id", self.product_id.is_some()),
            ("subnet_id", self.subnet_id.is_some()),
            ("image_id", self.image_id.is_some()),
            ("system_disk_type", self.system_disk_type.is_some()),
            ("system_disk_size", self.system_disk_size.is_some()),
        ])
    }
}

impl Client {
    /// All server groups that the filter lets pass, over all pages (`list_server_groups`).
    ///
    /// # Errors
    /// All that a call can meet; there is no result of some pages only.
    pub async fn server_groups(&self, filter: &ServerGroupFilter, bounds: &Bounds) -> Result<Vec<ServerGroup>, Error> {
        let request = Request::new(Method::GET, COLLECTION)
            .query("server_group_name", filter.name.as_deref())
            .query("server_group_id", filter.id.as_deref())
            .query("app_type", filter.app_type.as_deref())
            .query("tags", filter.tags.as_deref())
            .query("enterprise_project_id", filter.enterprise_project_id.as_deref())
            .query("is_secondary_server_group", filter.is_secondary_server_group);
        self.all(LIST, "server groups", request, bounds).await
    }

    /// One page of the server groups in an enterprise project, the default one where none is named
    /// (`list_server_groups`).
    ///
    /// # Errors
    /// All that a call can meet.
    pub async fn server_group_page(
        &self,
        enterprise_project_id: Option<&str>,
        asked: PageRequest,
        bounds: &Bounds,
    ) -> Result<Page<ServerGroup>, Error> {
        let request = Request::new(Method::GET, COLLECTION).query("enterprise_project_id", enterprise_project_id);
        self.page(LIST, "server groups", asked, request, bounds).await
    }

    /// The server group with this id (`show_server_group`).
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](cloud::ErrorKind::NotFound), when there is none, and all that a call can meet.
    pub async fn server_group(&self, id: &str, bounds: &Bounds) -> Result<ServerGroup, Error> {
        let request = Request::new(Method::GET, path(COLLECTION, id, "")?);
        let check = |group: &ServerGroup| match &group.id {
            Some(found) if found == id => {
                group.lacks().map_or(Ok(()), |member| Err(format!("the server group has no {member}")))
            }
            Some(found) => Err(format!("it is about the server group {found:?}")),
            None => Err("it has no server group".to_owned()),
        };
        self.read("show_server_group", named(id), request, check, bounds).await
    }

    /// Creates a server group (`create_server_group`), and answers it as the service does: without the fields that only
    /// the single query has.
    ///
    /// # Errors
    /// All that a call can meet. Where the outcome is unknown, look for the group by its name before anything else: a
    /// second call makes a second group.
    pub async fn create_server_group(&self, group: &CreateServerGroup, bounds: &Bounds) -> Result<ServerGroup, Error> {
        let request = Request::with_body(Method::POST, COLLECTION, group)?;
        let check = |made: &ServerGroup| match &made.id {
            Some(_) => Ok(()),
            None => Err("it has no server group".to_owned()),
        };
        let read = |answer: &Answer| answer.json_that(check);
        self.call(("create_server_group", Effect::Change), named(&group.name), request, read, bounds).await
    }

    /// Changes a server group (`update_server_group`).
    ///
    /// # Errors
    /// All that a call can meet. Where the outcome is unknown, read the group before anything else.
    pub async fn patch_server_group(&self, id: &str, patch: &PatchServerGroup, bounds: &Bounds) -> Result<(), Error> {
        let request = Request::with_body(Method::PATCH, path(COLLECTION, id, "")?, patch)?;
        self.change("update_server_group", named(id), request, bounds).await
    }

    /// Deletes a server group (`delete_server_groups`). The service also accepts this for a group that does not exist,
    /// and the group may be there for a while after.
    ///
    /// # Errors
    /// All that a call can meet. Where the outcome is unknown, look for the group before anything else.
    pub async fn delete_server_group(&self, id: &str, bounds: &Bounds) -> Result<(), Error> {
        let request = Request::new(Method::DELETE, path(COLLECTION, id, "")?);
        self.change("delete_server_groups", named(id), request, bounds).await
    }

    /// How many servers of a group are in each state (`show_server_group_state`).
    ///
    /// # Errors
    /// All that a call can meet.
    pub async fn server_group_state(&self, id: &str, bounds: &Bounds) -> Result<BTreeMap<String, i64>, Error> {
        let request = Request::new(Method::GET, path(COLLECTION, id, "/state")?);
        let answer: StateAnswer = self.read("show_server_group_state", named(id), request, |_| Ok(()), bounds).await?;
        Ok(answer.aps_status)
    }
}
