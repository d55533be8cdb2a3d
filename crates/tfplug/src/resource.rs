//! Managed resources.

use std::future::Future;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{
    context::{Context, Private},
    diagnostic::{Diagnostic, Diagnostics, Result},
    model::Model,
    schema::{HasIdentitySchema, HasSchema, IdentitySchema, Schema},
    upgrade::{self, Upgrades},
    value::Path,
};

/// A managed resource: a schema, a struct of it, and what to do.
///
/// The framework plans: it fills in defaults, keeps write-only values out, makes computed values unknown when anything
/// changes, runs the attributes' plan modifiers and then [`plan`](Self::plan), in this order. A resource only says what
/// is special about it.
///
/// ```
/// use tfplug::prelude::*;
///
/// /// A thing that only the state holds.
/// #[derive(Clone, Default, Model)]
/// struct Thing {
///     /// What is in it.
///     text: Attr<String>,
///     /// How long that is.
///     #[tf(computed)]
///     length: Attr<i64>,
/// }
///
/// #[resource("null_thing")]
/// impl Resource for Thing {
///     async fn create(&self, _: &mut Context<()>, planned: Thing) -> Result<Thing> {
///         let length = planned.text.as_str().map_or(0, str::len);
///         Ok(Thing { length: i64::try_from(length).ok().into(), ..planned })
///     }
///
///     async fn read(&self, _: &mut Context<()>, state: Thing) -> Result<Option<Thing>> {
///         Ok(Some(state))
///     }
///
///     async fn update(&self, cx: &mut Context<()>, _prior: Thing, planned: Thing) -> Result<Thing> {
///         self.create(cx, planned).await
///     }
///
///     async fn delete(&self, _: &mut Context<()>, _: Thing) -> Result<()> {
///         Ok(())
///     }
/// }
/// ```
///
/// The [guide](crate::guide::resources) has one with everything that a resource can do.
pub trait Resource: Send + Sync + 'static {
    /// What the provider's `configure` returns.
    type Data: Send + Sync + 'static;
    /// The struct for configuration, plan and state; a [`Value`](crate::Value) where the schema is not known before it
    /// runs.
    type Model: Model;
    /// The struct for the identity; [`NoIdentity`] where there is none.
    type Identity: Model;

    /// The whole name, for instance `files_note`. Asked once, when the resource is registered: it may be a text that is
    /// only known at run time.
    fn type_name(&self) -> &str;

    /// Its schema.
    fn schema(&self) -> Schema;

    /// The schema of its identity.
    fn identity_schema(&self) -> Option<IdentitySchema> {
        None
    }

    /// Its identity, taken from its state.
    fn identity(&self, _state: &Self::Model) -> Option<Self::Identity> {
        None
    }

    /// Its identity, as far as a plan tells; `None`, where it tells nothing, leaves that of the state before. Values
    /// can be unknown only where it is created or replaced. What is known must be what [`identity`](Self::identity)
    /// takes from the state in the end.
    ///
    /// ```
    /// use tfplug::prelude::*;
    ///
    /// /// A note, which its name identifies.
    /// #[derive(Clone, Default, Model)]
    /// struct Note {
    ///     /// Its name.
    ///     #[tf(required, requires_replace)]
    ///     name: Attr<String>,
    /// }
    ///
    /// /// Which note it is.
    /// #[derive(Clone, Identity)]
    /// struct NoteIdentity {
    ///     /// Its name.
    ///     #[tf(required)]
    ///     name: Attr<String>,
    /// }
    ///
    /// #[resource("files_note")]
    /// impl Resource for Note {
    ///     type Identity = NoteIdentity;
    ///
    ///     fn identity(&self, state: &Note) -> Option<NoteIdentity> {
    ///         Some(NoteIdentity { name: state.name.clone() })
    ///     }
    ///
    ///     fn planned_identity(&self, planned: &Note) -> Option<NoteIdentity> {
    ///         self.identity(planned)
    ///     }
    /// #   async fn create(&self, _: &mut Context<()>, planned: Note) -> Result<Note> { Ok(planned) }
    /// #   async fn read(&self, _: &mut Context<()>, state: Note) -> Result<Option<Note>> { Ok(Some(state)) }
    /// #   async fn delete(&self, _: &mut Context<()>, _: Note) -> Result<()> { Ok(()) }
    /// }
    /// ```
    fn planned_identity(&self, _planned: &Self::Model) -> Option<Self::Identity> {
        None
    }

    /// Checks what the validators of single attributes cannot. Values may be unknown; there is no provider to ask.
    fn validate(&self, _config: &Self::Model) -> Diagnostics {
        Diagnostics::NONE
    }

    /// Refines a plan, after the framework and the attributes' plan modifiers.
    ///
    /// # Errors
    /// What makes the change impossible.
    fn plan(
        &self,
        _cx: &mut Context<Self::Data>,
        _change: &mut Change<Self::Model>,
    ) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }

    /// Whether [`plan`](Self::plan) is asked also where everything waits for the provider's configuration, a deferred
    /// change. It has no [`data`](Context::data) then. Its errors count, and so does a reason of its own to
    /// [defer](Context::defer) the change.
    ///
    /// By default it is not: a plan that asks the provider for anything could only fail.
    fn plans_without_provider(&self) -> bool {
        false
    }

    /// Creates what was planned, and returns the state with every unknown value replaced.
    ///
    /// # Errors
    /// What went wrong. What exists by then belongs into a [checkpoint](Context::checkpoint) before.
    fn create(
        &self,
        cx: &mut Context<Self::Data>,
        planned: Self::Model,
    ) -> impl Future<Output = Result<Self::Model>> + Send;

    /// Reads the state as it is now; `None` when the remote thing is gone.
    ///
    /// # Errors
    /// What kept it from being read.
    fn read(
        &self,
        cx: &mut Context<Self::Data>,
        state: Self::Model,
    ) -> impl Future<Output = Result<Option<Self::Model>>> + Send;

    /// Changes it in place, and returns the state with every unknown value replaced. Not for a resource that every
    /// change replaces: there it is never called.
    ///
    /// # Errors
    /// What went wrong. What has been changed by then belongs into a [checkpoint](Context::checkpoint) before. Without
    /// a method of the resource's own, that it cannot be changed in place.
    fn update(
        &self,
        _cx: &mut Context<Self::Data>,
        _prior: Self::Model,
        _planned: Self::Model,
    ) -> impl Future<Output = Result<Self::Model>> + Send {
        async {
            let detail = "A change of it that replaces nothing was planned, and resources of this type know none. This \
                          is a mistake in the provider: the attribute that changed has to replace the resource \
                          (`requires_replace`). Please report it.";
            Err(Diagnostic::error(format!("{} cannot be changed in place", self.type_name()), detail).into())
        }
    }

    /// Destroys it. That it is gone already is a success.
    ///
    /// # Errors
    /// What kept it from being destroyed; it stays in the state.
    fn delete(&self, cx: &mut Context<Self::Data>, state: Self::Model) -> impl Future<Output = Result<()>> + Send;

    /// Returns as much of a state as [`read`](Self::read), which follows, needs to find the thing.
    ///
    /// # Errors
    /// What is wrong with the id or the identity.
    fn import(
        &self,
        _cx: &mut Context<Self::Data>,
        _source: Import<Self::Identity>,
    ) -> impl Future<Output = Result<Self::Model>> + Send {
        async {
            let detail = "Resources of this type have nothing that could be imported.";
            Err(Diagnostic::error(format!("{} cannot be imported", self.type_name()), detail).into())
        }
    }

    /// The ways from stored states of older schema versions to the present one, through structs of theirs.
    fn upgrades(&self) -> Upgrades<Self::Model> {
        Upgrades::new()
    }

    /// Rewrites a stored state of an older schema version into the present form: by [`upgrades`](Self::upgrades), where
    /// it is not done by hand.
    ///
    /// # Errors
    /// When there is no way from that version, or the state does not fit it.
    fn upgrade(&self, version: i64, state: Json) -> Result<Json> {
        let upgraded = self.upgrades().run(version, &state, &self.schema().ty());
        upgraded.unwrap_or_else(|| Err(older_version("state", version)))
    }

    /// Rewrites a stored identity of an older version into the present form.
    ///
    /// # Errors
    /// When there is no way from that version.
    fn upgrade_identity(&self, version: i64, _identity: Json) -> Result<Json> {
        Err(older_version("identity", version))
    }

    /// Takes over the state of a resource of another type (a `moved` block); `None` when it is of no known type.
    ///
    /// # Errors
    /// When that state cannot be understood.
    fn move_from(&self, _source: &MoveSource) -> Result<Option<Self::Model>> {
        Ok(None)
    }

    /// The identity of what [`move_from`](Self::move_from) took over. By default that of its state; for a resource
    /// whose state does not tell, and that finds it in the source.
    fn identity_from(&self, _source: &MoveSource, state: &Self::Model) -> Option<Self::Identity> {
        self.identity(state)
    }

    /// Turns a state into the configuration for it, after the framework has cleared what is only computed.
    fn generate_config(&self, config: Self::Model) -> Self::Model {
        config
    }
}

