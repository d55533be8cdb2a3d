//! What a Rust type says of a schema: the traits that the derive macros stand on.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Attribute, Block, IdentitySchema, NestedBlock, Nesting, Schema, Shape,
    validate::{Validator, each, float, one_of, range},
};
use crate::{
    model::{Attr, Joined},
    value::{Number, Type, Value},
};

/// A struct that says its own schema. `#[derive(Model)]` implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say its schema",
    label = "not a struct that derives `tfplug::Model`",
    note = "derive `tfplug::Model` for it, or write its schema with the builder"
)]
pub trait HasSchema {
    /// The schema, as the struct's fields say it. The builder can add to it.
    fn schema() -> Schema;
}

/// A struct that says the schema of an identity. `#[derive(Identity)]` implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say the schema of an identity",
    label = "not a struct that derives `tfplug::Identity`",
    note = "derive `tfplug::Identity` for it, or write `fn identity_schema`"
)]
pub trait HasIdentitySchema {
    /// The schema; `None` where there is no identity.
    fn identity_schema() -> Option<IdentitySchema>;
}

/// A Rust type that stands for an attribute's type in a schema. `#[derive(Model)]` implements it for structs, whose
/// attributes become nested ones, and for enums of unit variants, which are strings.
///
/// For a type of one's own that is written differently:
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use tfplug::schema::{Attribute, AttributeType};
///
/// /// Written `1:30`.
/// #[derive(Clone, Serialize, Deserialize)]
/// #[serde(try_from = "String", into = "String")]
/// struct TimeOfDay { hour: u8, minute: u8 }
///
/// impl AttributeType for TimeOfDay {
///     type Plain = Self;
///
///     fn attribute(description: String) -> Attribute {
///         Attribute::string(description)
///     }
/// }
/// # impl TryFrom<String> for TimeOfDay {
/// #     type Error = String;
/// #     fn try_from(text: String) -> Result<Self, String> { Err(text) }
/// # }
/// # impl From<TimeOfDay> for String {
/// #     fn from(time: TimeOfDay) -> Self { format!("{}:{:02}", time.hour, time.minute) }
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` stands for no type of Terraform's",
    label = "not the type of an attribute",
    note = "an attribute is a `bool`, `String`, a number of Rust's or `Number`, a `Value`, an enum or a struct that \
            derives `tfplug::Model`, or an `Attr`, `Option`, `Vec`, `BTreeSet` or `BTreeMap<String, _>` of one",
    note = "what any other type stands for is said with `#[tf(type = …)]` or `#[tf(attribute = …)]`"
)]
pub trait AttributeType {
    /// The type without the [`Attr`] or `Option` around it.
    type Plain;

    /// Whether it can be without a value: what cannot is required, unless something else is said.
    const NULLABLE: bool = false;

    /// The attribute, with nothing but its type and what follows from that.
    fn attribute(description: String) -> Attribute;
}

/// A Rust type that stands for a nested block.
#[diagnostic::on_unimplemented(
    message = "`{Self}` stands for no block",
    label = "not the type of a block",
    note = "a block is a struct that derives `tfplug::Model`, or an `Attr`, `Option`, `Vec` or `BTreeSet` of one"
)]
pub trait BlockType {
    /// What is in the block.
    type Content: HasSchema;

    /// How many blocks there may be, and how they are kept.
    const NESTING: Nesting;
}

/// A value that can be the default of an attribute whose type `T` stands for.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the default of `{T}`",
    label = "not a default of `{T}`",
    note = "a `Value` can be the default of any type; a number for an `f64` is written with a point, as in `1.0`"
)]
pub trait DefaultOf<T> {
    /// The value as Terraform has it.
    fn value(self) -> Value;
}

/// What is kept as a set if so desired: a `Vec`.
#[diagnostic::on_unimplemented(message = "`{Self}` cannot be kept as a set", label = "`set` is for a `Vec`")]
pub trait ListType {}

impl<T> ListType for Vec<T> {}

impl Schema {
    /// The schema of a struct that derives `Model`.
    pub fn of<M: HasSchema>() -> Self {
        M::schema()
    }

    /// Takes over the attributes and blocks of another one.
    pub(crate) fn with_all_of(mut self, other: Self) -> Self {
        self.block.attributes.extend(other.block.attributes);
        self.block.blocks.extend(other.block.blocks);
        self
    }
}

impl IdentitySchema {
    /// The schema of a struct that derives `Identity`; without attributes for a struct that is none.
    pub fn of<I: HasIdentitySchema>() -> Self {
        I::identity_schema().unwrap_or_default()
    }
}

