//! List resources: what `terraform query` finds.

pub(super) mod server_group;
