//! `list "appstreaming_delivery_group_image"`: the images of an account's delivery groups.

use tfplug::prelude::*;

use crate::{
    bounds::Bounded,
    clouds::Clouds,
    delivery_group::{Identity, filters::Filters},
    resources::delivery_group_image::{DeliveryGroupImageResource, Model},
};

/// The list resource `appstreaming_delivery_group_image`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DeliveryGroupImageListResource;

/// Finds the delivery groups of Alibaba Cloud App Streaming that pass all filters.
#[derive(Clone, Debug, Model)]
pub(crate) struct Config {
    #[serde(flatten)]
    filters: Filters,
}

#[list_resource("appstreaming_delivery_group_image")]
impl ListResource for DeliveryGroupImageListResource {
    type Data = Clouds;
    type Config = Config;
    type Resource = DeliveryGroupImageResource;

    async fn list(&self, cx: &mut Context<Clouds>, config: Config, listing: &mut Listing<'_, Self>) -> Result<()> {
        let client = cx.data()?.alibaba(config.filters.region.as_str())?;
        let bounds = cx.bounds();
        for group in config.filters.groups(&client, &bounds).await? {
            let Some(id) = group.app_instance_group_id.clone() else { continue };
            let name = group.app_instance_group_name.clone().unwrap_or_else(|| id.clone());
            listing.push(Listed {
                identity: Identity {
                    delivery_group_id: id.as_str().into(),
                    region: group.region_id.clone().map_or(Attr::Null, Attr::Known),
                },
                display_name: name,
                resource: listing.wants_resources().then(|| Model::imported(&group, &id)),
            })?;
            if listing.is_full() {
                break;
            }
        }
        Ok(())
    }
}
