//! `appstreaming_delivery_groups`: the delivery groups of an account (`ListAppInstanceGroup`).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use tfplug::{
    Attr, Context, DataSource, Result,
    schema::{Attribute, Nesting, Schema},
    value::Type,
};

use crate::{
    bounds::Bounded,
    clouds::Clouds,
    delivery_group::{
        described::{self, Described},
        filters::{self, Filters},
    },
};

/// The data source `appstreaming_delivery_groups`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DeliveryGroupsSource;

/// Filters and results.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    delivery_group_id: Attr<String>,
    name: Attr<String>,
    image_id: Attr<String>,
    region: Attr<String>,
    region_id: Attr<String>,
    node_instance_type: Attr<String>,
    office_site_id: Attr<String>,
    product_type: Attr<String>,
    status: Attr<BTreeSet<String>>,
    tags: Attr<BTreeMap<String, String>>,
    user_group_ids: Attr<BTreeSet<String>>,
    excluded_user_group_ids: Attr<BTreeSet<String>>,
    ids: Attr<Vec<String>>,
    delivery_groups: Attr<Vec<Described>>,
}

impl DataSource for DeliveryGroupsSource {
    type Data = Clouds;
    type Model = Model;

    fn type_name(&self) -> &'static str {
        "appstreaming_delivery_groups"
    }

    fn schema(&self) -> Schema {
        let schema = Schema::new(
            "The delivery groups of Alibaba Cloud App Streaming that pass all filters, from all pages of the service's list.",
        );
        filters::attributes()
            .into_iter()
            .fold(schema, |schema, (name, attribute)| schema.attribute(name, attribute))
            .attribute("ids", Attribute::list(Type::String, "Their IDs, in the service's order.").computed())
            .attribute(
                "delivery_groups",
                Attribute::nested(
                    Nesting::List,
                    "The delivery groups, in the service's order.",
                    described::attributes(),
                )
                .computed(),
            )
    }

    async fn read(&self, cx: &mut Context<Clouds>, mut config: Model) -> Result<Model> {
        let client = cx.data()?.alibaba(config.region.as_str())?;
        let bounds = cx.bounds();
        let found = config.filters().groups(&client, &bounds).await?;
        config.ids = Attr::Known(found.iter().filter_map(|group| group.app_instance_group_id.clone()).collect());
        config.delivery_groups = Attr::Known(found.into_iter().map(Described::from).collect());
        Ok(config)
    }
}

impl Model {
    fn filters(&self) -> Filters {
        Filters {
            delivery_group_id: self.delivery_group_id.clone(),
            name: self.name.clone(),
            image_id: self.image_id.clone(),
            region: self.region.clone(),
            region_id: self.region_id.clone(),
            node_instance_type: self.node_instance_type.clone(),
            office_site_id: self.office_site_id.clone(),
            product_type: self.product_type.clone(),
            status: self.status.clone(),
            tags: self.tags.clone(),
            user_group_ids: self.user_group_ids.clone(),
            excluded_user_group_ids: self.excluded_user_group_ids.clone(),
        }
    }
}
