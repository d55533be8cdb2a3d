//! What the targets share: types to read values of, what must hold of a value, and a provider with one of everything.

pub mod answers;
pub mod garden;

use std::{collections::BTreeMap, sync::LazyLock};

use tfplug::{
    Path, Value,
    value::{Step, Type},
};

/// The types of which targets read values: each kind, and each in another. An input's first byte chooses one.
pub fn types() -> Vec<Type> {
    let pair = || Type::Tuple(vec![Type::Bool, Type::list(Type::Number)]);
    let object = Type::object([
        ("truth", Type::Bool),
        ("number", Type::Number),
        ("text", Type::String),
        ("list", Type::list(Type::String)),
        ("set", Type::set(Type::object([("port", Type::Number), ("note", Type::String)]))),
        ("map", Type::map(Type::list(Type::Bool))),
        ("any", Type::Dynamic),
        ("pair", pair()),
    ]);
    vec![
        Type::Dynamic,
        object.clone(),
        Type::Bool,
        Type::Number,
        Type::String,
        pair(),
        Type::list(Type::Number),
        Type::set(Type::Number),
        Type::map(Type::Number),
        Type::set(Type::set(Type::String)),
        Type::list(Type::Dynamic),
        Type::set(object.clone()),
        Type::map(object),
        Type::object(BTreeMap::<String, Type>::new()),
    ]
}

/// The type that an input's first byte chooses, and the rest of the input.
pub fn typed(input: &[u8]) -> Option<(&'static Type, &[u8])> {
    static TYPES: LazyLock<Vec<Type>> = LazyLock::new(types);
    let (choice, rest) = input.split_first()?;
    Some((&TYPES[usize::from(*choice) % TYPES.len()], rest))
}

/// Panics where a value is not of its type, or is not in the one form that it has.
pub fn assert_of_type(value: &Value, ty: &Type) {
    match (value, ty) {
        (Value::Null | Value::Unknown(_), _)
        | (Value::Bool(_), Type::Bool)
        | (Value::Number(_), Type::Number)
        | (Value::String(_), Type::String) => {}
        (Value::List(elements), Type::List(ty)) => elements.iter().for_each(|element| assert_of_type(element, ty)),
        (Value::Set(elements), Type::Set(ty)) => {
            elements.iter().for_each(|element| assert_of_type(element, ty));
            assert_eq!(value, &Value::set(elements.clone()), "a set is sorted, and has nothing twice");
        }
        (Value::Tuple(elements), Type::Tuple(types)) => {
            assert_eq!(elements.len(), types.len(), "a tuple has as many elements as its type");
            elements.iter().zip(types).for_each(|(element, ty)| assert_of_type(element, ty));
        }
        (Value::Map(elements), Type::Map(ty)) => elements.values().for_each(|element| assert_of_type(element, ty)),
        (Value::Object(attributes), Type::Object(types)) => {
            assert!(attributes.keys().eq(types.keys()), "an object has the attributes of its type, and no others");
            attributes.iter().for_each(|(name, attribute)| assert_of_type(attribute, &types[name]));
        }
        (Value::Dynamic(typed), Type::Dynamic) => {
            assert_ne!(typed.0, Type::Dynamic, "dynamic in dynamic says nothing more");
            assert_of_type(&typed.1, &typed.0);
        }
        _ => panic!("{value:?} is not of type {ty:?}"),
    }
}

/// Panics where a path, such as an error's, leads to no place in any value of a type.
pub fn assert_leads_into(path: &Path, ty: &Type) {
    let mut at = ty;
    for step in path.steps() {
        at = match (at, step) {
            // What is in there has types of its own.
            (Type::Dynamic, _) => return,
            (Type::Object(types), Step::Attribute(name)) if types.contains_key(name) => &types[name],
            (Type::Map(ty), Step::Key(_)) | (Type::List(ty), Step::Index(_)) => ty,
            // An element of a set has no path of its own.
            (Type::Tuple(types), Step::Index(index)) if usize::try_from(*index).is_ok_and(|it| it < types.len()) => {
                &types[usize::try_from(*index).unwrap_or(0)]
            }
            _ => panic!("{path} leads nowhere in {ty:?}"),
        };
    }
}
