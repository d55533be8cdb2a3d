use serde::{Deserialize, Serialize};
use serde_json::json;

use super::*;
use crate::{
    Action, Attr, ConfigureContext, Context, DataSource, Diagnostic, EphemeralResource, ListResource, Listing,
    NoIdentity, Opened, Progress, Resource,
    schema::{NestedBlock, Nesting, validate},
};

#[derive(Clone, Serialize, Deserialize)]
struct Model {
    name: Attr<String>,
    rules: Attr<Vec<Rule>>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Rule {
    port: Attr<i64>,
}

fn schema() -> Schema {
    let rules = Attribute::nested(Nesting::List, "Rules.", [("port", Attribute::number("Its port."))]);
    let name = Attribute::string("Its name.").validate(validate::length(1..=3));
    Schema::new("A test.").attribute("name", name).attribute("rules", rules)
}

fn own_check(model: &Model) -> Diagnostics {
    match &model.name {
        Attr::Unknown => Diagnostic::warning("Unknown name", "").into(),
        Attr::Known(name) if name == "bad" => Diagnostic::error("Bad", "").into(),
        _ => Diagnostics::NONE,
    }
}

struct Everything;

impl Provider for Everything {
    type Config = Model;
    type Data = ();

    fn version(&self) -> &'static str {
        "1.0.0"
    }

    fn schema(&self) -> Schema {
        schema()
    }

    fn validate(&self, config: &Model) -> Diagnostics {
        own_check(config)
    }

    async fn configure(&self, _: &mut ConfigureContext, _: Model) -> Result<()> {
        Ok(())
    }

    fn register(&self, registry: &mut Registry<()>) {
        registry.resource(Thing).data_source(Thing).list_resource(Thing).action(Thing).ephemeral_resource(Thing);
    }
}

struct Thing;

impl Resource for Thing {
    type Data = ();
    type Model = Model;
    type Identity = NoIdentity;

    fn type_name(&self) -> &'static str {
        "test_thing"
    }

    fn schema(&self) -> Schema {
        schema()
    }

    fn validate(&self, config: &Model) -> Diagnostics {
        own_check(config)
    }

    async fn create(&self, _: &mut Context<()>, planned: Model) -> Result<Model> {
        Ok(planned)
    }

    async fn read(&self, _: &mut Context<()>, state: Model) -> Result<Option<Model>> {
        Ok(Some(state))
    }

    async fn update(&self, _: &mut Context<()>, _: Model, planned: Model) -> Result<Model> {
        Ok(planned)
    }

    async fn delete(&self, _: &mut Context<()>, _: Model) -> Result<()> {
        Ok(())
    }
}

impl DataSource for Thing {
    type Data = ();
    type Model = Model;

    fn type_name(&self) -> &'static str {
        "test_thing"
    }

    fn schema(&self) -> Schema {
        schema()
    }

    fn validate(&self, config: &Model) -> Diagnostics {
        own_check(config)
    }

    async fn read(&self, _: &mut Context<()>, config: Model) -> Result<Model> {
        Ok(config)
    }
}

impl ListResource for Thing {
    type Data = ();
    type Config = Model;
    type Resource = Thing;

    fn type_name(&self) -> &'static str {
        "test_thing"
    }

    fn schema(&self) -> Schema {
        schema()
    }

    fn validate(&self, config: &Model) -> Diagnostics {
        own_check(config)
    }

    async fn list(&self, _: &mut Context<()>, _: Model, _: &mut Listing<'_, Self>) -> Result<()> {
        Ok(())
    }
}

impl Action for Thing {
    type Data = ();
    type Model = Model;

    fn type_name(&self) -> &'static str {
        "test_thing"
    }

    fn schema(&self) -> Schema {
        schema()
    }

    fn validate(&self, config: &Model) -> Diagnostics {
        own_check(config)
    }

    async fn invoke(&self, _: &mut Context<()>, _: Model, _: Progress) -> Result<()> {
        Ok(())
    }
}

