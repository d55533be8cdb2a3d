//! Actions: something that is done once, and leaves no state. Since Terraform 1.14.

use std::future::Future;

use tokio::sync::mpsc;

use super::{
    context::Context,
    diagnostic::{Diagnostics, Result},
    model::Model,
    schema::Schema,
};

/// An action.
///
/// ```
/// use tfplug::prelude::*;
///
/// /// Empties a folder.
/// #[derive(Clone, Default, Model)]
/// struct Empty {
///     /// Where it is.
///     #[tf(required)]
///     path: Attr<String>,
/// }
///
/// #[action("files_empty")]
/// impl Action for Empty {
///     async fn invoke(&self, _: &mut Context<()>, config: Empty, progress: Progress) -> Result<()> {
///         progress.tell(format!("Emptying {}", config.path.require("path")?));
///         Ok(())
///     }
/// }
/// ```
pub trait Action: Send + Sync + 'static {
    /// What the provider's `configure` returns.
    type Data: Send + Sync + 'static;
    /// The struct for the configuration.
    type Model: Model;

    /// The whole name, for instance `files_archive`.
    fn type_name(&self) -> &str;

    /// Its schema.
    fn schema(&self) -> Schema;

    /// Checks what the validators of single attributes cannot. Values may be unknown.
    fn validate(&self, _config: &Self::Model) -> Diagnostics {
        Diagnostics::NONE
    }

    /// Says while planning whether it could be done. Values may be unknown.
    ///
    /// # Errors
    /// Why not.
    fn plan(&self, _cx: &mut Context<Self::Data>, _config: &Self::Model) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }

    /// Does it.
    ///
    /// # Errors
    /// What went wrong.
    fn invoke(
        &self,
        cx: &mut Context<Self::Data>,
        config: Self::Model,
        progress: Progress,
    ) -> impl Future<Output = Result<()>> + Send;
}

/// Tells a person how far an action is.
///
/// ```
/// use tfplug::Progress;
///
/// fn copy(files: &[&str], progress: &Progress) {
///     for (position, file) in files.iter().enumerate() {
///         progress.tell(format!("{file}, {} of {}", position + 1, files.len()));
///     }
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Progress(pub(super) mpsc::UnboundedSender<String>);

impl Progress {
    /// Shows a line. Nobody listening any more is no reason to stop.
    pub fn tell(&self, message: impl Into<String>) {
        let _ = self.0.send(message.into());
    }
}
