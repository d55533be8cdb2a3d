//! The provider of `null.rs` without the derive: the schema is built, and beside it is a struct that fits it.
use serde::{Deserialize, Serialize};
use tfplug::{prelude::*, value::Type};

#[derive(Clone, Default, Serialize, Deserialize)]
struct Thing {
    triggers: Attr<std::collections::BTreeMap<String, String>>,
}

impl Resource for Thing {
    type Data = ();
    type Model = Self;
    type Identity = NoIdentity;

    fn type_name(&self) -> &'static str {
        "null_thing"
    }

    fn schema(&self) -> Schema {
        Schema::new("A thing that does nothing, and is another one whenever its triggers change.").attribute(
            "triggers",
            Attribute::map(Type::String, "Anything; a change of it replaces the thing.").requires_replace(),
        )
    }

    async fn create(&self, _: &mut Context<()>, planned: Thing) -> Result<Thing> {
        Ok(planned)
    }

    async fn read(&self, _: &mut Context<()>, state: Thing) -> Result<Option<Thing>> {
        Ok(Some(state))
    }

    async fn delete(&self, _: &mut Context<()>, _: Thing) -> Result<()> {
        Ok(())
    }
}

fn main() -> std::process::ExitCode {
    let null = Unconfigured::new(env!("CARGO_PKG_VERSION"), |all| all.resource(Thing::default()));
    run(ServeOptions::from_args("registry.terraform.io/example/null"), || null)
}
