//! List resources, one file each.

pub(super) mod delivery_group_authorization;
pub(super) mod delivery_group_image;
pub(super) mod server_group;
