//! How a query and a form become an operation's parameters. What each takes is in `operations.txt`.
//!
//! Alibaba Cloud's RPC style flattens lists to `Name.1`, `Name.2` and objects in them to `Name.1.Key`; parameters that
//! hold an object are one JSON string. A parameter is taken from the query or from the form, wherever the client put
//! it, as the service does.

use serde_json::{Map, Value};

use super::super::errors::Error;
use crate::shape::{
    Field, Fields, Kind,
    check::{Reason, check, complete, scalar},
    table::Operation,
};

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

/// Decoded parameters as they came, and the names that the operation does not know.
#[derive(Debug, Default)]
pub(crate) struct Decoded {
    pub values: Map<String, Value>,
    pub not_understood: Vec<String>,
}

/// Decodes `pairs`; answers what could be decoded along with the first error.
pub(crate) fn decode(operation: &Operation, pairs: &[(String, String)]) -> (Decoded, Result<(), Error>) {
    let mut decoded = Decoded::default();
    let mut result = Ok(());
    for (name, text) in pairs.iter().filter(|(name, _)| !COMMON.contains(&name.as_str())) {
        let (first, rest) = name.split_once('.').map_or((name.as_str(), None), |(first, rest)| (first, Some(rest)));
        let Some(parameter) = operation.parameter(first) else {
            decoded.not_understood.push(name.clone());
            continue;
        };
        if let Err(error) = store(&mut decoded.values, parameter, rest, text) {
            result = result.and(Err(error));
        }
    }
    (decoded, result)
}

/// Holds what was decoded against what the operation takes; answers it with what stands for what was not given.
pub(crate) fn checked(operation: &Operation, decoded: &mut Decoded) -> Result<Map<String, Value>, Error> {
    // An empty parameter counts as one that is not given.
    let is_given = |value: &Value| value.as_str() != Some("");
    let mut values = decoded.values.clone();
    values.retain(|_, value| is_given(value));
    for fields in [&operation.query, &operation.form] {
        let (mut here, others) = values.into_iter().partition::<Map<_, _>, _>(|(name, _)| fields.get(name).is_some());
        let unknown = check(fields, &here).map_err(|mismatch| match mismatch.reason.clone() {
            Reason::Missing if !mismatch.path.contains('.') => Error::missing(&mismatch.path),
            // The service names an element of a list by the list's name.
            reason if is_list(fields, &mismatch.path) => Error::mismatch(list_of(&mismatch.path), &reason),
            reason => Error::mismatch(&mismatch.path, &reason),
        })?;
        decoded.not_understood.extend(unknown);
        complete(fields, &mut here);
        values = others;
        values.extend(here);
    }
    Ok(values)
}

fn list_of(path: &str) -> &str {
    path.split('.').next().unwrap_or(path)
}

fn is_list(fields: &Fields, path: &str) -> bool {
    matches!(fields.get(list_of(path)), Some(Field { kind: Kind::List { .. }, .. }))
}

