//! Functions that configurations call as `provider::NAME::FUNCTION(…)`. Since Terraform 1.8.

use serde::{Serialize, de::DeserializeOwned};

use tokio_util::sync::CancellationToken;

use super::{
    model::{from_value, to_value},
    schema::Validator,
    value::{Type, Value},
};

/// A function. It has no provider to ask: the same arguments always give the same result.
///
/// ```
/// use tfplug::{Arguments, Function, FunctionError, Parameter, Signature, Value, value::Type};
///
/// /// `provider::files::join("a", "b", "c")` is `a/b/c`.
/// struct Join;
///
/// impl Function for Join {
///     fn name(&self) -> &'static str {
///         "join"
///     }
///
///     fn signature(&self) -> Signature {
///         Signature::new(Type::String, "A path", "Joins parts to a path.")
///             .parameter(Parameter::new("folder", Type::String, "The first part."))
///             .variadic(Parameter::new("parts", Type::String, "The parts in it."))
///     }
///
///     fn call(&self, arguments: &Arguments) -> Result<Value, FunctionError> {
///         let parts = (0..arguments.values().len()).map(|position| arguments.get::<String>(position));
///         arguments.result(&parts.collect::<Result<Vec<_>, _>>()?.join("/"))
///     }
/// }
/// ```
pub trait Function: Send + Sync + 'static {
    /// Its name.
    fn name(&self) -> &str;

    /// Its parameters and its result.
    fn signature(&self) -> Signature;

    /// Calls it.
    ///
    /// # Errors
    /// What is wrong, and with which argument.
    fn call(&self, arguments: &Arguments) -> Result<Value, FunctionError>;
}

/// The parameters and the result of a function.
#[derive(Clone, Debug)]
pub struct Signature {
    pub(super) summary: String,
    pub(super) description: String,
    pub(super) parameters: Vec<Parameter>,
    pub(super) variadic: Option<Parameter>,
    pub(super) returns: Type,
    pub(super) deprecation: Option<String>,
}

/// A parameter of a function.
///
/// ```
/// use tfplug::{Parameter, schema::validate, value::Type};
///
/// let port = Parameter::new("port", Type::Number, "The port.").validate(validate::range(1..=65_535));
/// let path = Parameter::new("path", Type::String, "Where it is, if anywhere.").allow_null();
/// ```
#[derive(Clone, Debug)]
pub struct Parameter {
    pub(super) name: String,
    pub(super) ty: Type,
    pub(super) description: String,
    pub(super) allow_null: bool,
    pub(super) allow_unknown: bool,
    pub(super) validators: Vec<Validator>,
}

impl Signature {
    /// A function without parameters; the description is in Markdown.
    pub fn new(returns: Type, summary: impl Into<String>, description: impl Into<String>) -> Self {
        Self {
            summary: summary.into(),
            description: description.into(),
            parameters: Vec::new(),
            variadic: None,
            returns,
            deprecation: None,
        }
    }

    /// Warns wherever the function is called; the message says what to call instead.
    #[must_use]
    pub fn deprecated(mut self, message: impl Into<String>) -> Self {
        self.deprecation = Some(message.into());
        self
    }

    /// Adds a parameter.
    #[must_use]
    pub fn parameter(mut self, parameter: Parameter) -> Self {
        self.parameters.push(parameter);
        self
    }

    /// Any number of further arguments.
    #[must_use]
    pub fn variadic(mut self, parameter: Parameter) -> Self {
        self.variadic = Some(parameter);
        self
    }

    /// The parameter of the argument at a position, counted from 0.
    pub(super) fn parameter_of(&self, position: usize) -> Option<&Parameter> {
        self.parameters.get(position).or(self.variadic.as_ref())
    }
}

impl Parameter {
    /// A parameter that takes neither null nor unknown values: Terraform answers for those itself.
    pub fn new(name: impl Into<String>, ty: Type, description: impl Into<String>) -> Self {
        let (name, description) = (name.into(), description.into());
        Self { name, ty, description, allow_null: false, allow_unknown: false, validators: Vec::new() }
    }

    /// Checks each argument for it before the function is called. An error is the function's, at that argument; a
    /// function has no warnings.
    #[must_use]
    pub fn validate(mut self, validator: Validator) -> Self {
        self.validators.push(validator);
        self
    }

    /// The type of its arguments.
    pub fn ty(&self) -> &Type {
        &self.ty
    }

    /// Takes null.
    #[must_use]
    pub fn allow_null(mut self) -> Self {
        self.allow_null = true;
        self
    }

    /// Takes unknown values.
    #[must_use]
    pub fn allow_unknown(mut self) -> Self {
        self.allow_unknown = true;
        self
    }
}

/// The arguments of a call.
#[derive(Clone, Debug)]
pub struct Arguments {
    pub(super) values: Vec<Value>,
    pub(super) returns: Type,
    pub(super) cancellation: CancellationToken,
}

impl Arguments {
    /// The argument at a position, counted from 0.
    ///
    /// # Errors
    /// When there is none, or it does not fit.
    pub fn get<T: DeserializeOwned>(&self, position: usize) -> Result<T, FunctionError> {
        let value = self.values.get(position).ok_or_else(|| FunctionError::new("An argument is missing."))?;
        from_value(value).map_err(|error| FunctionError::at(position, error.to_string()))
    }

    /// The arguments from a position on, counted from 0: those of a [variadic](Signature::variadic) parameter.
    ///
    /// # Errors
    /// When one of them does not fit.
    pub fn rest<T: DeserializeOwned>(&self, position: usize) -> Result<Vec<T>, FunctionError> {
        (position..self.values.len()).map(|position| self.get(position)).collect()
    }

    /// Ends when Terraform asks to stop: a function that computes for long looks at it.
    pub fn cancellation(&self) -> &CancellationToken {
        &self.cancellation
    }

    /// All of them.
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// Turns a result into the value that the signature promises.
    ///
    /// # Errors
    /// When it does not fit.
    pub fn result<T: Serialize>(&self, result: &T) -> Result<Value, FunctionError> {
        to_value(result, &self.returns).map_err(|error| FunctionError::new(error.to_string()))
    }
}

/// Why a function call failed (`tfplugin6.FunctionError`).
///
/// ```
/// use tfplug::FunctionError;
///
/// let error = FunctionError::at(1, "It must not be empty.");
/// assert_eq!((error.to_string().as_str(), error.argument), ("It must not be empty.", Some(1)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct FunctionError {
    /// What is wrong, in a sentence.
    pub text: String,
    /// The argument at fault, counted from 0.
    pub argument: Option<usize>,
}

impl FunctionError {
    /// Something is wrong with the call.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), argument: None }
    }

    /// Something is wrong with an argument, counted from 0.
    pub fn at(argument: usize, text: impl Into<String>) -> Self {
        Self { text: text.into(), argument: Some(argument) }
    }
}
