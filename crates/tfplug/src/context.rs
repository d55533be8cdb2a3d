//! What a provider's method knows about the call that it answers.

use std::{
    any::Any,
    borrow::Cow,
    collections::BTreeMap,
    mem,
    ops::{Deref, DerefMut},
    sync::Arc,
};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value as Json;
use tokio_util::sync::CancellationToken;

use super::{
    diagnostic::{Diagnostic, Diagnostics, Result},
    model,
    value::{Step, Type, Value},
};

/// The surroundings of one call: the configured provider, what Terraform told beside the values, and where to put what
/// is to be told beside the result.
///
/// ```
/// use tfplug::prelude::*;
///
/// async fn create(cx: &mut Context<String>) -> Result<()> {
///     let endpoint = cx.data()?;
///     cx.private_mut().set("endpoint", &*endpoint)?;
///     if cx.cancellation().is_cancelled() {
///         return Err(Diagnostic::error("Stopped before anything was created", "").into());
///     }
///     cx.warn(Diagnostic::warning("This is a preview", "It may change."));
///     Ok(())
/// }
/// ```
pub struct Context<D> {
    data: Option<Arc<D>>,
    state_type: Arc<Type>,
    call: Call,
}

/// Why a provider cannot answer yet (`tfplugin6.Deferred.Reason`).
///
/// ```
/// use tfplug::{Attr, Context, DeferredReason, Diagnostic, Result};
///
/// /// Waits for the address, where Terraform knows how to wait.
/// fn address(cx: &mut Context<()>, address: &Attr<String>) -> Result<Option<String>> {
///     if address.is_unknown() && !cx.defer(DeferredReason::ResourceConfigUnknown) {
///         return Err(Diagnostic::error("The address is not known yet", "Apply what it comes from first.").into());
///     }
///     Ok(address.as_known().cloned())
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeferredReason {
    /// The resource's configuration has unknown values that would have to be known.
    ResourceConfigUnknown,
    /// The provider's own configuration is not known yet.
    ProviderConfigUnknown,
    /// Something that must exist first does not.
    AbsentPrerequisite,
}

/// What [`Provider::configure`](crate::Provider::configure) returned, whatever its type.
pub(super) type AnyData = Arc<dyn Any + Send + Sync>;

/// A [`Context`] before anybody asks for the provider's own type. The server has no other, so that it is compiled with
/// the framework and not once more with each provider.
#[derive(Default)]
pub(super) struct Call {
    pub(super) data: Option<AnyData>,
    pub(super) terraform_version: Arc<str>,
    pub(super) cancellation: CancellationToken,
    pub(super) deferral_allowed: bool,
    pub(super) diagnostics: Diagnostics,
    pub(super) private: Private,
    pub(super) planned_private: Option<Private>,
    pub(super) deferred: Option<DeferredReason>,
    pub(super) checkpoint: Option<Value>,
    pub(super) config: Value,
    pub(super) provider_meta: Value,
}

impl Call {
    /// The surroundings as a method of the provider sees them. `state_type` is that of its result.
    pub(super) fn context<D: Send + Sync + 'static>(&mut self, state_type: &Arc<Type>) -> Lent<'_, D> {
        // What a provider serves has the provider's own type of data: a registry takes nothing else.
        let data = self.data.clone().and_then(|data| data.downcast().ok());
        Lent { context: Context { data, state_type: Arc::clone(state_type), call: mem::take(self) }, lender: self }
    }
}

/// A context whose call goes back to the server with all that was told, however the method ends.
pub(super) struct Lent<'c, D> {
    context: Context<D>,
    lender: &'c mut Call,
}

impl<D> Deref for Lent<'_, D> {
    type Target = Context<D>;

    fn deref(&self) -> &Context<D> {
        &self.context
    }
}

impl<D> DerefMut for Lent<'_, D> {
    fn deref_mut(&mut self) -> &mut Context<D> {
        &mut self.context
    }
}

impl<D> Drop for Lent<'_, D> {
    fn drop(&mut self) {
        mem::swap(&mut self.context.call, self.lender);
    }
}

impl<D> Context<D> {
    /// What the provider's `configure` returned.
    ///
    /// # Errors
    /// Before the provider is configured, as in a validation or while its configuration is unknown.
    pub fn data(&self) -> Result<Arc<D>> {
        self.data.clone().ok_or_else(|| {
            let detail = "This needs the remote service, and the provider is not configured: its configuration holds \
                          values that are only known after apply. Apply what they come from first, or give the \
                          provider values that are known at plan.";
            Diagnostic::error("The provider is not configured", detail).into()
        })
    }

