//! Application groups, which hang on server groups.

use cloud::{Bounds, Error, lacking};
use reqwest::Method;
use serde::Deserialize;

use super::{Client, client::Item, server_groups::named, sign::Request};

/// An application group (`list_app_group`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct AppGroup {
    /// The application group's id.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
}

impl Item for AppGroup {
    fn lacks(&self) -> Option<&'static str> {
        lacking([("id", self.id.is_some())])
    }
}

impl Client {
    /// The application groups that use a server group's servers (`list_app_group`).
    ///
    /// # Errors
    /// All that a call can meet; there is no result of some pages only.
    pub async fn app_groups_of(&self, server_group_id: &str, bounds: &Bounds) -> Result<Vec<AppGroup>, Error> {
        let request = Request::new(Method::GET, "/app-groups").query("app_server_group_id", Some(server_group_id));
        self.all("list_app_group", &named(server_group_id), request, bounds).await
    }
}
