//! Every kind of attribute and block that there is, as a resource and as an ephemeral resource.

use std::collections::BTreeMap;

use tfplug::{
    prelude::*,
    schema::validate::Validator,
    value::{Number, Type},
};

use super::{kept::Kept, user::Users};

/// A thing with every kind of attribute and block.
#[derive(Clone, Default, Model)]
pub struct Kinds {
    /// A bool.
    bool_attribute: Attr<bool>,
    /// Anything.
    dynamic_attribute: Attr<Value>,
    /// A number that fits into 32 bits of floating point.
    #[tf(validate(float32()))]
    float32_attribute: Attr<f64>,
    /// A number that fits into 64 bits of floating point.
    #[tf(validate(float()))]
    float64_attribute: Attr<f64>,
    /// A whole number of 32 bits.
    #[tf(validate(range(i64::from(i32::MIN)..=i64::from(i32::MAX))))]
    int32_attribute: Attr<i64>,
    /// A whole number of 64 bits.
    #[tf(validate(whole_number()))]
    int64_attribute: Attr<i64>,
    /// A list.
    list_attribute: Attr<Vec<String>>,
    /// A list of objects.
    list_nested_attribute: Attr<Vec<InListAttribute>>,
    /// A map.
    map_attribute: Attr<BTreeMap<String, String>>,
    /// A map of objects.
    map_nested_attribute: Attr<BTreeMap<String, InMapAttribute>>,
    /// A number.
    number_attribute: Attr<Number>,
    /// An object.
    #[tf(type = Type::object([("object_attribute_attribute", Type::String)]))]
    object_attribute: Attr<Value>,
    /// An object with anything in it.
    #[tf(type = Type::object([("dynamic_attribute", Type::Dynamic)]))]
    object_attribute_with_dynamic: Attr<Value>,
    /// A set.
    #[tf(set)]
    set_attribute: Attr<Vec<String>>,
    /// A set of objects.
    #[tf(set)]
    set_nested_attribute: Attr<Vec<InSetAttribute>>,
    /// An object with attributes of its own.
    single_nested_attribute: Attr<InAttribute>,
    /// An object with an attribute of its own that is anything.
    single_nested_attribute_with_dynamic: Attr<Anything>,
    /// A string.
    string_attribute: Attr<String>,
    /// A block of a list.
    #[tf(block)]
    list_nested_block: Attr<Vec<InListBlock>>,
    /// A block of a set.
    #[tf(block, set)]
    set_nested_block: Attr<Vec<InSetBlock>>,
    /// A block that is there once.
    #[tf(block)]
    single_nested_block: Attr<InBlock>,
    /// A block with anything in it.
    #[tf(block)]
    single_nested_block_with_dynamic: Attr<Anything>,
}

/// In a list.
#[derive(Clone, Model)]
struct InListAttribute {
    /// A string.
    list_nested_attribute_attribute: Attr<String>,
}

/// In a map.
#[derive(Clone, Model)]
struct InMapAttribute {
    /// A string.
    map_nested_attribute_attribute: Attr<String>,
}

/// In a set.
#[derive(Clone, Model)]
struct InSetAttribute {
    /// A string.
    set_nested_attribute_attribute: Attr<String>,
}

/// In an object.
#[derive(Clone, Model)]
struct InAttribute {
    /// A string.
    single_nested_attribute_attribute: Attr<String>,
}

/// Holds anything.
#[derive(Clone, Model)]
struct Anything {
    /// Anything.
    dynamic_attribute: Attr<Value>,
}

/// In a list.
#[derive(Clone, Model)]
struct InListBlock {
    /// A string.
    list_nested_block_attribute: Attr<String>,
}

/// In a set.
#[derive(Clone, Model)]
struct InSetBlock {
    /// A string.
    set_nested_block_attribute: Attr<String>,
}

/// By itself.
#[derive(Clone, Model)]
struct InBlock {
    /// A string.
    single_nested_block_attribute: Attr<String>,
}

/// A number that 32 bits of floating point can come near to.
pub fn float32() -> Validator {
    Validator::known("a number of 32 bits", |configured| {
        let Value::Number(number) = configured.value else { return Ok(()) };
        let size = number.as_f64().abs();
        if size > f64::from(f32::MAX) {
            return Err("It is too large for a number of 32 bits.".to_owned());
        }
        if size > 0.0 && size < f64::from(f32::from_bits(1)) {
            return Err("It is too small for a number of 32 bits.".to_owned());
        }
        Ok(())
    })
}

impl Kept for Kinds {
    const TYPE_NAME: &'static str = "framework_schema";
}

#[ephemeral_resource("framework_schema")]
impl EphemeralResource for Kinds {
    type Data = Users;

    async fn open(&self, _: &mut Context<Users>, config: Kinds) -> Result<Opened<Kinds>> {
        Ok(Opened { result: config, renew_at: None })
    }
}
