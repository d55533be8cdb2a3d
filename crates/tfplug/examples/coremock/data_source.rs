//! A data source of a kind that is known at run time.

use std::sync::Arc;

use tfplug::prelude::*;

use super::{
    definition::{Definition, Role},
    mock::Mock,
    resource::id,
};

/// One kind of data source.
pub struct MockData {
    name: String,
    definition: Arc<Definition>,
    schema: Schema,
}

impl MockData {
    pub fn new(name: &str, definition: &Arc<Definition>) -> Result<Self, String> {
        let schema = definition.schema(Role::DataSource)?;
        Ok(Self { name: name.to_owned(), definition: Arc::clone(definition), schema })
    }
}

impl DataSource for MockData {
    type Data = Mock;
    type Model = Value;

    fn type_name(&self) -> &str {
        &self.name
    }

    fn schema(&self) -> Schema {
        self.schema.clone()
    }

    async fn read(&self, cx: &mut Context<Mock>, config: Value) -> Result<Value> {
        let id = id(&config).unwrap_or_default();
        let missing = || {
            let detail = "The provider's `data_directory` has no file of this name.";
            Diagnostic::error(format!("There is no {id}"), detail).at(Path::attribute("id"))
        };
        let found = cx.data()?.data.read(id)?.ok_or_else(missing)?;
        let unfit = |problem| Diagnostic::error(format!("The file of {id} does not fit {}", self.name), problem);
        let mut values = self.definition.values(&found.values).map_err(unfit)?;
        if let Value::Object(values) = &mut values {
            values.insert("id".to_owned(), id.into());
        }
        Ok(values)
    }
}