    /// The version of the Terraform that calls, for instance `1.15.5`; empty before the provider is configured.
    pub fn terraform_version(&self) -> &str {
        &self.call.terraform_version
    }

    /// Ends when Terraform asks to stop. Whatever waits should wait for this too, and return the state as it then is.
    pub fn cancellation(&self) -> &CancellationToken {
        &self.call.cancellation
    }

    /// Adds a warning to the answer.
    pub fn warn(&mut self, diagnostic: Diagnostic) {
        self.call.diagnostics.push(diagnostic);
    }

    /// Records the state that has been reached. If the method fails later, even by a panic, this is what Terraform
    /// stores beside the error; without it, Terraform keeps what it had.
    ///
    /// # Errors
    /// When schema and struct disagree.
    pub fn checkpoint<M: Serialize>(&mut self, state: &M) -> Result<()> {
        self.call.checkpoint = Some(to_value(state, &self.state_type)?);
        Ok(())
    }

    /// The configuration as written, with write-only values. Absent in reads and deletions.
    ///
    /// # Errors
    /// When schema and struct disagree.
    pub fn config<M: DeserializeOwned>(&self) -> Result<Option<M>> {
        if self.call.config.is_null() { Ok(None) } else { from_value(&self.call.config).map(Some) }
    }

    /// What the module wrote into its `provider_meta` block.
    ///
    /// # Errors
    /// When schema and struct disagree.
    pub fn provider_meta<M: DeserializeOwned>(&self) -> Result<Option<M>> {
        if self.call.provider_meta.is_null() { Ok(None) } else { from_value(&self.call.provider_meta).map(Some) }
    }

    /// Data that is kept beside the state for the provider alone.
    pub fn private(&self) -> &Private {
        &self.call.private
    }

    /// The same, to be changed.
    pub fn private_mut(&mut self) -> &mut Private {
        &mut self.call.private
    }

    /// In a plan: what an earlier plan of the same change left in [`private_mut`](Self::private_mut). Terraform plans a
    /// change again when it applies it, and hands this over since version 1.16; `None` in a first plan, and before.
    ///
    /// ```
    /// use tfplug::prelude::*;
    ///
    /// /// Asks the service in the first plan alone.
    /// async fn quoted(cx: &mut Context<()>) -> Result<i64> {
    ///     let quoted = cx.planned_private().and_then(|private| private.get("price"));
    ///     let price = match quoted {
    ///         Some(price) => price,
    ///         None => ask_the_service().await?,
    ///     };
    ///     cx.private_mut().set("price", &price)?;
    ///     Ok(price)
    /// }
    /// # async fn ask_the_service() -> Result<i64> { Ok(7) }
    /// ```
    pub fn planned_private(&self) -> Option<&Private> {
        self.call.planned_private.as_ref()
    }

    /// Tells Terraform that there can be no answer yet. `false`: this Terraform does not know deferral, and an error or
    /// an answer with unknown values is needed instead.
    pub fn defer(&mut self, reason: DeferredReason) -> bool {
        if self.call.deferral_allowed {
            self.call.deferred = Some(reason);
        }
        self.call.deferral_allowed
    }
}

/// Data that a provider keeps beside the state of a resource, invisible to people. Not a place for secrets: it is
/// stored as it is.
///
/// ```
/// use tfplug::Private;
///
/// let mut private = Private::default();
/// private.set("etag", &"5b0c")?;
/// assert_eq!(private.get::<String>("etag").as_deref(), Some("5b0c"));
/// assert_eq!(private.get::<i64>("etag"), None);
/// private.remove("etag");
/// assert_eq!(private.get::<String>("etag"), None);
/// # Ok::<(), tfplug::Diagnostics>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Private(BTreeMap<String, Json>);

/// The framework's own entry. Providers have no reason to begin one with its name.
const IMPORTED: &str = "tfplug:imported";

