//! Policy groups, which say what people may do in their sessions and for whom that holds, and policy templates.

use serde_json::{Map, Value, json};

use super::{
    errors::{Error, code},
    operations,
    request::Request,
};
use crate::{
    call::Moment,
    shape::{Kind, check::defaults},
    world::{PolicyGroup, PolicyTarget, World},
};

/// `policy_group_type` of policy templates; 0 is that of policy groups.
const TEMPLATE: i64 = 4;

/// The sections of `policies` by what `policy_type` calls them.
const SECTIONS: [(&str, &str); 8] = [
    ("Peripherals", "peripherals"),
    ("Audio", "audio"),
    ("Client", "client"),
    ("Display", "display"),
    ("FileAndClip", "file_and_clipboard"),
    ("SessionAutoDisconnect", "session"),
    ("VirtualChannel", "virtual_channel"),
    ("KeyboardAndMouse", "keyboard_mouse"),
];

/// GET `policy-groups`, and `policy-groups/show/detail`.
pub(super) fn list(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let table = match request.query_integer("policy_group_type") {
        Some(TEMPLATE) => &world.huawei.policy_templates,
        _ => &world.huawei.policy_groups,
    };
    Ok(page(request, table.iter()))
}

/// GET `policy-groups/{policy_group_id}`.
pub(super) fn show(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let (id, group) = named(world, request)?;
    Ok(json!({ "policy_group": model(id, group) }))
}

/// GET `policy-groups/actions/list-original-policy`: what holds where nothing else is said.
pub(super) fn show_original(_world: &World, _request: &Request, _moment: Moment) -> Result<Value, Error> {
    let answer = operations::table().operation("ShowOriginalPolicyInfo").and_then(|found| found.answer.as_ref());
    Ok(match answer {
        Some(Kind::Object(fields)) => Value::Object(defaults(fields)),
        _ => json!({}),
    })
}

/// GET `policy-groups/{policy_group_id}/policy`, of one type or of all.
pub(super) fn list_policies(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let (_, group) = named(world, request)?;
    let Some(wanted) = request.query_text("policy_type") else {
        return Ok(json!({ "policies": group.policies }));
    };
    let section = SECTIONS.iter().find(|(name, _)| *name == wanted).map(|(_, section)| *section);
    let of_type: Map<String, Value> =
        group.policies.iter().filter(|(name, _)| Some(name.as_str()) == section).map(own).collect();
    Ok(json!({ "policies": of_type }))
}

/// GET `policy-groups/{policy_group_id}/target`.
pub(super) fn list_targets(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let (_, group) = named(world, request)?;
    let targets = group.targets.iter().filter(|target| request.wants("target_type", &target.target_type));
    Ok(json!({ "targets": targets.collect::<Vec<_>>() }))
}

/// POST `policy-groups`. One without a priority comes last.
pub(super) fn create(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let given = Given::of(request);
    let last = of_project(world.huawei.policy_groups.iter(), request).map(|(_, group)| group.priority).max();
    let mut group = PolicyGroup {
        project_id: request.project_id.clone(),
        name: given.text("policy_group_name").unwrap_or_default().to_owned(),
        description: String::new(),
        priority: last.unwrap_or(0) + 1,
        targets: Vec::new(),
        policies: Map::new(),
        created_at: moment.now,
        updated_at: moment.now,
    };
    given.write(world, &mut group)?;
    let id = world.random().uuid().to_string();
    world.huawei.policy_groups.insert(id.clone(), group);
    Ok(json!({ "id": id }))
}

/// PATCH `policy-groups/{policy_group_id}`: what is given takes the place of what there was, all targets and all
/// policies at once.
pub(super) fn update(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let (id, group) = named(world, request)?;
    let mut group = PolicyGroup { updated_at: moment.now, ..group.clone() };
    Given::of(request).write(world, &mut group)?;
    world.huawei.policy_groups.insert(id, group);
    Ok(json!({ "id": id }))
}

/// DELETE `policy-groups/{policy_group_id}`.
pub(super) fn delete(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let (id, _) = named(world, request)?;
    world.huawei.policy_groups.remove(id);
    Ok(Value::Null)
}

/// GET `policy-templates`.
pub(super) fn list_templates(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    Ok(page(request, world.huawei.policy_templates.iter()))
}

/// POST `policy-templates`.
pub(super) fn create_template(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let given = Given::of(request);
    let mut template = PolicyGroup {
        project_id: request.project_id.clone(),
        name: String::new(),
        description: String::new(),
        priority: 0,
        targets: Vec::new(),
        policies: Map::new(),
        created_at: moment.now,
        updated_at: moment.now,
    };
    given.write(world, &mut template)?;
    let id = world.random().uuid().to_string();
    world.huawei.policy_templates.insert(id.clone(), template);
    Ok(json!({ "id": id }))
}

