//! The provider block.

mod alibaba_cloud;
mod common;
mod huawei_cloud;

use cloud::Environment;
use serde::{Deserialize, Serialize};
use tfplug::{Attr, schema::Schema};

use super::{
    clouds::{Cloud, Clouds},
    holders::{Claims, Holders, Predecessors},
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

impl Config {
    /// Makes the clients, without a call.
    pub(super) fn clouds(self) -> Clouds {
        let environment = Environment::process;
        Clouds {
            alibaba: cloud(self.alibaba_cloud, alibaba_cloud::is_unknown, |block| {
                alibaba::Client::new(alibaba_cloud::config(block), environment())
            }),
            huawei: cloud(self.huawei_cloud, huawei_cloud::is_unknown, |block| {
                huawei::Client::new(huawei_cloud::config(block), environment())
            }),
            turns: Turns::default(),
            holders: Holders::default(),
            predecessors: Predecessors::default(),
            server_groups: Claims::default(),
        }
    }
}

/// How far a cloud with this block is. One that is left out is an empty one.
fn cloud<B: Default, C>(
    block: Attr<B>,
    is_unknown: fn(&B) -> bool,
    client: impl FnOnce(B) -> Result<C, cloud::Error>,
) -> Cloud<C> {
    match block {
        Attr::Unknown => Cloud::Unknown,
        Attr::Known(block) if is_unknown(&block) => Cloud::Unknown,
        block => Cloud::new(client(block.into_known().unwrap_or_default())),
    }
}