fn older_version(what: &str, version: i64) -> Diagnostics {
    let detail = format!("The {what} has version {version}, from which this version of the provider knows no way.");
    Diagnostic::error(format!("The stored {what} cannot be upgraded"), detail).into()
}

/// The identity of a resource that has none.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct NoIdentity {}

impl HasIdentitySchema for NoIdentity {
    fn identity_schema() -> Option<IdentitySchema> {
        None
    }
}

/// A change in the making.
///
/// ```
/// use tfplug::{Attr, Change, Path};
///
/// # #[derive(Clone)]
/// struct Disk {
///     size: Attr<i64>,
/// }
///
/// /// A smaller disk is another one.
/// fn refine(change: &mut Change<Disk>) {
///     let shrinks = change.as_update().is_some_and(|(prior, planned)| {
///         matches!((prior.size.as_known(), planned.size.as_known()), (Some(before), Some(after)) if after < before)
///     });
///     if shrinks {
///         change.requires_replace.push(Path::attribute("size"));
///     }
/// }
/// # let disk = |size: i64| Some(Disk { size: size.into() });
/// # let mut change = Change { config: disk(1), prior: disk(2), planned: disk(1), requires_replace: Vec::new() };
/// # refine(&mut change);
/// # assert_eq!(change.requires_replace, [Path::attribute("size")]);
/// ```
#[derive(Clone, Debug)]
pub struct Change<M> {
    /// The configuration; `None` in a plan to destroy.
    pub config: Option<M>,
    /// The state before; `None` in a plan to create.
    pub prior: Option<M>,
    /// The state afterwards, to be refined in place; `None` in a plan to destroy.
    pub planned: Option<M>,
    /// The attributes whose change makes a replacement necessary. Add to them, or remove.
    pub requires_replace: Vec<Path>,
}

