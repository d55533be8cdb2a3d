//! `list "appstreaming_delivery_group_image"`: the images of an account's delivery groups.

use tfplug::{Attr, Context, ListResource, Listed, Listing, Resource, Result, schema::Schema};

use crate::{
    bounds::Bounded,
    clouds::Clouds,
    delivery_group::{
        Identity,
        filters::{self, Filters},
    },
    resources::delivery_group_image::{DeliveryGroupImageResource, Model},
};

/// The list resource `appstreaming_delivery_group_image`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DeliveryGroupImageListResource;

impl ListResource for DeliveryGroupImageListResource {
    type Data = Clouds;
    type Config = Filters;
    type Resource = DeliveryGroupImageResource;

    fn type_name(&self) -> &'static str {
        DeliveryGroupImageResource.type_name()
    }

    fn schema(&self) -> Schema {
        let schema = Schema::new("Finds the delivery groups of Alibaba Cloud App Streaming that pass all filters.");
        schema.with_attributes(filters::attributes())
    }

    async fn list(&self, cx: &mut Context<Clouds>, config: Filters, listing: &mut Listing<'_, Self>) -> Result<()> {
        let client = cx.data()?.alibaba(config.region.as_str())?;
        let bounds = cx.bounds();
        for group in config.groups(&client, &bounds).await? {
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
