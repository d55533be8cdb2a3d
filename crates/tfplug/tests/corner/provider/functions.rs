//! Functions that give back what they are given.

use tfplug::{
    Arguments, Function, FunctionError, Parameter, Signature,
    prelude::*,
    schema::validate::{float, range, whole_number},
    value::Type,
};

use super::{kinds::float32, user::Users};

/// Adds all of them.
pub fn register(registry: &mut Registry<Users>) {
    let strings = Type::list(Type::String);
    let object = Type::object([("attr1", Type::String), ("attr2", Type::Number)]);
    let with_dynamic = Type::object([("dynamic_attr1", Type::Dynamic), ("dynamic_attr2", Type::Dynamic)]);
    let int32 = range(i64::from(i32::MIN)..=i64::from(i32::MAX));
    registry
        .function(Same::new("bool", parameter("bool_param", Type::Bool)))
        .function(Same::new("dynamic", parameter("dynamic_param", Type::Dynamic)))
        .function(Same::new("float32", parameter("float32_param", Type::Number).validate(float32())))
        .function(Same::new("float64", parameter("float64_param", Type::Number).validate(float())))
        .function(Same::new("int32", parameter("int32_param", Type::Number).validate(int32)))
        .function(Same::new("int64", parameter("int64_param", Type::Number).validate(whole_number())))
        .function(Same::new("list", parameter("list_param", strings.clone())))
        .function(Same::new("map", parameter("map_param", Type::map(Type::String))))
        .function(Same::new("number", parameter("number_param", Type::Number)))
        .function(Same::new("object", parameter("object_param", object)))
        .function(Same::new("object_with_dynamic", parameter("object_param", with_dynamic)))
        .function(Same::new("set", parameter("set_param", Type::set(Type::String))))
        .function(Same::new("string", parameter("string_param", Type::String)))
        .function(All { name: "variadic", parameter: parameter("variadic_param", Type::String), returns: strings })
        .function(All {
            name: "dynamic_variadic",
            parameter: parameter("dynamic_variadic_param", Type::Dynamic),
            returns: Type::Dynamic,
        });
}

fn parameter(name: &str, ty: Type) -> Parameter {
    Parameter::new(name, ty, "Anything of this type.")
}

/// Gives back its argument.
struct Same {
    name: &'static str,
    parameter: Parameter,
    returns: Type,
}

impl Same {
    fn new(name: &'static str, parameter: Parameter) -> Self {
        Self { name, returns: parameter.ty().clone(), parameter }
    }
}

impl Function for Same {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> Signature {
        Signature::new(self.returns.clone(), "Its argument", "Gives back its argument.")
            .parameter(self.parameter.clone())
    }

    fn call(&self, arguments: &Arguments) -> Result<Value, FunctionError> {
        arguments.get(0)
    }
}

/// Gives back all of its arguments: as a list, or as a tuple where they are of any type.
struct All {
    name: &'static str,
    parameter: Parameter,
    returns: Type,
}

impl Function for All {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> Signature {
        Signature::new(self.returns.clone(), "Its arguments", "Gives back all of its arguments.")
            .variadic(self.parameter.clone())
    }

    fn call(&self, arguments: &Arguments) -> Result<Value, FunctionError> {
        let values = arguments.values().to_vec();
        if self.returns != Type::Dynamic {
            return Ok(Value::List(values));
        }
        let ty = Type::Tuple(vec![Type::Dynamic; values.len()]);
        Ok(Value::Dynamic(Box::new((ty, Value::Tuple(values)))))
    }
}