impl Private {
    /// Reads an entry; `None` where there is none or where it has another form.
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        self.0.get(key).and_then(|json| T::deserialize(json).ok())
    }

    /// Writes an entry.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn set<T: Serialize>(&mut self, key: impl Into<String>, value: &T) -> Result<()> {
        let json = serde_json::to_value(value)
            .map_err(|error| Diagnostic::error("Private state cannot be written", error.to_string()))?;
        self.0.insert(key.into(), json);
        Ok(())
    }

    /// Removes an entry.
    pub fn remove(&mut self, key: &str) {
        self.0.remove(key);
    }

    /// Notes that the state comes from an import, and has not been read since.
    pub(super) fn set_imported(&mut self) {
        self.0.insert(IMPORTED.to_owned(), Json::Bool(true));
    }

    /// Whether that was noted, which is forgotten then.
    pub(super) fn take_imported(&mut self) -> bool {
        self.0.remove(IMPORTED).is_some()
    }

    /// Another provider's private data, or an older one's, may be anything: what is no JSON object counts as none.
    pub(super) fn from_bytes(bytes: &[u8]) -> Self {
        Self(serde_json::from_slice(bytes).unwrap_or_default())
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        if self.0.is_empty() {
            return Vec::new();
        }
        serde_json::to_vec(&self.0).unwrap_or_default()
    }
}

/// A value as a struct. What does not fit is told as what it is: a mistake in the provider where schema and struct
/// disagree, and a mistake in the configuration where the struct has no place for the value.
pub(super) fn from_value<M: DeserializeOwned>(value: &Value) -> Result<M> {
    model::from_value(value).map_err(|error| mismatch(&error))
}

/// A stored state as a struct. A value in it that the struct has no place for, such as a choice that another version of
/// the provider knows, counts as none: what cannot be read could be neither refreshed nor destroyed.
pub(super) fn from_state<M: DeserializeOwned>(state: &Value) -> Result<M> {
    let mut state = Cow::Borrowed(state);
    loop {
        match model::from_value(&state) {
            Err(error) if error.is_about_value() && forget(state.to_mut(), error.path().steps()) => {}
            read => return read.map_err(|error| mismatch(&error)),
        }
    }
}

/// Puts null at a place. Answers whether there was anything else.
fn forget(value: &mut Value, steps: &[Step]) -> bool {
    let Some((step, rest)) = steps.split_first() else {
        return !std::mem::replace(value, Value::Null).is_null();
    };
    let inner = match (value, step) {
        (Value::Object(attributes), Step::Attribute(name)) => attributes.get_mut(name),
        (Value::Map(elements), Step::Key(key)) => elements.get_mut(key),
        (Value::List(elements) | Value::Tuple(elements), Step::Index(index)) => {
            usize::try_from(*index).ok().and_then(|index| elements.get_mut(index))
        }
        // Where the path ends before the value, as it does at a set, all of that is forgotten.
        (value, _) => return forget(value, &[]),
    };
    inner.is_some_and(|inner| forget(inner, rest))
}

/// Schema and struct disagree: a mistake in the provider, told as one.
pub(super) fn to_value<M: Serialize>(model: &M, ty: &Type) -> Result<Value> {
    model::to_value(model, ty).map_err(|error| mismatch(&error))
}

