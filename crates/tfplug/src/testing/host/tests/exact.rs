//! What comes through a provider's structs comes out as it went in.

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::{
    Attr, Change, ConfigureContext, Context, DataSource, EphemeralResource, NoIdentity, Opened, Provider, Registry,
    Resource, Result, Value,
    schema::{Attribute, Nesting, Schema},
    testing::Host,
    value::Type,
};

/// A resource, a data source and an ephemeral resource that give back what they are given.
#[derive(Clone)]
struct Echo;

#[derive(Clone, Serialize, Deserialize)]
struct Model {
    any: Attr<Value>,
    many: Attr<Vec<Pair>>,
    number: Attr<f64>,
    made: Attr<String>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Pair {
    any: Attr<Value>,
}

impl Model {
    fn made(self) -> Self {
        Self { made: "made".to_owned().into(), ..self }
    }
}

fn schema() -> Schema {
    let any = || Attribute::of(Type::Dynamic, "Anything.");
    Schema::new("Anything.")
        .attribute("any", any())
        .attribute("many", Attribute::nested(Nesting::List, "Many.", [("any", any())]))
        .attribute("number", Attribute::number("A number."))
        .attribute("made", Attribute::string("A result.").computed())
}

impl Resource for Echo {
    type Data = ();
    type Model = Model;
    type Identity = NoIdentity;

    fn type_name(&self) -> &'static str {
        "echo_it"
    }

    fn schema(&self) -> Schema {
        schema()
    }

    async fn plan(&self, _: &mut Context<()>, change: &mut Change<Model>) -> Result<()> {
        // What a resource's own plan touches comes through the struct as a whole.
        if let Some(planned) = &mut change.planned
            && let Attr::Known(many) = &mut planned.many
        {
            many.reverse();
            many.reverse();
        }
        Ok(())
    }

    async fn create(&self, _: &mut Context<()>, planned: Model) -> Result<Model> {
        Ok(planned.made())
    }

    async fn read(&self, _: &mut Context<()>, state: Model) -> Result<Option<Model>> {
        Ok(Some(state.made()))
    }

    async fn update(&self, _: &mut Context<()>, _: Model, planned: Model) -> Result<Model> {
        Ok(planned.made())
    }

    async fn delete(&self, _: &mut Context<()>, _: Model) -> Result<()> {
        Ok(())
    }
}

impl DataSource for Echo {
    type Data = ();
    type Model = Model;

    fn type_name(&self) -> &'static str {
        "echo_it"
    }

    fn schema(&self) -> Schema {
        schema()
    }

    async fn read(&self, _: &mut Context<()>, config: Model) -> Result<Model> {
        Ok(config.made())
    }
}

impl EphemeralResource for Echo {
    type Data = ();
    type Model = Model;

    fn type_name(&self) -> &'static str {
        "echo_it"
    }

    fn schema(&self) -> Schema {
        schema()
    }

    async fn open(&self, _: &mut Context<()>, config: Model) -> Result<Opened<Model>> {
        Ok(Opened { result: config.made(), renew_at: None })
    }
}

#[derive(Clone, Serialize, Deserialize)]
struct Config {}

impl Provider for Echo {
    type Config = Config;
    type Data = ();

    fn version(&self) -> &'static str {
        "1.0.0"
    }

    fn schema(&self) -> Schema {
        Schema::new("Echoes.")
    }

    async fn configure(&self, _: &mut ConfigureContext, _: Config) -> Result<()> {
        Ok(())
    }

    fn register(&self, registry: &mut Registry<()>) {
        registry.resource(Echo).data_source(Echo).ephemeral_resource(Echo);
    }
}

fn config() -> Json {
    let typed_null = || json!({ "type": "string", "value": null });
    // No binary number is exactly this one.
    json!({ "any": typed_null(), "many": [{ "any": typed_null() }, { "any": "a" }], "number": 0.1 })
}

fn check(value: &Value) {
    let null = Value::Dynamic(Box::new((Type::String, Value::Null)));
    assert_eq!(*value.attribute("any"), null);
    let Value::List(many) = value.attribute("many") else { panic!("a list") };
    assert_eq!(*many[0].attribute("any"), null);
    assert_eq!(*value.attribute("number"), Value::Number("0.1".parse().unwrap()));
}

#[tokio::test]
async fn a_null_of_a_type_and_a_number_go_back_as_they_came() {
    let host = Host::in_process(Echo).await.unwrap();
    host.configure(&json!({})).await.unwrap();
    let state = host.create("echo_it", &config()).await.unwrap();
    check(&state.value);
    let changed = json!({ "any": config()["any"], "many": config()["many"], "number": 0.3 });
    let state = host.update(&state, &changed).await.unwrap();
    check(&host.update(&state, &config()).await.unwrap().value);
    check(&host.open("echo_it", &config()).await.unwrap().result);
    assert_eq!(*host.read_data("echo_it", &config()).await.unwrap().value.attribute("made"), "made".into());
}
