//! Stored states of older versions, read through structs of theirs.

use std::{collections::BTreeMap, fmt};

use serde_json::Value as Json;

use super::{
    context::{from_value, to_value},
    diagnostic::{Diagnostic, Result},
    model::Model,
    rules::check_known,
    schema::{HasSchema, Schema},
    value::{Type, from_json, to_json},
};

/// The ways from stored states of older versions to the present one, each from a struct of that version.
///
/// ```
/// use tfplug::{Attr, Model, Upgrades};
///
/// /// A note, as version 0 stored it.
/// #[derive(Clone, Model)]
/// struct NoteV0 {
///     /// Its text.
///     text: Attr<String>,
/// }
///
/// /// A note.
/// #[derive(Clone, Model)]
/// #[tf(version = 1)]
/// struct Note {
///     /// Its lines.
///     lines: Attr<Vec<String>>,
/// }
///
/// let upgrades = Upgrades::new().from(|old: NoteV0| {
///     Ok(Note { lines: old.text.map(|text| text.lines().map(str::to_owned).collect()) })
/// });
/// assert_eq!(upgrades.versions().collect::<Vec<_>>(), [0]);
/// ```
pub struct Upgrades<M> {
    ways: BTreeMap<i64, Way<M>>,
}

type Way<M> = Box<dyn Fn(&Json) -> Result<M> + Send + Sync>;

impl<M> Default for Upgrades<M> {
    fn default() -> Self {
        Self { ways: BTreeMap::new() }
    }
}

impl<M> fmt::Debug for Upgrades<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Upgrades").field(&self.ways.keys()).finish()
    }
}

impl<M: Model> Upgrades<M> {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the way from an older struct; the version is that of its schema (`#[tf(version = 1)]`, 0 without it).
    #[must_use]
    pub fn from<Old: Model + HasSchema>(self, way: impl Fn(Old) -> Result<M> + Send + Sync + 'static) -> Self {
        self.from_schema(&Old::schema(), way)
    }

    /// The same for a struct whose schema is written with the builder.
    #[must_use]
    pub fn from_schema<Old: Model>(
        mut self,
        schema: &Schema,
        way: impl Fn(Old) -> Result<M> + Send + Sync + 'static,
    ) -> Self {
        let ty = schema.ty();
        let way: Way<M> = Box::new(move |state| way(read(state, &ty)?));
        self.ways.insert(schema.current_version(), way);
        self
    }

    /// The versions from which there is a way.
    pub fn versions(&self) -> impl Iterator<Item = i64> {
        self.ways.keys().copied()
    }

    /// The present form of a stored state, as JSON; `None` where there is no way from that version.
    pub(crate) fn run(&self, version: i64, state: &Json, present: &Type) -> Option<Result<Json>> {
        let way = self.ways.get(&version)?;
        Some(way(state).and_then(|upgraded| {
            let value = to_value(&upgraded, present)?;
            to_json(&value).ok_or_else(|| {
                let unknown: Vec<_> = check_known(&value).iter().map(|it| it.path.to_string()).collect();
                let unknown = unknown.join(", ");
                let detail =
                    format!("The upgrade of a stored state left {unknown} unknown. This is a mistake in the provider.");
                Diagnostic::error("The stored state cannot be upgraded", detail).into()
            })
        }))
    }
}

/// Reads a stored state as a struct.
///
/// # Errors
/// Where it does not fit, with its path.
pub(crate) fn read<M: Model>(state: &Json, ty: &Type) -> Result<M> {
    if state.is_null() {
        return Err(Diagnostic::error("The stored state cannot be read", "It is null, and says nothing.").into());
    }
    let value = from_json(state, ty).map_err(|error| {
        let detail = format!("{error}. It does not fit the schema of that version.");
        Diagnostic::error("The stored state cannot be read", detail).at(error.path)
    })?;
    from_value(&value)
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};
    use serde_json::json;

    use super::*;
    use crate::{Attr, MoveSource, schema::Attribute};

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Old {
        size: Attr<String>,
    }

    impl HasSchema for Old {
        fn schema() -> Schema {
            Schema::new("Old.").version(2).attribute("size", Attribute::string("In words."))
        }
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct New {
        size: Attr<i64>,
    }

    fn present() -> Type {
        Schema::new("New.").attribute("size", Attribute::integer("In bytes.")).ty()
    }

    fn upgrades() -> Upgrades<New> {
        Upgrades::new().from(|old: Old| match old.size.as_str() {
            Some("one") => Ok(New { size: Attr::Known(1) }),
            Some("later") => Ok(New { size: Attr::Unknown }),
            _ => Err(Diagnostic::error("No size", "Only one is known.").into()),
        })
    }

    #[test]
    fn a_state_is_read_by_the_struct_of_its_version() {
        let run = |version, state| upgrades().run(version, &state, &present());
        assert_eq!(run(2, json!({"size": "one", "gone": true})), Some(Ok(json!({"size": 1}))));
        assert_eq!(run(1, json!({"size": "one"})), None);
        let why = |state| {
            let told = run(2, state).unwrap().unwrap_err().into_iter().next().unwrap();
            format!("{}: {}", told.summary, told.detail)
        };
        assert_eq!(why(json!({"size": "two"})), "No size: Only one is known.");
        assert!(why(json!({"size": []})).starts_with("The stored state cannot be read: "));
        assert!(why(json!({"size": "later"})).contains("left size unknown"));
        assert_eq!(format!("{:?}", upgrades()), "Upgrades([2])");
    }

    #[test]
    fn what_a_move_hands_over_is_read_as_a_struct() {
        let source = |state| MoveSource { state, ..MoveSource::default() };
        assert_eq!(source(json!({"size": "one", "more": 1})).read(), Ok(Old { size: "one".into() }));
        assert!(source(json!({"size": {}})).read::<Old>().is_err());
    }
}
