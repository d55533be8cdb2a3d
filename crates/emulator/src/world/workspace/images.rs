//! Image servers, on which somebody installs what shall be in an image.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// An image server.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImageServer {
    /// The project it belongs to.
    pub project_id: String,
    /// What people call it.
    pub name: String,
    /// Free text.
    #[serde(default)]
    pub description: String,
    /// `CREATING`, `ACTIVE`, `BUILDING`, `BUILT`, `ERROR` or `DELETING`.
    pub status: String,
    /// The image that it started from.
    pub base: BaseImage,
    /// The image that was last made of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_id: Option<String>,
    /// The name of the image that is being made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub building: Option<String>,
    /// Who may come to it.
    pub account: ImageServerAccount,
    /// The product package it was ordered as.
    pub product_id: String,
    /// Its subnet.
    pub subnet_id: String,
    /// Its disk in GB.
    pub disk_size: i64,
    /// The server group, application group, server and machine that the service makes for it.
    pub parts: ImageServerParts,
    /// The applications of the warehouse that were last put there, by the ids of their records.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub apps: Vec<String>,
    /// `0` is the default enterprise project.
    pub enterprise_project_id: String,
    /// When it was ordered.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// The image that an image server started from.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BaseImage {
    /// The image.
    pub id: String,
    /// `gold`, `public`, `private`, `shared` or `other`.
    pub image_type: String,
    /// Its product, for marketplace images.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_id: Option<String>,
    /// Its specification code; the service spells it like this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spce_code: Option<String>,
}

/// Who may come to an image server.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImageServerAccount {
    /// The user's or user group's name.
    pub account: String,
    /// `USER` or `USER_GROUP`.
    pub account_type: String,
    /// The domain, for one of a directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
}

/// What the service makes for an image server; nobody can ask for these by themselves.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImageServerParts {
    /// The server group's id.
    pub server_group_id: String,
    /// The application group's id.
    pub app_group_id: String,
    /// The server's id.
    pub server_id: String,
    /// The machine's id.
    pub instance_id: String,
}
