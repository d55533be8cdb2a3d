//! `appstreaming_regions`: where delivery groups can be (`ListRegions`).

use tfplug::prelude::*;

use crate::{bounds::Bounded, clouds::Clouds, delivery_group, failure::failed};

/// The data source `appstreaming_regions`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RegionsDataSource;

/// The regions in which Alibaba Cloud App Streaming has delivery groups.
#[derive(Clone, Debug, Model)]
pub(crate) struct Model {
    #[tf(attribute = delivery_group::product_type_attribute())]
    product_type: Attr<String>,
    /// The regions' IDs (`regionId`), for instance `cn-hangzhou`, in the service's order.
    #[tf(computed)]
    ids: Attr<Vec<String>>,
}

#[data_source("appstreaming_regions")]
impl DataSource for RegionsDataSource {
    type Data = Clouds;
    type Model = Model;

    async fn read(&self, cx: &mut Context<Clouds>, mut config: Model) -> Result<Model> {
        let client = cx.data()?.alibaba(None)?;
        let bounds = cx.bounds();
        let regions = client.regions(config.product_type.as_str(), &bounds).await;
        config.ids = Attr::Known(regions.map_err(|error| failed("list the regions", &error))?);
        Ok(config)
    }
}
