//! How a query and a form become an operation's parameters. What each takes is in [`super::parameter_tables`].
//!
//! Alibaba Cloud's RPC style flattens lists to `Name.1`, `Name.2` and objects in them to `Name.1.Key`; parameters that
//! hold an object are one JSON string. A parameter is taken from the query or from the form, wherever the client put
//! it, as the service does.

use serde_json::{Map, Number, Value};

use super::errors::Error;
use crate::shape::{self, Shape, Shape::*};

/// A parameter's name, type and whether it must be there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parameter {
    pub name: &'static str,
    pub shape: Shape,
    pub required: bool,
}

/// A parameter that must be there.
pub(super) const fn required(name: &'static str, shape: Shape) -> Parameter {
    Parameter { name, shape, required: true }
}

/// A parameter that may be left out.
pub(super) const fn optional(name: &'static str, shape: Shape) -> Parameter {
    Parameter { name, shape, required: false }
}

/// Parameters of the RPC style itself, which no operation lists.
const COMMON: &[&str] = &[
    "AccessKeyId",
    "Action",
    "Format",
    "SecurityToken",
    "Signature",
    "SignatureMethod",
    "SignatureNonce",
    "SignatureType",
    "SignatureVersion",
    "Timestamp",
    "Version",
];

/// Decoded parameters, and the names that the operation does not know.
#[derive(Debug, Default)]
pub(super) struct Decoded {
    pub values: Map<String, Value>,
    pub not_understood: Vec<String>,
}

/// Decodes `pairs`; answers what could be decoded along with the first error.
pub(super) fn decode(parameters: &[Parameter], pairs: &[(String, String)]) -> (Decoded, Result<(), Error>) {
    let mut decoded = Decoded::default();
    let mut result = Ok(());
    for (name, text) in pairs.iter().filter(|(name, _)| !COMMON.contains(&name.as_str())) {
        let (first, rest) = name.split_once('.').map_or((name.as_str(), None), |(first, rest)| (first, Some(rest)));
        let Some(parameter) = parameters.iter().find(|parameter| parameter.name == first) else {
            decoded.not_understood.push(name.clone());
            continue;
        };
        if let Err(error) = store(&mut decoded, *parameter, rest, text) {
            result = result.and(Err(error));
        }
    }
    (decoded, result)
}

/// Checks that everything required is there.
pub(super) fn complete(parameters: &[Parameter], values: &Map<String, Value>) -> Result<(), Error> {
    let is_missing = |parameter: &&Parameter| {
        parameter.required && values.get(parameter.name).is_none_or(|value| value.as_str() == Some(""))
    };
    match parameters.iter().find(is_missing) {
        Some(parameter) => Err(Error::missing(parameter.name)),
        None => Ok(()),
    }
}

fn store(decoded: &mut Decoded, parameter: Parameter, rest: Option<&str>, text: &str) -> Result<(), Error> {
    let wrong = || Error::invalid(parameter.name);
    match (parameter.shape, rest) {
        (List(item), Some(rest)) => {
            let (index, field) = rest.split_once('.').map_or((rest, None), |(index, field)| (index, Some(field)));
            let index = index.parse::<usize>().ok().filter(|index| (1..=1000).contains(index)).ok_or_else(wrong)?;
            let list = decoded.values.entry(parameter.name).or_insert_with(|| Value::Array(Vec::new()));
            let Value::Array(list) = list else {
                return Err(wrong());
            };
            if list.len() < index {
                list.resize(index, Value::Null);
            }
            match (item, field) {
                (Object(fields), Some(field)) => {
                    let (_, shape) = fields.iter().find(|(known, _)| *known == field).ok_or_else(wrong)?;
                    let value = scalar(*shape, text).ok_or_else(wrong)?;
                    match &mut list[index - 1] {
                        Value::Object(object) => {
                            object.insert(field.to_owned(), value);
                        }
                        slot => *slot = Value::Object([(field.to_owned(), value)].into_iter().collect()),
                    }
                }
                (item, None) => list[index - 1] = scalar(*item, text).ok_or_else(wrong)?,
                _ => return Err(wrong()),
            }
        }
        (Json(inner), None) => {
            let value: Value = serde_json::from_str(text).map_err(|_| wrong())?;
            let holder = Map::from_iter([(parameter.name.to_owned(), value.clone())]);
            let unknown = shape::check(&[(parameter.name, *inner)], &holder)
                .map_err(|mismatch| Error::invalid(&mismatch.path))?;
            decoded.not_understood.extend(unknown);
            decoded.values.insert(parameter.name.to_owned(), value);
        }
        (shape, None) => {
            decoded.values.insert(parameter.name.to_owned(), scalar(shape, text).ok_or_else(wrong)?);
        }
        _ => return Err(wrong()),
    }
    Ok(())
}

