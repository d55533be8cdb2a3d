//! An action of a kind that is known at run time, which tells what it is given.

use std::sync::Arc;

use serde_json::json;
use tfplug::prelude::*;

use super::{
    definition::{Definition, Role},
    mock::Mock,
    stored,
};

/// One kind of action.
pub struct MockAction {
    name: String,
    schema: Schema,
}

impl MockAction {
    pub fn new(name: &str, definition: &Arc<Definition>) -> Result<Self, String> {
        Ok(Self { name: name.to_owned(), schema: definition.schema(Role::Action)? })
    }
}

impl Action for MockAction {
    type Data = Mock;
    type Model = Value;

    fn type_name(&self) -> &str {
        &self.name
    }

    fn schema(&self) -> Schema {
        self.schema.clone()
    }

    async fn invoke(&self, _: &mut Context<Mock>, config: Value, progress: Progress) -> Result<()> {
        progress.tell(json!({ "resource_type": self.name, "values": stored::attributes(&config) }).to_string());
        Ok(())
    }
}
