//! The simplest resource: it is replaced when its triggers change, and lives in the state alone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tfplug::{
    Attr, Context, NoIdentity, Resource, Result,
    schema::{Attribute, Schema},
    value::Type,
};

use crate::service::Service;

pub struct Trigger;

#[derive(Clone, Serialize, Deserialize)]
pub struct Model {
    id: Attr<String>,
    triggers: Attr<BTreeMap<String, String>>,
}

impl Resource for Trigger {
    type Data = Service;
    type Model = Model;
    type Identity = NoIdentity;

    fn type_name(&self) -> &'static str {
        "tfplugtest_trigger"
    }

    fn schema(&self) -> Schema {
        Schema::new("Something that is replaced when its triggers change.")
            .attribute("id", Attribute::string("Always the same.").computed().use_state_for_unknown())
            .attribute("triggers", Attribute::map(Type::String, "Anything.").optional().requires_replace())
    }

    async fn create(&self, _: &mut Context<Service>, planned: Model) -> Result<Model> {
        Ok(Model { id: "trigger".into(), ..planned })
    }

    async fn read(&self, _: &mut Context<Service>, state: Model) -> Result<Option<Model>> {
        Ok(Some(state))
    }

    async fn update(&self, _: &mut Context<Service>, _: Model, planned: Model) -> Result<Model> {
        Ok(planned)
    }

    async fn delete(&self, _: &mut Context<Service>, _: Model) -> Result<()> {
        Ok(())
    }
}
