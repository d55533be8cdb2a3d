//! The app center of Workspace: applications for desktops, who may have them, and which must not run.

use serde_json::{Map, Value, json};

use super::{
    super::{errors::Error, records::page, request::Request},
    all, create, delete, need, only, shown, text, update,
};
use crate::{
    call::Moment,
    world::{
        Neighbour,
        NeighbourKind::{CenterApp, CenterRestriction, CenterRule},
        World,
    },
};

/// The kinds of applications: id, name in Chinese and in English.
const CATALOGS: [(&str, &str, &str); 3] =
    [("1", "办公", "Office"), ("2", "开发工具", "Development"), ("3", "其他", "Other")];

/// GET `app-center/app-catalogs`.
pub(crate) fn list_catalogs(_world: &World, _request: &Request, _moment: Moment) -> Result<Value, Error> {
    let items = CATALOGS.map(|(id, zh, en)| json!({ "id": id, "catalog_zh": zh, "catalog_en": en }));
    Ok(json!({ "items": items }))
}

/// GET `app-center/apps`.
pub(crate) fn list(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let apps = all(world, request, CenterApp).filter(|(_, app)| request.wants_part("name", text(app, "name")));
    Ok(page(request, apps, app_model))
}

/// POST `app-center/apps`.
pub(crate) fn create_app(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let fields = [
        ("status", "NORMAL"),
        ("application_source", "CUSTOM"),
        ("app_icon_url", "https://icons.emulator.test/app.png"),
    ];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.into())).into_iter().collect();
    let id = create(world, request, moment, CenterApp, fields);
    Ok(app_model((&id, need(world, request, CenterApp, &id)?)))
}

/// PATCH `app-center/apps/{app_id}`.
pub(crate) fn update_app(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let id = request.path("app_id");
    update(world, request, moment, CenterApp, id)?;
    Ok(app_model((id, need(world, request, CenterApp, id)?)))
}

/// DELETE `app-center/apps/{app_id}`.
pub(crate) fn delete_app(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    delete(world, request, CenterApp, request.path("app_id"))
}

/// POST `app-center/apps/actions/batch-enable`: all or none.
pub(crate) fn enable(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let ids = request.texts("items");
    change_all(world, request, moment, &ids, |app| drop(app.fields.insert("status".to_owned(), "NORMAL".into())))
}

/// POST `app-center/apps/actions/batch-disable`: all or none.
pub(crate) fn disable(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let ids = request.texts("items");
    change_all(world, request, moment, &ids, |app| drop(app.fields.insert("status".to_owned(), "FORBIDDEN".into())))
}

/// POST `app-center/apps/actions/batch-assign-authorization`: for everybody, or for some and for others no more.
pub(crate) fn authorize(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let kind = request.need("authorization_type")?;
    let (added, removed) = (request.list("users"), request.list("del_users"));
    let is_among = |list: &[Value], user: &Value| list.iter().any(|other| other["account"] == user["account"]);
    change_all(world, request, moment, &request.texts("app_ids"), |app| {
        app.fields.insert("authorization_type".to_owned(), kind.into());
        app.members.retain(|user| kind != "ALL_USER" && !is_among(added, user) && !is_among(removed, user));
        app.members.extend(added.iter().cloned());
    })
}

/// POST `app-center/apps/actions/batch-auto-install`: there are no desktops on which anything is installed.
pub(crate) fn install(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    change_all(world, request, moment, &request.texts("app_ids"), |_| {})
}

/// GET `app-center/apps/{app_id}/authorizations`.
pub(crate) fn list_authorizations(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let app = need(world, request, CenterApp, request.path("app_id"))?;
    let users = app.members.iter().filter(|user| {
        request.wants_part("name", user["account"].as_str().unwrap_or_default())
            && request.wants("target_type", user["account_type"].as_str().unwrap_or_default())
    });
    Ok(page(request, users, Value::clone))
}

