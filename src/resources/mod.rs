//! Managed resources, one file each.

pub(super) mod delivery_group_authorization;
pub(super) mod delivery_group_image;
pub(super) mod delivery_group_ota_approval;
pub(super) mod delivery_group_session_log_off;
pub(super) mod server_group;