impl<M> Change<M> {
    /// The state after a creation, for which there was none before.
    pub fn as_create(&mut self) -> Option<&mut M> {
        if self.prior.is_some() { None } else { self.planned.as_mut() }
    }

    /// The states before and after a change, be it in place or by replacement.
    pub fn as_update(&mut self) -> Option<(&M, &mut M)> {
        Some((self.prior.as_ref()?, self.planned.as_mut()?))
    }

    /// The state before a destruction.
    pub fn as_destroy(&self) -> Option<&M> {
        if self.planned.is_some() { None } else { self.prior.as_ref() }
    }
}

/// What an import starts from.
///
/// ```
/// use tfplug::{Import, NoIdentity};
///
/// fn path(source: Import<NoIdentity>) -> Option<String> {
///     match source {
///         Import::Id(path) => Some(path),
///         Import::Identity(_) => None,
///     }
/// }
/// # assert_eq!(path(Import::Id("a".to_owned())).as_deref(), Some("a"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Import<I> {
    /// `terraform import ADDRESS ID`, or `id` in an `import` block.
    Id(String),
    /// `identity` in an `import` block, since Terraform 1.12.
    Identity(I),
}

/// A resource of another type that a `moved` block hands over.
#[derive(Clone, Debug, Default)]
pub struct MoveSource {
    /// Its provider, for instance `registry.terraform.io/hashicorp/local`.
    pub provider_address: String,
    /// Its type.
    pub type_name: String,
    /// The version of its schema.
    pub schema_version: i64,
    /// Its state.
    pub state: Json,
    /// Its identity, where it has one.
    pub identity: Option<Json>,
    /// The version of its identity's schema.
    pub identity_schema_version: i64,
    /// The private data that its provider kept beside the state. Another provider's may be of any form, and then there
    /// is nothing to read in it.
    pub private: Private,
}

impl MoveSource {
    /// The state as a struct for it. What the struct does not name is passed over.
    ///
    /// # Errors
    /// Where it does not fit, with its path.
    pub fn read<Old: Model + HasSchema>(&self) -> Result<Old> {
        upgrade::read(&self.state, &Old::schema().ty())
    }
}