/// GET `app-center/app-rules`.
pub(crate) fn list_rules(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let rules = all(world, request, CenterRule).filter(|(_, rule)| request.wants_part("name", text(rule, "name")));
    Ok(page(request, rules, |(id, rule)| shown(id, rule)))
}

/// POST `app-center/app-rules`.
pub(crate) fn create_rule(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let fields = Map::from_iter([("rule_source".to_owned(), "CUSTOM".into())]);
    let id = create(world, request, moment, CenterRule, fields);
    Ok(json!({ "id": id }))
}

/// PATCH `app-center/app-rules/{rule_id}`.
pub(crate) fn update_rule(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    update(world, request, moment, CenterRule, request.path("rule_id")).map(|()| Value::Null)
}

/// DELETE `app-center/app-rules/{rule_id}`.
pub(crate) fn delete_rule(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    delete(world, request, CenterRule, request.path("rule_id"))
}

/// What marks a rule whose applications must not run.
const RESTRICTED: &str = "restricted";

/// GET `app-center/app-restricted-rules`.
pub(crate) fn list_restricted(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let rules = all(world, request, CenterRule).filter(|(_, rule)| {
        rule.fields.get(RESTRICTED) == Some(&Value::Bool(true)) && request.wants_part("name", text(rule, "name"))
    });
    Ok(page(request, rules, |(id, rule)| shown(id, rule)))
}

/// POST `app-center/app-restricted-rules`: all or none.
pub(crate) fn restrict(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    mark(world, request, true)
}

/// POST `app-center/app-restricted-rules/actions/batch-delete`: all or none.
pub(crate) fn permit(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    mark(world, request, false)
}

/// GET `app-center/app-rules/actions/get-rule-restriction`.
pub(crate) fn show_restriction(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let fields = all(world, request, CenterRestriction).next().map(|(_, record)| record.fields.clone());
    Ok(fields.map_or_else(|| json!({ "app_restrict_rule_switch": false }), Value::Object))
}

/// POST `app-center/app-rules/actions/set-rule-restriction`.
pub(crate) fn set_restriction(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let (id, mut record) = only(world, request, moment, CenterRestriction);
    record.fields.extend(request.body().clone());
    world.huawei.neighbours.insert(id, record);
    Ok(Value::Null)
}

/// POST `app-center/app-rules/actions/enable-rule-restriction`.
pub(crate) fn enable_restriction(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    switch(world, request, moment, true)
}

/// POST `app-center/app-rules/actions/disable-rule-restriction`.
pub(crate) fn disable_restriction(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    switch(world, request, moment, false)
}

fn switch(world: &mut World, request: &Request, moment: Moment, is_on: bool) -> Result<Value, Error> {
    let (id, mut record) = only(world, request, moment, CenterRestriction);
    record.fields.insert("app_restrict_rule_switch".to_owned(), is_on.into());
    world.huawei.neighbours.insert(id, record);
    Ok(Value::Null)
}

fn mark(world: &mut World, request: &Request, restricted: bool) -> Result<Value, Error> {
    for id in request.texts("items") {
        let mut rule = need(world, request, CenterRule, id)?.clone();
        rule.fields.insert(RESTRICTED.to_owned(), restricted.into());
        world.huawei.neighbours.insert(id, rule);
    }
    Ok(Value::Null)
}

fn change_all(
    world: &mut World,
    request: &Request,
    moment: Moment,
    ids: &[&str],
    edit: impl Fn(&mut Neighbour),
) -> Result<Value, Error> {
    for id in ids {
        let mut app = need(world, request, CenterApp, id)?.clone();
        edit(&mut app);
        app.updated_at = moment.now;
        world.huawei.neighbours.insert(*id, app);
    }
    Ok(Value::Null)
}

fn app_model((id, app): (&str, &Neighbour)) -> Value {
    let mut model = shown(id, app);
    let catalog = CATALOGS.iter().find(|(id, ..)| *id == text(app, "catalog_id"));
    model["catalog"] = catalog.map_or("Other", |(.., english)| *english).into();
    model
}
