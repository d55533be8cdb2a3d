//! Functions.

use serde_json::Value as Json;
use tonic::Request;

use super::{Error, Findings, Host, call::sent, config, schemas::Parameter};
use crate::{
    diagnostic::Diagnostic,
    proto::tfplugin6 as proto,
    value::{Path, Value},
};

impl Host {
    /// Calls a function (`CallFunction`). As Terraform does, it calls no function with an argument that is not wholly
    /// known or that is null, unless the parameter allows it: the result is then unknown, or an error.
    ///
    /// # Errors
    /// What is wrong with an argument, at its position, or what the function says.
    pub async fn call_function(&self, name: &str, arguments: &[Json]) -> Result<Value, Error> {
        let missing = || Error::NotServed { kind: "function", name: name.to_owned() };
        let function = self.schemas.functions.get(name).ok_or_else(missing)?;
        let parameters: Vec<&Parameter> =
            function.parameters.iter().chain(function.variadic.iter().cycle().take(arguments.len())).collect();
        let too_many = function.variadic.is_none() && arguments.len() > function.parameters.len();
        if too_many || arguments.len() < function.parameters.len() {
            let problem = format!("{name} takes {} arguments, not {}", function.parameters.len(), arguments.len());
            return Err(Error::refused(&Path::ROOT, problem));
        }
        let mut sent_arguments = Vec::with_capacity(arguments.len());
        let mut is_unknown = false;
        for (at, (parameter, json)) in parameters.iter().zip(arguments).enumerate() {
            let place = Path::ROOT.then_index(at);
            let value = config::value(&parameter.ty, json).map_err(|error| at_argument(&place, error))?;
            is_unknown |= !parameter.allow_unknown && !value.is_wholly_known();
            if !parameter.allow_null && value.is_null() {
                return Err(Error::refused(&place, format!("the argument {:?} must not be null", parameter.name)));
            }
            sent_arguments.push(sent(&value, &parameter.ty)?);
        }
        if is_unknown {
            return Ok(Value::UNKNOWN);
        }
        let request = proto::call_function::Request { name: name.to_owned(), arguments: sent_arguments };
        let mut findings = Findings::default();
        let answer = self.service.call_function(Request::new(request)).await;
        let answer = findings.answered("CallFunction", answer).unwrap_or_default();
        if let Some(error) = answer.error {
            let mut diagnostic = Diagnostic::error("Error in function call", error.text);
            if let Some(at) = error.function_argument.and_then(|at| usize::try_from(at).ok()) {
                diagnostic = diagnostic.at(Path::ROOT.then_index(at));
            }
            findings.diagnostics.push(diagnostic);
        }
        findings.check()?;
        let result = findings.received(answer.result.as_ref(), &function.returns).unwrap_or(Value::Null);
        findings.into_result()?;
        Ok(result)
    }
}

fn at_argument(place: &Path, error: Error) -> Error {
    match error {
        Error::Refused { path, problem } => Error::Refused { path: place.followed_by(&path), problem },
        other => other,
    }
}
