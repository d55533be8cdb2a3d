//! Data sources, one file each.

pub(super) mod delivery_group;
pub(super) mod delivery_group_image_updates;
pub(super) mod delivery_group_sessions;
pub(super) mod delivery_group_users;
pub(super) mod delivery_groups;
pub(super) mod images;
pub(super) mod ota_tasks;
pub(super) mod regions;
pub(super) mod servers;