fn store(values: &mut Map<String, Value>, parameter: &Field, rest: Option<&str>, text: &str) -> Result<(), Error> {
    let wrong = || Error::invalid(&parameter.name);
    match (&parameter.kind, rest) {
        (Kind::List { item, .. }, Some(rest)) => {
            let (index, field) = rest.split_once('.').map_or((rest, None), |(index, field)| (index, Some(field)));
            let index = index.parse::<usize>().ok().filter(|index| (1..=1000).contains(index)).ok_or_else(wrong)?;
            let list = values.entry(&parameter.name).or_insert_with(|| Value::Array(Vec::new()));
            let Value::Array(list) = list else {
                return Err(wrong());
            };
            if list.len() < index {
                list.resize(index, Value::Null);
            }
            match (&**item, field) {
                (Kind::Object(fields), Some(field)) => {
                    let kind = fields.get(field).map(|field| &field.kind).ok_or_else(wrong)?;
                    let value = scalar(kind, text).ok_or_else(wrong)?;
                    match &mut list[index - 1] {
                        Value::Object(object) => {
                            object.insert(field.to_owned(), value);
                        }
                        slot => *slot = Value::Object([(field.to_owned(), value)].into_iter().collect()),
                    }
                }
                (item, None) => list[index - 1] = scalar(item, text).ok_or_else(wrong)?,
                _ => return Err(wrong()),
            }
        }
        (Kind::Json(_), None) => {
            values.insert(parameter.name.clone(), serde_json::from_str(text).map_err(|_| wrong())?);
        }
        (kind, None) => {
            values.insert(parameter.name.clone(), scalar(kind, text).ok_or_else(wrong)?);
        }
        _ => return Err(wrong()),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::alibaba::operations::table;

    fn read(operation: &str, given: &[(&str, &str)]) -> (Decoded, Result<Map<String, Value>, Error>) {
        let operation = table().operation(operation).unwrap();
        let given: Vec<_> = given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let (mut decoded, result) = decode(operation, &given);
        let values = result.and_then(|()| checked(operation, &mut decoded));
        (decoded, values)
    }

    #[test]
    fn lists_objects_in_them_and_json_are_put_together() {
        let (_, values) = read(
            "ListAppInstanceGroup",
            &[
                ("Action", "ListAppInstanceGroup"),
                ("ProductType", "CloudApp"),
                ("Status.2", "FAILED"),
                ("Status.1", "PUBLISHED"),
                ("Tag.1.Key", "team"),
                ("Tag.1.Value", "design"),
                ("PageSize", "20"),
            ],
        );
        assert_eq!(
            Value::Object(values.unwrap()),
            json!({
                "ProductType": "CloudApp",
                "Status": ["PUBLISHED", "FAILED"],
                "Tag": [{"Key": "team", "Value": "design"}],
                "PageSize": 20,
                "PageNumber": 1,
            })
        );
        let given = [("ProductType", "CloudApp"), ("UserMeta", r#"{"Type":"ad","Colour":"red"}"#)];
        let (decoded, values) = read("AuthorizeInstanceGroup", &given);
        assert_eq!(values.unwrap()["UserMeta"]["Type"], "ad");
        assert_eq!(decoded.not_understood, ["UserMeta.Colour"]);
    }

    #[test]
    fn what_does_not_fit_is_refused_by_name() {
        for (name, value) in [
            ("PageSize", "many"),
            ("PageSize", "101"),
            ("PageSize.1", "2"),
            ("Tag.x.Key", "a"),
            ("Tag.1.Colour", "a"),
            ("Tag.1.Key", ""),
            ("Status.2", "FAILED"),
            ("ProductType", "Other"),
        ] {
            let mut given = vec![(name, value)];
            if name != "ProductType" {
                given.push(("ProductType", "CloudApp"));
            }
            let parameter = name.split('.').next().unwrap();
            let error = read("ListAppInstanceGroup", &given).1.unwrap_err();
            assert_eq!(error.code, format!("InvalidParameter.{parameter}"), "{name}={value}");
        }
        let given = [("ProductType", "CloudApp"), ("UserMeta", r#"{"Type":1}"#)];
        assert_eq!(
            read("AuthorizeInstanceGroup", &given).1,
            Err(Error::invalid_because("UserMeta.Type", "It has the wrong type."))
        );
    }

    #[test]
    fn a_required_parameter_must_be_there_and_not_empty() {
        assert_eq!(read("ListRegions", &[]).1, Ok(Map::new()));
        let given = [("AppInstanceGroupId", ""), ("ProductType", "CloudApp")];
        assert_eq!(read("GetAppInstanceGroup", &given).1, Err(Error::missing("AppInstanceGroupId")));
    }

    #[test]
    fn an_unknown_parameter_is_noted_and_ignored() {
        let (decoded, values) = read("ListRegions", &[("Colour", "red")]);
        assert_eq!((values, decoded.not_understood), (Ok(Map::new()), vec!["Colour".to_owned()]));
    }
}
