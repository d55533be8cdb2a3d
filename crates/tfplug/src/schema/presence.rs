//! What a configuration must give: values for required attributes, and for the elements of collections.
//!
//! Terraform itself finds a required argument that is not written. One that is written and null, as a variable without
//! a value is, it leaves to the provider; so it does with null elements.

use super::{
    Attribute, Block, Shape,
    walk::{Part, each_configured},
};
use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    value::{Path, Value},
};

/// An error for everything that must be there and is null. What is unknown may still come.
pub(crate) fn missing(block: &Block, config: &Value) -> Diagnostics {
    let mut diagnostics = Diagnostics::NONE;
    each_configured(block, config, &mut |path, part, value, _| {
        let Part::Attribute(attribute) = part else { return };
        if attribute.required && value.is_null() {
            diagnostics.push(required(path, attribute));
        }
        if !attribute.null_elements
            && let Some(element) = null_element(path, value, matches!(attribute.shape, Shape::Nested(..)))
        {
            diagnostics.push(null(path, value, element));
        }
    });
    diagnostics
}

fn required(path: &Path, attribute: &Attribute) -> Diagnostic {
    let mut detail = "It must be set, and it is null, as a variable without a value is.".to_owned();
    if !attribute.description.is_empty() {
        detail.push_str(&format!("\n\n{path}: {}", attribute.description));
    }
    Diagnostic::error(format!("Missing {path}"), detail).at(path.clone())
}

fn null(attribute: &Path, collection: &Value, element: Path) -> Diagnostic {
    let those_with_a_value = match collection {
        Value::Map(_) => "{ for key, it in … : key => it if it != null }",
        _ => "[for it in … : it if it != null]",
    };
    let detail = format!(
        "An element is null, as a variable without a value is. Give it a value or leave it out: `{those_with_a_value}` \
         keeps those that have one."
    );
    Diagnostic::error(format!("Null in {attribute}"), detail).at(element)
}

/// Where the first null element of a collection is, at any depth. An element of a set has no path of its own; what is
/// in an object or a tuple may be null, and nested attributes are visited by themselves.
fn null_element(path: &Path, value: &Value, is_nested: bool) -> Option<Path> {
    let look = |path: Path, element: &Value| {
        if element.is_null() {
            Some(path)
        } else if is_nested {
            None
        } else {
            null_element(&path, element, false)
        }
    };
    match value {
        Value::List(elements) => {
            elements.iter().enumerate().find_map(|(index, element)| look(path.then_index(index), element))
        }
        Value::Set(elements) => elements.iter().find_map(|element| look(path.clone(), element)),
        Value::Map(elements) => elements.iter().find_map(|(key, element)| look(path.then_key(key), element)),
        Value::Tuple(elements) => elements.iter().enumerate().find_map(|(index, element)| {
            if element.is_null() { None } else { null_element(&path.then_index(index), element, false) }
        }),
        Value::Object(attributes) if !is_nested => attributes.iter().find_map(|(name, value)| {
            if value.is_null() { None } else { null_element(&path.then_attribute(name), value, false) }
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
