//! The schema of a resource's identity.

use std::collections::BTreeMap;

use crate::value::Type;

/// The attributes that say which remote thing a resource is (`tfplugin6.ResourceIdentitySchema`). Since Terraform 1.12.
///
/// ```
/// use tfplug::{schema::IdentitySchema, value::Type};
///
/// let identity = IdentitySchema::new()
///     .required("id", Type::String, "The ID.")
///     .optional("region", Type::String, "The region, if it is another one than the provider's.");
/// assert_eq!(identity.attributes().count(), 2);
/// ```
#[derive(Clone, Debug, Default)]
pub struct IdentitySchema {
    pub(crate) version: i64,
    pub(crate) attributes: BTreeMap<String, IdentityAttribute>,
    pub(crate) mutable: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct IdentityAttribute {
    pub(crate) ty: Type,
    pub(crate) description: String,
    pub(crate) required: bool,
}

impl IdentitySchema {
    /// Without attributes yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Its version; raise it when stored identities must be rewritten to fit.
    #[must_use]
    pub fn version(mut self, version: i64) -> Self {
        self.version = version;
        self
    }

    /// A resource may get another identity and still be the same thing, as where a name is what identifies it. Without
    /// this, another identity is an error in every read and change but the read that completes an import.
    #[must_use]
    pub fn mutable(mut self) -> Self {
        self.mutable = true;
        self
    }

    /// An attribute that an `import` block must give.
    #[must_use]
    pub fn required(self, name: impl Into<String>, ty: Type, description: impl Into<String>) -> Self {
        self.with(name, IdentityAttribute { ty, description: description.into(), required: true })
    }

    /// An attribute that an `import` block may leave to the provider.
    #[must_use]
    pub fn optional(self, name: impl Into<String>, ty: Type, description: impl Into<String>) -> Self {
        self.with(name, IdentityAttribute { ty, description: description.into(), required: false })
    }

    fn with(mut self, name: impl Into<String>, attribute: IdentityAttribute) -> Self {
        self.attributes.insert(name.into(), attribute);
        self
    }

    /// The type of its values.
    pub fn ty(&self) -> Type {
        Type::object(self.attributes.iter().map(|(name, attribute)| (name.clone(), attribute.ty.clone())))
    }

    /// Name, description and whether an `import` block must give it, of each attribute.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, &str, bool)> {
        self.attributes
            .iter()
            .map(|(name, attribute)| (name.as_str(), attribute.description.as_str(), attribute.required))
    }
}
