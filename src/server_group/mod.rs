//! What the resource, the list resource and the data sources of server groups have in common.

pub(crate) mod described;
pub(crate) mod filters;
pub(crate) mod parts;
pub(crate) mod tag_rules;

use tfplug::{
    prelude::*,
    schema::validate::{self, Validator},
};

pub(crate) use self::{described::Described, filters::Filters, tag_rules::TagRules};

/// Which server group.
#[derive(Clone, Debug, Identity)]
pub(crate) struct Identity {
    /// The server group's ID.
    #[tf(required)]
    pub(crate) id: Attr<String>,
    /// The server group's region; the provider's when it is left out.
    pub(crate) region: Attr<String>,
}

/// What an ID of the service may look like.
pub(crate) fn id() -> Validator {
    validate::length(1..=128)
}

/// What a region's ID may look like.
pub(crate) fn region() -> Validator {
    validate::pattern("[a-z0-9-]{1,64}", "lower-case letters, digits and hyphens")
}

/// `region` of something that is looked for.
pub(crate) fn region_attribute() -> Attribute {
    Attribute::string("The region to look in. Default: the provider's.").optional().validate(region())
}
