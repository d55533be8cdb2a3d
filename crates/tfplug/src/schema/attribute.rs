//! Attributes.

use std::{collections::BTreeMap, fmt, sync::Arc};

use super::{
    plan::{self, PlanModifier},
    validate::{self, Validator},
};
use crate::value::{Path, Type, Value};

/// An argument or a result.
///
/// Without [`required`](Self::required), [`optional`](Self::optional), [`computed`](Self::computed) or
/// [`default`](Self::default) an attribute is optional.
///
/// ```
/// use tfplug::{schema::{Attribute, validate}, value::Type};
///
/// let name = Attribute::string("Its name.").required().requires_replace().validate(validate::length(1..=64));
/// let tags = Attribute::map(Type::String, "Its tags.");
/// let disk = Attribute::object("Its disk.", [("size", Attribute::integer("Gigabytes. Default `8`.").default(8))]);
/// assert!(name.is_required() && tags.is_optional() && disk.is_optional());
/// ```
#[derive(Clone)]
pub struct Attribute {
    pub(crate) shape: Shape,
    pub(crate) description: String,
    pub(crate) deprecation: Option<String>,
    pub(crate) required: bool,
    pub(crate) optional: bool,
    pub(crate) computed: bool,
    pub(crate) sensitive: bool,
    pub(crate) unquoted: bool,
    pub(crate) write_only: bool,
    pub(crate) informational: bool,
    pub(crate) null_elements: bool,
    pub(crate) default: Option<Default>,
    pub(crate) default_from: Option<DefaultFrom>,
    pub(crate) validators: Vec<Validator>,
    pub(crate) plan_modifiers: Vec<PlanModifier>,
    pub(crate) equality: Option<Equality>,
    /// Whether another writing in the configuration is a change, although it means the same.
    pub(crate) writing_counts: bool,
    /// Whether what the provider once gave is kept.
    pub(crate) keeps_results: bool,
}

/// The value of an attribute that is not set.
pub type Default = Value;

type DefaultFrom = Arc<dyn Fn(&Unset<'_>) -> Value + Send + Sync>;

type Equality = Arc<dyn Fn(&Value, &Value) -> bool + Send + Sync>;

/// An attribute that the configuration does not set, as [`default_from`](Attribute::default_from) sees it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Unset<'a> {
    /// Where it is.
    pub path: &'a Path,
    /// The whole configuration. What is not known yet is unknown in it, and what has a default of its own is null.
    pub config: &'a Value,
}

/// What an attribute is made of.
#[derive(Clone, Debug)]
pub enum Shape {
    /// A value of a type.
    Type(Type),
    /// Attributes of its own.
    Nested(Nesting, BTreeMap<String, Attribute>),
}

/// How nested attributes and blocks are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// One object.
    Single,
    /// A list of objects.
    List,
    /// A set of objects.
    Set,
    /// A map of objects. Attributes only.
    Map,
}

impl Nesting {
    pub(crate) fn of(self, object: Type) -> Type {
        match self {
            Self::Single => object,
            Self::List => Type::list(object),
            Self::Set => Type::set(object),
            Self::Map => Type::map(object),
        }
    }
}

impl Attribute {
    /// An attribute of any type. Descriptions are in Markdown.
    pub fn of(ty: Type, description: impl Into<String>) -> Self {
        Self::new(Shape::Type(ty), description)
    }

    /// A bool.
    pub fn bool(description: impl Into<String>) -> Self {
        Self::of(Type::Bool, description)
    }

    /// A number.
    pub fn number(description: impl Into<String>) -> Self {
        Self::of(Type::Number, description)
    }

    /// A whole number of 64 bits. Any other number is refused where it is configured.
    pub fn integer(description: impl Into<String>) -> Self {
        Self::number(description).validate(validate::whole_number())
    }

    /// A number that fits into 64 bits of floating point. One that is too large for that is refused where it is
    /// configured; one with more digits than that has keeps its own.
    pub fn float(description: impl Into<String>) -> Self {
        Self::number(description).validate(validate::float())
    }

    /// A string.
    pub fn string(description: impl Into<String>) -> Self {
        Self::of(Type::String, description)
    }

    /// A list.
    pub fn list(element: Type, description: impl Into<String>) -> Self {
        Self::of(Type::list(element), description)
    }

    /// A set.
    pub fn set(element: Type, description: impl Into<String>) -> Self {
        Self::of(Type::set(element), description)
    }

