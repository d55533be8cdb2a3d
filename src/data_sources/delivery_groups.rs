//! `appstreaming_delivery_groups`: the delivery groups of an account (`ListAppInstanceGroup`).

use serde::{Deserialize, Serialize};
use tfplug::{
    Attr, Context, DataSource, Joined, Result,
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
pub(crate) struct DeliveryGroupsDataSource;

/// What is found.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Found {
    ids: Attr<Vec<String>>,
    delivery_groups: Attr<Vec<Described>>,
}

impl DataSource for DeliveryGroupsDataSource {
    type Data = Clouds;
    type Model = Joined<Found, Filters>;

    fn type_name(&self) -> &'static str {
        "appstreaming_delivery_groups"
    }

    fn schema(&self) -> Schema {
        let schema = Schema::new(
            "The delivery groups of Alibaba Cloud App Streaming that pass all filters, from all pages of the \
             service's list.",
        );
        schema
            .with_attributes(filters::attributes())
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

    async fn read(&self, cx: &mut Context<Clouds>, mut model: Self::Model) -> Result<Self::Model> {
        let client = cx.data()?.alibaba(model.shared.region.as_str())?;
        let found = model.shared.groups(&client, &cx.bounds()).await?;
        model.own.ids = Attr::Known(found.iter().filter_map(|group| group.app_instance_group_id.clone()).collect());
        model.own.delivery_groups = Attr::Known(found.into_iter().map(Described::from).collect());
        Ok(model)
    }
}
