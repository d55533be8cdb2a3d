//! `appstreaming_server_quota`: whether the quota is enough for some servers.

use huawei::{QuotaQuery, QuotaRemainder};
use tfplug::prelude::*;

use super::{client, region};
use crate::{clouds::Clouds, failure::failed};

/// The data source `appstreaming_server_quota`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ServerQuotaDataSource;

/// Whether the account's quota is enough for so many servers, and what is left of each kind
/// (`GET /v1/{project_id}/check/quota`).
#[derive(Clone, Debug, Model)]
pub(crate) struct Model {
    #[tf(attribute = region())]
    region: Attr<String>,
    /// The servers' product ID, which is a server group's `flavor_id`.
    #[tf(required, validate(length(1..=128)))]
    product_id: Attr<String>,
    /// The ID of the flavor behind the product. Without it, the product's.
    #[tf(validate(length(1..=128)))]
    flavor_id: Attr<String>,
    // The service demands these three with the product.
    /// How many servers.
    #[tf(required, validate(range(1..=100_000)))]
    subscription_num: Attr<i64>,
    /// How large the disks of one server are together, in GB.
    #[tf(required, validate(range(1..=1_000_000)))]
    disk_size: Attr<i64>,
    /// How many disks one server has, the system disk among them.
    #[tf(required, validate(range(1..=11)))]
    disk_num: Attr<i64>,
    /// Whether they are to be subscriptions. Without it, the service's default.
    is_period: Attr<bool>,
    /// The dedicated host that they are to be on. Without it, any.
    #[tf(validate(length(1..=128)))]
    deh_id: Attr<String>,
    /// The pool of dedicated storage that their disks are to be in. Without it, any.
    #[tf(validate(length(1..=128)))]
    cluster_id: Attr<String>,
    /// Whether the quota is enough for all of them.
    #[tf(computed)]
    is_enough: Attr<bool>,
    /// What is left and what is needed, by kind of quota (`quota_remainder`).
    #[tf(computed)]
    quotas: Attr<Vec<Quota>>,
}

/// One kind of quota.
#[derive(Clone, Debug, Model)]
#[tf(computed)]
struct Quota {
    /// `INSTANCES`, `CORES`, `MEMORY` (in MB), `GPU_INSTANCES`, `VOLUMES` or `VOLUME_GIGABYTES` (in GB).
    r#type: Attr<String>,
    /// What is left.
    remainder: Attr<i64>,
    /// What the servers need.
    need: Attr<i64>,
}

impl From<QuotaRemainder> for Quota {
    fn from(quota: QuotaRemainder) -> Self {
        Self { r#type: quota.quota_type.into(), remainder: quota.remainder.into(), need: quota.need.into() }
    }
}

#[data_source("appstreaming_server_quota")]
impl DataSource for ServerQuotaDataSource {
    type Data = Clouds;
    type Model = Model;

    async fn read(&self, cx: &mut Context<Clouds>, mut config: Model) -> Result<Model> {
        let (client, calls) = client(cx, &mut config.region)?;
        let query = QuotaQuery {
            product_id: config.product_id.as_known().cloned(),
            flavor_id: config.flavor_id.as_known().cloned(),
            subscription_num: config.subscription_num.as_known().copied(),
            disk_size: config.disk_size.as_known().copied(),
            disk_num: config.disk_num.as_known().copied(),
            is_period: config.is_period.as_known().copied(),
            deh_id: config.deh_id.as_known().cloned(),
            cluster_id: config.cluster_id.as_known().cloned(),
        };
        let quota = client.check_quota(&query, &calls).await;
        let quota = quota.map_err(|error| failed("check the quota of servers", &error))?;
        config.is_enough = quota.is_enough.into();
        config.quotas = Attr::Known(quota.quota_remainder.into_iter().map(Quota::from).collect());
        Ok(config)
    }
}
