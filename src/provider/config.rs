//! The provider block.

use serde::{Deserialize, Serialize};

use crate::tfplug::{
    Attr,
    schema::{Attribute, Schema},
};

/// The provider block.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Config {
    alibaba_cloud: Attr<AlibabaCloud>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct AlibabaCloud {
    region: Attr<String>,
}

pub(super) fn schema() -> Schema {
    Schema::new("Application streaming as code.")
        .attribute("alibaba_cloud", Attribute::object("Alibaba Cloud.", [("region", Attribute::string("Region."))]))
}
