//! Whether sessions move off servers that are too full, and whose sessions never do: one configuration a project.

use serde_json::{Value, json};

use super::{
    super::{
        errors::{Error, code},
        request::Request,
    },
    need, of_project, page,
};
use crate::{
    call::Moment,
    world::{HotspotConfig, NonMigratingUser, World},
};

/// GET `hotspot-session-config`.
pub(crate) fn list(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    Ok(page(request, of_project(&world.huawei.hotspot_configs, request), |(id, config)| model(id, config)))
}

/// POST `hotspot-session-config`.
pub(crate) fn create(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    if of_project(&world.huawei.hotspot_configs, request).next().is_some() {
        // The creation has no 409 among its answers.
        return Err(Error::of(400, code::HOTSPOT_TAKEN, "The project has a configuration of hotspot sessions."));
    }
    let config = HotspotConfig {
        project_id: request.project_id.clone(),
        enabled: request.boolean("hotspot_session_migration_enable").unwrap_or(false),
        exit_sessions: request.integer("hotspot_exit_session_num").unwrap_or(0),
        non_migrating: users(request.list("non_migrate_users")),
    };
    let id = world.random().digits(18);
    let answer = model(&id, &config);
    world.huawei.hotspot_configs.insert(id, config);
    Ok(answer)
}

/// PATCH `hotspot-session-config/{config_id}`.
pub(crate) fn update(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let id = request.path("config_id");
    let mut config = need(&world.huawei.hotspot_configs, request, id)?.clone();
    if let Some(enabled) = request.boolean("hotspot_session_migration_enable") {
        config.enabled = enabled;
    }
    if let Some(number) = request.integer("hotspot_exit_session_num") {
        config.exit_sessions = number;
    }
    let answer = model(id, &config);
    world.huawei.hotspot_configs.insert(id, config);
    Ok(answer)
}

/// GET `hotspot-session-config/{config_id}/non-migration-users`.
pub(crate) fn list_users(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let config = need(&world.huawei.hotspot_configs, request, request.path("config_id"))?;
    let users = config.non_migrating.iter().filter(|user| request.wants_part("user_name", &user.user_name));
    let (count, users) = request.window(users);
    Ok(json!({ "total_count": count, "non_migrate_users": users }))
}

/// PATCH `hotspot-session-config/{config_id}/non-migration-users`: adds some, or takes some away.
pub(crate) fn update_users(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let id = request.path("config_id");
    let mut config = need(&world.huawei.hotspot_configs, request, id)?.clone();
    let given = users(request.list("non_migrate_users"));
    config.non_migrating.retain(|user| !given.iter().any(|other| same(user, other)));
    if request.text("update_type") == Some("ADD") {
        config.non_migrating.extend(given);
    }
    world.huawei.hotspot_configs.insert(id, config);
    Ok(Value::Null)
}

/// One user: the same id, or the same name where none is said.
fn same(user: &NonMigratingUser, said: &NonMigratingUser) -> bool {
    if said.user_id.is_empty() { said.user_name == user.user_name } else { said.user_id == user.user_id }
}

fn users(given: &[Value]) -> Vec<NonMigratingUser> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let user =
        |given: &Value| NonMigratingUser { user_id: text(&given["user_id"]), user_name: text(&given["user_name"]) };
    given.iter().map(user).collect()
}

fn model(id: &str, config: &HotspotConfig) -> Value {
    json!({
        "id": id,
        "project_id": config.project_id,
        "hotspot_session_migration_enable": config.enabled,
        "hotspot_exit_session_num": config.exit_sessions,
        "non_migrate_users": config.non_migrating,
    })
}
