//! Finds the resources of a kind that is known at run time.

use std::sync::Arc;

use tfplug::prelude::*;

use super::{
    definition::Definition,
    mock::Mock,
    resource::{Identity, MockResource},
};

/// The list of one kind of resource.
pub struct MockList {
    name: String,
    definition: Arc<Definition>,
}

/// Which of them are wanted.
#[derive(Clone, Model)]
pub struct Filter {
    /// The only one that is wanted. Default all.
    id: Attr<String>,
}

impl MockList {
    pub fn new(name: &str, definition: &Arc<Definition>) -> Self {
        Self { name: name.to_owned(), definition: Arc::clone(definition) }
    }
}

impl ListResource for MockList {
    type Data = Mock;
    type Config = Filter;
    type Resource = MockResource;

    fn type_name(&self) -> &str {
        &self.name
    }

    fn schema(&self) -> Schema {
        Schema::of::<Filter>()
    }

    async fn list(&self, cx: &mut Context<Mock>, filter: Filter, listing: &mut Listing<'_, Self>) -> Result<()> {
        let mock = cx.data()?;
        let Some(store) = &mock.resources else { return Ok(()) };
        let ids = filter.id.into_known().map_or_else(|| store.ids(), |id| Ok(vec![id]))?;
        for id in ids {
            if listing.is_full() {
                break;
            }
            let found = match store.read(&id) {
                Ok(Some(found)) if found.type_name == self.name => found,
                Ok(_) => continue,
                Err(problem) => {
                    listing.push_diagnostics(problem);
                    continue;
                }
            };
            match self.definition.values(&found.values) {
                Ok(values) => listing.push(Listed {
                    identity: Identity { id: id.clone().into() },
                    display_name: id,
                    resource: Some(values),
                })?,
                Err(problem) => {
                    let summary = format!("The file of {id} does not fit {}", self.name);
                    listing.push_diagnostics(Diagnostic::error(summary, problem));
                }
            }
        }
        Ok(())
    }
}