fn mismatch(error: &model::ModelError) -> Diagnostics {
    let path = error.path();
    let diagnostic = if error.is_about_value() {
        Diagnostic::error("Invalid value", format!("{error}."))
    } else {
        let detail = format!("{error}. The provider's schema and its code do not fit together; please report this.");
        Diagnostic::error("A mistake in the provider", detail)
    };
    if path.is_root() { diagnostic.into() } else { diagnostic.at(path).into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Attr;

    #[test]
    fn what_a_provider_keeps_comes_back_as_it_was_written() {
        let mut private = Private::default();
        assert!(private.to_bytes().is_empty());
        private.set("count", &7).unwrap();
        private.set("names", &["a", "b"]).unwrap();
        let mut read = Private::from_bytes(&private.to_bytes());
        assert_eq!(read, private);
        assert_eq!((read.get("count"), read.get("names")), (Some(7), Some(vec!["a".to_owned(), "b".to_owned()])));
        assert_eq!((read.get::<String>("count"), read.get::<i64>("other")), (None, None));
        read.remove("count");
        assert_eq!(read.get::<i64>("count"), None);
    }

    #[test]
    fn what_is_no_private_data_of_ours_counts_as_none() {
        for bytes in [&b""[..], b"[]", b"{", b"\xff"] {
            assert_eq!(Private::from_bytes(bytes), Private::default());
        }
    }

    #[test]
    fn what_has_no_json_cannot_be_kept() {
        let keyed_by_lists = BTreeMap::from([(vec![1], 2)]);
        let errors = Private::default().set("key", &keyed_by_lists).unwrap_err();
        assert_eq!(errors.iter().next().unwrap().summary, "Private state cannot be written");
    }

    #[test]
    fn a_struct_that_does_not_fit_its_schema_is_a_mistake_in_the_provider_told_where_it_is() {
        let told = |errors: Diagnostics| {
            let [error] = errors.into_iter().collect::<Vec<_>>().try_into().unwrap();
            assert_eq!(error.summary, "A mistake in the provider");
            (error.detail, error.path)
        };
        let (detail, path) = told(from_value::<Vec<i64>>(&Value::List(vec!["a".into()])).unwrap_err());
        assert!(detail.ends_with("The provider's schema and its code do not fit together; please report this."));
        assert_eq!(path.unwrap().to_string(), "[0]");
        let (_, path) = told(from_value::<i64>(&"a".into()).unwrap_err());
        assert_eq!(path, None);
        assert_eq!(told(to_value(&[1], &Type::list(Type::Bool)).unwrap_err()).1.unwrap().to_string(), "[0]");
    }

    #[derive(Debug, Default, PartialEq, serde::Deserialize)]
    struct Machine {
        size: Attr<i64>,
        mode: Attr<Mode>,
        past: Attr<Vec<Attr<Mode>>>,
        tags: Attr<BTreeMap<String, Attr<Mode>>>,
        all: Attr<std::collections::BTreeSet<Mode>>,
    }

    #[derive(Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Mode {
        Fast,
        Slow,
    }

    fn machine(size: Value, modes: [&str; 4]) -> Value {
        let [mode, past, tag, one] = modes.map(Value::from);
        Value::object([
            ("size", size),
            ("mode", mode),
            ("past", Value::List(vec!["slow".into(), past])),
            ("tags", Value::Map([("k".to_owned(), tag), ("l".to_owned(), "slow".into())].into())),
            ("all", Value::set(vec!["slow".into(), one])),
        ])
    }

    #[test]
    fn a_value_that_a_struct_has_no_place_for_is_a_mistake_of_whoever_gave_it() {
        for (value, place, problem) in [
            (machine(Value::Number("1.5".parse().unwrap()), ["fast"; 4]), "size", "a whole number"),
            (machine(1.into(), ["other", "fast", "fast", "fast"]), "mode", "one of fast, slow"),
            (machine(1.into(), ["fast", "other", "fast", "fast"]), "past[1]", "one of fast, slow"),
            (machine(1.into(), ["fast", "fast", "other", "fast"]), "tags[\"k\"]", "one of fast, slow"),
        ] {
            let [error] =
                from_value::<Machine>(&value).unwrap_err().into_iter().collect::<Vec<_>>().try_into().unwrap();
            assert_eq!((error.summary.as_str(), error.path.unwrap().to_string().as_str()), ("Invalid value", place));
            assert!(error.detail.contains(problem) && !error.detail.contains("report"), "{}", error.detail);
        }
    }

    #[test]
    fn of_a_stored_state_such_a_value_alone_is_forgotten() {
        let fast = || Attr::Known(Mode::Fast);
        let slow = || Attr::Known(Mode::Slow);
        let tags = |tag| Attr::Known([("k".to_owned(), tag), ("l".to_owned(), slow())].into());
        let known = |size: Value, modes| from_state::<Machine>(&machine(size, modes)).unwrap();
        let whole = || Machine {
            size: 1.into(),
            mode: fast(),
            past: Attr::Known(vec![slow(), fast()]),
            tags: tags(fast()),
            all: Attr::Known([Mode::Fast, Mode::Slow].into()),
        };
        assert_eq!(known(1.into(), ["fast"; 4]), whole());
        let half = || Value::Number("1.5".parse().unwrap());
        assert_eq!(known(half(), ["fast"; 4]), Machine { size: Attr::Null, ..whole() });
        let expected = Machine {
            size: Attr::Null,
            mode: Attr::Null,
            past: Attr::Known(vec![slow(), Attr::Null]),
            tags: tags(Attr::Null),
            all: Attr::Null,
        };
        assert_eq!(known(half(), ["other"; 4]), expected);
        // Where the struct has no place for nothing either, or is another one than the schema's, it stays an error.
        assert!(from_state::<i64>(&half()).is_err());
        assert!(from_state::<Machine>(&Value::object([("size", Value::from("text"))])).is_err());
    }
}
