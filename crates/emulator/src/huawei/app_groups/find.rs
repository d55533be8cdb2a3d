//! The application groups of a request's project.

use super::super::{errors::Error, request::Request};
use crate::world::{AppGroup, World};

/// All of them.
pub(super) fn all<'w>(world: &'w World, request: &'w Request) -> impl Iterator<Item = (&'w str, &'w AppGroup)> {
    world.huawei.app_groups.iter().filter(|(_, group)| group.project_id == request.project_id)
}

/// The one with this id.
pub(super) fn find<'w, 'r>(world: &'w World, request: &Request, id: &'r str) -> Result<(&'r str, &'w AppGroup), Error> {
    let group = world.huawei.app_groups.get(id).filter(|group| group.project_id == request.project_id);
    group.map(|group| (id, group)).ok_or_else(|| Error::unknown_app_group(id))
}

/// The one in the path.
pub(super) fn named<'w, 'r>(world: &'w World, request: &'r Request) -> Result<(&'r str, &'w AppGroup), Error> {
    find(world, request, request.path("app_group_id"))
}

/// The one in the path, to change it.
pub(super) fn named_mut<'w>(world: &'w mut World, request: &Request) -> Result<&'w mut AppGroup, Error> {
    let (id, _) = named(world, request)?;
    world.huawei.app_groups.get_mut(id).ok_or_else(|| Error::unknown_app_group(id))
}
