//! Terraform's types and their JSON notation.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

/// A type of Terraform's type system.
///
/// ```
/// use tfplug::value::Type;
///
/// let ty = Type::list(Type::object([("name", Type::String), ("size", Type::Number)]));
/// assert_eq!(ty.to_json().to_string(), r#"["list",["object",{"name":"string","size":"number"}]]"#);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Type {
    /// `bool`
    Bool,
    /// `number`: any size, any precision.
    Number,
    /// `string`
    String,
    /// `dynamic`: the type comes with the value.
    Dynamic,
    /// `list(…)`
    List(Box<Type>),
    /// `set(…)`
    Set(Box<Type>),
    /// `map(…)`
    Map(Box<Type>),
    /// `tuple([…])`
    Tuple(Vec<Type>),
    /// `object({…})`
    Object(BTreeMap<String, Type>),
}

/// A notation that is not a type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not the notation of a type")]
pub struct TypeError(String);

impl Type {
    /// `list(element)`
    pub fn list(element: Type) -> Self {
        Self::List(Box::new(element))
    }

    /// `set(element)`
    pub fn set(element: Type) -> Self {
        Self::Set(Box::new(element))
    }

    /// `map(element)`
    pub fn map(element: Type) -> Self {
        Self::Map(Box::new(element))
    }

    /// `object({…})`
    pub fn object<K: Into<String>>(attributes: impl IntoIterator<Item = (K, Type)>) -> Self {
        Self::Object(attributes.into_iter().map(|(name, ty)| (name.into(), ty)).collect())
    }

    /// The notation that schemas and dynamic values use, for instance `["list","string"]`.
    pub fn to_json(&self) -> Json {
        match self {
            Self::Bool => json!("bool"),
            Self::Number => json!("number"),
            Self::String => json!("string"),
            Self::Dynamic => json!("dynamic"),
            Self::List(element) => json!(["list", element.to_json()]),
            Self::Set(element) => json!(["set", element.to_json()]),
            Self::Map(element) => json!(["map", element.to_json()]),
            Self::Tuple(elements) => json!(["tuple", elements.iter().map(Self::to_json).collect::<Vec<_>>()]),
            Self::Object(attributes) => {
                let attributes = attributes.iter().map(|(name, ty)| (name.clone(), ty.to_json())).collect();
                json!(["object", Json::Object(attributes)])
            }
        }
    }

    /// The notation as bytes.
    pub fn to_json_bytes(&self) -> Vec<u8> {
        self.to_json().to_string().into_bytes()
    }

    /// Reads the notation.
    ///
    /// # Errors
    /// When it is none; the error names the part that is not understood.
    pub fn from_json(notation: &Json) -> Result<Self, TypeError> {
        let fail = || TypeError(notation.to_string());
        match notation {
            Json::String(name) => match name.as_str() {
                "bool" => Ok(Self::Bool),
                "number" => Ok(Self::Number),
                "string" => Ok(Self::String),
                "dynamic" => Ok(Self::Dynamic),
                _ => Err(fail()),
            },
            Json::Array(parts) => match parts.as_slice() {
                [Json::String(kind), element] => match (kind.as_str(), element) {
                    ("list", element) => Ok(Self::list(Self::from_json(element)?)),
                    ("set", element) => Ok(Self::set(Self::from_json(element)?)),
                    ("map", element) => Ok(Self::map(Self::from_json(element)?)),
                    ("tuple", Json::Array(elements)) => {
                        Ok(Self::Tuple(elements.iter().map(Self::from_json).collect::<Result<_, _>>()?))
                    }
                    ("object", Json::Object(attributes)) => Self::object_from_json(attributes),
                    _ => Err(fail()),
                },
                // The third part names optional attributes: of interest to Terraform's own conversions only.
                [Json::String(kind), Json::Object(attributes), Json::Array(_)] if kind == "object" => {
                    Self::object_from_json(attributes)
                }
                _ => Err(fail()),
            },
            _ => Err(fail()),
        }
    }

    fn object_from_json(attributes: &serde_json::Map<String, Json>) -> Result<Self, TypeError> {
        let attributes = attributes.iter().map(|(name, ty)| Ok((name.clone(), Self::from_json(ty)?)));
        Ok(Self::Object(attributes.collect::<Result<_, _>>()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_written_in_terraform_s_notation() {
        let ty = Type::object([
            ("bools", Type::list(Type::Bool)),
            ("numbers", Type::set(Type::Number)),
            ("strings", Type::map(Type::String)),
            ("pair", Type::Tuple(vec![Type::Dynamic, Type::String])),
        ]);
        let notation = json!(["object", {
            "bools": ["list", "bool"],
            "numbers": ["set", "number"],
            "strings": ["map", "string"],
            "pair": ["tuple", ["dynamic", "string"]],
        }]);
        assert_eq!(ty.to_json(), notation);
        assert_eq!(ty.to_json_bytes(), notation.to_string().into_bytes());
        assert_eq!(Type::from_json(&notation), Ok(ty));
    }

    #[test]
    fn optional_attributes_of_an_object_are_attributes() {
        let notation = json!(["object", {"a": "string", "b": "bool"}, ["b"]]);
        assert_eq!(Type::from_json(&notation), Ok(Type::object([("a", Type::String), ("b", Type::Bool)])));
    }

    #[test]
    fn what_is_no_notation_is_named() {
        for (notation, named) in [
            (json!(7), "7"),
            (json!("text"), "\"text\""),
            (json!([]), "[]"),
            (json!(["list"]), "[\"list\"]"),
            (json!(["list", "bool", "bool"]), "[\"list\",\"bool\",\"bool\"]"),
            (json!(["list", ["set", "nothing"]]), "\"nothing\""),
            (json!(["tuple", "bool"]), "[\"tuple\",\"bool\"]"),
            (json!(["object", {"a": "nothing"}]), "\"nothing\""),
            (json!(["queue", "bool"]), "[\"queue\",\"bool\"]"),
            (json!(["map", {}, []]), "[\"map\",{},[]]"),
        ] {
            let error = Type::from_json(&notation).unwrap_err();
            assert_eq!(error.to_string(), format!("{named} is not the notation of a type"));
        }
    }
}