    /// A map.
    pub fn map(element: Type, description: impl Into<String>) -> Self {
        Self::of(Type::map(element), description)
    }

    /// Attributes of its own, once or many times.
    pub fn nested<K: Into<String>>(
        nesting: Nesting,
        description: impl Into<String>,
        attributes: impl IntoIterator<Item = (K, Attribute)>,
    ) -> Self {
        let attributes = attributes.into_iter().map(|(name, attribute)| (name.into(), attribute)).collect();
        Self::new(Shape::Nested(nesting, attributes), description)
    }

    /// One object with attributes of its own.
    pub fn object<K: Into<String>>(
        description: impl Into<String>,
        attributes: impl IntoIterator<Item = (K, Attribute)>,
    ) -> Self {
        Self::nested(Nesting::Single, description, attributes)
    }

    fn new(shape: Shape, description: impl Into<String>) -> Self {
        Self {
            shape,
            description: description.into(),
            deprecation: None,
            required: false,
            optional: false,
            computed: false,
            sensitive: false,
            unquoted: false,
            write_only: false,
            informational: false,
            null_elements: false,
            default: None,
            default_from: None,
            validators: Vec::new(),
            plan_modifiers: Vec::new(),
            equality: None,
            writing_counts: false,
            keeps_results: false,
        }
    }

    /// Must be set. A value that turns out to be null is an error in the validation, and in a plan or an apply before
    /// the provider's own code sees it.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// May be set.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// The provider gives it a value; together with [`optional`](Self::optional), where the configuration does not.
    #[must_use]
    pub fn computed(mut self) -> Self {
        self.computed = true;
        self
    }

    /// The value where the configuration gives none; makes the attribute optional and computed, as Terraform demands.
    /// What the default of an object says of an attribute in it stands before that attribute's own default.
    #[must_use]
    pub fn default(mut self, value: impl Into<Value>) -> Self {
        self.optional = true;
        self.computed = true;
        self.default = Some(value.into());
        self
    }

