//! What the attributes before an implementation fill in.

use tfplug::{
    prelude::*,
    testing::{schema_problems, schemas},
};

use crate::{assert_same, parts::GroupIdentity};

/// A group.
#[derive(Clone, Model)]
struct Model {
    /// Its ID.
    #[tf(required)]
    id: Attr<String>,
}

struct Group;

#[resource("null_group")]
impl Resource for Group {
    type Model = Model;
    type Identity = GroupIdentity;

    async fn create(&self, _: &mut Context<()>, planned: Model) -> Result<Model> {
        Ok(planned)
    }

    async fn read(&self, _: &mut Context<()>, state: Model) -> Result<Option<Model>> {
        Ok(Some(state))
    }

    async fn delete(&self, _: &mut Context<()>, _: Model) -> Result<()> {
        Ok(())
    }
}

struct ByHand;

#[data_source("not_this_name")]
impl DataSource for ByHand {
    type Model = Model;

    fn type_name(&self) -> &'static str {
        "null_by_hand"
    }

    fn schema(&self) -> Schema {
        Schema::of::<Model>().deprecated("Use something else.")
    }

    async fn read(&self, _: &mut Context<()>, config: Model) -> Result<Model> {
        Ok(config)
    }
}

/// Everything else that has a schema, with a struct that is its own model.
#[derive(Clone, Default, Model)]
struct Own {
    /// Its ID.
    id: Attr<String>,
}

#[ephemeral_resource("null_ephemeral")]
impl EphemeralResource for Own {
    async fn open(&self, _: &mut Context<()>, config: Own) -> Result<Opened<Own>> {
        Ok(Opened { result: config, renew_at: None })
    }
}

#[action("null_action")]
impl Action for Own {
    async fn invoke(&self, _: &mut Context<()>, _: Own, _: Progress) -> Result<()> {
        Ok(())
    }
}

#[list_resource("null_group")]
impl ListResource for Own {
    type Resource = Group;

    async fn list(&self, _: &mut Context<()>, _: Own, _: &mut Listing<'_, Self>) -> Result<()> {
        Ok(())
    }
}

/// A provider with one setting.
#[derive(Clone, Model)]
struct Settings {
    /// Where it works.
    region: Attr<String>,
}

#[provider]
impl Provider for Settings {
    async fn configure(&self, _: &mut ConfigureContext, _: Settings) -> Result<()> {
        Ok(())
    }

    fn register(&self, registry: &mut Registry<()>) {
        registry.resource(Group).data_source(ByHand).ephemeral_resource(Own::default());
        registry.action(Own::default()).list_resource(Own::default());
    }
}

#[test]
fn name_schema_and_identity_follow_from_the_rest() {
    assert_eq!(Group.type_name(), "null_group");
    assert_same(&Group.schema(), &Schema::of::<Model>());
    let identity = Group.identity_schema().map(|it| format!("{it:?}"));
    assert_eq!(identity, Some(format!("{:?}", IdentitySchema::of::<GroupIdentity>())));
}

#[test]
fn what_is_written_stands() {
    assert_eq!(ByHand.type_name(), "null_by_hand");
    assert_same(&ByHand.schema(), &Schema::of::<Model>().deprecated("Use something else."));
}

#[test]
fn a_provider_has_the_version_of_its_package_and_serves_one_of_each_kind() {
    let settings = Settings { region: Attr::Null };
    assert_eq!(settings.version(), env!("CARGO_PKG_VERSION"));
    let schemas = schemas(&settings);
    let names: Vec<_> = schemas.keys().map(|(kind, name)| (*kind, name.as_str())).collect();
    let expected = [
        ("action", "null_action"),
        ("data source", "null_by_hand"),
        ("ephemeral resource", "null_ephemeral"),
        ("list resource", "null_group"),
        ("provider", ""),
        ("resource", "null_group"),
    ];
    assert_eq!(names, expected);
    for (kind, name) in [expected[0], expected[2], expected[3]] {
        assert_same(&schemas[&(kind, name.to_owned())], &Schema::of::<Own>());
    }
    assert_same(&schemas[&("provider", String::new())], &Schema::of::<Settings>());
    assert_eq!(schema_problems(&settings), Vec::<String>::new());
}

#[test]
fn a_provider_without_settings_serves_what_it_names() {
    let provider = Unconfigured::new("1.2.3", |all| all.resource(Group).data_source(ByHand)).description("Nothing.");
    assert_eq!(provider.version(), "1.2.3");
    assert_eq!(schema_problems(&provider), Vec::<String>::new());
    let schemas = schemas(&provider);
    assert_same(&schemas[&("provider", String::new())], &Schema::new("Nothing."));
    let names: Vec<_> = schemas.keys().map(|(kind, name)| (*kind, name.as_str())).collect();
    assert_eq!(names, [("data source", "null_by_hand"), ("provider", ""), ("resource", "null_group")]);
}
