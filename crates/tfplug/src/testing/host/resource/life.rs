//! A resource's whole life in few words.

use serde_json::Value as Json;

use super::{
    super::{Error, Host},
    plan::{Planned, PlannedAction},
    state::State,
};
use crate::value::{Path, Value};

impl Host {
    /// Creates a resource and sees that it has settled: its refresh changes nothing, and the same configuration plans
    /// nothing.
    ///
    /// # Errors
    /// As [`plan`](Self::plan), [`apply`](Self::apply) and [`refresh`](Self::refresh), and where it has not settled.
    pub async fn create(&self, type_name: &str, config: &Json) -> Result<State, Error> {
        let planned = self.plan(type_name, None, config).await?;
        self.settled(&planned, config).await
    }

    /// Changes or replaces a resource and sees that it has settled.
    ///
    /// # Errors
    /// As [`create`](Self::create).
    pub async fn update(&self, state: &State, config: &Json) -> Result<State, Error> {
        let planned = self.plan(&state.type_name, Some(state), config).await?;
        self.settled(&planned, config).await
    }

    /// Destroys a resource.
    ///
    /// # Errors
    /// As [`plan_destroy`](Self::plan_destroy) and [`apply`](Self::apply).
    pub async fn destroy(&self, state: &State) -> Result<(), Error> {
        let planned = self.plan_destroy(state).await?;
        self.apply(&planned).await.into_result().map(|_| ())
    }

    async fn settled(&self, planned: &Planned, config: &Json) -> Result<State, Error> {
        let gone = |by| Error::Unsettled { by, paths: vec![Path::ROOT] };
        let state = self.apply(planned).await.into_result()?.ok_or_else(|| gone("apply"))?;
        self.check_settled(&state, config).await?;
        Ok(state)
    }

    /// Sees that a resource has settled: its refresh changes nothing, and the configuration plans nothing.
    ///
    /// # Errors
    /// As [`plan`](Self::plan) and [`refresh`](Self::refresh), and where something would change.
    pub async fn check_settled(&self, state: &State, config: &Json) -> Result<(), Error> {
        let unsettled = |by, before: &Value, after: &Value| {
            let mut paths = Vec::new();
            differences(before, after, &Path::ROOT, &mut paths);
            Err(Error::Unsettled { by, paths })
        };
        let refreshed = self.refresh(state).await?;
        let now = refreshed.state.as_ref().map_or(&Value::Null, |state| &state.value);
        if *now != state.value {
            return unsettled("refresh", &state.value, now);
        }
        let again = self.plan(&state.type_name, refreshed.state.as_ref(), config).await?;
        if again.action != PlannedAction::NoOp {
            return unsettled("plan", &state.value, &again.planned);
        }
        Ok(())
    }
}

/// Where two values differ, as deep as it can be said.
fn differences(before: &Value, after: &Value, path: &Path, found: &mut Vec<Path>) {
    match (before, after) {
        (before, after) if before == after => {}
        (Value::Object(before), Value::Object(after)) => {
            for (name, before) in before {
                differences(before, after.get(name).unwrap_or(&Value::Null), &path.then_attribute(name), found);
            }
        }
        (Value::Map(before), Value::Map(after)) if before.keys().eq(after.keys()) => {
            for ((key, before), after) in before.iter().zip(after.values()) {
                differences(before, after, &path.then_key(key), found);
            }
        }
        (Value::List(before), Value::List(after)) if before.len() == after.len() => {
            for (index, (before, after)) in before.iter().zip(after).enumerate() {
                differences(before, after, &path.then_index(index), found);
            }
        }
        _ => found.push(path.clone()),
    }
}
