//! Numbers of limited precision, sets with defaults, computed values of every type, and other schemas with one thing
//! about them.

use std::collections::BTreeMap;

use tfplug::{prelude::*, value::Type};

use super::{kept::Kept, kinds::float32};

/// A number of 32 bits.
#[derive(Clone, Model)]
pub struct Float32 {
    /// The number.
    #[tf(optional, computed, validate(float32()), semantic_equality_of_results = is_same_in_32_bits)]
    float32_attribute: Attr<f64>,
}

/// Whether 32 bits hold both as the same number.
fn is_same_in_32_bits(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => in_32_bits(one.as_f64()) == in_32_bits(other.as_f64()),
        _ => false,
    }
}

#[allow(clippy::cast_possible_truncation)]
fn in_32_bits(number: f64) -> f64 {
    f64::from(number as f32)
}

impl Kept for Float32 {
    const TYPE_NAME: &'static str = "framework_float32_precision";

    fn created(mut self) -> Self {
        self.float32_attribute.resolve(Attr::Null);
        Self { float32_attribute: self.float32_attribute.map(in_32_bits) }
    }
}

/// A number of 64 bits.
#[derive(Clone, Model)]
pub struct Float64 {
    /// The number.
    #[tf(optional, computed, validate(float()))]
    float64_attribute: Attr<f64>,
}

impl Kept for Float64 {
    const TYPE_NAME: &'static str = "framework_float64_precision";

    fn created(mut self) -> Self {
        self.float64_attribute.resolve(Attr::Null);
        self
    }
}

/// A set of objects with defaults in them.
#[derive(Clone, Model)]
pub struct SetOfAttributes {
    /// The set.
    #[tf(required, set)]
    set: Attr<Vec<WithDefaults>>,
}

/// A set of blocks with defaults in them.
#[derive(Clone, Model)]
pub struct SetOfBlocks {
    /// One of the set.
    #[tf(block, set)]
    set: Attr<Vec<WithDefaults>>,
}

/// One of a set.
#[derive(Clone, Model)]
struct WithDefaults {
    /// Default `zero`.
    #[tf(default = "zero")]
    value: Attr<String>,
    /// Default `this is a default`.
    #[tf(default = "this is a default")]
    default_value: Attr<String>,
}

impl Kept for SetOfAttributes {
    const TYPE_NAME: &'static str = "framework_set_nested_attribute_with_defaults";
}

impl Kept for SetOfBlocks {
    const TYPE_NAME: &'static str = "framework_set_nested_block_with_defaults";
}

/// A computed value that is a bool at first, and a number after a change.
#[derive(Clone, Model)]
pub struct Change {
    /// Anything.
    #[tf(required)]
    required_dynamic: Attr<Value>,
    /// Changes its type.
    #[tf(computed)]
    computed_dynamic_type_changes: Attr<Value>,
}

impl Kept for Change {
    const TYPE_NAME: &'static str = "framework_dynamic_computed_type_change";

    fn created(self) -> Self {
        Self { computed_dynamic_type_changes: dynamic(Type::Bool, true).into(), ..self }
    }

    fn updated(self) -> Self {
        Self { computed_dynamic_type_changes: dynamic(Type::Number, 200).into(), ..self }
    }
}

fn dynamic(ty: Type, value: impl Into<Value>) -> Value {
    Value::Dynamic(Box::new((ty, value.into())))
}

/// A thing with timeouts.
#[derive(Clone, Model)]
pub struct WithTimeouts {
    #[tf(attribute = Timeouts::attribute(&[(Operation::Create, "20m")]))]
    timeouts: Attr<Timeouts>,
}

impl Kept for WithTimeouts {
    const TYPE_NAME: &'static str = "framework_timeouts";
}

