//! Ephemeral resources: values that are never stored. Since Terraform 1.10.

use std::{fmt, future::Future, time::SystemTime};

use super::{
    context::Context,
    diagnostic::{Diagnostics, Result},
    model::Model,
    schema::Schema,
};

/// An ephemeral resource. What it must remember from one call to the next goes into the context's private data.
///
/// ```
/// use tfplug::prelude::*;
///
/// /// A password that nothing keeps.
/// #[derive(Clone, Default, Model)]
/// struct Password {
///     /// The password.
///     #[tf(computed, sensitive)]
///     value: Attr<String>,
/// }
///
/// #[ephemeral_resource("files_password")]
/// impl EphemeralResource for Password {
///     async fn open(&self, _: &mut Context<()>, _: Password) -> Result<Opened<Password>> {
///         Ok(Opened { result: Password { value: "correct horse".into() }, renew_at: None })
///     }
/// }
/// ```
pub trait EphemeralResource: Send + Sync + 'static {
    /// What the provider's `configure` returns.
    type Data: Send + Sync + 'static;
    /// The struct for arguments and results.
    type Model: Model;

    /// The whole name.
    fn type_name(&self) -> &str;

    /// Its schema.
    fn schema(&self) -> Schema;

    /// Checks what the validators of single attributes cannot. Values may be unknown.
    fn validate(&self, _config: &Self::Model) -> Diagnostics {
        Diagnostics::NONE
    }

    /// Obtains it.
    ///
    /// # Errors
    /// What went wrong.
    fn open(
        &self,
        cx: &mut Context<Self::Data>,
        config: Self::Model,
    ) -> impl Future<Output = Result<Opened<Self::Model>>> + Send;

    /// Keeps it valid, and says when to do so again.
    ///
    /// # Errors
    /// What went wrong.
    fn renew(&self, _cx: &mut Context<Self::Data>) -> impl Future<Output = Result<Option<SystemTime>>> + Send {
        async { Ok(None) }
    }

    /// Gives it back.
    ///
    /// # Errors
    /// What went wrong.
    fn close(&self, _cx: &mut Context<Self::Data>) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }
}

/// An ephemeral resource that has been obtained. Nothing keeps what it holds, and so its `Debug` form leaves that out.
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use tfplug::Opened;
///
/// let opened = Opened { result: "a token", renew_at: Some(SystemTime::now() + Duration::from_secs(600)) };
/// assert_eq!(opened.result, "a token");
/// assert!(!format!("{opened:?}").contains("a token"));
/// ```
#[derive(Clone)]
pub struct Opened<M> {
    /// The arguments with the results.
    pub result: M,
    /// When it must be renewed, if ever.
    pub renew_at: Option<SystemTime>,
}

impl<M> fmt::Debug for Opened<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened").field("renew_at", &self.renew_at).finish_non_exhaustive()
    }
}