impl<A: HasSchema, B: HasSchema> HasSchema for Joined<A, B> {
    fn schema() -> Schema {
        A::schema().with_all_of(B::schema())
    }
}

/// Types that are one of Terraform's as they are.
macro_rules! primitives {
    ($($ty:ty => $terraform:expr;)+) => {$(
        impl AttributeType for $ty {
            type Plain = Self;

            fn attribute(description: String) -> Attribute {
                Attribute::of($terraform, description)
            }
        }
    )+};
}

primitives! {
    bool => Type::Bool;
    String => Type::String;
    i64 => Type::Number;
    f64 => Type::Number;
    Number => Type::Number;
    Value => Type::Dynamic;
}

/// Types that hold fewer numbers than Terraform's: the attribute refuses the others.
macro_rules! numbers {
    ($($ty:ty: $holds:expr;)+) => {$(
        impl AttributeType for $ty {
            type Plain = Self;

            fn attribute(description: String) -> Attribute {
                let holds: Validator = $holds;
                Attribute::of(Type::Number, description).validate(holds)
            }
        }
    )+};
}

numbers! {
    i8: range(i8::MIN.into()..=i8::MAX.into());
    i16: range(i16::MIN.into()..=i16::MAX.into());
    i32: range(i32::MIN.into()..=i32::MAX.into());
    u8: range(0..=u8::MAX.into());
    u16: range(0..=u16::MAX.into());
    u32: range(0..=u32::MAX.into());
    u64: natural_number();
    f32: float();
}

/// A whole number of 64 bits without a sign.
fn natural_number() -> Validator {
    Validator::known("0 or more, a whole number", |configured| match configured.value {
        Value::Number(number) if number.as_u64().is_none() => {
            Err(format!("It must be a whole number from 0 to {}.", u64::MAX))
        }
        _ => Ok(()),
    })
}

impl<T: AttributeType> AttributeType for Attr<T> {
    type Plain = T::Plain;

    const NULLABLE: bool = true;

    fn attribute(description: String) -> Attribute {
        T::attribute(description)
    }
}

impl<T: AttributeType> AttributeType for Option<T> {
    type Plain = T::Plain;

    const NULLABLE: bool = true;

    fn attribute(description: String) -> Attribute {
        T::attribute(description)
    }
}

/// Many of what `T` stands for. One object with attributes of its own becomes many such objects; of anything else there
/// is a collection, each of whose elements is checked as one alone is.
fn many<T: AttributeType>(description: String, nesting: Nesting, of: fn(Type) -> Type) -> Attribute {
    let one = T::attribute(description);
    match one.shape {
        Shape::Nested(Nesting::Single, attributes) => Attribute::nested(nesting, one.description, attributes),
        _ => {
            let collection = Attribute::of(of(one.ty()), one.description);
            one.validators.into_iter().fold(collection, |it, validator| it.validate(each(validator)))
        }
    }
}

impl<T: AttributeType> AttributeType for Vec<T> {
    type Plain = Self;

    fn attribute(description: String) -> Attribute {
        many::<T>(description, Nesting::List, Type::list)
    }
}

impl<T: AttributeType> AttributeType for BTreeSet<T> {
    type Plain = Self;

    fn attribute(description: String) -> Attribute {
        many::<T>(description, Nesting::Set, Type::set)
    }
}

impl<T: AttributeType> AttributeType for BTreeMap<String, T> {
    type Plain = Self;

    fn attribute(description: String) -> Attribute {
        many::<T>(description, Nesting::Map, Type::map)
    }
}

impl<T: BlockType> BlockType for Attr<T> {
    type Content = T::Content;

    const NESTING: Nesting = T::NESTING;
}

impl<T: BlockType> BlockType for Option<T> {
    type Content = T::Content;

    const NESTING: Nesting = T::NESTING;
}

impl<T: HasSchema> BlockType for Vec<T> {
    type Content = T;

    const NESTING: Nesting = Nesting::List;
}

impl<T: HasSchema> BlockType for BTreeSet<T> {
    type Content = T;

    const NESTING: Nesting = Nesting::Set;
}

/// What can be the default of one type alone.
macro_rules! defaults {
    ($($given:ty => $ty:ty: $value:expr;)+) => {$(
        impl DefaultOf<$ty> for $given {
            fn value(self) -> Value {
                let value: fn(Self) -> Value = $value;
                value(self)
            }
        }
    )+};
}

defaults! {
    bool => bool: Value::from;
    &str => String: Value::from;
    String => String: Value::from;
    i64 => i64: Value::from;
    i64 => i8: Value::from;
    i64 => i16: Value::from;
    i64 => i32: Value::from;
    i64 => u8: Value::from;
    i64 => u16: Value::from;
    i64 => u32: Value::from;
    i64 => u64: Value::from;
    i64 => Number: Value::from;
    Number => Number: Value::Number;
    f64 => f32: number;
    f64 => f64: number;
}