/// Of each type a value that is configured and one that is computed.
#[derive(Clone, Model)]
pub struct Everywhere {
    /// Configured.
    #[tf(required)]
    config_bool: Attr<bool>,
    /// Computed.
    #[tf(computed, use_state_for_unknown)]
    computed_bool: Attr<bool>,
    /// Configured.
    #[tf(required)]
    config_dynamic: Attr<Value>,
    /// Computed.
    #[tf(computed, use_state_for_unknown)]
    computed_dynamic: Attr<Value>,
    /// Configured.
    #[tf(required)]
    config_float64: Attr<f64>,
    /// Computed.
    #[tf(computed, use_state_for_unknown)]
    computed_float64: Attr<f64>,
    /// Configured.
    #[tf(required)]
    config_int64: Attr<i64>,
    /// Computed.
    #[tf(computed, use_state_for_unknown)]
    computed_int64: Attr<i64>,
    /// Configured.
    #[tf(required)]
    config_list: Attr<Vec<String>>,
    /// Computed.
    #[tf(computed, use_state_for_unknown)]
    computed_list: Attr<Vec<String>>,
    /// Configured.
    #[tf(required)]
    config_map: Attr<BTreeMap<String, String>>,
    /// Computed.
    #[tf(computed, use_state_for_unknown)]
    computed_map: Attr<BTreeMap<String, String>>,
    /// Configured.
    #[tf(required)]
    config_map_nested: Attr<BTreeMap<String, Configured>>,
    /// Computed.
    #[tf(computed, use_state_for_unknown)]
    computed_map_nested: Attr<BTreeMap<String, Computed>>,
    /// Configured.
    #[tf(required, type = object())]
    config_object: Attr<Computed>,
    /// Computed.
    #[tf(computed, use_state_for_unknown, type = object())]
    computed_object: Attr<Computed>,
    /// Configured.
    #[tf(required)]
    config_single_nested: Attr<Configured>,
    /// Computed.
    #[tf(computed, use_state_for_unknown)]
    computed_single_nested: Attr<Computed>,
    /// Configured.
    #[tf(required)]
    config_string: Attr<String>,
    /// Computed.
    #[tf(computed, use_state_for_unknown)]
    computed_string: Attr<String>,
    /// Configured.
    #[tf(block, set)]
    config_set_nested_block: Attr<Vec<Configured>>,
    /// Of which what is in it is computed.
    #[tf(block)]
    computed_list_nested_block: Attr<Vec<Computed>>,
}

fn object() -> Type {
    Type::object([("nested_string", Type::String)])
}

/// Configured.
#[derive(Clone, Model)]
struct Configured {
    /// A string.
    #[tf(required)]
    nested_string: Attr<String>,
}

/// Computed.
#[derive(Clone, Model)]
struct Computed {
    /// A string.
    #[tf(computed, use_state_for_unknown)]
    nested_string: Attr<String>,
}

impl Kept for Everywhere {
    const TYPE_NAME: &'static str = "framework_tfsdk_reflection";

    fn created(self) -> Self {
        let computed = |text: &str| Computed { nested_string: text.into() };
        let by_key = || [("key6".to_owned(), "val6"), ("key7".to_owned(), "val7")].into_iter();
        Self {
            computed_bool: true.into(),
            computed_dynamic: dynamic(Type::String, "dynamic string").into(),
            computed_float64: 1.2.into(),
            computed_int64: 100.into(),
            computed_list: vec!["computed".to_owned(), "list".to_owned()].into(),
            computed_map: by_key().map(|(key, text)| (key, text.to_owned())).collect::<BTreeMap<_, _>>().into(),
            computed_map_nested: by_key().map(|(key, text)| (key, computed(text))).collect::<BTreeMap<_, _>>().into(),
            computed_object: computed("computed string").into(),
            computed_single_nested: computed("computed string").into(),
            computed_string: "computed string".into(),
            computed_list_nested_block: vec![computed("computed string one"), computed("computed string two")].into(),
            ..self
        }
    }

    fn updated(self) -> Self {
        self
    }
}
