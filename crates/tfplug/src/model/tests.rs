use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::*;
use crate::value::Number;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Group {
    name: Attr<String>,
    size: Attr<i64>,
    ratio: Attr<f64>,
    exact: Attr<Number>,
    users: Attr<BTreeSet<String>>,
    tags: Attr<BTreeMap<String, String>>,
    mount: Attr<Mount>,
    policy: Attr<Policy>,
    anything: Attr<Value>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Mount {
    User,
    Share,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Policy {
    max_session: Attr<i64>,
}

fn ty() -> Type {
    Type::object([
        ("name", Type::String),
        ("size", Type::Number),
        ("ratio", Type::Number),
        ("exact", Type::Number),
        ("users", Type::set(Type::String)),
        ("tags", Type::map(Type::String)),
        ("mount", Type::String),
        ("policy", Type::object([("max_session", Type::Number)])),
        ("anything", Type::Dynamic),
    ])
}

fn group() -> Group {
    Group {
        name: "editors".into(),
        size: Attr::Known(40),
        ratio: Attr::Known(0.5),
        exact: Attr::Known("0.1".parse().unwrap()),
        users: Attr::Known(["b".to_owned(), "a".to_owned()].into()),
        tags: Attr::Known([("team".to_owned(), "film".to_owned())].into()),
        mount: Attr::Known(Mount::User),
        policy: Attr::Known(Policy { max_session: Attr::Unknown }),
        anything: Attr::Known(Value::Dynamic(Box::new((
            Type::list(Type::Dynamic),
            Value::List(vec![Value::Dynamic(Box::new((Type::Bool, true.into())))]),
        )))),
    }
}

#[test]
fn a_model_becomes_a_value_and_comes_back() {
    let value = to_value(&group(), &ty()).unwrap();
    assert_eq!(value.attribute("name"), &Value::from("editors"));
    assert_eq!(value.attribute("mount"), &Value::from("USER"));
    assert_eq!(value.attribute("users"), &Value::set(vec!["a".into(), "b".into()]));
    assert_eq!(value.attribute("policy").attribute("max_session"), &Value::UNKNOWN);
    assert_eq!(from_value::<Group>(&value).unwrap(), group());
}

#[test]
fn a_plain_collection_with_something_unknown_in_it_is_unknown() {
    let mut value = to_value(&group(), &ty()).unwrap();
    if let Value::Object(attributes) = &mut value {
        attributes.insert("users".into(), Value::set(vec!["a".into(), Value::UNKNOWN]));
    }
    assert_eq!(from_value::<Group>(&value).unwrap().users, Attr::Unknown);
}

#[test]
fn a_number_that_does_not_fit_says_where() {
    let mut value = to_value(&group(), &ty()).unwrap();
    if let Value::Object(attributes) = &mut value {
        attributes.insert("size".into(), Value::Number("1.5".parse().unwrap()));
    }
    let error = from_value::<Group>(&value).unwrap_err();
    assert_eq!(error.to_string(), "size: a whole number of 64 bits is required, and the value is another number");
}

#[test]
fn a_field_or_an_attribute_too_many_is_an_error() {
    let Type::Object(mut types) = ty() else { unreachable!() };
    types.remove("size");
    let error = to_value(&group(), &Type::Object(types.clone())).unwrap_err();
    assert_eq!(error.to_string(), "the schema has no attribute \"size\"");

    // A null shows it as well: a test of the schema and the struct has no other value.
    let unsized_group = Group { size: Attr::Null, ..group() };
    let error = to_value(&unsized_group, &Type::Object(types.clone())).unwrap_err();
    assert_eq!(error.to_string(), "the schema has no attribute \"size\"");

    types.insert("size".into(), Type::Number);
    types.insert("stranger".into(), Type::Bool);
    let error = to_value(&group(), &Type::Object(types)).unwrap_err();
    assert_eq!(error.to_string(), "the struct has no field for the attribute \"stranger\"");
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Named {
    name: Attr<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Sized {
    size: Attr<i64>,
    policy: Attr<Policy>,
}

fn joined_ty() -> Type {
    Type::object([
        ("name", Type::String),
        ("size", Type::Number),
        ("policy", Type::object([("max_session", Type::Number)])),
    ])
}

#[test]
fn two_structs_share_one_object_whatever_is_known_of_it() {
    for (name, size) in
        [(Attr::Known("editors".to_owned()), Attr::Known(3)), (Attr::Unknown, Attr::Null), (Attr::Null, Attr::Unknown)]
    {
        let policy = Attr::Known(Policy { max_session: Attr::Unknown });
        let model = Joined { own: Named { name }, shared: Sized { size, policy } };
        let value = to_value(&model, &joined_ty()).unwrap();
        assert_eq!(from_value::<Joined<Named, Sized>>(&value).unwrap(), model);
        // One of the two may be shared itself.
        let nested = Joined { own: Attr::Known(0), shared: model };
        assert!(to_value(&nested, &joined_ty()).is_err(), "what is no struct has no attributes");
    }
}

#[test]
fn an_attribute_of_neither_struct_or_of_both_is_found() {
    let policy = Attr::Null;
    let model = Joined { own: Named { name: Attr::Null }, shared: Sized { size: Attr::Null, policy } };
    let Type::Object(mut types) = joined_ty() else { unreachable!() };
    types.insert("extra".to_owned(), Type::Bool);
    let error = to_value(&model, &Type::Object(types)).unwrap_err();
    assert!(error.to_string().contains("no field for the attribute \"extra\""), "{error}");

    let twice = Joined { own: model.own.clone(), shared: model };
    let error = to_value(&twice, &joined_ty()).unwrap_err();
    assert!(error.to_string().contains("both structs have a field for the attribute \"name\""), "{error}");
}

#[test]
fn a_value_that_is_needed_is_there_or_an_error_at_its_attribute() {
    assert_eq!(Attr::Known("g-1".to_owned()).require("id").unwrap(), "g-1");
    for (attribute, is) in [(Attr::<String>::Null, "not set"), (Attr::Unknown, "not known yet")] {
        let error = attribute.require("id").unwrap_err();
        assert_eq!(error.path, Some(crate::Path::attribute("id")));
        assert!(error.detail.contains(is), "{error:?}");
    }
}
