//! State stores: where Terraform keeps its states, in the place of a backend of its own.

use std::future::Future;

use super::{
    context::Context,
    diagnostic::{Diagnostics, Result},
    model::Model,
    schema::Schema,
};

/// A state store. Terraform 1.16 serves one to those who let it experiment (`TF_ENABLE_PLUGGABLE_STATE_STORAGE`).
///
/// A state is bytes, of which only Terraform knows what they say; secrets may be among them. Its ID is the name of a
/// workspace.
///
/// ```
/// use std::{fs, io, path::PathBuf};
///
/// use tfplug::{StateStore, prelude::*};
///
/// /// States in a folder.
/// #[derive(Clone, Default, Model)]
/// struct Folder {
///     /// Where they are.
///     #[tf(required)]
///     path: Attr<String>,
/// }
///
/// fn failed(error: io::Error) -> Diagnostic {
///     Diagnostic::error("The folder of states cannot be used", format!("The system says: {error}."))
/// }
///
/// #[state_store("files_folder")]
/// impl StateStore for Folder {
///     type Store = PathBuf;
///
///     async fn configure(&self, _: &mut Context<()>, config: Folder) -> Result<PathBuf> {
///         Ok(config.path.require("path")?.into())
///     }
///
///     async fn states(&self, _: &mut Context<()>, folder: &PathBuf) -> Result<Vec<String>> {
///         let entries = fs::read_dir(folder).map_err(failed)?;
///         Ok(entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect())
///     }
///
///     async fn read(&self, _: &mut Context<()>, folder: &PathBuf, id: &str) -> Result<Option<Vec<u8>>> {
///         match fs::read(folder.join(id)) {
///             Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
///             read => Ok(Some(read.map_err(failed)?)),
///         }
///     }
///
///     async fn write(&self, _: &mut Context<()>, folder: &PathBuf, id: &str, state: Vec<u8>) -> Result<()> {
///         Ok(fs::write(folder.join(id), state).map_err(failed)?)
///     }
///
///     async fn delete(&self, _: &mut Context<()>, folder: &PathBuf, id: &str) -> Result<()> {
///         Ok(fs::remove_file(folder.join(id)).map_err(failed)?)
///     }
/// }
/// # let provider = Unconfigured::new("1.0.0", |all| all.state_store(Folder::default()));
/// # assert_eq!(tfplug::testing::schema_problems(&provider), Vec::<String>::new());
/// ```
pub trait StateStore: Send + Sync + 'static {
    /// What the provider's `configure` returns.
    type Data: Send + Sync + 'static;
    /// The struct for the `state_store` block.
    type Model: Model;
    /// What [`configure`](Self::configure) makes of it, for the calls that follow.
    type Store: Send + Sync + 'static;

    /// The whole name, for instance `files_folder`.
    fn type_name(&self) -> &str;

    /// The schema of the `state_store` block.
    fn schema(&self) -> Schema;

    /// Checks what the validators of single attributes cannot. Values may be unknown.
    fn validate(&self, _config: &Self::Model) -> Diagnostics {
        Diagnostics::NONE
    }

    /// Gets ready to work.
    ///
    /// # Errors
    /// What is wrong with the configuration.
    fn configure(
        &self,
        cx: &mut Context<Self::Data>,
        config: Self::Model,
    ) -> impl Future<Output = Result<Self::Store>> + Send;

    /// The IDs of all states that there are.
    ///
    /// # Errors
    /// What kept them from being found.
    fn states(
        &self,
        cx: &mut Context<Self::Data>,
        store: &Self::Store,
    ) -> impl Future<Output = Result<Vec<String>>> + Send;

    /// A state; `None` where there is none.
    ///
    /// # Errors
    /// What kept it from being read.
    fn read(
        &self,
        cx: &mut Context<Self::Data>,
        store: &Self::Store,
        id: &str,
    ) -> impl Future<Output = Result<Option<Vec<u8>>>> + Send;

    /// Puts a state into the place of what there was, whole or not at all.
    ///
    /// # Errors
    /// What kept it from being written.
    fn write(
        &self,
        cx: &mut Context<Self::Data>,
        store: &Self::Store,
        id: &str,
        state: Vec<u8>,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Deletes a state.
    ///
    /// # Errors
    /// What kept it from being deleted.
    fn delete(
        &self,
        cx: &mut Context<Self::Data>,
        store: &Self::Store,
        id: &str,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Locks a state for an operation of Terraform's, such as `OperationTypeApply`, and returns the lock's ID, of which
    /// only the store knows what it says. `None`: this store cannot lock, and Terraform goes on without.
    ///
    /// # Errors
    /// Who holds the lock, where somebody does.
    fn lock(
        &self,
        _cx: &mut Context<Self::Data>,
        _store: &Self::Store,
        _id: &str,
        _operation: &str,
    ) -> impl Future<Output = Result<Option<String>>> + Send {
        async { Ok(None) }
    }

    /// Gives a lock back.
    ///
    /// # Errors
    /// That the lock is another one, or what kept it from being given back.
    fn unlock(
        &self,
        _cx: &mut Context<Self::Data>,
        _store: &Self::Store,
        _id: &str,
        _lock: &str,
    ) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }
}
