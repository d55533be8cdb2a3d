use super::*;
use crate::{
    proto::tfplugin6::{self as proto, schema as wire},
    value::Value,
};

fn told(attribute: Attribute) -> wire::Attribute {
    let schema = proto::Schema::from(&Schema::new("A test.").attribute("it", attribute));
    schema.block.unwrap().attributes.into_iter().next().unwrap()
}

/// What Terraform is told of an attribute, as one word for each thing that it may and must do.
fn words(attribute: Attribute) -> String {
    let asked = [
        ("required", attribute.is_required()),
        ("optional", attribute.is_optional()),
        ("computed", attribute.is_computed()),
        ("sensitive", attribute.is_sensitive()),
        ("write_only", attribute.is_write_only()),
        ("deprecated", attribute.deprecation().is_some()),
    ];
    let told = told(attribute);
    let told = [
        ("required", told.required),
        ("optional", told.optional),
        ("computed", told.computed),
        ("sensitive", told.sensitive),
        ("write_only", told.write_only),
        ("deprecated", told.deprecated),
    ];
    assert_eq!(asked, told, "the schema says the same to whoever asks it");
    let words = told.into_iter().filter_map(|(word, holds)| holds.then_some(word));
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn terraform_is_told_what_each_word_of_a_schema_means() {
    let it = || Attribute::string("It.");
    assert_eq!(words(it()), "optional");
    assert_eq!(words(it().required()), "required");
    assert_eq!(words(it().optional()), "optional");
    assert_eq!(words(it().computed()), "computed");
    assert_eq!(words(it().optional().computed()), "optional computed");
    assert_eq!(words(it().default("x")), "optional computed");
    assert_eq!(words(it().sensitive()), "optional sensitive");
    assert_eq!(words(it().required().write_only()), "required write_only");
    assert_eq!(words(it().deprecated("Use that.")), "optional deprecated");
}

#[test]
fn an_attribute_is_told_with_its_name_type_and_texts() {
    let list = |element| Type::list(element);
    for (attribute, ty) in [
        (Attribute::bool("It."), Type::Bool),
        (Attribute::number("It."), Type::Number),
        (Attribute::string("It."), Type::String),
        (Attribute::list(Type::Bool, "It."), list(Type::Bool)),
        (Attribute::set(Type::Bool, "It."), Type::set(Type::Bool)),
        (Attribute::map(Type::Bool, "It."), Type::map(Type::Bool)),
        (Attribute::of(Type::Dynamic, "It."), Type::Dynamic),
    ] {
        assert_eq!(attribute.ty(), ty);
        let told = told(attribute);
        assert_eq!((told.name.as_str(), told.description.as_str()), ("it", "It."));
        assert_eq!(told.description_kind(), proto::StringKind::Markdown);
        assert_eq!((told.r#type.to_vec(), told.nested_type), (ty.to_json_bytes(), None));
    }
    let attribute = Attribute::string("It.").deprecated("Use that.");
    assert_eq!((attribute.description(), attribute.deprecation()), ("It.", Some("Use that.")));
    assert_eq!(told(attribute).deprecation_message, "Use that.");
}

#[test]
fn nested_attributes_are_told_with_their_nesting() {
    use wire::object::NestingMode;
    let object = Type::object([("a", Type::Bool)]);
    let attributes = || [("a", Attribute::bool("A."))];
    for (attribute, mode, ty) in [
        (Attribute::object("It.", attributes()), NestingMode::Single, object.clone()),
        (Attribute::nested(Nesting::List, "It.", attributes()), NestingMode::List, Type::list(object.clone())),
        (Attribute::nested(Nesting::Set, "It.", attributes()), NestingMode::Set, Type::set(object.clone())),
        (Attribute::nested(Nesting::Map, "It.", attributes()), NestingMode::Map, Type::map(object.clone())),
    ] {
        assert_eq!(attribute.ty(), ty);
        assert!(matches!(attribute.shape(), Shape::Nested(_, attributes) if attributes.contains_key("a")));
        let told = told(attribute);
        assert!(told.r#type.is_empty(), "a nested type is told in its place");
        let nested = told.nested_type.unwrap();
        assert_eq!((nested.nesting(), nested.attributes[0].name.as_str()), (mode, "a"));
    }
}

#[test]
fn blocks_are_told_with_their_nesting_and_their_numbers() {
    use wire::nested_block::NestingMode;
    let content = || Block::new("Content.").attribute("a", Attribute::bool("A."));
    let object = Type::object([("a", Type::Bool)]);
    for (block, nesting, mode, ty) in [
        (NestedBlock::single(content()), Nesting::Single, NestingMode::Single, object.clone()),
        (NestedBlock::list(content()), Nesting::List, NestingMode::List, Type::list(object.clone())),
        (NestedBlock::set(content()), Nesting::Set, NestingMode::Set, Type::set(object.clone())),
        (NestedBlock::new(Nesting::Map, content()), Nesting::Map, NestingMode::Map, Type::map(object.clone())),
    ] {
        let block = block.min_items(1).max_items(3);
        assert_eq!(block.nesting(), nesting);
        assert_eq!(block.content().description(), "Content.");
        let schema = Schema::new("A test.").block("it", block);
        assert_eq!(schema.ty(), Type::object([("it", ty)]));
        assert!(schema.root().blocks().contains_key("it"));
        let told = proto::Schema::from(&schema).block.unwrap().block_types.into_iter().next().unwrap();
        assert_eq!((told.type_name.as_str(), told.nesting(), told.min_items, told.max_items), ("it", mode, 1, 3));
        let content = told.block.unwrap();
        assert_eq!((content.description.as_str(), content.attributes[0].name.as_str()), ("Content.", "a"));
    }
}

#[test]
fn a_schema_is_told_with_its_version_and_texts() {
    let schema = Schema::new("A test.")
        .version(3)
        .deprecated("Use that.")
        .with_attributes([("a", Attribute::bool("A.")), ("b", Attribute::bool("B."))]);
    assert_eq!((schema.current_version(), schema.root().description()), (3, "A test."));
    assert_eq!(schema.ty(), Type::object([("a", Type::Bool), ("b", Type::Bool)]));
    assert_eq!(schema.root().ty(), schema.ty());
    assert_eq!(schema.root().attributes().keys().collect::<Vec<_>>(), ["a", "b"]);

    let told = proto::Schema::from(&schema);
    let block = told.block.unwrap();
    assert_eq!((told.version, block.version, block.description.as_str()), (3, 3, "A test."));
    assert_eq!(block.description_kind(), proto::StringKind::Markdown);
    assert!(block.deprecated);
    assert_eq!(block.deprecation_message, "Use that.");
    assert!(!proto::Schema::from(&Schema::new("A test.")).block.unwrap().deprecated);
}

#[test]
fn an_identity_is_told_with_what_an_import_must_give() {
    let schema = IdentitySchema::new().version(2).required("id", Type::String, "The ID.").optional(
        "zone",
        Type::String,
        "The zone.",
    );
    assert_eq!(schema.ty(), Type::object([("id", Type::String), ("zone", Type::String)]));
    let attributes: Vec<_> = schema.attributes().collect();
    assert_eq!(attributes, [("id", "The ID.", true), ("zone", "The zone.", false)]);

    let told = proto::ResourceIdentitySchema::from(&schema);
    assert_eq!(told.version, 2);
    let attributes: Vec<_> = told
        .identity_attributes
        .iter()
        .map(|it| (it.name.as_str(), it.description.as_str(), it.required_for_import, it.optional_for_import))
        .collect();
    assert_eq!(attributes, [("id", "The ID.", true, false), ("zone", "The zone.", false, true)]);
    assert_eq!(told.identity_attributes[0].r#type.to_vec(), Type::String.to_json_bytes());
}

#[test]
fn a_default_is_kept_as_the_value_that_it_is() {
    assert_eq!(Attribute::number("It.").default(7).default, Some(Value::from(7)));
    assert_eq!(Attribute::number("It.").default, None);
}

#[test]
fn steps_and_checks_are_kept_in_their_order() {
    let attribute = Attribute::string("It.")
        .validate(validate::length(1..=2))
        .validate(validate::one_of(["a"]))
        .use_state_for_unknown()
        .requires_replace();
    let checks: Vec<_> = attribute.validators.iter().map(Validator::description).collect();
    assert_eq!(checks, ["1 to 2 characters", "\"a\""]);
    let steps: Vec<_> = attribute.plan_modifiers.iter().map(PlanModifier::description).collect();
    assert_eq!(steps, ["A computed value stays as it is.", "A change replaces the resource."]);
    assert!(attribute.equality.is_none());
    let folded = Attribute::string("It.").semantic_equality(|a, b| a == b);
    assert!(folded.equality.is_some_and(|same| same(&"a".into(), &"a".into()) && !same(&"a".into(), &"b".into())));
}

#[test]
fn parts_of_a_schema_say_what_they_are_in_a_log() {
    let attribute = format!("{:?}", Attribute::bool("On or off."));
    assert!(attribute.contains("On or off.") && attribute.contains("Bool"), "{attribute}");
    assert_eq!(format!("{:?}", validate::whole_number()), "Validator(\"a whole number\")");
    assert_eq!(format!("{:?}", plan::use_state_for_unknown()), "PlanModifier(\"A computed value stays as it is.\")");
}
