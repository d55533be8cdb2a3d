//! What several operations demand of an image, a delivery group, its name and its settings.

use jiff::civil;

use super::errors::Error;
use crate::world::{DeliveryGroup, TimerPeriod, World};

/// With `true`, who has no session in the group gets none.
pub(super) const STOP_NEW_USER_CONNECTION: &str = "System/Scheduler/STOP_NEW_USER_CONNECTION";
/// The one version that applications have.
pub(super) const APP_VERSION: &str = "1.0";

/// An image must exist, be finished and have been distributed to the region.
pub(super) fn check_image(world: &World, image_id: &str, region: &str) -> Result<(), Error> {
    let image = world.alibaba.images.get(image_id).ok_or_else(Error::unknown_image)?;
    if !image.region_ids.iter().any(|known| known == region) {
        return Err(Error::image_of_other_region());
    }
    if image.status != "AVAILABLE" {
        return Err(Error::image_status(&image.status));
    }
    Ok(())
}

/// Users and user groups must exist.
pub(super) fn check_known(world: &World, users: &[&str], user_groups: &[&str]) -> Result<(), Error> {
    let unknown = unknown(users, |name| world.alibaba.users.contains_key(name));
    if !unknown.is_empty() {
        return Err(Error::unknown_users(&unknown));
    }
    let unknown = self::unknown(user_groups, |id| world.alibaba.user_groups.contains_key(id));
    if unknown.is_empty() { Ok(()) } else { Err(Error::unknown_user_groups(&unknown)) }
}

fn unknown<'n>(names: &[&'n str], is_known: impl Fn(&str) -> bool) -> Vec<&'n str> {
    names.iter().filter(|name| !is_known(name)).copied().collect()
}

/// Whoever looks into a group's image, or makes one of it, needs a group that was made for that and is at rest.
pub(super) fn check_debug_mode(group: &DeliveryGroup) -> Result<(), Error> {
    if group.status != "PUBLISHED" {
        return Err(Error::group_status(&group.status));
    }
    let is_on = group.setting("RuntimePolicy", "DebugMode").is_some_and(|mode| mode == "ON");
    if is_on { Ok(()) } else { Err(Error::no_debug_mode()) }
}

/// What changes a group's settings is refused while something else changes the group.
pub(super) fn check_at_rest(group: &DeliveryGroup) -> Result<(), Error> {
    match group.status.as_str() {
        "MAINTAINING" | "EXPIRED" | "DELETING" | "DEPLOYING" | "CEASED" => Err(Error::group_status(&group.status)),
        _ => Ok(()),
    }
}

/// -1 for ever, or 3 to 300 minutes.
pub(super) fn check_session_timeout(minutes: i64) -> Result<i64, Error> {
    if minutes == -1 || (3..=300).contains(&minutes) { Ok(minutes) } else { Err(Error::invalid("SessionTimeout")) }
}

/// 1 to what the specification carries.
pub(super) fn check_capacity(world: &World, node_instance_type: &str, capacity: i64) -> Result<(), Error> {
    let most = world.alibaba.node_instance_types.get(node_instance_type).map_or(i64::MAX, |kind| kind.max_capacity);
    if (1..=most).contains(&capacity) { Ok(()) } else { Err(Error::invalid("NodeCapacity")) }
}

/// When a period begins and ends; `None` where that is not `HH:mm`.
pub(super) fn bounds(period: &TimerPeriod) -> Option<(civil::Time, civil::Time)> {
    let parse = |text: &str| civil::Time::strptime("%H:%M", text).ok();
    Some((parse(&period.start_time)?, parse(&period.end_time)?))
}

/// The id that the service gives a user across its products.
pub(super) fn wy_id(user: &str) -> String {
    format!("wy-{user}")
}

/// The id of something that each group has one of, by the group's id.
pub(super) fn sibling(group_id: &str, prefix: &str) -> String {
    let (_, rest) = group_id.split_once('-').unwrap_or(("", group_id));
    format!("{prefix}-{rest}")
}

/// Whether a group has all of these tags, each with the value that is given or with any.
pub(super) fn has_tags(group: &DeliveryGroup, tags: &[(&str, Option<&str>)]) -> bool {
    tags.iter()
        .all(|(key, value)| group.tags.get(*key).is_some_and(|present| value.is_none_or(|value| value == present)))
}

/// Whether a tag is the service's own.
pub(super) fn is_system(key: &str) -> bool {
    key.starts_with("System/")
}
