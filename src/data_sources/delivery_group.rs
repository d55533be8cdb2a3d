//! `appstreaming_delivery_group`: one delivery group (`GetAppInstanceGroup`).

use tfplug::prelude::*;

use crate::{
    bounds::Bounded,
    clouds::Clouds,
    delivery_group::{self, GroupRef, described::Described},
};

/// The data source `appstreaming_delivery_group`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DeliveryGroupDataSource;

#[data_source("appstreaming_delivery_group")]
impl DataSource for DeliveryGroupDataSource {
    type Data = Clouds;
    type Model = Described;

    fn schema(&self) -> Schema {
        Schema::of::<Described>()
            .attribute("delivery_group_id", delivery_group::id_attribute())
            .attribute(
                "region",
                delivery_group::region_attribute(
                    "The delivery group's region (`RegionId`), for instance `cn-hangzhou`; the provider's chooses the \
                     endpoint when it is not set.",
                )
                .computed(),
            )
            .attribute("product_type", delivery_group::product_type_attribute().computed())
    }

    async fn read(&self, cx: &mut Context<Clouds>, config: Described) -> Result<Described> {
        let client = cx.data()?.alibaba(config.region.as_str())?;
        let bounds = cx.bounds();
        let group = GroupRef::of(&config.delivery_group_id, &config.product_type)?;
        let found = group.read(&client, &bounds).await?;
        group.check_region(config.region.as_str(), &found)?;
        Ok(found.into())
    }
}
