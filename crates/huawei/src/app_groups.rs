//! Application groups, which hang on server groups.

use cloud::{Bounds, Error};
use reqwest::Method;
use serde::{Deserialize, Serialize};

use super::{Client, server_groups::named, sign::Request};

/// An application group (`list_app_group`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct AppGroup {
    /// The application group's id.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// The server group whose servers it uses.
    pub app_server_group_id: Option<String>,
    /// That group's name.
    pub app_server_group_name: Option<String>,
    /// Free text.
    pub description: Option<String>,
    /// `APP` or `APP_GROUP`.
    pub authorization_type: Option<String>,
    /// `SESSION_DESKTOP_APP` or `COMMON_APP`.
    pub app_type: Option<String>,
    /// RFC 3339.
    pub create_at: Option<String>,
    /// How many applications are in it.
    pub app_count: Option<i64>,
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