impl EphemeralResource for Thing {
    type Data = ();
    type Model = Model;

    fn type_name(&self) -> &'static str {
        "test_thing"
    }

    fn schema(&self) -> Schema {
        schema()
    }

    async fn open(&self, _: &mut Context<()>, result: Model) -> Result<Opened<Model>> {
        Ok(Opened { result, renew_at: None })
    }
}

#[test]
fn the_schemas_of_everything_are_there_by_kind_and_name() {
    let schemas = schemas(&Everything);
    let kinds: Vec<_> = schemas.keys().map(|(kind, name)| (*kind, name.as_str())).collect();
    assert_eq!(
        kinds,
        [
            ("action", "test_thing"),
            ("data source", "test_thing"),
            ("ephemeral resource", "test_thing"),
            ("list resource", "test_thing"),
            ("provider", ""),
            ("resource", "test_thing"),
        ]
    );
    assert!(schemas.values().all(|it| it.ty() == schema().ty()));
}

#[test]
fn what_keeps_a_provider_from_serving_is_among_its_problems() {
    let provider = crate::Unconfigured::new("1.0.0", |all| all.problem("things.json: line 2 is no JSON"));
    assert_eq!(schema_problems(&provider), ["things.json: line 2 is no JSON"]);
}

#[test]
fn every_kind_of_block_can_be_validated() {
    let thing = "test_thing";
    for kind in
        [Kind::Provider, Kind::Resource(thing), Kind::DataSource(thing), Kind::ListResource(thing), Kind::Action(thing)]
    {
        let said = |config: Json, unknown: &[&str]| {
            let diagnostics = validate(&Everything, kind, &config, unknown).unwrap();
            diagnostics.into_iter().map(|diagnostic| diagnostic.summary).collect::<Vec<_>>()
        };
        assert_eq!(said(json!({"name": "a"}), &[]), [""; 0], "{kind:?}");
        assert_eq!(said(json!({"name": "bad"}), &[]), ["Bad"], "{kind:?}");
        assert_eq!(said(json!({"name": "too long"}), &[]), ["Invalid name"], "{kind:?}");
        assert_eq!(said(json!({"name": "bad"}), &["name"]), ["Unknown name"], "{kind:?}");
    }
}

#[test]
fn what_cannot_be_validated_says_why() {
    for (kind, name) in [
        (Kind::Resource("x"), "resource"),
        (Kind::DataSource("x"), "data source"),
        (Kind::ListResource("x"), "list resource"),
        (Kind::Action("x"), "action"),
    ] {
        let error = validate(&Everything, kind, &json!({}), &[]).unwrap_err();
        assert_eq!(error, format!("there is no {name} x"));
    }
    let error = |config: Json, unknown: &[&str]| validate(&Everything, Kind::Provider, &config, unknown).unwrap_err();
    assert_eq!(error(json!({"nome": "a"}), &[]), "there is no attribute \"nome\"");
    assert_eq!(error(json!({"name": []}), &[]), "name: the value is not of type \"string\"");
    assert_eq!(error(json!({"name": "a"}), &["name.first"]), "there is no \"name.first\" that could be unknown");
}

#[test]
fn a_struct_fits_its_schema_down_to_the_leaves() {
    assert_eq!(check_model::<Model>(&schema()), Ok(()));
    let more = schema().attribute("size", Attribute::number("Its size."));
    assert!(check_model::<Model>(&more).unwrap_err().ends_with("no field for the attribute \"size\""));
    for nesting in [Nesting::List, Nesting::Set] {
        let rules = [("port", Attribute::number("P.")), ("protocol", Attribute::string("P."))];
        let deeper = schema().attribute("rules", Attribute::nested(nesting, "Rules.", rules));
        let error = check_model::<Model>(&deeper).unwrap_err();
        assert!(error.ends_with("no field for the attribute \"protocol\""), "{error}");
    }
    let missing = Schema::new("A test.").attribute("name", Attribute::string("Its name."));
    assert_eq!(check_model::<Model>(&missing).unwrap_err(), "missing field `rules`");
}

