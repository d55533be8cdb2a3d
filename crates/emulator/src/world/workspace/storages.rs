//! Where people keep their files: storages on file systems of SFS with folders for some and for many, and cloud
//! storages with a folder for each.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A storage on a file system.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PersistentStorage {
    /// The project it belongs to.
    pub project_id: String,
    /// What people call it; unique in the project.
    pub name: String,
    /// The kind of file system, `sfs`.
    pub storage_class: String,
    /// The file system's name.
    pub storage_handle: String,
    /// Its folders, by the ids of the claims.
    #[serde(default)]
    pub claims: BTreeMap<String, StorageClaim>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A folder on a storage.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StorageClaim {
    /// `USER` or `SHARE`.
    pub claim_mode: String,
    /// Where it is on the storage.
    pub folder_path: String,
    /// Who may use it, by name; one alone where it is a `USER`'s.
    #[serde(default)]
    pub attachments: BTreeMap<String, StorageAttachment>,
}

/// How somebody may use a folder.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StorageAttachment {
    /// `USER` or `USER_GROUP`.
    pub attach_type: String,
    /// The policy that says what may be done.
    pub policy_statement_id: String,
}

/// What may be done with files in folders.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoragePolicy {
    /// The project it belongs to.
    pub project_id: String,
    /// What clients may do: `GetObject`, `PutObject`, `DeleteObject`.
    #[serde(default)]
    pub actions: Vec<String>,
    /// What servers may do.
    pub roam_actions: Vec<String>,
}

/// A file system of SFS.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileSystem {
    /// The region it is in.
    pub region: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A project of cloud storage that can be linked to Workspace.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StorageProject {
    /// What people call it.
    pub name: String,
    /// The cluster that it is on.
    pub cluster_group_id: String,
    /// In bytes.
    pub storage_quota: i64,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A project of cloud storage that is linked to Workspace.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CloudStorage {
    /// The project of the account that it belongs to.
    pub project_id: String,
    /// The project of cloud storage.
    pub project_config_id: String,
    /// The cluster that it is on.
    pub cluster_group_id: String,
    /// The folders of people by id.
    #[serde(default)]
    pub folders: BTreeMap<String, CloudFolder>,
    /// When it was linked.
    pub created_at: Timestamp,
}

/// Somebody's folder on a cloud storage.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CloudFolder {
    /// The user's id.
    pub attach_id: String,
    /// The user's name.
    pub attach_name: String,
    /// How much fits in, in bytes; all where it is 0.
    #[serde(default)]
    pub quota: i64,
    /// How much is in it, in bytes.
    #[serde(default)]
    pub used: i64,
    /// What may be done from devices and servers.
    pub rights: CloudRights,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What may be done with files on a cloud storage.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "the service has four flags")]
pub(crate) struct CloudRights {
    /// Whether devices may download.
    pub action_get: bool,
    /// Whether devices may upload.
    pub action_put: bool,
    /// Whether servers may download.
    pub roam_action_get: bool,
    /// Whether servers may upload.
    pub roam_action_put: bool,
}
