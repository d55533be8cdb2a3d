//! The provider once it is configured.

use super::store::Store;

/// What resources, data sources and lists work with.
pub struct Mock {
    /// Where resources are; `None` where they are in Terraform's state alone.
    pub resources: Option<Store>,
    pub data: Store,
    pub fail_on_create: Vec<String>,
    pub fail_on_read: Vec<String>,
    pub fail_on_update: Vec<String>,
    pub fail_on_delete: Vec<String>,
    pub defer_changes: Vec<String>,
}