/// # Panics
/// When it is not finite: at start, in every test, and never because of a user's input.
fn number(float: f64) -> Value {
    let number = float.to_string().parse();
    Value::Number(number.unwrap_or_else(|error| panic!("the default {float} of an attribute: {error}")))
}

impl<T> DefaultOf<T> for Value {
    fn value(self) -> Value {
        self
    }
}

impl<T: AttributeType, V: DefaultOf<T::Plain>, const N: usize> DefaultOf<Vec<T>> for [V; N] {
    fn value(self) -> Value {
        Value::List(self.into_iter().map(DefaultOf::value).collect())
    }
}

impl<T: AttributeType, V: DefaultOf<T::Plain>, const N: usize> DefaultOf<BTreeSet<T>> for [V; N] {
    fn value(self) -> Value {
        Value::set(self.into_iter().map(DefaultOf::value).collect())
    }
}

/// What the code that the derive macros write calls. It may change at any time.
#[doc(hidden)]
pub mod private {
    use super::{
        Attribute, AttributeType, Block, BlockType, DefaultOf, HasSchema, ListType, NestedBlock, Nesting, Schema,
        Shape, Type, Value, one_of,
    };
    pub use crate::model::Joined;
    pub use serde;

    /// The attribute of a field, of the field's own type.
    pub fn attribute<F: AttributeType>(description: impl Into<String>) -> Attribute {
        F::attribute(description.into())
    }

    /// An attribute that somebody else has made.
    pub fn whole(attribute: Attribute) -> Attribute {
        attribute
    }

    /// An object with the attributes of a struct.
    pub fn object<M: HasSchema>(description: String) -> Attribute {
        let block = M::schema().block;
        let description = if description.is_empty() { block.description } else { description };
        Attribute::object(description, block.attributes)
    }

    /// A string that is one of these.
    pub fn choice<const N: usize>(description: String, choices: [&'static str; N]) -> Attribute {
        Attribute::string(description).validate(one_of(choices))
    }

    /// Where nothing is said about that: whether it must be set.
    #[must_use]
    pub fn presence<F: AttributeType>(attribute: Attribute) -> Attribute {
        if F::NULLABLE { attribute } else { attribute.required() }
    }

    /// The default of a field, of the field's own type.
    #[must_use]
    pub fn default<F: AttributeType, V: DefaultOf<F::Plain>>(attribute: Attribute, value: V) -> Attribute {
        let value = match (value.value(), &attribute.shape) {
            (Value::List(elements), Shape::Type(Type::Set(_)) | Shape::Nested(Nesting::Set, _)) => Value::set(elements),
            (value, _) => value,
        };
        attribute.default(value)
    }

    /// A list that is kept as a set.
    #[must_use]
    pub fn set<F: AttributeType<Plain: ListType>>(mut attribute: Attribute) -> Attribute {
        attribute.shape = match attribute.shape {
            Shape::Type(Type::List(element)) => Shape::Type(Type::Set(element)),
            Shape::Nested(Nesting::List, attributes) => Shape::Nested(Nesting::Set, attributes),
            shape => shape,
        };
        attribute
    }

    /// The block of a field, of the field's own type.
    pub fn block<F: BlockType>(description: impl Into<String>) -> NestedBlock {
        let mut block: Block = F::Content::schema().block;
        let description = description.into();
        if !description.is_empty() {
            block.description = description;
        }
        NestedBlock::new(F::NESTING, block)
    }

    /// Blocks in a list that are kept as a set.
    #[must_use]
    pub fn set_of_blocks<F: BlockType>(mut block: NestedBlock) -> NestedBlock {
        if block.nesting == Nesting::List {
            block.nesting = Nesting::Set;
        }
        block
    }

    /// The attributes and blocks of a field whose struct shares this object.
    #[must_use]
    pub fn flatten<F: HasSchema>(schema: Schema) -> Schema {
        schema.with_all_of(F::schema())
    }

    /// The type of what a field stands for, for an identity.
    pub fn ty<F: AttributeType>() -> Type {
        F::attribute(String::new()).ty()
    }

    /// Whether an attribute of an identity may be left out where nothing is said about that.
    pub fn nullable<F: AttributeType>() -> bool {
        F::NULLABLE
    }

    /// The text of an enum's variant, as a default.
    pub fn text<T: serde::Serialize>(choice: &T) -> Value {
        crate::model::to_value(choice, &Type::String)
            .unwrap_or_else(|error| panic!("the default of an attribute: {error}"))
    }
}
