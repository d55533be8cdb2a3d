//! `appstreaming_server_quota`: whether the quota is enough for some servers.

use huawei::{QuotaQuery, QuotaRemainder};
use serde::{Deserialize, Serialize};
use tfplug::{
    Attr, Context, DataSource, Result,
    schema::{Attribute, Nesting, Schema, validate},
};

use super::{client, region};
use crate::{clouds::Clouds, failure::failed};

/// The data source `appstreaming_server_quota`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ServerQuotaDataSource;

/// Arguments and results.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    region: Attr<String>,
    product_id: Attr<String>,
    flavor_id: Attr<String>,
    subscription_num: Attr<i64>,
    disk_size: Attr<i64>,
    disk_num: Attr<i64>,
    is_period: Attr<bool>,
    deh_id: Attr<String>,
    cluster_id: Attr<String>,
    is_enough: Attr<bool>,
    quotas: Attr<Vec<Quota>>,
}

/// One kind of quota.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Quota {
    r#type: Attr<String>,
    remainder: Attr<i64>,
    need: Attr<i64>,
}

impl From<QuotaRemainder> for Quota {
    fn from(quota: QuotaRemainder) -> Self {
        Self { r#type: quota.quota_type.into(), remainder: quota.remainder.into(), need: quota.need.into() }
    }
}

impl DataSource for ServerQuotaDataSource {
    type Data = Clouds;
    type Model = Model;

    fn type_name(&self) -> &'static str {
        "appstreaming_server_quota"
    }

    fn schema(&self) -> Schema {
        let schema = Schema::new(
            "Whether the account's quota is enough for so many servers, and what is left of each kind \
             (`GET /v1/{project_id}/check/quota`).",
        );
        schema
            .with_attributes(arguments())
            .attribute("region", region())
            .attribute("is_enough", Attribute::bool("Whether the quota is enough for all of them.").computed())
            .attribute(
                "quotas",
                Attribute::nested(
                    Nesting::List,
                    "What is left and what is needed, by kind of quota (`quota_remainder`).",
                    [
                        (
                            "type",
                            Attribute::string(
                                "`INSTANCES`, `CORES`, `MEMORY` (in MB), `GPU_INSTANCES`, `VOLUMES` or \
                                 `VOLUME_GIGABYTES` (in GB).",
                            )
                            .computed(),
                        ),
                        ("remainder", Attribute::number("What is left.").computed()),
                        ("need", Attribute::number("What the servers need.").computed()),
                    ],
                )
                .computed(),
            )
    }

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

fn arguments() -> [(&'static str, Attribute); 8] {
    let id = |description| Attribute::string(description).validate(validate::length(1..=128));
    let text = |description| id(description).optional();
    // The service demands these with the product.
    let count = |description, range| Attribute::number(description).required().validate(validate::range(range));
    [
        ("product_id", id("The servers' product ID, which is a server group's `flavor_id`.").required()),
        ("flavor_id", text("The ID of the flavor behind the product. Without it, the product's.")),
        ("subscription_num", count("How many servers.", 1..=100_000)),
        ("disk_size", count("How large the disks of one server are together, in GB.", 1..=1_000_000)),
        ("disk_num", count("How many disks one server has, the system disk among them.", 1..=11)),
        (
            "is_period",
            Attribute::bool("Whether they are to be subscriptions. Without it, the service's default.").optional(),
        ),
        ("deh_id", text("The dedicated host that they are to be on. Without it, any.")),
        ("cluster_id", text("The pool of dedicated storage that their disks are to be in. Without it, any.")),
    ]
}
