//! Functions: `GetFunctions`, `CallFunction`.

use std::collections::HashMap;

use super::{guard::guard_sync, shared::Shared, wire};
use crate::{
    diagnostic::{Diagnostics, Severity},
    function::{Arguments, FunctionError, Parameter, Signature},
    proto::tfplugin6::{self as proto, StringKind},
    schema::validate::Configured,
    value::{Path, Value},
};

impl Shared {
    pub(super) fn get_functions(&self) -> proto::get_functions::Response {
        proto::get_functions::Response { functions: self.function_signatures(), diagnostics: Vec::new() }
    }

    pub(super) fn function_signatures(&self) -> HashMap<String, proto::Function> {
        self.inventory
            .functions
            .iter()
            .map(|(name, function)| ((*name).to_owned(), signature(&function.signature())))
            .collect()
    }

    pub(super) fn call_function(&self, request: &proto::call_function::Request) -> proto::call_function::Response {
        match self.called(request) {
            Ok(result) => proto::call_function::Response { result: Some(result), error: None },
            Err(error) => {
                let function_argument = error.argument.and_then(|argument| i64::try_from(argument).ok());
                // Terraform ends the sentence itself.
                let text = error.text.strip_suffix('.').unwrap_or(&error.text).to_owned();
                let error = proto::FunctionError { text, function_argument };
                proto::call_function::Response { result: None, error: Some(error) }
            }
        }
    }

    fn called(&self, request: &proto::call_function::Request) -> Result<proto::DynamicValue, FunctionError> {
        let function = self
            .inventory
            .functions
            .get(request.name.as_str())
            .ok_or_else(|| FunctionError::new(format!("The provider has no function {:?}.", request.name)))?;
        let signature = function.signature();
        let values = request.arguments.iter().enumerate().map(|(position, argument)| {
            let parameter = signature
                .parameter_of(position)
                .ok_or_else(|| FunctionError::at(position, "There are more arguments than parameters."))?;
            let value = wire::decode(Some(argument), &parameter.ty);
            let value = value.map_err(|errors| FunctionError::at(position, text(errors)))?;
            check(&request.name, parameter, &value).map_err(|problem| FunctionError::at(position, problem))?;
            Ok(value)
        });
        let values = values.collect::<Result<_, FunctionError>>()?;
        let arguments = Arguments { values, returns: signature.returns.clone(), cancellation: self.cancellation() };
        let mut failed = None;
        let result = guard_sync(&request.name, || {
            function.call(&arguments).map_err(|error| {
                failed = Some(error);
                Diagnostics::NONE
            })
        });
        let result = match (result, failed) {
            (Ok(result), _) => result,
            (Err(_), Some(error)) => return Err(error),
            (Err(panic), None) => return Err(FunctionError::new(text(panic))),
        };
        wire::encode(&result, &signature.returns).map_err(|errors| FunctionError::new(text(errors)))
    }
}

/// What the validators of a parameter find wrong with an argument.
fn check(function: &str, parameter: &Parameter, value: &Value) -> Result<(), String> {
    let path = Path::attribute(&parameter.name);
    let configured = Configured { path: &path, value, siblings: &Value::Null, config: &Value::Null, sensitive: false };
    let mut found = Diagnostics::NONE;
    let checked = guard_sync(function, || {
        parameter.validators.iter().for_each(|validator| found.append(validator.run(&configured)));
        Ok(())
    });
    checked.map_err(text)?;
    let errors = found.into_iter().filter(|it| it.severity == Severity::Error).map(|it| it.detail);
    let errors = errors.collect::<Vec<_>>().join(" ");
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

fn text(diagnostics: Diagnostics) -> String {
    let texts = diagnostics.into_iter().map(|diagnostic| format!("{}: {}", diagnostic.summary, diagnostic.detail));
    texts.collect::<Vec<_>>().join("\n")
}

fn signature(signature: &Signature) -> proto::Function {
    proto::Function {
        parameters: signature.parameters.iter().map(parameter).collect(),
        variadic_parameter: signature.variadic.as_ref().map(parameter),
        r#return: Some(proto::function::Return { r#type: signature.returns.to_json_bytes().into() }),
        summary: signature.summary.clone(),
        description: signature.description.clone(),
        description_kind: StringKind::Markdown.into(),
        deprecation_message: signature.deprecation.clone().unwrap_or_default(),
    }
}

fn parameter(parameter: &Parameter) -> proto::function::Parameter {
    proto::function::Parameter {
        name: parameter.name.clone(),
        r#type: parameter.ty.to_json_bytes().into(),
        allow_null_value: parameter.allow_null,
        allow_unknown_values: parameter.allow_unknown,
        description: parameter.description.clone(),
        description_kind: StringKind::Markdown.into(),
    }
}
