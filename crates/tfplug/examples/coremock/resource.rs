//! A resource of a kind that is known at run time.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;
use tfplug::{DeferredReason, prelude::*, value::Type};

use super::{
    definition::{Definition, Role},
    mock::Mock,
};

/// One kind of resource.
pub struct MockResource {
    name: String,
    definition: Arc<Definition>,
    schema: Schema,
}

/// What identifies one resource.
#[derive(Clone, Serialize, Deserialize)]
pub struct Identity {
    pub id: Attr<String>,
}

impl MockResource {
    pub fn new(name: &str, definition: &Arc<Definition>) -> Result<Self, String> {
        let schema = definition.schema(Role::Resource)?;
        Ok(Self { name: name.to_owned(), definition: Arc::clone(definition), schema })
    }

    fn completed(&self, mut planned: Value) -> Result<Value> {
        let failed = |problem| Diagnostic::error(format!("Cannot compute a {}", self.name), problem);
        self.definition.compute(&mut planned).map_err(failed)?;
        Ok(planned)
    }
}

/// The ID that a state or configuration has, if it is known.
pub fn id(values: &Value) -> Option<&str> {
    match values.attribute("id") {
        Value::String(id) => Some(id),
        _ => None,
    }
}

fn require_id(values: &Value) -> Result<&str> {
    let missing = || Diagnostic::error("No id", "The state has no ID, by which its file is named.");
    id(values).ok_or_else(|| missing().at(Path::attribute("id")).into())
}

fn fail_if(named: &[String], id: &str, setting: &str) -> Result<()> {
    if named.iter().any(|name| name == id) {
        return Err(Diagnostic::error(format!("{id} fails"), format!("The provider's `{setting}` names it.")).into());
    }
    Ok(())
}

impl Resource for MockResource {
    type Data = Mock;
    type Model = Value;
    type Identity = Identity;

    fn type_name(&self) -> &str {
        &self.name
    }

    fn schema(&self) -> Schema {
        self.schema.clone()
    }

    fn identity_schema(&self) -> Option<IdentitySchema> {
        Some(IdentitySchema::new().required("id", Type::String, "Names its file."))
    }

    fn identity(&self, state: &Value) -> Option<Identity> {
        id(state).map(|id| Identity { id: id.into() })
    }

    async fn plan(&self, cx: &mut Context<Mock>, change: &mut Change<Value>) -> Result<()> {
        let Some(id) = change.planned.as_ref().and_then(id) else { return Ok(()) };
        let is_deferred = cx.data()?.defer_changes.iter().any(|name| name == id);
        if is_deferred && !cx.defer(DeferredReason::ResourceConfigUnknown) {
            let detail = format!("`defer_changes` names {id}, and this version of Terraform knows no deferral.");
            return Err(Diagnostic::error("Cannot be deferred", detail).at(Path::attribute("id")).into());
        }
        Ok(())
    }

    async fn create(&self, cx: &mut Context<Mock>, planned: Value) -> Result<Value> {
        let mut state = self.completed(planned)?;
        if let Value::Object(values) = &mut state {
            let id = values.entry("id".to_owned()).or_insert(Value::Null);
            if id.is_unknown() || id.is_null() {
                *id = uuid::Uuid::new_v4().to_string().into();
            }
        }
        let (mock, id) = (cx.data()?, require_id(&state)?);
        fail_if(&mock.fail_on_create, id, "fail_on_create")?;
        mock.resources.as_ref().map_or(Ok(()), |store| store.create(id, &self.name, &state))?;
        Ok(state)
    }

    async fn read(&self, cx: &mut Context<Mock>, state: Value) -> Result<Option<Value>> {
        let (mock, id) = (cx.data()?, require_id(&state)?);
        fail_if(&mock.fail_on_read, id, "fail_on_read")?;
        let Some(store) = &mock.resources else { return Ok(Some(state)) };
        let Some(found) = store.read(id)? else { return Ok(None) };
        let unfit = |problem| Diagnostic::error(format!("The file of {id} does not fit {}", self.name), problem);
        Ok(Some(self.definition.values(&found.values).map_err(unfit)?))
    }

    async fn update(&self, cx: &mut Context<Mock>, _prior: Value, planned: Value) -> Result<Value> {
        let state = self.completed(planned)?;
        let (mock, id) = (cx.data()?, require_id(&state)?);
        fail_if(&mock.fail_on_update, id, "fail_on_update")?;
        mock.resources.as_ref().map_or(Ok(()), |store| store.update(id, &self.name, &state))?;
        Ok(state)
    }

    async fn delete(&self, cx: &mut Context<Mock>, state: Value) -> Result<()> {
        let (mock, id) = (cx.data()?, require_id(&state)?);
        fail_if(&mock.fail_on_delete, id, "fail_on_delete")?;
        mock.resources.as_ref().map_or(Ok(()), |store| store.delete(id))?;
        Ok(())
    }

    async fn import(&self, _: &mut Context<Mock>, source: Import<Identity>) -> Result<Value> {
        let id = match source {
            Import::Id(id) => id,
            Import::Identity(identity) => identity.id.require("id")?.clone(),
        };
        let nothing_but = self.definition.values(&json!({ "id": { "string": id } }));
        nothing_but.map_err(|problem| Diagnostic::error(format!("{id} cannot be imported"), problem).into())
    }
}
