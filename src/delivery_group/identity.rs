//! Which delivery group a resource is about.

use tfplug::prelude::*;

/// Which delivery group.
#[derive(Clone, Debug, Identity)]
pub(crate) struct Identity {
    /// The delivery group's ID.
    #[tf(required)]
    pub(crate) delivery_group_id: Attr<String>,
    /// The delivery group's region; the provider's when it is left out.
    pub(crate) region: Attr<String>,
}

impl Identity {
    /// What an import names: an identity, the delivery group's ID, or `REGION/ID`.
    pub(crate) fn from_import(source: Import<Self>) -> Self {
        match source {
            Import::Id(id) => match id.split_once('/') {
                Some((region, id)) => Self { delivery_group_id: id.into(), region: region.into() },
                None => Self { delivery_group_id: id.into(), region: Attr::Null },
            },
            Import::Identity(identity) => identity,
        }
    }
}
