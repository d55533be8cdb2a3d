//! Managed resources.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde_json::Value as Json;

use crate::{
    context::{Call, from_state, from_value, to_value},
    diagnostic::{Diagnostics, Result},
    resource::{Change, Import, MoveSource, Resource},
    schema::{IdentitySchema, Schema},
    value::{Type, Value, keep_null_types},
};

/// A resource, whatever its structs.
pub(crate) trait AnyResource: Send + Sync {
    fn schema(&self) -> &Schema;
    fn ty(&self) -> &Arc<Type>;
    fn identity_schema(&self) -> Option<&IdentitySchema>;
    fn identity_ty(&self) -> Option<&Type>;
    fn identity(&self, state: &Value) -> Result<Option<Value>>;
    fn planned_identity(&self, planned: &Value) -> Result<Option<Value>>;
    fn validate(&self, config: &Value) -> Result<Diagnostics>;
    fn plan<'a>(&'a self, cx: &'a mut Call, change: &'a mut Change<Value>) -> BoxFuture<'a, Result<()>>;
    fn plans_without_provider(&self) -> bool;
    fn create<'a>(&'a self, cx: &'a mut Call, planned: &'a Value) -> BoxFuture<'a, Result<Value>>;
    fn read<'a>(&'a self, cx: &'a mut Call, state: &'a Value) -> BoxFuture<'a, Result<Value>>;
    fn update<'a>(&'a self, cx: &'a mut Call, prior: &'a Value, planned: &'a Value) -> BoxFuture<'a, Result<Value>>;
    fn delete<'a>(&'a self, cx: &'a mut Call, state: &'a Value) -> BoxFuture<'a, Result<()>>;
    fn import<'a>(&'a self, cx: &'a mut Call, source: Import<Value>) -> BoxFuture<'a, Result<Value>>;
    fn upgrade(&self, version: i64, state: Json) -> Result<Json>;
    fn upgrade_identity(&self, version: i64, identity: Json) -> Result<Json>;
    fn move_from(&self, source: &MoveSource) -> Result<Option<Taken>>;
    fn generate_config(&self, config: &Value) -> Result<Value>;
}

/// What a resource of another type has become.
pub(crate) struct Taken {
    pub(crate) state: Value,
    pub(crate) identity: Option<Value>,
}

pub(crate) struct ErasedResource<R> {
    resource: R,
    schema: Schema,
    ty: Arc<Type>,
    identity: Option<(IdentitySchema, Type)>,
}

impl<R: Resource> ErasedResource<R> {
    pub(crate) fn new(resource: R) -> Self {
        let schema = resource.schema();
        let identity = resource.identity_schema().map(|schema| {
            let ty = schema.ty();
            (schema, ty)
        });
        Self { ty: Arc::new(schema.ty()), schema, identity, resource }
    }
}

impl<R: Resource> AnyResource for ErasedResource<R> {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn ty(&self) -> &Arc<Type> {
        &self.ty
    }

    fn identity_schema(&self) -> Option<&IdentitySchema> {
        self.identity.as_ref().map(|(schema, _)| schema)
    }

    fn identity_ty(&self) -> Option<&Type> {
        self.identity.as_ref().map(|(_, ty)| ty)
    }

    fn identity(&self, state: &Value) -> Result<Option<Value>> {
        let Some((_, ty)) = &self.identity else { return Ok(None) };
        let Some(identity) = self.resource.identity(&from_state(state)?) else { return Ok(None) };
        to_value(&identity, ty).map(Some)
    }

    fn planned_identity(&self, planned: &Value) -> Result<Option<Value>> {
        let Some((_, ty)) = &self.identity else { return Ok(None) };
        let Some(identity) = self.resource.planned_identity(&from_value(planned)?) else { return Ok(None) };
        to_value(&identity, ty).map(Some)
    }

    fn validate(&self, config: &Value) -> Result<Diagnostics> {
        Ok(self.resource.validate(&from_value(config)?))
    }

