//! A provider without settings.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{
    diagnostic::Result,
    provider::{ConfigureContext, Provider, Registry},
    schema::Schema,
};

/// A provider whose block is empty, and that has nothing to get ready: what it serves works by itself.
///
/// ```no_run
/// use std::process::ExitCode;
///
/// use tfplug::prelude::*;
/// # struct Thing;
/// # #[derive(Clone, serde::Serialize, serde::Deserialize)]
/// # struct Empty {}
/// # impl DataSource for Thing {
/// #     type Data = ();
/// #     type Model = Empty;
/// #     fn type_name(&self) -> &'static str { "null_thing" }
/// #     fn schema(&self) -> Schema { Schema::new("Nothing.") }
/// #     async fn read(&self, _: &mut Context<()>, config: Empty) -> Result<Empty> { Ok(config) }
/// # }
///
/// fn main() -> ExitCode {
///     let null = Unconfigured::new(env!("CARGO_PKG_VERSION"), |all| all.data_source(Thing));
///     run(ServeOptions::from_args("registry.terraform.io/example/null"), || null)
/// }
/// ```
pub struct Unconfigured<F> {
    version: &'static str,
    description: String,
    register: F,
}

/// A provider block without settings.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct NoConfig {}

impl<F> Unconfigured<F>
where
    F: Fn(&mut Registry<()>) -> &mut Registry<()> + Send + Sync + 'static,
{
    /// A provider of this version, which serves what `register` names.
    pub fn new(version: &'static str, register: F) -> Self {
        Self { version, description: "This provider has no settings.".to_owned(), register }
    }

    /// What the provider is for, in Markdown.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }
}

impl<F> fmt::Debug for Unconfigured<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unconfigured").field("version", &self.version).finish_non_exhaustive()
    }
}

impl<F> Provider for Unconfigured<F>
where
    F: Fn(&mut Registry<()>) -> &mut Registry<()> + Send + Sync + 'static,
{
    type Config = NoConfig;
    type Data = ();

    fn version(&self) -> &'static str {
        self.version
    }

    fn schema(&self) -> Schema {
        Schema::new(self.description.clone())
    }

    async fn configure(&self, _: &mut ConfigureContext, _: NoConfig) -> Result<()> {
        Ok(())
    }

    fn register(&self, registry: &mut Registry<()>) {
        (self.register)(registry);
    }
}
