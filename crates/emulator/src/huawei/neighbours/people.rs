//! Users and user groups of Workspace, and for whom it asks a further factor.

use serde_json::{Map, Value, json};

use super::{
    super::{
        errors::{Error, code},
        request::Request,
    },
    all, create, delete, need, only, shown, text, update,
};
use crate::{
    call::Moment,
    world::{
        Neighbour,
        NeighbourKind::{self, SecondFactor, User, UserGroup},
        World,
    },
};

/// GET `/v2/{project_id}/users`.
pub(crate) fn list_users(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let users = all(world, request, User).filter(|(_, user)| request.wants_part("user_name", text(user, "user_name")));
    let (count, users) = request.window(users);
    let users: Vec<Value> = users.into_iter().map(|(id, user)| user_model(id, user)).collect();
    Ok(json!({ "total_count": count, "users": users }))
}

/// POST `/v2/{project_id}/users`. No password is kept.
pub(crate) fn create_user(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    free_name(world, request, (User, "user_name"), request.need("user_name")?)?;
    let fields = [("active_type", json!("USER_ACTIVATE")), ("enable_change_password", json!(true))];
    let fields = fields.map(|(name, value)| (name.to_owned(), value)).into_iter().collect();
    let id = create(world, request, moment, User, fields);
    if let Some(user) = world.huawei.neighbours.get_mut(&id) {
        user.fields.remove("password");
    }
    Ok(json!({ "id": id }))
}

/// GET `/v2/{project_id}/users/{user_id}`.
pub(crate) fn show_user(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let id = request.path("user_id");
    Ok(json!({ "user_detail": user_model(id, need(world, request, User, id)?) }))
}

/// PUT `/v2/{project_id}/users/{user_id}`.
pub(crate) fn update_user(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let id = request.path("user_id");
    update(world, request, moment, User, id)?;
    Ok(json!({ "id": id }))
}

/// DELETE `/v2/{project_id}/users/{user_id}`.
pub(crate) fn delete_user(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    delete(world, request, User, request.path("user_id"))
}

/// GET `/v2/{project_id}/groups`.
pub(crate) fn list_groups(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let groups =
        all(world, request, UserGroup).filter(|(_, group)| request.wants_part("keyword", text(group, "group_name")));
    let (count, groups) = request.window(groups);
    let groups: Vec<Value> = groups
        .into_iter()
        .map(|(id, group)| {
            let mut model = shown(id, group);
            model["name"] = text(group, "group_name").into();
            model["user_quantity"] = group.members.len().into();
            model
        })
        .collect();
    Ok(json!({ "total_count": count, "user_groups": groups }))
}

/// POST `/v2/{project_id}/groups`.
pub(crate) fn create_group(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    free_name(world, request, (UserGroup, "group_name"), request.need("group_name")?)?;
    create(world, request, moment, UserGroup, Map::new());
    Ok(Value::Null)
}

/// PUT `/v2/{project_id}/groups/{group_id}`.
pub(crate) fn update_group(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    update(world, request, moment, UserGroup, request.path("group_id")).map(|()| Value::Null)
}

/// DELETE `/v2/{project_id}/groups/{group_id}`.
pub(crate) fn delete_group(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    delete(world, request, UserGroup, request.path("group_id"))
}

/// GET `/v2/{project_id}/groups/{group_id}/users`.
pub(crate) fn list_members(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let group = need(world, request, UserGroup, request.path("group_id"))?;
    let users = group.members.iter().filter_map(Value::as_str);
    let users = users.filter_map(|id| need(world, request, User, id).ok().map(|user| user_model(id, user)));
    let (count, users) = request.window(users);
    Ok(json!({ "total_count": count, "users": users }))
}