#[test]
fn a_field_that_may_be_missing_has_an_attribute_all_the_same() {
    #[derive(Clone, Serialize, Deserialize)]
    struct Misspelt {
        name: Attr<String>,
        sise: Option<i64>,
    }
    let schema = Schema::new("A test.").attribute("name", Attribute::string("Its name."));
    assert_eq!(check_model::<Misspelt>(&schema).unwrap_err(), "the schema has no attribute \"sise\"");
}

#[test]
fn a_map_of_objects_is_looked_into_too() {
    #[derive(Clone, Serialize, Deserialize)]
    struct Keyed {
        rules: Attr<BTreeMap<String, Rule>>,
    }
    let keyed = |attributes: Vec<(&'static str, Attribute)>| {
        Schema::new("A test.").attribute("rules", Attribute::nested(Nesting::Map, "Rules.", attributes))
    };
    assert_eq!(check_model::<Keyed>(&keyed(vec![("port", Attribute::number("P."))])), Ok(()));
    let deeper = keyed(vec![("port", Attribute::number("P.")), ("protocol", Attribute::string("P."))]);
    assert!(check_model::<Keyed>(&deeper).is_err());
}

#[test]
fn parts_of_a_schema_without_a_description_are_named() {
    assert_eq!(without_description(&schema()), [""; 0]);
    let inner = Block::new(" ").attribute("a", Attribute::bool(""));
    let nested = Attribute::object("Nested.", [("b", Attribute::bool("")), ("c", Attribute::bool("C."))]);
    let schema = Schema::new("").attribute("nested", nested).block("block", NestedBlock::list(inner));
    assert_eq!(without_description(&schema), ["", ".nested.b", ".block", ".block.a"]);
}

#[test]
fn what_may_be_left_out_says_what_holds_then() {
    let nested = Attribute::object("Nested. Without it, nothing.", [("b", Attribute::bool("B."))]);
    let schema = Schema::new("")
        .attribute("needed", Attribute::bool("Needed.").required())
        .attribute("said", Attribute::bool("Whether. Default `true`.").default(true))
        .attribute("text", Attribute::string("What. Default `x`.").default("x"))
        .attribute("unsaid", Attribute::number("How many. Default `7`.").default(8))
        .attribute("nested", nested);
    assert_eq!(without_default(&schema, |text| text.contains("Without it")), [".nested.b", ".unsaid"]);
}

#[test]
fn what_is_wrong_with_all_that_a_provider_serves_is_found_at_once() {
    let no_identity = "list resource test_thing: there is no resource of this name with an identity";
    assert_eq!(schema_problems(&Everything), [no_identity]);

    struct Twice;

    impl Provider for Twice {
        type Config = Model;
        type Data = ();

        fn version(&self) -> &'static str {
            "1.0.0"
        }

        fn schema(&self) -> Schema {
            schema().attribute("version", Attribute::string("Not free.").computed())
        }

        fn meta_schema(&self) -> Option<Schema> {
            Some(Schema::new("Of modules.").attribute("Bad", Attribute::string("A name.")))
        }

        async fn configure(&self, _: &mut ConfigureContext, _: Model) -> Result<()> {
            Ok(())
        }

        fn register(&self, registry: &mut Registry<()>) {
            registry.resource(Thing).resource(Thing).action(Thing).action(Thing).data_source(Thing);
        }
    }

    let name = "a name has lower-case letters, digits and underscores, and begins with no digit";
    assert_eq!(
        schema_problems(&Twice),
        [
            "resource test_thing: there are two of this name".to_owned(),
            "action test_thing: there are two of this name".to_owned(),
            "the provider block: version: Terraform has this name for something of its own".to_owned(),
            "the provider block: version: nobody reads a computed value here".to_owned(),
            format!("the provider_meta block: Bad: {name}"),
        ]
    );
}
