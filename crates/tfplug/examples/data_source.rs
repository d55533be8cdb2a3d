//! A data source: reads what is there, and changes nothing.
use std::{env, process::ExitCode};

use tfplug::prelude::*;

/// A variable of the environment in which Terraform runs.
#[derive(Clone, Default, Model)]
struct Variable {
    /// Its name.
    #[tf(required, validate(length(1..=255)))]
    name: Attr<String>,
    /// Its value; null where it is not set.
    #[tf(computed, sensitive)]
    value: Attr<String>,
}

#[data_source("environment_variable")]
impl DataSource for Variable {
    async fn read(&self, _: &mut Context<()>, config: Variable) -> Result<Variable> {
        let value = env::var(config.name.require("name")?).ok().into();
        Ok(Variable { value, ..config })
    }
}

fn main() -> ExitCode {
    let environment =
        Unconfigured::new(env!("CARGO_PKG_VERSION"), |all: &mut Registry<()>| all.data_source(Variable::default()));
    run(ServeOptions::from_args("registry.terraform.io/example/environment"), || environment)
}
