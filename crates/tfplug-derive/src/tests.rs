//! What is said of mistakes, and where.

use syn::{DeriveInput, Error, ItemImpl};

use crate::{
    identity,
    implementation::{PROVIDER, RESOURCE, complete},
    model, stand_in,
};

/// The messages, each with the text that it points at.
fn told(error: Error) -> Vec<(String, String)> {
    let place = |error: &Error| error.span().source_text().unwrap_or_default();
    error.into_iter().map(|error| (place(&error), error.to_string())).collect()
}

fn of_model(source: &str) -> Vec<(String, String)> {
    let input: DeriveInput = syn::parse_str(source).unwrap();
    told(model::derive(&input).expect_err(source))
}

/// What is said of one field with this attribute.
fn of_field(attribute: &str) -> (String, String) {
    let mut all = of_model(&format!("struct Thing {{ #[doc = \"A field.\"] {attribute} field: Attr<String> }}"));
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

#[test]
fn each_mistake_in_a_setting_is_told_at_its_place() {
    for (attribute, place, message) in [
        (
            "#[tf(required, requierd)]",
            "requierd",
            "there is no setting `requierd` of an attribute; there are `required`,",
        ),
        ("#[tf(required, required)]", "required", "`required` is given twice"),
        ("#[tf(required = true)]", "true", "`required` takes no value"),
        ("#[tf(computed(1))]", "1", "`computed` takes nothing in parentheses"),
        ("#[tf(computed())]", "computed", "`computed` takes nothing in parentheses"),
        ("#[tf(default)]", "default", "`default` takes a value: `default = …`"),
        ("#[tf(validate = length(1..=2))]", "validate", "`validate` takes something in parentheses: `validate(…)`"),
        ("#[tf(validate())]", "validate", "`validate` takes something in parentheses: `validate(…)`"),
        ("#[tf(required, optional)]", "optional", "`optional` contradicts `required`"),
        ("#[tf(default = 1, required)]", "required", "`required` contradicts `default`"),
        ("#[tf(computed, default = 1)]", "default", "`default` contradicts `computed`"),
        ("#[tf(write_only, informational)]", "informational", "`informational` contradicts `write_only`"),
        ("#[tf(attribute = id(), type = Type::Bool)]", "type", "`type` contradicts `attribute`"),
        ("#[tf(attribute = id(), description = \"\")]", "description", "`attribute` comes with a description"),
        (
            "#[tf(block, timeouts(create = \"1m\"), description = \"\")]",
            "description",
            "`timeouts` comes with a description",
        ),
        ("#[tf(block, required)]", "required", "a block cannot be `required`"),
        ("#[tf(block(most = 3))]", "most", "there is no setting `most` of a block; there are `min_items`, `max_items`"),
        ("#[tf(block = 3)]", "3", "`block` takes no value"),
        ("#[tf(timeouts(creation = \"1m\"))]", "creation", "there is no setting `creation` of timeouts; there are"),
        ("#[tf(optional)] #[serde(skip)]", "optional", "a field that is skipped has no settings"),
        ("#[tf(optional)] #[serde(flatten)]", "optional", "a struct that is flattened has no settings"),
        ("#[serde(skip_serializing)]", "skip_serializing", "a value goes both ways: `skip`"),
        (
            "#[serde(rename(serialize = \"a\"))]",
            "rename(serialize = \"a\")",
            "a value has one name, both ways: `rename = \"…\"`",
        ),
        ("#[doc = include_str!(\"a\")]", "include_str!(\"a\")", "a description from an expression is given with"),
    ] {
        let (at, told) = of_field(attribute);
        assert_eq!(at, place, "{attribute}: {told}");
        assert!(told.starts_with(message), "{attribute}: {told}");
    }
}

#[test]
fn all_mistakes_of_a_struct_are_told_at_once() {
    let source = "#[tf(verson = 1)] struct Thing { undocumented: Attr<String>, #[tf(block = 1)] b: Attr<B> }";
    let told = of_model(source);
    let places: Vec<_> = told.iter().map(|(place, _)| place.as_str()).collect();
    assert_eq!(places, ["verson", "undocumented", "1"], "{told:?}");
    assert_eq!(told[1].1, "an attribute needs a description: a doc comment, or `#[tf(description = …)]`");
}

#[test]
fn two_fields_of_one_name_are_refused() {
    let told = of_model("struct Thing { #[doc = \"A.\"] a: A, #[doc = \"B.\"] #[serde(rename = \"a\")] b: B }");
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].0.ends_with("b: B"), "{told:?}");
    assert_eq!(told[0].1, "there is another field of the name `a`");
}

