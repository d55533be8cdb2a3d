//! The provider `null`: one resource, which holds what it is given and does nothing.
use tfplug::prelude::*;

/// A thing that does nothing, and is another one whenever its triggers change.
#[derive(Clone, Default, Model)]
struct Thing {
    /// Anything; a change of it replaces the thing.
    #[tf(requires_replace)]
    triggers: Attr<std::collections::BTreeMap<String, String>>,
}

#[resource("null_thing")]
impl Resource for Thing {
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
