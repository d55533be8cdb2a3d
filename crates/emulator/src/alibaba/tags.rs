//! TagResources, UntagResources, ListTagResources.

use serde_json::{Value, json};

use super::{arguments::Arguments, errors::Error};
use crate::{call::Moment, world::World};

/// The one type of resource that takes tags; capitals do not matter.
const RESOURCE_TYPE: &str = "APPINSTANCEGROUP";
/// System tags that anybody may set, to `true` or `false`.
const SYSTEM_TAGS: [&str; 2] = ["System/Scheduler/GRAYSCALE", "System/Scheduler/STOP_NEW_USER_CONNECTION"];
/// Tags on one group.
const MOST_TAGS: usize = 20;
/// Rows in an answer of ListTagResources.
const PAGE_SIZE: usize = 50;

/// TagResources: all groups or none.
pub(super) fn tag(world: &mut World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    let ids = groups(world, arguments)?;
    let tags = arguments.tags("Tag");
    if tags.is_empty() {
        return Err(Error::missing("Tag"));
    }
    for (index, (key, value)) in tags.iter().enumerate() {
        check_tag(key, value.unwrap_or_default())?;
        if tags[..index].iter().any(|(earlier, _)| earlier == key) {
            return Err(Error::duplicate_tag());
        }
    }
    for id in ids {
        let group = world.alibaba.delivery_groups.get_mut(id).ok_or_else(Error::unknown_group)?;
        for (key, value) in &tags {
            group.tags.insert((*key).to_owned(), value.unwrap_or_default().to_owned());
        }
        if group.tags.keys().filter(|key| !key.starts_with("System/")).count() > MOST_TAGS {
            return Err(Error::too_many_tags());
        }
    }
    Ok(json!({}))
}

/// UntagResources: the keys given, or all.
pub(super) fn untag(world: &mut World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    let ids = groups(world, arguments)?;
    let keys = arguments.texts("TagKey");
    let all = arguments.boolean("All").unwrap_or(false);
    if keys.iter().any(|key| key.starts_with("System/") && !SYSTEM_TAGS.contains(key)) {
        return Err(Error::tag_key());
    }
    if keys.is_empty() && !all {
        return Err(Error::keys_or_all());
    }
    for id in ids {
        let group = world.alibaba.delivery_groups.get_mut(id).ok_or_else(Error::unknown_group)?;
        // With keys given, `All` does not count.
        group.tags.retain(|key, _| !keys.is_empty() && !keys.contains(&key.as_str()));
    }
    Ok(json!({}))
}

/// ListTagResources: by group, by tag, or both.
pub(super) fn list(world: &World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    check_type(arguments)?;
    let region = arguments.need("RegionId")?;
    let ids = arguments.texts("ResourceId");
    let tags = arguments.tags("Tag");
    if ids.is_empty() && tags.is_empty() {
        return Err(Error::missing("ResourceId"));
    }
    let offset = match arguments.text("NextToken") {
        Some(token) => token.parse::<usize>().map_err(|_| Error::invalid("NextToken"))?,
        None => 0,
    };
    let rows: Vec<Value> = world
        .alibaba
        .delivery_groups
        .iter()
        .filter(|(id, group)| group.region_id == region && (ids.is_empty() || ids.contains(id)))
        .filter(|(_, group)| {
            tags.iter().all(|(key, value)| {
                group.tags.get(*key).is_some_and(|present| value.is_none_or(|value| value == present))
            })
        })
        .flat_map(|(id, group)| group.tags.iter().map(move |(key, value)| (id, key, value)))
        .map(|(id, key, value)| {
            json!({ "ResourceId": id, "ResourceType": RESOURCE_TYPE, "TagKey": key, "TagValue": value })
        })
        .collect();
    let total = rows.len();
    let shown: Vec<Value> = rows.into_iter().skip(offset).take(PAGE_SIZE).collect();
    let end = offset + shown.len();
    let mut body = json!({ "TagResources": shown, "TotalCount": total });
    if end < total {
        body["NextToken"] = end.to_string().into();
    }
    Ok(body)
}

fn groups<'a>(world: &World, arguments: &Arguments<'a>) -> Result<Vec<&'a str>, Error> {
    check_type(arguments)?;
    let region = arguments.need("RegionId")?;
    let ids = arguments.texts("ResourceId");
    if ids.is_empty() {
        return Err(Error::missing("ResourceId"));
    }
    let is_here = |id: &&str| world.alibaba.delivery_groups.get(id).is_some_and(|group| group.region_id == region);
    if ids.iter().all(is_here) { Ok(ids) } else { Err(Error::unknown_group()) }
}

fn check_type(arguments: &Arguments<'_>) -> Result<(), Error> {
    if arguments.need("ResourceType")?.eq_ignore_ascii_case(RESOURCE_TYPE) {
        Ok(())
    } else {
        Err(Error::wrong_resource_type())
    }
}

fn check_tag(key: &str, value: &str) -> Result<(), Error> {
    if key.starts_with("System/") && !(SYSTEM_TAGS.contains(&key) && matches!(value, "true" | "false")) {
        return Err(Error::system_tag_key());
    }
    if key.chars().count() > 128 {
        return Err(Error::tag_key());
    }
    if value.chars().count() > 128 {
        return Err(Error::tag_value());
    }
    Ok(())
}