/// PATCH `policy-templates/{policy_template_id}`.
pub(super) fn update_template(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let (id, template) = named_template(world, request)?;
    let mut template = PolicyGroup { updated_at: moment.now, ..template.clone() };
    Given::of(request).write(world, &mut template)?;
    world.huawei.policy_templates.insert(id, template);
    Ok(json!({ "id": id }))
}

/// DELETE `policy-templates/{policy_template_id}`.
pub(super) fn delete_template(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let (id, _) = named_template(world, request)?;
    world.huawei.policy_templates.remove(id);
    Ok(Value::Null)
}

/// The `policy_group` of a body.
struct Given<'r>(Option<&'r Value>);

impl<'r> Given<'r> {
    fn of(request: &'r Request) -> Self {
        Self(request.field("policy_group"))
    }

    fn field(&self, name: &str) -> Option<&'r Value> {
        self.0?.get(name).filter(|value| !value.is_null())
    }

    fn text(&self, name: &str) -> Option<&'r str> {
        self.field(name)?.as_str()
    }

    /// Writes what is given into `group`.
    fn write(&self, world: &World, group: &mut PolicyGroup) -> Result<(), Error> {
        if let Some(name) = self.text("policy_group_name") {
            name.clone_into(&mut group.name);
        }
        if let Some(text) = self.text("description") {
            text.clone_into(&mut group.description);
        }
        if let Some(priority) = self.field("priority").and_then(Value::as_i64) {
            group.priority = priority;
        }
        if let Some(Value::Object(policies)) = self.field("policies") {
            group.policies.clone_from(policies);
        }
        if let Some(Value::Array(targets)) = self.field("targets") {
            group.targets =
                targets.iter().map(|target| target_of(world, &group.project_id, target)).collect::<Result<_, _>>()?;
        }
        Ok(())
    }
}

/// A target; an application group must be there, of people the world says too little.
fn target_of(world: &World, project_id: &str, given: &Value) -> Result<PolicyTarget, Error> {
    let text = |name: &str| given[name].as_str().unwrap_or_default().to_owned();
    let target = PolicyTarget {
        target_id: text("target_id"),
        target_name: text("target_name"),
        target_type: text("target_type"),
    };
    let there = |id: &str| world.huawei.app_groups.get(id).is_some_and(|group| group.project_id == project_id);
    if target.target_type == "APPGROUP" && !there(&target.target_id) {
        return Err(Error::unknown_app_group(&target.target_id));
    }
    Ok(target)
}

type Row<'w> = (&'w str, &'w PolicyGroup);

fn of_project<'w>(rows: impl Iterator<Item = Row<'w>>, request: &Request) -> impl Iterator<Item = Row<'w>> {
    rows.filter(|(_, group)| group.project_id == request.project_id)
}

fn page<'w>(request: &Request, rows: impl Iterator<Item = Row<'w>>) -> Value {
    let rows = of_project(rows, request).filter(|(_, group)| request.wants_part("policy_group_name", &group.name));
    let mut rows: Vec<_> = rows.collect();
    rows.sort_by_key(|(_, group)| group.priority);
    let (count, rows) = request.window(rows.into_iter());
    let items: Vec<Value> = rows.into_iter().map(|(id, group)| model(id, group)).collect();
    json!({ "count": count, "total_count": count, "items": items })
}

fn named<'w, 'r>(world: &'w World, request: &'r Request) -> Result<(&'r str, &'w PolicyGroup), Error> {
    let id = request.path("policy_group_id");
    let group = world.huawei.policy_groups.get(id).filter(|group| group.project_id == request.project_id);
    group.map(|group| (id, group)).ok_or_else(|| missing("policy group", id))
}

fn named_template<'w, 'r>(world: &'w World, request: &'r Request) -> Result<(&'r str, &'w PolicyGroup), Error> {
    let id = request.path("policy_template_id");
    let template = world.huawei.policy_templates.get(id).filter(|group| group.project_id == request.project_id);
    template.map(|template| (id, template)).ok_or_else(|| missing("policy template", id))
}

fn missing(what: &str, id: &str) -> Error {
    Error::of(404, code::POLICY_GROUP_NOT_FOUND, format!("The {what} is not found, the id is '{id}'."))
}

fn own((name, value): (&String, &Value)) -> (String, Value) {
    (name.clone(), value.clone())
}

fn model(id: &str, group: &PolicyGroup) -> Value {
    json!({
        "id": id,
        "name": group.name,
        "description": group.description,
        "priority": group.priority,
        "targets": group.targets,
        "policies": group.policies,
        "create_time": group.created_at,
        "update_time": group.updated_at,
    })
}
