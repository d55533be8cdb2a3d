//! The servers of server groups.

use cloud::{Bounds, Error, lacking};
use reqwest::Method;
use serde::Deserialize;

use super::{Client, client::Item, server_groups::named, sign::Request};

/// A server (`list_servers`), as far as it matters here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct AppServer {
    /// The server's id.
    pub id: Option<String>,
    /// The server's name.
    pub name: Option<String>,
    /// The name that its operating system has.
    pub machine_name: Option<String>,
}

impl Item for AppServer {
    fn lacks(&self) -> Option<&'static str> {
        lacking([("id", self.id.is_some())])
    }
}

impl Client {
    /// The servers of a server group (`list_servers`).
    ///
    /// # Errors
    /// All that a call can meet; there is no result of some pages only.
    pub async fn servers_of(&self, server_group_id: &str, bounds: &Bounds) -> Result<Vec<AppServer>, Error> {
        let request = Request::new(Method::GET, "/app-servers").query("server_group_id", Some(server_group_id));
        self.all("list_servers", &named(server_group_id), request, bounds).await
    }
}
