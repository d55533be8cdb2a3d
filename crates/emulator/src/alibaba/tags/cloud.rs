//! Tags of everything that takes tags: TagCloudResources, UntagCloudResources, ListTagCloudResources.
//!
//! Delivery groups have one set of tags, whichever operation sets them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    super::{
        errors::Error,
        request::arguments::Arguments,
        rules::{is_system, wy_id},
    },
    check_keys, checked, put, rest_from_token,
};
use crate::{
    call::Moment,
    world::{TENANT_ID, World},
};

type Tags = BTreeMap<String, String>;

/// TagCloudResources: the answer names those that could not be tagged.
pub(crate) fn tag(world: &mut World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    let kind = Kind::named(arguments)?;
    let tags = checked(arguments.tags("Tags"))?;
    let shown = || tags.iter().map(|(key, value)| tag_model(key, Some(value))).collect();
    each(world, kind, arguments, shown, |present| put(present, &tags))
}

/// UntagCloudResources.
pub(crate) fn untag(world: &mut World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    let kind = Kind::named(arguments)?;
    let keys = arguments.texts("TagKeys");
    check_keys(&keys)?;
    let shown = || keys.iter().map(|key| tag_model(key, None)).collect();
    each(world, kind, arguments, shown, |present| {
        present.retain(|key, _| !keys.contains(&key.as_str()));
        Ok(())
    })
}

/// ListTagCloudResources: of the resources that are named, or of all that have tags.
pub(crate) fn list(world: &World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    let kind = Kind::named(arguments)?;
    let size = arguments.integer("MaxResults").and_then(|size| usize::try_from(size).ok()).unwrap_or(50);
    let fits = match arguments.text("Scope") {
        Some("System") => is_system,
        Some("Custom") => |key: &str| !is_system(key),
        _ => |_: &str| true,
    };
    let ids = arguments.texts("ResourceIds");
    let rows = kind.tagged(world).into_iter().filter(|(id, _)| ids.is_empty() || ids.contains(&id.as_str()));
    let rows = rows.filter_map(|(id, tags)| {
        let tags: Vec<Value> =
            tags.iter().filter(|(key, _)| fits(key)).map(|(key, value)| tag_model(key, Some(value))).collect();
        let row = json!({ "ResourceId": id, "ResourceType": kind.name(), "Tags": tags });
        (!tags.is_empty()).then_some(row)
    });
    rest_from_token(arguments, "ResourceTags", rows.collect(), size)
}

/// Changes the tags of each resource; those that are not there, or do not take the change, are told.
fn each(
    world: &mut World,
    kind: Kind,
    arguments: &Arguments<'_>,
    shown: impl Fn() -> Vec<Value>,
    change: impl Fn(&mut Tags) -> Result<(), Error>,
) -> Result<Value, Error> {
    let tenant = TENANT_ID.to_string();
    let ids = if kind == Kind::Tenant { vec![tenant.as_str()] } else { arguments.texts("ResourceIds") };
    if ids.is_empty() {
        return Err(Error::missing("ResourceIds"));
    }
    let mut failed = Vec::new();
    for id in ids {
        let mut change_one = || {
            let mut tags = kind.tags(world, id).ok_or_else(|| Error::unknown_resource(kind.name()))?;
            change(&mut tags)?;
            kind.set(world, id, tags);
            Ok(())
        };
        if let Err(Error { code, message, .. }) = change_one() {
            failed.push(json!({
                "Code": code, "Message": message, "ResourceId": id, "ResourceType": kind.name(), "Tags": shown(),
            }));
        }
    }
    Ok(json!({ "FailedResources": failed }))
}

fn tag_model(key: &str, value: Option<&str>) -> Value {
    json!({ "Key": key, "Value": value, "Scope": if is_system(key) { "System" } else { "Custom" } })
}

/// What takes tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    App,
    User,
    Group,
    Image,
    Tenant,
}

impl Kind {
    fn named(arguments: &Arguments<'_>) -> Result<Self, Error> {
        let name = arguments.need("ResourceType")?;
        let kinds = [Self::App, Self::User, Self::Group, Self::Image, Self::Tenant];
        kinds.into_iter().find(|kind| kind.name() == name).ok_or_else(Error::wrong_resource_type)
    }

    fn name(self) -> &'static str {
        match self {
            Self::App => "AppId",
            Self::User => "WyId",
            Self::Group => "AppInstanceGroupId",
            Self::Image => "CenterImageId",
            Self::Tenant => "AliUid",
        }
    }

    /// The tags of a resource; `None` where there is no such resource.
    fn tags(self, world: &World, id: &str) -> Option<Tags> {
        let alibaba = &world.alibaba;
        let kept = || alibaba.resource_tags.get(&self.key(id)).cloned().unwrap_or_default();
        match self {
            Self::Group => alibaba.delivery_groups.get(id).map(|group| group.tags.clone()),
            Self::Image => alibaba.images.get(id).map(|image| image.tags.clone()),
            Self::Tenant => Some(alibaba.tenants.get(id).map(|tenant| tenant.tags.clone()).unwrap_or_default()),
            Self::App => alibaba.images.iter().any(|(_, image)| image.apps.contains_key(id)).then(kept),
            Self::User => alibaba.users.keys().any(|name| wy_id(name) == id).then(kept),
        }
    }

    fn set(self, world: &mut World, id: &str, tags: Tags) {
        let alibaba = &mut world.alibaba;
        match self {
            Self::Group => {
                if let Some(group) = alibaba.delivery_groups.get_mut(id) {
                    group.tags = tags;
                }
            }
            Self::Image => {
                if let Some(image) = alibaba.images.get_mut(id) {
                    image.tags = tags;
                }
            }
            Self::Tenant => {
                let tenant = alibaba.tenants.get(id).cloned().unwrap_or_default();
                alibaba.tenants.insert(id, crate::world::Tenant { tags, ..tenant });
            }
            Self::App | Self::User => alibaba.resource_tags.insert(self.key(id), tags),
        }
    }

    /// All resources of the kind that may have tags, by id.
    fn tagged(self, world: &World) -> Vec<(String, &Tags)> {
        let alibaba = &world.alibaba;
        let prefix = self.key("");
        match self {
            Self::Group => alibaba.delivery_groups.iter().map(|(id, group)| (id.to_owned(), &group.tags)).collect(),
            Self::Image => alibaba.images.iter().map(|(id, image)| (id.to_owned(), &image.tags)).collect(),
            Self::Tenant => alibaba.tenants.iter().map(|(id, tenant)| (id.to_owned(), &tenant.tags)).collect(),
            Self::App | Self::User => alibaba
                .resource_tags
                .iter()
                .filter_map(|(key, tags)| Some((key.strip_prefix(&prefix)?.to_owned(), tags)))
                .collect(),
        }
    }

    fn key(self, id: &str) -> String {
        format!("{}/{id}", self.name())
    }
}
