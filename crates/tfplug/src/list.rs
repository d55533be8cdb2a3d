//! List resources: find what exists, for `terraform query`. Since Terraform 1.14.

use std::{future::Future, marker::PhantomData, sync::Arc};

use tokio::sync::mpsc;

use super::{
    context::{Context, to_value},
    diagnostic::{Diagnostics, Result},
    model::Model,
    resource::Resource,
    schema::Schema,
    value::{Type, Value},
};

/// A list resource: finds the remote things that a managed resource could be.
///
/// ```
/// use tfplug::{Listed, prelude::*};
///
/// /// A note.
/// #[derive(Clone, Default, Model)]
/// struct Note {
///     /// Where it is.
///     #[tf(required, requires_replace)]
///     path: Attr<String>,
/// }
///
/// /// Which note it is.
/// #[derive(Clone, Identity)]
/// struct NoteIdentity {
///     /// Where it is.
///     #[tf(required)]
///     path: Attr<String>,
/// }
///
/// #[resource("files_note")]
/// impl Resource for Note {
///     type Identity = NoteIdentity;
///
///     fn identity(&self, state: &Note) -> Option<NoteIdentity> {
///         Some(NoteIdentity { path: state.path.clone() })
///     }
/// #
/// #     async fn create(&self, _: &mut Context<()>, planned: Note) -> Result<Note> {
/// #         Ok(planned)
/// #     }
/// #
/// #     async fn read(&self, _: &mut Context<()>, state: Note) -> Result<Option<Note>> {
/// #         Ok(Some(state))
/// #     }
/// #
/// #     async fn delete(&self, _: &mut Context<()>, _: Note) -> Result<()> {
/// #         Ok(())
/// #     }
///
///     // … and what else a resource has
/// }
///
/// /// Finds notes.
/// #[derive(Clone, Default, Model)]
/// struct Notes {
///     /// The folder to look in.
///     #[tf(required)]
///     folder: Attr<String>,
/// }
///
/// #[list_resource("files_note")]
/// impl ListResource for Notes {
///     type Resource = Note;
///
///     async fn list(&self, _: &mut Context<()>, config: Notes, listing: &mut Listing<'_, Self>) -> Result<()> {
///         let path = format!("{}/hello.txt", config.folder.require("folder")?);
///         let resource = listing.wants_resources().then(|| Note { path: path.clone().into() });
///         listing.push(Listed { identity: NoteIdentity { path: path.clone().into() }, display_name: path, resource })
///     }
/// }
/// ```
pub trait ListResource: Send + Sync + 'static {
    /// What the provider's `configure` returns.
    type Data: Send + Sync + 'static;
    /// The struct for the `config` block of a `list` block.
    type Config: Model;
    /// The managed resource whose things it finds; the two have the same type name.
    type Resource: Resource<Data = Self::Data>;

    /// The managed resource's name.
    fn type_name(&self) -> &str;

    /// The schema of the `config` block.
    fn schema(&self) -> Schema;

    /// Checks what the validators of single attributes cannot. Values may be unknown.
    fn validate(&self, _config: &Self::Config) -> Diagnostics {
        Diagnostics::NONE
    }

    /// Puts what it finds into the listing until that is full.
    ///
    /// # Errors
    /// What kept it from going on; what was found before stands.
    fn list(
        &self,
        cx: &mut Context<Self::Data>,
        config: Self::Config,
        listing: &mut Listing<'_, Self>,
    ) -> impl Future<Output = Result<()>> + Send
    where
        Self: Sized;
}

/// Where a [`ListResource`] puts what it finds.
pub struct Listing<'a, L> {
    sink: &'a mut Sink,
    list: PhantomData<fn(L)>,
}

/// One thing that was found.
pub struct Listed<L: ListResource> {
    /// Which one it is.
    pub identity: <L::Resource as Resource>::Identity,
    /// What a person calls it.
    pub display_name: String,
    /// Its state; needed only if the listing [wants it](Listing::wants_resources).
    pub resource: Option<<L::Resource as Resource>::Model>,
}

impl<'a, L: ListResource> Listing<'a, L> {
    pub(super) fn new(sink: &'a mut Sink) -> Self {
        Self { sink, list: PhantomData }
    }

    /// Whether states are wanted, and not only identities.
    pub fn wants_resources(&self) -> bool {
        self.sink.include_resource
    }

    /// Whether there is nothing more to find: the limit is reached, or nobody listens any more.
    pub fn is_full(&self) -> bool {
        self.sink.remaining == Some(0) || self.sink.events.is_closed()
    }

    /// Says what is wrong with one thing, or could not be read of it, beside the others that are listed. It counts for
    /// the limit; does nothing once the listing is full.
    pub fn push_diagnostics(&mut self, diagnostics: impl Into<Diagnostics>) {
        self.send(Event::Told(diagnostics.into()));
    }

    /// Adds one; does nothing once the listing is full.
    ///
    /// # Errors
    /// When schema and struct disagree.
    pub fn push(&mut self, found: Listed<L>) -> Result<()> {
        if self.is_full() {
            return Ok(());
        }
        let event = Event::Found {
            identity: to_value(&found.identity, &self.sink.identity_type)?,
            display_name: found.display_name,
            resource: match found.resource {
                Some(resource) if self.sink.include_resource => Some(to_value(&resource, &self.sink.resource_type)?),
                _ => None,
            },
        };
        self.send(event);
        Ok(())
    }

    fn send(&mut self, event: Event) {
        if self.is_full() {
            return;
        }
        if let Some(remaining) = &mut self.sink.remaining {
            *remaining -= 1;
        }
        let _ = self.sink.events.send(event);
    }
}

/// The untyped side of a [`Listing`].
pub(super) struct Sink {
    pub(super) identity_type: Type,
    pub(super) resource_type: Arc<Type>,
    pub(super) include_resource: bool,
    pub(super) remaining: Option<u64>,
    pub(super) events: mpsc::UnboundedSender<Event>,
}

/// One item of a listing.
pub(super) enum Event {
    /// Something that was found, as values.
    Found { identity: Value, display_name: String, resource: Option<Value> },
    /// What is to be told of something.
    Told(Diagnostics),
}