fn scalar(shape: Shape, text: &str) -> Option<Value> {
    match shape {
        Text => Some(Value::String(text.to_owned())),
        Integer => text.parse::<i64>().ok().map(Value::from),
        Number => text.parse::<Number>().ok().map(Value::Number),
        Boolean => match text {
            "true" | "True" => Some(Value::Bool(true)),
            "false" | "False" => Some(Value::Bool(false)),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::parameter_tables::*, *};

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn flat_lists_objects_and_json_are_decoded() {
        let given = pairs(&[
            ("Action", "ListAppInstanceGroup"),
            ("Status.2", "FAILED"),
            ("Status.1", "PUBLISHED"),
            ("Tag.1.Key", "team"),
            ("Tag.1.Value", "design"),
            ("PageSize", "20"),
        ]);
        let (decoded, result) = decode(LIST_APP_INSTANCE_GROUP, &given);
        assert_eq!(result, Ok(()));
        assert_eq!(
            Value::Object(decoded.values),
            json!({"Status": ["PUBLISHED", "FAILED"], "Tag": [{"Key": "team", "Value": "design"}], "PageSize": 20})
        );
        let (decoded, result) =
            decode(AUTHORIZE_INSTANCE_GROUP, &pairs(&[("UserMeta", r#"{"Type":"ad","Colour":"red"}"#)]));
        assert_eq!(result, Ok(()));
        assert_eq!(decoded.values["UserMeta"]["Type"], "ad");
        assert_eq!(decoded.not_understood, ["UserMeta.Colour"]);
    }

    #[test]
    fn what_does_not_fit_is_refused_by_name() {
        for (name, value) in [("PageSize", "many"), ("Tag.x.Key", "a"), ("Tag.1.Colour", "a"), ("PageSize.1", "2")] {
            let (_, result) = decode(LIST_APP_INSTANCE_GROUP, &pairs(&[(name, value)]));
            let parameter = name.split('.').next().unwrap();
            assert_eq!(result, Err(Error::invalid(parameter)), "{name}={value}");
        }
        let (_, result) = decode(AUTHORIZE_INSTANCE_GROUP, &pairs(&[("UserMeta", r#"{"Type":1}"#)]));
        assert_eq!(result, Err(Error::invalid("UserMeta.Type")));
    }

    #[test]
    fn a_required_parameter_must_be_there_and_not_empty() {
        let (decoded, _) = decode(LIST_REGIONS, &[]);
        assert_eq!(complete(LIST_REGIONS, &decoded.values), Ok(()));
        let (decoded, _) =
            decode(GET_APP_INSTANCE_GROUP, &pairs(&[("AppInstanceGroupId", ""), ("ProductType", "CloudApp")]));
        assert_eq!(complete(GET_APP_INSTANCE_GROUP, &decoded.values), Err(Error::missing("AppInstanceGroupId")));
    }

    #[test]
    fn an_unknown_parameter_is_noted_and_ignored() {
        let (decoded, result) = decode(LIST_REGIONS, &pairs(&[("Colour", "red")]));
        assert_eq!((result, decoded.not_understood), (Ok(()), vec!["Colour".to_owned()]));
    }
}
