//! A function: the same arguments always give the same result.
use std::process::ExitCode;

use tfplug::{Arguments, Function, FunctionError, Parameter, Signature, prelude::*, value::Type};

/// `provider::text::words("a  b")` is `["a", "b"]`.
struct Words;

impl Function for Words {
    fn name(&self) -> &'static str {
        "words"
    }

    fn signature(&self) -> Signature {
        let words = Signature::new(Type::list(Type::String), "Its words", "The words of a text, in their order.");
        words.parameter(Parameter::new("text", Type::String, "The text."))
    }

    fn call(&self, arguments: &Arguments) -> Result<Value, FunctionError> {
        let text = arguments.get::<String>(0)?;
        arguments.result(&text.split_whitespace().collect::<Vec<_>>())
    }
}

fn main() -> ExitCode {
    let text = Unconfigured::new(env!("CARGO_PKG_VERSION"), |all: &mut Registry<()>| all.function(Words));
    run(ServeOptions::from_args("registry.terraform.io/example/text"), || text)
}