#[test]
fn what_is_no_model_is_refused() {
    for (source, place, message) in [
        ("struct Thing<T> { #[doc = \"A.\"] a: T }", "<T>", "a model that is derived has no generic parameters"),
        ("struct Thing(u8, u8);", "(u8, u8)", "the fields of a model have names"),
        ("struct Thing;", "Thing", "a model without attributes is written `{}`"),
        ("union Thing { a: u8 }", "Thing", "a union is no model"),
        ("enum Thing {}", "Thing", "there is nothing to choose from"),
        ("enum Thing { A, B(u8) }", "(u8)", "a choice is a name alone: an object is a struct"),
        ("#[tf(version = 1)] enum Thing { A }", "version", "there is no setting `version` of an enum; there are"),
        ("#[serde(rename_all = \"odd\")] enum Thing { A }", "rename_all = \"odd\"", "serde has no such rule"),
        (
            "#[serde(rename_all = \"camelCase\")] struct Thing { #[doc = \"A.\"] a: A }",
            "rename_all = \"camelCase\"",
            "Terraform's names consist of lower-case letters, digits and underscores",
        ),
        (
            "#[tf(own_serde)] struct Thing { #[serde(flatten)] a: A }",
            "own_serde",
            "`flatten` needs the `Serialize` and `Deserialize` of this derive",
        ),
    ] {
        let told = of_model(source);
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(told[0].0, place, "{source}: {}", told[0].1);
        assert!(told[0].1.starts_with(message), "{source}: {}", told[0].1);
    }
}

#[test]
fn mistakes_in_an_identity_are_told() {
    let source = "#[tf(mutabel)] struct It { a: A, #[doc = \"B.\"] #[tf(required, optional)] b: B, \
                  #[doc = \"C.\"] #[tf(computed)] c: C }";
    let input: DeriveInput = syn::parse_str(source).unwrap();
    let told = told(identity::derive(&input).expect_err(source));
    let places: Vec<_> = told.iter().map(|(place, _)| place.as_str()).collect();
    assert_eq!(places, ["mutabel", "a", "optional", "computed"], "{told:?}");
}

#[test]
fn an_attribute_before_something_else_is_refused() {
    let item = |source| syn::parse_str::<ItemImpl>(source).unwrap();
    let name = || quote::quote!("a_b");
    for source in ["impl DataSource for Thing {}", "impl Thing {}"] {
        let told = told(complete(&RESOURCE, name(), item(source)).expect_err(source));
        assert_eq!(told, [("impl".to_owned(), "this belongs before an `impl Resource for …`".to_owned())]);
    }
    let unnamed = complete(&RESOURCE, quote::quote!(), item("impl Resource for Thing {}")).expect_err("no name");
    assert!(unnamed.to_string().starts_with("the name of the type is expected"), "{unnamed}");
    let named = complete(&PROVIDER, name(), item("impl Provider for Thing {}")).expect_err("a name");
    assert!(named.to_string().starts_with("nothing is expected here"), "{named}");
}

#[test]
fn variants_are_called_as_serde_calls_them() {
    for (rule, name) in [
        ("lowercase", "verylarge"),
        ("UPPERCASE", "VERYLARGE"),
        ("PascalCase", "VeryLarge"),
        ("camelCase", "veryLarge"),
        ("snake_case", "very_large"),
        ("SCREAMING_SNAKE_CASE", "VERY_LARGE"),
        ("kebab-case", "very-large"),
        ("SCREAMING-KEBAB-CASE", "VERY-LARGE"),
    ] {
        let input: DeriveInput =
            syn::parse_str(&format!("#[serde(rename_all = \"{rule}\")] enum Size {{ VeryLarge }}")).unwrap();
        let code = model::derive(&input).unwrap().to_string();
        assert!(code.contains(&format!("[\"{name}\"]")), "{rule}: {code}");
    }
}

#[test]
fn what_stands_for_a_type_with_a_mistake_is_all_that_the_type_would_be() {
    let traits = |stand_in: fn(&DeriveInput) -> proc_macro2::TokenStream, source: &str| {
        let tokens = stand_in(&syn::parse_str(source).unwrap());
        let text = tokens.to_string();
        syn::parse2::<syn::File>(tokens).unwrap();
        let all = ["HasSchema", "BlockType", "AttributeType", "HasIdentitySchema", "Serialize", "Deserialize"];
        all.into_iter().filter(|name| text.contains(&format!(":: {name} "))).collect::<Vec<_>>()
    };
    let of_struct = traits(stand_in::model, "struct Thing { a: Attr<i64> }");
    assert_eq!(of_struct, ["HasSchema", "BlockType", "AttributeType", "Serialize", "Deserialize"]);
    let of_enum = traits(stand_in::model, "enum Mode { Hard(i64) }");
    assert_eq!(of_enum, ["AttributeType", "Serialize", "Deserialize"]);
    let own = traits(stand_in::model, "#[tf(own_serde)] struct Thing { a: Attr<i64> }");
    assert_eq!(own, ["HasSchema", "BlockType", "AttributeType"]);
    let identity = traits(stand_in::identity, "struct It { a: Attr<i64> }");
    assert_eq!(identity, ["HasIdentitySchema", "Serialize", "Deserialize"]);
    assert_eq!(traits(stand_in::model, "struct Thing<T> { a: T }"), [""; 0]);
}
