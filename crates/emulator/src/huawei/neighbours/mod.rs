//! What lies around application streaming, as far as the vendor's Terraform provider asks for it: people and the app
//! center of Workspace, and what of the network, the zones and the images other services show.

pub(super) mod center;
pub(super) mod machines;
pub(super) mod people;

use serde_json::{Map, Value, json};

use super::{
    errors::Error,
    records::{find, missing, of_project},
    request::Request,
};
use crate::{
    call::Moment,
    world::{Neighbour, NeighbourKind, World},
};

/// The records of a kind.
fn all<'w>(
    world: &'w World,
    request: &'w Request,
    kind: NeighbourKind,
) -> impl Iterator<Item = (&'w str, &'w Neighbour)> {
    of_project(&world.huawei.neighbours, request).filter(move |(_, record)| record.kind == kind)
}

/// The record of a kind with this id.
fn need<'w>(world: &'w World, request: &Request, kind: NeighbourKind, id: &str) -> Result<&'w Neighbour, Error> {
    let record = find(&world.huawei.neighbours, request, id).filter(|record| record.kind == kind);
    record.ok_or_else(|| missing::<Neighbour>(id))
}

/// Keeps what the body says, beside `fields`; answers the new record's id.
fn create(
    world: &mut World,
    request: &Request,
    moment: Moment,
    kind: NeighbourKind,
    mut fields: Map<String, Value>,
) -> String {
    fields.extend(said(request));
    let record = Neighbour {
        project_id: request.project_id.clone(),
        kind,
        fields,
        members: Vec::new(),
        created_at: moment.now,
        updated_at: moment.now,
    };
    let id = world.random().digits(18);
    world.huawei.neighbours.insert(id.clone(), record);
    id
}

/// What the body says; a null says nothing.
fn said(request: &Request) -> Map<String, Value> {
    request
        .body()
        .iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// Writes what the body says over what was said before.
fn update(world: &mut World, request: &Request, moment: Moment, kind: NeighbourKind, id: &str) -> Result<(), Error> {
    let mut record = need(world, request, kind, id)?.clone();
    record.fields.extend(said(request));
    record.updated_at = moment.now;
    world.huawei.neighbours.insert(id, record);
    Ok(())
}

fn delete(world: &mut World, request: &Request, kind: NeighbourKind, id: &str) -> Result<Value, Error> {
    need(world, request, kind, id)?;
    world.huawei.neighbours.remove(id);
    Ok(Value::Null)
}

/// The one record of its kind that the project has, to be changed and kept under the id that comes with it.
fn only(world: &mut World, request: &Request, moment: Moment, kind: NeighbourKind) -> (String, Neighbour) {
    let present = all(world, request, kind).next().map(|(id, record)| (id.to_owned(), record.clone()));
    present.unwrap_or_else(|| {
        let record = Neighbour {
            project_id: request.project_id.clone(),
            kind,
            fields: Map::new(),
            members: Vec::new(),
            created_at: moment.now,
            updated_at: moment.now,
        };
        (world.random().digits(18), record)
    })
}

/// A record as lists show it.
fn shown(id: &str, record: &Neighbour) -> Value {
    let mut shown = record.fields.clone();
    shown.insert("id".to_owned(), id.into());
    shown.insert("create_time".to_owned(), json!(record.created_at));
    shown.insert("update_time".to_owned(), json!(record.updated_at));
    Value::Object(shown)
}

/// What was said of a record under this name.
fn text<'r>(record: &'r Neighbour, name: &str) -> &'r str {
    record.fields.get(name).and_then(Value::as_str).unwrap_or_default()
}
