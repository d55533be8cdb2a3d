//! `appstreaming_server_flavors`: what servers can be made of.

use huawei::{self, ProductFilter};
use tfplug::prelude::*;

use super::{client, region};
use crate::{clouds::Clouds, failure::failed, server_group::parts::number};

/// The data source `appstreaming_server_flavors`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ServerFlavorsDataSource;

/// The flavors that the servers of a server group can have, with what is sold as each of them
/// (`GET /v1/{project_id}/product`). The `id` of one is a server group's `flavor_id`.
#[derive(Clone, Debug, Model)]
pub(crate) struct Model {
    #[tf(attribute = region())]
    region: Attr<String>,
    /// Only the flavor with this product ID, which is a server group's `flavor_id`.
    #[tf(validate(length(1..=128)))]
    product_id: Attr<String>,
    /// Only products of this flavor.
    #[tf(validate(length(1..=128)))]
    flavor_id: Attr<String>,
    /// Only flavors that this availability zone has.
    #[tf(validate(length(1..=128)))]
    availability_zone: Attr<String>,
    /// Only flavors for this operating system: `Linux`, `Windows` or `Other`.
    #[tf(validate(one_of(["Linux", "Windows", "Other"])))]
    os_type: Attr<String>,
    /// Only flavors that are billed so: `1` as a subscription, `0` per use.
    #[tf(validate(one_of(["0", "1"])))]
    charge_mode: Attr<String>,
    /// Only flavors with this processor architecture: `x86` or `arm`.
    #[tf(validate(one_of(["x86", "arm"])))]
    architecture: Attr<String>,
    /// Only flavors on shared hosts, `general`, or on a dedicated one, `dedicated`.
    #[tf(validate(one_of(["general", "dedicated"])))]
    package_type: Attr<String>,
    /// The flavors, in the service's order.
    #[tf(computed)]
    flavors: Attr<Vec<Flavor>>,
}

/// One of them.
#[derive(Clone, Debug, Model)]
#[tf(computed)]
struct Flavor {
    /// The product ID: a server group's `flavor_id`.
    id: Attr<String>,
    /// The ID of the flavor behind it.
    flavor_id: Attr<String>,
    /// What is sold: `BASE` is the server alone.
    r#type: Attr<String>,
    /// The product in words (`descriptions`).
    description: Attr<String>,
    /// The processor's architecture: `x86` or `arm`.
    architecture: Attr<String>,
    /// The number of virtual CPUs.
    cpu: Attr<i64>,
    /// The CPU in words.
    cpu_desc: Attr<String>,
    /// The memory in MB.
    memory: Attr<i64>,
    /// Whether it has a GPU.
    is_gpu: Attr<bool>,
    /// The GPU in words.
    gpu_desc: Attr<String>,
    /// Which GPUs it can have.
    support_gpu_type: Attr<String>,
    /// The type of the system disk that is part of the price.
    system_disk_type: Attr<String>,
    /// The size of that system disk in GB.
    system_disk_size: Attr<i64>,
    /// Whether data disks are part of the price.
    contain_data_disk: Attr<bool>,
    /// How it is billed: `1` as a subscription, `0` per use.
    charge_mode: Attr<String>,
    /// `general` or `dedicated`.
    package_type: Attr<String>,
    /// The product's series.
    series_type: Attr<String>,
    /// The most sessions that one server is made for.
    sessions: Attr<i64>,
    /// `normal`, `sellout` or `abandon`.
    status: Attr<String>,
    /// The status in single availability zones, as the service writes it.
    cond_operation_az: Attr<String>,
    /// When it is no longer sold, RFC 3339.
    expire_time: Attr<String>,
}

impl Flavor {
    fn of(product: huawei::Product) -> Self {
        Self {
            cpu: number(&product.cpu),
            memory: number(&product.memory),
            system_disk_size: number(&product.system_disk_size),
            id: product.product_id.into(),
            flavor_id: product.flavor_id.into(),
            r#type: product.product_type.into(),
            description: product.descriptions.into(),
            architecture: product.architecture.into(),
            cpu_desc: product.cpu_desc.into(),
            is_gpu: product.is_gpu.into(),
            gpu_desc: product.gpu_desc.into(),
            support_gpu_type: product.support_gpu_type.into(),
            system_disk_type: product.system_disk_type.into(),
            contain_data_disk: product.contain_data_disk.into(),
            charge_mode: product.charge_mode.into(),
            package_type: product.package_type.into(),
            series_type: product.series_type.into(),
            sessions: product.sessions.into(),
            status: product.status.into(),
            cond_operation_az: product.cond_operation_az.into(),
            expire_time: product.expire_time.into(),
        }
    }
}

#[data_source("appstreaming_server_flavors")]
impl DataSource for ServerFlavorsDataSource {
    type Data = Clouds;
    type Model = Model;

    async fn read(&self, cx: &mut Context<Clouds>, mut config: Model) -> Result<Model> {
        let (client, calls) = client(cx, &mut config.region)?;
        let filter = ProductFilter {
            product_id: config.product_id.as_known().cloned(),
            flavor_id: config.flavor_id.as_known().cloned(),
            availability_zone: config.availability_zone.as_known().cloned(),
            os_type: config.os_type.as_known().cloned(),
            charge_mode: config.charge_mode.as_known().cloned(),
            architecture: config.architecture.as_known().cloned(),
            package_type: config.package_type.as_known().cloned(),
        };
        let found = client.products(&filter, &calls).await;
        let found = found.map_err(|error| failed("list the flavors of servers", &error))?;
        config.flavors = Attr::Known(found.products.into_iter().map(Flavor::of).collect());
        Ok(config)
    }
}