    fn plan<'a>(&'a self, cx: &'a mut Call, change: &'a mut Change<Value>) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let mut typed = Change {
                config: change.config.as_ref().map(from_value).transpose()?,
                prior: change.prior.as_ref().map(from_state).transpose()?,
                planned: change.planned.as_ref().map(from_value::<R::Model>).transpose()?,
                requires_replace: std::mem::take(&mut change.requires_replace),
            };
            let before = typed.planned.as_ref().map(|planned| to_value(planned, &self.ty)).transpose()?;
            let result = self.resource.plan(&mut cx.context(&self.ty), &mut typed).await;
            change.requires_replace = typed.requires_replace;
            if let (Some(planned), Some(before), Some(after)) = (&mut change.planned, &before, &typed.planned) {
                let after = to_value(after, &self.ty)?;
                take_over(planned, before, after);
            }
            result
        })
    }

    fn plans_without_provider(&self) -> bool {
        self.resource.plans_without_provider()
    }

    fn create<'a>(&'a self, cx: &'a mut Call, planned: &'a Value) -> BoxFuture<'a, Result<Value>> {
        Box::pin(async move {
            let state = self.resource.create(&mut cx.context(&self.ty), from_value(planned)?).await?;
            to_value(&state, &self.ty)
        })
    }

    fn read<'a>(&'a self, cx: &'a mut Call, state: &'a Value) -> BoxFuture<'a, Result<Value>> {
        Box::pin(async move {
            match self.resource.read(&mut cx.context(&self.ty), from_state(state)?).await? {
                Some(state) => to_value(&state, &self.ty),
                None => Ok(Value::Null),
            }
        })
    }

    fn update<'a>(&'a self, cx: &'a mut Call, prior: &'a Value, planned: &'a Value) -> BoxFuture<'a, Result<Value>> {
        Box::pin(async move {
            let (prior, planned) = (from_state(prior)?, from_value(planned)?);
            let state = self.resource.update(&mut cx.context(&self.ty), prior, planned).await?;
            to_value(&state, &self.ty)
        })
    }

    fn delete<'a>(&'a self, cx: &'a mut Call, state: &'a Value) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { self.resource.delete(&mut cx.context(&self.ty), from_state(state)?).await })
    }

    fn import<'a>(&'a self, cx: &'a mut Call, source: Import<Value>) -> BoxFuture<'a, Result<Value>> {
        Box::pin(async move {
            let source = match source {
                Import::Id(id) => Import::Id(id),
                Import::Identity(identity) => Import::Identity(from_value(&identity)?),
            };
            let state = self.resource.import(&mut cx.context(&self.ty), source).await?;
            to_value(&state, &self.ty)
        })
    }

    fn upgrade(&self, version: i64, state: Json) -> Result<Json> {
        self.resource.upgrade(version, state)
    }

    fn upgrade_identity(&self, version: i64, identity: Json) -> Result<Json> {
        self.resource.upgrade_identity(version, identity)
    }

    fn move_from(&self, source: &MoveSource) -> Result<Option<Taken>> {
        let Some(state) = self.resource.move_from(source)? else { return Ok(None) };
        let identity = self.identity.as_ref().and_then(|(_, ty)| {
            let identity = self.resource.identity_from(source, &state)?;
            Some(to_value(&identity, ty))
        });
        Ok(Some(Taken { state: to_value(&state, &self.ty)?, identity: identity.transpose()? }))
    }

    fn generate_config(&self, config: &Value) -> Result<Value> {
        to_value(&self.resource.generate_config(from_value(config)?), &self.ty)
    }
}

/// Takes what a resource changed in its struct over into the value that the struct was made from, and nothing else: a
/// struct may know less than the value does, for instance which elements of a set are unknown.
fn take_over(value: &mut Value, before: &Value, after: Value) {
    if *before == after {
        return;
    }
    match (&mut *value, before, after) {
        (Value::Object(value), Value::Object(before), Value::Object(after))
        | (Value::Map(value), Value::Map(before), Value::Map(after)) => {
            value.retain(|key, _| after.contains_key(key));
            for (key, after) in after {
                match (value.get_mut(&key), before.get(&key)) {
                    (Some(value), Some(before)) => take_over(value, before, after),
                    _ => {
                        value.insert(key, after);
                    }
                }
            }
        }
        // Which element of a longer or shorter list is which, nobody knows.
        (Value::List(value), Value::List(before), Value::List(after))
            if value.len() == after.len() && before.len() == after.len() =>
        {
            for ((value, before), after) in value.iter_mut().zip(before).zip(after) {
                take_over(value, before, after);
            }
        }
        (_, _, mut after) => {
            keep_null_types(&mut after, value);
            *value = after;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(elements: [Value; 2]) -> Value {
        Value::List(elements.into())
    }

    fn named(name: &str, more: Value) -> Value {
        Value::object([("name", name.into()), ("more", more)])
    }

    #[test]
    fn what_a_resource_leaves_alone_stays_as_it_was_beside_what_it_changes() {
        // The struct's side of `more` has lost what the value knows, as that of a set with unknown elements does.
        let (lost, kept) = (Value::UNKNOWN, Value::set(vec!["a".into(), Value::UNKNOWN]));
        let before = list([named("a", lost.clone()), named("b", lost.clone())]);
        let after = list([named("a", lost.clone()), named("c", lost.clone())]);
        let mut value = list([named("a", kept.clone()), named("b", kept.clone())]);
        take_over(&mut value, &before, after);
        assert_eq!(value, list([named("a", kept.clone()), named("c", kept.clone())]));

        let map = |elements: &[(&str, Value)]| {
            Value::Map(elements.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect())
        };
        let mut value = map(&[("stays", named("a", kept.clone())), ("goes", named("b", kept.clone()))]);
        let before = map(&[("stays", named("a", lost.clone())), ("goes", named("b", lost.clone()))]);
        let after = map(&[("stays", named("z", lost.clone())), ("comes", named("c", lost.clone()))]);
        take_over(&mut value, &before, after);
        assert_eq!(value, map(&[("stays", named("z", kept)), ("comes", named("c", lost))]));
    }
}
