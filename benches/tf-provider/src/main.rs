//! The resource of `benches/terraform/provider.rs` on tf-provider: one map, whose change replaces it, and nothing to
//! wait for.

use std::collections::HashMap;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tf_provider::{
    AttributePath, Diagnostics, DynamicDataSource, DynamicResource, Provider, Resource, map,
    schema::{Attribute, AttributeConstraint, AttributeType, Block, Description, Schema},
    serve,
    value::{ValueEmpty, ValueMap, ValueString},
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    serve("null", Null).await
}

struct Null;

#[async_trait]
impl Provider for Null {
    type Config<'a> = ValueEmpty;
    type MetaState<'a> = ValueEmpty;

    fn schema(&self, _: &mut Diagnostics) -> Option<Schema> {
        let block = Block { description: Description::plain("A provider without settings."), ..Block::default() };
        Some(Schema { version: 1, block })
    }

    async fn validate<'a>(&self, _: &mut Diagnostics, _: ValueEmpty) -> Option<()> {
        Some(())
    }

    async fn configure<'a>(&self, _: &mut Diagnostics, _: String, _: ValueEmpty) -> Option<()> {
        Some(())
    }

    fn get_resources(&self, _: &mut Diagnostics) -> Option<HashMap<String, Box<dyn DynamicResource>>> {
        Some(map! { "thing" => Thing })
    }

    fn get_data_sources(&self, _: &mut Diagnostics) -> Option<HashMap<String, Box<dyn DynamicDataSource>>> {
        Some(HashMap::new())
    }
}

struct Thing;

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
struct State<'a> {
    #[serde(borrow = "'a")]
    triggers: ValueMap<'a, ValueString<'a>>,
}

type Planned<'a> = (State<'a>, ValueEmpty);

#[async_trait]
impl Resource for Thing {
    type State<'a> = State<'a>;
    type PrivateState<'a> = ValueEmpty;
    type ProviderMetaState<'a> = ValueEmpty;

    fn schema(&self, _: &mut Diagnostics) -> Option<Schema> {
        let triggers = Attribute {
            attr_type: AttributeType::Map(AttributeType::String.into()),
            description: Description::plain("Anything."),
            constraint: AttributeConstraint::Optional,
            ..Attribute::default()
        };
        let block = Block {
            description: Description::plain("A thing that is replaced when its triggers change."),
            attributes: map! { "triggers" => triggers },
            ..Block::default()
        };
        Some(Schema { version: 0, block })
    }

    async fn validate<'a>(&self, _: &mut Diagnostics, _: State<'a>) -> Option<()> {
        Some(())
    }

    async fn read<'a>(
        &self,
        _: &mut Diagnostics,
        state: State<'a>,
        private: ValueEmpty,
        _: ValueEmpty,
    ) -> Option<Planned<'a>> {
        Some((state, private))
    }

    async fn plan_create<'a>(
        &self,
        _: &mut Diagnostics,
        proposed: State<'a>,
        _: State<'a>,
        _: ValueEmpty,
    ) -> Option<Planned<'a>> {
        Some((proposed, ValueEmpty::default()))
    }

    async fn plan_update<'a>(
        &self,
        _: &mut Diagnostics,
        prior: State<'a>,
        proposed: State<'a>,
        _: State<'a>,
        private: ValueEmpty,
        _: ValueEmpty,
    ) -> Option<(State<'a>, ValueEmpty, Vec<AttributePath>)> {
        let changes = proposed.triggers != prior.triggers;
        let replaces = changes.then(|| AttributePath::new("triggers")).into_iter().collect();
        Some((proposed, private, replaces))
    }

    async fn plan_destroy<'a>(
        &self,
        _: &mut Diagnostics,
        _: State<'a>,
        private: ValueEmpty,
        _: ValueEmpty,
    ) -> Option<ValueEmpty> {
        Some(private)
    }

    async fn create<'a>(
        &self,
        _: &mut Diagnostics,
        planned: State<'a>,
        _: State<'a>,
        private: ValueEmpty,
        _: ValueEmpty,
    ) -> Option<Planned<'a>> {
        Some((planned, private))
    }

    async fn update<'a>(
        &self,
        _: &mut Diagnostics,
        _: State<'a>,
        planned: State<'a>,
        _: State<'a>,
        private: ValueEmpty,
        _: ValueEmpty,
    ) -> Option<Planned<'a>> {
        Some((planned, private))
    }

    async fn destroy<'a>(&self, _: &mut Diagnostics, _: State<'a>, _: ValueEmpty, _: ValueEmpty) -> Option<()> {
        Some(())
    }
}
