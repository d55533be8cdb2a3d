//! `appstreaming_delivery_groups`: the delivery groups of an account (`ListAppInstanceGroup`).

use tfplug::prelude::*;

use crate::{
    bounds::Bounded,
    clouds::Clouds,
    delivery_group::{described::Described, filters::Filters},
};

/// The data source `appstreaming_delivery_groups`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DeliveryGroupsDataSource;

/// The delivery groups of Alibaba Cloud App Streaming that pass all filters, from all pages of the service's list.
#[derive(Clone, Debug, Model)]
pub(crate) struct Model {
    #[serde(flatten)]
    filters: Filters,
    /// Their IDs, in the service's order.
    #[tf(computed)]
    ids: Attr<Vec<String>>,
    /// The delivery groups, in the service's order.
    #[tf(computed)]
    delivery_groups: Attr<Vec<Described>>,
}

#[data_source("appstreaming_delivery_groups")]
impl DataSource for DeliveryGroupsDataSource {
    type Data = Clouds;
    type Model = Model;

    async fn read(&self, cx: &mut Context<Clouds>, mut model: Model) -> Result<Model> {
        let client = cx.data()?.alibaba(model.filters.region.as_str())?;
        let found = model.filters.groups(&client, &cx.bounds()).await?;
        model.ids = Attr::Known(found.iter().filter_map(|group| group.app_instance_group_id.clone()).collect());
        model.delivery_groups = Attr::Known(found.into_iter().map(Described::from).collect());
        Ok(model)
    }
}
