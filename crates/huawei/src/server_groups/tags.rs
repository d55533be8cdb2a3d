//! Tags of server groups.

use cloud::{Bounds, Error, null_is_empty};
use reqwest::Method;
use serde::{Deserialize, Serialize};

use super::named;
use crate::{
    Client,
    sign::{Request, path},
};

const TAGGED: &str = "/server-group";

/// A tag.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
pub struct Tag {
    /// 1 to 128 characters.
    pub key: String,
    /// 0 to 255 characters.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub value: String,
}

#[derive(Serialize)]
struct Tags<'t> {
    tags: &'t [Tag],
}

impl Client {
    /// Adds tags to a server group (`create_server_group_tags`); a key that is there gets the new value.
    ///
    /// # Errors
    /// All that a call can meet. Where the outcome is unknown, read the tags before anything else.
    pub async fn add_server_group_tags(&self, id: &str, tags: &[Tag], bounds: &Bounds) -> Result<(), Error> {
        let path = path(TAGGED, id, "/tags/create")?;
        let request = Request::with_body(Method::POST, path, &Tags { tags })?;
        self.change("create_server_group_tags", named(id), request, bounds).await
    }

    /// Removes tags from a server group (`delete_server_group_tags`), each with key and value.
    ///
    /// # Errors
    /// All that a call can meet. Where the outcome is unknown, read the tags before anything else.
    pub async fn remove_server_group_tags(&self, id: &str, tags: &[Tag], bounds: &Bounds) -> Result<(), Error> {
        let path = path(TAGGED, id, "/tags/delete")?;
        let request = Request::with_body(Method::DELETE, path, &Tags { tags })?;
        self.change("delete_server_group_tags", named(id), request, bounds).await
    }
}
