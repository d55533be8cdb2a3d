//! `appstreaming_regions`: where delivery groups can be (`ListRegions`).

use serde::{Deserialize, Serialize};
use tfplug::{
    Attr, Context, DataSource, Result,
    schema::{Attribute, Schema},
    value::Type,
};

use crate::{bounds::Bounded, clouds::Clouds, delivery_group, failure::failed};

/// The data source `appstreaming_regions`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RegionsDataSource;

/// Arguments and results.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    product_type: Attr<String>,
    ids: Attr<Vec<String>>,
}

impl DataSource for RegionsDataSource {
    type Data = Clouds;
    type Model = Model;

    fn type_name(&self) -> &'static str {
        "appstreaming_regions"
    }

    fn schema(&self) -> Schema {
        Schema::new("The regions in which Alibaba Cloud App Streaming has delivery groups.")
            .attribute("product_type", delivery_group::product_type_attribute())
            .attribute(
                "ids",
                Attribute::list(
                    Type::String,
                    "The regions' IDs (`regionId`), for instance `cn-hangzhou`, in the service's order.",
                )
                .computed(),
            )
    }

    async fn read(&self, cx: &mut Context<Clouds>, mut config: Model) -> Result<Model> {
        let client = cx.data()?.alibaba(None)?;
        let bounds = cx.bounds();
        let regions = client.regions(config.product_type.as_str(), &bounds).await;
        config.ids = Attr::Known(regions.map_err(|error| failed("list the regions", &error))?);
        Ok(config)
    }
}
