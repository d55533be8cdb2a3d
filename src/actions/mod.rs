//! Actions, one file each.

pub(super) mod delivery_group_approve_ota;
pub(super) mod delivery_group_log_off_sessions;
pub(super) mod delivery_group_update_image;
