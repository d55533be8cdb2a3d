//! The provider and its settings.

use std::sync::Arc;

use tfplug::prelude::*;

use super::{
    action::MockAction,
    data_source::MockData,
    definition::{Definition, Definitions},
    list::MockList,
    mock::Mock,
    own,
    resource::MockResource,
    store::Store,
};

/// The provider, with what it serves beside its own resources.
pub struct Coremock {
    definitions: Definitions,
}

/// Resources without a service, for tests of Terraform itself. What exists is a JSON file each.
#[derive(Clone, Model)]
pub struct Settings {
    /// The folder of the resources' files. Default `terraform.resource`.
    resource_directory: Attr<String>,
    /// The folder of the data sources' files. Default `terraform.data`.
    data_directory: Attr<String>,
    /// Whether resources are in Terraform's state alone, and in no files. Default `false`.
    use_only_state: Attr<bool>,
    /// The IDs of resources whose creation fails. Default none.
    fail_on_create: Attr<Vec<String>>,
    /// The IDs of resources whose reading fails. Default none.
    fail_on_read: Attr<Vec<String>>,
    /// The IDs of resources whose change fails. Default none.
    fail_on_update: Attr<Vec<String>>,
    /// The IDs of resources whose destruction fails. Default none.
    fail_on_delete: Attr<Vec<String>>,
    /// The IDs of resources whose changes are deferred. Default none.
    defer_changes: Attr<Vec<String>>,
}

impl Coremock {
    /// The provider of its own resources and of these, or of what is told instead.
    pub fn new(definitions: Definitions) -> Self {
        Self { definitions }
    }

    fn serve(registry: &mut Registry<Mock>, name: &str, definition: &Definition) -> Result<(), String> {
        let definition = Arc::new(definition.clone());
        registry
            .resource(MockResource::new(name, &definition)?)
            .data_source(MockData::new(name, &definition)?)
            .list_resource(MockList::new(name, &definition))
            .action(MockAction::new(name, &definition)?);
        Ok(())
    }
}

#[provider]
impl Provider for Coremock {
    type Config = Settings;
    type Data = Mock;

    async fn configure(&self, _: &mut ConfigureContext, settings: Settings) -> Result<Mock> {
        let folder =
            |folder: Attr<String>, default: &str| Store::new(folder.into_known().unwrap_or_else(|| default.to_owned()));
        let ids = |ids: Attr<Vec<String>>| ids.into_known().unwrap_or_default();
        let resources = folder(settings.resource_directory, "terraform.resource");
        Ok(Mock {
            resources: (settings.use_only_state != Attr::Known(true)).then_some(resources),
            data: folder(settings.data_directory, "terraform.data"),
            fail_on_create: ids(settings.fail_on_create),
            fail_on_read: ids(settings.fail_on_read),
            fail_on_update: ids(settings.fail_on_update),
            fail_on_delete: ids(settings.fail_on_delete),
            defer_changes: ids(settings.defer_changes),
        })
    }

    fn register(&self, registry: &mut Registry<Mock>) {
        let own = [("tfcoremock_simple_resource", own::simple()), ("tfcoremock_complex_resource", own::complex(3))];
        let described = self.definitions.iter().flatten().map(|(name, definition)| (name.as_str(), definition));
        for (name, definition) in own.iter().map(|(name, definition)| (*name, definition)).chain(described) {
            if let Err(problem) = Self::serve(registry, name, definition) {
                registry.problem(format!("{name}: {problem}"));
            }
        }
        if let Err(problem) = &self.definitions {
            registry.problem(problem);
        }
    }
}
