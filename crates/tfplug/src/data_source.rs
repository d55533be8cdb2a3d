//! Data sources.

use std::future::Future;

use super::{
    context::Context,
    diagnostic::{Diagnostics, Result},
    model::Model,
    schema::Schema,
};

/// A data source: something that is read and never changed.
///
/// ```
/// use tfplug::prelude::*;
///
/// /// The size of a folder.
/// #[derive(Clone, Default, Model)]
/// struct Folder {
///     /// Where it is.
///     #[tf(required)]
///     path: Attr<String>,
///     /// How many files are in it.
///     #[tf(computed)]
///     files: Attr<i64>,
/// }
///
/// #[data_source("files_folder")]
/// impl DataSource for Folder {
///     async fn read(&self, _: &mut Context<()>, config: Folder) -> Result<Folder> {
///         let path = config.path.require("path")?;
///         let entries = std::fs::read_dir(path)
///             .map_err(|error| Diagnostic::error(format!("Cannot read {path}"), error.to_string()))?;
///         Ok(Folder { files: i64::try_from(entries.count()).ok().into(), ..config })
///     }
/// }
/// ```
pub trait DataSource: Send + Sync + 'static {
    /// What the provider's `configure` returns.
    type Data: Send + Sync + 'static;
    /// The struct for arguments and results.
    type Model: Model;

    /// The whole name, for instance `files_folder`.
    fn type_name(&self) -> &str;

    /// Its schema.
    fn schema(&self) -> Schema;

    /// Checks what the validators of single attributes cannot. Values may be unknown.
    fn validate(&self, _config: &Self::Model) -> Diagnostics {
        Diagnostics::NONE
    }

    /// Reads it: takes the arguments and returns them with the results.
    ///
    /// # Errors
    /// What kept it from being read.
    fn read(
        &self,
        cx: &mut Context<Self::Data>,
        config: Self::Model,
    ) -> impl Future<Output = Result<Self::Model>> + Send;
}
