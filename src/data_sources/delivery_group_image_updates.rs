//! `appstreaming_delivery_group_image_updates`: what it would mean to give delivery groups these images
//! (`ListAppInstanceGroup`, `ListAppInstances`).

use std::collections::BTreeMap;

use tfplug::prelude::*;

use crate::{
    bounds::Bounded,
    clouds::Clouds,
    delivery_group::{self, GroupRef, MAINTAIN_FAILED, cannot_list, image, rollout::drained_by, sessions, status},
};

/// The data source `appstreaming_delivery_group_image_updates`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DeliveryGroupImageUpdatesDataSource;

/// What it would mean to give delivery groups of Alibaba Cloud App Streaming these images: which of them would be
/// updated, and how many people that would disconnect if it were done now. For `check` blocks, preconditions, outputs
/// and policies that judge a plan.
#[derive(Clone, Debug, Model)]
pub(crate) struct Model {
    /// The image that each delivery group is to run, by the group's ID.
    #[tf(required, validate(each_key(delivery_group::id()), each(delivery_group::id())))]
    images: Attr<BTreeMap<String, String>>,
    #[tf(attribute = delivery_group::endpoint_region_attribute())]
    region: Attr<String>,
    #[tf(attribute = delivery_group::product_type_attribute())]
    product_type: Attr<String>,
    /// The IDs of the groups that would be updated.
    #[tf(computed)]
    updated_delivery_group_ids: Attr<Vec<String>>,
    /// How many sessions people have in those groups, which the updates would cut off.
    #[tf(computed)]
    session_count: Attr<i64>,
    /// What it would mean for each group of `images`, by its ID.
    #[tf(computed)]
    delivery_groups: Attr<BTreeMap<String, Group>>,
}

#[derive(Clone, Debug, Model)]
#[tf(computed)]
struct Group {
    /// The delivery group's name.
    name: Attr<String>,
    /// Its status (`Status`), for instance `PUBLISHED`.
    status: Attr<String>,
    /// The image that it has.
    image_id: Attr<String>,
    /// The image that it is to run.
    new_image_id: Attr<String>,
    /// Whether it would be updated: it has another image, or its last update failed (`MAINTAIN_FAILED`).
    is_updated: Attr<bool>,
    /// How many sessions people have in it, which an update cuts off. Null where it would not be updated.
    session_count: Attr<i64>,
    /// Whether newly bound users can connect to it: the tag `System/Scheduler/STOP_NEW_USER_CONNECTION` is not `true`.
    takes_new_users: Attr<bool>,
}

#[data_source("appstreaming_delivery_group_image_updates")]
impl DataSource for DeliveryGroupImageUpdatesDataSource {
    type Data = Clouds;
    type Model = Model;

    async fn read(&self, cx: &mut Context<Clouds>, mut model: Model) -> Result<Model> {
        let clouds = cx.data()?;
        let client = clouds.alibaba(model.region.as_str())?;
        let bounds = cx.bounds();
        let images = model.images.require("images")?.clone();
        let mut described = BTreeMap::new();
        let mut sum = 0;
        for (id, new_image_id) in images {
            let named = GroupRef::new(id.as_str(), model.product_type.as_str());
            let group = named.shown(&clouds, &client, &bounds).await?.ok_or_else(|| {
                let detail = "Check the ID, the region and the account.";
                Diagnostic::error(format!("There is no delivery group {id:?}"), detail).at(Path::attribute("images"))
            })?;
            let is_updated = image(&group) != new_image_id || status(&group) == MAINTAIN_FAILED;
            let mut session_count = None;
            if is_updated {
                let there = sessions(&client, &id, &bounds).await.map_err(|error| cannot_list(&id, &error))?;
                let count = i64::try_from(there.len()).unwrap_or(i64::MAX);
                sum += count;
                session_count = Some(count);
            }
            described.insert(
                id,
                Group {
                    name: group.app_instance_group_name.clone().into(),
                    status: group.status.clone().into(),
                    image_id: group.app_center_image_id.clone().into(),
                    new_image_id: new_image_id.into(),
                    is_updated: is_updated.into(),
                    session_count: session_count.into(),
                    takes_new_users: drained_by(&group).is_none().into(),
                },
            );
        }
        let updated = described.iter().filter(|(_, group)| group.is_updated == Attr::Known(true));
        model.updated_delivery_group_ids = Attr::Known(updated.map(|(id, _)| id.clone()).collect());
        model.session_count = sum.into();
        model.delivery_groups = Attr::Known(described);
        Ok(model)
    }
}
