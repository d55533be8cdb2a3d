//! Functions: variadic, exact, failing at an argument, with nulls, and one that panics.

use tfplug::{
    Arguments, Attr, Function, FunctionError, Parameter, Signature, Value,
    value::{Number, Type},
};

pub struct Join;

impl Function for Join {
    fn name(&self) -> &'static str {
        "join_all"
    }

    fn signature(&self) -> Signature {
        Signature::new(Type::String, "Joins texts", "Puts a separator between texts.")
            .parameter(Parameter::new("separator", Type::String, "What goes between."))
            .variadic(Parameter::new("texts", Type::String, "What is joined."))
    }

    fn call(&self, arguments: &Arguments) -> Result<Value, FunctionError> {
        let separator: String = arguments.get(0)?;
        let texts: Vec<String> =
            (1..arguments.values().len()).map(|position| arguments.get(position)).collect::<Result<_, _>>()?;
        arguments.result(&texts.join(&separator))
    }
}

pub struct Double;

impl Function for Double {
    fn name(&self) -> &'static str {
        "both"
    }

    fn signature(&self) -> Signature {
        Signature::new(Type::list(Type::Number), "Twice", "A number twice, as exact as it came.")
            .parameter(Parameter::new("number", Type::Number, "Any number."))
    }

    fn call(&self, arguments: &Arguments) -> Result<Value, FunctionError> {
        let number: Number = arguments.get(0)?;
        arguments.result(&vec![number.clone(), number])
    }
}

pub struct Port;

impl Function for Port {
    fn name(&self) -> &'static str {
        "port"
    }

    fn signature(&self) -> Signature {
        Signature::new(Type::Number, "The port of an address", "What follows the colon.")
            .parameter(Parameter::new("scheme", Type::String, "Not looked at."))
            .parameter(Parameter::new("address", Type::String, "HOST:PORT"))
    }

    fn call(&self, arguments: &Arguments) -> Result<Value, FunctionError> {
        let address: String = arguments.get(1)?;
        let port = address.rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok());
        let port = port.ok_or_else(|| FunctionError::at(1, format!("{address:?} has no port.")))?;
        arguments.result(&i64::from(port))
    }
}

pub struct OrElse;

impl Function for OrElse {
    fn name(&self) -> &'static str {
        "or_else"
    }

    fn signature(&self) -> Signature {
        Signature::new(Type::String, "The first or the second", "The second text where the first is null.")
            .parameter(Parameter::new("first", Type::String, "May be null.").allow_null())
            .parameter(Parameter::new("second", Type::String, "Is not."))
    }

    fn call(&self, arguments: &Arguments) -> Result<Value, FunctionError> {
        let first: Attr<String> = arguments.get(0)?;
        let second: String = arguments.get(1)?;
        arguments.result(&first.into_known().unwrap_or(second))
    }
}

pub struct Panic;

impl Function for Panic {
    fn name(&self) -> &'static str {
        "panic"
    }

    fn signature(&self) -> Signature {
        Signature::new(Type::String, "Panics", "Always.")
    }

    fn call(&self, _: &Arguments) -> Result<Value, FunctionError> {
        panic!("the function breaks")
    }
}
