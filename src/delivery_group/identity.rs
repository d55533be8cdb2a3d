//! Which delivery group a resource is about.

use serde::{Deserialize, Serialize};
use tfplug::{Attr, Import, schema::IdentitySchema, value::Type};

/// Which delivery group.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Identity {
    pub(crate) delivery_group_id: Attr<String>,
    pub(crate) region: Attr<String>,
}

impl Identity {
    /// The schema of an identity.
    pub(crate) fn schema() -> IdentitySchema {
        IdentitySchema::new().required("delivery_group_id", Type::String, "The delivery group's ID.").optional(
            "region",
            Type::String,
            "The delivery group's region; the provider's when it is left out.",
        )
    }

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
