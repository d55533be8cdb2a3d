//! Tags of delivery groups: TagResources, UntagResources, ListTagResources; those of everything that takes tags are in
//! [`cloud`].

pub(crate) mod cloud;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    errors::Error,
    request::arguments::Arguments,
    rules::{STOP_NEW_USER_CONNECTION, has_tags, is_system},
};
use crate::{call::Moment, world::World};

/// The one type of resource that takes tags; capitals do not matter.
const RESOURCE_TYPE: &str = "APPINSTANCEGROUP";
/// System tags that anybody may set, to `true` or `false`.
const SYSTEM_TAGS: [&str; 2] = ["System/Scheduler/GRAYSCALE", STOP_NEW_USER_CONNECTION];
/// Tags on one group.
const MOST_TAGS: usize = 20;
/// Rows in an answer of ListTagResources.
const PAGE_SIZE: usize = 50;

/// TagResources: all groups or none.
pub(crate) fn tag(world: &mut World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    let ids = groups(world, arguments)?;
    let tags = checked(arguments.tags("Tag"))?;
    if tags.is_empty() {
        return Err(Error::missing("Tag"));
    }
    for id in ids {
        let group = world.alibaba.delivery_groups.get_mut(id).ok_or_else(Error::unknown_group)?;
        put(&mut group.tags, &tags)?;
    }
    Ok(json!({}))
}

/// UntagResources: the keys given, or all.
pub(crate) fn untag(world: &mut World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    let ids = groups(world, arguments)?;
    let keys = arguments.texts("TagKey");
    let all = arguments.boolean("All").unwrap_or(false);
    check_keys(&keys)?;
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
pub(crate) fn list(world: &World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    check_type(arguments)?;
    let region = arguments.need("RegionId")?;
    let ids = arguments.texts("ResourceId");
    let tags = arguments.tags("Tag");
    if ids.is_empty() && tags.is_empty() {
        return Err(Error::missing("ResourceId"));
    }
    let rows: Vec<Value> = world
        .alibaba
        .delivery_groups
        .iter()
        .filter(|(id, group)| group.region_id == region && (ids.is_empty() || ids.contains(id)))
        .filter(|(_, group)| has_tags(group, &tags))
        .flat_map(|(id, group)| group.tags.iter().map(move |(key, value)| (id, key, value)))
        .map(|(id, key, value)| {
            json!({ "ResourceId": id, "ResourceType": RESOURCE_TYPE, "TagKey": key, "TagValue": value })
        })
        .collect();
    rest_from_token(arguments, "TagResources", rows, PAGE_SIZE)
}

/// As many of `rows` as `size` says, under `name`, from where `NextToken` says, and where the rest begins.
fn rest_from_token(arguments: &Arguments<'_>, name: &str, rows: Vec<Value>, size: usize) -> Result<Value, Error> {
    let offset = match arguments.text("NextToken") {
        Some(token) => token.parse::<usize>().map_err(|_| Error::invalid("NextToken"))?,
        None => 0,
    };
    let total = rows.len();
    let shown: Vec<Value> = rows.into_iter().skip(offset).take(size).collect();
    let end = offset + shown.len();
    let mut body = json!({ (name): shown, "TotalCount": total });
    if end < total {
        body["NextToken"] = end.to_string().into();
    }
    Ok(body)
}

/// Adds tags; custom ones up to the service's limit.
fn put(present: &mut BTreeMap<String, String>, tags: &[(&str, &str)]) -> Result<(), Error> {
    present.extend(tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
    let custom = present.keys().filter(|key| !is_system(key)).count();
    if custom > MOST_TAGS { Err(Error::too_many_tags()) } else { Ok(()) }
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

/// Tags that may be set, each once.
fn checked<'a>(tags: Vec<(&'a str, Option<&'a str>)>) -> Result<Vec<(&'a str, &'a str)>, Error> {
    let tags: Vec<_> = tags.into_iter().map(|(key, value)| (key, value.unwrap_or_default())).collect();
    for (index, (key, value)) in tags.iter().enumerate() {
        check_tag(key, value)?;
        if tags[..index].iter().any(|(earlier, _)| earlier == key) {
            return Err(Error::duplicate_tag());
        }
    }
    Ok(tags)
}

fn check_keys(keys: &[&str]) -> Result<(), Error> {
    let is_forbidden = |key: &&str| is_system(key) && !SYSTEM_TAGS.contains(key);
    if keys.iter().any(is_forbidden) { Err(Error::tag_key()) } else { Ok(()) }
}

fn check_tag(key: &str, value: &str) -> Result<(), Error> {
    if is_system(key) && !(SYSTEM_TAGS.contains(&key) && matches!(value, "true" | "false")) {
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
