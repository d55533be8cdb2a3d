//! The provider block.

mod alibaba_cloud;
mod huawei_cloud;

use cloud::Secret;
use serde::{Deserialize, Serialize};
use tfplug::{
    Attr,
    schema::{Attribute, Schema, validate},
};

use super::{
    clouds::{Cloud, Clouds},
    holders::{Holders, Predecessors},
    turns::Turns,
};

/// The provider block.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Config {
    alibaba_cloud: Attr<alibaba_cloud::Model>,
    huawei_cloud: Attr<huawei_cloud::Model>,
}

pub(super) fn schema() -> Schema {
    Schema::new(
        "Cloud application streaming as code: delivery groups of Alibaba Cloud App Streaming, and server groups of \
         Huawei Cloud Workspace. A configuration needs only the block of the cloud whose resources it has.",
    )
    .attribute("alibaba_cloud", alibaba_cloud::attribute())
    .attribute("huawei_cloud", huawei_cloud::attribute())
}

/// What both clouds' blocks have alike.
fn endpoint() -> Attribute {
    Attribute::string(
        "The service's URL, instead of the one that follows from the region. For the emulator, for instance.",
    )
}

fn ca_certificate() -> Attribute {
    Attribute::string(
        "A file with certificates, in PEM, to trust beside the system's. For an inspecting proxy, for instance.",
    )
}

fn max_requests_per_second() -> Attribute {
    let text = "The most calls in a second, for all resources together. Without it the provider is as quick as the service \
                lets it be.";
    Attribute::number(text).validate(validate::at_least(0))
}

impl Config {
    /// Makes the clients, without a call.
    pub(super) fn clouds(self) -> Clouds {
        let environment = cloud::Environment::process;
        let alibaba = match self.alibaba_cloud {
            Attr::Unknown => Cloud::Unknown,
            Attr::Null => Cloud::new(alibaba::Client::new(alibaba::Config::default(), environment())),
            Attr::Known(model) if model.is_unknown() => Cloud::Unknown,
            Attr::Known(model) => Cloud::new(alibaba::Client::new(model.into_config(), environment())),
        };
        let huawei = match self.huawei_cloud {
            Attr::Unknown => Cloud::Unknown,
            Attr::Null => Cloud::new(huawei::Client::new(huawei::Config::default(), environment())),
            Attr::Known(model) if model.is_unknown() => Cloud::Unknown,
            Attr::Known(model) => Cloud::new(huawei::Client::new(model.into_config(), environment())),
        };
        Clouds {
            alibaba,
            huawei,
            turns: Turns::default(),
            holders: Holders::default(),
            predecessors: Predecessors::default(),
        }
    }
}

/// A value that no log and no message may show.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
struct Sensitive(String);

impl std::fmt::Debug for Sensitive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(sensitive value)")
    }
}

impl From<Sensitive> for Secret {
    fn from(sensitive: Sensitive) -> Self {
        Self::new(sensitive.0)
    }
}
