//! `appstreaming_server_flavors`: what servers can be made of.

use huawei::{self, ProductFilter};
use serde::{Deserialize, Serialize};
use tfplug::{
    Attr, Context, DataSource, Result,
    schema::{Attribute, Nesting, Schema, validate},
};

use super::{client, region};
use crate::{clouds::Clouds, failure::failed, server_group::parts::number};

/// The data source `appstreaming_server_flavors`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ServerFlavorsDataSource;

/// Arguments and results.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    region: Attr<String>,
    product_id: Attr<String>,
    flavor_id: Attr<String>,
    availability_zone: Attr<String>,
    os_type: Attr<String>,
    charge_mode: Attr<String>,
    architecture: Attr<String>,
    package_type: Attr<String>,
    flavors: Attr<Vec<Flavor>>,
}

/// One of them.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Flavor {
    id: Attr<String>,
    flavor_id: Attr<String>,
    r#type: Attr<String>,
    description: Attr<String>,
    architecture: Attr<String>,
    cpu: Attr<i64>,
    cpu_desc: Attr<String>,
    memory: Attr<i64>,
    is_gpu: Attr<bool>,
    gpu_desc: Attr<String>,
    support_gpu_type: Attr<String>,
    system_disk_type: Attr<String>,
    system_disk_size: Attr<i64>,
    contain_data_disk: Attr<bool>,
    charge_mode: Attr<String>,
    package_type: Attr<String>,
    series_type: Attr<String>,
    sessions: Attr<i64>,
    status: Attr<String>,
    cond_operation_az: Attr<String>,
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

impl DataSource for ServerFlavorsDataSource {
    type Data = Clouds;
    type Model = Model;

    fn type_name(&self) -> &'static str {
        "appstreaming_server_flavors"
    }

    fn schema(&self) -> Schema {
        let schema = Schema::new(
            "The flavors that the servers of a server group can have, with what is sold as each of them \
             (`GET /v1/{project_id}/product`). The `id` of one is a server group's `flavor_id`.",
        );
        schema.with_attributes(filters()).attribute("region", region()).attribute(
            "flavors",
            Attribute::nested(Nesting::List, "The flavors, in the service's order.", flavor()).computed(),
        )
    }

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

fn filters() -> [(&'static str, Attribute); 7] {
    let text = |description| Attribute::string(description).optional().validate(validate::length(1..=128));
    [
        ("product_id", text("Only the flavor with this product ID, which is a server group's `flavor_id`.")),
        ("flavor_id", text("Only products of this flavor.")),
        ("availability_zone", text("Only flavors that this availability zone has.")),
        (
            "os_type",
            text("Only flavors for this operating system: `Linux`, `Windows` or `Other`.")
                .validate(validate::one_of(["Linux", "Windows", "Other"])),
        ),
        (
            "charge_mode",
            text("Only flavors that are billed so: `1` as a subscription, `0` per use.")
                .validate(validate::one_of(["0", "1"])),
        ),
        (
            "architecture",
            text("Only flavors with this processor architecture: `x86` or `arm`.")
                .validate(validate::one_of(["x86", "arm"])),
        ),
        (
            "package_type",
            text("Only flavors on shared hosts, `general`, or on a dedicated one, `dedicated`.")
                .validate(validate::one_of(["general", "dedicated"])),
        ),
    ]
}

fn flavor() -> [(&'static str, Attribute); 21] {
    let text = |description| Attribute::string(description).computed();
    let number = |description| Attribute::number(description).computed();
    let truth = |description| Attribute::bool(description).computed();
    [
        ("id", text("The product ID: a server group's `flavor_id`.")),
        ("flavor_id", text("The ID of the flavor behind it.")),
        ("type", text("What is sold: `BASE` is the server alone.")),
        ("description", text("The product in words (`descriptions`).")),
        ("architecture", text("The processor's architecture: `x86` or `arm`.")),
        ("cpu", number("The number of virtual CPUs.")),
        ("cpu_desc", text("The CPU in words.")),
        ("memory", number("The memory in MB.")),
        ("is_gpu", truth("Whether it has a GPU.")),
        ("gpu_desc", text("The GPU in words.")),
        ("support_gpu_type", text("Which GPUs it can have.")),
        ("system_disk_type", text("The type of the system disk that is part of the price.")),
        ("system_disk_size", number("The size of that system disk in GB.")),
        ("contain_data_disk", truth("Whether data disks are part of the price.")),
        ("charge_mode", text("How it is billed: `1` as a subscription, `0` per use.")),
        ("package_type", text("`general` or `dedicated`.")),
        ("series_type", text("The product's series.")),
        ("sessions", number("The most sessions that one server is made for.")),
        ("status", text("`normal`, `sellout` or `abandon`.")),
        ("cond_operation_az", text("The status in single availability zones, as the service writes it.")),
        ("expire_time", text("When it is no longer sold, RFC 3339.")),
    ]
}