/// POST `/v2/{project_id}/groups/{group_id}/actions`: adds users, or takes them away.
pub(crate) fn change_members(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let id = request.path("group_id");
    let mut group = need(world, request, UserGroup, id)?.clone();
    let given = request.texts("user_ids");
    for user in &given {
        need(world, request, User, user)?;
    }
    group.members.retain(|member| member.as_str().is_none_or(|member| !given.contains(&member)));
    if request.text("op_type") == Some("ADD") {
        group.members.extend(given.into_iter().map(Value::from));
    }
    group.updated_at = moment.now;
    world.huawei.neighbours.insert(id, group);
    Ok(Value::Null)
}

/// GET `/v2/{project_id}/assist-auth-config/apply-objects`.
pub(crate) fn list_second_factor(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let objects = all(world, request, SecondFactor).flat_map(|(_, record)| &record.members).filter(|object| {
        request.wants("object_type", object["object_type"].as_str().unwrap_or_default())
            && request.wants_part("object_name", object["object_name"].as_str().unwrap_or_default())
    });
    let (count, objects) = request.window(objects);
    Ok(json!({ "total_count": count, "objects": objects }))
}

/// POST `/v2/{project_id}/assist-auth-config/apply-objects`: adds some people and takes some away.
pub(crate) fn change_second_factor(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let (id, mut record) = only(world, request, moment, SecondFactor);
    let (added, removed) = (request.list("add"), request.list("delete"));
    let is_among = |list: &[Value], object: &Value| list.iter().any(|other| other["object_id"] == object["object_id"]);
    record.members.retain(|object| !is_among(added, object) && !is_among(removed, object));
    record.members.extend(added.iter().cloned());
    record.updated_at = moment.now;
    world.huawei.neighbours.insert(id, record);
    Ok(Value::Null)
}

/// The id of the user or user group whom Workspace knows by this name.
pub(crate) fn id_of(world: &World, request: &Request, account_type: &str, name: &str) -> Option<String> {
    let (kind, field) = kind_of(account_type)?;
    all(world, request, kind).find(|(_, record)| text(record, field) == name).map(|(id, _)| id.to_owned())
}

/// Whether Workspace knows any user, or any user group.
pub(crate) fn are_known(world: &World, request: &Request, account_type: &str) -> bool {
    kind_of(account_type).is_some_and(|(kind, _)| all(world, request, kind).next().is_some())
}

/// What an account of this type is, and the field with its name.
fn kind_of(account_type: &str) -> Option<(NeighbourKind, &'static str)> {
    match account_type {
        "USER" => Some((User, "user_name")),
        "USER_GROUP" => Some((UserGroup, "group_name")),
        _ => None,
    }
}

/// The address of a user whom Workspace knows.
pub(crate) fn address_of(world: &World, request: &Request, name: &str) -> Option<String> {
    let (_, user) = all(world, request, User).find(|(_, user)| text(user, "user_name") == name)?;
    Some(text(user, "user_email").to_owned()).filter(|address| !address.is_empty())
}

fn free_name(world: &World, request: &Request, (kind, field): (NeighbourKind, &str), name: &str) -> Result<(), Error> {
    if all(world, request, kind).any(|(_, record)| text(record, field) == name) {
        return Err(Error::of(400, code::PERSON_TAKEN, format!("The name '{name}' already exists.")));
    }
    Ok(())
}

fn user_model(id: &str, user: &Neighbour) -> Value {
    let mut model = shown(id, user);
    // Text when it is set, and a number when it is shown; people whose account ends are not the emulator's concern.
    model["account_expires"] = text(user, "account_expires").parse::<i64>().unwrap_or(0).into();
    for (name, value) in [
        ("user_email", json!("")),
        ("user_phone", json!("")),
        ("description", json!("")),
        ("password_never_expired", json!(false)),
        ("next_login_change_password", json!(true)),
        ("disabled", json!(false)),
        ("locked", json!(false)),
        ("total_desktops", json!(0)),
    ] {
        if model[name].is_null() {
            model[name] = value;
        }
    }
    model
}