    /// The value where the configuration gives none, made of the rest of the configuration; makes the attribute
    /// optional and computed. For the same configuration it must be the same value each time, because Terraform plans
    /// twice: [`Value::UNKNOWN`] as long as it depends on what is not known yet, and [`Value::Null`] for none.
    ///
    /// ```
    /// use tfplug::{Value, schema::{Attribute, Schema}};
    ///
    /// let schema = Schema::new("A machine.")
    ///     .attribute("name", Attribute::string("Its name.").required())
    ///     .attribute("host_name", Attribute::string("Default: the name, in small letters.").default_from(|it| {
    ///         match it.config.attribute("name") {
    ///             Value::String(name) => name.to_lowercase().into(),
    ///             _ => Value::UNKNOWN,
    ///         }
    ///     }));
    /// assert!(schema.root().attributes()["host_name"].is_computed());
    /// ```
    #[must_use]
    pub fn default_from(mut self, value: impl Fn(&Unset<'_>) -> Value + Send + Sync + 'static) -> Self {
        self.optional = true;
        self.computed = true;
        self.default_from = Some(Arc::new(value));
        self
    }

    /// Elements of the list, set or map may be null. Without this, a null element that is configured is an error,
    /// wherever a missing value of a [`required`](Self::required) attribute is one.
    #[must_use]
    pub fn allow_null_elements(mut self) -> Self {
        self.null_elements = true;
        self
    }

    /// Hidden in Terraform's output. The state still holds it.
    #[must_use]
    pub fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// Its values are repeated by no message of the framework's and of no validator, although Terraform shows them. For
    /// what not everybody may see who reads the output, such as the names of people.
    #[must_use]
    pub fn unquoted(mut self) -> Self {
        self.unquoted = true;
        self
    }

    /// Never stored, neither in a plan nor in a state. Needs Terraform 1.11.
    #[must_use]
    pub fn write_only(mut self) -> Self {
        self.write_only = true;
        self
    }

    /// Warns when it is set; the message says what to use instead.
    #[must_use]
    pub fn deprecated(mut self, message: impl Into<String>) -> Self {
        self.deprecation = Some(message.into());
        self
    }

    /// Adds a check of the configured value.
    #[must_use]
    pub fn validate(mut self, validator: Validator) -> Self {
        self.validators.push(validator);
        self
    }

    /// Adds a step to the planning of this attribute. Steps run in the order in which they were added.
    #[must_use]
    pub fn modify_plan(mut self, modifier: PlanModifier) -> Self {
        self.plan_modifiers.push(modifier);
        self
    }

    /// A change cannot be made in place.
    #[must_use]
    pub fn requires_replace(self) -> Self {
        self.modify_plan(plan::requires_replace())
    }

    /// A value that the provider once gave stays as it is.
    #[must_use]
    pub fn use_state_for_unknown(mut self) -> Self {
        self.keeps_results = true;
        self.modify_plan(plan::use_state_for_unknown())
    }

    /// The provider computes it, and others can change it at any time: a name that somebody gives in a console, a
    /// count.
    ///
    /// What it is by the end of an apply may therefore be another value than the plan has. In a creation it is unknown
    /// in the plan, whatever the resource's own `plan` makes of it, because Terraform before 1.16 plans again at the
    /// apply. After a change it is what was planned, and the next refresh shows what it has become. Not for what the
    /// operation itself decides, such as an ID.
    #[must_use]
    pub fn informational(mut self) -> Self {
        self.informational = true;
        self.computed()
    }

    /// When two known values are the same although they are written differently. Then the older writing stays: in a
    /// plan the state's, after a read or an apply the one that was there before.
    #[must_use]
    pub fn semantic_equality(mut self, same: impl Fn(&Value, &Value) -> bool + Send + Sync + 'static) -> Self {
        self.equality = Some(Arc::new(same));
        self.writing_counts = false;
        self
    }

    /// The same for what the provider gives back alone: after a read or an apply the older writing stays. What is
    /// configured in other words is a change, and an apply hands the new words to the provider.
    ///
    /// For a service that has its own way of writing what it keeps, where the words in the state should still be those
    /// of the configuration. terraform-plugin-framework has this one only.
    #[must_use]
    pub fn semantic_equality_of_results(self, same: impl Fn(&Value, &Value) -> bool + Send + Sync + 'static) -> Self {
        Self { writing_counts: true, ..self.semantic_equality(same) }
    }

    /// The default where the configuration gives no value; `None` where there is none.
    pub(crate) fn default_in(&self, path: &Path, config: &Value) -> Option<Value> {
        let made = || self.default_from.as_ref().map(|make| make(&Unset { path, config }));
        self.default.clone().or_else(made)
    }

    pub(crate) fn has_default(&self) -> bool {
        self.default.is_some() || self.default_from.is_some()
    }

    /// The type of its values.
    pub fn ty(&self) -> Type {
        match &self.shape {
            Shape::Type(ty) => ty.clone(),
            Shape::Nested(nesting, attributes) => {
                nesting.of(Type::object(attributes.iter().map(|(name, attribute)| (name.clone(), attribute.ty()))))
            }
        }
    }

    /// What it is for, in Markdown.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// What it is made of.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Whether it must be set.
    pub fn is_required(&self) -> bool {
        self.required
    }

    /// Whether it may be set: what is neither required nor computed is optional.
    pub fn is_optional(&self) -> bool {
        self.optional || !(self.required || self.computed)
    }

    /// Whether the provider may give it a value.
    pub fn is_computed(&self) -> bool {
        self.computed
    }

    /// Whether Terraform hides it.
    pub fn is_sensitive(&self) -> bool {
        self.sensitive
    }

    /// Whether it is never stored.
    pub fn is_write_only(&self) -> bool {
        self.write_only
    }

    /// What to use instead, where it is deprecated.
    pub fn deprecation(&self) -> Option<&str> {
        self.deprecation.as_deref()
    }
}

impl fmt::Debug for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attribute")
            .field("shape", &self.shape)
            .field("description", &self.description)
            .field("deprecation", &self.deprecation)
            .field("required", &self.required)
            .field("optional", &self.optional)
            .field("computed", &self.computed)
            .field("sensitive", &self.sensitive)
            .field("unquoted", &self.unquoted)
            .field("write_only", &self.write_only)
            .field("informational", &self.informational)
            .field("null_elements", &self.null_elements)
            .field("default", &self.default)
            .field("has_default_from", &self.default_from.is_some())
            .field("validators", &self.validators)
            .field("plan_modifiers", &self.plan_modifiers)
            .field("has_equality", &self.equality.is_some())
            .field("writing_counts", &self.writing_counts)
            .field("keeps_results", &self.keeps_results)
            .finish()
    }
}
