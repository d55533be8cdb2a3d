//! The provider that hashicorp/terraform-provider-corner tests terraform-plugin-framework with, written with tfplug: it
//! has the same names, schemas and values, and passes the same tests. `README.md` beside it says how they are run.

mod data;
mod deferred;
mod functions;
mod identity;
mod in_memory;
mod kept;
mod kinds;
mod lifecycle;
mod meaning;
mod modify_file;
mod user;
mod write_only;

use std::process::ExitCode;

use tfplug::{
    plugin::{ServeOptions, run},
    prelude::*,
};

use self::{
    data::{Change as Dynamic, Everywhere, Float32, Float64, SetOfAttributes, SetOfBlocks, WithTimeouts},
    deferred::Deferred,
    identity::{Identified, Moved},
    in_memory::InMemory,
    kept::KeptResource,
    kinds::Kinds,
    lifecycle::Lifecycle,
    meaning::{Addresses, Meanings, Times},
    modify_file::ModifyFile,
    user::{UserResource, Users},
    write_only::{Once, Password, Values},
};

/// The provider block.
#[derive(Clone, Default, Model)]
pub struct Corner {
    /// Has no effect.
    dummy: Attr<String>,
    /// Whether everything must wait, where Terraform knows how to.
    deferral: Attr<bool>,
}

#[provider]
impl Provider for Corner {
    type Data = Users;

    async fn configure(&self, cx: &mut ConfigureContext, config: Corner) -> Result<Users> {
        if config.deferral == Attr::Known(true) {
            cx.defer();
        }
        Ok(Users::default())
    }

    fn register(&self, registry: &mut Registry<Users>) {
        registry
            .resource(KeptResource::<Kinds>::new())
            .resource(Deferred { type_name: "framework_deferred_action", plans_without_provider: false })
            .resource(Deferred {
                type_name: "framework_deferred_action_plan_modification",
                plans_without_provider: true,
            })
            .resource(KeptResource::<Dynamic>::new())
            .resource(KeptResource::<WithTimeouts>::new())
            .resource(KeptResource::<Times>::new())
            .resource(UserResource)
            .resource(KeptResource::<Float32>::new())
            .resource(KeptResource::<Float64>::new())
            .resource(KeptResource::<Everywhere>::new())
            .resource(Moved)
            .resource(KeptResource::<SetOfBlocks>::new())
            .resource(KeptResource::<SetOfAttributes>::new())
            .resource(KeptResource::<Addresses>::new())
            .resource(KeptResource::<Meanings>::new())
            .resource(Values)
            .resource(Once)
            .resource(Password)
            .resource(write_only::Imported)
            .resource(write_only::Moved)
            .resource(write_only::Upgraded)
            .resource(Identified)
            .ephemeral_resource(Kinds::default())
            .ephemeral_resource(Lifecycle::default())
            .action(ModifyFile::default())
            .state_store(InMemory::default());
        functions::register(registry);
    }
}

fn main() -> ExitCode {
    run(ServeOptions::from_args("registry.terraform.io/hashicorp/framework"), Corner::default)
}
